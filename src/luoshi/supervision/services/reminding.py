"""Reminders by themselves: one working day before the end, on the day, each working day after; then to the leaders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from luoshi.engines.worktime import Worktime
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Matter, Obligation, ObligationState, door
from luoshi.ledger.states import table_for
from luoshi.organisation.selectors import local_day
from luoshi.supervision import rules, states
from luoshi.supervision.models import Reminder
from luoshi.supervision.services.shared import local_text, people_of, tell

WATCHED = (states.TASK, states.PART, states.DANGER)
LIAISON, DEPUTY, PRINCIPAL = "liaison", "deputy_leader", "principal_leader"


def working_days(since: dt.date, until: dt.date, work: Worktime) -> int:
    """How many working days lie after `since` up to and with `until`; 0 where it does not lie later."""
    return sum(work.day(place).working for place in range(work.number(since) + 1, work.number(until) + 1))


def stage_of(due: dt.datetime, at: dt.datetime, *, body_id: int | None = None) -> tuple[str, int]:
    """What is to be said on this day of something due: (before | on | after, working days past the end), or ("", 0).

    body_id: who owes it, by whose working days it is counted.
    Source: smx-work-rules/22.3
    """
    terms = rules.setting("supervision.urging", at)
    today, end = local_day(at), local_day(due)
    work = rules.worktime_for(body_id)
    if today == end:
        return ("on", 0) if terms["on_the_day"] else ("", 0)
    if not work.day(work.number(today)).working:
        return "", 0
    if today < end:
        return (
            ("before", 0) if working_days(today, end, work) == int(terms["working_days_before"]) else ("", 0)
        )
    late = working_days(end, today, work)
    return ("after", late) if late and late % int(terms["overdue_every_working_days"]) == 0 else ("", 0)


def level_of(late: int, at: dt.datetime, *, reminded: bool) -> str:
    """To whom a reminder goes: the liaisons; once they were reminded and it is late, the deputy, then the principal."""
    terms = rules.setting("supervision.urging", at)
    if not reminded or late < int(terms["deputy_leader_after"]):
        return LIAISON
    return PRINCIPAL if late >= int(terms["principal_leader_after"]) else DEPUTY


def remind_all(*, at: dt.datetime) -> int:
    """Send the day's reminders for everything owed on tasks, parts and dangers; calling it again sends none twice.

    Returns how many were sent. Meant for the start of each day's work.
    """
    rows = Obligation.objects.filter(
        state=ObligationState.OPEN,
        nature="duty",
        matter_kind__in=WATCHED,
        due_at__isnull=False,
        body__isnull=False,
    )
    rows = rows.filter(due_at__lt=at + dt.timedelta(days=15)).select_related("matter", "body").order_by("id")
    return sum(_remind(row, at) for row in rows.iterator(chunk_size=500))


def _remind(row: Obligation, at: dt.datetime) -> bool:
    stage, late = stage_of(row.due_at, at, body_id=row.body_id) if row.due_at is not None else ("", 0)
    if not stage:
        return False
    reminded = Reminder.objects.filter(matter=row.matter, rule=row.rule).exists()
    try:
        with transaction.atomic():
            _send(row, stage, level_of(late, at, reminded=reminded), at)
    except IntegrityError:  # said today already
        return False
    return True


def _send(row: Obligation, stage: str, level: str, at: dt.datetime) -> None:
    matter: Matter = row.matter
    body: Any = row.body
    day = local_day(at)
    reminder = Reminder(matter=matter, rule=row.rule, day=day, stage=stage, level=level)
    with door():
        reminder.save(force_insert=True)
    slots: dict[str, Any] = {"item": row.title, "due": local_text(row.due_at)}
    names = tell(
        notice="supervision.overdue_sms" if stage == "after" else "supervision.reminder_sms",
        matter=matter, body=body, people=people_of(body, at, level=level),
        key=f"remind:{row.rule}:{day:%Y%m%d}", at=at, slots=slots,
    )  # fmt: skip
    with door():
        reminder.to = "、".join(names)[:200]
        reminder.save(update_fields=["to"])
    if table_for(matter.kind).edge(matter.state, "remind") is not None:
        data = {
            "rule": row.rule,
            "text": f"{row.title}：{slots['due']}到期",
            "stage": stage,
            "level": level,
            "to": names,
        }
        ledger.act(matter=matter, action="remind", actor=SYSTEM, at=at, data=data)
