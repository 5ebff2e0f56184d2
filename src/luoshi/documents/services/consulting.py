"""Units ask each other before they submit: opinions and countersignatures, agreed later dates, silence."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.documents.models import Consultation, Incoming
from luoshi.documents.policies import may_submit, require
from luoshi.documents.services.incoming import locked
from luoshi.documents.services.text import block
from luoshi.documents.states.incoming import CONSULTATION
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.organisation.models import Body

OPINIONS, COUNTERSIGN = "opinions", "countersign"
AGREE, DIFFER, DEEMED = "agree", "differ", "deemed"


@transaction.atomic
def consult(
    *,
    paper: Incoming,
    body: Body,
    purpose: str,
    text: str,
    actor: Actor,
    at: dt.datetime,
    due_set: dt.datetime | None = None,
) -> Consultation:
    """Ask another unit about a prepared paper. purpose: opinions, or countersign (its principal leader's own hand).

    due_set: by when the asking unit wants the answer, shorter or longer than the rule's time; it must be named now.
    Errors: NotAllowed (another's paper), Incomplete, WrongState (reported already).
    Source: xiping-work-rules/48.1, xiping-work-rules/48.4
    """
    fresh = locked(paper)
    require(may_submit(actor, fresh.matter), "代其他单位征求意见", mend="请由主办单位征求")
    if fresh.matter.state != "prepared":
        raise WrongState("公文已经报送", mend="报送前征求意见和会签")
    if purpose not in (OPINIONS, COUNTERSIGN):
        raise Incomplete("请选择征求意见或会签", field="purpose")
    said = block(text, field="text", label="征求的内容", longest=2000)
    if body.pk == fresh.sender_id or body.kind == Body.Kind.SECTION or not body.active:
        raise Incomplete("请选择其他相关单位", field="body")
    if fresh.consultations.filter(body=body, purpose=purpose).exclude(answer="").exists() or (
        fresh.consultations.filter(body=body, purpose=purpose, matter__state="asked").exists()
    ):
        raise Incomplete(f"已向{body.short_name}征求过", field="body")
    if due_set is not None and due_set <= at:
        raise Incomplete("要求的时限须晚于现在", field="due_set")
    facts = {"purpose": purpose, "sender": actor.body_id}
    if due_set is not None:
        facts["due_set"] = due_set  # type: ignore[assignment]
    matter = ledger.matter_open(
        kind=CONSULTATION, title=fresh.matter.title, body_id=body.pk, parent=fresh.matter, actor=actor, at=at,
        facts=facts, data={"text": said},
    )  # fmt: skip
    row = Consultation(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        paper=fresh,
        body=body,
        purpose=purpose,
        text=said,
        due_set=due_set,
    )
    with door():
        row.save(force_insert=True)
    return row


def _locked(row: Consultation, now: dt.datetime) -> Consultation:
    """A consultation as it is now; what ran out before now is recorded first, so that silence counts either way."""
    locked(row.paper_id)
    ledger.settle(matter=ledger.lock(row.pk), now=now)
    matter = ledger.lock(row.pk)
    fresh: Consultation = Consultation.objects.select_related("body", "paper").get(pk=row.pk)
    fresh.matter = matter
    return fresh


@transaction.atomic
def consult_answer(
    *, consultation: Consultation, agrees: bool, opinion: str, actor: Actor, at: dt.datetime
) -> Consultation:
    """The unit asked answers. A countersignature is its principal leader's alone; with differences it says that the
    grounds of each side are stated truly, not that the unit agrees. What comes after the time was up is kept beside.

    Errors: NotAllowed, Incomplete (a difference without grounds), WrongState.
    Source: xiping-work-rules/48.1, xiping-work-rules/48.3, xiping-work-rules/48.6
    """
    fresh = _locked(consultation, at)
    if fresh.purpose == COUNTERSIGN and not actor.can("documents.unit_sign"):
        raise NotAllowed(
            "会签限单位主要负责人", mend="请主要负责人登录会签", cite=("xiping-work-rules/48.1",)
        )
    said = block(opinion, field="opinion", label="不同意见和理据", longest=4000, required=not agrees)
    if fresh.matter.state == "deemed":
        ledger.act(matter=fresh.matter, action="late", actor=actor, at=at, data={"opinion": said or "同意"})
        fresh.late = said or "同意"
        with door():
            fresh.save()
        return fresh
    action = AGREE if agrees else DIFFER
    ledger.act(matter=fresh.matter, action=action, actor=actor, at=at, data={"opinion": said})
    fresh.answer, fresh.opinion, fresh.answered_at, fresh.answered_by = action, said, at, actor.name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def consult_defer(
    *, consultation: Consultation, until: dt.datetime, manner: str, actor: Actor, at: dt.datetime
) -> Consultation:
    """Record a later time and a way of answering that both units agreed on, before the time is up; it counts from then on.

    The asking unit records it. Errors: NotAllowed, Incomplete, WrongState (the time was up already).
    Source: xiping-work-rules/48.5
    """
    fresh = _locked(consultation, at)
    said = line(manner, field="manner", label="商定的回复方式", longest=100)
    due = fresh.matter.obligations.filter(state="open").order_by("-due_at").first()
    if until <= at or (due is not None and due.due_at is not None and until <= due.due_at):
        raise Incomplete("商定的时限应晚于原时限", field="until")
    ledger.act(matter=fresh.matter, action="defer", actor=actor, at=at, data={"until": until, "note": said})
    fresh.agreed_until, fresh.agreed_manner = until, said
    with door():
        fresh.save()
    return fresh


def deem(matter: Matter, obligation: Obligation, at: dt.datetime) -> None:
    """The time is up without an answer: deemed to have no objection; never shown as a signature.

    Source: xiping-work-rules/48.6
    """
    if matter.kind != CONSULTATION or matter.state != "asked":
        return
    ledger.act(matter=matter, action="deem", actor=SYSTEM, at=at, data={"rule": obligation.rule})
    row = Consultation.objects.get(pk=matter.pk)
    row.answer, row.answered_at = DEEMED, at
    with door():
        row.save()


def standing(paper: Incoming, *, at: dt.datetime) -> set[str]:
    """What of the rules of submission a prepared paper meets (keys of the gate documents.submit_online).

    A countersignature counts whether it agrees or differs; silence never stands for it.
    Source: xiping-work-rules/48.1, xiping-work-rules/48.2, xiping-work-rules/48.3
    """
    answers = paper.answers.get("answers", {})
    rows = list(paper.consultations.select_related("matter"))
    signed = [row for row in rows if row.purpose == COUNTERSIGN]
    have = {key for key in ("talked", "positions", "advice", "skip_approved") if answers.get(f"{key}_text")}
    if signed and all(row.answer in (AGREE, DIFFER) for row in signed):
        have.add("countersigned")
    if answers.get("joint"):
        have.add("countersigned")
    if signed and all(row.answer in (AGREE, DIFFER) for row in signed):
        have.add("differences_signed")
    return have


def differing(paper: Incoming) -> bool:
    """Whether a unit that was asked differs."""
    return paper.consultations.filter(answer=DIFFER).exists() or bool(
        paper.answers.get("answers", {}).get("differences")
    )


@transaction.atomic
def answers_set(*, paper: Incoming, answers: dict[str, object], actor: Actor, at: dt.datetime) -> Incoming:
    """A unit completes what the rules of submission ask of its paper, before it reports it. Errors: NotAllowed, WrongState."""
    fresh = locked(paper)
    kept = {**fresh.answers.get("answers", {}), **answers}
    facts = {key: value for key, value in kept.items() if isinstance(value, bool | int | str)}
    ledger.act(matter=fresh.matter, action="edit", actor=actor, at=at, data={"facts": facts})
    fresh.answers = {**fresh.answers, "answers": kept}
    with door():
        fresh.save()
    return fresh


def register_handlers() -> None:
    """Carry out the lapse of a consultation; called once, when the app starts."""
    ledger.on_lapse("documents.deemed_agreed", deem)


__all__ = ["answers_set", "consult", "consult_answer", "consult_defer", "differing", "standing"]
