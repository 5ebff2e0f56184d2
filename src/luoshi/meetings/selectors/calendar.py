"""The calendar of meetings, and what its rhythm asks for: reminders, never a bar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.once import once
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import AgendaItem, Meeting
from luoshi.organisation.selectors import local_day

HELD = ("in_session", "closed", "minuted", "archived")
COMING = ("planned", "reviewed", "approved", "convened")


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a rhythm asks for. kind: of the meeting; overdue: its time has come. cite: the clauses."""

    kind: str
    title: str
    text: str
    overdue: bool
    cite: tuple[str, ...]


def reminders(*, at: dt.datetime) -> list[Reminder]:
    """What the rulebook's rhythms ask for now, for every kind of meeting and every yearly theme.

    Source: smx-executive-meeting/1.2.1, smx-work-rules/52.p2, smx-work-rules/53.p2.1, smx-disability-plan/4.1c,
    xiping-work-rules/19, xiping-work-rules/40.3
    """
    day = local_day(at)
    found: list[Reminder] = []
    for option in rules_sessions.kinds(day).options:
        rule = rules_sessions.known(f"meetings.frequency.{option.value}", day)
        cite = rules_sessions.cite_of("setting", f"meetings.frequency.{option.value}", day)
        held = _days(option.value, HELD, day.replace(month=1, day=1) - dt.timedelta(days=60))
        coming = [one for one in _days(option.value, COMING, day) if one >= day]
        if "interval_days" in rule:
            found += _interval(
                option.value, option.label, int(rule["interval_days"]), held, coming, day, cite
            )
        if "per_month" in rule:
            found += _monthly(option.value, option.label, int(rule["per_month"]), held, coming, day, cite)
        if "per_half_year" in rule:
            remind = int(rule["remind_days"])
            found += _half_yearly(option.value, option.label, remind, held, coming, day, cite)
    return found + _themes(day)


def _days(kind: str, states: tuple[str, ...], since: dt.date) -> list[dt.date]:
    start = dt.datetime.combine(since, dt.time(), tzinfo=rules.current().worktime.tz)
    return sorted(local_day(at) for own, state, at in _planned(start) if own == kind and state in states)


@once
def _planned(start: dt.datetime) -> list[tuple[str, str, dt.datetime]]:
    """Kind, state and time of the meetings from a moment on."""
    rows = Meeting.objects.filter(matter__state__in=HELD + COMING, planned_at__gte=start)
    return list(rows.values_list("kind", "matter__state", "planned_at"))


def _interval(
    kind: str,
    label: str,
    days: int,
    held: list[dt.date],
    coming: list[dt.date],
    day: dt.date,
    cite: tuple[str, ...],
) -> list[Reminder]:
    """So many days after the last one, when the next is not arranged yet. The day itself counts as reached."""
    if not held or coming or (day - held[-1]).days < days:
        return []
    passed = (day - held[-1]).days
    text = f"上次于{held[-1]:%Y年%-m月%-d日}召开，已过{passed}天，还没有安排下次；一般每{days}天召开一次"
    return [Reminder(kind, label, text, True, cite)]


def _monthly(
    kind: str,
    label: str,
    times: int,
    held: list[dt.date],
    coming: list[dt.date],
    day: dt.date,
    cite: tuple[str, ...],
) -> list[Reminder]:
    """So many times a month: said of the month that runs, and of the one before when it fell short."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    found = []
    for month, running in ((day, True), (last, False)):
        done = sum((one.year, one.month) == (month.year, month.month) for one in held)
        planned = sum((one.year, one.month) == (month.year, month.month) for one in coming)
        if not running and not any(one < last.replace(day=1) for one in held):
            continue
        if done + planned < times:
            text = f"{month.month}月已召开{done}次、已安排{planned}次；一般每月召开{times}次"
            found.append(Reminder(kind, label, text, not running, cite))
    return found


def _half_yearly(
    kind: str,
    label: str,
    remind: int,
    held: list[dt.date],
    coming: list[dt.date],
    day: dt.date,
    cite: tuple[str, ...],
) -> list[Reminder]:
    """Once in each half of the year; said some days before the half ends."""
    first = day.month <= 6
    ends = dt.date(day.year, 6, 30) if first else dt.date(day.year, 12, 31)
    begins = dt.date(day.year, 1, 1) if first else dt.date(day.year, 7, 1)
    done = any(begins <= one <= ends for one in [*held, *coming])
    if done or (ends - day).days > remind:
        return []
    half = "上半年" if first else "下半年"
    return [Reminder(kind, label, f"{half}还没有召开或安排；一般每半年召开一次", False, cite)]


def theme_count(theme: str, kind: str, year: int) -> int:
    """How often a theme stood on the agenda of meetings of a kind that were held in a year, and was dealt with."""
    return AgendaItem.objects.filter(
        topic__theme=theme, meeting__kind=kind, meeting__year=year, status=AgendaItem.Status.DONE
    ).count()


def _themes(day: dt.date) -> list[Reminder]:
    rule = rules_sessions.known("meetings.theme_frequency", day)
    if not rule or day.month < int(rule["from_month"]):
        return []
    cite = rules_sessions.cite_of("setting", "meetings.theme_frequency", day)
    labels = rules_sessions.choice("meetings.theme", day)
    found = []
    for theme, times in zip(rule["themes"], rule["times"], strict=True):
        done = theme_count(theme, str(rule["kind"]), day.year)
        expected = -(-int(times) * _quarter(day) // 4) if rule["quarterly"] else int(times)
        if done < expected:
            text = f"今年已研究{done}次，全年不少于{times}次"
            found.append(Reminder(str(rule["kind"]), labels.label(theme), text, False, cite))
    return found


def _quarter(day: dt.date) -> int:
    return (day.month + 2) // 3


def readable(actor: Actor) -> QuerySet[Meeting]:
    """The meetings that the actor may know of: all for the office and the leaders, else their own and their unit's."""
    rows: QuerySet[Meeting] = Meeting.objects.select_related("matter", "chair", "organiser")
    if actor.can("meetings.read_all"):
        return rows
    from django.db.models import Exists, OuterRef, Q

    from luoshi.meetings.models import Attendee

    listed = Attendee.objects.filter(meeting=OuterRef("pk"))
    own = Q(pk__in=[]) if actor.person_id is None else Q(Exists(listed.filter(person_id=actor.person_id)))
    if actor.can("meetings.unit") and actor.body_id is not None:
        own |= Q(Exists(listed.filter(body_id=actor.body_id)))
    if actor.can("meetings.organise") and actor.body_id is not None:
        own |= Q(organiser_id=actor.body_id)
    return rows.filter(own)
