"""Requests and dispatches as the interface answers them. The citizen's data is masked here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.selectors.requests import masked_contact
from luoshi.ledger.models import Matter, Obligation, ObligationState
from luoshi.ledger.states import state_label
from luoshi.organisation.models import Body

CONTACT = ("name", "mobile", "phone", "email", "fax", "account", "address")


def unit(body: Body) -> dict[str, str]:
    """A body by code and short name."""
    return {"code": body.code, "name": body.short_name}


def stepped(matter: Matter) -> dict[str, Any]:
    """How a matter stands."""
    return {
        "id": matter.pk,
        "number": matter.number or "",
        "state": matter.state,
        "state_label": state_label(matter.kind, matter.state),
        "version": matter.version,
    }


def request_row(row: Request) -> dict[str, Any]:
    """A request in a list."""
    plain = ("channel", "kind", "urgency", "category", "place", "received_at", "supervised")
    return {
        **stepped(row.matter),
        "title": row.matter.title,
        "handling": row.matter.disclosure,
        **{name: getattr(row, name) for name in plain},
    }


def contact(source: Any) -> dict[str, str]:
    """The citizen's data, from what is masked already or may be seen."""
    return {name: getattr(source, name) or "" for name in CONTACT}


def request_full(row: Request, *, dispatches: Iterable[Dispatch], at: datetime) -> dict[str, Any]:
    """A request with these of its dispatches and all that is owed on it and them. One query."""
    briefs = list(dispatches)
    return {
        **request_row(row),
        "content": row.content,
        "wants_public": row.wants_public,
        "outcome": row.outcome,
        "contact": contact(masked_contact(row)),
        "dispatches": [dispatch_brief(one) for one in briefs],
        "due": due_of([row.pk, *(one.pk for one in briefs)], at),
    }


def dispatch_brief(row: Dispatch) -> dict[str, Any]:
    """A dispatch beside its request."""
    return {
        **stepped(row.matter),
        "unit": unit(row.body),
        "role": row.role,
        "dispatched_at": row.dispatched_at,
        "closed_at": row.closed_at,
    }


def dispatch_row(row: Dispatch, *, due_at: datetime | None, overdue: bool) -> dict[str, Any]:
    """A dispatch in a list."""
    asked: Any = row.matter.parent
    return {
        **dispatch_brief(row),
        "request": {"id": asked.pk, "number": asked.number or "", "title": asked.title},
        "urgency": row.urgency,
        "signed_at": row.signed_at,
        "due_at": due_at,
        "overdue": overdue,
    }


def dispatch_full(row: Dispatch, at: datetime) -> dict[str, Any]:
    """A dispatch with what was done on it. Three queries."""
    owed = due_of([row.pk], at)
    mine = [one for one in owed if one["due_at"] is not None and one["unit"] is not None]
    first = min((one["due_at"] for one in mine), default=None)
    return {
        **dispatch_row(row, due_at=first, overdue=any(one["overdue"] for one in mine)),
        "instruction": row.instruction,
        "part": row.part,
        "handler": row.handler,
        "content": row.request.content,
        "contact": contact(masked_contact(row.request)),
        "replies": [_reply(one) for one in row.replies.order_by("-round")],
        "applications": [_application(one) for one in row.applications.order_by("-pk")],
        "due": owed,
    }


def _reply(one: Any) -> dict[str, Any]:
    same = ("round", "problems", "drafted_at", "approved_at", "verdict", "review_note")
    return {"handling": one.measures, "measures": one.plans, **{name: getattr(one, name) for name in same}}


def _application(one: Any) -> dict[str, Any]:
    same = ("kind", "reason", "submitted_at", "status", "decision")
    return {"until": one.granted_until or one.until, **{name: getattr(one, name) for name in same}}


def due_of(matters: list[int], at: datetime) -> list[dict[str, Any]]:
    """What is owed on matters and not yet done, by due time: one query."""
    open_states = [ObligationState.OPEN, ObligationState.PAUSED]
    rows = Obligation.objects.filter(matter_id__in=matters, state__in=open_states, nature="duty")
    return [
        {
            "rule": one.rule,
            "title": one.title,
            "unit": unit(one.body) if one.body else None,
            "due_at": one.due_at,
            "state": one.state,
            "overdue": one.breached_at is not None or (one.due_at is not None and one.due_at < at),
        }
        for one in rows.select_related("body").order_by("due_at", "id")
    ]
