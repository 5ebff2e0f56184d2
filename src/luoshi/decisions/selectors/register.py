"""The registers as the pages list them."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet

from luoshi.decisions.models import (
    Accountability,
    Decision,
    Filing,
    LegalityReview,
    MemberReport,
    Normative,
    Urgent,
)
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Disclosure, Event


def _readable(actor: Actor) -> Q:
    """What the actor may read: all or one's own; secret matters only with the permission, or one's own."""
    own = Q(matter__body_id=actor.body_id) if actor.body_id is not None else Q(pk__isnull=True)
    if not actor.can("decisions.read_all"):
        return own
    return Q() if actor.can("documents.secret") else Q(matter__secrecy="") | own


def decisions(
    *, actor: Actor, state: str = "", kind: str = "", weight: str = "", text: str = ""
) -> QuerySet[Decision]:
    """The register of major matters that the actor may read. kind: a kind, or the number of a category."""
    rows = Decision.objects.filter(_readable(actor), jurisdiction=settings.JURISDICTION)
    if state:
        rows = rows.filter(matter__state=state)
    if kind:
        rows = rows.filter(kinds__contains=[kind])
    if weight:
        rows = rows.filter(weight=weight)
    if text:
        rows = rows.filter(Q(matter__title__icontains=text) | Q(body__name__icontains=text))
    found: QuerySet[Decision] = rows.select_related("matter", "body")
    return found


def decision_get(pk: int) -> Decision | None:
    """A decision with its matter and body."""
    rows = Decision.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk)
    return rows.select_related("matter", "body", "replaces__matter").first()


def to_speak(actor: Actor) -> QuerySet[Decision]:
    """The matters that sit now and in which the actor has not spoken yet."""
    rows = Decision.objects.filter(
        jurisdiction=settings.JURISDICTION, matter__state="sitting", sittings__closed_at__isnull=True,
        sittings__present__contains=[actor.person_id],
    )  # fmt: skip
    found: QuerySet[Decision] = rows.exclude(sittings__opinions__person_id=actor.person_id).select_related(
        "matter", "body"
    )
    return found


def urgents(*, actor: Actor) -> QuerySet[Urgent]:
    """What was decided because it could not wait, that the actor may read."""
    rows: QuerySet[Urgent] = Urgent.objects.filter(_readable(actor), jurisdiction=settings.JURISDICTION)
    return rows.select_related("matter", "decision__matter")


def reviews(*, actor: Actor, state: str = "") -> QuerySet[LegalityReview]:
    """The legal office's reviews that the actor may read; a body sees those of its own matters."""
    own = Q(subject__body_id=actor.body_id) | Q(matter__body_id=actor.body_id)
    all_of = Q(matter__secrecy="") | own if not actor.can("documents.secret") else Q()
    rows = LegalityReview.objects.filter(
        all_of if actor.can("decisions.read_all") else own, jurisdiction=settings.JURISDICTION
    )
    if state:
        rows = rows.filter(matter__state=state)
    found: QuerySet[LegalityReview] = rows.select_related("matter", "subject__body")
    return found


def normatives(
    *, actor: Actor | None = None, validity: str = "", issuer: str = "", text: str = "", day: dt.date
) -> QuerySet[Normative]:
    """The register of normative documents; without an actor only those that are in force on the day.

    validity: in_force, expiring (within a year), ended, making.
    """
    rows = Normative.objects.filter(jurisdiction=settings.JURISDICTION)
    if actor is None:
        rows = rows.filter(in_force_on(day))
    elif not actor.can("decisions.read_all"):
        rows = rows.filter(Q(body_id=actor.body_id) | Q(issued_on__isnull=False))
    soon = day + dt.timedelta(days=365)
    wanted = {
        "in_force": in_force_on(day),
        "expiring": in_force_on(day) & Q(expires_on__lte=soon),
        "ended": Q(matter__state__in=["expired", "repealed", "revoked"])
        | Q(matter__state="in_force", expires_on__lt=day),
        "making": Q(issued_on__isnull=True) & ~Q(matter__state="dropped"),
    }
    if validity in wanted:
        rows = rows.filter(wanted[validity])
    if issuer:
        rows = rows.filter(issuer=issuer)
    if text:
        rows = rows.filter(
            Q(matter__title__icontains=text) | Q(document__icontains=text) | Q(body__name__icontains=text)
        )
    found: QuerySet[Normative] = rows.select_related("matter", "body")
    return found


def in_force_on(day: dt.date) -> Q:
    """Issued, begun, and neither at its last day's end nor repealed, on a day."""
    begun = Q(matter__state="in_force", effective_on__lte=day)
    return begun & (Q(expires_on__isnull=True) | Q(expires_on__gte=day))


def filings(*, actor: Actor, state: str = "") -> QuerySet[Filing]:
    """Filings that the actor may read."""
    rows = Filing.objects.filter(jurisdiction=settings.JURISDICTION)
    if not actor.can("decisions.read_all"):
        rows = rows.filter(matter__body_id=actor.body_id)
    if state:
        rows = rows.filter(matter__state=state)
    found: QuerySet[Filing] = rows.select_related("matter", "normative__matter", "normative__body")
    return found


def member_reports(*, actor: Actor, year: int | None = None) -> QuerySet[MemberReport]:
    """Yearly reports: the office and inspectors read all, a member one's own."""
    rows = MemberReport.objects.filter(jurisdiction=settings.JURISDICTION)
    if not (actor.can("decisions.record") or actor.can("decisions.inspect")):
        rows = rows.filter(person_id=actor.person_id)
    if year is not None:
        rows = rows.filter(year=year)
    found: QuerySet[MemberReport] = rows.select_related("matter", "person")
    return found


def cases(*, actor: Actor) -> QuerySet[Accountability]:
    """Cases of accountability, for those who examine them."""
    rows = Accountability.objects.filter(jurisdiction=settings.JURISDICTION)
    if not actor.can("decisions.inspect"):
        rows = rows.none()
    found: QuerySet[Accountability] = rows.select_related("matter", "decision__matter")
    return found


def published() -> QuerySet[Decision]:
    """Decisions that are public: matter, basis and result; never who said what."""
    rows = Decision.objects.filter(
        jurisdiction=settings.JURISDICTION, published_at__isnull=False, matter__secrecy="",
        matter__disclosure=Disclosure.PUBLIC,
    )  # fmt: skip
    found: QuerySet[Decision] = rows.select_related("matter", "body")
    return found


def trail(decision: Decision) -> QuerySet[Event]:
    """Who did what to a decision and when, from the first step on: the chain of responsibility, which never ends.

    Source: smx-major-decisions/2.6, xiping-work-rules/37.3
    """
    found: QuerySet[Event] = decision.matter.events.select_related("body").order_by("seq")
    return found
