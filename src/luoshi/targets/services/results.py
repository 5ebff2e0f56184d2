"""The end of a year: self-assessment, examination, tiers by a standard that people set, the chain of decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day
from luoshi.targets import grading, rules, states
from luoshi.targets.models import Layer, Plan, Result, Sheet, Standing, Target
from luoshi.targets.policies import is_own, may_manage, require
from luoshi.targets.selectors.results import POOLS, blockers, graded_sheets, year_facts
from luoshi.targets.services.checks import block, require_issued
from luoshi.targets.services.judging import rejudge

RULE = "targets.year_end"
ORDER = ("fix", "draft_awards", "study", "collect", "decide")


@transaction.atomic
def result_open(*, plan: Plan, actor: Actor, at: dt.datetime) -> Result:
    """Begin the year-end assessment of a running year. Errors: NotAllowed, WrongState (not handed down, begun already)."""
    require(may_manage(actor), "开始年终考评")
    fresh, _ = locked(plan)
    require_issued(fresh)
    if Result.objects.filter(plan=fresh).exists():
        raise WrongState("年终考评已经开始", mend="请在年终考评中办理")
    matter = ledger.matter_open(
        kind=states.RESULT, title=f"{fresh.year}年度目标年终考评", parent=fresh.matter, actor=actor, at=at,
        facts={"year": fresh.year},
    )  # fmt: skip
    result = Result(matter=matter, jurisdiction=matter.jurisdiction, plan=fresh)
    with door():
        result.save(force_insert=True)
    return result


@transaction.atomic
def standard_set(
    *,
    result: Result,
    standards: Mapping[str, grading.Standard],
    document: str,
    county_honours: int | None,
    branches: Mapping[str, int],
    actor: Actor,
    at: dt.datetime,
) -> Result:
    """Set what the regulation leaves open: per pool the tiers' bounds and the weight of regular checks, how many
    counties are honoured, how many departments each branch may name.

    Errors: NotAllowed, Incomplete naming the field, WrongState (approved already).
    Source: smx-target-management/4.2.0, smx-target-management/4.2.3.1, smx-target-management/5.1.1
    """
    fresh, matter = locked(result, "plan")
    for pool, standard in standards.items():
        found = grading.problems(standard)
        if pool not in POOLS or found:
            raise Incomplete(f"{Layer(pool).label}：{'；'.join(found)}", field=f"{pool}-bounds")
    if county_honours is not None and county_honours < 0:
        raise Incomplete("先进名额不能是负数", field="county_honours")
    if any(number < 0 for number in branches.values()):
        raise Incomplete("分口名额不能是负数", field="branches")
    fresh.standards = {pool: standard.as_dict() for pool, standard in standards.items()}
    fresh.standard_document = line(document, field="document", label="考评方案文号", longest=100)
    fresh.county_honours, fresh.branches = county_honours, dict(branches)
    data = {"standards": fresh.standards, "document": fresh.standard_document, "county_honours": county_honours,
            "branches": fresh.branches}  # fmt: skip
    ledger.act(matter=matter, action="set_standard", actor=actor, at=at, data=data)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def standard_approve(*, result: Result, actor: Actor, at: dt.datetime) -> Result:
    """Approve the year's standard; without one for every pool there are no tiers.

    Errors: NotAllowed, Incomplete (a pool without a standard), WrongState.
    """
    fresh, matter = locked(result, "plan")
    pools = set(graded_sheets(fresh.plan).values_list("layer", flat=True))
    lacking = [Layer(pool).label for pool in sorted(pools - set(fresh.standards))]
    if lacking:
        raise Incomplete(f"还没有{'、'.join(lacking)}的定档标准", mend="请目标办按年度考评方案录入")
    if Layer.COUNTY in pools and fresh.county_honours is None:
        raise Incomplete("还没有县（市、区）的先进名额", mend="请目标办按年度考评方案录入")
    data = {"standards": fresh.standards, "document": fresh.standard_document}
    ledger.act(matter=matter, action="approve_standard", actor=actor, at=at, data=data)
    return fresh


@transaction.atomic
def sheet_self_assess(*, sheet: Sheet, text: str, actor: Actor, at: dt.datetime) -> Sheet:
    """First step of the year's end: a body looks at its own targets, once the year is over.

    Errors: NotAllowed (another body), Incomplete, WrongState (the year runs; examined).
    Source: smx-target-management/4.2.1
    """
    fresh, matter = locked(sheet, "plan", "body")
    rules.require_step(RULE, "self_assess", "自查自评", actor=actor, at=at)
    require(may_manage(actor) or is_own(actor, matter), "为其他单位自评")
    _year_over(fresh.plan, at)
    said = block(text, field="text", label="自查自评")
    ledger.act(matter=matter, action="self_assess", actor=actor, at=at, data={"text": said})
    with door():
        fresh.self_assessment = said
        fresh.save()
    rejudge(Target.objects.filter(sheet=fresh, matter__state="listed").select_related("plan"), at=at)
    return fresh


def _year_over(plan: Plan, at: dt.datetime) -> None:
    require_issued(plan)
    if local_day(at) <= plan.due_on:
        raise WrongState(f"{plan.year}年度还没有结束", mend=f"{plan.due_on}之后办理年终考评")


@transaction.atomic
def sheet_examine(*, sheet: Sheet, opinion: str, actor: Actor, at: dt.datetime) -> Sheet:
    """Second step: the assessment group examines every target of a body that has assessed itself.

    Errors: NotAllowed, Incomplete, WrongState (no self-assessment yet, the year runs).
    Source: smx-target-management/4.2.2
    """
    fresh, matter = locked(sheet, "plan", "body")
    rules.require_step(RULE, "examine", "考核认定", actor=actor, at=at)
    _year_over(fresh.plan, at)
    said = block(opinion, field="opinion", label="考核认定意见")
    ledger.act(matter=matter, action="examine", actor=actor, at=at, data={"opinion": said})
    with door():
        fresh.examination = said
        fresh.save()
    rejudge(Target.objects.filter(sheet=fresh, matter__state="listed").select_related("plan"), at=at)
    return fresh


@transaction.atomic
def tiers_propose(*, result: Result, actor: Actor, at: dt.datetime) -> Result:
    """Third step: every body's tier by the approved standard, counties and departments each among themselves.

    Refused while anything is open: bodies not examined, targets not judged, points not set, each named.
    Errors: NotAllowed, Incomplete (what is open), WrongState.
    Source: smx-target-management/4.2.3.1
    """
    fresh, matter = locked(result, "plan")
    rules.require_step(RULE, "propose", "提出档次意见", actor=actor, at=at)
    if matter.state not in {"standard_approved", "proposed"}:
        raise ledger.wrong_state(matter, "propose")
    targets = Target.objects.filter(plan=fresh.plan, matter__state="listed").select_related("plan")
    rejudge(targets, at=at)
    found = blockers(fresh)
    if found:
        raise Incomplete(f"还有{len(found)}项没有办完：{found[0]}", mend="请逐项办完后再提出档次意见")
    rows = _standings(fresh)
    data = {"bodies": len(rows), "tiers": {str(row.sheet_id): row.tier for row in rows}}
    ledger.act(matter=matter, action="propose", actor=actor, at=at, data=data)
    with door():
        Standing.objects.filter(result=fresh, fraud="").delete()
        kept = set(Standing.objects.filter(result=fresh).values_list("sheet_id", flat=True))
        Standing.objects.bulk_create([row for row in rows if row.sheet_id not in kept])
    return fresh


def _standings(result: Result) -> list[Standing]:
    leaders = _leaders(result.plan)
    rows = []
    for facts in year_facts(result.plan):
        standard = grading.Standard.parse(result.standards[facts.sheet.layer])
        main = facts.by_points if standard.metric == "points" else facts.by_rate
        value = grading.score(standard, main=main, regular=facts.regular)
        place = grading.tier(standard, value=value, all_met=facts.all_met)
        rows.append(
            Standing(
                result=result, sheet=facts.sheet, pool=facts.sheet.layer, counts=dict(facts.counts), points=facts.points,
                regular=facts.regular, score=value, proposed=place, tier=place, leader=leaders.get(facts.sheet.body_id, ""),
            )
        )  # fmt: skip
    return rows


def _leaders(plan: Plan) -> dict[int | None, str]:
    """Who was responsible for each body at the end of the year."""
    posts = Post.objects.filter(
        in_force(plan.due_on), kind="principal_leader", body__in=plan.sheets.values("body")
    )
    return {post.body_id: post.person.name[:40] for post in posts.select_related("person").order_by("-since")}


@transaction.atomic
def tier_adjust(*, standing: Standing, tier: int, reason: str, actor: Actor, at: dt.datetime) -> Standing:
    """Propose another tier than the standard gives, with the reason, before the leading group fixes it.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    _, matter = locked(standing.result, "plan")
    row: Standing = Standing.objects.select_related("sheet").get(pk=standing.pk)
    if str(tier) not in rules.choice("targets.tier", local_day(at)).values:
        raise Incomplete("请选择档次", field="tier")
    row.tier, row.reason = tier, line(reason, field="reason", label="调整理由", longest=300)
    data = {"sheet": row.sheet.name, "tier": tier, "reason": row.reason}
    ledger.act(matter=matter, action="adjust", actor=actor, at=at, data=data)
    with door():
        row.save()
    return row


@transaction.atomic
def result_step(
    *, result: Result, step: str, opinion: str, actor: Actor, at: dt.datetime, document: str = ""
) -> Result:
    """Take the result one step further: fix, draft_awards, study, collect, decide; each with its opinion.

    With the decision the year is closed. Errors: NotAllowed, Incomplete, WrongState (out of order).
    Source: smx-target-management/4.2.3.2
    """
    fresh, matter = locked(result, "plan")
    if step not in ORDER:
        raise ledger.wrong_state(matter, step)
    rules.require_step(RULE, step, "办理这一步", actor=actor, at=at)
    said = block(opinion, field="opinion", label="意见")
    paper = line(document, field="document", label="文号", longest=100, required=False)
    ledger.act(matter=matter, action=step, actor=actor, at=at, data={"opinion": said, "document": paper})
    if step == "decide":
        ledger.act(matter=fresh.plan.matter_id, action="close", actor=actor, at=at, data={"document": paper})
    return fresh


@transaction.atomic
def honours_recommend(*, result: Result, chosen: Mapping[int, str], actor: Actor, at: dt.datetime) -> Result:
    """Recommend bodies for the honour: standing id -> branch ("" for counties).

    Departments: of the first tier only, at most 20 % of those, rounded down but at least one, each branch within its
    quota, all branches together within the total. Counties: at most the number of the year's scheme, of any tier.
    Whoever cheated is out.
    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-target-management/5.1.1, smx-target-management/5.1.2, smx-target-management/5.2.2.1
    """
    fresh, matter = locked(result, "plan")
    rules.require_step(RULE, "recommend", "推荐先进单位", actor=actor, at=at)
    rows = list(Standing.objects.filter(result=fresh).select_related("sheet"))
    picked = [row for row in rows if row.pk in chosen]
    if len(picked) != len(chosen):
        raise Incomplete("有单位不在本次考评中", mend="请刷新页面后重选")
    cheats = [row.sheet.name for row in picked if row.fraud]
    if cheats:
        raise Incomplete(f"{'、'.join(cheats)}弄虚作假，没有评先资格", field="chosen")
    _check_counties(fresh, [row for row in picked if row.pool == Layer.COUNTY])
    hint = _check_departments(
        fresh, rows, [row for row in picked if row.pool == Layer.DEPARTMENT], chosen, at
    )
    data: dict[str, Any] = {"chosen": [row.sheet.name for row in picked], "hint": hint}
    ledger.act(matter=matter, action="recommend", actor=actor, at=at, data=data)
    with door():
        Standing.objects.filter(result=fresh).update(honoured=False, branch="")
        for row in picked:
            row.honoured, row.branch = True, chosen[row.pk][:30]
            row.save()
    return fresh


def _check_counties(result: Result, picked: Sequence[Standing]) -> None:
    most = result.county_honours or 0
    if len(picked) > most:
        raise Incomplete(f"县（市、区）先进名额为{most}个，选了{len(picked)}个", field="chosen")


def _check_departments(
    result: Result,
    rows: Sequence[Standing],
    picked: Sequence[Standing],
    chosen: Mapping[int, str],
    at: dt.datetime,
) -> str:
    terms = rules.setting("targets.honours", local_day(at))
    wrong = [row.sheet.name for row in picked if row.tier != terms["department_tier"]]
    if wrong:
        raise Incomplete(f"{'、'.join(wrong)}不是全面完成目标单位，不能推荐", field="chosen")
    pool = [row for row in rows if row.pool == Layer.DEPARTMENT and row.tier == terms["department_tier"]]
    most, rounded_up = grading.quota(
        len(pool), percent=Decimal(terms["department_percent"]), least=int(terms["least"])
    )
    if len(picked) > most:
        raise Incomplete(
            f"全面完成目标的部门{len(pool)}个，先进名额{most}个，选了{len(picked)}个", field="chosen"
        )
    if result.branches:
        if not grading.branches_fit(result.branches, most):
            raise Incomplete(f"各口名额合计超过{most}个", mend="请调整年度方案的分口名额", field="branches")
        for branch in {chosen[row.pk] for row in picked}:
            count, limit = sum(chosen[row.pk] == branch for row in picked), result.branches.get(branch)
            if limit is None or count > limit:
                raise Incomplete(f"“{branch}”口的名额为{limit or 0}个，选了{count}个", field="chosen")
    return "按比例不足1个，取1个" if rounded_up else ""


@transaction.atomic
def fraud_note(*, standing: Standing, what: str, actor: Actor, at: dt.datetime) -> Standing:
    """Note that a body cheated in the assessment: it loses its eligibility; found after the decision, its honour too,
    and what it was given is recovered. There is no limit of time.

    Errors: NotAllowed, Incomplete, WrongState (noted already).
    Source: smx-target-management/5.2.2.1, smx-target-management/5.2.2.3
    """
    _, matter = locked(standing.result, "plan")
    row: Standing = Standing.objects.select_related("sheet").get(pk=standing.pk)
    if row.fraud:
        raise WrongState(f"{row.sheet.name}的弄虚作假已经登记", mend="请刷新页面")
    said = line(what, field="what", label="弄虚作假情形", longest=300)
    after = matter.state == "decided"
    data = {"sheet": row.sheet.name, "what": said, "after": after, "honour_lost": row.honoured}
    ledger.act(matter=matter, action="note_fraud", actor=actor, at=at, data=data)
    with door():
        row.fraud, row.fraud_at, row.fraud_after, row.honoured = said, at, after, False
        row.save()
    return row
