"""Reading bodies, rosters and what a user may do. Days are calendar days in the city's time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.prepared import prepared
from luoshi.organisation.models import Body, BodyName, Grant, Person, Post, User
from luoshi.organisation.models.base import in_force
from luoshi.organisation.standing import granted_on, granted_today


def local_day(at: dt.datetime) -> dt.date:
    """The calendar day of a moment, in the city's time zone."""
    return timezone.localtime(at).date()


def actor_for(*, user: User, body_id: int | None = None, at: dt.datetime | None = None) -> Actor:
    """The actor that a user is on that day: roles and permissions of the grants in force, for one body.

    A user with grants for several bodies acts for one at a time: for `body_id` where a grant is in force
    there, else for the own body, else for the first granted. A blocked account and a user without
    grants have no permissions. Costs one query; none where the account was read as that of a session.
    """
    rows = granted_on(user, local_day(at)) if at else granted_today(user)
    granted = [row.body_id for row in rows]
    acting = next((wish for wish in (body_id, user.person.body_id) if wish in granted), None)
    if acting is None:
        acting = granted[0] if granted else user.person.body_id
    mine = [row for row in rows if row.body_id == acting]
    return Actor(
        kind=ActorKind.USER,
        name=user.person.name,
        user_id=user.pk,
        body_id=acting,
        person_id=user.person_id,
        roles=frozenset(row.role for row in mine),
        permissions=frozenset(code for row in mine for code in row.permissions),
    )


def grants_on(user: User, day: dt.date) -> QuerySet[Grant]:
    """The grants of a user in force on a day, with role and body."""
    return Grant.objects.filter(in_force(day), user=user, body__active=True).select_related("role", "body")


def bodies_acting_for(user: User, day: dt.date) -> list[Body]:
    """The bodies for which a user may act on a day."""
    granted = Grant.objects.filter(in_force(day), user=user)
    return list(Body.objects.filter(active=True, id__in=granted.values("body")))


def bodies_assessed(day: dt.date, *, jurisdiction: str | None = None) -> QuerySet[Body]:
    """The units (责任单位) that are assessed: every body that takes requests on that day, of whatever kind.

    Counties, committees, departments, enterprises and others alike.
    Source: smx-hotline-assessment/2
    """
    rows = Body.objects.filter(in_force(day), takes_requests=True)
    return rows.filter(jurisdiction=jurisdiction) if jurisdiction else rows


def bodies_dispatchable() -> QuerySet[Body]:
    """The bodies to which a request may be dispatched now."""
    return Body.objects.filter(active=True, takes_requests=True)


def holders_on(body: Body, day: dt.date, kind: str) -> list[Person]:
    """Who holds a kind of post at a body on a day, the longest in office first."""
    return [post.person for post in _held(body.pk, day, kind)]


@prepared
def _held(body: int, day: dt.date, kind: str) -> QuerySet[Post]:
    rows = Post.objects.filter(in_force(day), body_id=body, kind=kind)
    return rows.select_related("person").order_by("since", "id")


def liaisons_on(body: Body, day: dt.date) -> list[Person]:
    """The liaison officers (联络员) of a body on a day."""
    return holders_on(body, day, Post.Kind.LIAISON)


def deputy_leaders_on(body: Body, day: dt.date) -> list[Person]:
    """The leaders responsible for requests (分管领导) of a body on a day."""
    return holders_on(body, day, Post.Kind.DEPUTY_LEADER)


def platform_contacts(*, jurisdiction: str, day: dt.date) -> list[Person]:
    """The platform's own liaisons with a mobile number: they are told of changed rosters."""
    posts = Post.objects.filter(
        in_force(day),
        kind=Post.Kind.LIAISON,
        body__kind=Body.Kind.PLATFORM,
        body__active=True,
        body__jurisdiction=jurisdiction,
    ).exclude(person__mobile="")
    return [post.person for post in posts.select_related("person").order_by("since", "id")]


@dataclass(frozen=True, slots=True)
class RosterGap:
    """A body that takes requests and what its roster lacks."""

    body: Body
    no_liaison: bool
    no_deputy_leader: bool
    liaison_without_account: bool

    @property
    def words(self) -> list[str]:
        """What is missing, in words."""
        lacks = (
            (self.no_liaison, "未指定联络员"),
            (self.no_deputy_leader, "未确定分管领导"),
            (self.liaison_without_account, "联络员没有可用账号"),
        )
        return [text for holds, text in lacks if holds]


def missing_roster(day: dt.date, *, jurisdiction: str | None = None) -> list[RosterGap]:
    """The assessed bodies that on that day lack a liaison, a deputy leader, or a liaison who can log in.

    A liaison reads the requests on line, so one without an open account and a liaison's role is a gap too.
    One query.
    Source: smx-hotline-ops/14.1.a, smx-hotline-ops/16.a
    """

    def post(kind: str) -> Exists:
        return Exists(Post.objects.filter(in_force(day), body=OuterRef("pk"), kind=kind))

    able = Exists(
        Grant.objects.filter(
            in_force(day) & in_force(day, "user__person__posts__"),
            user__is_active=True,
            role__code="liaison",
            body=OuterRef("pk"),
            user__person__posts__body=OuterRef("pk"),
            user__person__posts__kind=Post.Kind.LIAISON,
        )
    )
    rows = bodies_assessed(day, jurisdiction=jurisdiction).annotate(
        has_liaison=post(Post.Kind.LIAISON), has_leader=post(Post.Kind.DEPUTY_LEADER), has_able=able
    )
    return [
        RosterGap(
            body=body,
            no_liaison=not body.has_liaison,
            no_deputy_leader=not body.has_leader,
            liaison_without_account=body.has_liaison and not body.has_able,
        )
        for body in rows.exclude(has_liaison=True, has_leader=True, has_able=True)
    ]


def body_by_name(text: str, *, day: dt.date | None = None) -> Body | None:
    """The body that bears, or bore, this name (official, plate or short form); None when none or several do.

    With `day` only the names of that day count; without, a name in use wins over a former one.
    """
    wanted = " ".join(text.split())
    rows = BodyName.objects.filter(name=wanted)
    if day is not None:
        found = set(rows.filter(in_force(day)).values_list("body", flat=True))
    else:
        found = set(rows.filter(until__isnull=True).values_list("body", flat=True))
        found = found or set(rows.values_list("body", flat=True))
        found = found or set(Body.objects.filter(active=True, short_name=wanted).values_list("pk", flat=True))
    return Body.objects.get(pk=found.pop()) if len(found) == 1 else None


def body_list(*, search: str = "", kind: str = "", gaps_on: dt.date | None = None) -> QuerySet[Body]:
    """Bodies by id: those with the words in a present or former name, of a kind, with a gap in the roster."""
    rows = Body.objects.order_by("id")
    if search.strip():
        wanted = search.strip()
        named = BodyName.objects.filter(body=OuterRef("pk"), name__icontains=wanted)
        rows = rows.filter(Q(short_name__icontains=wanted) | Q(code__icontains=wanted) | Exists(named))
    if kind:
        rows = rows.filter(kind=kind)
    if gaps_on is not None:
        rows = rows.filter(pk__in=[gap.body.pk for gap in missing_roster(gaps_on)])
    return rows


def with_roster(rows: QuerySet[Body], day: dt.date) -> QuerySet[Body]:
    """Adds `roster`: the posts of leaders and liaisons on that day, with their people (one query)."""
    kinds = (Post.Kind.PRINCIPAL_LEADER, Post.Kind.DEPUTY_LEADER, Post.Kind.LIAISON)
    posts = (
        Post.objects.filter(in_force(day), kind__in=kinds).select_related("person").order_by("since", "id")
    )
    return rows.prefetch_related(Prefetch("posts", posts, to_attr="roster"))


def user_list(
    *, day: dt.date, at: dt.datetime, search: str = "", role: str = "", state: str = ""
) -> QuerySet[User]:
    """Accounts by name of user, person or body, by a role held on `day`, by state (blocked, locked, demo).

    Each has `grants_today` (one query for all).
    """
    rows = User.objects.select_related("person__body")
    if search.strip():
        wanted = search.strip()
        rows = rows.filter(
            Q(username__icontains=wanted)
            | Q(person__name__icontains=wanted)
            | Q(person__body__short_name__icontains=wanted)
            | Q(person__body__name__icontains=wanted)
        )
    if role:
        rows = rows.filter(Exists(Grant.objects.filter(in_force(day), user=OuterRef("pk"), role__code=role)))
    states = {"blocked": Q(is_active=False), "locked": Q(locked_until__gt=at), "demo": Q(is_demo=True)}
    rows = rows.filter(states.get(state, Q()))
    grants = Grant.objects.filter(in_force(day)).select_related("role", "body")
    return rows.prefetch_related(Prefetch("grants", grants, to_attr="grants_today"))
