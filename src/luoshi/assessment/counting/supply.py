"""What the knowledge base counts for: what the platform asked a unit to supply, and errors found in its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from luoshi.assessment.counting.dispatch import moment, seconds
from luoshi.assessment.counting.rows import SCALED
from luoshi.assessment.counting.tracker import Count, Facts, Standing
from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook

SUPPLY, ENTRY = "knowledge.request", "knowledge.entry"
CORRECTION = "correction_deduction"


class SupplyTracker:
    """An item that was asked for counts on its due day, delivered or not; one that was cancelled does not.

    A script for emergencies counts as supplied if it came by the due time; a basic entry whenever it came, since
    nothing incomplete can be delivered.
    Source: smx-hotline-assessment/4.2.4.3
    """

    kind = SUPPLY
    events = frozenset({"knowledge.requested", "knowledge.delivered", "knowledge.request_cancelled"})

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember what was asked for, by when, and when it came."""
        match event.kind:
            case "knowledge.requested":
                due = matter.get("due_set")
                return {"form": matter.get("form"), "due": seconds(due) if due is not None else None}
            case "knowledge.delivered":
                return {**facts, "delivered": seconds(event.at)}
            case _:
                return {**facts, "cancelled": True}

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """What was asked for, and what of it was supplied."""
        if facts.get("cancelled") or facts.get("due") is None:
            return Standing()
        day, delivered = moment(facts["due"], book.worktime.tz).date(), facts.get("delivered")
        if facts["form"] == "script":
            names = ["emergency_requested"]
            if delivered is not None and delivered <= facts["due"]:
                names.append("emergency_submitted")
        else:
            names = ["due_total"] + (["complete_submitted"] if delivered is not None else [])
        return Standing(tuple(Count(name, day) for name in names))


class CorrectionTracker:
    """An error that the platform found in an entry costs its points on the day it was registered."""

    kind = ENTRY
    events = frozenset({"knowledge.corrected"})

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember each error with its points."""
        found = {"at": seconds(event.at), "points": event.data.get("points", "0")}
        return {**facts, "found": [*facts.get("found", []), found]}

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """The points of each error, in hundredths."""
        return Standing(
            tuple(
                Count(
                    CORRECTION,
                    moment(one["at"], book.worktime.tz).date(),
                    int(Decimal(one["points"]) * SCALED[CORRECTION]),
                )
                for one in facts["found"]
            )
        )
