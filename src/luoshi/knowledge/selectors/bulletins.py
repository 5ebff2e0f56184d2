"""Bulletins: those in force, those that the platform has not read yet, lists."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet

from luoshi.knowledge.models import Bulletin
from luoshi.knowledge.policies import may_manage
from luoshi.ledger.actors import Actor


def in_force(at: dt.datetime) -> Q:
    """Issued, and valid_from <= at < valid_until."""
    return Q(live=True, valid_from__lte=at) & (Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def _rows() -> QuerySet[Bulletin]:
    rows = Bulletin.objects.filter(jurisdiction=settings.JURISDICTION)
    return rows.select_related("body", "matter").defer("head", "search")


def bulletins_in_force(at: dt.datetime) -> QuerySet[Bulletin]:
    """What holds at a moment, newest first."""
    return _rows().filter(in_force(at)).order_by("-valid_from", "-pk")


def bulletins_unseen() -> QuerySet[Bulletin]:
    """What was copied to the platform and nobody there has read yet, the oldest first."""
    return _rows().filter(live=True, seen_at__isnull=True).order_by("pk")


def bulletin_list(
    *, actor: Actor, at: dt.datetime, which: str = "", topic: str = "", text: str = ""
) -> QuerySet[Bulletin]:
    """The bulletins that an actor may read. which: "" in force | unseen | past | mine (of any state)."""
    rows = _rows()
    if which == "mine":
        rows = rows if may_manage(actor) else rows.filter(body=actor.body_id)
    elif which == "unseen":
        rows = rows.filter(live=True, seen_at__isnull=True)
    elif which == "past":
        rows = rows.filter(live=True, valid_until__lte=at)
    else:
        rows = rows.filter(in_force(at))
    if topic:
        rows = rows.filter(topic=topic)
    return rows.filter(Q(title__icontains=text) | Q(text__icontains=text)) if text else rows


def bulletin_get(pk: int) -> Bulletin | None:
    """A bulletin with its body and matter."""
    return _rows().filter(pk=pk).first()
