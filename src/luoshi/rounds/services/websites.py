"""Registers of rounds on web sites: branch sites, columns of the portal with who feeds them, monthly statistics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day
from luoshi.rounds import rules
from luoshi.rounds.models import BranchSite, ColumnCount, ColumnDuty, QuarterNotice, Round, RoundUnit
from luoshi.rounds.policies import may_act_for, may_manage, require
from luoshi.rounds.services.checks import lock_round, lock_unit
from luoshi.rounds.services.records import bounds
from luoshi.rounds.states import LIVE

NEW_MEDIA = ("weibo.com", "weibo.cn", "mp.weixin.qq.com", "toutiao.com", "douyin.com")
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Reported:
    """What a unit reported for a column in a month, how much of it was used, and how the column is kept."""

    reported: int
    adopted: int
    text: str = ""


@transaction.atomic
def branch_add(
    *, unit: RoundUnit, name: str, owner: str, address: str, actor: Actor, at: dt.datetime
) -> BranchSite:
    """Put a branch site under the unit that answers for it. Accounts in new media are no sites.

    Errors: Incomplete naming the field, NotAllowed (the office, or the unit itself), WrongState (result summed up).
    Source: smx-website-assessment/2.0, smx-website-assessment/2.1
    """
    fresh, matter = lock_unit(unit)
    require(may_manage(actor, matter) or may_act_for(actor, matter), "登记分站")
    _still_open(fresh.round)
    url = line(address, field="address", label="网址", longest=200)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "." not in parts.hostname:
        raise Incomplete("网址须以http://或https://开头，写全域名", field="address")
    if any(parts.hostname == host or parts.hostname.endswith("." + host) for host in NEW_MEDIA):
        raise Incomplete("政务新媒体不属于政府网站，不登记为分站", field="address")
    if BranchSite.objects.filter(unit=fresh, address=url).exists():
        raise Incomplete("这个网址已经登记", field="address")
    row = BranchSite(
        unit=fresh,
        name=line(name, field="name", label="网站名称", longest=100),
        owner=line(owner, field="owner", label="所属单位", longest=100),
        address=url,
        by=actor.name,
    )
    data = {"name": row.name, "owner": row.owner, "address": url}
    ledger.record(matter=matter, kind="rounds.branch_listed", actor=actor, at=at, data=data)
    with door():
        row.save()
    return row


@transaction.atomic
def branch_remove(*, branch: BranchSite, actor: Actor, at: dt.datetime) -> None:
    """Take a branch site out again. Errors: NotAllowed, WrongState."""
    fresh, matter = lock_unit(branch.unit)
    require(may_manage(actor, matter) or may_act_for(actor, matter), "注销分站")
    _still_open(fresh.round)
    data = {"address": branch.address}
    ledger.record(matter=matter, kind="rounds.branch_removed", actor=actor, at=at, data=data)
    with door():
        branch.delete()


@transaction.atomic
def duty_add(
    *, round: Round, unit: RoundUnit, column: str, document: str, actor: Actor, at: dt.datetime
) -> ColumnDuty:
    """Say which unit keeps a column of the portal filled, and by which document.

    Errors: Incomplete naming the field, NotAllowed (the office only), WrongState (result summed up).
    """
    fresh, matter = lock_round(round)
    require(may_manage(actor, matter), "登记栏目责任")
    _still_open(fresh)
    if unit.round_id != fresh.pk or unit.matter.state == "removed":
        raise Incomplete("该单位不在本次考评名单中", field="unit")
    name = line(column, field="column", label="栏目", longest=100)
    if ColumnDuty.objects.filter(round=fresh, column=name, unit=unit).exists():
        raise Incomplete(f"{name}已由{unit.name}负责", field="column")
    row = ColumnDuty(
        round=fresh,
        unit=unit,
        column=name,
        document=line(document, field="document", label="责任分工文件", longest=200),
    )
    data = {"column": name, "unit": unit.body.code, "document": row.document}
    ledger.record(matter=matter, kind="rounds.duty_listed", actor=actor, at=at, data=data)
    with door():
        row.save()
    return row


@transaction.atomic
def duty_remove(*, duty: ColumnDuty, actor: Actor, at: dt.datetime) -> None:
    """Take a duty back that nothing was counted for yet. Errors: NotAllowed, WrongState."""
    fresh, matter = lock_round(duty.round)
    require(may_manage(actor, matter), "取消栏目责任")
    _still_open(fresh)
    if duty.counts.exists():
        raise WrongState("这项栏目责任已有统计，不能取消", mend="如分工改变，请另行登记新的责任单位")
    data = {"column": duty.column, "unit": duty.unit.body.code}
    ledger.record(matter=matter, kind="rounds.duty_removed", actor=actor, at=at, data=data)
    with door():
        duty.delete()


@transaction.atomic
def columns_count(
    *, round: Round, month: str, counts: Mapping[int, Reported], actor: Actor, at: dt.datetime
) -> list[ColumnCount]:
    """Enter what the responsible units reported in a month, once it is over, until it was commented on.

    counts: by key of the duty. Errors: Incomplete naming the column, NotAllowed, WrongState.
    Source: smx-website-assessment/7.4.1, smx-website-assessment/10.3.1
    """
    fresh, matter = lock_round(round)
    require(may_manage(actor, matter), "登记栏目信息统计")
    _check_month(fresh, month, at)
    if QuarterNotice.objects.filter(round=fresh, period=month).exists():
        raise WrongState(f"{month}已经点评，统计不能再改")
    duties = {duty.pk: duty for duty in fresh.duties.select_related("unit__body")}
    rows = {row.duty_id: row for row in ColumnCount.objects.filter(duty__round=fresh, month=month)}
    saved: list[ColumnCount] = []
    for pk, given in counts.items():
        if pk not in duties:
            raise Incomplete("责任分工中没有这个栏目", field="counts")
        row = rows.get(pk) or ColumnCount(duty=duties[pk], month=month)
        _fill(row, duties[pk], given)
        row.at, row.by = at, actor.name
        saved.append(row)
    data = {
        "month": month,
        "counts": [
            {
                "column": row.duty.column,
                "unit": row.duty.unit.body.code,
                "reported": row.reported,
                "adopted": row.adopted,
            }
            for row in saved
        ],
    }
    ledger.record(matter=matter, kind="rounds.columns_counted", actor=actor, at=at, data=data)
    with door():
        for row in saved:
            row.save()
    return saved


def _fill(row: ColumnCount, duty: ColumnDuty, given: Reported) -> None:
    field = f"count-{duty.pk}"
    if not 0 <= given.reported <= MOST or not 0 <= given.adopted <= MOST:
        raise Incomplete(f"{duty.column}的条数须为0以上的整数", field=field)
    if given.adopted > given.reported:
        raise Incomplete(f"{duty.column}的采用条数不能多于上报条数", field=field)
    row.reported, row.adopted = given.reported, given.adopted
    row.text = line(given.text, field=field, label="落实情况", longest=300, required=False)


def duties_with_counts(round: Round, month: str) -> list[tuple[ColumnDuty, ColumnCount | None]]:
    """Every duty with what is counted for a month."""
    rows = {row.duty_id: row for row in ColumnCount.objects.filter(duty__round=round, month=month)}
    return [(duty, rows.get(duty.pk)) for duty in round.duties.select_related("unit")]


def _check_month(round: Round, month: str, at: dt.datetime) -> None:
    rule = rules.rule_of(round)
    if rule.records.every != "month" or month not in rules.periods("month", round.year):
        raise Incomplete("没有这个月份", field="month")
    if local_day(at) < bounds(month)[1]:
        raise WrongState(f"{month}尚未结束")


def _still_open(round: Round) -> None:
    if round.matter.state not in ("draft", "submitted", *LIVE):
        raise WrongState("考评结果已经汇总，不能再变动")
