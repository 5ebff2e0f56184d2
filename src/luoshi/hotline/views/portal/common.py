"""What the public pages share: caching, the limit of use, elder mode."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from luoshi.hotline.services import throttle
from luoshi.organisation.visitors import address_of

T = TypeVar("T")
View = Callable[..., HttpResponse]
VIEW_COOKIE, ELDER = "ls_view", "elder"
DRAFT_COOKIE = "ls_draft"
FRESH_S = 60
TOO_OFTEN = "次数太多了，请十分钟后再试，或直接拨打 12345。您填写的内容仍在页面上。"


def elder(request: HttpRequest) -> bool:
    """Whether the visitor reads in large print (长辈模式)."""
    return request.COOKIES.get(VIEW_COOKIE) == ELDER


def page_size(request: HttpRequest, usual: int = 20) -> int:
    """How many rows a list shows: fewer in large print."""
    return 8 if elder(request) else usual


def too_many(request: HttpRequest, what: str, limit: int, *, whose: str = "") -> bool:
    """Whether this address (or `whose`) has done something more than `limit` times within ten minutes."""
    return throttle(what=what, whose=whose or address_of(request), limit=limit, at=timezone.now())


def remembered(key: str, make: Callable[[], T], seconds: int) -> T:
    """What was made under this key, made anew once it is older than that; per web process."""
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, seconds)
    return found


def private(view: View) -> View:
    """A page for this one visitor: kept by no cache and not in the browser's history of pages either."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        patch_cache_control(answer, private=True, no_store=True)
        return answer

    return inner


def shared(view: View) -> View:
    """A page that is the same for all visitors: caches may keep it for a minute.

    For who is signed in, or has a draft, or was just told something, it is the visitor's own.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        own = request.COOKIES.keys() - {VIEW_COOKIE} or answer.cookies
        if own or answer.status_code != 200:
            patch_cache_control(answer, private=True, no_cache=True)
        else:
            patch_cache_control(answer, public=True, max_age=FRESH_S)
        patch_vary_headers(answer, ["Cookie", "HX-Target"])
        return answer

    return inner
