"""Topics as the pages list them."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet

from luoshi.ledger.actors import Actor
from luoshi.meetings.models import Consultation, Material, Meeting, Topic
from luoshi.meetings.policies_topics import may_review

OVER = ("concluded", "excluded", "withdrawn")
PREPARING = ("draft", "returned", "coordinating")


def topics_for(actor: Actor) -> QuerySet[Topic]:
    """The topics that the actor may read, newest first; secret ones only for those who may."""
    rows = Topic.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter", "body")
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    if not (actor.can("meetings.read_all") or may_review(actor)):
        consulted = Consultation.objects.filter(body_id=actor.body_id or 0).values("topic_id")
        rows = rows.filter(
            Q(body_id=actor.body_id) | Q(pk__in=consulted) | Q(attending=actor.body_id)
        ).distinct()
    return rows.order_by("-matter_id")


def waiting_for(actor: Actor) -> Q:
    """Topics whose next step somebody owes in person: this actor."""
    return Q(matter__state__in=("reviewing", "coordinating"), matter__facts__person=actor.person_id)


def topic_list(
    *, actor: Actor, which: str = "", kind: str = "", state: str = "", text: str = ""
) -> QuerySet[Topic]:
    """Topics under way (""), waiting for the actor (mine), determined and not yet listed (ready), over, or all."""
    rows = topics_for(actor)
    if which == "":
        rows = rows.exclude(matter__state__in=OVER)
    elif which == "mine":
        rows = rows.filter(waiting_for(actor))
    elif which == "ready":
        rows = rows.filter(matter__state="determined")
    elif which == "over":
        rows = rows.filter(matter__state__in=OVER)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(matter__state=state)
    if text:
        rows = rows.filter(Q(matter__title__icontains=text) | Q(body__name__icontains=text))
    return rows


def topic_get(pk: int) -> Topic | None:
    """A topic with what its page shows."""
    rows = Topic.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk)
    related = ("matter", "body", "leader", "source", "studied_in__matter")
    return rows.select_related(*related).first()


def consultation_get(pk: int) -> Consultation | None:
    """A consultation with its topic."""
    related = ("matter", "body", "topic__matter", "topic__body")
    return (
        Consultation.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk)
        .select_related(*related)
        .first()
    )


def material_get(pk: int) -> Material | None:
    """Meeting papers with their topic."""
    rows = Material.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk)
    return rows.select_related("matter", "topic__matter", "topic__body").first()


def meeting_for_agenda(pk: int) -> Meeting | None:
    """A meeting whose agenda is arranged."""
    rows = Meeting.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk)
    return rows.select_related("matter", "chair", "organiser").first()


def candidates(meeting: Meeting, *, actor: Actor) -> list[Topic]:
    """Determined topics of the meeting's kind that stand on no agenda yet, the earliest determined first (at most 50)."""
    rows = (
        topics_for(actor)
        .filter(kind=meeting.kind, matter__state="determined")
        .order_by("determined_at", "pk")
    )
    return list(rows[:50])


def studied(kind: str = "") -> QuerySet[Topic]:
    """Topics that a meeting has dealt with, for those that had to be studied there first."""
    rows = Topic.objects.filter(jurisdiction=settings.JURISDICTION, matter__state="concluded")
    rows = rows.select_related("matter").order_by("-matter_id")
    return rows.filter(kind=kind) if kind else rows
