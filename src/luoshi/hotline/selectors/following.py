"""What a citizen sees of the own request beyond its steps: how far it is, who has it, by when an answer is due and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luoshi.engines.limits import Due
from luoshi.engines.rulebook import UnknownRule
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.states import OPEN_TO_WORDS
from luoshi.ledger import rules
from luoshi.ledger.models import Obligation, ObligationState
from luoshi.ledger.selectors import obligation_cite, obligation_explain

STAGES = ("受理登记", "转给单位", "单位办理", "答复您")
PUBLIC_LIMITS = "hotline.public_limits"
RUNNING = (ObligationState.OPEN, ObligationState.PAUSED)
_STAGE = {
    "received": 2, "offered": 2, "escalated": 2, "in_progress": 3, "concluded": 4, "fed_back": 5, "called_back": 5,
    "archived": 5, "answered": 5,
}  # fmt: skip
_PLAIN = {
    "hotline.dispatch": "转给承办单位",
    "hotline.contact": "与您联系",
    "hotline.close": "办好并报出答复",
    "hotline.feedback": "把结果告诉您",
}


@dataclass(frozen=True, slots=True)
class DueView:
    """What somebody owes the citizen: what, who, by when, how it was counted, under which clauses."""

    title: str
    unit: str
    at: datetime | None
    paused: bool
    over: bool
    due: Due
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request is.

    stage: place among STAGES from 1, one past the last when all is done, 0 where the request took another way
    (not taken on, not dispatched again). units: who has it or had it, the one in charge first.
    """

    stage: int
    units: tuple[str, ...]
    dues: tuple[DueView, ...]
    may_supplement: bool


def public_limits(at: datetime) -> tuple[str, ...]:
    """The time limits that the public is told of; none where the rulebook names none."""
    try:
        return tuple(rules.current().setting(PUBLIC_LIMITS, rule_day(at)).values["limits"])
    except UnknownRule:
        return ()


def standing_of(request: Request, now: datetime) -> Standing:
    """How far the request is and what is owed on it, for its citizen. Two queries."""
    sent = Dispatch.objects.filter(request=request).exclude(matter__state="recalled")
    rows = list(sent.order_by("pk").values_list("matter_id", "body__name", "role"))
    rows.sort(key=lambda row: row[2] == "assist")
    state = request.matter.state
    return Standing(
        stage=_STAGE.get(state, 0),
        units=tuple(dict.fromkeys(name for _, name, _ in rows)),
        dues=tuple(_dues([request.pk, *(pk for pk, _, _ in rows)], now)),
        may_supplement=state in OPEN_TO_WORDS,
    )


def _dues(matters: list[Any], now: datetime) -> list[DueView]:
    found = Obligation.objects.filter(
        matter_id__in=matters,
        rule__in=[rule for rule in public_limits(now) if rule in _PLAIN],
        state__in=RUNNING,
        due_at__isnull=False,
    ).select_related("body")
    return [_due(one, now) for one in found.order_by("due_at", "id")]


def _due(one: Obligation, now: datetime) -> DueView:
    paused = one.state == ObligationState.PAUSED
    return DueView(
        title=_PLAIN.get(one.rule, one.title),
        unit=one.body.name if one.body else "12345平台",
        at=one.due_at,
        paused=paused,
        over=not paused and one.due_at is not None and one.due_at < now,
        due=obligation_explain(one),
        cite=tuple(obligation_cite(one)),
    )
