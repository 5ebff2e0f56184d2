"""People's careers, the holders of a post, the members of the government, and who answers for a field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from luoshi.agenda.selectors import in_charge_of, leaders_on
from luoshi.appointments import rules
from luoshi.appointments.models import Act
from luoshi.appointments.text import titles_of
from luoshi.organisation.membership import Member, members_on
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force


def career(act: Act) -> list[Act]:
    """All acts of the person of an act, the oldest first: by the person where known, else by the name."""
    rows = Act.objects.filter(notice__jurisdiction=settings.JURISDICTION, notice__dated__isnull=False)
    mine = (
        rows.filter(person=act.person_id)
        if act.person_id
        else rows.filter(person__isnull=True, name=act.name)
    )
    found = mine.select_related("notice__matter", "body", "covered__matter")
    return list(found.order_by("notice__dated", "notice__serial", "position"))


def posts_of(person: Person) -> list[Post]:
    """What the register says a person holds and held, the latest first."""
    return list(Post.objects.filter(person=person).select_related("body").order_by("-since", "-id"))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who held a post, by the notices: when it was given, when taken; None where no notice says."""

    name: str
    came: Act | None
    went: Act | None

    @property
    def acting(self) -> bool:
        """Whether only for the time being."""
        return bool(self.came and self.came.acting)


def holders_of(act: Act) -> list[Holder]:
    """Who held the post of an act, one after the other, as far as notices tell; arrangements of pay and rank are left out.

    Source: smx-appointments/0.17
    """
    titles = {act.title, *titles_of(act.title)}
    rows = Act.objects.filter(
        notice__jurisdiction=settings.JURISDICTION, notice__dated__isnull=False, treatment=False
    ).select_related("notice__matter", "body")
    rows = rows.filter(body=act.body_id) if act.body_id else rows.filter(organisation=act.organisation)
    same = [
        one
        for one in rows.order_by("notice__dated", "notice__serial", "position")
        if titles & {one.title, *titles_of(one.title)}
    ]
    found: dict[str, Holder] = {}
    done: list[Holder] = []
    for one in sorted(same, key=lambda one: (one.notice.dated, one.action == Act.Action.APPOINT)):
        open_one = found.pop(one.name, None)
        if one.action == Act.Action.APPOINT:
            found[one.name] = Holder(one.name, one, None)
            done += [open_one] if open_one else []
        else:
            done.append(Holder(one.name, open_one.came if open_one else None, one))
    return sorted([*done, *found.values()], key=_began)


def _began(holder: Holder) -> tuple[dt.date, int]:
    came, went = holder.came, holder.went
    if came is not None and came.notice.dated is not None:
        return (came.notice.dated, 1)
    return (went.notice.dated if went is not None and went.notice.dated else dt.date.max, 0)


def members(day: dt.date) -> list[Member]:
    """The members of the government on a day, leaders first by rank, then the heads of its departments.

    Source: smx-work-rules/3.1, xiping-work-rules/4
    """
    return members_on(day, leaders={leader.person_id: leader.office for leader in leaders_on(day)})


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for work with disabled people at one government: overall, and in particular."""

    government: str
    overall: tuple[str, ...]
    specific: tuple[str, ...]


def responsible(day: dt.date) -> list[Responsible]:
    """At every level: the main leader answers overall, the leader in charge in particular; empty where nobody is entered.

    Source: smx-disability-plan/4.1b
    """
    words = rules.setting("appointments.disability_lead", day)
    overall = tuple(one.person.name for one in leaders_on(day) if one.office in words["overall"])
    field = Body.objects.filter(code=words["charge_of"], active=True).first()
    charged = in_charge_of(field, day=day) if field is not None else None
    own = Responsible(str(words["government"]), overall, (charged.person.name,) if charged else ())
    return [own, *_counties(words, day)]


def _counties(words: Mapping[str, Any], day: dt.date) -> list[Responsible]:
    kinds = [*words["overall_posts"], *words["specific_posts"]]
    posts = Post.objects.filter(in_force(day), kind__in=kinds, body__kind=Body.Kind.COUNTY)
    held: dict[tuple[int, str], list[str]] = {}
    for post in posts.select_related("person").order_by("since", "id"):
        held.setdefault((post.body_id, post.kind), []).append(post.person.name)
    counties = Body.objects.filter(kind=Body.Kind.COUNTY, active=True, jurisdiction=settings.JURISDICTION)

    def names(body: Body, which: str) -> tuple[str, ...]:
        return tuple(name for kind in words[which] for name in held.get((body.pk, kind), []))

    return [
        Responsible(body.name, names(body, "overall_posts"), names(body, "specific_posts"))
        for body in counties.order_by("code")
    ]
