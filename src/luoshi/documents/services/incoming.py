"""Papers come in: reported on line by a unit, taken at the desk, or opened by the leader to whom they are addressed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.documents import roster, rules
from luoshi.documents.models import Fault, Incoming
from luoshi.documents.policies import is_office, may_open_letter, require
from luoshi.documents.services.text import block
from luoshi.documents.states.incoming import INCOMING
from luoshi.ledger import inputs
from luoshi.ledger import rules as book
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, Secrecy, door
from luoshi.organisation.models import Body, Person

READING, HANDLING = "reading", "handling"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a paper says of itself. Values of choices as the rulebook has them; due_set: by when it asks to be dealt with.

    sender: the body, where it is one of ours; sender_name: as it signs. addressee: the leader whom it names.
    multiple: it went to several leaders at once. section_matter: it belongs to the section's own line of work.
    leader_sent: a leader signed that the office deal with it all the same. answers: what the rules of submission ask.
    """

    title: str
    source: str
    form: str
    genre: str
    sender_name: str = ""
    sender: Body | None = None
    reference: str = ""
    content: str = ""
    subject: str = "general"
    urgency: str = "routine"
    addressed: str = "government"
    addressee: Person | None = None
    direct_basis: str = ""
    multiple: bool = False
    section_matter: bool = False
    leader_sent: bool = False
    amount: Decimal | None = None
    applicant: str = ""
    due_set: dt.datetime | None = None
    secrecy: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


def locked(paper: Incoming | int) -> Incoming:
    """A paper as it is now, its matter locked until the end of the transaction."""
    pk = paper if isinstance(paper, int) else paper.pk
    fresh, _ = inputs.locked(Incoming(pk=pk), "sender", "addressee")
    return fresh


def counts_from(at: dt.datetime) -> dt.datetime:
    """From when "the same day" counts: what comes before the close of business belongs to that very day.

    Counting one working day from the day before gives the same day's close; what comes after hours or on a day off
    counts from its own day and so is due on the next working day.
    """
    clock = book.current().worktime
    close = clock.close(clock.number(at.astimezone(clock.tz).date()))
    return at - dt.timedelta(days=1) if close is not None and at <= close else at


def secrecy_of(value: str, at: dt.datetime) -> str:
    """How a paper's class of secrecy is kept. Errors: Incomplete: state secrets never enter, top secret least of all.

    Source: smx-work-rules/59.2
    """
    if not value:
        return str(Secrecy.NONE)
    known = rules.setting("documents.incoming_secrecy", at)
    if value in known["kept"]:
        return str(Secrecy.SECRET)
    label = known["refused"].get(value, value)
    cite = book.current().setting("documents.incoming_secrecy", at.date()).see[:1]
    raise Incomplete(f"{label}不进本平台", mend="请按保密规定另行登记、专人办理", field="secrecy", cite=cite)


def facts_of(head: Letterhead, kind: str, at: dt.datetime) -> dict[str, Any]:
    """What rules ask about a paper; these facts stand in its first event."""
    units = rules.setting("documents.offices", at)["units"]
    urgent = head.urgency != "routine"
    facts: dict[str, Any] = {
        "kind": kind, "source": head.source, "form": head.form, "genre": head.genre, "subject": head.subject,
        "urgency": head.urgency, "urgent": urgent, "addressed": head.addressed, "direct_basis": head.direct_basis or None,
        "multiple": head.multiple, "unit_paper": head.source in units, "leader_sent": head.leader_sent,
        "section_matter": head.section_matter, "deadline_set": head.due_set is not None, "major": False, "law": False,
        "sender": head.sender.pk if head.sender else None, "addressee": head.addressee.pk if head.addressee else None,
        "due_set": head.due_set, **head.answers,
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value is not None}


def _check(head: Letterhead, at: dt.datetime) -> None:
    for name, value, label in (
        ("source", head.source, "来文机关类别"), ("form", head.form, "来文形式"), ("genre", head.genre, "文种"),
        ("subject", head.subject, "事项"), ("urgency", head.urgency, "办理等级"), ("addressed", head.addressed, "收件人"),
    ):  # fmt: skip
        rules.require_choice(f"documents.{name}", value, at, field=name, label=label)
    if head.direct_basis:
        rules.require_choice(
            "documents.direct_basis", head.direct_basis, at, field="direct_basis", label="依据"
        )
        if head.direct_basis == "top_secret":
            secrecy_of("top_secret", at)
    if head.addressed == "leader" and head.addressee is None:
        raise Incomplete("请选择收件的领导", field="addressee")
    if head.due_set is not None and head.due_set <= at:
        raise Incomplete("来文要求的时限须晚于现在", field="due_set")


def _open(head: Letterhead, kind: str, body_id: int, actor: Actor, at: dt.datetime) -> Incoming:
    title = line(head.title, field="title", label="标题", longest=300)
    sender = line(
        head.sender_name or (head.sender.name if head.sender else ""),
        field="sender_name",
        label="来文机关",
        longest=120,
    )
    matter = ledger.matter_open(
        kind=INCOMING, title=title, body_id=body_id, secrecy=secrecy_of(head.secrecy, at), actor=actor, at=at,
        facts=facts_of(head, kind, at), data={"sender": sender, "reference": head.reference},
    )  # fmt: skip
    paper = Incoming(
        matter=matter, jurisdiction=matter.jurisdiction, kind=kind, sender_name=sender,
        **{name: getattr(head, name) for name in (
            "source", "form", "genre", "subject", "urgency", "addressed", "addressee", "direct_basis", "sender", "amount",
            "due_set",
        )},
        reference=line(head.reference, field="reference", label="来文字号", longest=80, required=False),
        content=block(head.content, field="content", label="内容摘要", longest=4000, required=False),
        answers={key: value for key, value in asdict_plain(head).items() if key in ("applicant", "answers")},
    )  # fmt: skip
    with door():
        paper.save(force_insert=True)
    return paper


def asdict_plain(head: Letterhead) -> dict[str, Any]:
    """The plain answers of a letterhead, for JSON."""
    return {"applicant": head.applicant, "answers": dict(head.answers)}


@transaction.atomic
def paper_prepare(*, head: Letterhead, body: Body, actor: Actor, at: dt.datetime) -> Incoming:
    """A unit prepares a paper that it will report on line; meanwhile it may ask other units about it.

    Errors: NotAllowed (another unit's), Incomplete (field).
    """
    require(
        actor.can("documents.unit") and actor.body_id == body.pk, "代其他单位报送公文",
        mend="请以本单位名义报送",
    )  # fmt: skip
    head = Letterhead(**{**_fields(head), "sender": body, "form": "online", "sender_name": body.name})
    _check(head, at)
    return _open(head, HANDLING, office_body(HANDLING, at).pk, actor, at)


def _fields(head: Letterhead) -> dict[str, Any]:
    return {name: getattr(head, name) for name in head.__dataclass_fields__}


def office_body(key: str, at: dt.datetime) -> Body:
    """The section that has a part in the rules (reading, handling, legal). Errors: Incomplete where it is not set up."""
    code = rules.setting("documents.offices", at)[key]
    body = Body.objects.filter(code=code, active=True).first()
    if body is None:
        raise Incomplete(f"机构“{code}”不存在或已停用", mend="请在机构中设立，或在规则中改写")
    return body


@transaction.atomic
def paper_submit(*, paper: Incoming, actor: Actor, at: dt.datetime, version: int | None = None) -> Incoming:
    """A unit reports a prepared paper on line; what the rules of submission forbid is refused at once.

    Errors: NotAllowed, Incomplete (with the clause), WrongState.
    Source: smx-document-flow/12.1, smx-document-flow/12.2, smx-work-rules/59.1, smx-work-rules/59.2,
    xiping-work-rules/47.6
    """
    from luoshi.documents.services.consulting import differing, standing

    fresh = locked(paper)
    have = standing(fresh, at=at)
    facts = {**fresh.matter.facts, "differences": differing(fresh)}
    rules.require_gate("documents.submit_online", facts, have, at)
    ledger.act(matter=fresh.matter, action="submit", actor=actor, at=at, version=version)
    return fresh


@transaction.atomic
def paper_withdraw(*, paper: Incoming, actor: Actor, at: dt.datetime) -> Incoming:
    """A unit takes its paper back before the office has taken it. Errors: NotAllowed, WrongState."""
    fresh = locked(paper)
    ledger.act(matter=fresh.matter, action="withdraw", actor=actor, at=at)
    return fresh


def _receiver(facts: Mapping[str, Any], actor: Actor, at: dt.datetime) -> str:
    """The kind of paper by who takes it. Errors: NotAllowed naming who does.

    Source: smx-document-flow/4.1, smx-document-flow/4.2, smx-document-flow/4.3, smx-document-flow/5.2
    """
    decision = rules.who("documents.reception", facts, at)
    if not actor.has_role(*decision.who):
        titles = "、".join(book.current().roles.get(role, role) for role in decision.who)
        raise NotAllowed(f"这件来文由{titles}受理", mend="请转交", cite=decision.cite)
    return READING if "confidential_office" in decision.who else HANDLING


@transaction.atomic
def paper_receive(*, head: Letterhead, actor: Actor, at: dt.datetime) -> Incoming:
    """Take a paper at the desk and sign for it: reading papers the confidential office, handling papers the secretariat,
    a department's paper in a section's own line of work also that section. From here its clocks run.

    A faulty paper is taken too: it is registered, returned with its ground, and counted.
    Errors: NotAllowed (another office's), Incomplete (field).
    Source: smx-document-flow/4.1, smx-document-flow/4.4, smx-document-flow/6
    """
    require(is_office(actor), "受理来文")
    _check(head, at)
    facts = facts_of(head, HANDLING, at)
    kind = _receiver(facts, actor, at)
    own = actor.has_role("section_clerk", "section_head") and actor.body_id is not None
    body_id = actor.body_id if own and actor.body_id else office_body(kind, at).pk
    paper = _open(head, kind, body_id, actor, at)
    return _take(paper, actor, at)


def _take(paper: Incoming, actor: Actor, at: dt.datetime, action: str = "receive") -> Incoming:
    data = {"form": paper.form, "facts": {"counts_from": counts_from(at)}}
    ledger.act(matter=paper.matter, action=action, actor=actor, at=at, data=data)
    paper.received_at, paper.received_by = at, actor.name
    with door():
        paper.save()
    return paper


@transaction.atomic
def paper_accept(*, paper: Incoming, actor: Actor, at: dt.datetime, version: int | None = None) -> Incoming:
    """Take what a unit reported on line. Errors: NotAllowed, WrongState."""
    fresh = locked(paper)
    _receiver(fresh.matter.facts, actor, at)
    if version is not None and version != fresh.matter.version:
        ledger.act(matter=fresh.matter, action="receive", actor=actor, at=at, version=version)
    return _take(fresh, actor, at)


@transaction.atomic
def letter_arrive(
    *, addressee: Person, form: str, sender_name: str, actor: Actor, at: dt.datetime
) -> Incoming:
    """Record an unopened letter to a leader: it goes to the leader, or the section that serves the leader, to be opened.

    Errors: NotAllowed, Incomplete (not a leader).
    Source: smx-document-flow/5.1
    """
    require(is_office(actor), "登记信函")
    if not roster.offices(addressee.pk, at):
        raise Incomplete(
            "收件人不是领导同志", mend="收件人为市政府或政府办的，直接拆封接收", field="addressee"
        )
    rules.require_choice("documents.form", form, at, field="form", label="来文形式")
    section = roster.serving(addressee, at)
    head = Letterhead(
        title=f"{addressee.name}同志收信函（未拆封）", source="unrelated", form=form, genre="letter",
        sender_name=sender_name or "信封未写", addressed="leader", addressee=addressee,
        answers={"serving": section.pk if section else 0},
    )  # fmt: skip
    paper = _open(head, HANDLING, office_body(HANDLING, at).pk, actor, at)
    ledger.act(matter=paper.matter, action="seal", actor=actor, at=at)
    return paper


@transaction.atomic
def letter_open(*, paper: Incoming, head: Letterhead | None, actor: Actor, at: dt.datetime) -> Incoming:
    """Open a letter to a leader. head: what it says, when it is to be handled; None: it is private and stays with them.

    Errors: NotAllowed (not the leader, not the section that serves the leader), Incomplete, WrongState.
    Source: smx-document-flow/5.1
    """
    fresh = locked(paper)
    cite = rules.who("documents.letter_opening", {"addressed": "leader"}, at).cite
    require(
        may_open_letter(actor, fresh.matter), "拆封领导的信函", cite=cite, mend="请送领导本人或其服务科室"
    )
    fresh.opened_by = actor.name
    if head is None:
        ledger.act(matter=fresh.matter, action="keep", actor=actor, at=at)
        with door():
            fresh.save()
        return fresh
    _check(head, at)
    for name in ("source", "genre", "subject", "urgency", "sender", "amount", "due_set", "direct_basis"):
        setattr(fresh, name, getattr(head, name))
    fresh.sender_name = line(head.sender_name, field="sender_name", label="来文机关", longest=120)
    fresh.content = block(head.content, field="content", label="内容摘要", longest=4000, required=False)
    title = line(head.title, field="title", label="标题", longest=300)
    data = {"facts": {**facts_of(head, HANDLING, at), "counts_from": counts_from(at)}}
    ledger.act(matter=fresh.matter, action="open", actor=actor, at=at, data=data, changes={"title": title})
    fresh.received_at, fresh.received_by = at, actor.name
    with door():
        fresh.save()
    return fresh


def fault_note(
    *, paper: Incoming | None, body: Body | None, kind: str, note: str, at: dt.datetime, transfer: Any = None
) -> None:
    """Count a fault of a unit's paper, once for each paper and kind; other people's papers are not counted."""
    if body is None:
        return
    with door():
        same = {"transfer": transfer} if transfer is not None else {"paper": paper}
        if not Fault.objects.filter(**same, kind=kind).exists():
            Fault.objects.create(paper=paper, transfer=transfer, body=body, kind=kind, note=note[:300], at=at)


def matter_of(paper: Incoming) -> Matter:
    """The paper's matter as it is stored."""
    found: Matter = Matter.objects.get(pk=paper.pk)
    return found


__all__ = [
    "HANDLING",
    "READING",
    "Letterhead",
    "letter_arrive",
    "letter_open",
    "locked",
    "paper_accept",
    "paper_prepare",
    "paper_receive",
    "paper_submit",
    "paper_withdraw",
]
