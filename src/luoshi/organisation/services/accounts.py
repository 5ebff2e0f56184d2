"""Accounts: opened for a person, granted roles for a body, locked, given a new password."""

from __future__ import annotations

import datetime as dt
import re
import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.organisation.models import Body, Grant, Person, Role, User, UserSession
from luoshi.organisation.policies import (
    may_block_accounts,
    may_grant_roles,
    may_manage_accounts,
    require,
)
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services.blocking import block
from luoshi.organisation.services.checks import in_order, lock_body, lock_row, overlaps
from luoshi.organisation.services.journal import note
from luoshi.organisation.sessions import sessions_end

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")


@transaction.atomic
def user_create(
    *,
    username: str,
    person: Person,
    actor: Actor,
    at: dt.datetime,
    password: str = "",
    password_hash: str = "",
    is_demo: bool = False,
    must_change_password: bool = True,
) -> User:
    """Open an account for a person. Without grants it may do nothing yet.

    `password` is checked against the validators; `password_hash` instead takes a ready hash (trial data).
    Errors: NotAllowed; Incomplete naming the field; WrongState (person has left).
    """
    require(may_manage_accounts(actor), "开立账号")
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Incomplete("用户名以小写字母开头，只含小写字母、数字和 . _ -，2至60位", field="username")
    if User.objects.filter(username=username).exists():
        raise Incomplete(f"用户名{username}已被使用", field="username")
    if not person.active:
        raise WrongState(f"{person.name}已离岗", mend="请选择在岗人员")
    user = User(
        username=username,
        person=person,
        is_demo=is_demo,
        created_at=at,
        password_changed_at=at,
        must_change_password=must_change_password,
    )
    user.password = password_hash or _checked_hash(password, user)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # two administrators at once
        raise Incomplete(f"用户名{username}已被使用", field="username") from error
    account_note(user, "user_created", actor, at, demo=is_demo)
    return user


@transaction.atomic
def user_lock(*, user: User, actor: Actor, at: dt.datetime, reason: str) -> User:
    """Block an account until someone opens it again; its sessions end at once. Nobody blocks their own.

    Errors: NotAllowed; Incomplete (no reason); WrongState (blocked already).
    """
    require(may_block_accounts(actor), "停用账号")
    refuse_own(user, actor, "停用")
    user = lock_row(user)
    if not reason.strip():
        raise Incomplete("请填写停用原因", field="reason")
    if not user.is_active:
        raise WrongState(f"账号{user.username}已停用", mend="请刷新页面")
    block(user=user, by=actor.user_id, at=at)
    account_note(user, "user_locked", actor, at, reason=reason.strip()[:200])
    return user


@transaction.atomic
def user_unlock(*, user: User, actor: Actor, at: dt.datetime) -> User:
    """Open a blocked account, or one closed after failed log-ins, again.

    Errors: NotAllowed; WrongState (neither blocked nor closed).
    """
    require(may_block_accounts(actor), "恢复账号")
    refuse_own(user, actor, "恢复")
    user = lock_row(user)
    if user.is_active and not user.locked_at(at):
        raise WrongState(f"账号{user.username}未被停用或锁定", mend="请刷新页面")
    user.is_active = True
    user.blocked_at = user.blocked_by = user.locked_until = None
    user.failed_logins = 0
    user.save()
    account_note(user, "user_unlocked", actor, at)
    return user


@transaction.atomic
def password_change(
    *, user: User, old: str, new: str, at: dt.datetime, actor: Actor, keep_session: int | None = None
) -> User:
    """Change one's own password, knowing the old one; all other sessions end (`keep_session` stays).

    Errors: NotAllowed (someone else's); Incomplete naming the field.
    """
    if actor.user_id != user.pk:
        raise NotAllowed("只能修改本人的密码")
    user = lock_row(user)
    if not user.check_password(old):
        raise Incomplete("原密码不正确", field="old")
    if old == new:
        raise Incomplete("新密码不得与原密码相同", field="new")
    user.password = _checked_hash(new, user, field="new")
    user.password_changed_at = at
    user.must_change_password = False
    user.save()
    sessions_end(user=user, reason=UserSession.Ended.REVOKED, at=at, keep=keep_session)
    account_note(user, "password_changed", actor, at)
    return user


@transaction.atomic
def password_reset(*, user: User, password: str, actor: Actor, at: dt.datetime) -> User:
    """Give somebody else a first password again, which they must change at the next log-in; sessions end.

    Errors: NotAllowed; Incomplete (too weak).
    """
    require(may_manage_accounts(actor), "重置密码")
    refuse_own(user, actor, "重置")
    user = lock_row(user)
    user.password = _checked_hash(password, user)
    user.password_changed_at = at
    user.must_change_password = True
    user.failed_logins = 0
    user.locked_until = None
    user.save()
    sessions_end(user=user, reason=UserSession.Ended.REVOKED, at=at)
    account_note(user, "password_reset", actor, at)
    return user


@transaction.atomic
def password_issue(*, user: User, actor: Actor, at: dt.datetime) -> str:
    """Give somebody else a password made up here, to be shown once and changed at the next log-in; sessions end.

    Twelve letters and digits without those that look alike. Errors: NotAllowed.
    """
    while True:
        made = "".join(secrets.choice(READABLE) for _ in range(12))
        if any(sign.isdigit() for sign in made) and any(sign.isalpha() for sign in made):
            break
    password_reset(user=user, password=made, actor=actor, at=at)
    return made


@transaction.atomic
def sessions_revoke(*, user: User, actor: Actor, at: dt.datetime) -> int:
    """End all log-ins of somebody else, who may log in again; returns how many ended.

    Errors: NotAllowed; WrongState (not logged in anywhere).
    """
    require(may_block_accounts(actor), "结束登录")
    refuse_own(user, actor, "结束登录")
    user = lock_row(user)
    ended = sessions_end(user=user, reason=UserSession.Ended.REVOKED, at=at)
    if not ended:
        raise WrongState(f"账号{user.username}现在没有登录", mend="请刷新页面")
    account_note(user, "sessions_ended", actor, at, ended=ended)
    return ended


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    body: Body,
    since: dt.date,
    actor: Actor,
    at: dt.datetime,
    until: dt.date | None = None,
) -> Grant:
    """Let a user hold a role for a body from `since` until, but not on, `until`.

    By the security officer: who opens accounts gives them no powers. The roles of administrator, security officer and
    auditor are each held alone, by one person not in two accounts either, and nobody grants a role to themselves.
    Errors: NotAllowed; WrongState (blocked, held already, not together with another role); Incomplete.
    """
    require(may_grant_roles(actor), "授权")
    refuse_own(user, actor, "授权")
    return _grant(user=user, role=role, body=body, since=since, until=until, actor=actor, at=at)


@transaction.atomic
def grant_move(*, grant: Grant, user: User, day: dt.date, actor: Actor, at: dt.datetime) -> None:
    """Let a successor hold a leaver's role from `day` on, when the leaver's own ends; no new power comes into being.

    By the administrator or the security officer. The three administrators' roles are never handed over.
    Errors: NotAllowed; WrongState (as for granting).
    """
    require(may_manage_accounts(actor) or may_grant_roles(actor), "移交账号授权")
    refuse_own(user, actor, "授权")
    refuse_own(grant.user, actor, "收回授权")
    if grant.role.exclusive:
        raise NotAllowed(f"{grant.role.title}不随离任移交", mend="请安全管理员收回，另行授权")
    since = max(day, grant.since)
    held = Grant.objects.filter(user=user, role=grant.role, body=grant.body).exclude(until__lte=day)
    if not held.exists():
        _grant(
            user=user, role=grant.role, body=grant.body, since=since, until=grant.until, actor=actor, at=at
        )
    _revoke(grant=grant, until=since, actor=actor, at=at)


def _grant(
    *,
    user: User,
    role: Role,
    body: Body,
    since: dt.date,
    until: dt.date | None,
    actor: Actor,
    at: dt.datetime,
) -> Grant:
    body = lock_body(body)
    user = lock_row(user)
    if not user.is_active:
        raise WrongState(f"账号{user.username}已停用", mend="请先恢复账号")
    in_order(since, until)
    for held in Grant.objects.filter(user=user).select_related("role", "body"):
        if not overlaps((held.since, held.until), (since, until)):
            continue
        if held.role_id == role.pk and held.body_id == body.pk:
            raise WrongState(f"{user.username}在这段时间已是{body.name}的{role.title}")
        if held.role_id != role.pk and (held.role.exclusive or role.exclusive):
            raise WrongState(
                f"{role.title}不得与{held.role.title}由同一账号担任", mend="请先收回原有角色，或另开账号"
            )
    _apart(user, role, (since, until))
    grant = Grant(user=user, role=role, body=body, since=since, until=until)
    grant.save()
    account_note(user, "role_granted", actor, at, body=body, role=role.code, since=since.isoformat())
    return grant


@transaction.atomic
def revoke_role(*, grant: Grant, until: dt.date, actor: Actor, at: dt.datetime) -> Grant:
    """Take a role back: on `until` it is no longer held. With today's date it ends at once.

    Errors: NotAllowed; WrongState (ended already); Incomplete (before it began).
    """
    require(may_grant_roles(actor), "收回授权")
    refuse_own(grant.user, actor, "收回授权")
    return _revoke(grant=grant, until=until, actor=actor, at=at)


def _revoke(*, grant: Grant, until: dt.date, actor: Actor, at: dt.datetime) -> Grant:
    grant = lock_row(grant)
    if grant.until is not None and grant.until <= local_day(at):
        raise WrongState(f"这项授权已于{grant.until:%Y-%m-%d}结束", mend="请刷新页面")
    in_order(grant.since, until)
    grant.until = until
    grant.save()
    account_note(
        grant.user, "role_revoked", actor, at, body=grant.body, role=grant.role.code, until=until.isoformat()
    )
    return grant


def _apart(user: User, role: Role, period: tuple[dt.date, dt.date | None]) -> None:
    """The same person holds no two of the three administrators' roles, in whatever accounts (三员分立)."""
    if not role.exclusive:
        return
    others = Grant.objects.filter(user__person=user.person_id, role__exclusive=True).exclude(role=role)
    for held in others.select_related("role", "user"):
        if overlaps((held.since, held.until), period):
            raise WrongState(
                f"{user.person.name}已用账号{held.user.username}担任{held.role.title}，不得再任{role.title}",
                mend="系统管理员、安全管理员、审计员由不同的人担任",
            )


def refuse_own(user: User, actor: Actor, doing: str) -> None:
    """Nobody does this to an account of their own. Errors: NotAllowed."""
    if actor.user_id == user.pk:
        raise NotAllowed(f"不能对本人的账号办理{doing}", mend="请另一位管理员办理")


def _checked_hash(password: str, user: User, *, field: str = "password") -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Incomplete(
            "；".join(message.rstrip("。") for message in error.messages), field=field
        ) from error
    return make_password(password)


def account_note(
    user: User, kind: str, actor: Actor, at: dt.datetime, *, body: Body | None = None, **data: object
) -> None:
    """Account events stand in the history of the body concerned: the granted one, else the person's."""
    note(
        body=body or user.person.body,
        kind=kind,
        actor=actor,
        at=at,
        data={"user": user.pk, "username": user.username, **data},
    )
