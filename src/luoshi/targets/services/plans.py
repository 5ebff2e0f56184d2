"""A year's plan: opened, drafted sheet by sheet, taken through its approvals, handed down by a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.targets import rules, states
from luoshi.targets.imports.check import points_problems
from luoshi.targets.models import Layer, Plan, Sheet, Target
from luoshi.targets.policies import is_own, may_manage, require
from luoshi.targets.services.checks import number
from luoshi.targets.services.judging import rejudge

CHAINS = {states.COUNTY: "targets.county_chain", states.DEPARTMENT: "targets.department_chain"}
STEPS = {
    states.COUNTY: ("coordinate", "gate", "review", "approve"),
    states.DEPARTMENT: ("declare", "vet", "review", "coordinate", "approve"),
}


@transaction.atomic
def plan_open(*, year: int, title: str, sources: Sequence[str], actor: Actor, at: dt.datetime) -> Plan:
    """Begin a year's plan, with the sources that its targets rest on (values of the choice targets.source).

    Errors: NotAllowed, Incomplete naming the field, WrongState (the year has a plan).
    Source: smx-target-management/3.1.1, smx-targets-2017/0.1
    """
    require(may_manage(actor), "编制年度目标")
    if not 1990 <= year <= 2099:
        raise Incomplete("年度应在1990至2099之间", field="year")
    if Plan.objects.filter(jurisdiction=settings.JURISDICTION, year=year).exists():
        raise WrongState(f"{year}年度的目标已经建立", mend="请在已有的年度目标中办理")
    chosen = _sources(sources, at)
    name = line(title, field="title", label="标题", longest=120)
    matter = ledger.matter_open(
        kind=states.PLAN, title=name, actor=actor, at=at, facts={"year": year}, data={"sources": chosen}
    )
    end = rules.setting("targets.due", local_day(at))
    plan = Plan(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        year=year,
        title=name,
        sources=chosen,
        due_on=dt.date(year, int(end["month"]), int(end["day"])),
    )
    with door():
        plan.save(force_insert=True)
    return plan


def _sources(sources: Sequence[str], at: dt.datetime) -> list[str]:
    known = rules.choice("targets.source", local_day(at)).values
    chosen = [value for value in known if value in sources]
    if not chosen:
        raise Incomplete("请至少选择一项编制依据", field="sources")
    return chosen


@transaction.atomic
def plan_edit(*, plan: Plan, title: str, sources: Sequence[str], actor: Actor, at: dt.datetime) -> Plan:
    """Change title and sources of a plan that is being drafted. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(plan)
    fresh.title = line(title, field="title", label="标题", longest=120)
    fresh.sources = _sources(sources, at)
    data = {"sources": fresh.sources}
    ledger.act(matter=matter, action="edit", actor=actor, at=at, data=data, changes={"title": fresh.title})
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def plan_set_common(
    *, plan: Plan, document: str, points: Decimal | str | None, actor: Actor, at: dt.datetime
) -> Plan:
    """Note the document by which the common targets are set elsewhere, and their points where it gives some.

    Errors: NotAllowed, Incomplete, WrongState (the year is closed).
    Source: smx-targets-2017/2.1
    """
    fresh, matter = locked(plan)
    fresh.common_document = line(document, field="document", label="文号", longest=100)
    fresh.common_points = number(points, field="points", label="分值")
    by = rules.setting("targets.common", local_day(at))["by"]
    data = {"document": fresh.common_document, "points": fresh.common_points, "by": by}
    ledger.act(matter=matter, action="set_common", actor=actor, at=at, data=data)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def sheet_open(
    *,
    plan: Plan,
    layer: str,
    name: str,
    body: Body | None,
    actor: Actor,
    at: dt.datetime,
    category: str = "",
    undivided: bool = False,
    note: str = "",
) -> Sheet:
    """Begin what a body undertakes. name: as the document writes it. layer: city, county or department.

    Counties include the committees of zones; a department layer takes any other body.
    Errors: NotAllowed, Incomplete, WrongState (handed down already; the body has its sheet).
    Source: smx-target-management/2.2.1
    """
    require(may_manage(actor), "编制责任目标")
    fresh, _ = locked(plan)
    if fresh.issued_on is not None:
        raise WrongState("目标已经下达，不能再增加单位", mend="新增目标请走增加程序")
    _check_layer(layer, body, at)
    title = line(name, field="name", label="单位名称", longest=100)
    if fresh.sheets.filter(layer=layer, name=title).exists():
        raise Incomplete(f"{title}已有责任目标", field="name")
    if body is not None and fresh.sheets.filter(layer=layer, body=body).exists():
        raise Incomplete(f"{body.name}已有责任目标", field="body")
    kind = states.DEPARTMENT if layer == Layer.DEPARTMENT else states.COUNTY
    matter = ledger.matter_open(
        kind=kind,
        title=f"{fresh.year}年度责任目标：{title}",
        body_id=body.pk if body else None,
        parent=fresh.matter,
        actor=actor,
        at=at,
        facts={"layer": layer, "year": fresh.year},
    )
    sheet = Sheet(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        plan=fresh,
        layer=layer,
        body=body,
        name=title,
        category=category[:20],
        position=fresh.sheets.filter(layer=layer).count() + 1,
        undivided=undivided,
        note=note[:300],
    )
    with door():
        sheet.save(force_insert=True)
    return sheet


def _check_layer(layer: str, body: Body | None, at: dt.datetime) -> None:
    if layer not in rules.setting("targets.layers", local_day(at))["layers"]:
        raise Incomplete("请选择层级", field="layer")
    if body is None:
        if layer != Layer.CITY:
            raise Incomplete("请选择责任单位", field="body")
        return
    counties = rules.setting("targets.county_bodies", local_day(at))["kinds"]
    if layer == Layer.COUNTY and body.kind not in counties:
        raise Incomplete(f"{body.name}不是县（市、区）政府或管委会", field="body")
    if layer == Layer.DEPARTMENT and body.kind in counties:
        raise Incomplete(f"{body.name}是县（市、区）政府或管委会，应列入县（市、区）责任目标", field="body")


@transaction.atomic
def sheet_step(
    *, sheet: Sheet, step: str, opinion: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Sheet:
    """Take a sheet's targets one step through their approvals, in the order of the chain, with an opinion.

    Counties: coordinate, gate, review, approve; departments: declare (the unit itself), vet, review, coordinate,
    approve. Before a department's sheet goes on, its points must add up.
    Errors: NotAllowed (another's step), Incomplete (no targets, points), WrongState (out of order).
    Source: smx-target-management/3.2.1, smx-target-management/3.2.2
    """
    fresh, matter = locked(sheet, "plan", "body")
    if step not in STEPS[matter.kind]:
        raise ledger.wrong_state(matter, step)
    rules.require_step(CHAINS[matter.kind], step, "办理这一步审核", actor=actor, at=at)
    if step == "declare":
        require(may_manage(actor) or is_own(actor, matter), "申报其他单位的目标")
    said = line(opinion, field="opinion", label="意见", longest=500, required=step != "declare")
    _complete(fresh, at)
    ledger.act(matter=matter, action=step, actor=actor, at=at, data={"opinion": said}, version=version)
    return fresh


def _complete(sheet: Sheet, at: dt.datetime) -> None:
    """A sheet with targets whose points add up. Source: smx-targets-2017/4.1, smx-targets-2017/4.2"""
    rows = list(
        sheet.targets.filter(matter__state="listed").order_by("number").values_list("group", "points")
    )
    if not rows:
        raise Incomplete(f"{sheet.name}还没有目标", mend="请先列入目标")
    if sheet.layer == Layer.DEPARTMENT:
        problems = points_problems(rows, rules.points_of(local_day(at)))
        if problems:
            raise Incomplete(
                f"{sheet.name}：{'；'.join(problems)}", mend="请核对分值后再提交", field="points"
            )


@transaction.atomic
def sheet_send_back(*, sheet: Sheet, reason: str, actor: Actor, at: dt.datetime) -> Sheet:
    """Send a sheet back for changes, before it is handed down. Errors: Incomplete (no reason), NotAllowed, WrongState."""
    fresh, matter = locked(sheet, "plan", "body")
    require(may_manage(actor) or actor.can("targets.approve"), "退回责任目标")
    why = line(reason, field="reason", label="退回原因", longest=300)
    ledger.act(matter=matter, action="send_back", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def sheet_adopt(*, sheet: Sheet, document: str, actor: Actor, at: dt.datetime) -> Sheet:
    """Take over a sheet that a document shows to have been approved already; its points must add up all the same.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(sheet, "plan", "body")
    paper = line(document, field="document", label="已审定文件", longest=100)
    _complete(fresh, at)
    ledger.act(matter=matter, action="adopt", actor=actor, at=at, data={"document": paper})
    return fresh


@transaction.atomic
def plan_issue(*, plan: Plan, document: str, issued_on: dt.date, actor: Actor, at: dt.datetime) -> Plan:
    """Hand the year's targets down by a document of the government; its day is the day of effect.

    Every sheet must be approved. From then on nothing is edited.
    Errors: NotAllowed, Incomplete (document, day), WrongState (sheets not approved, named).
    Source: smx-target-management/3.3.1, smx-targets-2017/0.1
    """
    fresh, matter = locked(plan)
    rules.require_step("targets.issue", "issue", "下达责任目标", actor=actor, at=at)
    paper = line(document, field="document", label="市政府文件文号", longest=60)
    if issued_on > local_day(at):
        raise Incomplete("下达日期不得晚于今天", field="issued_on")
    if issued_on.year != fresh.year:
        raise Incomplete(f"下达日期应在{fresh.year}年度内", field="issued_on")
    _all_approved(fresh)
    data = {"document": paper, "issued_on": issued_on, "targets": fresh.targets.count()}
    ledger.act(matter=matter, action="issue", actor=actor, at=at, data=data)
    for sheet in Matter.objects.filter(pk__in=fresh.sheets.values("pk")).order_by("pk"):
        ledger.act(matter=sheet, action="issue", actor=actor, at=at, data={"document": paper})
    fresh.document, fresh.issued_on = paper, issued_on
    with door():
        fresh.save()
        Target.objects.filter(plan=fresh).update(effective_on=issued_on)
    rejudge(Target.objects.filter(plan=fresh).select_related("plan"), at=at)
    return fresh


def _all_approved(plan: Plan) -> None:
    if not plan.sheets.exists():
        raise WrongState("还没有任何单位的责任目标", mend="请先编制或导入目标")
    open_ones = plan.sheets.exclude(matter__state="approved").order_by("layer", "position")
    names = list(open_ones.values_list("name", flat=True)[:5])
    if names:
        raise WrongState(
            f"还有{open_ones.count()}个单位的目标没有审定：{'、'.join(names)}等", mend="请先完成审定程序"
        )
