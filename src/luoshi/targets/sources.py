"""Figures that modules of the platform supply for measures, so that nobody types them.

A module registers under its key when it starts; which measure takes its figure from which key, the rulebook says
(targets.office_sources). A measure whose module is not there is reported by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from luoshi.targets import rules


@dataclass(frozen=True, slots=True)
class Supplied:
    """A figure from the start of the year to the end of a month: a value, or cases of that month (part of whole)."""

    value: Decimal | None = None
    part: int | None = None
    whole: int | None = None

    def as_figure(self) -> dict[str, Decimal | None]:
        """The figure as a report takes it."""
        cases = {"part": self.part, "whole": self.whole}
        return {
            "value": self.value,
            **{key: None if one is None else Decimal(one) for key, one in cases.items()},
        }


Supply = Callable[[dt.date], Supplied | None]
"""Given the first day of a month: the figure, or None where the module has none."""

_SUPPLIES: dict[str, Supply] = {}


def register(key: str, supply: Supply) -> None:
    """Let a module supply the figures of a key; registering again replaces it."""
    _SUPPLIES[key] = supply


def source_of(indicator: str, day: dt.date) -> str:
    """The key of the module that a measure takes its figure from; "" where it has none.

    Source: smx-targets-2017/4.9
    """
    terms = rules.setting("targets.office_sources", day)
    pairs: Mapping[str, str] = dict(zip(terms["indicators"], terms["sources"], strict=True))
    return pairs.get(indicator, "")


def supplied(indicator: str, month: dt.date, *, day: dt.date) -> Supplied | None:
    """The figure that the platform has of a measure for a month, by the rules of a day; None to be reported by hand."""
    supply = _SUPPLIES.get(source_of(indicator, day))
    return supply(month) if supply is not None else None
