"""What is counted for a unit before it is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """Something held against a unit (or in its favour) on one matter, or on none.

    count: the scheme's count that it adds to. matter: the order concerned, "" for none. times: how often
    (only without a matter: with one it is one failing). month: 2017-10. ref: what the reader can look up.
    """

    count: str
    matter: str
    times: int
    month: str
    ref: str


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """A unit with its counts; those not named are zero. class_: for ranks by class."""

    unit: str
    counts: Mapping[str, int | Decimal]
    charges: tuple[Charge, ...] = ()
    class_: str = ""
    name: str = field(default="")
