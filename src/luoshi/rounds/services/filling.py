"""Marks that the office itself enters: what spot checks gave, once confirmed, and how columns were kept filled."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.rounds import rules
from luoshi.rounds.models import Mark, RoundUnit
from luoshi.rounds.services.checks import lock_unit, not_after
from luoshi.rounds.services.marking import CENT, Entry, agree_on, mark_agree
from luoshi.rounds.services.spot import HUNDRED, spot_means


@transaction.atomic
def spot_confirm(*, unit: RoundUnit, actor: Actor, at: dt.datetime) -> Mark:
    """Enter the mean of a unit's spot checks for the item that the rule names, at that item's points; for a unit
    that was not checked, the mean of those of its class that were.

    Errors: WrongState (no such item, nothing checked, not in marking), NotAllowed (the office only).
    Source: smx-website-assessment/10.4.2, smx-website-assessment/10.5.1
    """
    rule = rules.rule_of(unit.round)
    if not rule.spot.leaf:
        raise WrongState("本办法没有规定抽查得分记入哪一项")
    means, every = spot_means(unit.round, unit.class_key)
    own = means.get(unit.pk)
    mean = own if own is not None else every
    if mean is None:
        raise WrongState("同类单位当年都没有抽查得分，不能取平均值", mend="请由考核组评分")
    leaf = rules.leaf_of(rules.full_scheme(unit.round, unit.class_key), rule.spot.leaf)
    points = (mean * (leaf.max or Decimal(0)) / HUNDRED).quantize(CENT)
    why = (
        f"取本单位当年抽查平均分{mean}分"
        if own is not None
        else f"当年未被抽查，经确认取同类单位抽查平均分{mean}分"
    )
    return mark_agree(unit=unit, entry=Entry(leaf=leaf.id, points=points, note=why), actor=actor, at=at)


@transaction.atomic
def content_score(*, unit: RoundUnit, points: Any, note: str, actor: Actor, at: dt.datetime) -> Mark:
    """Score how a unit kept its columns of the portal filled, from the register, until the year's closing date.

    Errors: WrongState (no such item, the date has passed, marks summed up), Incomplete, NotAllowed (the office only).
    Source: smx-website-assessment/10.3.2
    """
    ledger.lock(unit.round_id)
    fresh, matter = lock_unit(unit)
    leaf = rules.rule_of(fresh.round).records.leaf
    if not leaf:
        raise WrongState("本办法没有规定按登记评分的项目")
    if fresh.round.matter.state not in ("running", "marking"):
        raise WrongState("考评通知下发之后、汇总之前才能评定栏目内容保障")
    not_after(fresh.round.day("self_due"), at, doing="评定栏目内容保障")
    scheme = rules.full_scheme(fresh.round, fresh.class_key)
    entry = Entry(leaf=leaf, points=points, note=note)
    return agree_on(unit=fresh, matter=matter, scheme=scheme, entry=entry, actor=actor, at=at)
