"""What computing a limit gives: the time, whether it is provisional, and every step that led there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from luoshi.engines.limits.duration import LimitError, Unit


@dataclass(frozen=True, slots=True)
class Interval:
    """A time during which the clock stands still: from `start` up to and without `end`, both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for at in (self.start, self.end):
            if at.tzinfo is None:
                raise LimitError(f"pause time {at} has no time zone: pass an aware time")
        if self.end < self.start:
            shown = f"{self.start:%Y-%m-%d %H:%M}/{self.end:%Y-%m-%d %H:%M}"
            raise LimitError(f"pause {shown} ends before it begins: swap the two times")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the count.

    kind: rule | start | hours (whose working time) | counted | makeup (counted, on a make-up day) | off_hours |
    weekend | holiday | rest (a day off by a body's own rule) |
    paused (not counted) | month_end | supplement | set | extended | provisional | due. start, end: aware, end
    not included; None where the step is no period. amount: what it adds to the count, in `unit`: seconds |
    days | months | "". note: Chinese, for people.
    """

    kind: str
    start: datetime | None
    end: datetime | None
    amount: int
    unit: str
    note: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; times in ISO 8601 with their offset."""
        return {
            "kind": self.kind,
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "amount": self.amount,
            "unit": self.unit,
            "note": self.note,
        }


Explain = Callable[..., tuple[Step, ...]]


class Due:
    """When something is due; reaching it to the second is in time.

    at: aware, None for a limit without a due time. provisional: a day of a year whose holidays are not
    announced was counted. cite: clauses of the rule. The steps are worked out when first asked for, so that
    computing many due times stays cheap.
    """

    __slots__ = ("_how", "_steps", "at", "cite", "provisional")

    def __init__(
        self, at: datetime | None, provisional: bool, how: tuple[Any, ...], cite: tuple[str, ...] = ()
    ) -> None:
        self.at = at
        self.provisional = provisional
        self.cite = cite
        self._how = how  # the function that explains, and its arguments
        self._steps: tuple[Step, ...] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The inputs, each period counted, each one skipped with the reason, and the result."""
        if self._steps is None:
            explain: Explain = self._how[0]
            self._steps = explain(*self._how[1:])
        return self._steps

    def is_met_by(self, at: datetime) -> bool:
        """Return whether something done at a time is in time; parts of a second do not count."""
        return self.at is None or at.replace(microsecond=0) <= self.at

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "due": self.at.isoformat() if self.at else None,
            "provisional": self.provisional,
            "cite": list(self.cite),
            "steps": [step.as_dict() for step in self.steps],
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Due):
            return NotImplemented
        return (self.at, self.provisional, self.cite) == (other.at, other.provisional, other.cite)

    def __hash__(self) -> int:
        return hash((self.at, self.provisional, self.cite))

    def __repr__(self) -> str:
        return f"Due({self.at}, provisional={self.provisional}, cite={self.cite})"


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How much time passed.

    amount: in `unit`, rounded down to four places. seconds: exact; None for days and months counted whole.
    """

    amount: Decimal
    unit: Unit
    seconds: int | None
    provisional: bool
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        whole = self.amount == self.amount.to_integral_value()
        return {
            "amount": int(self.amount) if whole else float(self.amount),
            "unit": self.unit.value.replace("_", " "),
            "seconds": self.seconds,
            "provisional": self.provisional,
            "steps": [step.as_dict() for step in self.steps],
        }
