"""Who is a member of the government, who answers for a department, to which bodies its working rules apply.

What differs between places stands in the rulebook: organisation.members, organisation.principals, organisation.subjects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from luoshi.ledger import rules
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the government, and as what. attends_only: a member who sits in without counting for a quorum."""

    person: Person
    title: str
    body: Body | None
    attends_only: bool


def principals_of_many(bodies: Iterable[Body], day: dt.date) -> dict[int, list[Person]]:
    """Those who answer for each body on a day, by its id: its head; where party and office are parted, both. One query.

    Source: smx-work-rules/11.p1, xiping-work-rules/10.1
    """
    kinds = rules.current().setting("organisation.principals", day).values["posts"]
    posts = Post.objects.filter(in_force(day), body__in=bodies, kind__in=kinds).select_related("person")
    found: dict[int, list[Person]] = {}
    for post in sorted(posts, key=lambda post: (kinds.index(post.kind), post.since)):
        found.setdefault(post.body_id, []).append(post.person)
    return found


def bodies_subject(day: dt.date) -> QuerySet[Body]:
    """The bodies to which the government's working rules apply on a day.

    Source: smx-work-rules/74.p2, xiping-work-rules/66.2
    """
    kinds = rules.current().setting("organisation.subjects", day).values["standings"]
    return Body.objects.filter(in_force(day), jurisdiction=settings.JURISDICTION, standing__in=kinds)


def members_on(day: dt.date, *, leaders: Mapping[int, str]) -> list[Member]:
    """The members of the government on a day: leaders by their office, then the heads of its departments.

    leaders: person id -> office (mayor, vice_mayor, …), in order of rank, as the agenda keeps them. Heads of other bodies
    are no members, even where the rules apply to those bodies. Nobody stands twice.
    Source: smx-work-rules/3.1, xiping-work-rules/4
    """
    wanted = rules.current().setting("organisation.members", day).values
    sitting = {*wanted["attending"]}
    people = Person.objects.in_bulk(list(leaders))
    titles = rules.current().roles
    found: dict[int, Member] = {
        pk: Member(people[pk], titles.get(office, office), None, office in sitting)
        for pk, office in leaders.items()
        if office in wanted["leaders"] or office in sitting
    }
    kinds = rules.current().setting("organisation.principals", day).values["posts"]
    heads = Post.objects.filter(
        in_force(day),
        in_force(day, "body__"),
        kind__in=kinds,
        body__standing__in=wanted["heads_of"],
        body__jurisdiction=settings.JURISDICTION,
    )
    for post in heads.select_related("person", "body").order_by("body__code", "since", "id"):
        found.setdefault(post.person_id, Member(post.person, post.label, post.body, False))
    return list(found.values())
