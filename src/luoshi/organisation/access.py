"""What a page needs of the one who asks: each URL is registered together with its need.

`urls.py` of every app builds its patterns with `page()`, so that there is no URL without a policy; the
gate (luoshi.web.middleware.PolicyGate) refuses whatever has none. URL names are flat and unique
(`request-detail`, no namespaces).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, get_resolver, path
from django.utils.functional import SimpleLazyObject

from luoshi.ledger.actors import CITIZEN, Actor
from luoshi.ledger.rows import confined

if TYPE_CHECKING:
    from luoshi.organisation.models import User

PUBLIC: Final = "public"  # everybody, signed in or not
SIGNED_IN: Final = "signed_in"  # everybody with an account, whatever the role

INTERFACE: Final = "interface"
"""The programming interface: no session counts there, each operation asks a token for its need."""
READS_ALL: Final = "hotline.read_all"

Need = str | tuple[str, ...]

POLICIES: dict[str, Need] = {}
FUNCTIONS: dict[str, str] = {}  # URL name -> the function (app) whose page it is
CITY: dict[
    str, tuple[str, ...]
] = {}  # URL name -> the permissions with which the database shows requests of the whole city there


def policy(name: str, need: Need) -> None:
    """Register what the URL called `name` needs: PUBLIC, SIGNED_IN, a permission, or any of several.

    Errors: ValueError when the name is registered already with another need.
    """
    if POLICIES.setdefault(name, need) != need:
        raise ValueError(f"URL {name}: needs {POLICIES[name]!r} already, now {need!r}")


FRESH: set[str] = set()  # URLs for which one shows again who one is, when that is a while ago


def page(
    route: str,
    view: Callable[..., Any],
    *,
    name: str,
    need: Need,
    fresh: bool = False,
    city: tuple[str, ...] = (),
) -> URLPattern:
    """A Django path() whose need is registered under its name.

    fresh: whoever opens it has logged in, or shown again who it is, within the last minutes (settings CONFIRM_MINUTES).
    city: permissions with one of which the database shows there requests of the whole city (confine).
    """
    policy(name, need)
    if fresh:
        FRESH.add(name)
    if city:
        CITY[name] = city
    FUNCTIONS[name] = view.__module__.removeprefix("luoshi.").partition(".")[0]
    return path(route, view, name=name)


def need_of(name: str) -> Need | None:
    """What the URL called `name` needs; None where there is no such URL.

    Whoever asks before the first request came (a command, a background job) has the addresses read first.
    """
    if name not in POLICIES:
        _ = get_resolver().url_patterns
    return POLICIES.get(name)


def switched_off(name: str) -> bool:
    """Whether this installation does without the function whose page the URL is (settings WITHOUT)."""
    if need_of(name) is None:
        return False
    return FUNCTIONS.get(name) in settings.WITHOUT


def allows(need: Need, actor: Actor, *, signed_in: bool) -> bool:
    """Whether someone with this actor may open a page with this need."""
    if need in (PUBLIC, INTERFACE):
        return True
    if not signed_in:
        return False
    if need == SIGNED_IN:
        return True
    codes = (need,) if isinstance(need, str) else need
    return any(actor.can(code) for code in codes)


class LuoshiRequest(HttpRequest):
    """A request as the views get it: `user` is ours, `actor` is set. For annotations."""

    actor: Actor
    user: User


def attach_actor(request: HttpRequest) -> None:
    """Give the request its lazy `actor`: read on first use, once; CITIZEN when nobody is signed in."""
    from luoshi.organisation.selectors import actor_for

    def find() -> Actor:
        user: Any = request.user
        if not user.is_authenticated:
            return CITIZEN
        return actor_for(user=user, body_id=request.session.get(ACTING_BODY))

    request.actor = SimpleLazyObject(find)  # type: ignore[attr-defined]


def confine(request: HttpRequest, actor: Actor) -> None:
    """Let the database show the rest of this request only rows that concern the actor (luoshi.ledger.rows).

    Whoever reads all requests by their role is not confined; at an address whose lists and figures are of the whole
    city, whoever may see those sees its requests, but nobody's personal data. `request.confine` is set by
    luoshi.web.middleware.
    """
    if settings.ROW_SECURITY and not actor.can(READS_ALL):
        name = request.resolver_match.url_name if request.resolver_match else ""
        city = any(actor.can(code) for code in CITY.get(name or "", ()))
        request.confine(confined(body_id=actor.body_id, city=city))  # type: ignore[attr-defined]


ACTING_BODY: Final = "acting_body"  # session key: the body for which a user with several acts
