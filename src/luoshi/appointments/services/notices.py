"""A notice of appointments: drafted, checked, signed, issued under its own series of numbers; or taken over from before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from luoshi.agenda.selectors import signatory
from luoshi.appointments import rules, states
from luoshi.appointments.models import Act, Notice
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.checks import acts_of, lines, night, require_drafting
from luoshi.appointments.services.effects import give_effect
from luoshi.appointments.services.probations import probations_open
from luoshi.appointments.text import title_of
from luoshi.decisions.models import Decision
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.selectors import local_day

PASSED = "passed"


@transaction.atomic
def notice_open(*, actor: Actor, at: dt.datetime, closing: str = "", party_document: str = "") -> Notice:
    """Begin a notice; its title follows from its acts. Errors: NotAllowed, Incomplete."""
    require(may_manage(actor), "起草任免通知")
    to = rules.setting("appointments.addressees", local_day(at))["to"]
    matter = ledger.matter_open(
        kind=states.NOTICE,
        title="任免通知（起草中）",
        body_id=rules.office_of(actor, local_day(at)),
        actor=actor,
        at=at,
        facts={"historical": False},
    )
    notice = Notice(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        title="",
        addressees=list(to),
        closing=line(closing, field="closing", label="结尾所称职务", longest=40, required=False),
        party_document=line(
            party_document, field="party_document", label="党委决定文号", longest=100, required=False
        ),
    )
    with door():
        notice.save(force_insert=True)
    return notice


@transaction.atomic
def notice_edit(
    *,
    notice: Notice,
    title: str,
    addressees: Sequence[str],
    closing: str,
    party_document: str,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Notice:
    """Change title, addressees, closing words and the Party committee's document of a draft.

    title: may stay empty, then it is made from the acts at the end. Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(notice)
    fresh.title = line(title, field="title", label="标题", longest=120, required=False)
    fresh.addressees = lines(addressees, field="addressees", label="主送")
    if not fresh.addressees:
        raise Incomplete(
            "请填写主送",
            field="addressees",
            cite=rules.cite("setting", "appointments.addressees", local_day(at)),
        )
    fresh.closing = line(closing, field="closing", label="结尾所称职务", longest=40, required=False)
    fresh.party_document = line(
        party_document, field="party_document", label="党委决定文号", longest=100, required=False
    )
    ledger.act(
        matter=matter,
        action="edit",
        actor=actor,
        at=at,
        version=version,
        changes={"title": fresh.title or matter.title},
    )
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def decision_link(*, notice: Notice, decision: Matter, actor: Actor, at: dt.datetime) -> Notice:
    """Link the collective decision on which a notice rests; it must have been passed by its meeting.

    Errors: NotAllowed, Incomplete (no such decision, not passed), WrongState.
    """
    fresh, matter = locked(notice)
    need = next(one for one in rules.gate("appointments.issue", local_day(at)).needs if one.key == "decision")
    found = Decision.objects.filter(pk=decision.pk, jurisdiction=settings.JURISDICTION).first()
    if found is None:
        raise Incomplete("没有这项集体决策", field="decision", cite=need.cite)
    if found.outcome != PASSED:
        raise Incomplete(
            "这项集体决策没有通过", mend="请在会议通过后再关联", field="decision", cite=need.cite
        )
    fresh.decision = decision
    ledger.act(
        matter=matter,
        action="link",
        actor=actor,
        at=at,
        data={"decision": decision.title, "matter": decision.pk},
    )
    with door():
        fresh.save()
    return fresh


@dataclass(frozen=True, slots=True)
class Fault:
    """What a draft still lacks, with the place and the clauses."""

    message: str
    cite: tuple[str, ...] = ()


def notice_faults(notice: Notice, acts: Sequence[Act], day: dt.date) -> list[Fault]:
    """What keeps a draft from being signed: no acts, missing parts, or a title that does not fit the text.

    Source: smx-appointments/0.3, smx-appointments/0.13
    """
    if not acts:
        return [Fault("还没有任免事项")]
    found = []
    for act in acts:
        if not act.organisation and not notice.historical:
            found.append(Fault(f"第{act.position}项没有机构", rules.cite("content", "appointments.act", day)))
    wanted = title_of((act.name for act in acts), rules.setting("appointments.title", day))
    if notice.title and notice.title != wanted:
        count = len({act.name for act in acts})
        found.append(
            Fault(
                f"标题“{notice.title}”与正文不符：正文首位{acts[0].name}，共{count}人，应为“{wanted}”",
                rules.cite("setting", "appointments.title", day),
            )
        )
    if not notice.addressees:
        found.append(Fault("没有主送", rules.cite("setting", "appointments.addressees", day)))
    return found


def _require_sound(notice: Notice, acts: Sequence[Act], day: dt.date) -> None:
    faults = notice_faults(notice, acts, day)
    if faults:
        cite = tuple(dict.fromkeys(one for fault in faults for one in fault.cite))
        raise Incomplete("；".join(fault.message for fault in faults), mend="请改正后再办", cite=cite)


@transaction.atomic
def notice_submit(*, notice: Notice, actor: Actor, at: dt.datetime, version: int | None = None) -> Notice:
    """Send a draft for its signature, its title made from its acts where none was written.

    Errors: NotAllowed, Incomplete (title and text differ, no acts), WrongState.
    """
    fresh, matter = locked(notice)
    require_drafting(matter)
    day, acts = local_day(at), acts_of(fresh)
    _require_sound(fresh, acts, day)
    fresh.title = fresh.title or title_of(
        (act.name for act in acts), rules.setting("appointments.title", day)
    )
    changes = {"title": fresh.title}
    ledger.act(matter=matter, action="submit", actor=actor, at=at, version=version, changes=changes)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def notice_send_back(*, notice: Notice, reason: str, actor: Actor, at: dt.datetime) -> Notice:
    """Send a notice back for changes. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(notice)
    why = line(reason, field="reason", label="退回理由", longest=300)
    ledger.act(matter=matter, action="send_back", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def notice_withdraw(*, notice: Notice, reason: str, actor: Actor, at: dt.datetime) -> Notice:
    """Give a notice up before it is signed; it has no number to lose. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(notice)
    why = line(reason, field="reason", label="撤回理由", longest=300)
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    return fresh


def have(notice: Notice) -> set[str]:
    """Which needs of the gate before signing are met."""
    found = {"decision"} if notice.decision_id is not None else set()
    return found | ({"party"} if notice.party_document else set())


@transaction.atomic
def notice_sign(*, notice: Notice, actor: Actor, at: dt.datetime, version: int | None = None) -> Notice:
    """Sign a notice: only whom the rulebook names, and only after the collective decision.

    Errors: NotAllowed naming who may sign, Incomplete naming what must come first, WrongState.
    Source: smx-appointments/0.2
    """
    fresh, matter = locked(notice)
    gate = rules.gate("appointments.issue", local_day(at))
    signed_by = actor.name
    if actor.kind is not ActorKind.SYSTEM:
        entry = signatory(actor, "appointments.sign", {}, at=at)
        signed_by = f"{actor.name}（代{entry.acts_for.name}）" if entry.acts_for else actor.name
    missing = gate.missing({"historical": fresh.historical}, have(fresh))
    if missing:
        need = missing[0]
        raise Incomplete(f"还没有{need.title}，不能签署", mend=need.mend, cite=(*need.cite, *gate.cite))
    _require_sound(fresh, acts_of(fresh), local_day(at))
    ledger.act(matter=matter, action="sign", actor=actor, at=at, version=version, data={"name": signed_by})
    fresh.signed_by, fresh.signed_at = signed_by[:80], at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def notice_issue(
    *, notice: Notice, dated: dt.date, actor: Actor, at: dt.datetime, version: int | None = None
) -> Notice:
    """Give a signed notice the next number and its date, and let it take effect: all of its acts, or nothing.

    Numbers run from 1 each year without gaps, and rise with the dates; several notices may bear one date.
    Errors: NotAllowed, Incomplete (date before that of the last number, or to come), WrongState, and whatever the
    organisation refuses.
    Source: smx-appointments/0.8, smx-appointments/0.14
    """
    require(may_manage(actor), "印发任免通知")
    fresh, matter = locked(notice)
    if fresh.signed_at is None:
        raise WrongState("通知还没有签署，不能印发", mend="请先送签署")
    if not local_day(fresh.signed_at) <= dated <= local_day(at):
        raise Incomplete("成文日期应在签署日至今日之间", field="dated")
    serial = _next_serial(dated)
    acts = acts_of(fresh)
    number = _number(fresh, serial, dated, acts)
    ledger.act(
        matter=matter,
        action="issue",
        actor=actor,
        at=at,
        version=version,
        data={"document": number, "dated": dated.isoformat(), "day_end": night(local_day(at))},
        changes={"title": f"{fresh.title}（{number}）"},
    )
    with door():
        fresh.save()
    give_effect(acts, number=number, day=dated, actor=actor, at=at)
    probations_open(notice=fresh, actor=actor, at=at)
    return fresh


def _number(notice: Notice, serial: int, dated: dt.date, acts: Sequence[Act]) -> str:
    """Number and date of a notice, and what each record must hold by then."""
    prefix, form = rules.number_form(dated)
    number = form.format(prefix=prefix, year=dated.year, serial=serial)
    notice.number, notice.serial, notice.year, notice.dated = number, serial, dated.year, dated
    content = rules.content("appointments.act", dated)
    for act in acts:
        values = {
            "name": act.name, "organisation": act.organisation or act.printed, "title": act.title, "action": act.action,
            "number": number, "dated": dated.isoformat(),
        }  # fmt: skip
        missing = content.missing(values)
        if missing:
            told = "、".join(field.label for field in missing)
            raise Incomplete(f"第{act.position}项缺{told}", cite=content.cite)
    return number


def lock_series(year: int) -> None:
    """Let nobody else take a number of the year until the transaction ends."""
    ledger.bump(f"appointments:{year}")


def _next_serial(dated: dt.date) -> int:
    """The number after the last one of the year. Errors: Incomplete for a date before that of the last number."""
    lock_series(dated.year)
    last = (
        Notice.objects.filter(jurisdiction=settings.JURISDICTION, year=dated.year).order_by("-serial").first()
    )
    if last is None:
        return 1
    if dated < last.dated:
        raise Incomplete(
            f"成文日期不得早于上一号{last.number}的{last.dated:%Y年%-m月%-d日}",
            field="dated",
            cite=rules.cite("setting", "appointments.number", dated),
        )
    return int(last.serial) + 1
