"""The form of a body's own working time: which days, which hours by season, from when, or back to that of those above."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms

from luoshi.administration.forms_worktime import CLOCK, CONTROL, SEASONS, season_of
from luoshi.administration.rulewords import DraftFields
from luoshi.engines.rulebook import WorkingHours
from luoshi.engines.rulebook.read_worktime import WEEKDAYS
from luoshi.engines.worktime import HoursRow

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
        label="每周", choices=NAMES, required=False, initial=USUAL, widget=forms.CheckboxSelectMultiple,
        help_text="调休上班日照常上班",
    )  # fmt: skip
    holidays = forms.BooleanField(label="法定节假日也上班", required=False)
    field_order = ("follows", "weekdays", "holidays")

    def __init__(self, data: Any, *, rule: WorkingHours | None, rows: tuple[HoursRow, ...]) -> None:
        super().__init__(data)
        if rule is None:
            del self.fields["follows"]
        elif rule.rows:
            self.fields["holidays"].initial = rule.holidays
            if rule.weekdays is not None:
                self.fields["weekdays"].initial = [WEEKDAYS[day] for day in sorted(rule.weekdays)]
        self._times("", "", rows[-1])
        seasons = [row for row in rows if row.season is not None]
        for number in range(SEASONS):
            row = seasons[number] if number < len(seasons) else None
            said, ends = f"第{number + 1}个季节", row.season if row else None
            for place, word in enumerate(("起", "止")):
                initial = f"{ends[place][0]}-{ends[place][1]}" if ends else ""
                self._text(f"season{place}_{number}", f"{said}{word}", word, initial, "如 6-1")
            self._times(f"_{number}", said, row)

    def _text(self, name: str, said: str, label: str, initial: str, hint: str) -> None:
        widget = forms.TextInput({"aria-label": said, "placeholder": hint, "class": CONTROL})
        self.fields[name] = forms.CharField(
            label=label, max_length=12, required=False, initial=initial, widget=widget
        )

    def _times(self, key: str, season: str, row: HoursRow | None) -> None:
        spans = row.spans if row else ()
        for number in range(SPANS):
            for place, word in enumerate(("起", "止")):
                initial = _clock(spans[number][place] // 60) if number < len(spans) else ""
                label = f"第{number + 1}段{word}"
                self._text(f"time{place}_{number}{key}", season + label, label, initial, "如 8:00")

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each span of the usual time."""
        return [[self[f"time{place}_{number}"] for place in range(2)] for number in range(SPANS)]

    @property
    def seasons(self) -> list[list[forms.BoundField]]:
        """The fields of each season: from, to, and its spans."""
        return [
            [self[f"season{place}_{key}"] for place in range(2)]
            + [self[f"time{place}_{number}_{key}"] for number in range(SPANS) for place in range(2)]
            for key in range(SEASONS)
        ]

    @property
    def by_season(self) -> bool:
        """Whether a season is filled in, rightly or wrongly."""
        return any(field.value() for line in self.seasons for field in line)

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields about days."""
        return [self[name] for name in ("follows", "weekdays", "holidays") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Days and spans are named, unless the body follows those above it again; spans and seasons do not meet."""
        data = super().clean() or {}
        self.rows: list[dict[str, Any]] = []
        if data.get("follows"):
            return data
        if not data.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", "请勾选上班的日子")
        for key in range(SEASONS):
            self._season(key, data)
        spans = self._spans("", data)
        if not spans and not self.errors:
            self.add_error("time0_0", "请填写上班时间，24小时值守填0:00至24:00")
        self.rows.append({"spans": spans})
        return data

    def _typed(self, data: dict[str, Any], *names: str) -> list[str]:
        return [str(data.get(name) or "").strip() for name in names]

    def _season(self, key: int, data: dict[str, Any]) -> None:
        names = [f"season{place}_{key}" for place in range(2)]
        ends, spans = self._typed(data, *names), self._spans(f"_{key}", data)
        times = [f"time{place}_{number}_{key}" for number in range(SPANS) for place in range(2)]
        if not any([*ends, *self._typed(data, *times)]):
            return
        season = season_of(self, list(zip(names, ends, strict=True)), self.rows)
        if not spans and not any(name in self.errors for name in times):
            self.add_error(times[0], "请填写这个季节的上班时间")
        self.rows.append({"spans": spans, "season": season})

    def _spans(self, key: str, data: dict[str, Any]) -> list[str]:
        """The spans of the usual time or of a season, in order."""
        found: list[Minutes] = []
        for number in range(SPANS):
            found += self._span(f"{number}{key}", data)
        found.sort()
        if any(after[0] < before[1] for before, after in pairwise(found)):
            self.add_error(f"time0_0{key}", "各段时间有重叠，请分开填写")
        return [f"{_clock(first)}-{_clock(last)}" for first, last in found]

    def _span(self, key: str, data: dict[str, Any]) -> list[Minutes]:
        typed = self._typed(data, *(f"time{place}_{key}" for place in range(2)))
        if not any(typed):
            return []
        times = []
        for place, text in enumerate(typed):
            match = CLOCK.fullmatch(text)
            minute = int(match[1]) * 60 + int(match[2]) if match else DAY + 1
            if minute > DAY:
                self.add_error(f"time{place}_{key}", "请写成 8:00 的样子，到夜里十二点写24:00")
            times.append(minute)
        first, last = times
        if max(times) > DAY:
            return []
        if first == last:
            self.add_error(f"time1_{key}", "起止时间相同")
            return []
        if first < last:
            return [(first, last)]
        return [(first, DAY)] + ([(0, last)] if last else [])

    def entry(self, *, id: str, body: str) -> dict[str, Any]:
        """The rule that the form makes."""
        found: dict[str, Any] = {"id": id, "body": body}
        if self.cleaned_data.get("follows"):
            return {**found, "ends": True}
        if self.cleaned_data["weekdays"] != USUAL:
            found["weekdays"] = self.cleaned_data["weekdays"]
        if self.cleaned_data["holidays"]:
            found["holidays"] = True
        return {**found, "rows": self.rows}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
