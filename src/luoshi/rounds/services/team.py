"""The assessment team: members from the bodies that the rule names, and nobody marks where he may not."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.engines.rulebook import Round as RoundRule
from luoshi.engines.rulebook.rounds import Pool
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.organisation.models import Body, User
from luoshi.organisation.selectors import actor_for
from luoshi.rounds import rules
from luoshi.rounds.models import Assignment, Member, Round, RoundUnit
from luoshi.rounds.services.checks import lock_round


def pool_of(rule: RoundRule, key: str) -> Pool:
    """Where a member may come from. Errors: Incomplete with what may be chosen."""
    for pool in rule.team.pools:
        if pool.key == key:
            return pool
    labels = "、".join(pool.label for pool in rule.team.pools)
    raise Incomplete("请选择成员来源", mend=f"可选：{labels}", field="pool")


def recusal(rule: RoundRule, member: Member, *, class_key: str, unit: RoundUnit | None = None) -> str:
    """Why a member may not mark a class of units, or one of them; empty where nothing stands against it.

    By class: who comes from one class of sites does not assess that class. And never the own unit.
    """
    pool = next((one for one in rule.team.pools if one.key == member.pool), None)
    if pool is not None and class_key in pool.bars:
        return f"{member.name}来自{pool.label}，须回避{rule.class_(class_key).title}的考评"
    if unit is not None and unit.body_id == member.body_id:
        return f"{member.name}是{unit.name}的人员，须回避本单位的考评"
    return ""


@transaction.atomic
def member_add(*, round: Round, user: User, body: Body, pool: str, actor: Actor, at: dt.datetime) -> Member:
    """Take somebody into the team. The account must be that of an assessor; somebody whose body belongs to a pool
    comes from that pool, whatever is claimed.

    Errors: Incomplete naming the field, WrongState (a member already), NotAllowed.
    Source: smx-openness-assessment/11.2
    """
    fresh, matter = lock_round(round)
    rule = rules.rule_of(fresh)
    chosen = pool_of(rule, pool)
    own = [one for one in rule.team.pools if body.kind in one.kinds]
    if own and chosen not in own:
        raise Incomplete(f"{body.name}的人员只能作为{own[0].label}的人员参加", field="pool")
    if chosen.kinds and body.kind not in chosen.kinds:
        raise Incomplete(f"{body.name}不属于{chosen.label}", field="body")
    if not actor_for(user=user, at=at).can("rounds.assess"):
        raise Incomplete("该账号没有考评组成员角色", mend="请先由系统管理员授予“考评组成员”", field="user")
    there = Member.objects.filter(round=fresh, user=user).first()
    if there is not None and there.left_at is None:
        raise WrongState(f"{there.name}已在考核组中")
    data = {"user": user.pk, "body": body.code, "pool": pool, "joined": True}
    ledger.act(matter=matter, action="team", actor=actor, at=at, data=data)
    row = there or Member(round=fresh, user=user)
    row.name, row.body, row.pool, row.left_at = user.person.name, body, pool, None
    with door():
        row.save()
    return row


@transaction.atomic
def member_remove(*, member: Member, actor: Actor, at: dt.datetime) -> Member:
    """Let a member leave; marks already given stay, tasks end. Errors: WrongState, NotAllowed."""
    _, matter = lock_round(member.round)
    fresh = Member.objects.get(pk=member.pk)
    if fresh.left_at is not None:
        raise WrongState(f"{fresh.name}已退出考核组")
    ledger.act(
        matter=matter,
        action="team",
        actor=actor,
        at=at,
        data={"user": fresh.user_id, "pool": fresh.pool, "joined": False},
    )
    fresh.left_at = at
    with door():
        fresh.save()
        Assignment.objects.filter(member=fresh).delete()
    return fresh


@transaction.atomic
def task_assign(
    *,
    member: Member,
    class_key: str,
    actor: Actor,
    at: dt.datetime,
    unit: RoundUnit | None = None,
    item: str = "",
) -> Assignment:
    """Let a member mark a class of units or one of them, all items or one column; recusal is a hard refusal.

    Errors: Incomplete (unknown class or column), WrongState (recusal, left, given already), NotAllowed.
    """
    round, matter = lock_round(member.round)
    rule = rules.rule_of(round)
    if class_key not in {kind.key for kind in rule.classes} or (unit and unit.class_key != class_key):
        raise Incomplete("请选择考评类别", field="class_key")
    if item and item not in {top.id for top in rules.scheme_of(round, class_key).items}:
        raise Incomplete("指标表中没有这个栏目", field="item")
    if member.left_at is not None:
        raise WrongState(f"{member.name}已退出考核组")
    why = recusal(rule, member, class_key=class_key, unit=unit)
    if why:
        raise WrongState(why, mend="请改派其他成员")
    if Assignment.objects.filter(member=member, class_key=class_key, unit=unit, item=item).exists():
        raise WrongState("这项任务已经分派")
    data = {
        "user": member.user_id,
        "class": class_key,
        "unit": unit.body.code if unit else "",
        "item": item,
        "assigned": True,
    }
    ledger.act(matter=matter, action="team", actor=actor, at=at, data=data)
    with door():
        row: Assignment = Assignment.objects.create(member=member, class_key=class_key, unit=unit, item=item)
    return row


@transaction.atomic
def task_end(*, assignment: Assignment, actor: Actor, at: dt.datetime) -> None:
    """Take a task back; marks already given stay. Errors: NotAllowed, WrongState."""
    member = assignment.member
    _, matter = lock_round(member.round)
    data = {"user": member.user_id, "class": assignment.class_key, "item": assignment.item, "assigned": False}
    ledger.act(matter=matter, action="team", actor=actor, at=at, data=data)
    with door():
        assignment.delete()


def missing_pools(round: Round) -> list[str]:
    """The sources from which a member is needed and none is there."""
    there = set(Member.objects.filter(round=round, left_at__isnull=True).values_list("pool", flat=True))
    return [pool.label for pool in rules.rule_of(round).team.pools if pool.required and pool.key not in there]
