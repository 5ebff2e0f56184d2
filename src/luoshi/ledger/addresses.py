"""Addresses of pages by a number, as Django's `reverse` gives them, put together once for each page and not for each row."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

_PLACE = 10_100_101_010_010


def address(name: str, pk: int, *rest: str) -> str:
    """The address of the page called `name` whose first argument is a number; rest: what follows. Errors: NoReverseMatch."""
    before, after = _around(name, rest, settings.ROOT_URLCONF)
    return f"{before}{pk}{after}"


@lru_cache(maxsize=2048)
def _around(name: str, rest: tuple[str, ...], urls: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_PLACE, *rest]).partition(str(_PLACE))
    return before, after
