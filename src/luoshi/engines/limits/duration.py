"""How long a time limit is: an amount and a unit, read from English or Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from luoshi.engines.worktime import WorktimeError


class LimitError(WorktimeError):
    """A limit that cannot be read or computed; the message is one clear line with the mend."""


class Unit(StrEnum):
    """The units of a time limit: natural ones, and those that count working time only."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    WORKING_MINUTES = "working_minutes"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def label(self) -> str:
        """The Chinese name."""
        return _LABELS[self]

    @property
    def working(self) -> bool:
        """Whether only working time or working days count."""
        return self.value.startswith("working")

    @property
    def seconds(self) -> int:
        """Seconds in one unit; 0 for days and months, which are counted and not measured."""
        return _SECONDS.get(self, 0)

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Return the unit that a text such as "working minutes", "day" or "工作日" names."""
        word = " ".join(text.replace("_", " ").lower().split())
        unit = _WORDS.get(word) or _WORDS.get(word + "s") or _WORDS.get(word.removeprefix("个"))
        if unit is None:
            raise LimitError(f"unknown unit {text.strip() or '(empty)'}: {_mend(word)}")
        return unit


_LABELS = {
    Unit.MINUTES: "分钟",
    Unit.HOURS: "小时",
    Unit.DAYS: "日",
    Unit.MONTHS: "个月",
    Unit.WORKING_MINUTES: "个工作分钟",
    Unit.WORKING_HOURS: "个工作小时",
    Unit.WORKING_DAYS: "个工作日",
}
_SECONDS = {Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.WORKING_MINUTES: 60, Unit.WORKING_HOURS: 3600}
_MOST = {  # some thirty years: what lies farther is a slip of the pen
    Unit.MINUTES: 15_000_000,
    Unit.HOURS: 250_000,
    Unit.DAYS: 10_000,
    Unit.MONTHS: 360,
    Unit.WORKING_MINUTES: 3_600_000,
    Unit.WORKING_HOURS: 60_000,
    Unit.WORKING_DAYS: 7_500,
}
_CHINESE = {
    Unit.MINUTES: ("分钟", "分"),
    Unit.HOURS: ("小时", "自然小时", "时"),
    Unit.DAYS: ("日", "天", "自然日", "日历日"),
    Unit.MONTHS: ("月", "自然月"),
    Unit.WORKING_MINUTES: ("工作分钟",),
    Unit.WORKING_HOURS: ("工作小时", "工作时"),
    Unit.WORKING_DAYS: ("工作日", "工作天"),
}
_WORDS = {unit.value.replace("_", " "): unit for unit in Unit} | {
    w: u for u, ws in _CHINESE.items() for w in ws
}
_DURATION = re.compile(r"([+-]?\d[\d.,]*|[一二三四五六七八九十两百半]+)?\s*(.*)", re.DOTALL)
_HAN = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def _mend(word: str) -> str:
    close = get_close_matches(word, _WORDS, n=1, cutoff=0.6)
    known = ", ".join(unit.value.replace("_", " ") for unit in Unit)
    return f"did you mean {close[0]}?" if close else f"write one of {known}"


def _whole(text: str) -> int | None:
    """Return a number written in digits, or in Chinese up to 99 (十五, 二十); None for anything else."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if (tens and tens not in _HAN) or (ones and ones not in _HAN) or not (ten or ones):
        return None
    return (_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0)


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of units, at least one.

    >>> str(Duration.parse("4个工作小时"))
    '4 working hours'
    """

    amount: int
    unit: Unit
    seconds: int = field(
        init=False, repr=False, compare=False
    )  # in all, for minutes and hours of either kind; else 0
    working: bool = field(
        init=False, repr=False, compare=False
    )  # whether only working time or working days count

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", self.amount * self.unit.seconds)
        object.__setattr__(self, "working", self.unit.working)
        if type(self.amount) is not int or not 1 <= self.amount <= _MOST[self.unit]:
            raise LimitError(
                f"duration {self.amount} {self.unit.value.replace('_', ' ')}: "
                f"write a whole number from 1 to {_MOST[self.unit]}"
            )

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Return the duration that a text such as "4 working hours", "1 working day" or "5个工作日" names.

        Raises LimitError, one line with the mend, for an amount that is no whole number from 1 up or an
        unknown unit.
        """
        shown = " ".join(text.split()) or "(empty)"
        match = _DURATION.fullmatch(" ".join(text.split()))
        number, words = (match[1] or "", match[2]) if match else ("", text)
        if not number:
            raise LimitError(
                f'duration {shown}: no amount, write a number and a unit such as "4 working hours"'
            )
        amount = _whole(number)
        if amount is None:
            raise LimitError(
                f"duration {shown}: {number} is no whole number, write a smaller unit instead of a part"
            )
        if not words:
            raise LimitError(f'duration {shown}: no unit, write one such as "{number} working hours"')
        try:
            unit = Unit.parse(words)
        except LimitError as error:
            raise LimitError(f"duration {shown}: {error}") from None
        return cls(amount, unit)

    @property
    def label(self) -> str:
        """The duration in Chinese, e.g. 4个工作小时."""
        return f"{self.amount}{self.unit.label}"

    def __str__(self) -> str:
        words = self.unit.value.replace("_", " ")
        return f"{self.amount} {words.removesuffix('s') if self.amount == 1 else words}"
