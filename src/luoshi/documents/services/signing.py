"""The secretary-general's opinion and the signature: who may sign what, and what a signature covers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda import selectors as agenda
from luoshi.agenda.selectors import Signatory, Signing
from luoshi.documents import rules
from luoshi.documents.models import Outgoing
from luoshi.documents.services.outgoing import (
    begin,
    desk,
    errand_open,
    errands_close,
    locked,
    mark,
    save,
)
from luoshi.documents.standing import facts_of, require_gate, standing
from luoshi.engines.authority import Decision
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Disclosure
from luoshi.organisation.models import Person

SIGN = "documents.sign"
AUTHORISED = "documents.sign_authorised"
RAISED = ("mayor", "executive_vice_mayor", "vice_mayor")
DISCLOSED = {"open": Disclosure.PUBLIC, "on_request": Disclosure.INTERNAL, "closed": Disclosure.INTERNAL}


def signers(paper: Outgoing, *, at: dt.datetime, facts: dict[str, Any] | None = None) -> Signing:
    """Who may sign a paper now: by the table, as AB partner or stand-in, or by a written authorisation of the mayor.

    An authorisation counts only for the kinds of paper and the offices for which the rulebook lets one be given.
    Source: smx-work-rules/61.p3.1, smx-work-rules/61.p3.2, smx-document-flow/23.3
    """
    known = facts if facts is not None else facts_of(paper)
    found = agenda.signing(SIGN, known, at=at, body=paper.drafted_by)
    table = rules.who(AUTHORISED, known, at)
    people: list[Signatory] = []
    written = agenda.delegated(SIGN, known, at=at)
    for one in found.people:
        if written is not None and one.person.pk == written.to_id and one.note.startswith("据"):
            continue
        people.append(one)
    authorised = _authorised(known, table, at)
    if authorised is not None and authorised.person.pk not in {one.person.pk for one in people}:
        people.append(authorised)
    return Signing(found.decision, tuple(people))


def _authorised(facts: dict[str, Any], table: Decision, at: dt.datetime) -> Signatory | None:
    """Who signs by the mayor's written authorisation, if anybody may at all for these facts and somebody has one."""
    if not table.who:
        return None
    away = agenda.away(at)
    for role in table.who:
        for person in agenda.holders(role, day=at.date()):
            for rule in (AUTHORISED, SIGN):
                written = agenda.delegated(rule, facts, at=at, to=person)
                by_mayor = written is not None and written.by.office in _givers(at)
                if written is not None and by_mayor and person.pk not in away:
                    note = f"据{written.by.person.name}书面授权（{written.document}）"
                    return Signatory(person, role, None, note)
    return None


def _givers(at: dt.datetime) -> tuple[str, ...]:
    return tuple(rules.setting("documents.authorising", at)["by"])


def require_signatory(actor: Actor, paper: Outgoing, *, at: dt.datetime) -> tuple[Signatory, Decision]:
    """The actor's own entry among those who may sign. Errors: NotAllowed naming who may, with the clauses."""
    found = signers(paper, at=at)
    own = found.of(actor.person_id)
    if own is None:
        reason = found.decision.reason or "这件公文不由您签发"
        raise NotAllowed(
            f"{reason}；现在可由{found.names}签发", mend="请转有权限的领导签发", cite=found.decision.cite
        )
    return own, found.decision


@transaction.atomic
def present(
    *,
    paper: Outgoing,
    opinion: str,
    actor: Actor,
    at: dt.datetime,
    signer: Person | None = None,
    important: bool | None = None,
    raised_to: str = "",
) -> Outgoing:
    """The secretary-general gives the opinion by which the paper goes up, and says to whom.

    important: whether it is an important paper, which is the secretary-general's to judge. raised_to: office to which it
    goes although another could sign (mayor, executive_vice_mayor, vice_mayor). signer: one of those who may sign; the
    first of them where it is left out.
    Errors: NotAllowed, Incomplete (no opinion; a signer without authority), WrongState.
    Source: smx-document-flow/20.3.2, smx-document-flow/20.3.3
    """
    fresh, matter = locked(paper)
    begin(matter, "present", actor)
    agenda.signatory(actor, "documents.present_opinion", facts_of(fresh), at=at)
    stand = standing(fresh, at=at)
    require_gate("documents.present", stand.facts, stand.have, at)
    said = line(opinion, field="opinion", label="呈批意见", longest=500)
    _judge(fresh, important, raised_to)
    chosen = _chosen(fresh, signer, at)
    data = {
        "opinion": said,
        "important": bool(fresh.traits.get("important")),
        "to": chosen.person.name,
        "acts_for": chosen.acts_for.name if chosen.acts_for else None,
    }
    ledger.act(matter=matter, action="present", actor=actor, at=at, data=data)
    mark(fresh, "present", actor=actor, at=at, text=said)
    save(fresh)
    errands_close(fresh, "present", actor=actor, at=at)
    errand_open(fresh, "sign", actor=actor, at=at, title="签发公文", person=chosen.person)
    _ask_speaker(fresh, actor, at)
    return fresh


def _judge(paper: Outgoing, important: bool | None, raised_to: str) -> None:
    if important is not None:
        paper.traits = {**paper.traits, "important": important}
    if raised_to:
        if raised_to not in RAISED:
            raise Incomplete("只能报市长、常务副市长或分管副市长", field="raised_to")
        paper.traits = {**paper.traits, "raised_to": raised_to}


def _chosen(paper: Outgoing, signer: Person | None, at: dt.datetime) -> Signatory:
    found = signers(paper, at=at)
    if not found.people:
        raise Incomplete(
            found.decision.reason or "现在没有可以签发的领导", mend="请等候领导返回", cite=found.decision.cite
        )
    if signer is None:
        return found.people[0]
    own = found.of(signer.pk)
    if own is None:
        raise Incomplete(
            f"{signer.name}无权签发这件公文",
            mend=f"可送：{found.names}",
            field="signer",
            cite=found.decision.cite,
        )
    return own


def _ask_speaker(paper: Outgoing, actor: Actor, at: dt.datetime) -> None:
    speaker = Person.objects.filter(pk=paper.traits.get("speaker") or 0).first()
    if paper.genre == "speech" and speaker is not None:
        errand_open(paper, "speaker", actor=actor, at=at, title="审定讲话稿", person=speaker)


@transaction.atomic
def speech_approve(*, paper: Outgoing, actor: Actor, at: dt.datetime, opinion: str = "") -> Outgoing:
    """The leader whose speech is to be printed approves its text; nobody else can.

    Errors: NotAllowed (another person), WrongState.
    Source: smx-document-flow/23.6
    """
    fresh, matter = locked(paper)
    if fresh.genre != "speech" or actor.person_id != fresh.traits.get("speaker"):
        need = next(one for one in rules.gate("documents.sign_gate", at).needs if one.key == "speaker")
        raise NotAllowed("讲话稿由讲话者本人审定", mend="请送讲话的领导本人", cite=need.cite)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(matter=matter, action="approve_speech", actor=actor, at=at, data={"opinion": said})
    mark(fresh, "speaker", actor=actor, at=at, text=said)
    errands_close(fresh, "speaker", actor=actor, at=at)
    return fresh


@transaction.atomic
def signature_raise(
    *, paper: Outgoing, opinion: str, actor: Actor, at: dt.datetime, raised_to: str = "mayor"
) -> Outgoing:
    """Whoever could sign asks that the mayor, or the executive vice mayor, sign; the choice is recorded and binds.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-document-flow/23.4.2
    """
    fresh, matter = locked(paper)
    require_signatory(actor, fresh, at=at)
    said = line(opinion, field="opinion", label="意见", longest=500)
    _judge(fresh, None, raised_to)
    data = {"opinion": said, "to": raised_to}
    ledger.act(matter=matter, action="ask_mayor", actor=actor, at=at, data=data)
    chosen = _chosen(fresh, None, at)
    save(fresh)
    errands_close(fresh, "sign", actor=actor, at=at)
    errand_open(fresh, "sign", actor=actor, at=at, title="签发公文", person=chosen.person)
    return fresh


@transaction.atomic
def sign(
    *, paper: Outgoing, actor: Actor, at: dt.datetime, opinion: str = "", version: int | None = None
) -> Outgoing:
    """Sign a paper: its text, its disclosure attribute and its interpretation, all in one.

    From the secretary-general's desk this is the direct signature, for what the secretary-general may sign.
    Errors: NotAllowed (who may not, with the clause), Incomplete (what is missing), WrongState.
    Source: smx-document-flow/24.3, smx-document-flow/25.4
    """
    fresh, matter = locked(paper)
    direct = matter.state == "presenting"
    if matter.state not in ("presenting", "signing"):
        raise ledger.wrong_state(matter, "sign")
    begin(matter, "sign_direct" if direct else "sign", actor)
    own, decision = require_signatory(actor, fresh, at=at)
    stand = standing(fresh, at=at)
    facts = {**stand.facts, "direct": direct}
    if direct:
        require_gate("documents.present", facts, stand.have, at)
    require_gate("documents.sign_gate", facts, stand.have, at)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    _put_signature(fresh, own, actor, at)
    data = {
        "opinion": said,
        "role": own.role,
        "acts_for": fresh.signed_for or None,
        "note": own.note or None,
        "rule": decision.rule,
        "cite": list(decision.cite),
        "edition": fresh.edition,
        "disclosure": fresh.disclosure,
        "policy": fresh.policy,
    }
    changes = {"disclosure": DISCLOSED[fresh.disclosure]}
    ledger.act(
        matter=matter,
        action="sign_direct" if direct else "sign",
        actor=actor,
        at=at,
        data=data,
        version=version,
        changes=changes,
    )
    mark(fresh, "sign", actor=actor, at=at, text=said)
    save(fresh)
    errands_close(fresh, actor=actor, at=at)
    errand_open(fresh, "number", actor=actor, at=at, title="校核清样、编号", body=desk(fresh, at))
    return fresh


def _put_signature(paper: Outgoing, own: Signatory, actor: Actor, at: dt.datetime) -> None:
    paper.signed_by_id, paper.signed_role, paper.signed_at = actor.person_id, own.role, at
    paper.signed_for = own.acts_for.name if own.acts_for is not None else ""
    paper.signed_edition = paper.edition


@transaction.atomic
def signing_refuse(*, paper: Outgoing, reason: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """Who could sign does not, and says why; the paper goes back to the section. Errors: Incomplete, NotAllowed, WrongState."""
    fresh, matter = locked(paper)
    require_signatory(actor, fresh, at=at)
    why = line(reason, field="reason", label="理由", longest=500)
    ledger.act(matter=matter, action="refuse", actor=actor, at=at, data={"reason": why})
    errands_close(fresh, actor=actor, at=at, void=True)
    errand_open(fresh, "fill_slip", actor=actor, at=at, title="修改后重新填签", body=matter.body)
    return fresh


@transaction.atomic
def paper_reopen(*, paper: Outgoing, reason: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """What was signed is not edited; it goes back, its signature ends, and the new text is approved anew.

    Errors: Incomplete (no reason), NotAllowed, WrongState (numbered already: correct or withdraw it).
    """
    fresh, matter = locked(paper)
    why = line(reason, field="reason", label="改稿理由", longest=500)
    ledger.act(
        matter=matter,
        action="reopen",
        actor=actor,
        at=at,
        data={"reason": why, "signed_by": fresh.signed_by.name if fresh.signed_by else None},
        changes={"disclosure": Disclosure.UNDECIDED},
    )
    fresh.signed_by = fresh.signed_at = fresh.signed_edition = None
    fresh.signed_role = fresh.signed_for = ""
    save(fresh)
    errands_close(fresh, actor=actor, at=at, void=True)
    errand_open(fresh, "fill_slip", actor=actor, at=at, title="修改后重新填签", body=matter.body)
    return fresh


@transaction.atomic
def disclosure_ask(
    *, paper: Outgoing, disclosure: str, reason: str, actor: Actor, at: dt.datetime
) -> Outgoing:
    """Ask that the disclosure attribute of a signed paper be changed; whoever may sign the paper decides.

    Errors: NotAllowed, Incomplete, WrongState (not signed yet: it is part of the draft).
    Source: smx-document-flow/24.3
    """
    fresh, matter = locked(paper)
    rules.require_choice("documents.disclosure", disclosure, at, field="disclosure", label="公开属性")
    why = line(reason, field="reason", label="理由", longest=500)
    if disclosure == fresh.disclosure:
        raise Incomplete("公开属性没有变化", field="disclosure")
    ledger.act(
        matter=matter,
        action="ask_disclosure",
        actor=actor,
        at=at,
        data={"disclosure": disclosure, "reason": why},
    )
    fresh.disclosure_asked = {"disclosure": disclosure, "reason": why}
    save(fresh)
    found = signers(fresh, at=at)
    for one in found.people[:1]:
        errand_open(fresh, "sign", actor=actor, at=at, title="审批公开属性变更", person=one.person)
    return fresh


@transaction.atomic
def disclosure_decide(*, paper: Outgoing, actor: Actor, at: dt.datetime, opinion: str = "") -> Outgoing:
    """Whoever may sign the paper approves the change of its attribute. Errors: NotAllowed, WrongState (nothing asked)."""
    fresh, matter = locked(paper)
    if not fresh.disclosure_asked:
        raise WrongState("没有待批的公开属性变更", mend="请刷新页面")
    require_signatory(actor, fresh, at=at)
    wanted = fresh.disclosure_asked
    ledger.act(
        matter=matter,
        action="approve_disclosure",
        actor=actor,
        at=at,
        data={**wanted, "opinion": opinion[:500], "before": fresh.disclosure},
        changes={"disclosure": DISCLOSED[wanted["disclosure"]]},
    )
    fresh.disclosure, fresh.disclosure_reason = wanted["disclosure"], wanted["reason"]
    fresh.disclosure_asked = {}
    save(fresh)
    errands_close(fresh, "sign", actor=actor, at=at)
    return fresh
