"""Monthly statistics reports, owed by each unit by the 5th for the month before, and items of work information."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from luoshi.assessment.models import Report
from luoshi.assessment.policies_records import may_file_for, may_record, require
from luoshi.assessment.rules_records import month_before, report_due
from luoshi.assessment.services.record_checks import (
    LONGEST,
    Upload,
    attach,
    check_assessed,
    local_day,
    paper,
    reason_of,
)
from luoshi.assessment.states_records import REPORT
from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import bodies_assessed

MONTHLY, INFORMATION = Report.Type.MONTHLY.value, Report.Type.INFORMATION.value


def _make(
    *, body: Body, type: str, month: dt.date, title: str, actor: Actor, at: dt.datetime, text: str = ""
) -> Report:
    due = report_due(month, at) if type == MONTHLY else None
    facts: dict[str, object] = {"type": type}
    monthly = f"{month:%Y%m}-{body.code}"
    if due is not None:
        facts["due_set"] = due
    matter = ledger.matter_open(
        kind=REPORT,
        number=monthly if type == MONTHLY else ledger.number_next("assessment.information", at),
        title=title,
        body_id=body.pk,
        actor=actor,
        at=at,
        facts=facts,
        data={"month": f"{month:%Y-%m}"},
    )
    report = Report(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=body,
        type=type,
        month=month,
        due_at=due,
        title=title,
        text=text,
    )
    with door():
        report.save(force_insert=True)
    return report


@transaction.atomic
def report_open(*, body: Body, month: dt.date, at: dt.datetime, actor: Actor = SYSTEM) -> Report:
    """Let a unit owe its statistics report on a month that has ended; opened once, it is returned as it stands.

    month: any day of it.
    Errors: WrongState (body not assessed), Incomplete (a month that is not over).
    """
    check_assessed(body)
    first = month.replace(day=1)
    if first > month_before(local_day(at)):
        raise Incomplete(f"{first:%Y年%-m月}尚未结束", mend="月终后再报送", field="month")
    standing = Report.objects.filter(body=body, month=first, type=MONTHLY).select_related("matter", "body")
    found: Report | None = standing.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            title = f"{first:%Y年%-m月}联动工作统计报表"
            return _make(body=body, type=MONTHLY, month=first, title=title, actor=actor, at=at)
    except IntegrityError:  # another worker was quicker
        made: Report = standing.get()
        return made


def reports_open(*, at: dt.datetime, actor: Actor = SYSTEM) -> int:
    """Let every assessed unit owe its report on the month before, each once; returns how many are owed now.

    Source: smx-hotline-assessment/4.2.4.1
    """
    day = local_day(at)
    bodies = list(bodies_assessed(day))
    for body in bodies:
        report_open(body=body, month=month_before(day), at=at, actor=actor)
    return len(bodies)


@transaction.atomic
def report_file(
    *, report: Report, actor: Actor, at: dt.datetime, text: str = "", files: Sequence[Upload] = ()
) -> Report:
    """A unit files its statistics report, as a file or in words; by the end of the 5th it earns its points, later not.

    Errors: NotAllowed (another unit), Incomplete (neither words nor file), WrongState.
    Source: smx-hotline-assessment/4.2.4.1, smx-hotline-assessment-annex/2.4.1
    """
    require(may_file_for(actor, report.body_id), "报送统计报表")
    filled = paper(rules.current().content("assessment.report_paper", local_day(at)), {"text": text})
    said = filled.get("text", "")
    if not said and not files:
        raise Incomplete("请上传统计报表，或填写统计说明", field="papers")
    fresh, matter = locked(report, "body")
    ledger.act(matter=matter, action="file", actor=actor, at=at, data={"files": len(files)})
    attach(matter, files, actor=actor, at=at)
    with door():
        fresh.text, fresh.filed_at, fresh.filed_by = said, at, actor.name
        fresh.save(update_fields=["text", "filed_at", "filed_by"])
    return fresh


@transaction.atomic
def information_file(
    *, body: Body, title: str, text: str, actor: Actor, at: dt.datetime, files: Sequence[Upload] = ()
) -> Report:
    """A unit files an item of work information; it counts on the day of filing.

    Errors: NotAllowed (another unit), Incomplete, WrongState (body not assessed).
    """
    require(may_file_for(actor, body.pk), "报送工作信息")
    check_assessed(body)
    rule = rules.current().content("assessment.information_paper", local_day(at))
    filled = paper(rule, {"title": title, "text": text})
    topic = line(filled["title"], field="title", label="标题", longest=120)
    said = block(filled["text"], field="text", label="正文", longest=LONGEST)
    report = _make(
        body=body,
        type=INFORMATION,
        month=month_before(local_day(at)),
        title=topic,
        text=said,
        actor=actor,
        at=at,
    )
    ledger.act(matter=report.matter, action="file", actor=actor, at=at, data={"files": len(files)})
    attach(report.matter, files, actor=actor, at=at)
    with door():
        report.filed_at, report.filed_by = at, actor.name
        report.save(update_fields=["filed_at", "filed_by"])
    return report


@transaction.atomic
def report_supplement(*, report: Report, files: Sequence[Upload], actor: Actor, at: dt.datetime) -> Report:
    """A unit adds a file to what it filed.

    Errors: NotAllowed, Incomplete (no file), WrongState.
    """
    if not files:
        raise Incomplete("请选择要补充的文件", field="papers")
    fresh, matter = locked(report, "body")
    ledger.act(matter=matter, action="supplement", actor=actor, at=at, data={"files": len(files)})
    attach(matter, files, actor=actor, at=at)
    return fresh


@transaction.atomic
def report_strike(*, report: Report, reason: str, actor: Actor, at: dt.datetime) -> Report:
    """The platform does not count what was filed (it is no report, or no information), with the reason.

    Errors: NotAllowed, Incomplete (reason), WrongState.
    """
    require(may_record(actor), "认定报送材料")
    why = reason_of(reason)
    fresh, matter = locked(report, "body")
    ledger.act(matter=matter, action="strike", actor=actor, at=at, data={"reason": why})
    with door():
        fresh.struck_at, fresh.struck_by, fresh.struck_reason = at, actor.name, why
        fresh.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    return fresh
