"""Reading incoming papers: who may see what, lists, a paper's slip with all opinions in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from luoshi.documents.models import (
    Assignment,
    Consultation,
    Incoming,
    Instruction,
    Notice,
    Step,
    Transfer,
)
from luoshi.documents.policies import may_read_secret
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.together import fetch

STATUS = {
    "submitted": "received", "received": "received", "sealed": "received", "registered": "in_hand",
    "distributed": "in_hand", "routing": "in_hand", "decided": "in_hand", "done": "done", "archived": "done",
    "referred": "done", "returned": "returned",
}  # fmt: skip


def sender_status(state: str) -> str:
    """What the sending unit may know of a paper: received, in hand, done; that it came back, it is told itself.

    Source: smx-document-flow/30.2, smx-document-flow/31
    """
    return STATUS.get(state, "")


def sent_by(actor: Actor) -> QuerySet[Incoming]:
    """The papers that the actor's unit sent, for the coarse status."""
    rows: QuerySet[Incoming] = Incoming.objects.filter(sender_id=actor.body_id or 0).exclude(
        matter__state="sealed"
    )
    return rows.select_related("matter")


def _mine(actor: Actor) -> Q:
    """Papers in which the actor has a part: taken by the own section, assigned to it, or on the own desk."""
    steps = Step.objects.filter(paper=OuterRef("matter_id")).filter(
        Q(person_id=actor.person_id or 0) | Q(seat_id=actor.person_id or 0)
    )
    sections = Assignment.objects.filter(paper=OuterRef("pk"), section_id=actor.body_id or 0)
    found = Q(Exists(steps)) | Q(addressee_id=actor.person_id or 0, addressee__isnull=False)
    if any(actor.can(code) for code in ("documents.handle", "documents.register", "documents.reading")):
        found |= Q(Exists(sections)) | Q(matter__body_id=actor.body_id or 0)
    return found


def papers(actor: Actor) -> QuerySet[Incoming]:
    """The papers that the actor may read in full.

    Source: smx-document-flow/31
    """
    rows: QuerySet[Incoming] = Incoming.objects.select_related("matter", "sender")
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    letters = ~Q(matter__state__in=["sealed", "private"]) | Q(matter__facts__serving=actor.body_id or -1)
    letters |= Q(addressee_id=actor.person_id or 0, addressee__isnull=False)
    letters |= Q(matter__state="sealed", matter__body_id=actor.body_id or 0)
    rows = rows.filter(letters).exclude(matter__state="prepared")
    return rows if actor.can("documents.read_all") else rows.filter(_mine(actor))


def search(rows: QuerySet[Incoming], wanted: str) -> QuerySet[Incoming]:
    """Papers whose title, number, sender or reference holds the words."""
    return rows.filter(
        Q(matter__title__icontains=wanted)
        | Q(matter__number__icontains=wanted)
        | Q(sender_name__icontains=wanted)
        | Q(reference__icontains=wanted)
    )


def may_read(actor: Actor, matter: Matter) -> bool:
    """Whether an actor may read an incoming paper in full: those who handle it, and who may read all."""
    if not may_read_secret(actor, matter):
        return False
    return papers(actor).filter(pk=matter.pk).exists()


def may_read_part(actor: Actor, matter: Matter) -> bool:
    """Of a section's, an instruction's or a unit's part: who it belongs to, and who may read the paper."""
    if not may_read_secret(actor, matter):
        return False
    own = actor.body_id is not None and actor.body_id == matter.body_id
    return own or (matter.parent_id is not None and papers(actor).filter(pk=matter.parent_id).exists())


def may_read_step(actor: Actor, matter: Matter) -> bool:
    """A step: its own people, and who may read the paper."""
    if not may_read_secret(actor, matter):
        return False
    facts = matter.facts
    if actor.person_id is not None and actor.person_id in (facts.get("person"), facts.get("acts_for")):
        return True
    return matter.parent_id is not None and papers(actor).filter(pk=matter.parent_id).exists()


def steps_waiting(actor: Actor) -> QuerySet[Step]:
    """What waits for the actor's own mark, the oldest first."""
    rows: QuerySet[Step] = Step.objects.filter(matter__state="open").filter(
        Q(person_id=actor.person_id or 0) | Q(acts_for_id=actor.person_id or 0)
    )
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    return rows.select_related("matter", "paper", "course", "person", "acts_for", "seat")


def assignments_of(actor: Actor) -> QuerySet[Assignment]:
    """What is in the hands of the actor's section."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(section_id=actor.body_id or 0)
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    return rows.select_related("matter", "paper__matter", "paper__sender")


def transfers_to(actor: Actor) -> QuerySet[Transfer]:
    """What was passed to the actor's unit."""
    rows: QuerySet[Transfer] = Transfer.objects.filter(body_id=actor.body_id or 0)
    if not actor.can("documents.secret"):
        rows = rows.filter(matter__secrecy="")
    return rows.select_related("matter", "paper__matter", "body")


def consultations_to(actor: Actor) -> QuerySet[Consultation]:
    """What other units ask of the actor's unit."""
    rows: QuerySet[Consultation] = Consultation.objects.filter(body_id=actor.body_id or 0)
    return rows.select_related("matter", "paper__matter", "paper__sender", "body")


def instructions_of(paper: Incoming) -> QuerySet[Instruction]:
    """The leaders' instructions on a paper, in the order in which they were given."""
    rows: QuerySet[Instruction] = Instruction.objects.filter(paper=paper)
    return rows.select_related("matter", "leader", "lead").order_by("given_at", "pk")


def notices(kind: str = "") -> QuerySet[Notice]:
    """Notices, of a kind where one is asked for."""
    rows: QuerySet[Notice] = Notice.objects.select_related("matter")
    return rows.filter(kind=kind) if kind else rows


def slip(paper: Incoming) -> list[dict[str, Any]]:
    """The processing slip: everything that was said on the paper, in the order in which it was said."""
    lines: list[dict[str, Any]] = []
    assignments = paper.assignments.select_related("section").filter(done_at__isnull=False)
    steps = Step.objects.filter(paper_id=paper.pk, done_at__isnull=False).select_related("acts_for", "matter")
    fetch(assignments, steps)
    for row in assignments:
        said = "\n".join(part for part in (row.background, row.opinion) if part)
        lines.append(
            {"at": row.done_at, "who": row.done_by, "title": f"{row.section.short_name}意见", "text": said}
        )
    for step in steps:
        stands = f"（代{step.acts_for.name}）" if step.acts_for else ""
        lines.append(
            {
                "at": step.done_at,
                "who": f"{step.done_by}{stands}",
                "title": step.title,
                "text": step.opinion,
                "mark": step.mark,
            }
        )
    return sorted(lines, key=lambda line: line["at"] or dt.datetime.min.replace(tzinfo=dt.UTC))


def waiting_steps(paper: Incoming) -> QuerySet[Step]:
    """On whose desks a paper lies now."""
    rows: QuerySet[Step] = Step.objects.filter(paper_id=paper.pk, matter__state="open")
    return rows.select_related("matter", "person", "acts_for", "seat").order_by("position", "pk")


def words_of_incoming(ids: Sequence[int]) -> dict[int, str]:
    """From whom a paper came, under which number of theirs, and what it says in short, for the search."""
    rows = Incoming.objects.filter(pk__in=ids).values_list("pk", "sender_name", "reference", "content")
    return {pk: "\n".join(said) for pk, *said in rows}
