"""A leaver's duties handed over: what they hold is listed, somebody takes it, the account closes in the same moment."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import CharField, Value

from luoshi.administration.succession import UnderWay
from luoshi.agenda.models import Delegation, Leader
from luoshi.hotline.models import Draft
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Matter, Obligation, ObligationState, door
from luoshi.ledger.together import fetch
from luoshi.organisation import services
from luoshi.organisation.models import Grant, Person, Post, User
from luoshi.organisation.policies import may_edit_roster, may_manage_accounts, require
from luoshi.organisation.services.checks import lock_row
from luoshi.organisation.services.journal import note
from luoshi.organisation.services.merging import LIVING_ON

ROLES = (
    ("documents.Step", "person"), ("documents.Step", "seat"), ("documents.Errand", "person"), ("agenda.Step", "person"),
    ("meetings.Meeting", "recorder"), ("meetings.Meeting", "chair"), ("meetings.Meeting", "convenor"),
    ("supervision.Task", "leader"), ("supervision.Task", "setter_person"), ("supervision.Letter", "leader"),
    ("meetings.Topic", "leader"),
)  # fmt: skip
"""Columns beside a matter under way that name who acts in it, not whom it is about."""
UNFINISHED = (ObligationState.OPEN, ObligationState.PAUSED)


@dataclass(frozen=True, slots=True)
class Task(UnderWay):
    """A matter in which the leaver has to act: what is owed in person, and in which columns they stand."""

    owed: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """All that somebody holds. drafts: calls typed and not registered; blocking: what has to be settled before."""

    tasks: tuple[Task, ...]
    posts: tuple[Post, ...]
    grants: tuple[Grant, ...]
    users: tuple[User, ...]
    drafts: int
    blocking: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Tells whether the list is the one that somebody saw."""
        parts = [
            sorted((one.matter.pk, one.owed, one.columns) for one in self.tasks),
            sorted(one.pk for one in self.posts), sorted(one.pk for one in self.grants),
        ]  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def _columns(person: Person) -> dict[int, list[tuple[str, str]]]:
    """The matters under way in which a person has to act by a column of their own: one query over all functions."""
    parts = []
    for label, name in ROLES:
        model: Any = apps.get_model(label)
        rows = model._default_manager.filter(**{name: person, "matter__closed_at__isnull": True})
        if any(one.name == "done_at" for one in model._meta.concrete_fields):
            rows = rows.filter(done_at__isnull=True)
        said = [Value(text, output_field=CharField()) for text in (label, name)]
        parts.append(rows.order_by().values_list("pk", *said))
    found: dict[int, list[tuple[str, str]]] = {}
    for pk, label, name in parts[0].union(*parts[1:], all=True):
        found.setdefault(pk, []).append((label, name))
    return found


def held_by(person: Person, *, day: dt.date) -> Held:
    """What a person holds on a day: duties owed in person, roles in matters, posts, grants, drafts. Three queries."""
    columns = _columns(person)
    holders = {"user__person": person, "user__is_active": True}
    rows = Obligation.objects.filter(person=person, state__in=UNFINISHED).order_by("due_at", "id")
    users = person.users.filter(is_active=True)
    posts = Post.objects.filter(person=person).exclude(until__lte=day).select_related("body")
    grants = Grant.objects.filter(**holders).exclude(until__lte=day).order_by("id")
    grants = grants.select_related("role", "body", "user")
    drafts = Draft.objects.filter(**holders, done=False).values_list("pk")
    leading = Leader.objects.filter(models.Q(until__isnull=True) | models.Q(until__gt=day), person=person)
    trusted = Delegation.objects.filter(to=person, matter__closed_at__isnull=True)
    ranks, trusts = leading.values_list("pk"), trusted.values_list("pk")
    fetch(rows, users, posts, grants, drafts, ranks, trusts)
    owed: dict[int, list[str]] = {}
    for row in rows:
        owed.setdefault(row.matter_id, []).append(row.title)
    matters = Matter.objects.filter(pk__in={*columns, *owed}).defer("facts").order_by("kind", "pk")
    return Held(
        tasks=tuple(
            Task(row, tuple(owed.get(row.pk, ())), tuple(sorted(columns.get(row.pk, ())))) for row in matters
        ),
        posts=tuple(posts),
        grants=tuple(grants),
        users=tuple(users),
        drafts=len(drafts),
        blocking=_blocking(leads=bool(ranks), trusted=bool(trusts)),
    )


def _blocking(*, leads: bool, trusted: bool) -> tuple[str, ...]:
    """What nobody can take over, because it was given to this person alone."""
    found = []
    if leads:
        found.append("在领导名单中，分工、协助和AB角要先在“领导和分工”里调整")
    if trusted:
        found.append("有效的授权或委托只给本人，要先收回")
    return tuple(found)


@transaction.atomic
def hand_over(
    *,
    person: Person,
    to: Person,
    day: dt.date,
    seen: str,
    actor: Actor,
    at: dt.datetime,
    with_grants: bool = False,
) -> Held:
    """Let somebody take over all that a leaver holds; posts begin and end on `day`, the accounts close at once.

    to: takes the duties, the roles in matters, and posts such as liaison officer; leading posts end and are filled by
    appointment. with_grants: roles of the accounts too, for who may grant them. seen: digest of the list that was shown.
    Errors: NotAllowed; Incomplete naming the field; WrongState (changed meanwhile, something nobody can take over, …).
    """
    require(may_edit_roster(actor, person.body), "办理离任交接")
    if to.pk == person.pk or not to.active:
        raise Incomplete("接办人须是另一位在岗人员", field="to")
    lock_row(person)
    held = held_by(person, day=day)
    if held.digest != seen:
        raise WrongState("打开页面之后又有变动", mend="请核对新的清单后再确认")
    if held.blocking:
        raise WrongState(f"{person.name}{held.blocking[0]}", mend="办好后再交接")
    for task in held.tasks:
        _give(task, person, to, actor, at)
    _posts(held, to, day, actor, at)
    if with_grants:
        _grants(held, to, day, actor, at)
    services.person_leave(person=person, actor=actor, at=at)
    note(
        body=person.body, kind="person_handed_over", actor=actor, at=at,
        data={
            "person": person.pk, "from": person.name, "to": to.name, "successor": to.pk, "since": day.isoformat(),
            "matters": len(held.tasks), "posts": len(held.posts), "grants": len(held.grants) if with_grants else 0,
        },
    )  # fmt: skip
    return held


def _give(task: Task, person: Person, to: Person, actor: Actor, at: dt.datetime) -> None:
    for label, name in task.columns:
        model: Any = apps.get_model(label)
        with door():
            model._default_manager.filter(pk=task.matter.pk, **{name: person}).update(**{name: to})
    ledger.person_replace(
        matter=task.matter.pk,
        before=person.pk,
        to=to.pk,
        from_name=person.name,
        to_name=to.name,
        actor=actor,
        at=at,
    )


def _posts(held: Held, to: Person, day: dt.date, actor: Actor, at: dt.datetime) -> None:
    for post in held.posts:
        if post.kind in LIVING_ON:
            has = Post.objects.filter(person=to, body=post.body, kind=post.kind).exclude(until__lte=day)
            if not has.exists():
                services.post_start(
                    person=to, body=post.body, kind=post.kind, title=post.title, since=max(day, post.since),
                    full_time=post.full_time, actor=actor, at=at,
                )  # fmt: skip
        if post.until is None:
            services.post_end(post=post, until=max(day, post.since), actor=actor, at=at)


def _grants(held: Held, to: Person, day: dt.date, actor: Actor, at: dt.datetime) -> None:
    require(may_manage_accounts(actor), "移交账号授权", mend="请系统管理员办理，或不勾选移交授权")
    user = to.users.filter(is_active=True).first()
    if user is None and held.grants:
        raise Incomplete(f"{to.name}没有可用账号", mend="请先为其开立账号，或不勾选移交授权", field="to")
    for grant in held.grants:
        if user is not None:
            services.grant_move(grant=grant, user=user, day=day, actor=actor, at=at)
