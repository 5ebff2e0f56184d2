"""The form of a body's own working time: which days, which hours, from when, or back to that of those above it."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.administration.forms_worktime import CLOCK, CONTROL
from luoshi.administration.rulewords import DraftFields
from luoshi.engines.rulebook import WorkingHours
from luoshi.engines.rulebook.read_worktime import WEEKDAYS

SPANS = 3
USUAL = list(WEEKDAYS[:5])
DAY = 24 * 60
NAMES = tuple(zip(WEEKDAYS, ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), strict=True))
Minutes = tuple[int, int]


class OwnHoursForm(DraftFields):
    """A body's own working time. A span that ends before it begins passes midnight, and is cut there."""

    follows = forms.BooleanField(
        label="不再单独规定，恢复随上级单位", required=False, help_text="勾选后下面的日子和时间不用填"
    )
    weekdays = forms.MultipleChoiceField(
        label="上班的日子", choices=NAMES, required=False, initial=USUAL, widget=forms.CheckboxSelectMultiple,
        help_text="调休上班日都上班",
    )  # fmt: skip
    holidays = forms.BooleanField(label="法定节假日也上班", required=False)
    field_order = ("follows", "weekdays", "holidays")

    def __init__(self, data: Any, *, rule: WorkingHours | None, spans: tuple[Minutes, ...]) -> None:
        super().__init__(data)
        if rule is None:
            del self.fields["follows"]
        elif rule.rows:
            self.fields["holidays"].initial = rule.holidays
            if rule.weekdays is not None:
                self.fields["weekdays"].initial = [WEEKDAYS[day] for day in sorted(rule.weekdays)]
        for number in range(SPANS):
            for place, word in enumerate(("起", "止")):
                self.fields[f"time{place}_{number}"] = forms.CharField(
                    label=f"第{number + 1}段{word}", max_length=5, required=False,
                    initial=_clock(spans[number][place]) if number < len(spans) else "",
                    widget=forms.TextInput(
                        {"aria-label": f"第{number + 1}段{word}", "placeholder": "如 8:00", "class": CONTROL}
                    ),
                )  # fmt: skip

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each span."""
        return [[self[f"time{place}_{number}"] for place in range(2)] for number in range(SPANS)]

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields about days."""
        return [self[name] for name in ("follows", "weekdays", "holidays") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Days and spans are named, unless the body follows those above it again; spans do not meet."""
        data = super().clean() or {}
        self.spans: list[Minutes] = []
        if data.get("follows"):
            return data
        if not data.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", "请勾选上班的日子")
        for number in range(SPANS):
            self._span(number, data)
        self.spans.sort()
        if not self.spans and not self.errors:
            self.add_error("time0_0", "请填写上班时间，24小时值守填0:00至24:00")
        for before, after in zip(self.spans, self.spans[1:], strict=False):
            if after[0] < before[1]:
                self.add_error("time0_0", "各段时间有重叠，请分开填写")
                break
        return data

    def _span(self, number: int, data: dict[str, Any]) -> None:
        typed = [str(data.get(f"time{place}_{number}") or "").strip() for place in range(2)]
        if not any(typed):
            return
        times = []
        for place, text in enumerate(typed):
            match = CLOCK.fullmatch(text)
            minute = int(match[1]) * 60 + int(match[2]) if match else DAY + 1
            if minute > DAY:
                self.add_error(f"time{place}_{number}", "请写成 8:00 的样子，到夜里十二点写24:00")
            times.append(minute)
        first, last = times
        if max(times) > DAY:
            return
        if first == last:
            self.add_error(f"time1_{number}", "起止时间相同")
        elif first < last:
            self.spans.append((first, last))
        else:
            self.spans += [(first, DAY)] + ([(0, last)] if last else [])

    def entry(self, *, id: str, body: str) -> dict[str, Any]:
        """The rule that the form makes."""
        found: dict[str, Any] = {"id": id, "body": body}
        if self.cleaned_data.get("follows"):
            return {**found, "ends": True}
        if self.cleaned_data["weekdays"] != USUAL:
            found["weekdays"] = self.cleaned_data["weekdays"]
        if self.cleaned_data["holidays"]:
            found["holidays"] = True
        return {
            **found,
            "rows": [{"spans": [f"{_clock(first)}-{_clock(last)}" for first, last in self.spans]}],
        }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
