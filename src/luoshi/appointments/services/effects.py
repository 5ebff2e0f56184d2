"""What a notice does to the organisation: posts end and begin on its date, all of them or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from luoshi.appointments.models import Act, Notice
from luoshi.appointments.text import titles_of
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import door
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.services import person_create, post_end, post_start


def give_effect(acts: Iterable[Act], *, number: str, day: dt.date, actor: Actor, at: dt.datetime) -> None:
    """Write acts into the organisation as of `day`: first the posts that end, then those that begin.

    So nobody is kept out of a post by the one whom the same notice takes from it. What arranges pay and rank takes no
    post; what waits for the congress or a company waits here too; a body that is not in the register has no posts.
    Errors: whatever the organisation refuses; the caller's transaction then keeps nothing.
    Source: smx-appointments/0.8, smx-appointments/0.17, smx-appointments/0.20
    """
    rows = [act for act in acts if not act.pending]
    for act in rows:
        act.effective_on = day
        if act.action != Act.Action.APPOINT and not act.treatment:
            act.closes = _close(act, number, day, actor, at)
    for act in rows:
        if act.action == Act.Action.APPOINT and not act.treatment and act.body is not None:
            act.post = _begin(act, act.body, number, day, actor, at)
    known = {act.name: act.person for act in rows if act.person is not None}
    with door():
        for act in rows:
            act.person = act.person or known.get(act.name)
            act.save()


def held_post(act: Act, day: dt.date) -> Post | None:
    """The post in the register that an act of removal means: the person's at that body, of that designation."""
    if act.body_id is None or act.person_id is None:
        return None
    posts = Post.objects.filter(
        person_id=act.person_id, body_id=act.body_id, until__isnull=True, since__lte=day
    )
    named = posts.filter(kind=Post.Kind.APPOINTED, title__in=[act.title, *titles_of(act.title)]).first()
    if named is not None or not act.head:
        return named
    return posts.filter(kind=Post.Kind.PRINCIPAL_LEADER).first()


def _close(act: Act, number: str, day: dt.date, actor: Actor, at: dt.datetime) -> Post | None:
    post = held_post(act, day)
    return None if post is None else post_end(post=post, until=day, actor=actor, at=at, document=number)


def _begin(act: Act, body: Body, number: str, day: dt.date, actor: Actor, at: dt.datetime) -> Post:
    if act.person is None:
        act.person = _person(act, body, actor, at)
    kind = Post.Kind.PRINCIPAL_LEADER if act.head else Post.Kind.APPOINTED
    held = Post.objects.filter(person=act.person, body=body, kind=kind, until__isnull=True)
    known = held.filter(title=act.title).first()
    if known is not None:
        return known
    return post_start(
        person=act.person,
        body=body,
        kind=kind,
        title=act.title,
        since=day,
        document=number,
        actor=actor,
        at=at,
    )


def _person(act: Act, body: Body, actor: Actor, at: dt.datetime) -> Person:
    """The person of an act; one whom the register does not know is entered, once for all acts of the notice."""
    twin = act.notice.acts.filter(name=act.name, person__isnull=False).select_related("person").first()
    if twin is not None and twin.person is not None:
        same: Person = twin.person
        return same
    person = person_create(body=body, name=act.name, actor=actor, at=at)
    with door():
        act.notice.acts.filter(name=act.name, person__isnull=True).update(person=person)
    return person


def cover(notice: Notice, acts: list[Act]) -> dict[str, list[Act]]:
    """Whose probation covers which acts: stated at the end of several posts it holds for all posts that the notice gives.

    Source: smx-appointments/0.7
    """
    given: dict[str, list[Act]] = {}
    for act in acts:
        if act.action == Act.Action.APPOINT:
            given.setdefault(act.name, []).append(act)
    covered: dict[str, list[Act]] = {}
    for name, posts in given.items():
        if posts[-1].probation:
            covered[name] = posts
        elif any(act.probation for act in posts):
            covered[name] = [act for act in posts if act.probation]
    return covered
