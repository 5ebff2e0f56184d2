"""Units reply: within their time, as a letter that the principal leader signs or the unit seals, by the lead alone."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO

from django.db import transaction

from luoshi.documents import rules
from luoshi.documents.models import Transfer
from luoshi.documents.services.incoming import fault_note, locked
from luoshi.documents.services.instructions import ASSIST, KNOW, settle
from luoshi.documents.services.sections import require_collecting
from luoshi.documents.services.text import block
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.organisation.models import Body

SIGNED, SEALED = "signed", "sealed"
LETTER = "盖章函件"


def locked_transfer(row: Transfer) -> Transfer:
    """A transfer as it is now; its paper is locked first, then it."""
    paper = locked(row.paper_id)
    matter = ledger.lock(row.pk)
    fresh: Transfer = Transfer.objects.select_related("instruction", "body").get(pk=row.pk)
    fresh.paper, fresh.matter = paper, matter
    return fresh


@transaction.atomic
def unit_receive(*, transfer: Transfer, actor: Actor, at: dt.datetime) -> Transfer:
    """A unit signs for what was passed to it. Errors: NotAllowed, WrongState."""
    fresh = locked_transfer(transfer)
    ledger.act(matter=fresh.matter, action="receive", actor=actor, at=at)
    fresh.received_at, fresh.received_by = at, actor.name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def unit_declare_complex(*, transfer: Transfer, reason: str, actor: Actor, at: dt.datetime) -> Transfer:
    """A unit declares that the matter is wide or complicated: five working days in all from the day it came.

    Only within the first three working days, with the reason, and not where the paper names its own time.
    Errors: NotAllowed, Incomplete, WrongState (too late).
    Source: smx-document-flow/27.4
    """
    fresh = locked_transfer(transfer)
    cite = ("smx-document-flow/27.4",)
    why = line(reason, field="reason", label="情况复杂的说明", longest=500)
    if fresh.due_set is not None:
        raise WrongState("公文载明了时限，按其时限回复", mend="确有困难的请与承办科室联系", cite=cite)
    window = fresh.matter.obligations.filter(rule="documents.complex_window").first()
    if window is not None and window.due_at is not None and at > window.due_at:
        raise WrongState("申报情况复杂应在收文后3个工作日内", mend="请尽快回复", cite=cite)
    if fresh.complex_reason:
        raise WrongState("已申报过情况复杂", mend="请按时回复", cite=cite)
    data = {"reason": why, "sent_at": fresh.sent_at}
    ledger.act(matter=fresh.matter, action="declare_complex", actor=actor, at=at, data=data)
    fresh.complex_reason = why
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def unit_return(*, transfer: Transfer, reason: str, actor: Actor, at: dt.datetime) -> Transfer:
    """A unit gives back what is not its own affair, with written reasons, within a working day; later is recorded and
    counted as a fault.

    Errors: NotAllowed, Incomplete (no reason), WrongState.
    Source: smx-document-flow/27.5
    """
    fresh = locked_transfer(transfer)
    why = block(reason, field="reason", label="退回的书面理由", longest=1000)
    window = fresh.matter.obligations.filter(rule="documents.unit_return_due").first()
    late = window is not None and window.due_at is not None and at > window.due_at
    data = {"reason": why, "late": late}
    ledger.act(matter=fresh.matter, action="return", actor=actor, at=at, data=data)
    fresh.return_reason = why
    with door():
        fresh.save()
    if late:
        fault_note(
            paper=None,
            transfer=fresh,
            body=fresh.body,
            kind="procedure",
            note="不属本单位的转办件逾期退回",
            at=at,
        )
    return fresh


@transaction.atomic
def unit_reply(
    *,
    transfer: Transfer,
    reply: str,
    letter: str,
    endorsement: str,
    actor: Actor,
    at: dt.datetime,
    file: tuple[BinaryIO, str] | None = None,
    version: int | None = None,
) -> Transfer:
    """The unit's reply to the government: a letter of the unit, signed by its principal leader here or sealed (then the
    sealed letter is attached). A responsible leader's signature does not do.

    Errors: NotAllowed (signed by another than the principal leader; an assisting unit), Incomplete, WrongState.
    Source: smx-document-flow/27.2, smx-document-flow/28.2
    """
    fresh = locked_transfer(transfer)
    rule = rules.content("documents.unit_reply", at)
    if fresh.role == ASSIST:
        raise NotAllowed(
            "协办单位只能回复给牵头单位，不得分别报送",
            mend="请用“回复牵头单位”",
            cite=("smx-document-flow/28.2",),
        )
    values = {"reply": reply.strip(), "letter": letter.strip(), "endorsement": endorsement}
    rules.require_content("documents.unit_reply", values, at)
    rules.require_choice("documents.endorsement", endorsement, at, field="endorsement", label="签字或盖章")
    if endorsement == SIGNED and not actor.can("documents.unit_sign"):
        raise NotAllowed(
            "回复须经单位主要领导签字或盖章，分管领导和经办人签字不算",
            mend="请主要领导登录签发，或上传盖章的函件",
            cite=rule.cite,
        )
    if file is not None:
        ledger.attachment_add(
            matter=fresh.matter, file=file[0], name=file[1], purpose=LETTER, actor=actor, at=at
        )
    if endorsement == SEALED and not fresh.matter.attachments.filter(purpose=LETTER).exists():
        raise Incomplete("请上传盖章的函件", field="file", cite=rule.cite)
    ledger.act(matter=fresh.matter, action="reply", actor=actor, at=at, data=values, version=version)
    fresh.reply, fresh.letter = values["reply"], line(letter, field="letter", label="函号", longest=80)
    fresh.endorsement, fresh.signer, fresh.replied_at = endorsement, actor.name, at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def unit_contribute(*, transfer: Transfer, reply: str, actor: Actor, at: dt.datetime) -> Transfer:
    """An assisting unit's opinion, for the lead alone. Errors: NotAllowed, Incomplete, WrongState (not assisting).

    Source: smx-document-flow/28.2
    """
    fresh = locked_transfer(transfer)
    if fresh.role != ASSIST:
        raise WrongState("本单位是承办或牵头单位", mend="请直接回复政府办")
    said = block(reply, field="reply", label="意见", longest=4000)
    ledger.act(matter=fresh.matter, action="contribute", actor=actor, at=at, data={"reply": said})
    fresh.reply, fresh.signer, fresh.replied_at = said, actor.name, at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def unit_know(*, transfer: Transfer, actor: Actor, at: dt.datetime) -> Transfer:
    """A unit has read what it was to know. Errors: NotAllowed, WrongState."""
    fresh = locked_transfer(transfer)
    if fresh.purpose != KNOW:
        raise WrongState("这件公文需要回复", mend="请按要求回复")
    ledger.act(matter=fresh.matter, action="know", actor=actor, at=at)
    return fresh


@transaction.atomic
def reply_accept(*, transfer: Transfer, actor: Actor, at: dt.datetime) -> Transfer:
    """The section takes a unit's reply. Errors: NotAllowed (another section's), WrongState.

    Source: smx-document-flow/28.1
    """
    fresh = locked_transfer(transfer)
    require_collecting(fresh.paper, actor)
    ledger.act(matter=fresh.matter, action="accept", actor=actor, at=at)
    settle(fresh.instruction, actor, at)
    return fresh


@transaction.atomic
def reply_send_back(*, transfer: Transfer, reason: str, actor: Actor, at: dt.datetime) -> Transfer:
    """The section asks for more than a reply says. Errors: NotAllowed, Incomplete, WrongState."""
    fresh = locked_transfer(transfer)
    require_collecting(fresh.paper, actor)
    why = line(reason, field="reason", label="需补充的内容", longest=300)
    ledger.act(matter=fresh.matter, action="send_back", actor=actor, at=at, data={"reason": why})
    return fresh


def lead_of(transfer: Transfer) -> Body | None:
    """The unit that collects the assisting units' opinions."""
    rows = Transfer.objects.filter(paper=transfer.paper, instruction=transfer.instruction, role="lead")
    found = rows.select_related("body").exclude(matter__state="returned").first()
    return found.body if found is not None else None


__all__ = [
    "reply_accept",
    "reply_send_back",
    "unit_contribute",
    "unit_declare_complex",
    "unit_know",
    "unit_receive",
    "unit_reply",
    "unit_return",
]
