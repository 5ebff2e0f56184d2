"""What the hotline's forms share: choices from the rulebook, units to choose from, the version that was seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from luoshi.hotline.forms.units import Units, fill_units
from luoshi.hotline.services.shared import choice_on, rule_day
from luoshi.ledger import rules
from luoshi.ledger.prepared import first_of, prepared
from luoshi.organisation.inputs import DateTimeLocalInput
from luoshi.organisation.models import Body

Options = list[tuple[str, str]]


def options(id: str, at: datetime | None = None, *, blank: str = "") -> Options:
    """The values of an enumeration of the rulebook with their labels; `blank` heads the list where given."""
    choice = choice_on(id, rule_day(at or timezone.now()))
    found = [(option.value, option.label) for option in choice.options]
    return [("", blank), *found] if blank else found


def body_of(value: str) -> Body | None:
    """The body chosen in a form; None when none was."""
    return first_of(_body(int(value))) if value else None


@prepared
def _body(pk: int) -> QuerySet[Body]:
    return Body.objects.filter(pk=pk)


def set_options(form: forms.Form, name: str, found: Options) -> None:
    """Give a choice field of a form its options."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = found


class Long(forms.Textarea):
    """A text of several lines."""

    def __init__(self, rows: int = 3, **attrs: Any) -> None:
        super().__init__(attrs={"rows": rows, **attrs})


class Radios(forms.RadioSelect):
    """A few values side by side."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "ls-side"})


class MomentField(forms.DateTimeField):
    """A moment picked to the minute, on the city's clock."""

    widget = DateTimeLocalInput

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": "时间写法不对，应如 2017-09-29 17:50"}
        super().__init__(error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The moment with the rulebook's zone."""
        found = super().to_python(value)
        return found.astimezone(rules.current().worktime.tz) if isinstance(found, datetime) else found


class MatterForm(forms.Form):
    """A form for one step of a matter; carries the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    partial = ""  # a template that lays the fields out, where one column of all fields would confuse

    def __init__(self, *args: Any, subject: Any = None, units: Units | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        self.units = units or Units()
        if subject is not None and not self.is_bound:
            self.initial.setdefault("version", subject.matter.version)
        self.prepare()
        fill_units(self, self.units)

    def prepare(self) -> None:
        """Fill choices that depend on the day or on the matter."""

    def renew(self) -> None:
        """Take the matter's present version: the person has been told what changed and may press again."""
        if self.is_bound and self.subject is not None:
            data: Any = self.data
            data = data.copy()
            data["version"] = str(self.subject.matter.version)
            self.data = data

    def set_options(self, name: str, found: Options) -> None:
        """Give a choice field its options."""
        set_options(self, name, found)


def text(label: str, *, rows: int = 3, required: bool = True, help: str = "") -> forms.CharField:
    """A field for a longer text."""
    return forms.CharField(
        label=label, widget=Long(rows), required=required, help_text=help, max_length=20000
    )


def line(label: str, *, required: bool = True, help: str = "", length: int = 200) -> forms.CharField:
    """A field for one line."""
    return forms.CharField(label=label, required=required, help_text=help, max_length=length)


def pick(label: str, *, required: bool = True, radio: bool = False, help: str = "") -> forms.ChoiceField:
    """A field for one of several values; its options are set in `prepare`."""
    widget = Radios() if radio else forms.Select()
    return forms.ChoiceField(label=label, required=required, widget=widget, help_text=help)


def tick(label: str, *, help: str = "") -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, help_text=help)


class Plain(MatterForm):
    """A step that needs nothing but the press of its button."""
