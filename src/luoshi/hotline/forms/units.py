"""Choosing units: typed with suggestions, or ticked in a compact list; the units are read once a page."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from luoshi.ledger.prepared import prepared
from luoshi.organisation.models import Body, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import bodies_dispatchable, local_day

LIST_ID = "units"


class Units:
    """The bodies that take requests, each with whether a liaison officer can be reached; one query."""

    @cached_property
    def rows(self) -> list[Any]:
        """The bodies in the city's order, with `reachable`."""
        return list(_units(local_day(timezone.now())))

    @property
    def silent(self) -> list[str]:
        """The units that nobody can tell of a dispatch by SMS."""
        return [row.short_name for row in self.rows if not row.reachable]

    def find(self, text: str) -> Body | None:
        """The unit with this name, short name or number, or the only one whose name holds the text."""
        wanted = text.strip()
        exact = [row for row in self.rows if wanted in (row.short_name, row.name, str(row.pk))]
        part = [row for row in self.rows if wanted in row.short_name or wanted in row.name]
        found = exact or part
        return found[0] if len(found) == 1 else None


@prepared
def _units(day: dt.date) -> QuerySet[Body]:
    posts = Post.objects.filter(in_force(day), body=OuterRef("pk"), kind=Post.Kind.LIAISON)
    reachable = Exists(posts.exclude(person__mobile=""))
    rows: QuerySet[Body] = bodies_dispatchable().annotate(reachable=reachable).order_by("kind", "code")
    return rows


class UnitField(forms.CharField):
    """One unit, typed: any part of its name that names no other one. Cleans to its id as text, or ""."""

    units: Units

    def __init__(self, *, label: str, required: bool = True, help_text: str = "") -> None:
        attrs = {"list": LIST_ID, "autocomplete": "off", "placeholder": "输入名称中的几个字"}
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=80,
            widget=forms.TextInput(attrs=attrs),
        )

    def clean(self, value: Any) -> str:
        """The id of the unit. Errors: ValidationError when no unit, or more than one, is meant."""
        text = str(super().clean(value))
        if not text:
            return ""
        found = self.units.find(text)
        if found is None:
            raise ValidationError(f"“{text}”不能确定是哪个单位，请从列表中选择")
        return str(found.pk)


class UnitsField(forms.MultipleChoiceField):
    """Several units, ticked in a list that scrolls. Cleans to their ids as texts."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = "") -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "ls-many"})
        super().__init__(label=label, required=required, help_text=help_text, widget=widget)


def fill_units(form: forms.Form, units: Units) -> None:
    """Give every field of a form that names units its list."""
    for field in form.fields.values():
        if isinstance(field, UnitField):
            field.units = units
        elif isinstance(field, UnitsField):
            field.choices = [(str(row.pk), row.short_name) for row in units.rows]
