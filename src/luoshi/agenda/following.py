"""What follows by itself: the last stop grants a request, and who does not sign off is reminded once."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from luoshi.agenda import states
from luoshi.agenda.models import Leave
from luoshi.agenda.services import clearances, leave, stops
from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger import services as ledger
from luoshi.ledger.models import Matter, Obligation
from luoshi.ledger.services.sweep import on_overdue
from luoshi.organisation.selectors import local_day

RETURN = "agenda.return"


def remind_return(matter: Matter, row: Obligation, now: dt.datetime) -> None:
    """Who has not signed off in time is reminded, once.

    Source: smx-secretary-rules/3.5.0
    """
    if row.rule != RETURN or row.due_at is None:
        return
    found = Leave.objects.select_related("person").filter(pk=matter.pk).first()
    if found is None or not found.person.mobile:
        return
    try:
        notice = ledger_rules.current().notice("agenda.return_reminder", local_day(row.opened_at))
    except UnknownRule:
        return
    due = f"{timezone.localtime(row.due_at):%-m月%-d日%H:%M}"
    ledger.outbox_put(
        channel=notice.channel, to=found.person.mobile, to_name=found.person.name,
        text=notice.render({"person": found.person.name, "due": due}), key=f"agenda-return-{matter.pk}",
        matter=matter, at=now, body_id=found.body_id,
    )  # fmt: skip


def register_following() -> None:
    """Called once, when the app starts."""
    stops.on_granted(states.LEAVE, leave.granted)
    stops.on_granted(states.CLEARANCE, clearances.granted)
    on_overdue(states.LEAVE, remind_return)
