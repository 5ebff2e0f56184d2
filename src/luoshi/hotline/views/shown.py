"""Which units a page suggested: carried by its form, signed, so that the step records what was really shown."""

from __future__ import annotations

from django.core import signing

from luoshi.hotline.models import Request
from luoshi.hotline.services.suggesting import Offered

SALT = "hotline.shown"


def to_carry(request: Request, offered: Offered) -> str:
    """What was suggested for a request, for a hidden input of the form."""
    return signing.dumps([request.pk, offered.by, offered.units], salt=SALT)


def shown_to(request: Request, carried: str) -> Offered | None:
    """What the page suggested for this request; None where it suggested nothing, or the input is not its own."""
    if not carried:
        return None
    try:
        pk, by, units = signing.loads(carried, salt=SALT)
    except signing.BadSignature:
        return None
    if pk != request.pk:
        return None
    return Offered(tuple((int(unit), int(share)) for unit, share in units), by)
