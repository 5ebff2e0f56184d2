"""The form of a call-back: what the citizen says of each unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from luoshi.hotline.forms.base import MatterForm, Radios, options, pick, text
from luoshi.hotline.models import Dispatch
from luoshi.ledger.prepared import prepared

GRADED = ("contacted", "conduct", "result")


@prepared
def _asked_about(request: int) -> QuerySet[Dispatch]:
    rows = Dispatch.objects.filter(request_id=request).exclude(matter__state="recalled")
    return rows.select_related("body", "matter").order_by("pk")


class CallbackForm(MatterForm):
    """What the citizen says of contact, conduct and result: for each unit by itself where several handled it.

    At the first call-back every unit is asked about; later on those that the call was about, the others left blank.
    """

    partial = "hotline/_callback_form.html"

    opinion = text("意见", rows=2, help="没有的写“无”")
    suggestion = text("建议", rows=2, help="没有的写“无”")

    def prepare(self) -> None:
        """The units that handled it, and the grades of the day for each."""
        self.dispatches: list[Dispatch] = []
        if self.subject is not None:
            self.dispatches = list(_asked_about(self.subject.pk))
        self.each = len(self.dispatches) > 1
        self.all_asked = self.subject is None or self.subject.matter.state != "called_back"
        for end in self._ends():
            self._add_grades(end)

    def _ends(self) -> list[str]:
        return [f"_{dispatch.pk}" for dispatch in self.dispatches] if self.each else [""]

    def _add_grades(self, end: str) -> None:
        needed = self.all_asked or not self.each
        yes = [("yes", "是"), ("no", "否")]
        self.fields[f"contacted{end}"] = forms.ChoiceField(
            label="单位是否及时联系了您", widget=Radios(), choices=yes, required=needed
        )
        for name, label in (("conduct", "对工作作风"), ("result", "对办理结果")):
            self.fields[f"{name}{end}"] = pick(label, radio=True, required=needed)
            self.set_options(f"{name}{end}", options("hotline.satisfaction"))

    @property
    def groups(self) -> list[tuple[Dispatch | None, list[forms.BoundField]]]:
        """The grades to be filled in, unit by unit; the unit is None where there is but one set for all."""
        whose: list[Dispatch | None] = [*self.dispatches] if self.each else [None]
        return [
            (dispatch, [self[f"{name}{end}"] for name in GRADED])
            for dispatch, end in zip(whose, self._ends(), strict=True)
        ]

    def clean(self) -> dict[str, Any]:
        """Each unit's grades all filled in or all left blank; at least one unit's filled in."""
        data: dict[str, Any] = super().clean() or {}
        if not self.each or self.all_asked:
            return data
        asked = 0
        for end in self._ends():
            blank = [name for name in GRADED if not data.get(f"{name}{end}")]
            asked += len(blank) < len(GRADED)
            for name in blank if len(blank) < len(GRADED) else ():
                self.add_error(f"{name}{end}", "这个单位的三项要一起填写")
        if not asked:
            self.add_error(None, "请至少登记一个单位的评价")
        return data

    def grades(self) -> list[tuple[Dispatch | None, bool, str, str]]:
        """For each unit asked about: the dispatch (None for all), whether contacted, conduct, result."""
        found = []
        whose: list[Dispatch | None] = [*self.dispatches] if self.each else [None]
        for dispatch, end in zip(whose, self._ends(), strict=True):
            contacted, conduct, result = (self.cleaned_data.get(f"{name}{end}", "") for name in GRADED)
            if contacted or conduct or result:
                found.append((dispatch, contacted == "yes", conduct, result))
        return found
