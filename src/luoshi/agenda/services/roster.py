"""The roster: who leads, who is in charge of what, who assists, serves and stands in. Changes by date, history kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from luoshi.agenda import rules, states
from luoshi.agenda.models import Assists, Charge, Leader, Pair, Serves
from luoshi.agenda.models.base import Dated
from luoshi.agenda.policies import may_keep_roster, require
from luoshi.agenda.services.checks import in_office
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body, Person

NUMBER = "roster"


def roster(*, at: dt.datetime) -> Matter:
    """The matter on which every change of the roster is an event; opened when first asked for."""
    found = Matter.objects.filter(jurisdiction=settings.JURISDICTION, kind=states.ROSTER, number=NUMBER)
    matter: Matter | None = found.first()
    if matter is not None:
        return matter
    return ledger.matter_open(kind=states.ROSTER, title="领导名单和分工", number=NUMBER, actor=SYSTEM, at=at)


def _begin(action: str, doing: str, *, actor: Actor, at: dt.datetime) -> Matter:
    """The roster locked, so that what is checked stands when it is written."""
    require(may_keep_roster(actor), doing)
    return ledger.lock(roster(at=at))


def _note(matter: Matter, action: str, said: str, *, actor: Actor, at: dt.datetime, **data: Any) -> None:
    ledger.act(matter=matter, action=action, actor=actor, at=at, data={"text": said, **data})


def _close(rows: Iterable[Dated], day: dt.date) -> None:
    """End facts on a day (no longer included); one that began on that day or later never held."""
    with door():
        for row in rows:
            row.until = max(day, row.since)
            row.save(update_fields=["until"])


def _check_start(rows: Iterable[Dated], since: dt.date) -> None:
    """Errors: Incomplete where what holds now began only later."""
    for row in rows:
        if row.since > since:
            raise Incomplete(f"现有登记从{row.since:%Y年%-m月%-d日}开始，不能从更早的日期改起", field="since")


def _check_order(office: str, rank: int, *, but: int | None = None) -> None:
    """The mayor leads, vice mayors and party members assist, then the secretary-general and the deputies: so they rank.

    Errors: Incomplete.
    """
    order = list(Leader.Office.values)
    place = order.index(office)
    for other in Leader.objects.filter(until__isnull=True).exclude(pk=but):
        before = order.index(other.office)
        if (before < place and other.rank > rank) or (before > place and other.rank < rank):
            raise Incomplete(
                f"排序{rank}与职务次序不符：{other.title or other.get_office_display()}排在第{other.rank}",
                mend="按市长、常务副市长、副市长、党组成员、秘书长、副秘书长的次序排列",
                field="rank",
            )


@transaction.atomic
def leader_add(
    *,
    person: Person,
    office: str,
    rank: int,
    since: dt.date,
    actor: Actor,
    at: dt.datetime,
    title: str = "",
    portfolio: str = "",
    document: str = "",
) -> Leader:
    """Enter somebody into the roster. rank: the order among all leaders, 1 first.

    Errors: NotAllowed, Incomplete (a second mayor, executive vice mayor or secretary-general, a rank taken),
    WrongState (the person already holds an office).
    """
    matter = _begin("add_leader", "登记领导", actor=actor, at=at)
    held = Leader.objects.filter(until__isnull=True)
    if held.filter(person=person).exists():
        raise WrongState(f"{person.name}已在领导名单中", mend="职务变动的，请先登记离任，再登记新职务")
    if office not in Leader.Office.values:
        raise Incomplete("请选择职务", field="office")
    alone = {Leader.Office.MAYOR, Leader.Office.EXECUTIVE_VICE_MAYOR, Leader.Office.SECRETARY_GENERAL}
    if office in alone and held.filter(office=office).exists():
        raise Incomplete(f"已有在任的{Leader.Office(office).label}", mend="请先登记离任", field="office")
    if rank < 1 or held.filter(rank=rank).exists():
        raise Incomplete(f"排序{rank}已有人，或不是正整数", mend="请换一个排序", field="rank")
    _check_order(office, rank)
    leader = Leader(
        person=person, office=office, rank=rank, since=since,
        title=line(title, field="title", label="职务名称", longest=60, required=False),
        portfolio=line(portfolio, field="portfolio", label="分管工作", longest=500, required=False),
        document=line(document, field="document", label="依据", longest=200, required=False),
    )  # fmt: skip
    with door():
        leader.save()
    said = f"{person.name}　{leader.title or leader.get_office_display()}"
    _note(matter, "add_leader", said, actor=actor, at=at, person=person.pk, office=office, since=since)
    return leader


@transaction.atomic
def leader_edit(
    *, leader: Leader, rank: int, portfolio: str, title: str, actor: Actor, at: dt.datetime
) -> Leader:
    """Correct the rank, title and portfolio of a leader in office. Errors: NotAllowed, Incomplete (rank taken)."""
    matter = _begin("edit_leader", "修改领导登记", actor=actor, at=at)
    fresh: Leader = Leader.objects.select_related("person").get(pk=leader.pk)
    if Leader.objects.filter(until__isnull=True, rank=rank).exclude(pk=fresh.pk).exists() or rank < 1:
        raise Incomplete(f"排序{rank}已有人，或不是正整数", mend="请换一个排序", field="rank")
    _check_order(fresh.office, rank, but=fresh.pk)
    before = {"rank": fresh.rank, "title": fresh.title, "portfolio": fresh.portfolio}
    fresh.rank = rank
    fresh.title = line(title, field="title", label="职务名称", longest=60, required=False)
    fresh.portfolio = line(portfolio, field="portfolio", label="分管工作", longest=500, required=False)
    with door():
        fresh.save(update_fields=["rank", "title", "portfolio"])
    _note(matter, "edit_leader", fresh.person.name, actor=actor, at=at, before=before, rank=rank)
    return fresh


@transaction.atomic
def leader_end(*, leader: Leader, until: dt.date, actor: Actor, at: dt.datetime) -> Leader:
    """Somebody leaves the office on a day: charges, assistance, sections and pairs end with it.

    Errors: NotAllowed, Incomplete (before it began).
    """
    matter = _begin("end_leader", "登记领导离任", actor=actor, at=at)
    fresh: Leader = Leader.objects.select_related("person").get(pk=leader.pk)
    if fresh.until is not None:
        raise WrongState(f"{fresh.person.name}已登记离任", mend="请刷新页面")
    if until < fresh.since:
        raise Incomplete(f"离任日期不能早于任职日期{fresh.since:%Y年%-m月%-d日}", field="until")
    open_ = Q(until__isnull=True)
    _close(Charge.objects.filter(open_, leader=fresh), until)
    _close(Assists.objects.filter(open_ & (Q(leader=fresh) | Q(deputy=fresh))), until)
    _close(Serves.objects.filter(open_, leader=fresh), until)
    _close(Pair.objects.filter(open_ & (Q(first=fresh) | Q(second=fresh))), until)
    _close([fresh], until)
    _note(matter, "end_leader", fresh.person.name, actor=actor, at=at, person=fresh.person_id, until=until)
    return fresh


@transaction.atomic
def charge_set(
    *, body: Body, leader: Leader, since: dt.date, actor: Actor, at: dt.datetime, document: str = ""
) -> Charge:
    """From a day a leader is in charge of a body; who was so before is no longer from that day on.

    Errors: NotAllowed, Incomplete (not in office, or an office that has no portfolio of bodies).
    Source: smx-work-rules/6.1, xiping-work-rules/8.1
    """
    matter = _begin("set_charge", "调整领导分工", actor=actor, at=at)
    in_office(leader, since, field="leader")
    if leader.office in (Leader.Office.SECRETARY_GENERAL, Leader.Office.DEPUTY_SECRETARY_GENERAL):
        raise Incomplete(
            "秘书长、副秘书长协助领导工作，不分管单位", mend="请选择市长、副市长", field="leader"
        )
    held = list(Charge.objects.filter(body=body, until__isnull=True))
    _check_start(held, since)
    _close(held, since)
    charge = Charge(body=body, leader=leader, since=since, document=document)
    with door():
        charge.save()
    said = f"{body.short_name}由{leader.person.name}分管"
    _note(matter, "set_charge", said, actor=actor, at=at, leader=leader.pk, about=body.pk, since=since)
    return charge


@transaction.atomic
def assists_set(
    *, leader: Leader, deputy: Leader, since: dt.date, actor: Actor, at: dt.datetime, document: str = ""
) -> Assists:
    """From a day a deputy secretary-general assists a leader. Errors: NotAllowed, Incomplete (another office).

    Source: smx-secretary-rules/2.2.2
    """
    matter = _begin("set_assists", "调整协助关系", actor=actor, at=at)
    in_office(deputy, since, field="deputy")
    in_office(leader, since, field="leader")
    if deputy.office != Leader.Office.DEPUTY_SECRETARY_GENERAL:
        raise Incomplete("协助领导的须是副秘书长", mend="请改选副秘书长", field="deputy")
    if leader.office in (Leader.Office.SECRETARY_GENERAL, Leader.Office.DEPUTY_SECRETARY_GENERAL):
        raise Incomplete("副秘书长协助的是市长、副市长", mend="请改选市长、副市长", field="leader")
    held = list(Assists.objects.filter(leader=leader, until__isnull=True))
    _check_start(held, since)
    _close(held, since)
    row = Assists(leader=leader, deputy=deputy, since=since, document=document)
    with door():
        row.save()
    said = f"{deputy.person.name}协助{leader.person.name}工作"
    _note(matter, "set_assists", said, actor=actor, at=at, leader=leader.pk, deputy=deputy.pk, since=since)
    return row


@transaction.atomic
def serves_set(
    *, leader: Leader, section: Body, since: dt.date, actor: Actor, at: dt.datetime, document: str = ""
) -> Serves:
    """From a day a section of the office serves a leader. Errors: NotAllowed, Incomplete (not a section)."""
    matter = _begin("set_serves", "调整服务科室", actor=actor, at=at)
    in_office(leader, since, field="leader")
    if section.kind != Body.Kind.SECTION:
        raise Incomplete(f"{section.short_name}不是办公室的内设机构", mend="请选择科室", field="section")
    held = list(Serves.objects.filter(leader=leader, until__isnull=True))
    _check_start(held, since)
    _close(held, since)
    row = Serves(leader=leader, section=section, since=since, document=document)
    with door():
        row.save()
    said = f"{section.short_name}服务{leader.person.name}"
    _note(matter, "set_serves", said, actor=actor, at=at, leader=leader.pk, section=section.pk, since=since)
    return row


@transaction.atomic
def pair_set(
    *, one: Leader, other: Leader, since: dt.date, actor: Actor, at: dt.datetime, document: str = ""
) -> Pair:
    """From a day two leaders stand in for each other (AB角). Nobody has two partners, nobody is their own.

    Errors: NotAllowed, Incomplete (the same person, an office that has no pairs, one of them paired already).
    """
    matter = _begin("set_pair", "调整AB角", actor=actor, at=at)
    rule = rules.setting("agenda.pairs", since)
    if one.pk == other.pk:
        raise Incomplete("不能与自己互为AB角", mend="请选择另一位领导", field="other")
    for leader, field in ((one, "one"), (other, "other")):
        in_office(leader, since, field=field)
        if rule and leader.office not in rule["members"]:
            titles = "、".join(rules.role_title(role) for role in rule["members"])
            raise Incomplete(f"{leader}不在AB角之列，AB角在{titles}之间结成", field=field)
        taken = (
            Pair.objects.filter(
                Q(first=leader) | Q(second=leader), Q(until__isnull=True) | Q(until__gt=since)
            )
            .select_related("first__person", "second__person")
            .first()
        )
        if taken is not None:
            partner = taken.second if taken.first_id == leader.pk else taken.first
            raise Incomplete(
                f"{leader.person.name}已与{partner.person.name}互为AB角",
                mend="请先解除原来的AB角",
                field=field,
            )
    first, second = sorted((one, other), key=lambda leader: leader.rank)
    pair = Pair(first=first, second=second, since=since, document=document)
    with door():
        pair.save()
    said = f"{first.person.name}与{second.person.name}互为AB角"
    _note(matter, "set_pair", said, actor=actor, at=at, first=first.pk, second=second.pk, since=since)
    return pair


@transaction.atomic
def pair_end(*, pair: Pair, until: dt.date, actor: Actor, at: dt.datetime) -> Pair:
    """A pair ends on a day. Errors: NotAllowed, Incomplete (before it began), WrongState (ended already)."""
    matter = _begin("end_pair", "解除AB角", actor=actor, at=at)
    fresh: Pair = Pair.objects.select_related("first__person", "second__person").get(pk=pair.pk)
    if fresh.until is not None:
        raise WrongState("这对AB角已经解除", mend="请刷新页面")
    if until < fresh.since:
        raise Incomplete("解除日期不能早于开始日期", field="until")
    _close([fresh], until)
    said = f"{fresh.first.person.name}与{fresh.second.person.name}不再互为AB角"
    _note(matter, "end_pair", said, actor=actor, at=at, pair=fresh.pk, until=until)
    return fresh
