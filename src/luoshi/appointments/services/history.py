"""Taking over notices from before: as printed, with their numbers and dates, all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from luoshi.appointments import rules, states
from luoshi.appointments.models import Act, Notice
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.acts import ActSpec, act_values
from luoshi.appointments.services.checks import acts_of, lines
from luoshi.appointments.services.effects import give_effect
from luoshi.appointments.services.notices import lock_series, notice_faults
from luoshi.appointments.services.probations import probations_open
from luoshi.appointments.text import number_parts, title_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day


@dataclass(frozen=True, slots=True)
class PastNotice:
    """A notice as it was printed. title: empty to have it made from the acts. gazette: issue and day, where known."""

    number: str
    dated: dt.date
    acts: Sequence[ActSpec]
    title: str = ""
    addressees: Sequence[str] = ()
    closing: str = ""
    gazette_issue: str = ""
    gazette_on: dt.date | None = None
    printed_elsewhere: Sequence[str] = field(default=())


@transaction.atomic
def notice_take_over(*, past: PastNotice, reason: str, actor: Actor, at: dt.datetime) -> Notice:
    """Enter a notice of the past: its acts as printed, its number in the series; posts follow by its date.

    It needs no collective decision, for the reason given, and owes no publication any more.
    Errors: NotAllowed, Incomplete (no reason, number out of the series, title and text differ), WrongState (number
    taken).
    Source: smx-appointments/0.14
    """
    require(may_manage(actor), "补录历史通知")
    why = line(reason, field="reason", label="补录理由", longest=200)
    year, serial = _place(past, local_day(at))
    forms = rules.setting("appointments.title", past.dated)
    title = past.title or title_of((spec.name for spec in past.acts), forms)
    matter = ledger.matter_open(
        kind=states.NOTICE,
        title=title,
        body_id=rules.office_of(actor, local_day(at)),
        actor=actor,
        at=at,
        facts={"historical": True},
    )
    notice = Notice(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        title=line(title, field="title", label="标题", longest=120),
        year=year,
        serial=serial,
        number=past.number,
        dated=past.dated,
        addressees=lines(past.addressees, field="addressees", label="主送")
        or list(rules.setting("appointments.addressees", past.dated)["to"]),
        closing=past.closing,
        historical=True,
        reason=why,
        gazette_issue=past.gazette_issue,
        gazette_on=past.gazette_on,
    )
    with door():
        notice.save(force_insert=True)
    acts = _enter(notice, past)
    faults = notice_faults(notice, acts, past.dated)
    if faults:
        raise Incomplete(f"{past.number}：" + "；".join(one.message for one in faults), cite=faults[0].cite)
    ledger.act(
        matter=matter,
        action="take_over",
        actor=actor,
        at=at,
        data={"document": past.number, "dated": past.dated.isoformat(), "reason": why, "acts": len(acts)},
        changes={"title": f"{title}（{past.number}）"},
    )
    give_effect(acts, number=past.number, day=past.dated, actor=actor, at=at)
    probations_open(notice=notice, actor=actor, at=at)
    return notice


def _enter(notice: Notice, past: PastNotice) -> list[Act]:
    elsewhere = [*past.printed_elsewhere, *(spec.organisation for spec in past.acts if spec.organisation)]
    rows = [
        Act(
            notice=notice,
            position=place,
            **act_values(spec, day=past.dated, printed_elsewhere=elsewhere),
        )
        for place, spec in enumerate(past.acts, start=1)
    ]
    with door():
        Act.objects.bulk_create(rows)
    return acts_of(notice)


def _place(past: PastNotice, today: dt.date) -> tuple[int, int]:
    """Year and serial of a number that fits into the series. Errors: Incomplete, WrongState."""
    cite = rules.cite("setting", "appointments.number", past.dated)
    parts = number_parts(past.number)
    prefix = rules.number_form(past.dated)[0]
    if parts is None or parts[0] != prefix or parts[1] != past.dated.year:
        raise Incomplete(
            f"文号“{past.number}”应为{prefix}〔{past.dated.year}〕加序号加号", field="number", cite=cite
        )
    if past.dated > today:
        raise Incomplete(f"{past.number}的日期还没有到", field="dated")
    year, serial = parts[1:]
    lock_series(year)
    rows = Notice.objects.filter(jurisdiction=settings.JURISDICTION, year=year)
    if rows.filter(serial=serial).exists():
        raise WrongState(f"{past.number}已经录入", mend="同一文号只录入一次", cite=cite)
    before = rows.filter(serial__lt=serial).order_by("-serial").first()
    after = rows.filter(serial__gt=serial).order_by("serial").first()
    for other, wrong in (
        (before, before and before.dated > past.dated),
        (after, after and after.dated < past.dated),
    ):
        if wrong and other is not None:
            raise Incomplete(
                f"{past.number}的日期与{other.number}（{other.dated:%Y-%m-%d}）不是同向递增",
                field="dated",
                cite=cite,
            )
    return year, serial
