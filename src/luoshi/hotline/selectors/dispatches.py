"""Reading dispatches: lists by key, what one may do now and by when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from luoshi.engines.obligations import rule_of
from luoshi.hotline.models import Application, Callback, Dispatch, Urging
from luoshi.hotline.selectors.search import dispatches_matching
from luoshi.hotline.services.joining import county_may_report
from luoshi.hotline.services.reviewing import DISSATISFIED
from luoshi.hotline.services.steps import CLOSING, PENDING, may_decide
from luoshi.hotline.services.supervising import SUPERVISION
from luoshi.hotline.states import DISPATCH, DISPATCHES
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.inputs import natural
from luoshi.ledger.models import Obligation, ObligationState
from luoshi.ledger.paging import Page, first_page, key_page
from luoshi.ledger.prepared import composed, prepared
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.states import Edge

SEARCH_LENGTH = 60
KEYS = ("-dispatched_at", "-matter_id")
LISTED = (
    "role", "urgency", "dispatched_at", "signed_at", "closed_at", "deemed_overdue", "request_id",
    "matter__number", "matter__title", "matter__kind", "matter__state", "matter__version",
    "matter__parent__number", "matter__parent__title", "body__code", "body__short_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Countdown:
    """A due time as it stands at a moment. seconds: left until then, negative once it has passed, else None.

    window: it is a right that lapses (asking late stays possible, marked as late), not a duty.
    """

    obligation: Obligation
    due_at: datetime | None
    seconds: int | None
    window: bool

    @property
    def overdue(self) -> bool:
        """Whether the due time has passed."""
        return self.obligation.breached_at is not None or (self.seconds is not None and self.seconds < 0)


@dataclass(frozen=True, slots=True)
class Possible:
    """A step that the actor may take now, with the due times that it would meet."""

    edge: Edge
    countdowns: tuple[Countdown, ...]

    @property
    def action(self) -> str:
        """The code of the step."""
        return self.edge.action

    @property
    def label(self) -> str:
        """The Chinese name of the step."""
        return self.edge.label


def countdown(obligation: Obligation, now: datetime) -> Countdown:
    """How long an obligation still has at `now`."""
    due = obligation.due_at
    seconds = None if due is None else int((due - now).total_seconds() // 1)
    return Countdown(obligation, due, seconds, obligation.nature == "window")


def dispatch_rows(*, actor: Actor, query: Mapping[str, str], now: datetime) -> Any:
    """Dispatches of the actor's unit, or all for the platform's people, in no order; filters as in dispatch_list."""
    if _sees_none(actor):
        return Dispatch.objects.none()
    rows = _rows(_unit(actor, query), now if query.get("overdue") else None, **_chosen(query))
    words = query.get("q", "").strip()[:SEARCH_LENGTH]
    return dispatches_matching(rows, words) if words else rows


def _sees_none(actor: Actor) -> bool:
    return not (actor.can("hotline.read_all") or (actor.can("hotline.unit") and actor.body_id is not None))


def _unit(actor: Actor, query: Mapping[str, str]) -> int | None:
    """The unit whose dispatches are shown; None for all."""
    return natural(query.get("body", "")) if actor.can("hotline.read_all") else actor.body_id


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    found = {name: query[name] for name in ("urgency", "role") if query.get(name)}
    return {**found, "state": query["state"]} if query.get("state") in DISPATCHES.labels else found


def _rows(unit: int | None, late_at: datetime | None, *, state: str = "", **chosen: str) -> QuerySet[Any]:
    """late_at: only those of which the unit owes something that ran out before."""
    rows: QuerySet[Any] = Dispatch.objects.select_related("matter__parent", "body").filter(**chosen)
    if unit is not None:
        rows = rows.filter(body_id=unit)
    if state:
        rows = rows.filter(matter__state=state)
    if late_at is not None:
        late = Obligation.objects.filter(
            Q(breached_at__isnull=False) | Q(due_at__lt=late_at), state=ObligationState.OPEN, nature="duty"
        )
        rows = rows.filter(pk__in=late.filter(owner="body", matter_kind=DISPATCH).values("matter_id"))
    return rows


def dispatch_list(*, actor: Actor, query: Mapping[str, str], now: datetime, size: int = 50) -> Page[Any]:
    """A page of dispatches, the newest first: those of the actor's unit, or all for the platform's people.

    query: state, body (id; platform only), urgency, role, overdue (1: something that the unit owes has run
    out), q (beginning of the number, or words of the request), after, before. Each item is a Dispatch whose
    matter, that of its request and unit are loaded, with what lists show (LISTED). One query, however long the list is.
    """
    after, before, chosen = query.get("after", ""), query.get("before", ""), _chosen(query)
    if not (after or before or query.get("q", "").strip() or _sees_none(actor)) and chosen.keys() <= {
        "state"
    }:
        late_at = now if query.get("overdue") else None
        return first_page(_first(_unit(actor, query), late_at, size=size, **chosen), keys=KEYS, size=size)
    rows = dispatch_rows(actor=actor, query=query, now=now).only(*LISTED)
    return key_page(rows, keys=KEYS, after=after, before=before, size=size)


@composed
def _first(unit: int | None, late_at: datetime | None, *, size: int, state: str = "") -> QuerySet[Any]:
    return _rows(unit, late_at, state=state).only(*LISTED).order_by(*KEYS)[: size + 1]


def due_next(dispatches: Iterable[Dispatch], now: datetime) -> dict[int, Countdown]:
    """For each dispatch the duty of its unit that runs out first, by id: one query for a whole page."""
    found: dict[int, Countdown] = {}
    for row in _owed_by_units([dispatch.pk for dispatch in dispatches]):
        found.setdefault(row.matter_id, countdown(row, now))
    return found


@prepared
def _owed_by_units(dispatches: list[int]) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(matter_id__any_of=dispatches, state=ObligationState.OPEN, nature="duty")
    shown = ("matter_id", "title", "nature", "state", "due_at", "provisional", "breached_at")
    return rows.filter(owner="body", due_at__isnull=False).only(*shown).order_by("matter_id", "due_at", "id")


def _open(dispatch: Dispatch) -> list[Obligation]:
    rows = Obligation.objects.filter(matter_id=dispatch.pk, state=ObligationState.OPEN)
    return list(rows.order_by("due_at", "id"))


def allowed_actions(*, dispatch: Dispatch, actor: Actor, now: datetime) -> list[Possible]:
    """The steps that the actor may take on a dispatch now, each with the due times it would meet.

    The state table, the actor's permissions, the rulebook's decision tables and the facts decide together (a
    decision only where something was asked; an extension only while the limit runs). Five queries.
    """
    matter = dispatch.matter
    edges = [
        edge
        for edge in DISPATCHES.actions(matter.state, actor, matter)
        if may_decide(edge.action, actor, now)
    ]
    if not edges:
        return []
    owed = _open(dispatch)
    fit = _Fit(dispatch, now, owed)
    return [Possible(edge, _met_by(owed, edge, now)) for edge in edges if fit(edge.action)]


def _met_by(owed: list[Obligation], edge: Edge, now: datetime) -> tuple[Countdown, ...]:
    book = rules.current()
    met = [row for row in owed if rule_of(owed_from(row), book).met_by(edge.event, {})]
    return tuple(countdown(row, now) for row in met)


class _Fit:
    """Whether a step makes sense on a dispatch as it stands, beyond state and permission."""

    def __init__(self, dispatch: Dispatch, now: datetime, owed: list[Obligation]) -> None:
        self.dispatch, self.now = dispatch, now
        self.limit = next((row for row in owed if row.rule in CLOSING), None)
        pending = Application.objects.filter(dispatch=dispatch, status=PENDING)
        self.pending = set(pending.values_list("kind", flat=True))
        self.tests: dict[str, Callable[[], bool]] = {
            "request_return": lambda: "return" not in self.pending,
            "accept_return": lambda: "return" in self.pending,
            "reject_return": lambda: "return" in self.pending,
            "county_report": lambda: "county_report" not in self.pending and county_may_report(dispatch, now),
            "adopt_report": lambda: self._report_waits(owed),
            "decline_report": lambda: self._report_waits(owed),
            "request_assist": lambda: "assist" not in self.pending and dispatch.role == "lead",
            "add_assist": lambda: "assist" in self.pending,
            "decline_assist": lambda: "assist" in self.pending,
            "request_extension": lambda: "extension" not in self.pending and self._runs(),
            "grant_extension": lambda: "extension" in self.pending,
            "refuse_extension": lambda: "extension" in self.pending,
            "request_no_redispatch": lambda: "no_redispatch" not in self.pending,
            "accept_no_redispatch": lambda: "no_redispatch" in self.pending,
            "reject_no_redispatch": lambda: "no_redispatch" in self.pending,
            "request_coordination": lambda: "coordination" not in self.pending and self.limit is not None,
            "approve_coordination": lambda: "coordination" in self.pending,
            "refuse_coordination": lambda: "coordination" in self.pending,
            "supervise": lambda: not self._supervised(),
            "answer_supervision": self._supervised,
            "order_mend": self._dissatisfied,
        }

    def __call__(self, action: str) -> bool:
        test = self.tests.get(action)
        return test is None or test()

    def _runs(self) -> bool:
        """Whether the limit for closing still runs: to its very second."""
        limit = self.limit
        return (
            limit is not None
            and limit.due_at is not None
            and limit.breached_at is None
            and self.now <= limit.due_at
        )

    def _report_waits(self, owed: list[Obligation]) -> bool:
        due = next((row.due_at for row in owed if row.rule == "hotline.county_report_decision"), None)
        return "county_report" in self.pending and (due is None or self.now <= due)

    def _supervised(self) -> bool:
        rows = Urging.objects.filter(dispatch=self.dispatch, kind=SUPERVISION, answered_at__isnull=True)
        return bool(rows.exists())

    def _dissatisfied(self) -> bool:
        asked = Callback.objects.filter(request_id=self.dispatch.request_id, answered=True)
        mine = asked.filter(Q(dispatch=self.dispatch) | Q(dispatch__isnull=True))
        last = mine.order_by("-round", "-pk").first()
        return last is not None and DISSATISFIED in {last.result, last.conduct}
