"""Month by month: who is behind with what, told to all units; how everything stands, told to the leaders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.organisation.selectors import local_day
from luoshi.supervision import rules, states
from luoshi.supervision.models import Bulletin
from luoshi.supervision.policies import may_manage, require
from luoshi.supervision.selectors.months import overdue_figures, summary_figures
from luoshi.supervision.services.shared import block, seat

OVERDUE, SUMMARY = "overdue", "summary"
TITLES = {OVERDUE: "督办事项逾期情况通报", SUMMARY: "督办落实情况报告"}


def _next(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)


@transaction.atomic
def month_open(*, month: dt.date, actor: Actor, at: dt.datetime) -> list[Bulletin]:
    """When a month is over the office owes its notice of what is overdue and its report to the leaders; each once.

    month: any day of it. Errors: NotAllowed, WrongState (the month still runs).
    Source: smx-document-flow/32.2, smx-executive-meeting/6.2.3
    """
    require(may_manage(actor), "开始督查月报")
    first = month.replace(day=1)
    after = _next(first)
    if local_day(at) < after:
        raise WrongState(f"{first.year}年{first.month}月还没有结束", mend="月终之后再起草")
    terms = rules.setting("supervision.month", at)
    due = dt.datetime(
        after.year,
        after.month,
        int(terms["report_day"]),
        int(terms["hour"]),
        tzinfo=books.current().worktime.tz,
    )
    have = set(Bulletin.objects.filter(period=first).values_list("kind", flat=True))
    office = seat("office", at)
    made = []
    for kind in (OVERDUE, SUMMARY):
        if kind in have:
            continue
        matter = ledger.matter_open(
            kind=states.BULLETIN, title=f"{first.year}年{first.month}月{TITLES[kind]}",
            body_id=office.pk if office else None, actor=actor, at=at,
            facts={"kind": kind, "month": first.isoformat()[:7], "due_set": due},
        )  # fmt: skip
        bulletin = Bulletin(matter=matter, jurisdiction=matter.jurisdiction, kind=kind, period=first)
        with door():
            bulletin.save(force_insert=True)
        made.append(bulletin)
    return made


@transaction.atomic
def bulletin_draw_up(*, bulletin: Bulletin, remark: str, actor: Actor, at: dt.datetime) -> Bulletin:
    """Draw it up from the tasks: its figures are taken now and kept. Errors: NotAllowed, WrongState (issued)."""
    fresh, matter = locked(bulletin)
    said = block(remark, field="remark", label="评述", required=False)
    figures: dict[str, Any] = (
        overdue_figures(at=at) if fresh.kind == OVERDUE else summary_figures(fresh.period, at=at)
    )
    ledger.act(
        matter=matter, action="draw_up", actor=actor, at=at, data={"remark": said, "total": figures["total"]}
    )
    with door():
        fresh.figures, fresh.remark = figures, said
        fresh.save()
    return fresh


@transaction.atomic
def bulletin_issue(*, bulletin: Bulletin, actor: Actor, at: dt.datetime) -> Bulletin:
    """Issue it as it was drawn up; it never changes again. Errors: NotAllowed, WrongState (not drawn up)."""
    fresh, matter = locked(bulletin)
    ledger.act(matter=matter, action="issue", actor=actor, at=at, data={"kind": fresh.kind})
    with door():
        fresh.issued_at, fresh.issued_by = at, actor.name
        fresh.save()
    return fresh
