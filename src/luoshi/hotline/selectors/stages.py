"""The seven stages that a request passes in order, told from its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from luoshi.hotline.models import MonthlyNotice, Request
from luoshi.hotline.services.shared import choice_on, rule_day
from luoshi.hotline.states import ENDED
from luoshi.ledger.prepared import prepared
from luoshi.ledger.selectors import event_kinds
from luoshi.ledger.together import fetch

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
    that ended without being handled (answered at once, refused, not dispatched again). One query.
    Source: smx-hotline-ops/5.b
    """
    kinds = event_kinds(request.pk)
    issued = notices_issued(request)
    fetch(kinds, issued)
    return stages_from(request, kinds=kinds, issued=issued)


def notices_issued(request: Request) -> QuerySet[MonthlyNotice, str]:
    """Kinds of the monthly notices that were issued of the month in which a request came in."""
    day = rule_day(timezone.localtime(request.received_at))
    return _issued(date(day.year, day.month, 1))


@prepared
def _issued(month: date) -> QuerySet[MonthlyNotice, str]:
    rows = MonthlyNotice.objects.filter(month=month, issued_at__isnull=False)
    return rows.values_list("kind", flat=True)


def stages_from(request: Request, *, kinds: Iterable[str], issued: Iterable[str]) -> Stages | None:
    """The same from what was read already: the kinds of its events, and the notices issued of its month."""
    if request.matter.state in set(ENDED) - {"archived"}:
        return None
    day = rule_day(timezone.localtime(request.received_at))
    choice = choice_on("hotline.stage", day)
    seen, told = set(kinds), set(issued)
    reached = 0
    for option in choice.options:
        there = (
            MONTHLY[option.value] in told if option.value in MONTHLY else bool(REACHED[option.value] & seen)
        )
        if not there:
            break
        reached += 1
    return Stages(labels=tuple(option.label for option in choice.options), reached=reached)
