"""City-wide meetings as rules and lists see them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from luoshi.agenda.selectors import in_charge_of, leaders_on
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import CityMeeting
from luoshi.meetings.policies_topics import may_review
from luoshi.organisation.selectors import local_day

GONE = ("refused", "cancelled")


def held_before(city: CityMeeting, *, at: dt.datetime) -> int:
    """How many city-wide meetings of its own the host has in the year besides this one; those in the city's name are free.

    Source: smx-work-rules/57.6
    """
    counted = rules_sessions.setting("meetings.city", local_day(at))["counted"]
    rows = CityMeeting.objects.filter(
        jurisdiction=city.jurisdiction, body=city.body, year=city.year, sort__in=counted
    )
    rows = rows.exclude(matter__state__in=(*GONE, "draft", "returned")).exclude(pk=city.pk)
    return rows.count()


def city_facts(city: CityMeeting, *, at: dt.datetime) -> dict[str, Any]:
    """What rules may ask: applied (in the government's name), exempt, counted (a department's own), again (in the year).

    beyond: leaders other than the one in charge are to attend; heads: heads of counties are invited; approval: it needs
    approval for one of these reasons. attending: a leader's office who is to come, where the rule forbids it.
    """
    day = local_day(at)
    like = rules_sessions.setting("meetings.city", day)
    counted = city.sort in like["counted"]
    again = counted and held_before(city, at=at) >= like["per_year"]
    applied = city.sort in like["applied"]
    charged = in_charge_of(city.body, day=day)
    usual = {charged.person_id} if charged else set()
    offices = {one.person_id: one.office for one in leaders_on(day)}
    coming = set(city.leaders_attend)
    beyond = city.sort in like["usual_sorts"] and bool(coming - usual)
    heads = city.heads or city.township_heads
    barred = set(like.get("barred_offices", ())) & {offices.get(pk, "") for pk in coming}
    return {
        "sort": city.sort,
        "applied": applied,
        "exempt": city.sort in like["exempt"],
        "counted": counted,
        "again": again,
        "heads": city.heads,
        "township_heads": city.township_heads,
        "any_heads": heads,
        "beyond": beyond,
        "video": city.form in like["video"],
        "approval": bool(applied or again or (heads and (counted or city.township_heads))),
        "barred": bool(barred) and city.sort in like.get("barred_sorts", ()),
        "in_charge_attends": bool(coming & usual),
    }


def city_have(city: CityMeeting, *, at: dt.datetime) -> frozenset[str]:
    """The keys of the needs that stand."""
    facts = city_facts(city, at=at)
    content = rules.current().content("meetings.city_proposal", local_day(at))
    values = {**city.proposal, "name": city.matter.title}
    found = {
        "proposal": not content.missing(values),
        "necessity": bool(city.necessity),
        "not_department": not city.department_matter,
        "leaders_reason": bool(city.leaders_reason),
        "heads_reason": bool(city.heads_reason),
        "second_reason": bool(city.second),
        "notice": bool(city.superior_notice and city.audience),
        "no_heads": not (city.heads or city.township_heads),
        "no_township_heads": not city.township_heads and not city.heads,
        "first": not facts["again"],
        "form_reason": bool(city.form_reason),
        "funding": bool(city.proposal.get("funding", "").strip()),
        "convener": bool(city.superior_notice),
        "members": city.members.exists(),
    }
    return frozenset(key for key, stands in found.items() if stands)


def too_soon(city: CityMeeting, *, at: dt.datetime) -> int:
    """The working days that the platform advises to apply ahead, where there are fewer left; else 0. No rule: a hint."""
    if city.starts_at is None:
        return 0
    days: int = rules_sessions.setting("meetings.city", local_day(at))["advance_working_days"]
    return days if city.starts_at < rules.current().worktime.add_days(at, days) else 0


def cities(*, actor: Actor, sort: str = "", state: str = "", text: str = "") -> QuerySet[CityMeeting]:
    """City-wide meetings that the actor may read, newest first."""
    rows = CityMeeting.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter", "body")
    if not (actor.can("meetings.read_all") or may_review(actor)):
        rows = rows.filter(body_id=actor.body_id)
    if sort:
        rows = rows.filter(sort=sort)
    if state:
        rows = rows.filter(matter__state=state)
    if text:
        rows = rows.filter(matter__title__icontains=text)
    return rows.order_by("-matter_id")


def city_get(pk: int) -> CityMeeting | None:
    """A city-wide meeting with its matter and host."""
    rows = CityMeeting.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk)
    return rows.select_related("matter", "body").first()


def joint_gap(city: CityMeeting, *, at: dt.datetime) -> int | None:
    """How many days ago the same host held its last joint meeting; None where there was none.

    Source: smx-smart-city/2.3.1a
    """
    rows = CityMeeting.objects.filter(body=city.body, sort=city.sort, starts_at__lt=at).exclude(pk=city.pk)
    last = rows.exclude(matter__state__in=GONE).order_by("-starts_at").first()
    return (local_day(at) - local_day(last.starts_at)).days if last and last.starts_at else None
