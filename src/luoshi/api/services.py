"""Issuing and revoking tokens, and keeping answers for those who send twice."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from luoshi.api.models import Answered, Token
from luoshi.api.problems import Problem
from luoshi.api.scopes import SCOPES
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState, require
from luoshi.ledger.inputs import line
from luoshi.ledger.keeping import Records, removal
from luoshi.ledger.models import door
from luoshi.ledger.rules import current
from luoshi.organisation.models import Body, User
from luoshi.organisation.policies import may_block_accounts, may_grant_roles
from luoshi.organisation.selectors import bodies_acting_for, local_day
from luoshi.organisation.services.journal import note

MARK = "luoshi_"
LEAD = 12
LONGEST = timedelta(days=366)
MEND = "请联系安全管理员"


def token_digest(secret: str) -> str:
    """The digest under which a token is kept. The secret is 256 random bits, so that one plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def token_issue(
    *,
    user: User,
    body: Body,
    name: str,
    scopes: Iterable[str],
    until: date,
    actor: Actor,
    at: datetime,
) -> tuple[Token, str]:
    """Issue a token for an account acting for a body; returns it with its secret, which nobody can read again.

    until: the last day on which it holds, a year ahead at most. The event stands in the body's history.
    Errors: NotAllowed; Incomplete (name, scopes, until, body); WrongState (the account is blocked).
    """
    require(may_grant_roles(actor), "签发接口令牌", mend=MEND)
    purpose = line(name, field="name", label="用途", longest=60)
    wanted = [code for code in SCOPES if code in set(scopes)]
    if not wanted:
        raise Incomplete("请至少选择一项范围", field="scopes")
    ends = datetime.combine(until + timedelta(days=1), datetime.min.time(), current().worktime.tz)
    if not at < ends <= at + LONGEST:
        raise Incomplete("有效期从今天起，最长一年", field="until")
    if not user.is_active:
        raise WrongState(f"账号{user.username}已停用", mend="请选择启用的账号")
    if body not in bodies_acting_for(user, local_day(at)):
        raise Incomplete(f"账号{user.username}在{body.short_name}没有角色", mend="请先授予角色", field="body")
    secret = MARK + secrets.token_urlsafe(32)
    with door():
        token: Token = Token.objects.create(
            user=user,
            body=body,
            name=purpose,
            lead=secret[:LEAD],
            digest=token_digest(secret),
            scopes=wanted,
            issued_at=at,
            issued_by=actor.name,
            expires_at=ends,
        )
    data = {
        "token": token.pk,
        "user": user.username,
        "name": purpose,
        "scopes": wanted,
        "until": until.isoformat(),
    }
    note(body=body, kind="token_issued", actor=actor, at=at, data=data)
    return token, secret


@transaction.atomic
def token_revoke(*, token: Token, actor: Actor, at: datetime) -> Token:
    """Revoke a token: from now on it opens nothing. Errors: NotAllowed; WrongState (revoked already)."""
    require(may_block_accounts(actor), "吊销接口令牌", mend=MEND)
    row: Token = Token.objects.select_for_update(of=("self",)).select_related("user", "body").get(pk=token.pk)
    if row.revoked_at is not None:
        raise WrongState(f"令牌“{row.name}”已由{row.revoked_by}吊销", mend="请刷新页面")
    with door():
        row.revoked_at, row.revoked_by = at, actor.name
        row.save(update_fields=["revoked_at", "revoked_by"])
    data = {"token": row.pk, "user": row.user.username, "name": row.name}
    note(body=row.body, kind="token_revoked", actor=actor, at=at, data=data)
    return row


@transaction.atomic
def answered_once(
    *, token: Token, key: str, sent: str, at: datetime, create: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Create what `create` creates, once for each key of a token; returns the answer and whether it is a repeated one.

    sent: what was sent. Of two at the same time the second waits for the first. What is refused leaves the key free.
    Errors: Problem 422 where the key came with something else before.
    """
    digest = hashlib.sha256(sent.encode()).hexdigest()
    with door():
        row, fresh = Answered.objects.get_or_create(
            token=token, key=key, defaults={"digest": digest, "at": at}
        )
    if not fresh:
        if row.digest != digest:
            raise Problem(
                422,
                "key-reused",
                "这个幂等键已用于内容不同的请求",
                where="Idempotency-Key",
                mend="请为每次新的登记另取一个键",
            )
        return dict(row.answer), True
    answer = create()
    with door():
        row.answer = answer
        row.save(update_fields=["answer"])
    return answer, False


def _answers_due(before: datetime) -> QuerySet[Answered]:
    return Answered.objects.filter(at__lt=before)


ANSWERS = Records(
    code="api.answer",
    label="接口重发凭据",
    what="幂等键和当时的答复；登记的诉求不受影响",
    since="登记",
    due=_answers_due,
    begins="at",
    erase=removal(Answered),
)
