"""The form of the agent's console: a call, and the dispatch that follows it in one go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from luoshi.hotline.forms.base import options, set_options, tick
from luoshi.hotline.forms.requests import IntakeForm
from luoshi.hotline.forms.units import LIST_ID, UnitField, Units, fill_units

INSTRUCTION = "请核实诉求人反映的问题，依法依规办理，及时联系诉求人，按时限答复办理结果。"
DISPATCH_FIELDS = ("unit", "assists", "instruction", "principle", "onsite", "assist_extra")


class NamesField(forms.CharField):
    """Several units, typed one after another: names, or any part of one that names no other. Cleans to ids."""

    units: Units

    def __init__(self, *, label: str, help_text: str = "") -> None:
        attrs = {"autocomplete": "off", "placeholder": "几个用顿号隔开", "list": LIST_ID}
        super().__init__(
            label=label,
            required=False,
            help_text=help_text,
            max_length=300,
            widget=forms.TextInput(attrs=attrs),
        )

    def clean(self, value: Any) -> list[str]:
        """The ids of the units. Errors: ValidationError naming what cannot be told."""
        text = str(super().clean(value))
        found = []
        for name in text.replace("，", " ").replace("、", " ").replace(",", " ").split():
            unit = self.units.find(name)
            if unit is None:
                raise ValidationError(f"“{name}”不能确定是哪个单位，请写得更全")
            found.append(str(unit.pk))
        return list(dict.fromkeys(found))


class ConsoleForm(IntakeForm):
    """A call as it is taken down, and to whom it goes.

    dispatching: the button pressed dispatches too; only then the part on dispatching must be complete.
    registering: it makes a new request; a call that only asks about an earlier one needs no content.
    """

    unit = UnitField(label="承办（主办）单位", required=False)
    assists = NamesField(label="协办单位")
    instruction = forms.CharField(
        label="处置指令", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    principle = forms.ChoiceField(label="批转依据", required=False)
    onsite = tick("需要现场处置")
    assist_extra = tick("紧急件也给主协办单位增加2个工作日")

    def __init__(
        self,
        *args: Any,
        units: Units,
        dispatching: bool = False,
        registering: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].required = registering
        self.dispatching, self.units = dispatching, units
        fill_units(self, units)
        for name in ("unit", "assists"):
            field = self.fields[name]
            if isinstance(field, NamesField):
                field.units = units
        found = options("hotline.routing_principle")
        set_options(self, "principle", found)
        self.initial.setdefault("principle", found[0][0])
        self.initial.setdefault("instruction", INSTRUCTION)
        self.fields["content"].widget.attrs["rows"] = 4
        self.fields["content"].widget.attrs["accesskey"] = "w"
        self.fields["unit"].widget.attrs["accesskey"] = "d"
        self.fields["urgency_basis"].help_text = self.fields["category"].help_text = ""
        self.fields["category"].widget.attrs["placeholder"] = "输入几个字选择"
        self.fields["urgency_basis"].widget.attrs["placeholder"] = "为何紧急"

    def focus(self, name: str) -> None:
        """Let the page begin at another field than the caller's number; at none with ""."""
        self.fields["mobile"].widget.attrs.pop("autofocus", None)
        if name:
            self.fields[name].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """A unit where it is to be dispatched; what stands in the part on dispatching does not matter elsewhere."""
        data: dict[str, Any] = super().clean() or {}
        if not self.dispatching:
            for name in DISPATCH_FIELDS:
                self.errors.pop(name, None)
            return data
        if not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "请选择承办单位；不派单的请按“只登记”")
        if not data.get("instruction") and "instruction" not in self.errors:
            self.add_error("instruction", "请填写处置指令")
        return data
