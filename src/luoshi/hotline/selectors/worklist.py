"""What somebody owes on the hotline, by when: a unit's people for their unit, the others by role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luoshi.hotline.states import DISPATCH, NOTICE, REQUEST
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Obligation, ObligationState
from luoshi.ledger.paging import Page, key_page
from luoshi.ledger.services.derive import platform_body_id

BY_PERMISSION: Mapping[str, tuple[str, ...]] = {
    "hotline.dispatch": ("hotline.dispatch",),
    "hotline.decide": (
        "hotline.return_decision",
        "hotline.county_report_decision",
        "hotline.assist_request_decision",
        "hotline.extension_decision",
        "hotline.no_redispatch_decision",
    ),
    "hotline.review": ("hotline.review",),
    "hotline.callback": ("hotline.feedback", "hotline.callback"),
    "hotline.supervise": ("hotline.monthly_statistics", "hotline.callback_notice"),
    "hotline.escalate": ("hotline.coordination_decision",),
    "hotline.leader": ("hotline.leader_decision",),
}
"""Which of the platform's duties belong to whom."""


def rules_of(actor: Actor) -> list[str]:
    """The rules whose duties the actor carries out for the platform, by the actor's permissions."""
    return [rule for code, ids in BY_PERMISSION.items() if actor.can(code) for rule in ids]


def owed_by(*, actor: Actor, kinds: tuple[str, ...] = (DISPATCH, REQUEST, NOTICE)) -> QuerySet[Any]:
    """What the actor answers for and is not yet done, soonest first, then what has no due time.

    A unit's people: everything their unit owes. The platform's and the command centre's: the platform's
    duties that fall to their role. The matter comes along for the link.
    """
    rows = Obligation.objects.filter(state=ObligationState.OPEN, nature="duty", matter_kind__in=kinds)
    platform = platform_body_id()
    if actor.can("hotline.unit") and actor.body_id != platform:
        rows = rows.filter(body_id=actor.body_id)
    else:
        rows = rows.filter(body_id=platform, rule__in=rules_of(actor))
    return rows.select_related("matter", "matter__parent", "matter__body").order_by("due_at", "id")


def worklist_page(*, actor: Actor, query: Mapping[str, str], size: int = 50) -> Page[Any]:
    """A page of what the actor owes, by due time. query: rule, after, before. One query."""
    rows = owed_by(actor=actor)
    if query.get("rule"):
        rows = rows.filter(rule=query["rule"])
    return key_page(
        rows,
        keys=("due_at", "id"),
        after=query.get("after", ""),
        before=query.get("before", ""),
        size=size,
        nullable="due_at",
    )


def owed_count(*, actor: Actor, now: datetime) -> dict[str, int]:
    """How much the actor owes and how much of it has run out: {"owed": n, "overdue": n}. Two queries."""
    rows = owed_by(actor=actor).order_by()
    return {"owed": rows.count(), "overdue": rows.filter(due_at__lt=now).count()}
