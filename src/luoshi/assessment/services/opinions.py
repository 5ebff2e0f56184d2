"""Supervision opinions: issued with a deadline, answered, carried out once the platform confirms it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from luoshi.assessment.models import Opinion
from luoshi.assessment.policies_records import may_approve, may_file_for, may_record, require
from luoshi.assessment.services.record_checks import (
    LONGEST,
    Upload,
    attach,
    check_assessed,
    local_day,
    order_of,
    paper,
    reason_of,
    safe,
)
from luoshi.assessment.states_records import OPINION
from luoshi.hotline.services.shared import local_text, notice_text, tell_liaisons
from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body


@transaction.atomic
def opinion_issue(
    *,
    body: Body,
    title: str,
    text: str,
    due_at: dt.datetime,
    actor: Actor,
    at: dt.datetime,
    order_no: str = "",
    files: Sequence[Upload] = (),
) -> Opinion:
    """The platform issues a supervision opinion that a unit must carry out by `due_at`; the liaison is told by SMS.

    order_no: the number of the citizen's request it concerns, if any.
    Errors: NotAllowed, Incomplete naming the field (an opinion has a deadline), WrongState (body not assessed).
    Source: smx-hotline-assessment/4.3.1.7.b
    """
    require(may_record(actor), "下达督查意见")
    check_assessed(body)
    filled = paper(
        rules.current().content("assessment.opinion_paper", local_day(at)), {"title": title, "text": text}
    )
    topic = line(filled["title"], field="title", label="事由", longest=120)
    if due_at <= at:
        raise Incomplete("落实期限须晚于现在", field="due_at")
    order = order_of(order_no, body) if order_no.strip() else None
    matter = ledger.matter_open(
        kind=OPINION,
        number=ledger.number_next("assessment.opinion", at),
        title=safe(topic, order),
        body_id=body.pk,
        actor=actor,
        at=at,
        facts={"due_set": due_at, "order": order.pk if order else 0},
        data={"order_no": order.number if order else ""},
    )
    opinion = Opinion(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=body,
        title=topic,
        text=filled["text"],
        order=order,
        due_at=due_at,
        issued_at=at,
        issued_by=actor.name,
    )
    with door():
        opinion.save(force_insert=True)
    attach(matter, files, actor=actor, at=at)
    words = {"unit": body.short_name, "number": matter.number, "due": local_text(due_at)}
    tell_liaisons(
        body=body,
        text=notice_text("assessment.opinion_notice", at, words),
        key=f"{OPINION}:{matter.number}",
        at=at,
        matter=matter,
    )
    return opinion


@transaction.atomic
def opinion_answer(
    *, opinion: Opinion, text: str, actor: Actor, at: dt.datetime, files: Sequence[Upload] = ()
) -> Opinion:
    """The unit answers how it carried an opinion out, with files; the platform then confirms it or not.

    Errors: NotAllowed (another unit), Incomplete, WrongState.
    """
    require(may_file_for(actor, opinion.body_id), "答复督查意见")
    said = block(text, field="text", label="落实情况", longest=LONGEST)
    fresh, matter = locked(opinion, "body")
    data = {"files": len(files), "text": safe(said, fresh.order_id)}
    ledger.act(matter=matter, action="answer", actor=actor, at=at, data=data)
    attach(matter, files, actor=actor, at=at)
    with door():
        fresh.answer, fresh.answered_at, fresh.answered_by = said, at, actor.name
        fresh.save(update_fields=["answer", "answered_at", "answered_by"])
    return fresh


@transaction.atomic
def opinion_turn_down(*, opinion: Opinion, reason: str, actor: Actor, at: dt.datetime) -> Opinion:
    """The platform finds that an opinion is not carried out; its deadline stays.

    Errors: NotAllowed, Incomplete (reason), WrongState.
    """
    why = reason_of(reason)
    fresh, matter = locked(opinion, "body")
    data = {"reason": safe(why, fresh.order_id)}
    ledger.act(matter=matter, action="turn_down", actor=actor, at=at, data=data)
    return fresh


@transaction.atomic
def opinion_confirm(
    *, opinion: Opinion, actor: Actor, at: dt.datetime, carried_out_at: dt.datetime | None = None
) -> Opinion:
    """The platform confirms that an opinion was carried out, and when: at the unit's answer unless it says otherwise.

    carried_out_at: from the issue up to now; without an answer and without this it is now.
    Errors: NotAllowed, Incomplete (a time outside that span), WrongState.
    """
    require(may_record(actor), "确认落实")
    fresh, matter = locked(opinion, "body")
    answered = fresh.answered_at if matter.state == "answered" else None
    done = carried_out_at or answered or at
    if not fresh.issued_at <= done <= at:
        raise Incomplete("落实时间须在下达之后、现在之前", field="carried_out_at")
    data = {"confirmed_at": at}
    ledger.act(matter=matter, action="carry_out", actor=actor, at=done, data=data)
    with door():
        fresh.carried_out_at, fresh.confirmed_at, fresh.confirmed_by = done, at, actor.name
        fresh.save(update_fields=["carried_out_at", "confirmed_at", "confirmed_by"])
    return fresh


@transaction.atomic
def opinion_withdraw(*, opinion: Opinion, reason: str, actor: Actor, at: dt.datetime) -> Opinion:
    """The command centre withdraws an opinion, with the reason: it counts for nothing, and stays on record.

    Errors: NotAllowed, Incomplete (reason), WrongState.
    """
    require(may_approve(actor), "撤销督查意见")
    why = reason_of(reason)
    fresh, matter = locked(opinion, "body")
    data = {"reason": safe(why, fresh.order_id)}
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data=data)
    with door():
        fresh.withdrawn_at, fresh.withdraw_reason = at, why
        fresh.save(update_fields=["withdrawn_at", "withdraw_reason"])
    return fresh
