"""What belongs to one request or one dispatch, as its page shows it: lists to be read together (ledger.together)."""

from __future__ import annotations

from django.db.models import QuerySet

from luoshi.hotline.models import (
    Application,
    Call,
    Callback,
    Dispatch,
    Reply,
    Request,
    RequestLink,
    Urging,
)
from luoshi.ledger.models import Attachment
from luoshi.ledger.prepared import belonging, prepared


def dispatches_of(request: Request) -> QuerySet[Dispatch]:
    """The dispatches of a request, the earliest first, with matter and unit."""
    return belonging(_dispatches(request.pk), request=request)


def siblings_of(dispatch: Dispatch) -> QuerySet[Dispatch]:
    """The other dispatches of the same request, with matter and unit."""
    return belonging(_siblings(dispatch.request_id, dispatch.pk), request=dispatch.request)


def callbacks_of(request: Request) -> QuerySet[Callback]:
    """The call-backs about a request, the earliest first, with the unit whose result they are about."""
    return belonging(_callbacks(request.pk), request=request)


def links_of(request: Request) -> QuerySet[RequestLink]:
    """What persons decided of a request and others."""
    return belonging(_links(request.pk), request=request)


def calls_of(request: Request) -> QuerySet[Call]:
    """The calls about a request, the earliest first, with the body that called."""
    return belonging(_calls(request.pk), request=request)


def applications_of(dispatch: Dispatch) -> QuerySet[Application]:
    """What the unit applied for, the newest first."""
    return belonging(_applications(dispatch.pk), dispatch=dispatch)


def replies_of(dispatch: Dispatch) -> QuerySet[Reply]:
    """The unit's replies, the newest first."""
    return belonging(_replies(dispatch.pk), dispatch=dispatch)


def urgings_of(dispatch: Dispatch) -> QuerySet[Urging]:
    """The reminders, the newest first."""
    return belonging(_urgings(dispatch.pk), dispatch=dispatch)


@prepared
def files_of(matter: int) -> QuerySet[Attachment]:
    """The attachments of a matter, the earliest first."""
    return Attachment.objects.filter(matter_id=matter).order_by("pk")


@prepared
def _dispatches(request: int) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(request_id=request).select_related("matter", "body").order_by("pk")


@prepared
def _siblings(request: int, dispatch: int) -> QuerySet[Dispatch]:
    rows = Dispatch.objects.filter(request_id=request).exclude(pk=dispatch)
    return rows.select_related("matter", "body").order_by("pk")


@prepared
def _callbacks(request: int) -> QuerySet[Callback]:
    return Callback.objects.filter(request_id=request).select_related("dispatch__body").order_by("at")


@prepared
def _links(request: int) -> QuerySet[RequestLink]:
    return RequestLink.objects.filter(request_id=request).select_related("other__matter").order_by("pk")


@prepared
def _calls(request: int) -> QuerySet[Call]:
    return Call.objects.filter(request_id=request).select_related("body").order_by("at")


@prepared
def _applications(dispatch: int) -> QuerySet[Application]:
    rows = Application.objects.filter(dispatch_id=dispatch)
    return rows.select_related("proposed_body").order_by("-pk")


@prepared
def _replies(dispatch: int) -> QuerySet[Reply]:
    return Reply.objects.filter(dispatch_id=dispatch).order_by("-round")


@prepared
def _urgings(dispatch: int) -> QuerySet[Urging]:
    return Urging.objects.filter(dispatch_id=dispatch).order_by("-at")
