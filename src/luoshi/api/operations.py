"""The operations: each is declared with its need and its scope, so that none exists without a policy."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ninja import Router

from luoshi.api.bearer import Bearer
from luoshi.api.schemas.common import ProblemOut
from luoshi.organisation.access import Need

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. versioned: it wants If-Match; keyed: it wants Idempotency-Key; asked: what its query takes."""

    id: str
    method: str
    path: str
    title: str
    need: Need
    scope: str
    versioned: bool
    keyed: bool
    file: bool = False
    binary: bool = False
    asked: frozenset[str] = frozenset()

    @property
    def url_name(self) -> str:
        """The flat name of its address."""
        return "api" + self.path.replace("{", "").replace("}", "").replace("/", "-").rstrip("-")


OPERATIONS: dict[str, Operation] = {}


def _asked(view: Callable[..., Any], path: str) -> frozenset[str]:
    """What an operation asks for in its query: what its view takes beside the path and what is sent as JSON or a file."""
    found = inspect.signature(view).parameters.values()
    return frozenset(
        one.name for one in found if one.default is not one.empty and f"{{{one.name}}}" not in path
    )


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    id: str,
    title: str,
    need: Need,
    scope: str,
    out: Any,
    status: int = 200,
    versioned: bool = False,
    keyed: bool = False,
    file: bool = False,
    binary: bool = False,
    tag: str = "",
) -> Callable[[View], View]:
    """Register a view as an operation of the interface.

    file: it takes a file beside JSON's place (multipart/form-data). binary: it answers a file.
    Errors: ValueError for an id that is taken.
    """
    if id in OPERATIONS:
        raise ValueError(f"API operation {id} is there already")
    refusals = [400, 401, 403, 413, 415, 422, 429, 500]
    if "{" in path:
        refusals.append(404)
    if method != "GET":
        refusals += [409, 412] if versioned else [409]
    if versioned:
        refusals.append(428)
    response = {status: out, **dict.fromkeys(sorted(refusals), ProblemOut)}

    def register(view: View) -> View:
        asked = _asked(view, path)
        one = Operation(id, method, path, title, need, scope, versioned, keyed, file, binary, asked)
        OPERATIONS[id] = one
        router.add_api_operation(
            path,
            [method],
            view,
            auth=Bearer(
                id=id, need=need, scope=scope, versioned=versioned, keyed=keyed, file=file, asked=asked
            ),
            response=response,
            operation_id=id,
            summary=title,
            url_name=one.url_name,
            tags=[tag] if tag else None,
        )
        return view

    return register
