"""Tallies: what an event and its obligations add to the running counts (metric, owner, day).

A count moves by the difference between what an obligation contributed before and after an event. The sum over
all moves therefore equals a recount over the final obligations: that is what `luoshi verify` checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo

from luoshi.engines.obligations import Owed

Move = tuple[str, str, date]
"""(metric, owner: body | platform | citizen, day)."""


def event_metric(kind: str) -> str:
    """The metric that counts events of a kind."""
    return f"event:{kind}"


def contribution(owed: Owed, tz: tzinfo) -> list[Move]:
    """What one obligation counts for: opened on its first day, met or late on the day it was met, breached on
    the day of the breach. A window (a right that lapses) counts only when it was used."""

    def move(metric: str, at: datetime) -> Move:
        return (f"{metric}:{owed.rule}", owed.owner, at.astimezone(tz).date())

    moves = [move("opened", owed.opened_at)] if owed.nature == "duty" and owed.state != "cancelled" else []
    if owed.met_at is not None and owed.state in {"met", "late", "breached"}:
        moves.append(move("broken" if owed.state == "breached" else owed.state, owed.met_at))
    if owed.breached_at is not None and owed.nature == "duty" and owed.state != "cancelled":
        moves.append(move("breached", owed.breached_at))
    return moves


def moves(before: Iterable[Owed], after: Iterable[Owed], tz: tzinfo) -> Mapping[Move, int]:
    """The counts that change when obligations go from `before` to `after`; zero changes are left out."""
    change: Counter[Move] = Counter()
    for owed in after:
        change.update(contribution(owed, tz))
    for owed in before:
        change.subtract(contribution(owed, tz))
    return {move: count for move, count in change.items() if count}
