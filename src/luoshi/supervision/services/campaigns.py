"""Many tasks at once: surveys for hidden dangers, rectification lists, plans with their evaluations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import body_by_name
from luoshi.supervision import rules, states
from luoshi.supervision.models import Campaign, Evaluation, Task
from luoshi.supervision.policies import may_manage, may_set, require
from luoshi.supervision.services.setting import task_set
from luoshi.supervision.services.shared import block, line, seat
from luoshi.supervision.services.working import File, task_submit

SURVEYS = ("census", "inspection", "holiday")
NAMED = frozenset({"third_party", "commend"})
YEARLY, AFTER = "monitor", {"mid": "mid_due", "end": "end_due"}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list: what, to be done by whom, by when."""

    title: str
    content: str
    lead: Body | str
    due_on: dt.date | None
    assisting: tuple[Body | str, ...] = ()
    number: int | None = None


def campaign_make(
    *,
    kind: str,
    title: str,
    actor: Actor,
    at: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Campaign:
    """Open a campaign with its matter, in the supervision office's name."""
    office = seat("office", at)
    body_id = office.pk if office else None
    matter = ledger.matter_open(
        kind=states.CAMPAIGN,
        number=f"ZX{ledger.number_next('supervision.campaign', at)}",
        title=line(title, field="title", label="名称", longest=200),
        body_id=body_id,
        actor=actor,
        at=at,
        facts={
            "kind_of": kind,
            "setter_body": actor.body_id or body_id,
            "overseer": body_id,
            **(facts or {}),
        },
    )
    campaign = Campaign(
        matter=matter, jurisdiction=matter.jurisdiction, kind=kind, started_at=at, by=actor.name, **fields
    )
    with door():
        campaign.save(force_insert=True)
    return campaign


@transaction.atomic
def survey_open(
    *,
    kind: str,
    title: str,
    text: str,
    bodies: Sequence[Body],
    due_on: dt.date | None,
    actor: Actor,
    at: dt.datetime,
    sector: str = "general",
    document: str = "",
    holiday_on: dt.date | None = None,
) -> Campaign:
    """Send out a survey: each body gets a task with the end set here; without an end nothing is sent.

    census: over all counties and all sectors, none left out. inspection: a special one of the inspecting groups.
    holiday: over before the holiday's first day (holiday_on); left out, the end is the last working day's close
    before it. Errors: Incomplete naming the field and the bodies missing, NotAllowed.
    Source: smx-safety-speech/2.1, smx-safety-speech/2.4, smx-safety-speech/2.16
    """
    require(may_set(actor), "部署排查")
    if kind not in SURVEYS:
        raise Incomplete("请选择普查、专题督查或节前排查", field="kind")
    known = rules.chosen("supervision.sector", sector, at, field="sector")
    said = block(text, field="text", label="要求")
    due = _holiday_end(holiday_on, due_on, at) if kind == "holiday" else rules.moment(due_on)
    rules.passed("supervision.set", {"source_kind": "danger"}, {"due"} if due else set(), at)
    if kind == "census" and known == "general":
        _check_coverage(bodies, at)
    if not bodies:
        raise Incomplete("请选择排查单位", field="bodies")
    campaign = campaign_make(
        kind=kind, title=title, actor=actor, at=at, text=said, sector=known, due_at=due,
        document=line(document, field="document", label="依据", longest=200, required=False),
    )  # fmt: skip
    office = Body.objects.filter(pk=actor.body_id or 0).first()
    for place, body in enumerate(bodies, start=1):
        task_set(
            title=campaign.matter.title, content=said, lead=body, setter_body=office, due_on=due,
            source=campaign.matter, source_kind="danger", reference=campaign.document, campaign=campaign,
            position=place, facts={"survey": True, "sector": known, "holiday": kind == "holiday"},
            report_every="none", actor=actor, at=at,
        )  # fmt: skip
    return campaign


def _holiday_end(first: dt.date | None, due_on: dt.date | None, at: dt.datetime) -> dt.datetime:
    """When a survey before a holiday ends. Errors: Incomplete without the holiday, or where the end is not before it."""
    cite = ("smx-safety-speech/2.16",)
    if first is None:
        raise Incomplete("请填写节日首日", field="holiday_on")
    if due_on is not None and due_on >= first:
        raise Incomplete("节前排查须在节日首日之前完成", field="due_on", cite=cite)
    if due_on is None:
        work = books.current().worktime
        place = work.number(first) - 1
        while not work.day(place).working:
            place -= 1
        due_on = work.day_of(place)
    found = rules.moment(due_on)
    if found is None or found <= at:
        raise Incomplete("节日首日之前已没有工作时间", field="holiday_on", cite=cite)
    return found


def _check_coverage(bodies: Sequence[Body], at: dt.datetime) -> None:
    """A census leaves out no county and no sector. Errors: Incomplete naming those that are missing."""
    terms = rules.setting("supervision.coverage", at)
    wanted = Body.objects.filter(active=True, kind__in=list(terms["kinds"]))
    sectors = Body.objects.filter(active=True, code__in=list(terms["bodies"]))
    given = {body.pk for body in bodies}
    missing = [body.short_name for body in (*wanted, *sectors) if body.pk not in given]
    if missing:
        raise Incomplete(
            "普查须覆盖所有辖区和行业，缺：" + "、".join(missing), field="bodies",
            cite=rules.cite("setting", "supervision.coverage", at),
        )  # fmt: skip


def checks_of(task: Task, at: dt.datetime) -> list[str]:
    """What a survey's body must have looked at: the five elements, and the sector's items."""
    elements = [option.label for option in rules.choice("supervision.element", at).options]
    if task.campaign is None:
        return []
    items = rules.setting("supervision.checks", at).get(task.campaign.sector, ())
    return [f"环节：{one}" for one in elements] + [str(one) for one in items]


@transaction.atomic
def survey_submit(
    *,
    task: Task,
    checked: Sequence[str],
    found: int,
    text: str,
    actor: Actor,
    at: dt.datetime,
    files: Sequence[File] = (),
) -> Task:
    """A body's survey is done: every element and item was looked at, every danger found stands on the list.

    found: how many dangers; none may be left off the list. Errors: Refusal (gate supervision.survey_submit), as
    task_submit.
    Source: smx-safety-speech/2.2, smx-safety-speech/2.5
    """
    fresh, matter = locked(task)
    if fresh.campaign is None or fresh.campaign.kind not in SURVEYS:
        raise WrongState("这件事项不是排查任务", mend="请直接报结")
    have = {"checks"} if set(checks_of(fresh, at)) <= set(checked) else set()
    have |= {"listed"} if fresh.dangers.count() == found else set()
    loose = fresh.dangers.filter(matter__state="found", measures__isnull=True)
    have |= set() if loose.exists() else {"controlled"}
    rules.passed("supervision.survey_submit", matter.facts, have, at)
    summary = f"{text}\n逐项查过：{'、'.join(checked)}。查出隐患{found}条，已全部列入台账。"
    return task_submit(
        task=fresh, text=summary if text.strip() else "", actor=actor, at=at, files=files, surveyed=True
    )


def items_of(text: str) -> list[Item]:
    """The lines of a rectification list that was typed: problem | body | day | what is required.

    Errors: Incomplete naming the line: its body unknown, its day missing or none.
    """
    found = []
    for number, row in enumerate((one for one in text.splitlines() if one.strip()), start=1):
        cells = [cell.strip() for cell in row.replace("｜", "|").split("|")]
        if len(cells) < 3 or not all(cells[:3]):
            raise Incomplete(
                f"第{number}行应写明问题、整改单位和期限",
                mend="例：台账不全 | 市城管局 | 2017-11-30 | 补齐台账",
                field="items",
            )
        body = body_by_name(cells[1])
        if body is None:
            raise Incomplete(
                f"第{number}行的单位“{cells[1]}”不在机构名册", mend="请写单位全称或通用简称", field="items"
            )
        try:
            day = dt.date.fromisoformat(cells[2])
        except ValueError:
            raise Incomplete(
                f"第{number}行的期限“{cells[2]}”不是日期", mend="应写如2017-11-30", field="items"
            ) from None
        found.append(Item(cells[0], cells[3] if len(cells) > 3 and cells[3] else cells[0], body, day))
    return found


@transaction.atomic
def list_open(
    *, title: str, origin: str, items: Sequence[Item], actor: Actor, at: dt.datetime, document: str = ""
) -> Campaign:
    """A rectification list: what oversight of a court, 监察 or 审计 found, each with a body and an end of its own.

    Each is reported to the government as it is done, and closed only after a check. Errors: Incomplete naming the
    line, NotAllowed.
    Source: smx-work-rules/47.1, xiping-work-rules/33.3
    """
    require(may_set(actor), "建立整改清单")
    whose = rules.chosen("supervision.origin", origin, at, field="origin")
    if not items:
        raise Incomplete("请至少填写一个问题", field="items")
    named = line(document, field="document", label="依据", longest=200, required=False)
    campaign = campaign_make(
        kind="rectification", title=title, actor=actor, at=at, origin=whose, document=named, text=""
    )
    office = Body.objects.filter(pk=actor.body_id or 0).first()
    for place, item in enumerate(items, start=1):
        task_set(
            title=item.title, content=item.content, lead=item.lead, assisting=item.assisting, setter_body=office,
            due_on=item.due_on, source=campaign.matter, source_kind="rectification", reference=named, campaign=campaign,
            position=place, actor=actor, at=at,
        )  # fmt: skip
    return campaign


@transaction.atomic
def plan_open(
    *,
    title: str,
    document: str,
    items: Sequence[Item],
    actor: Actor,
    at: dt.datetime,
    indicators: Sequence[Mapping[str, Any]] = (),
    assessed: bool = False,
) -> Campaign:
    """A plan's division of work: each line a task, the first body its lead, the others assisting; all or nothing.

    Bodies that the register does not know stay as printed and are flagged. indicators: collected each year.
    assessed: the plan is assessed at half-time and at its end, by the rulebook's years. Errors: Incomplete,
    NotAllowed.
    Source: smx-disability-plan/A.0
    """
    require(may_manage(actor), "导入规划任务分工")
    if not items:
        raise Incomplete("文件里没有任务", field="file")
    facts: dict[str, Any] = {"assessed": assessed}
    if assessed:
        terms = rules.setting("supervision.plan", at)
        facts |= {key: _year_end(int(terms[point])) for point, key in AFTER.items()}
        facts["monitor_due"] = _year_end(at.year)
    campaign = campaign_make(
        kind="plan", title=title, actor=actor, at=at, facts=facts, indicators=[dict(one) for one in indicators],
        document=line(document, field="document", label="文号", longest=200, required=False), text="",
    )  # fmt: skip
    for place, item in enumerate(items, start=1):
        task_set(
            title=item.title[:200], content=item.content, lead=item.lead, assisting=item.assisting, setter_body=None,
            due_on=item.due_on, source=campaign.matter, source_kind="plan", reference=campaign.document,
            campaign=campaign, position=item.number or place, report_every="quarter", actor=actor, at=at,
        )  # fmt: skip
    return campaign


def _year_end(year: int) -> dt.datetime:
    return rules.day_end(dt.date(year, 12, 31))


@transaction.atomic
def evaluation_add(
    *,
    campaign: Campaign,
    kind: str,
    day: dt.date,
    conclusion: str,
    actor: Actor,
    at: dt.datetime,
    agency: str = "",
    year: int | None = None,
    figures: Mapping[str, str] | None = None,
) -> Evaluation:
    """Enter how a plan stands: a third party's evaluation, the assessments, the year's figures, an inspection.

    A third party is named, and so is who is commended; figures are entered for every indicator of the plan.
    Errors: Incomplete naming the field, NotAllowed, WrongState (ended).
    Source: smx-disability-plan/5.4, smx-disability-plan/5.5, smx-disability-plan/5.6
    """
    fresh, matter = locked(campaign)
    what = rules.chosen("supervision.evaluation", kind, at, field="kind")
    who = line(agency, field="agency", label="评估机构", longest=100, required=what in NAMED)
    said = block(conclusion, field="conclusion", label="结论")
    given = {str(key): str(value).strip() for key, value in (figures or {}).items() if str(value).strip()}
    if what == YEARLY:
        lacking = [one["name"] for one in fresh.indicators if str(one["number"]) not in given]
        if lacking:
            raise Incomplete("还缺指标：" + "、".join(lacking), field="figures")
    of_year = year or day.year
    data: dict[str, Any] = {"kind": what, "conclusion": said, "name": who, "year": of_year, "figures": given}
    if what == YEARLY:
        due = _year_end(of_year + 1)
        data["facts"] = {"monitor_due": due}
    ledger.act(matter=matter, action="evaluate", actor=actor, at=at, data=data)
    row = Evaluation(
        campaign=fresh,
        kind=what,
        year=of_year,
        agency=who,
        day=day,
        conclusion=said,
        figures=given,
        by=actor.name,
        at=at,
    )
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def campaign_end(*, campaign: Campaign, conclusion: str, actor: Actor, at: dt.datetime) -> Campaign:
    """A survey, list or plan is over: no danger and no task of it is open. Errors: Refusal (gate), Incomplete, …"""
    fresh, matter = locked(campaign)
    have = {"dangers"} if not fresh.dangers.exclude(matter__state="closed").exists() else set()
    open_tasks = fresh.tasks.filter(replaced_by__isnull=True).exclude(
        matter__state__in=["closed", "cancelled"]
    )
    have |= {"tasks"} if not open_tasks.exists() else set()
    rules.passed("supervision.campaign_end", matter.facts, have, at)
    said = block(conclusion, field="conclusion", label="结论")
    ledger.act(matter=matter, action="end", actor=actor, at=at, data={"conclusion": said})
    return fresh
