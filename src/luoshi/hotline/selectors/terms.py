"""What a dispatch would start: the unit's due times, told by the rulebook before anything is dispatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luoshi.engines.obligations import Happened, Owed, step
from luoshi.hotline.states import DISPATCH
from luoshi.ledger import rules
from luoshi.ledger.services.owing import clock_of_body
from luoshi.organisation.models import Body

OPENING = "hotline.dispatched"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a unit would owe: what, and by when."""

    rule: str
    title: str
    due_at: datetime | None
    provisional: bool


def terms_of_dispatch(
    *,
    at: datetime,
    urgency: str,
    kind: str,
    role: str = "sole",
    body: Body | None = None,
    onsite: bool = False,
    assist_extra: bool = False,
) -> list[Term]:
    """What a unit would owe if the request were dispatched to it at `at`, by due time; no query.

    The very fold that opens a dispatch's obligations. body: the unit, None for a department of the city.
    """
    facts = {
        "urgency": urgency,
        "role": role,
        "onsite": onsite,
        "area": body.area if body else Body.Area.URBAN,
        "body_class": body.kind if body else Body.Kind.DEPARTMENT,
        "assist_extra": assist_extra,
        "kind": kind,
        "leader": False,
        "request": "",
    }
    opening = Happened(seq=1, kind=OPENING, at=at)
    clock = clock_of_body(body.pk if body else None)
    owed = step([], opening, facts, matter_kind=DISPATCH, book=rules.current(), clock=clock)
    mine = [row for row in owed if row.owner == "body" and row.nature == "duty"]
    return [_term(row) for row in sorted(mine, key=lambda row: (row.due_at is None, row.due_at or at))]


def _term(row: Owed) -> Term:
    return Term(rule=row.rule, title=row.title, due_at=row.due_at, provisional=row.provisional)
