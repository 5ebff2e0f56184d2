"""Everything that is refused or fails, in one format: application/problem+json (RFC 9457) in plain Chinese."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, Stale
from luoshi.ledger.services import access_record

MEDIA = "application/problem+json"
TITLES = {
    400: "请求无法识别", 401: "未通过身份验证", 403: "没有权限", 404: "没有找到", 405: "不支持这种方法", 409: "现在不能办理",
    412: "内容已有变动", 413: "内容过大", 415: "不支持这种格式", 422: "填写有误", 428: "缺少版本", 429: "请求过于频繁",
    500: "系统出错",
}  # fmt: skip
log = logging.getLogger(__name__)


class Problem(Exception):
    """A request is refused. code: what tells this kind apart; detail, where, mend: what is wrong, where, what to do."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        where: str = "",
        mend: str = "",
        cite: Iterable[str] = (),
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.where, self.mend, self.cite = where, mend, tuple(cite)
        self.errors, self.headers = [dict(one) for one in errors], dict(headers or {})


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as it is sent."""
    said = problem.detail if not problem.mend else f"{problem.detail}。{problem.mend}"
    body = {
        "type": f"urn:luoshi:problem:{problem.code}",
        "title": TITLES.get(problem.status, "请求未完成"),
        "status": problem.status,
        "detail": said,
        "instance": request.path,
        "where": problem.where,
        "mend": problem.mend,
        "cite": list(problem.cite),
        "errors": problem.errors,
    }
    found = JsonResponse(
        body,
        status=problem.status,
        content_type=MEDIA,
        headers=problem.headers,
        json_dumps_params={"ensure_ascii": False},
    )
    return found


def from_refusal(refusal: Refusal) -> Problem:
    """A service's refusal, told by its kind: 403, 409, 412 or 422."""
    code = "refused"
    status = refusal.status
    if isinstance(refusal, Stale):
        status, code = 412, "stale"
    elif isinstance(refusal, Incomplete):
        code = "incomplete"
    elif isinstance(refusal, NotAllowed):
        code = "not-allowed"
    errors = [{"where": refusal.field, "what": refusal.message}] if refusal.field else []
    return Problem(
        status,
        code,
        refusal.message,
        where=refusal.field,
        mend=refusal.mend,
        cite=refusal.cite,
        errors=errors,
    )


WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "string_unicode": "含有不能识别的字符",
    "string_too_short": "不能少于{min_length}个字",
    "string_too_long": "不能超过{max_length}个字",
    "string_pattern_mismatch": "格式不对，或含有不能识别的字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "too_short": "不能少于{min_length}项",
    "too_long": "不能超过{max_length}项",
    "literal_error": "只能是{expected}之一",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "timezone_aware": "时间须带时区，如2026-01-05T09:00:00+08:00",
    "model_attributes_type": "应为一个JSON对象",
    "model_type": "应为一个JSON对象",
    "dict_type": "应为一个JSON对象",
}


def _said(error: Mapping[str, Any]) -> dict[str, str]:
    """One thing that a schema refuses, in words. Its place is written with dots, without what only ninja knows."""
    kind, place = str(error.get("type", "")), [str(part) for part in error.get("loc", ())]
    if place[:1] == ["body"]:
        place = [place[0], *place[2:]]
    words = WORDS.get(kind, "填写不正确")
    if kind.startswith(("datetime", "date_")):
        words = "时间写法不对，应如2026-01-05T09:00:00+08:00"
    return {"where": ".".join(place), "what": words.format_map({"expected": "", **error.get("ctx", {})})}


def from_schema(error: ValidationError) -> Problem:
    """What a schema refuses: everything at once, the first in the sentence."""
    errors = [_said(one) for one in error.errors]
    first = errors[0] if errors else {"where": "", "what": "填写不正确"}
    more = f"（共{len(errors)}处）" if len(errors) > 1 else ""
    return Problem(
        422,
        "invalid",
        f"{first['where']}：{first['what']}{more}",
        where=first["where"],
        mend="请按接口说明改正后重新提交",
        errors=errors,
    )


def note_refusal(request: HttpRequest, what: str) -> None:
    """Keep a refused attempt in the access log, as the pages do."""
    access_record(
        actor=request.actor,  # type: ignore[attr-defined]
        what=what,
        allowed=False,
        at=timezone.now(),
        path=request.path,
        reason="没有权限",
    )


def problem_of(request: HttpRequest, error: Exception) -> Problem:
    """What an exception means to the caller; what nobody foresaw is logged and told as 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refusal):
        return from_refusal(error)
    if isinstance(error, ValidationError):
        return from_schema(error)
    if isinstance(error, Http404):
        return Problem(404, "not-found", str(error) or "没有这一条", mend="请核对地址和编号")
    if isinstance(error, UnknownRule):
        return Problem(409, "no-rule", "规则书没有适用于这一天的规定", mend="请联系规则编辑")
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "too-large", "请求内容过大", mend="请缩短后重新提交")
    if isinstance(error, HttpError):
        if isinstance(error.__cause__, Problem):
            return error.__cause__
        return Problem(error.status_code, "unreadable", "请求无法识别", mend="请按接口说明提交")
    log.error("API %s %s failed", request.method, request.path, exc_info=error)
    return Problem(500, "failed", "系统出错，已记录", mend="请稍后再试；仍不成功的，请联系系统管理员")


def register(api: NinjaAPI) -> None:
    """Let the interface answer every exception by a problem."""

    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        if isinstance(error, NotAllowed):
            note_refusal(request, request.resolver_match.view_name if request.resolver_match else "")
        return answer(request, problem_of(request, error))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, handle)
