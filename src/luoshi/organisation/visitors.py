"""From which network address somebody asks."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's network address; "" where none is known.

    Behind reverse proxies of one's own (settings TRUSTED_PROXIES says how many) it is the address that the outermost
    of them saw. Without them a forwarded address is a mere claim and not read.
    """
    own = str(request.META.get("REMOTE_ADDR") or "")
    hops: int = settings.TRUSTED_PROXIES
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if not hops or len(told) < hops:
        return own
    try:
        return str(ipaddress.ip_address(told[-hops]))
    except ValueError:
        return own
