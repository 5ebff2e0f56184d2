"""Errors that the platform finds in published entries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from luoshi.knowledge import rules
from luoshi.knowledge.models import Correction, Entry
from luoshi.knowledge.policies import may_manage, require
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door

CENT = Decimal("0.01")


@transaction.atomic
def entry_correct(
    *, entry: Entry, what: str, actor: Actor, at: dt.datetime, points: Decimal | None = None
) -> Correction:
    """Register one error in an entry, with the points that it costs the entry's body.

    points: Decimal with at most two places, from 0 to the rulebook's most; None takes the rulebook's usual points.
    The entry stays published; its body puts the error right by an edit.
    Errors: NotAllowed (the platform only), Incomplete naming the field, WrongState (a draft).
    """
    fresh, matter = locked(entry, "body")
    require(may_manage(actor), "登记条目错误")
    said = line(what, field="what", label="错误内容", longest=300)
    terms = rules.setting("correction", at)
    cost = Decimal(terms["points"]) if points is None else points
    most = Decimal(terms["points_max"])
    if not cost.is_finite() or not Decimal(0) <= cost <= most or cost != cost.quantize(CENT):
        raise Incomplete(f"扣分须在0到{most}之间，最多两位小数", field="points")
    with door():
        correction: Correction = Correction.objects.create(
            jurisdiction=fresh.jurisdiction,
            entry=fresh,
            body=fresh.body,
            version=fresh.version,
            what=said,
            points=cost,
            at=at,
            by=actor.name,
        )
    ledger.act(
        matter=matter,
        action="correct",
        actor=actor,
        at=at,
        data={"correction": correction.pk, "points": str(cost), "what": said, "version": fresh.version},
    )
    return correction
