"""What the records already show: a person confirms it as an entry, or lets it go with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from luoshi.assessment.models import Dismissal, Entry
from luoshi.assessment.policies_records import may_record, require
from luoshi.assessment.selectors.candidates import Candidate, candidate_get
from luoshi.assessment.services.entries import entry_propose
from luoshi.assessment.services.record_checks import Upload, reason_of, safe
from luoshi.assessment.states_records import DISMISSED
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import door


def _open(key: str) -> Candidate:
    """The candidate, if nobody decided on it yet.

    Errors: WrongState.
    """
    found = candidate_get(key)
    if found is None:
        raise WrongState("这一条已有人处理，或已不在待核之列", mend="请刷新页面")
    ledger.lock(found.matter)
    if Dismissal.objects.filter(key=key).exists() or Entry.objects.filter(source=key).exists():
        raise WrongState("这一条已有人处理", mend="请刷新页面")
    return found


@transaction.atomic
def candidate_accept(
    *, key: str, actor: Actor, at: dt.datetime, finding: str = "", files: Sequence[Upload] = ()
) -> Entry:
    """Enter what the records show, with the request linked; the one who confirms it vouches for its conditions.

    finding: what was found; what the records show where it is left out.
    Errors: NotAllowed, WrongState (decided already), and those of entry_propose.
    """
    require(may_record(actor), "登记扣分")
    found = _open(key)
    return entry_propose(
        body=found.body,
        item=found.item,
        date=found.date,
        content={"finding": finding.strip() or found.shows, "task": found.title},
        conditions=found.conditions,
        order_no=found.order.number or "",
        files=files,
        source=key,
        actor=actor,
        at=at,
    )


@transaction.atomic
def candidate_dismiss(*, key: str, reason: str, actor: Actor, at: dt.datetime) -> Dismissal:
    """Let a candidate go, with the reason; it is recorded on its case and not shown again.

    Errors: NotAllowed, Incomplete (reason), WrongState (decided already).
    """
    require(may_record(actor), "处理待核情形")
    why = reason_of(reason)
    found = _open(key)
    data = {"key": key, "reason": safe(why, found.order)}
    ledger.record(matter=found.matter, kind=DISMISSED, actor=actor, at=at, data=data)
    with door():
        made: Dismissal = Dismissal.objects.create(
            key=key,
            jurisdiction=settings.JURISDICTION,
            matter=found.matter,
            reason=why,
            by=actor.name,
            at=at,
        )
    return made
