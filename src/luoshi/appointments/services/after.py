"""What follows after issue: publication, procedures of the congress or a company, names that were in doubt."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.appointments import rules
from luoshi.appointments.models import Act, Notice
from luoshi.appointments.services.effects import give_effect
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


@transaction.atomic
def site_publish(*, notice: Notice, on: dt.date, actor: Actor, at: dt.datetime, reason: str = "") -> Notice:
    """Record when a notice came out on the government's site: the day of issue, or later with the reason.

    Errors: NotAllowed, Incomplete (before its date, to come, late without a reason), WrongState (not issued).
    """
    fresh, matter = locked(notice)
    _require_day(fresh, on, at, "on")
    why = line(reason, field="reason", label="未当日公开的理由", longest=200, required=False)
    owed = matter.obligations.filter(rule="appointments.site").first()
    if owed is not None and on > local_day(owed.due_at) and not why:
        raise Incomplete("印发当日没有公开的，请写明理由", field="reason")
    ledger.act(
        matter=matter, action="publish_site", actor=actor, at=at, data={"on": on.isoformat(), "reason": why}
    )
    fresh.site_on, fresh.site_reason = on, why
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def gazette_publish(*, notice: Notice, issue: str, on: dt.date, actor: Actor, at: dt.datetime) -> Notice:
    """Record in which issue of the gazette, under appointments, a notice came out, and when.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-appointments/0.16
    """
    fresh, matter = locked(notice)
    _require_day(fresh, on, at, "on")
    number = line(issue, field="issue", label="公报期次", longest=60)
    data = {"document": number, "on": on.isoformat()}
    ledger.act(matter=matter, action="publish_gazette", actor=actor, at=at, data=data)
    fresh.gazette_issue, fresh.gazette_on = number, on
    with door():
        fresh.save()
    return fresh


def _require_day(notice: Notice, on: dt.date, at: dt.datetime, field: str) -> None:
    if notice.dated is None:
        raise WrongState("通知还没有印发", mend="请在印发后登记")
    if not notice.dated <= on <= local_day(at):
        raise Incomplete(f"日期应在{notice.dated:%Y年%-m月%-d日}至今日之间", field=field)


def _act(act: Act, notice: Notice) -> Act:
    row: Act = notice.acts.select_related("body", "person", "notice").get(pk=act.pk)
    return row


@transaction.atomic
def procedure_complete(*, act: Act, document: str, on: dt.date, actor: Actor, at: dt.datetime) -> Act:
    """Record that the congress has decided, or that the company has done its part; only now the act takes effect.

    Its posts begin or end on the later of that day and the notice's date.
    Errors: NotAllowed, Incomplete, WrongState (nothing to be done, or done already).
    Source: smx-appointments/0.11, smx-appointments/0.12
    """
    notice, matter = locked(act.notice)
    row = _act(act, notice)
    label = "人大任命文号" if row.procedure == Act.Procedure.CONGRESS else "企业程序依据"
    if not row.pending:
        raise WrongState("这一项不须登记人大任免或企业程序，或已登记", mend="请刷新页面")
    paper = line(document, field="document", label=label, longest=100)
    if notice.dated is None or on > local_day(at):
        raise Incomplete("日期还没有到", field="on")
    row.procedure_document, row.procedure_on = paper, on
    ledger.act(
        matter=matter,
        action="complete",
        actor=actor,
        at=at,
        data={"what": str(row), "document": paper, "on": on.isoformat()},
    )
    give_effect([row], number=notice.number, day=max(on, notice.dated), actor=actor, at=at)
    return row


@transaction.atomic
def doubt_settle(*, act: Act, evidence: str, body: Body | None, actor: Actor, at: dt.datetime) -> Act:
    """Say, by the original paper, which body a doubtful name means; what was printed stays as it is.

    evidence: the original that was seen. body: the body that is meant, None where only the doubt is lifted.
    Errors: NotAllowed, Incomplete (no evidence), WrongState (no doubt, settled).
    Source: smx-appointments/0.19
    """
    notice, matter = locked(act.notice)
    row = _act(act, notice)
    if not row.doubtful:
        raise WrongState("这一项没有待核对的名称", mend="请刷新页面")
    words = rules.cite("setting", "appointments.names", notice.dated or local_day(at))
    seen = " ".join(evidence.split())
    if not seen:
        raise Incomplete(
            "请写明据以核对的原件", mend="更正须附原件依据，不得凭推断改写", field="evidence", cite=words
        )
    row.settled = line(seen, field="evidence", label="核对依据", longest=200)
    late = body is not None and row.body_id is None
    if body is not None:
        row.body = body
    ledger.act(
        matter=matter,
        action="settle_doubt",
        actor=actor,
        at=at,
        data={"what": str(row), "document": row.settled, "name": body.name if body else ""},
    )
    with door():
        row.save()
    if late and row.effective_on is not None:
        give_effect([row], number=notice.number, day=row.effective_on, actor=actor, at=at)
    return row
