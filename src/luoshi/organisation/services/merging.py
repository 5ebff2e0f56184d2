"""The roster of a body goes over to another one: people, the posts that live on, grants, bodies below it.

What else hangs on a body (matters under way, settings of functions) luoshi.administration.succession moves, in the
same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.services.owing import forget_tree
from luoshi.ledger.together import fetch
from luoshi.organisation.models import Body, Grant, Person, Post
from luoshi.organisation.policies import may_edit_bodies, require
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services.bodies import end_with
from luoshi.organisation.services.checks import in_order, lock_body, text
from luoshi.organisation.services.journal import note, step

LIVING_ON = frozenset({Post.Kind.LIAISON, Post.Kind.HANDLER, Post.Kind.STAFF})
"""Posts that somebody keeps at the new body; leading ones end, and are filled by appointment."""
FIXED = frozenset({Body.Kind.PLATFORM, Body.Kind.COMMAND_CENTRE})


@dataclass(frozen=True, slots=True)
class Roster:
    """What goes over. ending: leading posts that end with the body."""

    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    ending: tuple[Post, ...]
    grants: tuple[Grant, ...]
    children: tuple[Body, ...]


def roster_of(
    body: Body,
    *,
    day: dt.date,
    people: Collection[int] | None = None,
    beside: Iterable[QuerySet[Any, Any]] = (),
) -> Roster:
    """The people of a body with their posts and grants on a day and on, or of those named; bodies below: of all only.

    beside: other lists that are read by the same one question.
    """
    rows = Person.objects.filter(body=body, active=True)
    held = Post.objects.filter(body=body).exclude(until__lte=day).select_related("person")
    grants = Grant.objects.filter(body=body, user__is_active=True).exclude(until__lte=day)
    children = body.children.filter(active=True)
    if people is not None:
        rows, held = rows.filter(pk__in=people), held.filter(person__in=people)
        grants, children = grants.filter(user__person__in=people), children.none()
    rows = rows.order_by("name", "id")
    grants = grants.select_related("user__person", "role").order_by("user", "role")
    fetch(rows, held, grants, children, *beside)
    return Roster(
        people=tuple(rows),
        posts=tuple(post for post in held if post.kind in LIVING_ON),
        ending=tuple(post for post in held if post.kind not in LIVING_ON),
        grants=tuple(grants),
        children=tuple(children),
    )


def check_succession(*, old: Body, new: Body, day: dt.date, at: dt.datetime) -> None:
    """Refuse what would leave something without a body. Errors: WrongState, Incomplete naming the field."""
    if old.pk == new.pk:
        raise Incomplete("不能移交给本单位自己", field="into")
    if old.kind in FIXED:
        raise WrongState(f"{old.name}是系统的工作主体，不能撤并", mend="请用“更名”办理")
    if not new.active:
        raise WrongState(f"{new.name}已撤销", mend="请选择在用的机构")
    if old.takes_requests and not new.takes_requests:
        raise Incomplete(
            f"{new.name}没有设为承办诉求件，接不了{old.name}的诉求件",
            mend="请先在其“修改”里勾选",
            field="into",
        )
    above: Body | None = new
    while above is not None:
        if above.parent_id == old.pk:
            raise Incomplete(f"{new.name}是{old.name}的下级", mend="请先调整上级机构", field="into")
        above = above.parent
    in_order(max(old.since, new.since), day, field="since")
    if day > local_day(at):
        raise Incomplete("日期未到，请在生效后办理", field="since")


@transaction.atomic
def body_merge(
    *,
    body: Body,
    into: Body,
    since: dt.date,
    document: str,
    actor: Actor,
    at: dt.datetime,
    said: dict[str, int],
    version: int | None = None,
) -> Body:
    """Close a body because another one goes on with its duties from `since`; its roster goes along, its history stays.

    said: what went over, counted, for the events. Errors: NotAllowed; WrongState; Incomplete naming the field.
    """
    require(may_edit_bodies(actor), "合并机构")
    first, second = sorted((body, into), key=lambda one: one.pk)  # in one order, whoever else merges
    locked = {one.pk: lock_body(one) for one in (first, second)}
    body, into = locked[body.pk], locked[into.pk]
    if version is not None and body.version != version:
        raise WrongState(f"{body.name}刚被他人修改", mend="请刷新页面后重试")
    document = text(document, field="document", label="依据文件", longest=200)
    check_succession(old=body, new=into, day=since, at=at)
    roster_carry(roster_of(body, day=since), to=into, since=since, actor=actor, at=at)
    for child in body.children.filter(active=True):
        child.parent = into
        forget_tree()
        child.version += 1
        child.save()
        step(body=child, action="update", actor=actor, at=at, data={"parent": into.code})
    end_with(body, since)
    body.active, body.until, body.merged_into = False, since, into
    body.version += 1
    body.save()
    told = {"since": since.isoformat(), "document": document, **said}
    step(body=body, action="merge", actor=actor, at=at, data={"to": into.name, "into": into.code, **told})
    step(
        body=into, action="take_over", actor=actor, at=at, data={"from": body.name, "body": body.code, **told}
    )
    return body


@transaction.atomic
def duties_hand_over(
    *,
    body: Body,
    into: Body,
    since: dt.date,
    document: str,
    people: Iterable[int],
    actor: Actor,
    at: dt.datetime,
    said: dict[str, int],
) -> None:
    """Give part of a body's duties to another one from `since`, with the people who go along; both go on.

    Errors: NotAllowed; WrongState; Incomplete naming the field.
    """
    require(may_edit_bodies(actor), "划转职能")
    first, second = sorted((body, into), key=lambda one: one.pk)
    locked = {one.pk: lock_body(one) for one in (first, second)}
    body, into = locked[body.pk], locked[into.pk]
    document = text(document, field="document", label="依据文件", longest=200)
    check_succession(old=body, new=into, day=since, at=at)
    roster = roster_of(body, day=since, people=list(people))
    _refuse_last_liaison(body, roster, since)
    roster_carry(roster, to=into, since=since, actor=actor, at=at)
    told = {"since": since.isoformat(), "document": document, **said}
    step(body=body, action="hand_over", actor=actor, at=at, data={"to": into.name, "into": into.code, **told})
    step(
        body=into, action="take_over", actor=actor, at=at, data={"from": body.name, "body": body.code, **told}
    )


def _refuse_last_liaison(body: Body, roster: Roster, day: dt.date) -> None:
    going = [post.pk for post in (*roster.posts, *roster.ending)]
    for kind in (Post.Kind.LIAISON, Post.Kind.DEPUTY_LEADER):
        held = Post.objects.filter(body=body, kind=kind).exclude(until__lte=day)
        if body.takes_requests and held.exists() and not held.exclude(pk__in=going).exists():
            raise WrongState(
                f"{body.name}将没有{kind.label}", mend=f"请先登记接任的{kind.label}，或不勾选此人"
            )


def roster_carry(roster: Roster, *, to: Body, since: dt.date, actor: Actor, at: dt.datetime) -> None:
    """Move people to a body: their posts end at the old one and, where they live on, begin at the new one; so do grants.

    A grant or post that somebody holds at the new body already is not given twice.
    """
    for person in roster.people:
        person.body = to
        person.version += 1
        person.save()
        note(
            body=to, kind="person_moved", actor=actor, at=at, data={"person": person.pk, "name": person.name}
        )
    for post in (*roster.posts, *roster.ending):
        post.until = max(post.since, since)
        post.save()
    for post in roster.posts:
        there = Post.objects.filter(person=post.person, body=to, kind=post.kind).exclude(until__lte=since)
        if not there.exists():
            Post(
                person=post.person, body=to, kind=post.kind, title=post.title, since=max(post.since, since),
                full_time=post.full_time, document=post.document,
            ).save()  # fmt: skip
    for grant in roster.grants:
        begins, ends = max(grant.since, since), grant.until
        held = Grant.objects.filter(user=grant.user, role=grant.role, body=to).exclude(until__lte=since)
        if not held.exists():
            Grant(user=grant.user, role=grant.role, body=to, since=begins, until=ends).save()
        grant.until = begins
        grant.save()
