"""Briefs (简报) that units send to the government: one kind each, a further one only where the office agrees."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.documents.models import Brief
from luoshi.documents.outgoing_policies import require
from luoshi.documents.services.outgoing import office_body
from luoshi.documents.states.briefs import BRIEF
from luoshi.ledger import rules as book
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


def kinds_of(body: Body, *, but: int | None = None) -> int:
    """How many kinds of brief a unit sends or has asked for."""
    rows = Brief.objects.filter(body=body, matter__state__in=("asked", "kept"))
    return int(rows.exclude(pk=but).count())


@transaction.atomic
def brief_register(*, body: Body, name: str, actor: Actor, at: dt.datetime, reason: str = "") -> Brief:
    """A unit says which brief it sends. Up to the rule's number it may; a further kind waits for the office, with a reason.

    Errors: NotAllowed (for another unit), Incomplete (no name; sent already; no reason for a further kind).
    Source: xiping-work-rules/52.5
    """
    require(actor.body_id == body.pk and actor.can("documents.unit"), "登记其他单位的简报")
    words = line(name, field="name", label="简报名称", longest=100)
    if Brief.objects.filter(body=body, name=words, matter__state__in=("asked", "kept")).exists():
        raise Incomplete(f"《{words}》已经登记", field="name")
    rule = book.current().setting("documents.briefs", local_day(at))
    beyond = kinds_of(body) >= int(rule["most"])
    why = line(reason, field="reason", label="增加简报的理由", longest=300, required=False)
    if beyond and not why:
        raise Incomplete(
            f"每个部门原则上只报送{rule['most']}种简报，增加的须经办公室同意",
            mend="请写明理由",
            field="reason",
            cite=rule.cite,
        )
    office = office_body("secretariat", at)
    matter = ledger.matter_open(
        kind=BRIEF, title=f"{body.short_name}：{words}", body_id=office.pk if beyond and office else body.pk,
        actor=actor, at=at, facts={"sender": body.pk}, data={"name": words, "reason": why},
    )  # fmt: skip
    row = Brief(matter=matter, jurisdiction=matter.jurisdiction, body=body, name=words, reason=why)
    with door():
        row.save(force_insert=True)
    if not beyond:
        ledger.act(matter=matter, action="keep", actor=SYSTEM, at=at)
    return row


@transaction.atomic
def brief_decide(*, brief: Brief, agreed: bool, opinion: str, actor: Actor, at: dt.datetime) -> Brief:
    """The office agrees to a further kind of brief, or does not. Errors: NotAllowed, Incomplete, WrongState."""
    said = line(opinion, field="opinion", label="意见", longest=300)
    matter = ledger.lock(brief.pk)
    ledger.act(
        matter=matter, action="keep" if agreed else "refuse", actor=actor, at=at, data={"opinion": said}
    )
    return Brief.objects.select_related("matter", "body").get(pk=brief.pk)  # type: ignore[no-any-return]


@transaction.atomic
def brief_end(*, brief: Brief, actor: Actor, at: dt.datetime) -> Brief:
    """The unit no longer sends the brief. Errors: NotAllowed, WrongState."""
    ledger.act(matter=ledger.lock(brief.pk), action="end", actor=actor, at=at)
    return Brief.objects.select_related("matter", "body").get(pk=brief.pk)  # type: ignore[no-any-return]


__all__ = ["brief_decide", "brief_end", "brief_register", "kinds_of"]
