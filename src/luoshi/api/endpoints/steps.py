"""How steps become operations: each calls the service that its page calls, on the version that the caller has read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from luoshi.api import shown
from luoshi.api.bearer import Caller, caller_of
from luoshi.api.endpoints.requests import tagged
from luoshi.api.lookup import unless_stale
from luoshi.api.operations import operation
from luoshi.api.schemas.common import Given, Id, Stepped
from luoshi.api.scopes import WRITE
from luoshi.ledger.models import Matter
from luoshi.organisation.access import Need

Run = Callable[[Any, Any, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its word in the address, its Chinese name, what it needs and takes, and what it calls."""

    word: str
    title: str
    need: Need
    takes: type[Given]
    run: Run


def common(caller: Caller) -> dict[str, Any]:
    """What every service takes."""
    return {"actor": caller.actor, "at": caller.at, "version": caller.version}


def simply(service: Callable[..., object], subject: str) -> Run:
    """A service that takes just what is sent. subject: the name under which it takes what it is about."""
    return lambda row, payload, how: service(**{subject: row}, **payload.model_dump(), **how)


def register(
    router: Router,
    steps: Iterable[Step],
    *,
    path: str,
    prefix: str,
    find: Callable[[Caller, int], Any],
    tag: str,
    thing: str,
) -> None:
    """Make an operation `POST /path/{id}/word` of each step. find: gives what the id means, for those who may read it.

    prefix: what operation ids begin with. thing: what the version is of, in Chinese.
    """
    for step in steps:
        _one(router, step, path=path, prefix=prefix, find=find, tag=tag, thing=thing)


def _one(
    router: Router,
    step: Step,
    *,
    path: str,
    prefix: str,
    find: Callable[[Caller, int], Any],
    tag: str,
    thing: str,
) -> None:
    def view(request: HttpRequest, response: HttpResponse, id: Id, payload: Any) -> dict[str, Any]:
        caller = caller_of(request)
        row = find(caller, id)
        with unless_stale(caller, row.pk):
            step.run(row, payload, common(caller))
        matter = Matter.objects.get(pk=row.pk)
        tagged(response, matter.version)
        return shown.stepped(matter)

    view.__annotations__ = {
        "request": HttpRequest, "response": HttpResponse, "id": Id, "payload": step.takes, "return": dict[str, Any],
    }  # fmt: skip
    view.__doc__ = f"{step.title}。If-Match 写{thing}的版本。"
    operation(
        router, "POST", f"/{path}/{{id}}/{step.word}", id=f"{prefix}_{step.word.replace('-', '_')}", title=step.title,
        need=step.need, scope=WRITE, out=Stepped, versioned=True, tag=tag,
    )(view)  # fmt: skip
