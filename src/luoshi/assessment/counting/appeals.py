"""What an accepted appeal counts for: the difference that its corrections make, on the days they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from luoshi.assessment.counting.rows import SCALED, SCHEME, groups_of, period_of
from luoshi.assessment.counting.tracker import Count, Facts, Held, Standing
from luoshi.assessment.states_sheets import APPEAL
from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook
from luoshi.engines.rulebook.scheme import Scheme

OVERDUE_OPEN = "overdue_open"


class AppealTracker:
    """Corrections count in the running month, quarter and year as in the revised sheet.

    A count that is read as a stock is corrected for its month alone: the case itself goes on counting as it
    stands. A charge is corrected as so many of it without an order, which nothing else takes in.
    """

    kind = APPEAL

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember the corrections that were approved."""
        if event.kind != "assessment.appeal_accepted":
            return facts
        return {**facts, "corrections": list(event.data.get("corrections", []))}

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """The corrections' differences; nothing while the appeal is open or when it failed."""
        counts: list[Count] = []
        charges: list[Held] = []
        for row in facts.get("corrections", []):
            name, day = str(row["count"]), date.fromisoformat(row["day"])
            amount = int((Decimal(str(row["to"])) - Decimal(str(row["from"]))) * SCALED.get(name, 1))
            month = period_of("month", day)
            if any(name in names for names, _ in groups_of(book, month) or ()):
                charges.append(Held(name, day, order=0, times=amount))
            elif name == OVERDUE_OPEN or _is_base(book.scheme(SCHEME, month.last), name):
                counts.append(Count(name, month.last, amount, running=True))
                counts.append(Count(name, month.end, -amount, running=True))
            else:
                counts.append(Count(name, day, amount))
        return Standing(tuple(counts), tuple(charges))


def _is_base(scheme: Scheme, name: str) -> bool:
    """Whether a count belongs to the base work, which stands until it changes."""
    return any(
        name in leaf.counts.values() for top in scheme.items if top.part == "base" for leaf in top.leaves()
    )
