"""The fields from which the pages of several functions make their forms. What is right, the services say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms

from luoshi.engines.rulebook import Choice
from luoshi.ledger.together import Later
from luoshi.organisation.inputs import DateInput, DateTimeLocalInput
from luoshi.organisation.models import Body, Person

if TYPE_CHECKING:
    OneBody = forms.ModelChoiceField[Body]
    OnePerson = forms.ModelChoiceField[Person]
    Bodies = forms.ModelMultipleChoiceField[Body]
else:
    OneBody = OnePerson = forms.ModelChoiceField
    Bodies = forms.ModelMultipleChoiceField

FormT = TypeVar("FormT", bound=forms.Form)
Pairs = list[tuple[str, str]]


def make(**fields: forms.Field) -> type[forms.Form]:
    """A form class of these fields."""
    return type("Form", (forms.Form,), dict(fields))


def text(
    label: str,
    *,
    longest: int = 300,
    rows: int = 0,
    required: bool = True,
    help_text: str = "",
    initial: str = "",
) -> Any:
    """A text on one line, or on several where rows are given."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
        help_text=help_text,
        initial=initial,
    )


def flag(label: str, *, help_text: str = "", initial: bool = False) -> Any:
    """A box to be ticked."""
    return forms.BooleanField(label=label, required=False, help_text=help_text, initial=initial)


def date(label: str, *, required: bool = True, help_text: str = "", initial: Any = None) -> Any:
    """A day picked in the browser."""
    return forms.DateField(
        label=label, widget=DateInput(), required=required, help_text=help_text, initial=initial
    )


def moment(label: str, *, required: bool = True, help_text: str = "", initial: Any = None) -> Any:
    """A day and time picked in the browser."""
    return forms.DateTimeField(
        label=label, widget=DateTimeLocalInput(), required=required, help_text=help_text, initial=initial
    )


def file(label: str = "材料", *, required: bool = False, help_text: str = "PDF、图片、文档或表格") -> Any:
    """A file."""
    return forms.FileField(label=label, required=required, help_text=help_text)


def seen(version: int | None = None) -> Any:
    """The version of a matter that somebody saw when opening the page: nobody overwrites what they have not seen."""
    return forms.IntegerField(widget=forms.HiddenInput(), required=False, initial=version)


def one(label: str, choices: Iterable[Any], *, required: bool = True, initial: Any = None) -> Any:
    """One of a list."""
    return forms.ChoiceField(label=label, choices=list(choices), required=required, initial=initial)


def pairs(choice: Choice, *, empty: str = "") -> Pairs:
    """The options of an enumeration of the rulebook; with an empty one before them where it is named."""
    found = [(option.value, option.label) for option in choice.options]
    return [("", empty), *found] if empty else found


def bodies() -> Any:
    """Every body in use, in the order of the roster."""
    return Body.objects.filter(active=True).order_by("kind", "code")


def choices_later(form: FormT) -> FormT:
    """Have the rows among which the form lets one choose be read together, when the page is drawn."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.choices = partial(_choices, field, Later(field.queryset.all()))
    return form


def _choices(field: Any, rows: Iterable[Any]) -> list[tuple[Any, str]]:
    iterator = forms.models.ModelChoiceIterator(field)
    empty = [("", field.empty_label)] if field.empty_label is not None else []
    return [*empty, *(iterator.choice(row) for row in rows)]


class NamedBody(OneBody):
    """A body by its short name."""

    def label_from_instance(self, obj: Body) -> str:
        """The short name."""
        return obj.short_name


class NamedBodies(Bodies):
    """Several bodies by their short names."""

    def label_from_instance(self, obj: Body) -> str:
        """The short name."""
        return obj.short_name


class NamedPerson(OnePerson):
    """A person by name."""

    def label_from_instance(self, obj: Person) -> str:
        """The name."""
        return obj.name
