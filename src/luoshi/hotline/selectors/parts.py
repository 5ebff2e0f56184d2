"""What belongs to one request or one dispatch, as its page shows it: lists to be read together (ledger.together)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from luoshi.hotline.models import (
    Application,
    Call,
    Callback,
    Dispatch,
    Reply,
    RequestLink,
    Urging,
)
from luoshi.ledger.models import Attachment, Matter
from luoshi.ledger.prepared import belonging, prepared

RowsT = TypeVar("RowsT", bound=QuerySet[Any, Any])


def _of(name: str) -> Callable[[Callable[[int], RowsT]], Callable[[Any], RowsT]]:
    """A prepared list of what belongs to the row given, which each of them then has as `name` without asking."""

    def made(function: Callable[[int], RowsT]) -> Callable[[Any], RowsT]:
        question = prepared(function)

        @wraps(function)
        def of(owner: Any) -> RowsT:
            return belonging(question(owner.pk), **{name: owner})

        return of

    return made


@_of("request")
def dispatches_of(request: int) -> QuerySet[Dispatch]:
    """The dispatches of a request, the earliest first, with matter and unit."""
    return Dispatch.objects.filter(request_id=request).select_related("matter", "body").order_by("pk")


@_of("request")
def callbacks_of(request: int) -> QuerySet[Callback]:
    """The call-backs about a request, the earliest first, with the unit whose result they are about."""
    return Callback.objects.filter(request_id=request).select_related("dispatch__body").order_by("at")


@_of("request")
def links_of(request: int) -> QuerySet[RequestLink]:
    """What persons decided of a request and others."""
    # each with the `number` of the other, which a unit may not have itself
    other = Matter.objects.filter(pk=OuterRef("other_id")).values("number")
    rows: QuerySet[RequestLink] = RequestLink.objects.filter(request_id=request).order_by("pk")
    return rows.annotate(number=Subquery(other))


@_of("request")
def calls_of(request: int) -> QuerySet[Call]:
    """The calls about a request, the earliest first, with the body that called."""
    return Call.objects.filter(request_id=request).select_related("body").order_by("at")


@_of("dispatch")
def applications_of(dispatch: int) -> QuerySet[Application]:
    """What the unit applied for, the newest first."""
    rows = Application.objects.filter(dispatch_id=dispatch)
    return rows.select_related("proposed_body").order_by("-pk")


@_of("dispatch")
def replies_of(dispatch: int) -> QuerySet[Reply]:
    """The unit's replies, the newest first."""
    return Reply.objects.filter(dispatch_id=dispatch).order_by("-round")


@_of("dispatch")
def urgings_of(dispatch: int) -> QuerySet[Urging]:
    """The reminders, the newest first."""
    return Urging.objects.filter(dispatch_id=dispatch).order_by("-at")


@_of("matter")
def files_of(matter: int) -> QuerySet[Attachment]:
    """The attachments of a matter, the earliest first."""
    return Attachment.objects.filter(matter_id=matter).order_by("pk")
