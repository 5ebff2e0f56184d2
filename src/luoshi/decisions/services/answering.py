"""Members report each year how the rules are kept; cases in which somebody answers for a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from luoshi.decisions import rules, states
from luoshi.decisions.models import Accountability, Decision, MemberReport, Urgent
from luoshi.decisions.policies import may_inspect, may_record, may_speak, require
from luoshi.decisions.services.checks import block, line
from luoshi.engines.rulebook.model import Ground
from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.meetings.selectors import members_in_post
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day


def _report_open(person: Person, year: int, actor: Actor, at: dt.datetime) -> MemberReport:
    rule = rules.setting("decisions.member_report", at)
    zone = books.current().worktime.tz
    due = dt.datetime(year, int(rule["month"]), int(rule["day"]), int(rule["hour"]), tzinfo=zone)
    matter = ledger.matter_open(
        kind=states.REPORT, title=f"{person.name}：{year}年度集体决策制度执行情况报告", body_id=actor.body_id,
        actor=actor, at=at, facts={"person": person.pk, "due_set": due}, data={"year": year},
    )  # fmt: skip
    with door():
        made: MemberReport = MemberReport.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, person=person, year=year
        )
    return made


@transaction.atomic
def reports_open(*, year: int, actor: Actor, at: dt.datetime) -> list[MemberReport]:
    """Each member of the leadership owes a report for the year; calling it again adds nothing.

    Errors: NotAllowed, WrongState (the rulebook asks for none).
    Source: smx-major-decisions/5.1.1
    """
    require(may_record(actor), "安排年度报告")
    rules.setting("decisions.member_report", at)
    have = set(
        MemberReport.objects.filter(jurisdiction=settings.JURISDICTION, year=year).values_list(
            "person_id", flat=True
        )
    )
    members = members_in_post("executive", day=local_day(at))
    return [_report_open(one, year, actor, at) for one in members if one.pk not in have]


@transaction.atomic
def report_give(
    *, report: MemberReport, text: str, occasions: Collection[str], actor: Actor, at: dt.datetime
) -> MemberReport:
    """A member reports; again at any time. occasions: where else the report is part of what is told.

    Errors: NotAllowed (another's report), Incomplete.
    Source: smx-major-decisions/5.1.2
    """
    fresh, matter = locked(report)
    if not may_speak(actor) or actor.person_id != fresh.person_id:
        raise NotAllowed("执行情况由本人报告", mend="请由报告人本人办理")
    said = block(text, field="text", label="报告内容")
    known = rules.setting("decisions.member_report", at)["occasions"]
    if any(one not in known for one in occasions):
        raise Incomplete("场合不在规定的范围内", field="occasions")
    chosen = [one for one in known if one in occasions]
    ledger.act(matter=matter, action="report", actor=actor, at=at, data={"text": said, "occasions": chosen})
    with door():
        fresh.text, fresh.occasions, fresh.reported_at = said, chosen, at
        fresh.save()
    return fresh


def _check_not_urgent(rule: Ground, decision: Decision | None) -> None:
    if rule.code != "alone" or decision is None:
        return
    if Urgent.objects.filter(decision=decision, matter__state="reported").exists():
        raise WrongState(
            "该事项属紧急先行决定，已说明理由并通报，不属于擅自决定", mend="请核对情形", cite=rule.cite
        )


@transaction.atomic
def case_open(
    *,
    ground: str,
    respondent: str,
    found: str,
    confirmed: Collection[str],
    actor: Actor,
    at: dt.datetime,
    decision: Decision | None = None,
    person: Person | None = None,
) -> Accountability:
    """Open a case against somebody by one of the rulebook's grounds, each of its conditions confirmed.

    No time limit bars it, and it may be somebody who has left; an urgent decision that was reported is none.
    Errors: NotAllowed, Incomplete (a condition that is not confirmed), WrongState.
    Source: smx-major-decisions/5.2.2, xiping-work-rules/37.3
    """
    require(may_inspect(actor), "立案追究责任")
    rule = next((one for one in rules.grounds(states.ACCOUNTABILITY, at) if one.id == ground), None)
    if rule is None:
        raise Incomplete("情形不在规定的范围内", field="ground")
    unmet = rule.unmet(dict.fromkeys(confirmed, True))
    if unmet:
        raise Incomplete(f"不符合“{rule.title}”：没有确认{unmet[0].label}", cite=rule.cite, field="confirmed")
    _check_not_urgent(rule, decision)
    name = line(respondent, field="respondent", label="责任人", longest=80)
    said = block(found, field="found", label="事实")
    matter = ledger.matter_open(
        kind=states.ACCOUNTABILITY, title=f"{rule.title}：{name}", body_id=actor.body_id, actor=actor, at=at,
        secrecy=decision.matter.secrecy if decision else "",
        data={"ground": ground, "respondent": name, "text": said, "decision": decision.pk if decision else None},
    )  # fmt: skip
    with door():
        made: Accountability = Accountability.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, decision=decision, ground=ground, respondent=name,
            person=person, facts_found=said,
        )  # fmt: skip
    return made


@transaction.atomic
def case_examine(*, case: Accountability, finding: str, actor: Actor, at: dt.datetime) -> Accountability:
    """Note what the examination found. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(case)
    said = block(finding, field="finding", label="核查意见")
    ledger.act(matter=matter, action="examine", actor=actor, at=at, data={"text": said})
    with door():
        fresh.finding = said
        fresh.save()
    return fresh


@transaction.atomic
def case_handle(
    *, case: Accountability, handling: str, text: str, actor: Actor, at: dt.datetime
) -> Accountability:
    """Note how the case was handled: under the rules that apply, or handed to the judicial organs.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(case)
    if handling not in rules.setting("decisions.case", at)["handlings"]:
        raise Incomplete("处理方式不在列出的范围内", field="handling")
    said = block(text, field="text", label="处理结果")
    ledger.act(matter=matter, action="handle", actor=actor, at=at, data={"what": handling, "text": said})
    with door():
        fresh.handling = f"{handling}：{said}"
        fresh.save()
    return fresh


@transaction.atomic
def case_drop(*, case: Accountability, reason: str, actor: Actor, at: dt.datetime) -> Accountability:
    """Nothing to answer for. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(case)
    why = block(reason, field="reason", label="理由", longest=2000)
    ledger.act(matter=matter, action="drop", actor=actor, at=at, data={"reason": why})
    return fresh
