"""Forms that decide on many matters at once."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.hotline.forms.base import Radios, options, pick, set_options, text
from luoshi.hotline.forms.console import INSTRUCTION, NamesField
from luoshi.hotline.forms.units import UnitField, Units, fill_units
from luoshi.hotline.services.bulk import PASS, REDO, SECOND


class BulkDispatchForm(forms.Form):
    """Where all of the chosen requests go; each keeps its own urgency."""

    unit = UnitField(label="承办（主办）单位")
    assists = NamesField(label="协办单位")
    principle = pick("批转依据", radio=True)
    instruction = text("处置指令", rows=2)

    def __init__(self, *args: Any, units: Units, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill_units(self, units)
        assists = self.fields["assists"]
        if isinstance(assists, NamesField):
            assists.units = units
        found = options("hotline.routing_principle")
        set_options(self, "principle", found)
        self.initial.setdefault("principle", found[0][0])
        self.initial.setdefault("instruction", INSTRUCTION)

    def terms(self) -> dict[str, Any]:
        """The decision as the service takes it."""
        data = self.cleaned_data
        bodies = list(dict.fromkeys([data["unit"], *data["assists"]]))
        return {
            "bodies": [int(pk) for pk in bodies],
            "instruction": data["instruction"],
            "principle": data["principle"],
        }


class BulkReviewForm(forms.Form):
    """One conclusion for all of the chosen replies; what goes back needs its reason."""

    decision = forms.ChoiceField(
        label="审核结论",
        widget=Radios(),
        choices=[(PASS, "审核通过"), (REDO, "退回重办"), (SECOND, "二次交办并督办")],
    )
    reason = text("审核意见", rows=2, required=False, help="退回重办、二次交办必须写明理由，300字以内")

    def __init__(self, *args: Any, units: Units, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units

    def clean(self) -> dict[str, Any]:
        """A reason where the replies go back."""
        data: dict[str, Any] = super().clean() or {}
        reason = str(data.get("reason", "")).strip()
        if data.get("decision") in {REDO, SECOND} and not reason:
            self.add_error("reason", "退回的须写明理由")
        if len(reason) > 300:
            self.add_error("reason", f"不能超过300个字，现有{len(reason)}个字")
        return data

    def terms(self) -> dict[str, Any]:
        """The decision as the service takes it."""
        return {"decision": self.cleaned_data["decision"], "reason": self.cleaned_data["reason"].strip()}
