"""A league of scored units, with what each point comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.assessment.period import Period
from luoshi.engines.assessment.units import Charge
from luoshi.engines.rulebook.scheme import Item, Scheme

COUNTED, FULL, ZERO, MEAN, RESCALED = "counted", "full", "zero", "mean", "rescaled"
OTHER_PERIOD, BELOW = "other_period", "below_threshold"

WORDS = {
    COUNTED: "",
    FULL: "本期无数据，按规定得满分",
    ZERO: "本期无数据，得0分",
    MEAN: "本期无数据，取有数据单位的平均分",
    RESCALED: "本期无数据，不计此项，其余各项按比例折算",
    OTHER_PERIOD: "不计入本期",
    BELOW: "未达到计分条件",
}


@dataclass(frozen=True, slots=True)
class Line:
    """The points of one leaf. counts: by the formula's names. exact: what the formula gave, rounded, before cap
    and floor (None without data). how: counted, or how the absence of data or of the right to it was treated.
    """

    item: Item
    points: Decimal
    counts: Mapping[str, int | Decimal]
    exact: Decimal | None
    how: str

    @property
    def held(self) -> str:
        """`capped` or `floored` where the points were held, else empty."""
        if self.exact is None or self.how != COUNTED or self.exact == self.points:
            return ""
        return "capped" if self.exact > self.points else "floored"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The points of a group: the sum of its members, and what is left after cap and threshold."""

    item: Item
    sum: Decimal
    points: Decimal
    how: str


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's score. parts: base, regular, bonus, deduction. rank None: not ranked; grade "": none is given.

    counted: the charges that count; absorbed: those that a higher one on the same matter takes in.
    """

    unit: str
    name: str
    class_: str
    parts: Mapping[str, Decimal]
    total: Decimal
    rank: int | None
    grade: str
    lines: tuple[Line, ...]
    groups: tuple[GroupLine, ...]
    counted: tuple[Charge, ...]
    absorbed: tuple[Charge, ...]
    vetoes: tuple[str, ...]

    def line(self, id: str) -> Line:
        """Return the line of an item. KeyError for an unknown one."""
        for line in self.lines:
            if line.item.id == id:
                return line
        raise KeyError(id)

    def group(self, id: str) -> GroupLine:
        """Return the line of a group. KeyError for an unknown one."""
        for group in self.groups:
            if group.item.id == id:
                return group
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All units of a period, ranked ones first. means: the average points used where data is missing."""

    scheme: Scheme
    period: Period
    units: tuple[UnitScore, ...]
    means: Mapping[str, Decimal]

    def unit(self, unit: str) -> UnitScore:
        """Return a unit's score. KeyError for an unknown one."""
        for score in self.units:
            if score.unit == unit:
                return score
        raise KeyError(unit)
