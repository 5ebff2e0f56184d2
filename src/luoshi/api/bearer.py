"""Who calls: a token, checked before anything that was sent is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from luoshi.api.models import Token
from luoshi.api.problems import WORDS, Problem, note_refusal
from luoshi.api.scopes import SCOPES
from luoshi.api.services import token_digest
from luoshi.hotline.services import throttle
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import door
from luoshi.ledger.prepared import first_of, prepared
from luoshi.organisation.access import Need, allows, confine
from luoshi.organisation.selectors import actor_for
from luoshi.organisation.visitors import address_of

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="luoshi"'}
RETRY = {"Retry-After": "600"}
OFTEN = timedelta(minutes=1)
STRANGERS = 60
"""How many wrong tokens an address may try in ten minutes."""
_VERSION = re.compile(r'"([0-9]{1,9})"')
_KEY = re.compile(r"[\x21-\x7e]{1,80}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, when, and with which version of the thing in hand or key of a creation."""

    token: Token
    actor: Actor
    at: datetime
    version: int | None = None
    key: str = ""


class Bearer(HttpBearer):
    """Lets an operation's callers in: a live token, its scope, the need of the operation, and the header it asks for."""

    def __init__(
        self,
        *,
        id: str,
        need: Need,
        scope: str,
        versioned: bool = False,
        keyed: bool = False,
        file: bool = False,
        asked: frozenset[str] = frozenset(),
    ) -> None:
        """asked: what may stand in the query of the address."""
        super().__init__()
        self.asked = asked
        self.id, self.need, self.scope, self.versioned, self.keyed = id, need, scope, versioned, keyed
        self.kind = "multipart/form-data" if file else "application/json"

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Errors: Problem 400, 401, 403, 415, 428, 429."""
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise Problem(401, "no-token", "没有出示接口令牌", where="Authorization",
                          mend="请在请求头里写 Authorization: Bearer 令牌", headers=CHALLENGE)  # fmt: skip
        caller = self.authenticate(request, secret.strip())
        request.actor = caller.actor  # type: ignore[attr-defined]
        self._permit(request, caller)
        confine(request, caller.actor)
        _readable(request, self.kind)
        _known(request, self.asked)
        if self.versioned:
            caller = replace(caller, version=_version(request))
        if self.keyed:
            caller = replace(caller, key=_key(request))
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The holder of a token that is live now. Errors: Problem 401, 429."""
        now = timezone.now()
        found = first_of(_tokens(token_digest(token)))
        if found is None:
            if throttle(what="api-stranger", whose=address_of(request), limit=STRANGERS, at=now):
                raise _too_often()
            raise _refused("令牌不正确")
        if throttle(what="api", whose=str(found.pk), limit=settings.API_CALLS, at=now):
            raise _too_often()
        state = found.state_at(now)
        if state != "live":
            raise _refused("令牌已吊销" if state == "revoked" else "令牌已过有效期")
        if not found.user.is_active:
            raise _refused("令牌所属账号已停用")
        actor = actor_for(user=found.user, body_id=found.body_id, at=now)
        if actor.body_id != found.body_id:
            raise _refused(f"令牌所属账号在{found.body.short_name}已没有角色")
        if found.used_at is None or now - found.used_at >= OFTEN:
            with door():
                Token.objects.filter(pk=found.pk).update(used_at=now)
        return Caller(found, actor, now)

    def _permit(self, request: HttpRequest, caller: Caller) -> None:
        if not allows(self.need, caller.actor, signed_in=True):
            note_refusal(request, self.id)
            raise Problem(
                403, "not-allowed", "令牌所属账号没有办理这一事项的权限", mend="请改用有权限的账号的令牌"
            )
        if self.scope not in caller.token.scopes:
            note_refusal(request, self.id)
            raise Problem(
                403, "out-of-scope", f"令牌的范围不含“{SCOPES[self.scope]}”", mend="请联系安全管理员另行签发"
            )


@prepared
def _tokens(digest: str) -> QuerySet[Token]:
    return Token.objects.select_related("user__person", "body").filter(digest=digest)


def _refused(why: str) -> Problem:
    return Problem(
        401, "bad-token", why, where="Authorization", mend="请联系安全管理员签发新的令牌", headers=CHALLENGE
    )


def _too_often() -> Problem:
    return Problem(429, "too-often", "请求过于频繁", mend="请十分钟后再试", headers=RETRY)


def _known(request: HttpRequest, names: frozenset[str]) -> None:
    """Refuse what no operation asks for in its query: a filter with a slip in its name would filter nothing, unseen."""
    strange = [name for name in request.GET if name not in names]
    if strange:
        raise Problem(
            422,
            "invalid",
            "地址中有这一接口没有的参数",
            where=f"query.{strange[0]}",
            mend=f"可用的参数：{'、'.join(sorted(names))}" if names else "这一接口不带参数",
            errors=[{"where": f"query.{name}", "what": WORDS["extra_forbidden"]} for name in strange],
        )


def _readable(request: HttpRequest, kind: str) -> None:
    """Refuse what is not of the kind that the operation takes, and addresses with a character that the database cannot hold."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length != "0" and request.method != "GET" and request.content_type != kind:
        raise Problem(
            415,
            "not-json",
            "请求内容须为JSON" if kind == "application/json" else "请求内容须为表单文件",
            where="Content-Type",
            mend=f"请写 Content-Type: {kind}",
        )
    if any("\x00" in one for values in request.GET.lists() for one in (values[0], *values[1])):
        raise Problem(400, "unreadable", "地址中有不能识别的字符", where="query", mend="请去掉控制字符")


def _version(request: HttpRequest) -> int:
    given = request.headers.get("If-Match", "")
    if not given:
        raise Problem(428, "no-version", "没有写明所依据的版本", where="If-Match",
                      mend="请先读取，再把读到的 ETag 写进 If-Match")  # fmt: skip
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        raise Problem(
            400, "bad-version", "版本写法不对", where="If-Match", mend='请照抄读到的 ETag，例如 "7"'
        )
    return int(found[1])


def _key(request: HttpRequest) -> str:
    given = request.headers.get("Idempotency-Key", "").strip()
    if not given:
        raise Problem(400, "no-key", "没有写明幂等键", where="Idempotency-Key",
                      mend="请为每次登记取一个不重复的键（如UUID）；重发时用同一个键")  # fmt: skip
    if _KEY.fullmatch(given) is None:
        raise Problem(
            400,
            "bad-key",
            "幂等键只能是80个以内的字母、数字和符号",
            where="Idempotency-Key",
            mend="请改用UUID",
        )
    return given


def caller_of(request: Any) -> Caller:
    """The caller of an operation."""
    found: Caller = request.auth
    return found
