"""The forms of the working calendar and the working hours."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms

from luoshi.administration.months import stretches
from luoshi.administration.rulewords import DraftFields
from luoshi.engines.worktime import Calendar, HoursRow
from luoshi.organisation.inputs import DateInput

HOLIDAYS, SEASONS = 10, 3
CONTROL = "form-control"
USUAL = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
CLOCK = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")
MONTH_DAY = re.compile(r"(\d{1,2})[-月./](\d{1,2})日?")


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=DateInput({"aria-label": label, "class": CONTROL})
    )


class YearForm(DraftFields):
    """A year's notice: each holiday with its days off and its make-up days."""

    def __init__(self, data: Any, *, year: int, calendar: Calendar) -> None:
        super().__init__(data)
        self.year = year
        given = _given(calendar, year)
        for number in range(HOLIDAYS):
            name, first, last, work = given[number] if number < len(given) else ("", None, None, "")
            said = f"第{number + 1}个"
            self.fields[f"name_{number}"] = forms.CharField(
                label="节日", max_length=12, required=False, initial=name,
                widget=forms.TextInput({"aria-label": f"{said}节日", "class": CONTROL}),
            )  # fmt: skip
            for key, label, value in (("first", "放假首日", first), ("last", "放假末日", last)):
                self.fields[f"{key}_{number}"] = _day(f"{said}{label}")
                self.fields[f"{key}_{number}"].initial = value
            self.fields[f"work_{number}"] = forms.CharField(
                label="调休上班日", max_length=80, required=False, initial=work,
                widget=forms.TextInput(
                    {"aria-label": f"{said}调休上班日", "placeholder": "如 2-14、2-28", "class": CONTROL}
                ),
            )  # fmt: skip

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each holiday."""
        return [[self[f"{key}_{n}"] for key in ("name", "first", "last", "work")] for n in range(HOLIDAYS)]

    def clean(self) -> dict[str, Any]:
        """Days lie in the year, end after they begin, meet no other holiday; make-up days are on weekends."""
        data = super().clean() or {}
        self.found: list[dict[str, Any]] = []
        taken: dict[dt.date, str] = {}
        for number in range(HOLIDAYS):
            row = self._row(number, data)
            if row is None:
                continue
            for day in row["off"] + row["work"]:
                if day in taken:
                    self._wrong(
                        number,
                        "work" if day in row["work"] else "first",
                        f"{day:%-m月%-d日}与{taken[day]}重叠",
                    )
                taken[day] = row["name"]
            self.found.append(row)
        if not self.found and not self.errors:
            self.add_error(None, "请至少填写一个节日")
        return data

    def _wrong(self, number: int, key: str, said: str) -> None:
        self.add_error(f"{key}_{number}", said)

    def _row(self, number: int, data: dict[str, Any]) -> dict[str, Any] | None:
        name = str(data.get(f"name_{number}") or "").strip()
        first, last, work = (data.get(f"{key}_{number}") for key in ("first", "last", "work"))
        if not (name or first or last or work):
            return None
        if not name:
            self._wrong(number, "name", "请填写节日名称")
        if (last and not first) or (not first and not work):
            self._wrong(number, "first", "请填写放假首日")
        last = last or first
        if first and last and last < first:
            self._wrong(number, "last", "末日早于首日")
            last = first
        off = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)] if first and last else []
        if any(day.year != self.year for day in off):
            self._wrong(number, "first", f"请填写{self.year}年的日子；跨年的写在各自年份")
        return {"name": name, "off": off, "work": self._work(number, str(work or ""))}

    def _work(self, number: int, text: str) -> list[dt.date]:
        found = []
        for part in re.split(r"[、,，;；\s]+", text.strip()):
            if not part:
                continue
            match = MONTH_DAY.fullmatch(part.removeprefix(f"{self.year}-").removeprefix(f"{self.year}年"))
            try:
                day = dt.date(self.year, int(match[1]), int(match[2])) if match else None
            except ValueError:
                day = None
            if day is None:
                self._wrong(number, "work", f"“{part}”不是日期，应如 2-14")
            elif day.weekday() < 5:
                self._wrong(number, "work", f"{day:%-m月%-d日}是工作日，调休上班日应在周六或周日")
            else:
                found.append(day)
        return found

    def entry(self, document: str) -> dict[str, Any]:
        """The rule that the form makes."""
        holidays = []
        for row in self.found:
            one: dict[str, Any] = {"name": row["name"]}
            if row["off"]:
                one["rest"] = [f"{first}/{last}" for first, last in stretches(row["off"])]
            if row["work"]:
                one["work"] = [day.isoformat() for day in row["work"]]
            holidays.append(one)
        return {
            "id": f"worktime.holidays_{self.year}", "year": self.year, "source": document, "holidays": holidays,
        }  # fmt: skip


def _given(calendar: Calendar, year: int) -> list[tuple[str, Any, Any, str]]:
    """What is known of a year, a line for each stretch of days off; the usual holidays where nothing is."""
    off: dict[str, list[dt.date]] = {}
    work: dict[str, list[str]] = {}
    for day, name in sorted(calendar.off.items()):
        if day.year == year:
            off.setdefault(name, []).append(day)
    for day, name in sorted(calendar.work.items()):
        if day.year == year:
            work.setdefault(name, []).append(f"{day.month}-{day.day}")
    if not off:
        return [(name, None, None, "") for name in USUAL]
    rows: list[tuple[str, Any, Any, str]] = []
    for name, days in off.items():
        for place, (first, last) in enumerate(stretches(days)):
            rows.append((name, first, last, "、".join(work.pop(name, [])) if place == 0 else ""))
    rows += [(name, None, None, "、".join(days)) for name, days in work.items()]
    return rows[:HOLIDAYS]


def season_of(form: forms.Form, typed: list[tuple[str, str]], earlier: list[dict[str, Any]]) -> str:
    """A season as the rulebook writes it, from its two ends as they were typed: (field, text).

    Empty, with errors at the fields, where an end is no day; no day is of an earlier row's season, too.
    """
    ends = []
    for name, text in typed:
        match = MONTH_DAY.fullmatch(text)
        try:
            day = dt.date(2000, int(match[1]), int(match[2])) if match else None
        except ValueError:
            day = None
        if day is None:
            form.add_error(name, "请写成 6-1 的样子")
        else:
            ends.append(f"{day:%m-%d}")
    if len(ends) < 2:
        return ""
    season = "/".join(ends)
    if any(_days(season) & _days(row["season"]) for row in earlier if row["season"]):
        form.add_error(typed[0][0], "与前面的季节重叠")
    return season


def _days(season: str) -> set[tuple[int, int]]:
    """The days of the year (month, day) that a season holds; it may cross the new year."""
    first, last = (tuple(map(int, end.split("-"))) for end in season.split("/"))
    year = [(day.month, day.day) for day in (dt.date(2000, 1, 1) + dt.timedelta(days=n) for n in range(366))]
    if first <= last:
        return {day for day in year if first <= day <= last}
    return {day for day in year if day >= first or day <= last}


class HoursForm(DraftFields):
    """Working hours: those of up to three seasons, and those of the rest of the year."""

    def __init__(self, data: Any, *, rows: tuple[HoursRow, ...]) -> None:
        super().__init__(data)
        seasons = [row for row in rows if row.season is not None][:SEASONS]
        for number in range(SEASONS):
            row = seasons[number] if number < len(seasons) else None
            said = f"第{number + 1}个季节"
            for place, label in enumerate(("起", "止")):
                initial = f"{row.season[place][0]}-{row.season[place][1]}" if row and row.season else ""
                self.fields[f"season{place}_{number}"] = self._text(said, label, initial, "如 6-1")
            self._spans(f"{number}", said, row)
        self._spans("base", "其余时间", rows[-1])

    def _text(self, said: str, label: str, initial: str, hint: str) -> forms.CharField:
        widget = forms.TextInput({"aria-label": f"{said}{label}", "placeholder": hint, "class": CONTROL})
        return forms.CharField(label=label, max_length=12, required=False, initial=initial, widget=widget)

    def _spans(self, key: str, said: str, row: HoursRow | None) -> None:
        spans = row.spans if row else ()
        for place, label in enumerate(("上午上班", "上午下班", "下午上班", "下午下班")):
            half, end = divmod(place, 2)
            value = spans[half][end] if half < len(spans) else None
            initial = f"{value // 3600:02d}:{value % 3600 // 60:02d}" if value is not None else ""
            self.fields[f"span{place}_{key}"] = self._text(said, label, initial, "如 8:00")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The fields of each line of the table."""
        keys = [*map(str, range(SEASONS)), "base"]
        return [
            {"season": [] if key == "base" else [self[f"season{n}_{key}"] for n in range(2)],
             "spans": [self[f"span{n}_{key}"] for n in range(4)]}
            for key in keys
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Times are times, in order; a season has both its ends."""
        data = super().clean() or {}
        self.rows: list[dict[str, Any]] = []
        for key in [*map(str, range(SEASONS)), "base"]:
            row = self._line(key, data)
            if row is not None:
                self.rows.append(row)
        return data

    def _line(self, key: str, data: dict[str, Any]) -> dict[str, Any] | None:
        typed = [str(data.get(f"span{n}_{key}") or "").strip() for n in range(4)]
        season = [str(data.get(f"season{n}_{key}") or "").strip() for n in range(2)] if key != "base" else []
        if key != "base" and not any([*typed, *season]):
            return None
        times = [CLOCK.fullmatch(text) for text in typed]
        for place, (text, match) in enumerate(zip(typed, times, strict=True)):
            if (text or place < 2) and match is None:
                self.add_error(f"span{place}_{key}", "请写成 8:00 的样子")
        if bool(typed[2]) != bool(typed[3]):
            self.add_error(f"span{2 if typed[3] else 3}_{key}", "下午要填上班和下班时间")
        clocks = [f"{int(match[1]):02d}:{match[2]}" for match in times if match]
        if clocks != sorted(set(clocks)):
            self.add_error(f"span0_{key}", "时间要从早到晚")
        spans = [f"{clocks[n]}-{clocks[n + 1]}" for n in range(0, len(clocks) - 1, 2)]
        return {"spans": spans} if key == "base" else {"spans": spans, "season": self._season(key, season)}

    def _season(self, key: str, typed: list[str]) -> str:
        named = [(f"season{place}_{key}", text) for place, text in enumerate(typed)]
        return season_of(self, named, self.rows)

    def entry(self) -> dict[str, Any]:
        """The rule that the form makes."""
        return {"id": "worktime.hours", "rows": self.rows}
