"""What becomes of a paper that was decided: finished, archived, put to a meeting, made a task, sent on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.decisions.selectors import decided_from
from luoshi.documents import rules
from luoshi.documents.models import Course, Incoming
from luoshi.documents.services.checks import have_of
from luoshi.documents.services.incoming import READING, locked
from luoshi.documents.services.sections import require_collecting
from luoshi.documents.services.text import block
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.meetings import selectors as meetings
from luoshi.meetings import services as meeting_services
from luoshi.organisation.models import Body, Person
from luoshi.supervision import services as supervision


@transaction.atomic
def paper_finish(
    *, paper: Incoming, outcome: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Incoming:
    """Finish a paper: decided by everybody it went to, its instructions carried out, and in a meeting where it must be.

    Errors: NotAllowed, Incomplete (gate documents.finish_gate), WrongState.
    Source: smx-work-rules/42.1, smx-secretary-rules/2.3.2
    """
    fresh = locked(paper)
    require_collecting(fresh, actor)
    said = block(outcome, field="outcome", label="办理结果", longest=2000)
    rules.require_gate("documents.finish_gate", fresh.matter.facts, _standing(fresh), at)
    ledger.act(
        matter=fresh.matter, action="finish", actor=actor, at=at, data={"conclusion": said}, version=version
    )
    fresh.outcome, fresh.finished_at = said, at
    with door():
        fresh.save()
    return fresh


def _standing(paper: Incoming) -> set[str]:
    have = set()
    if {"number", "entry", "slip"} <= have_of(paper):
        have.add("registered")
    ended = Course.objects.filter(paper_id=paper.pk).order_by("-turn").first()
    if ended is not None and ended.outcome in ("agreed", "refused", "read"):
        have.add("decided")
    if not paper.instructions.exclude(matter__state="carried_out").exists():
        have.add("carried_out")
    if meetings.passed(paper.matter) is not None or decided_from(paper.matter):
        have.add("met")
    return have


@transaction.atomic
def paper_hand_in(*, paper: Incoming, note: str, actor: Actor, at: dt.datetime) -> Incoming:
    """The section hands a finished paper to the secretariat for the archive. Errors: NotAllowed, WrongState.

    Source: smx-document-flow/8.6
    """
    fresh = locked(paper)
    require_collecting(fresh, actor)
    said = line(note, field="note", label="移交说明", longest=300, required=False)
    data = {"note": said or None, "facts": {"handed_in": True}}
    ledger.act(matter=fresh.matter, action="hand_in", actor=actor, at=at, data=data)
    return fresh


@transaction.atomic
def paper_archive(*, paper: Incoming, actor: Actor, at: dt.datetime) -> Incoming:
    """Archive a finished paper: reading papers the confidential office, handling papers the secretariat.

    Errors: NotAllowed, Incomplete (not handed in), WrongState.
    Source: smx-document-flow/7.5, smx-document-flow/8.6
    """
    fresh = locked(paper)
    own = fresh.kind == READING or fresh.matter.facts.get("handed_in")
    rules.require_gate("documents.archive_gate", fresh.matter.facts, {"handed_in"} if own else set(), at)
    ledger.act(matter=fresh.matter, action="archive", actor=actor, at=at)
    fresh.archived_at = at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def paper_forward(*, paper: Incoming, note: str, actor: Actor, at: dt.datetime) -> Incoming:
    """Send a paper on to the Party committee: one that is mainly the government's affair and was drafted by one of its
    departments only after the government has dealt with it.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: xiping-work-rules/47.7
    """
    fresh = locked(paper)
    require_collecting(fresh, actor)
    said = line(note, field="note", label="提请事由", longest=300)
    ended = Course.objects.filter(paper_id=fresh.pk, outcome="agreed").exists()
    have = {"approved"} if ended or meetings.passed(fresh.matter) is not None else set()
    rules.require_gate("documents.forward_gate", fresh.matter.facts, have, at)
    ledger.act(matter=fresh.matter, action="forward", actor=actor, at=at, data={"note": said})
    return fresh


@transaction.atomic
def paper_topic(
    *,
    paper: Incoming,
    kind: str,
    category: str,
    title: str,
    actor: Actor,
    at: dt.datetime,
    facts: dict[str, Any] | None = None,
) -> Any:
    """Make a paper a topic of a meeting; the topic remembers where it came from. Errors: as topic_propose."""
    fresh = locked(paper)
    require_collecting(fresh, actor)
    body = Body.objects.get(pk=actor.body_id or 0)
    topic = meeting_services.topic_propose(
        title=title or fresh.matter.title, kind=kind, category=category, body=body, actor=actor, at=at,
        source=fresh.matter, facts={"major": fresh.major, **(facts or {})},
    )  # fmt: skip
    ledger.act(
        matter=fresh.matter, action="topic", actor=actor, at=at, data={"topic": topic.pk, "name": kind}
    )
    return topic


@transaction.atomic
def paper_task(
    *, paper: Incoming, lead: Body, content: str, due_on: dt.date | None, actor: Actor, at: dt.datetime,
    assisting: tuple[Body, ...] = (), leader: Person | None = None,
) -> Any:  # fmt: skip
    """Set a task from a paper, to be seen through by the supervision. Errors: as supervision's task_set."""
    fresh = locked(paper)
    require_collecting(fresh, actor)
    task = supervision.task_set(
        title=fresh.matter.title[:200], content=content, lead=lead, assisting=assisting,
        setter_body=Body.objects.filter(pk=actor.body_id or 0).first(), due_on=due_on, source=fresh.matter,
        source_kind="document", reference=fresh.matter.number or "", leader=leader, actor=actor, at=at,
    )  # fmt: skip
    ledger.act(
        matter=fresh.matter,
        action="task",
        actor=actor,
        at=at,
        data={"task": task.pk, "name": lead.short_name},
    )
    return task


__all__ = ["paper_archive", "paper_finish", "paper_forward", "paper_hand_in", "paper_task", "paper_topic"]
