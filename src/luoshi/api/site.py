"""The interface put together: its addresses, its OpenAPI, its own way of reading what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.parser import Parser

from luoshi import __version__
from luoshi.api import problems
from luoshi.api.endpoints import dispatch_steps, dispatches, files, reading, request_steps, requests
from luoshi.api.operations import OPERATIONS
from luoshi.api.problems import MEDIA, Problem
from luoshi.organisation.access import FUNCTIONS, INTERFACE, PUBLIC, page, policy

PREFIX = "api/v1"
ABOUT = "12345热线和考核的接口。凭令牌使用，权限与令牌所属账号在页面上的权限相同。说明见 docs/api.md。"
DEEPEST = 30


class StrictParser(Parser):
    """Reads JSON as RFC 8259 has it: no NaN, no depth that exhausts the stack."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What was sent. Errors: Problem 400."""
        try:
            found = json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            place = (
                f"第{error.lineno}行第{error.colno}字" if isinstance(error, json.JSONDecodeError) else "body"
            )
            raise Problem(
                400, "not-json", "请求内容不是正确的JSON", where=place, mend="请检查引号、括号和编码（UTF-8）"
            ) from None
        return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


api = NinjaAPI(
    title="落实接口",
    version=__version__,
    description=ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="luoshi-api",
    parser=StrictParser(),
)
problems.register(api)
for part in (reading, requests, request_steps, dispatches, dispatch_steps, files):
    api.add_router("", part.router)

IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True, "description": "所依据的版本：读到的 ETag",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'}, "example": '"7"',
}  # fmt: skip
KEY = {
    "name": "Idempotency-Key", "in": "header", "required": True, "description": "每次登记取一个不重复的键；重发用同一个",
    "schema": {"type": "string", "pattern": "^[!-~]{1,80}$"}, "example": "3f0c9a56-6f5b-4a3e-9d6e-1f2a3b4c5d6e",
}  # fmt: skip
ETAG = {"ETag": {"description": "版本", "schema": {"type": "string"}}}


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document: ninja's, with the headers that operations want and the format of refusals."""
    found = dict(api.get_openapi_schema(path_prefix=f"{PREFIX}/"))
    for methods in found["paths"].values():
        for told in methods.values():
            one = OPERATIONS[told["operationId"]]
            if one.versioned:
                told["parameters"].append(IF_MATCH)
            if one.keyed:
                told["parameters"].append(KEY)
            told["x-scope"] = one.scope
            told["x-need"] = [one.need] if isinstance(one.need, str) else list(one.need)
            for status, answer in told["responses"].items():
                if int(status) >= 400:
                    answer["content"] = {MEDIA: answer["content"]["application/json"]}
                elif one.binary:
                    answer["content"] = {
                        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                    }
                elif one.versioned or one.keyed:
                    answer["headers"] = ETAG
    return found


def openapi_page(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as JSON."""
    if request.method not in ("GET", "HEAD"):
        return _not_allowed(request, "GET, HEAD")
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that the interface does not have."""
    return problems.answer(
        request, Problem(404, "not-found", "没有这个接口地址", where="path", mend="见 /api/v1/openapi.json")
    )


def _not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    found = Problem(405, "not-allowed-here", f"这个地址不支持{request.method}", where="method",
                    mend=f"可用：{allowed}", headers={"Allow": allowed})  # fmt: skip
    return problems.answer(request, found)


def _in_one_format(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A method that an address does not take is refused like everything else."""

    def seen(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        if response.status_code == 405 and "Allow" in response:
            return _not_allowed(request, response["Allow"])
        return response

    seen.csrf_exempt = True  # type: ignore[attr-defined]  # a token, never a cookie, signs in here
    return seen


def addresses() -> list[URLPattern]:
    """The addresses of the interface, each with its policy: whoever shows a token; the operation asks for its need."""
    found = [page("openapi.json", openapi_page, name="api-openapi", need=PUBLIC)]
    for one in api.urls[0]:
        if (
            not isinstance(one, URLPattern)
            or not one.name
            or not one.name.startswith("api-")
            or one.name == "api-root"
        ):
            continue
        policy(one.name, INTERFACE)
        FUNCTIONS[one.name] = "api"
        found.append(path(str(one.pattern), _in_one_format(one.callback), name=one.name))
    found.append(page("<path:rest>", unknown, name="api-unknown", need=PUBLIC))
    return found
