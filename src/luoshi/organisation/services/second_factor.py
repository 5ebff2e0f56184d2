"""The second factor: set up with a telephone, asked at log-in, given up by its holder or reset by the security officer.

Codes are those of RFC 6238 (six digits, thirty seconds, SHA-1, as all common apps have them). A code counts in its own
thirty seconds and those beside them, and once. Five wrong ones in a row close the second step for fifteen minutes.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.crypto import constant_time_compare

from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.services import access_record
from luoshi.organisation.models import RecoveryCode, SecondFactor, User, UserSession
from luoshi.organisation.policies import may_grant_roles, require, second_factor_required
from luoshi.organisation.services.accounts import account_note, refuse_own
from luoshi.organisation.services.checks import lock_row
from luoshi.organisation.sessions import sessions_end

DIGITS: Final = 6
STEP: Final = 30
SECRET_BYTES: Final = 20
CODES: Final = 10
CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 12  # two letters find the code, ten are the secret
WRONG = "动态口令不正确"
CLOSED = "不正确的次数太多，请稍后再试"


@transaction.atomic
def second_factor_begin(*, user: User, password: str, actor: Actor, at: dt.datetime) -> SecondFactor:
    """Draw a new secret for one's own account, which holds once a code of it was given.

    Errors: NotAllowed (someone else's); WrongState (in use already); Incomplete (password).
    """
    user = _own(user, actor)
    _password(user, password)
    if user.second_factor_at is not None:
        raise WrongState("两步验证已启用", mend="换手机时先停用，再重新设置")
    factor = SecondFactor(
        user=user, secret=base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode(), begun_at=at
    )
    factor.save()
    return factor


@transaction.atomic
def second_factor_confirm(*, user: User, code: str, actor: Actor, at: dt.datetime) -> list[str]:
    """Put the second factor to use after a right code; returns the recovery codes, to be shown this once.

    Errors: NotAllowed; WrongState (nothing begun, in use already); Incomplete (wrong code).
    """
    user = _own(user, actor)
    factor = _locked(user)
    if factor is None:
        raise WrongState("还没有开始设置两步验证", mend="请从“我的账号”重新开始")
    if factor.confirmed_at is not None:
        raise WrongState("两步验证已启用", mend="换手机时先停用，再重新设置")
    step = _step_of(factor, code, at)
    if step is None:
        raise Incomplete(f"{WRONG}，请核对手机时间后输入当前显示的6位数字", field="code")
    factor.last_step, factor.confirmed_at = step, at
    factor.save()
    user.second_factor_at = at
    user.save(update_fields=["second_factor_at"])
    account_note(user, "second_factor_enrolled", actor, at)
    return _new_codes(factor)


def second_factor_check(*, user: User, code: str, at: dt.datetime) -> str:
    """Whether a code at log-in is right: "" for yes, else what to tell; a wrong one is counted and kept in the access log.

    A recovery code does as well, once.
    """
    said = _check(user, code, at)
    if said:
        actor = Actor(kind=ActorKind.USER, name=user.username, user_id=user.pk)
        access_record(actor=actor, what="second_factor", allowed=False, at=at, reason=said)
    return said


@transaction.atomic
def _check(user: User, code: str, at: dt.datetime) -> str:
    factor = _locked(user)
    if factor is None or factor.confirmed_at is None or factor.locked_at(at):
        return CLOSED
    step = _step_of(factor, code, at)
    if step is None and not _use_recovery_code(factor, code, at):
        factor.failures += 1
        if factor.failures >= settings.LOCKOUT_FAILURES:
            factor.failures, factor.locked_until = 0, at + dt.timedelta(minutes=settings.LOCKOUT_MINUTES)
        factor.save(update_fields=["failures", "locked_until"])
        return WRONG
    factor.failures, factor.locked_until = 0, None
    factor.last_step = step or factor.last_step
    factor.save(update_fields=["failures", "locked_until", "last_step"])
    return ""


def recovery_codes_renew(*, user: User, code: str, actor: Actor, at: dt.datetime) -> list[str]:
    """New recovery codes for one's own account; those before are void. Errors: NotAllowed, WrongState, Incomplete."""
    _prove(user, code, actor, at)
    with transaction.atomic():
        user = _own(user, actor)
        account_note(user, "recovery_codes_made", actor, at)
        return _new_codes(SecondFactor.objects.get(user=user))


def second_factor_end(*, user: User, code: str, actor: Actor, at: dt.datetime) -> None:
    """Give the second factor of one's own account up, knowing a code of it.

    Errors: NotAllowed (someone else's); WrongState (not in use, or required by a role); Incomplete (wrong code).
    """
    if second_factor_required(user, actor):
        raise WrongState("您的角色须使用两步验证，不能停用", mend="更换手机的，请安全管理员解除后重新设置")
    _prove(user, code, actor, at)
    with transaction.atomic():
        user = _own(user, actor)
        _forget(user)
        account_note(user, "second_factor_ended", actor, at)


@transaction.atomic
def second_factor_reset(*, user: User, actor: Actor, at: dt.datetime) -> None:
    """Take the second factor of somebody who lost the telephone away; all log-ins of the account end.

    For the security officer: who gives passwords cannot open an account alone.
    Errors: NotAllowed; WrongState (not in use).
    """
    require(may_grant_roles(actor), "解除两步验证")
    refuse_own(user, actor, "解除两步验证")
    user = lock_row(user)
    if user.second_factor_at is None:
        raise WrongState(f"账号{user.username}没有启用两步验证", mend="请刷新页面")
    _forget(user)
    sessions_end(user=user, reason=UserSession.Ended.REVOKED, at=at)
    account_note(user, "second_factor_reset", actor, at)


def otpauth_url(factor: SecondFactor) -> str:
    """What the QR code says to the telephone's app."""
    return _totp(factor).get_provisioning_uri(factor.user.username, settings.SITE_NAME)


def _totp(factor: SecondFactor) -> TOTP:
    return TOTP(base64.b32decode(factor.secret), DIGITS, SHA1(), STEP)  # noqa: S303 - the standard's, within an HMAC


def _step_of(factor: SecondFactor, code: str, at: dt.datetime) -> int | None:
    """The thirty seconds to which a right code that was not used yet belongs; None for a wrong one."""
    given = "".join(code.split())
    totp, now = _totp(factor), int(at.timestamp()) // STEP
    right = [
        step
        for step in (now - 1, now, now + 1)
        if constant_time_compare(totp.generate(step * STEP).decode(), given)
    ]
    return next((step for step in right if step > factor.last_step), None)


def _use_recovery_code(factor: SecondFactor, code: str, at: dt.datetime) -> bool:
    given = "".join(sign for sign in code.upper() if sign.isalnum())
    if len(given) != CODE_LENGTH:
        return False
    row = RecoveryCode.objects.filter(factor=factor, selector=given[:2], used_at__isnull=True).first()
    if row is None or not check_password(given[2:], row.hash):
        return False
    row.used_at = at
    row.save(update_fields=["used_at"])
    user = factor.user
    actor = Actor(kind=ActorKind.USER, name=user.person.name, user_id=user.pk, person_id=user.person_id)
    account_note(user, "recovery_code_used", actor, at)
    return True


def _new_codes(factor: SecondFactor) -> list[str]:
    """Make the codes anew; shown as ABCD-EFGH-JKLM."""
    for old in RecoveryCode.objects.filter(factor=factor):
        old.delete()
    made: dict[str, str] = {}
    while len(made) < CODES:
        text = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        made.setdefault(text[:2], text)
    for selector, text in made.items():
        RecoveryCode(factor=factor, selector=selector, hash=make_password(text[2:])).save()
    return [f"{text[:4]}-{text[4:8]}-{text[8:]}" for text in made.values()]


def _own(user: User, actor: Actor) -> User:
    if actor.user_id != user.pk:
        raise NotAllowed("只能设置本人账号的两步验证")
    return lock_row(user)


def _password(user: User, password: str) -> None:
    if not user.check_password(password):
        raise Incomplete("密码不正确", field="password")


def _locked(user: User) -> SecondFactor | None:
    return SecondFactor.objects.select_for_update().filter(user=user).first()


def _prove(user: User, code: str, actor: Actor, at: dt.datetime) -> None:
    """A right code of one's own factor. In a transaction of its own: a wrong one stays counted."""
    if actor.user_id != user.pk:
        raise NotAllowed("只能设置本人账号的两步验证")
    if user.second_factor_at is None:
        raise WrongState("还没有启用两步验证", mend="请刷新页面")
    said = second_factor_check(user=user, code=code, at=at)
    if said:
        raise Incomplete(said, field="code")


def _forget(user: User) -> None:
    for factor in SecondFactor.objects.filter(user=user):
        factor.delete()
    user.second_factor_at = None
    user.save(update_fields=["second_factor_at"])
