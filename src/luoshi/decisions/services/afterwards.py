"""A decision is carried out: execution reported, dissent kept, new findings raised, inspected, completed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.decisions.models import Decision, Note
from luoshi.decisions.services.checks import block
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door

ACTIONS = {
    Note.Kind.DISSENT: "dissent",
    Note.Kind.EXECUTION: "report_execution",
    Note.Kind.FINDING: "find",
    Note.Kind.INSPECTION: "inspect",
}


@transaction.atomic
def note_add(
    *, decision: Decision, kind: str, text: str, actor: Actor, at: dt.datetime, measure: str = ""
) -> Note:
    """Say something about a decision that was taken; the decision stays as it is until a new one replaces it.

    dissent: a member keeps a different opinion and may make it known, but carries the decision out. finding: something
    new came up while it is carried out, with what is proposed, to be settled in the way of decisions. inspection:
    supervision or audit found something, with what is to be mended.
    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-major-decisions/4.4.2.2, smx-major-decisions/4.4.5
    """
    if kind not in Note.Kind.values:
        raise Incomplete("种类不在列出的范围内", field="kind")
    fresh, matter = locked(decision)
    said = block(text, field="text", label="内容", longest=4000)
    needed = kind in (Note.Kind.FINDING, Note.Kind.INSPECTION)
    then = block(measure, field="measure", label="意见建议", longest=4000, required=needed)
    ledger.act(
        matter=matter,
        action=ACTIONS[Note.Kind(kind)],
        actor=actor,
        at=at,
        data={"text": said, "measure": then},
    )
    with door():
        made: Note = Note.objects.create(
            decision=fresh, kind=kind, text=said, measure=then, at=at, by=actor.name
        )
    return made


@transaction.atomic
def decision_complete(*, decision: Decision, text: str, actor: Actor, at: dt.datetime) -> Decision:
    """A decision has been carried out. Errors: NotAllowed, Incomplete, WrongState (it must be reported on first)."""
    fresh, matter = locked(decision)
    said = block(text, field="text", label="执行结果", longest=4000)
    ledger.act(matter=matter, action="complete", actor=actor, at=at, data={"text": said})
    with door():
        Note.objects.create(decision=fresh, kind=Note.Kind.EXECUTION, text=said, at=at, by=actor.name)
    return fresh
