"""The seven stages that a request passes in order, told from its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from luoshi.hotline.models import MonthlyNotice, Request
from luoshi.hotline.services.shared import choice_on, rule_day
from luoshi.hotline.states import ENDED
from luoshi.ledger.selectors import matter_timeline

# the events that show a stage to be reached; those of a request's dispatches count as its own
REACHED: Mapping[str, frozenset[str]] = {
    "intake": frozenset({"hotline.received"}),
    "dispatch": frozenset({"hotline.dispatched_out", "hotline.claimed"}),
    "handling": frozenset({"hotline.signed"}),
    "reply": frozenset({"hotline.replied"}),
    "review": frozenset({"hotline.concluded"}),
}
MONTHLY = {"analysis": "statistics", "assessment": "callbacks"}


@dataclass(frozen=True, slots=True)
class Stages:
    """Labels of the stages in order, and how many of them are reached (0: none)."""

    labels: tuple[str, ...]
    reached: int

    @property
    def current(self) -> int:
        """The stage under way, counted from 1; one past the last when all are reached."""
        return self.reached + 1


def stages_of(request: Request) -> Stages | None:
    """Where a request stands among the stages of intake, dispatch, handling, reply, review, analysis, assessment.

    A stage counts only when all before it are reached. Analysis and assessment of units are done for the month in
    which the request came in, when its statistics and its notice on units' results are issued. None for a request
    that ended without being handled (answered at once, refused, not dispatched again). Two queries.
    Source: smx-hotline-ops/5.b
    """
    if request.matter.state in set(ENDED) - {"archived"}:
        return None
    day = rule_day(timezone.localtime(request.received_at))
    choice = choice_on("hotline.stage", day)
    seen = set(matter_timeline(request.matter).order_by().values_list("kind", flat=True).distinct())
    month = date(day.year, day.month, 1)
    issued = set(
        MonthlyNotice.objects.filter(month=month, issued_at__isnull=False).values_list("kind", flat=True)
    )
    reached = 0
    for option in choice.options:
        there = (
            MONTHLY[option.value] in issued if option.value in MONTHLY else bool(REACHED[option.value] & seen)
        )
        if not there:
            break
        reached += 1
    return Stages(labels=tuple(option.label for option in choice.options), reached=reached)
