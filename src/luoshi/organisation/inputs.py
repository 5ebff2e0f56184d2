"""Inputs that the forms of several functions share."""

from __future__ import annotations

from typing import Any

from django import forms


class DateTimeLocalInput(forms.DateTimeInput):
    """A moment picked in the browser, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class DateInput(forms.DateInput):
    """A day picked in the browser."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class PhoneInput(forms.TextInput):
    """A telephone number: the number keyboard on phones, no spelling help."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "tel", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(attrs={**usual, **(attrs or {})})
