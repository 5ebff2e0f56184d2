"""A checked file becomes a year's plan, through the services: all of it in one transaction, or nothing.

Bodies are found by their present and former names; one that the register does not know is created or mapped, as
whoever imports says. The document shows that the approvals took place, so the sheets are taken over as approved.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction

from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.organisation.models import Body, BodyName
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services import body_create
from luoshi.targets import rules
from luoshi.targets.imports.check import check_plan
from luoshi.targets.imports.model import PlanFile, SheetSpec
from luoshi.targets.imports.read import read_plan
from luoshi.targets.models import Layer, Plan
from luoshi.targets.policies import may_manage, require
from luoshi.targets.services.drafting import put
from luoshi.targets.services.plans import plan_open, sheet_adopt, sheet_open

CREATE = "+"
"""In a mapping of names to bodies: create this body."""
SUFFIXES = ("人民政府", "管理委员会", "管委会", "政府", "有限公司", "委员会", "委", "局", "办公室")
KINDS = {"department": "department", "company": "enterprise", "bank": "enterprise", "insurer": "enterprise"}


@dataclass(slots=True)
class Checked:
    """A file with what the register of bodies says to it. known: name in the file -> body; unknown: the others."""

    plan: PlanFile
    digest: str
    known: dict[str, Body] = field(default_factory=dict)
    unknown: list[SheetSpec] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether the file itself has no fault."""
        return not self.plan.faults


def file_check(*, name: str, content: bytes, at: dt.datetime) -> Checked:
    """Read and check a file, and look its bodies up; nothing is written.

    at: the day of the check; the parts of that very document are looked up as of the year's end.
    """
    today = local_day(at)
    plan = read_plan(
        name,
        content,
        doubt_words=rules.setting("targets.doubt", today)["words"],
        rates=rules.setting("targets.rates", today)["indicators"],
    )
    layout = None
    if plan.year:
        try:
            layout = books.current().setting("targets.layout", date(plan.year, 12, 31)).values
        except UnknownRule:
            layout = None
    check_plan(
        plan,
        points=rules.points_of(today),
        sums=rules.setting("targets.sums", today),
        preconditions=rules.setting("targets.preconditions", today),
        categories=rules.choice("targets.category", today).values,
        layout=layout,
    )
    checked = Checked(plan, hashlib.sha256(content).hexdigest())
    names = _names()
    for sheet in plan.sheets:
        if sheet.layer == Layer.CITY:
            continue
        body = _found(sheet.name, names)
        if body is not None and body not in checked.known.values():
            checked.known[sheet.name] = body
        else:
            checked.unknown.append(sheet)
    return checked


def _names() -> dict[str, Body]:
    """Every name of a body in use, present ones before former ones and short forms."""
    bodies = {body.pk: body for body in Body.objects.filter(jurisdiction=settings.JURISDICTION, active=True)}
    names: dict[str, Body] = {}
    for row in BodyName.objects.filter(body__in=list(bodies)).order_by("-since", "pk"):
        names.setdefault(row.name, bodies[row.body_id])
    for body in bodies.values():
        names[body.short_name] = body
        names[body.name] = body
    return names


def _found(name: str, names: Mapping[str, Body]) -> Body | None:
    """The body of that very name, or the only one whose name is that of the city before or an ending behind it."""
    if name in names:
        return names[name]
    city = "三门峡市"
    wanted = {name, name.replace("市", city, 1) if name.startswith("市") else name, f"三门峡{name}"}
    wanted |= {one + ending for one in list(wanted) for ending in SUFFIXES}
    hits = {names[one].pk: names[one] for one in wanted if one in names}
    return next(iter(hits.values())) if len(hits) == 1 else None


@transaction.atomic
def file_load(
    *, checked: Checked, bodies: Mapping[str, str], actor: Actor, at: dt.datetime, name: str = ""
) -> Plan:
    """Import a file without faults as the plan of its year, whole or not at all.

    bodies: for each name that the register does not know, a body's code or CREATE. So an area keeps the name under
    which its targets were handed down, and the body that it belongs to reports.
    Errors: NotAllowed, Incomplete (faults, names without a choice), WrongState (the year has a plan already).
    Source: smx-targets-2017/0.2
    """
    require(may_manage(actor), "导入年度目标")
    plan_file = checked.plan
    if plan_file.faults:
        raise Incomplete(
            f"文件有{len(plan_file.faults)}处问题，没有导入任何内容", mend=str(sorted(plan_file.faults)[0])
        )
    chosen = _choose(checked, bodies)
    plan = plan_open(
        year=plan_file.year,
        title=f"{plan_file.year}年度经济社会发展责任目标",
        sources=rules.choice("targets.source", local_day(at)).values,
        actor=actor,
        at=at,
    )
    made = {code: _create(sheet, actor, at) for code, sheet in chosen.items() if isinstance(sheet, SheetSpec)}
    for sheet in plan_file.sheets:
        body = made.get(sheet.name) or chosen.get(sheet.name)
        _load_sheet(plan, sheet, body if isinstance(body, Body) else None, plan_file, actor, at)
    with door():
        Plan.objects.filter(pk=plan.pk).update(digest=checked.digest)
    data = {
        "file": name[:120],
        "digest": checked.digest,
        "document": plan_file.document,
        "city": plan_file.count("city"),
        "county": plan_file.count("county"),
        "department": plan_file.count("department"),
        "bodies_created": len(made),
    }
    ledger.act(matter=plan.matter, action="import", actor=actor, at=at, data=data)
    plan.refresh_from_db()
    return plan


def _choose(checked: Checked, bodies: Mapping[str, str]) -> dict[str, Body | SheetSpec]:
    """For every name its body, or the sheet of which one is to be created."""
    chosen: dict[str, Body | SheetSpec] = dict(checked.known)
    codes = {body.code: body for body in Body.objects.filter(jurisdiction=settings.JURISDICTION, active=True)}
    taken = {body.pk: name for name, body in checked.known.items()}
    open_ones = []
    for sheet in checked.unknown:
        choice = bodies.get(sheet.name, "")
        if choice == CREATE:
            chosen[sheet.name] = sheet
            continue
        body = codes.get(choice)
        if body is None:
            open_ones.append(sheet.name)
            continue
        if body.pk in taken:
            raise Incomplete(f"{sheet.name}与{taken[body.pk]}不能是同一个单位（{body.name}）", field="bodies")
        taken[body.pk] = sheet.name
        chosen[sheet.name] = body
    if open_ones:
        raise Incomplete(
            f"{len(open_ones)}个单位不在机构名册中：{'、'.join(open_ones[:5])}等",
            mend="请逐个选择对应的单位，或新建单位",
            field="bodies",
        )
    return chosen


def _create(sheet: SheetSpec, actor: Actor, at: dt.datetime) -> Body:
    kind = "committee" if sheet.layer == Layer.COUNTY else KINDS.get(sheet.category, "other")
    code = "target-" + hashlib.sha256(sheet.name.encode()).hexdigest()[:10]
    if Body.objects.filter(code=code).exists():
        raise WrongState(f"{sheet.name}曾经建立后撤销", mend="请先在机构与人员中核对")
    return body_create(
        code=code,
        kind=kind,
        name=sheet.name,
        jurisdiction=settings.JURISDICTION,
        since=local_day(at),
        actor=Actor(kind=ActorKind.SYSTEM, name=f"导入目标（{actor.name}）"[:80], body_id=actor.body_id),
        at=at,
        short_name=sheet.name[:40],
        document="年度目标文件",
    )


def _load_sheet(
    plan: Plan, spec: SheetSpec, body: Body | None, plan_file: PlanFile, actor: Actor, at: dt.datetime
) -> None:
    if spec.layer == Layer.CITY:
        body = rules.seat("monitoring_seat", at)
    sheet = sheet_open(
        plan=plan, layer=spec.layer, name=spec.name, body=body, category=spec.category,
        undivided=spec.undivided, note=spec.note, actor=actor, at=at,
    )  # fmt: skip
    for target in spec.targets:
        papers = {
            "basis": target.basis or plan_file.document or plan_file.title, "theme": target.theme, "note": target.note,
            "doubtful": target.doubtful,
        }  # fmt: skip
        put(
            sheet=sheet, group=target.group, text=target.text, points=target.points, measures=target.measures,
            papers=papers, actor=actor, at=at,
        )  # fmt: skip
    sheet_adopt(sheet=sheet, document=plan_file.document or plan_file.title, actor=actor, at=at)
