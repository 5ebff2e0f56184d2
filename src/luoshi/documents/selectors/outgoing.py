"""Reading papers that are issued: lists, what waits for whom, search, what the public may see."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from luoshi.documents.models import Countersign, Delivery, Errand, Outgoing
from luoshi.ledger.actors import Actor

RUNNING = (
    "proposed", "drafting", "submitted", "reviewed", "checking", "proofing", "presenting", "signing", "signed",
    "numbered",
)  # fmt: skip
OUT = ("printed", "archived")


def papers_readable(actor: Actor) -> QuerySet[Outgoing]:
    """The papers that an actor may read; secret ones only with clearance. The rule of policies, as a query.

    Source: smx-work-rules/68.1
    """
    rows = Outgoing.objects.select_related("matter", "drafted_by")
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    if any(actor.can(one) for one in ("documents.read_all", "documents.sign")):
        return rows
    if actor.body_id is None:
        return rows.none()
    own = Q(drafted_by_id=actor.body_id) | Q(matter__facts__bodies__contains=[actor.body_id])
    if actor.can("documents.handle"):
        own |= Q(matter__body_id=actor.body_id)
    return rows.filter(own)


def search(rows: QuerySet[Outgoing], words: str) -> QuerySet[Outgoing]:
    """The papers in which every word stands: in the title, the number or the text."""
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(matter__title__icontains=word) | Q(matter__number__icontains=word) | Q(text__icontains=word)
        )
    return rows


def errands_waiting(actor: Actor) -> QuerySet[Errand]:
    """What waits for an actor on papers: their own, and their body's."""
    own = Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    if actor.body_id is not None:
        own |= Q(person__isnull=True, matter__body_id=actor.body_id)
    rows = Errand.objects.filter(own, matter__state="open")
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    return rows.select_related("matter", "paper__matter", "paper__drafted_by").order_by("pk")


def waiting_for_signature(actor: Actor) -> QuerySet[Errand]:
    """What waits for a leader's own hand: agreement, reading, opinion, signature."""
    whats = ("agree", "assisting", "documents", "present", "speaker", "sign")
    return errands_waiting(actor).filter(what__in=whats, person_id=actor.person_id or 0)


def desk_papers(actor: Actor) -> QuerySet[Outgoing]:
    """What waits at the desk that checks, numbers and prints."""
    rows = Outgoing.objects.select_related("matter", "drafted_by").exclude(genre="slip")
    rows = rows.filter(matter__state__in=("checking", "signed", "numbered", "printed"))
    return rows if actor.can("documents.secret") else rows.filter(matter__secrecy="")


def published(words: str = "", *, genre: str = "", year: str = "") -> QuerySet[Outgoing]:
    """What the public may see: open papers that were published and not withdrawn, newest first."""
    rows = Outgoing.objects.filter(
        published_at__isnull=False, disclosure="open", matter__secrecy="", matter__state__in=OUT
    ).select_related("matter")
    if genre:
        rows = rows.filter(genre=genre)
    if year.isascii() and year.isdecimal() and len(year) == 4:
        rows = rows.filter(year=int(year))
    return search(rows, words)


def consultations_of(actor: Actor) -> QuerySet[Countersign]:
    """What the actor's body was asked about papers."""
    rows = Countersign.objects.filter(body_id=actor.body_id or 0)
    return rows.select_related("matter", "paper__matter", "paper__drafted_by").order_by("-pk")


def deliveries_of(actor: Actor) -> QuerySet[Delivery]:
    """The papers that were sent to the actor's body."""
    rows = Delivery.objects.filter(body_id=actor.body_id or 0, paper__matter__state__in=OUT)
    return rows.select_related("matter", "paper__matter").order_by("-pk")


def words_of_outgoing(ids: Sequence[int]) -> dict[int, str]:
    """What a draft or an issued document says, for the search."""
    rows = Outgoing.objects.filter(pk__in=ids).values_list("pk", "addressees", "text")
    return {pk: "\n".join(said) for pk, *said in rows}
