"""What a citizen's request counts for by itself: a consultation answered at once. It keeps the call-backs too, which
count for its dispatches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from luoshi.assessment.counting.dispatch import REQUEST, moment, seconds
from luoshi.assessment.counting.tracker import Count, Facts, Member, Standing
from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook

SAID = ("contacted", "conducts", "results")
"""What the event of a call-back tells, one of each for every grade."""


class RequestTracker:
    """Follows direct answers and call-backs; a call-back that nobody answered counts for nothing.

    A direct answer counts to the unit whose knowledge or person gave it; only consultations do.
    Source: smx-hotline-assessment/4.2.4.4
    """

    kind = REQUEST
    own_order = True
    events = frozenset({"hotline.answered", "hotline.called_back", "hotline.called_back_again"})

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember the answer, and each call-back with what was said of whom."""
        at, data = seconds(event.at), event.data
        if event.kind == "hotline.answered":
            return {**facts, "answered": {"at": at, "body": data.get("body"), "kind": matter.get("kind")}}
        grades = [
            {"of": of, "contacted": contacted, "conduct": conduct, "result": result}
            for of, contacted, conduct, result in zip_longest(
                data.get("dispatches", ()), *(data.get(name, ()) for name in SAID)
            )
        ]
        return {**facts, "callbacks": [*facts.get("callbacks", []), {"at": at, "grades": grades}]}

    def standing_in(self, me: Member, family: Sequence[Member], *, now: datetime, book: Rulebook) -> Standing:
        """The direct answer, on its day."""
        answered = me.facts.get("answered")
        if answered is None or answered["body"] is None or answered["kind"] != "consultation":
            return Standing()
        day = moment(answered["at"], book.worktime.tz).date()
        return Standing((Count("direct_answered_consultations", day, body=answered["body"]),))
