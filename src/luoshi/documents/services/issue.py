"""After the signature: the clean copy, the number, printing, publication, receipts, archive; correction and withdrawal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoshi.documents import above, rules
from luoshi.documents.models import Delivery, Outgoing
from luoshi.documents.outgoing_policies import may_publish, require
from luoshi.documents.services.outgoing import (
    begin,
    desk,
    errand_open,
    errands_close,
    locked,
    mark,
    office_body,
    save,
)
from luoshi.documents.services.signing import require_signatory
from luoshi.documents.services.text import block
from luoshi.documents.standing import require_gate, standing
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


@transaction.atomic
def copy_prove(*, paper: Outgoing, actor: Actor, at: dt.datetime, note: str = "") -> Outgoing:
    """The last proof of the clean copy, before the number. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/20.2.6
    """
    fresh, matter = locked(paper)
    said = line(note, field="note", label="说明", longest=300, required=False)
    ledger.act(matter=matter, action="prove", actor=actor, at=at, data={"note": said})
    mark(fresh, "proof", actor=actor, at=at, text=said)
    return fresh


def series_of(paper: Outgoing, at: dt.datetime) -> str:
    """The code (机关代字) under which a paper is numbered."""
    codes = rules.setting("documents.series", at)
    if paper.traits.get("personnel"):
        return str(codes["personnel"])
    if paper.genre == "minutes":
        return str(codes["minutes"])
    return str(codes[f"{paper.issued_as}_letter" if paper.genre == "letter" else paper.issued_as])


@transaction.atomic
def paper_number(
    *, paper: Outgoing, actor: Actor, at: dt.datetime, sealed_on: dt.date | None = None
) -> Outgoing:
    """Number a signed paper in its series and year, without gaps, and give it its date.

    sealed_on: the date of the paper (成文日期): the day of the signature where it is left out. A paper that a meeting
    of the government passed carries the note with the meeting's day and number from here on.
    Errors: NotAllowed, Incomplete (no proof; a date before the signature), WrongState (not signed; a slip).
    Source: smx-document-flow/20.4, smx-executive-meeting/7.1.1
    """
    fresh, matter = locked(paper)
    if fresh.genre == "slip":
        raise WrongState("便签不编号", mend="请由承办科室直接发出")
    if fresh.signed_at is None:
        raise _unsigned(matter, at)
    begin(matter, "number", actor)
    stand = standing(fresh, at=at)
    require_gate("documents.number_gate", stand.facts, stand.have, at)
    signed_on = local_day(fresh.signed_at)
    dated = sealed_on or signed_on
    if dated < signed_on or dated > local_day(at):
        raise Incomplete("成文日期应在签发日至今天之间", field="sealed_on")
    series, year = series_of(fresh, at), dated.year
    serial = ledger.bump(f"documents:{series}:{year}")
    number = f"{series}〔{year}〕{serial}号"
    fresh.series, fresh.year, fresh.serial, fresh.sealed_on = series, year, serial, dated
    fresh.passed_note = note_of(fresh, at)
    data = {"number": number, "sealed_on": dated, "passed_note": fresh.passed_note or None}
    ledger.act(matter=matter, action="number", actor=actor, at=at, data=data, changes={"number": number})
    _keep_number(matter, number)
    save(fresh)
    errands_close(fresh, "number", actor=actor, at=at)
    errand_open(fresh, "print", actor=actor, at=at, title="印发", body=desk(fresh, at))
    return fresh


def _keep_number(matter: Matter, number: str) -> None:
    with door():
        Matter.objects.filter(pk=matter.pk).update(number=number)


def _unsigned(matter: Matter, at: dt.datetime) -> WrongState:
    refused = ledger.wrong_state(matter, "number")
    return WrongState(
        f"还没有签发，不能取号。{refused.message}",
        mend="请先签发",
        cite=rules.gate("documents.number_gate", at).cite,
    )


def note_of(paper: Outgoing, at: dt.datetime) -> str:
    """The note on a paper that an executive meeting passed, filled from the meeting's record; "" where none did.

    Source: smx-executive-meeting/7.1.1
    """
    meeting = above.passed_by_executive(paper)
    if meeting is None:
        return ""
    day = f"{meeting.date.year}年{meeting.date.month}月{meeting.date.day}日"
    return str(rules.setting("documents.names", at)["passed_note"]).format(date=day, number=meeting.number)


@transaction.atomic
def paper_print(
    *,
    paper: Outgoing,
    actor: Actor,
    at: dt.datetime,
    bodies: Sequence[Body] = (),
    printed_on: dt.date | None = None,
) -> Outgoing:
    """Print and send a paper; each of the bodies receipts it. Slips leave from the section, without a number.

    What the Party committee or the People's Congress must decide first keeps it back. An open paper is published the
    same day, and that is owed from here on.
    Errors: NotAllowed, Incomplete (what is missing), WrongState (blocked, with the clause).
    Source: smx-document-flow/20.4, smx-document-flow/21.1
    """
    fresh, matter = locked(paper)
    begin(matter, "print_slip" if fresh.genre == "slip" else "print", actor)
    stand = standing(fresh, at=at)
    require_gate("documents.print_gate", stand.facts, stand.have, at)
    require_unblocked(fresh, at=at)
    day = printed_on or local_day(at)
    if fresh.signed_at is not None and not local_day(fresh.signed_at) <= day <= local_day(at):
        raise Incomplete("印发日期应在签发日至今天之间", field="printed_on")
    fresh.printed_on = day
    fresh.sealed_on = fresh.sealed_on or day
    action = "print_slip" if fresh.genre == "slip" else "print"
    ids = sorted({*matter.facts.get("bodies", ()), *(body.pk for body in bodies)})
    data = {
        "printed_on": day,
        "to": [body.short_name for body in bodies],
        "facts": {"bodies": ids},
    }
    ledger.act(matter=matter, action=action, actor=actor, at=at, data=data)
    save(fresh)
    errands_close(fresh, actor=actor, at=at)
    for body in dict.fromkeys(bodies):
        task = errand_open(fresh, "receipt", actor=actor, at=at, title="签收文件", body=body)
        row = Delivery(matter=task, jurisdiction=task.jurisdiction, paper=fresh, body=body)
        with door():
            row.save(force_insert=True)
    if fresh.disclosure == "open" and not matter.secrecy:
        _owe_publication(fresh, actor, at)
    return fresh


def require_unblocked(paper: Outgoing, *, at: dt.datetime) -> None:
    """Refuse to send out what others must decide first. Errors: WrongState with the need and its clause."""
    needs = above.blocking(paper, at=at)
    if needs:
        raise WrongState(f"还不能印发或公开：{needs[0].title}", mend=needs[0].mend, cite=needs[0].cite)


def _owe_publication(paper: Outgoing, actor: Actor, at: dt.datetime) -> None:
    """What is open is published by the end of the day on which it is printed. Source: smx-work-rules/34.1"""
    day = paper.printed_on or local_day(at)
    due = timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))
    errand_open(
        paper,
        "publish",
        actor=actor,
        at=at,
        title="印发当日公开",
        body=office_body("secretariat", at),
        due=due,
    )


@transaction.atomic
def paper_publish(*, paper: Outgoing, actor: Actor, at: dt.datetime, late_reason: str = "") -> Outgoing:
    """Publish an open paper on the portal, its interpretation with it. After the day of printing a reason is needed.

    Errors: NotAllowed, Incomplete (no reason for the delay), WrongState (not open; secret; blocked; published already).
    Source: smx-document-flow/25.5, smx-work-rules/34.1, smx-work-rules/34.3
    """
    fresh, matter = locked(paper)
    require(may_publish(actor, matter), "公开发布公文")
    if matter.secrecy or fresh.disclosure != "open":
        raise WrongState("只有主动公开的公文可以发布", mend="变更公开属性须重新报批")
    if fresh.published_at is not None:
        raise WrongState("已经公开发布", mend="需要改动的请办理更正")
    require_unblocked(fresh, at=at)
    late = fresh.printed_on is not None and local_day(at) > fresh.printed_on
    reason = line(late_reason, field="late_reason", label="未当日公开的理由", longest=300, required=late)
    with_it = ["解读材料"] if fresh.interpretation_material and fresh.policy else []
    data = {"late": late, "reason": reason, "with": with_it}
    ledger.act(matter=matter, action="publish", actor=actor, at=at, data=data)
    fresh.published_at, fresh.publish_late_reason = at, reason if late else ""
    save(fresh)
    errands_close(fresh, "publish", actor=actor, at=at)
    return fresh


@transaction.atomic
def delivery_receive(*, delivery: Delivery, actor: Actor, at: dt.datetime) -> Delivery:
    """A body receipts a paper sent to it. Errors: NotAllowed (another body), WrongState (receipted already)."""
    _, matter = locked(delivery.paper)
    row: Delivery = Delivery.objects.select_related("matter", "body").get(pk=delivery.pk)
    if actor.body_id != row.body_id:
        raise NotAllowed(f"这份文件送{row.body.short_name}", mend="由收文单位签收")
    if row.received_at is not None:
        raise WrongState("已经签收", mend="请刷新页面")
    ledger.act(matter=matter, action="receive", actor=actor, at=at, data={"what": row.body.short_name})
    ledger.act(matter=row.matter, action="do", actor=actor, at=at)
    row.received_at, row.received_by = at, actor.name
    with door():
        row.save()
    return row


@transaction.atomic
def paper_correct(*, paper: Outgoing, what: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """Record a correction of an issued paper; the text that was signed stays as it was.

    Errors: Incomplete, NotAllowed, WrongState (not issued).
    """
    fresh, matter = locked(paper)
    said = block(what, field="what", label="更正内容", longest=1000)
    ledger.act(matter=matter, action="correct", actor=actor, at=at, data={"what": said})
    entry: dict[str, Any] = {"on": local_day(at).isoformat(), "what": said, "by": actor.name}
    fresh.corrections = [*fresh.corrections, entry]
    save(fresh)
    return fresh


@transaction.atomic
def paper_withdraw(*, paper: Outgoing, reason: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """Whoever may sign the paper withdraws it; number and record stay. Errors: Incomplete, NotAllowed, WrongState."""
    fresh, matter = locked(paper)
    require_signatory(actor, fresh, at=at)
    why = line(reason, field="reason", label="撤回理由", longest=300)
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    fresh.withdrawn_reason = why
    save(fresh)
    errands_close(fresh, "publish", "receipt", actor=actor, at=at, void=True)
    return fresh


@transaction.atomic
def paper_archive(*, paper: Outgoing, actor: Actor, at: dt.datetime) -> Outgoing:
    """Put a printed paper into the archive; an open one after its publication. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/20.4
    """
    fresh, matter = locked(paper)
    if fresh.disclosure == "open" and not matter.secrecy and fresh.published_at is None:
        raise WrongState("主动公开的公文还没有公开发布", mend="请先公开，再归档")
    ledger.act(matter=matter, action="archive", actor=actor, at=at)
    return fresh
