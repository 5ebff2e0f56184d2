"""The year of probation: opened with the notice, called to mind before its end, ended by a result."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from luoshi.appointments import rules, states
from luoshi.appointments.models import Act, Notice, Probation
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.checks import acts_of, morning, night
from luoshi.appointments.services.effects import cover
from luoshi.appointments.text import year_after
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Post
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services import post_end


def probations_open(*, notice: Notice, actor: Actor, at: dt.datetime) -> list[Probation]:
    """Open the probation of each person for whom the notice states one, from its date to the same day of the next year.

    Called within the transaction that issues the notice.
    Source: smx-appointments/0.6, smx-appointments/0.7
    """
    if notice.dated is None:
        return []
    months = int(rules.setting("appointments.probation", notice.dated)["months"])
    made = []
    for name, acts in cover(notice, acts_of(notice)).items():
        ends = year_after(notice.dated, months)
        matter = ledger.matter_open(
            kind=states.PROBATION,
            title=f"{name}试用期（{notice.number}）",
            body_id=notice.matter.body_id,
            parent=notice.matter,
            actor=actor,
            at=at,
            data={"name": name, "since": morning(notice.dated), "ends_on": ends.isoformat()},
        )
        row = Probation(
            matter=matter,
            jurisdiction=matter.jurisdiction,
            notice=notice,
            name=name,
            person=next((act.person for act in acts if act.person), None),
            since=notice.dated,
            ends_on=ends,
        )
        with door():
            row.save(force_insert=True)
            Act.objects.filter(pk__in=[act.pk for act in acts]).update(covered=row)
        made.append(row)
    return made


def probations_remind(*, actor: Actor, at: dt.datetime) -> list[Probation]:
    """Call to mind the probations that end within the days that the rulebook names, once for each end.

    Called every morning. What is owed then is an assessment before the end.
    Source: smx-appointments/0.6
    """
    today = local_day(at)
    days = int(rules.setting("appointments.probation", today)["remind_days"])
    rows = Probation.objects.filter(
        jurisdiction=settings.JURISDICTION, result="", reminded_on__isnull=True, ends_on__gte=today,
        ends_on__lte=today + dt.timedelta(days=days),
    )  # fmt: skip
    return [_remind(row, days, actor, at) for row in rows.order_by("ends_on", "pk")]


@transaction.atomic
def _remind(row: Probation, days: int, actor: Actor, at: dt.datetime) -> Probation:
    fresh, matter = locked(row)
    since = morning(fresh.ends_on - dt.timedelta(days=days))
    ledger.record(
        matter=matter,
        kind="appointments.probation_reminded",
        actor=actor,
        at=at,
        data={"name": fresh.name, "since": since, "ends_on": fresh.ends_on.isoformat()},
    )
    fresh.reminded_on = local_day(at)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def probation_assess(*, probation: Probation, opinion: str, actor: Actor, at: dt.datetime) -> Probation:
    """Record the assessment before the end. Errors: NotAllowed, Incomplete, WrongState (ended)."""
    fresh, matter = locked(probation)
    fresh.assessment = line(opinion, field="opinion", label="考核意见", longest=1000)
    ledger.act(matter=matter, action="assess", actor=actor, at=at, data={"opinion": fresh.assessment})
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def probation_extend(
    *, probation: Probation, until: dt.date, document: str, actor: Actor, at: dt.datetime
) -> Probation:
    """Extend a probation to a later day; it is called to mind again before that day.

    Errors: NotAllowed, Incomplete (not later than the present end), WrongState (ended).
    """
    fresh, matter = locked(probation)
    if until <= fresh.ends_on:
        raise Incomplete(f"延长后的届满日须晚于{fresh.ends_on:%Y年%-m月%-d日}", field="until")
    paper = line(document, field="document", label="延长的文号", longest=100)
    data = {"until": night(until), "document": paper}
    ledger.act(matter=matter, action="extend", actor=actor, at=at, data=data)
    fresh.ends_on, fresh.extended, fresh.reminded_on = until, fresh.extended + 1, None
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def probation_confirm(
    *, probation: Probation, on: dt.date, document: str, actor: Actor, at: dt.datetime
) -> Probation:
    """Record that the person is confirmed in all posts that the probation covers, not before its end.

    Errors: NotAllowed, Incomplete, WrongState (ended).
    """
    fresh, _ = locked(probation)
    if on < fresh.ends_on:
        raise Incomplete(f"试用期到{fresh.ends_on:%Y年%-m月%-d日}届满，转正日期不得在此之前", field="on")
    return _end(fresh, Probation.Result.CONFIRMED, "confirm", on, document, actor, at)


@transaction.atomic
def probation_remove(
    *, probation: Probation, on: dt.date, document: str, actor: Actor, at: dt.datetime
) -> Probation:
    """Record that the person is removed; all posts that the probation covers end on that day.

    Errors: NotAllowed, Incomplete, WrongState (ended).
    """
    fresh, _ = locked(probation)
    if on < fresh.since:
        raise Incomplete("免职日期不得早于任职日期", field="on")
    ended = _end(fresh, Probation.Result.REMOVED, "remove", on, document, actor, at)
    posts = Post.objects.filter(pk__in=ended.acts.values("post"), until__isnull=True)
    for post in posts.select_related("body", "person"):
        post_end(post=post, until=on, actor=actor, at=at, document=document)
    return ended


def _end(
    row: Probation, result: str, action: str, on: dt.date, document: str, actor: Actor, at: dt.datetime
) -> Probation:
    require(may_manage(actor), "登记试用期结果")
    if row.result:
        raise WrongState(f"{row.name}的试用期已{row.get_result_display()}", mend="请刷新页面")
    if on > local_day(at):
        raise Incomplete("日期还没有到", field="on")
    paper = line(document, field="document", label="文号", longest=100)
    ledger.act(
        matter=row.matter, action=action, actor=actor, at=at, data={"on": on.isoformat(), "document": paper}
    )
    row.result, row.result_on, row.document = result, on, paper
    with door():
        row.save()
    return row
