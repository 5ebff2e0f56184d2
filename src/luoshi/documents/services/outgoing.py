"""A need for a paper: screened, agreed by a leader or declined. What is owed on a paper, and by whom."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luoshi.agenda import selectors as agenda
from luoshi.documents import rules
from luoshi.documents.models import Errand, Mark, Outgoing
from luoshi.documents.outgoing_policies import require
from luoshi.documents.standing import facts_of, standing
from luoshi.documents.states.outgoing import ERRAND, OUTGOING, PAPERS
from luoshi.ledger import inputs
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, Secrecy, door
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import local_day

TRAITS = (
    "implements", "regulation", "personnel", "important", "raised_to", "overall", "formality", "government_decision", "speaker",
)  # fmt: skip
"""What else the rules ask of a paper. speaker: id of the leader whose speech it is."""


def locked(paper: Outgoing) -> tuple[Outgoing, Matter]:
    """A paper as it is now with its matter, both locked until the end of the transaction."""
    return inputs.locked(paper, "drafted_by", "source", "agreed_by", "signed_by")


def begin(matter: Matter, action: str, actor: Actor) -> None:
    """Whether a step is possible here and the actor's at all, before anything else is looked at.

    Errors: WrongState, NotAllowed.
    """
    edge = PAPERS.edge(matter.state, action)
    if edge is None:
        raise ledger.wrong_state(matter, action)
    require(edge.may(actor, matter), f"“{edge.label}”", cite=edge.cite)


def save(paper: Outgoing) -> None:
    """Save a paper's own row through the ledger's door."""
    with door():
        paper.save()


def mark(
    paper: Outgoing, part: str, *, actor: Actor, at: dt.datetime, text: str = "", points: Any = None
) -> Mark:
    """Keep what somebody approved, checked or said of the edition as it stands."""
    made = Mark(
        paper=paper,
        edition=paper.edition,
        part=part,
        person_id=actor.person_id,
        name=actor.name,
        text=text,
        points=points or {},
        at=at,
    )
    with door():
        made.save(force_insert=True)
    return made


def errand_open(
    paper: Outgoing,
    what: str,
    *,
    actor: Actor,
    at: dt.datetime,
    title: str,
    body: Body | None = None,
    person: Person | None = None,
    due: dt.datetime | None = None,
) -> Matter:
    """Put something on somebody's worklist: a child matter with its own clock."""
    facts: dict[str, Any] = {"what": what, "paper": paper.pk}
    if person is not None:
        facts["person"] = person.pk
    if due is not None:
        facts["due_set"] = due.isoformat()
    matter = ledger.matter_open(
        kind=ERRAND,
        title=f"{title}：{paper.matter.title}",
        body_id=body.pk if body is not None else paper.matter.body_id,
        parent=paper.matter,
        secrecy=paper.matter.secrecy,
        actor=actor,
        at=at,
        facts=facts,
    )
    row = Errand(matter=matter, jurisdiction=matter.jurisdiction, paper=paper, what=what, person=person)
    with door():
        row.save(force_insert=True)
    return matter


def errands_close(
    paper: Outgoing, *whats: str, actor: Actor, at: dt.datetime, void: bool = False, person: int | None = None
) -> None:
    """Close what is owed on a paper: done, or no longer needed. No names: everything of its way so far."""
    kept = () if whats else ("receipt", "consult", "publish")
    rows = Errand.objects.filter(paper=paper, matter__state="open").exclude(what__in=kept)
    if whats:
        rows = rows.filter(what__in=whats)
    if person is not None:
        rows = rows.filter(person_id=person)
    for row in rows.select_related("matter"):
        ledger.act(matter=row.matter, action="drop" if void else "do", actor=actor, at=at)


def office_body(key: str, at: dt.datetime) -> Body | None:
    """A section of the office by its part in papers (secretariat, confidential)."""
    code = rules.setting("documents.names", at)[key]
    return Body.objects.filter(code=code, active=True).first()


def desk(paper: Outgoing, at: dt.datetime) -> Body | None:
    """Who checks, numbers and prints: the secretariat, the confidential office for secret papers, the section for slips."""
    if paper.genre == "slip":
        return paper.matter.body
    return office_body("confidential" if paper.matter.secrecy else "secretariat", at)


def section_for(body: Body, at: dt.datetime) -> Body | None:
    """The section that handles a body's drafts: itself, or the one that serves the leader in charge of the body."""
    if body.kind == Body.Kind.SECTION:
        return body
    leader = agenda.in_charge_of(body, day=local_day(at))
    return agenda.section_of(leader, day=local_day(at)) if leader is not None else None


def secrecy_of(kind: str, actor: Actor, at: dt.datetime) -> str:
    """How a matter is marked for a kind of secret. State secrets never enter.

    Errors: Incomplete (a state secret, an unknown kind), NotAllowed (no clearance).
    Source: smx-work-rules/68.1
    """
    if not kind:
        return str(Secrecy.NONE)
    values = rules.setting("documents.secrecy", at)
    if kind in values["refused"]:
        raise Incomplete(
            f"{values['refused'][kind]}不得进入本平台",
            mend="请按保密规定在涉密渠道办理",
            field="secret_kind",
            cite=_cite("documents.secrecy", at),
        )
    if kind not in values["kept"]:
        raise Incomplete("请选择涉密类别", field="secret_kind")
    if not actor.can("documents.secret"):
        raise NotAllowed("您没有涉密公文的权限", mend="请把涉密文稿交机要科办理")
    return str(Secrecy.SECRET)


def _months_before(at: dt.datetime, months: int) -> dt.datetime:
    """The same day some months earlier, or that month's last day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


def _same_task(task: str, at: dt.datetime, but: int | None = None) -> int:
    """How many papers on the same work were asked for within the rule's months and not declined."""
    rule = rules.setting("documents.same_task", at)
    since = _months_before(at, int(rule["months"]))
    rows = Outgoing.objects.filter(task=task, matter__opened_at__gt=since, matter__opened_at__lte=at)
    return int(rows.exclude(matter__state__in=("declined", "withdrawn")).exclude(pk=but).count())


def checked_traits(traits: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    """What else is known of a paper, without empty values. Errors: Incomplete for an unknown kind of decision."""
    kept = {key: traits[key] for key in TRAITS if traits.get(key)}
    if "government_decision" in kept:
        rules.require_choice(
            "documents.government_decision",
            kept["government_decision"],
            at,
            field="government_decision",
            label="决定种类",
        )
    return kept


@transaction.atomic
def draft_open(
    *,
    title: str,
    genre: str,
    issued_as: str,
    body: Body,
    actor: Actor,
    at: dt.datetime,
    addressee: str = "subordinate",
    purpose: str = "",
    task: str = "",
    repeat_reason: str = "",
    screen: Mapping[str, Any] | None = None,
    section: Body | None = None,
    source: Matter | None = None,
    normative: bool = False,
    policy: bool = False,
    urgency: str = "routine",
    secret_kind: str = "",
    wanted_on: dt.date | None = None,
    traits: Mapping[str, Any] | None = None,
) -> Outgoing:
    """Say that a paper is needed; a leader agrees first. body: who drafts it, a department or a section.

    screen: what was confirmed against issuing for nothing (need -> true, or a reason where the rule says in principle).
    task: the work it is about; a second paper on it within a year needs a reason. section: who handles it, where it
    is not the one that serves the leader in charge of the body.
    Errors: NotAllowed, Incomplete naming the field (also for a state secret), WrongState before the rules were in force.
    Source: smx-document-flow/20.0, smx-document-flow/20.1.1, smx-executive-meeting/7.1.2
    """
    require(_may_draft_for(actor, body), "为其他单位提出发文", mend="请以本单位名义提出")
    words = line(title, field="title", label="标题", longest=200)
    rules.require_choice("documents.outgoing_genre", genre, at, field="genre", label="文种")
    rules.require_choice("documents.addressee", addressee, at, field="addressee", label="行文对象")
    if issued_as not in Outgoing.IssuedAs.values:
        raise Incomplete("只能以政府或政府办公室名义发文", field="issued_as")
    if urgency not in Outgoing.Urgency.values:
        raise Incomplete("请选择办理等级", field="urgency")
    handled = section or section_for(body, at)
    if handled is None or handled.kind != Body.Kind.SECTION:
        raise Incomplete(
            f"没有找到对口联系{body.short_name}的承办科室", mend="请选择承办科室", field="section"
        )
    about = line(task or words, field="task", label="工作事项", longest=100)
    earlier = _same_task(about, at)
    repeated = earlier >= int(rules.setting("documents.same_task", at)["most"])
    reason = line(
        repeat_reason,
        field="repeat_reason",
        label="同一工作一年内再次发文的理由",
        longest=500,
        required=repeated,
    )
    kept = checked_traits(traits or {}, at)
    matter = ledger.matter_open(
        kind=OUTGOING,
        title=words,
        body_id=handled.pk,
        secrecy=secrecy_of(secret_kind, actor, at),
        actor=actor,
        at=at,
        facts={"genre": genre, "drafted_by": body.pk, "bodies": []},
        data={"purpose": purpose, "task": about, "repeated": repeated, "earlier": earlier},
    )
    paper = Outgoing(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        genre=genre,
        issued_as=issued_as,
        addressee=addressee,
        urgency=urgency,
        drafted_by=body,
        by_department=body.kind != Body.Kind.SECTION,
        source=source,
        purpose=line(purpose or words, field="purpose", label="发文理由", longest=500),
        task=about,
        screen=_screened(screen or {}),
        repeated=repeated,
        repeat_reason=reason,
        normative=normative,
        policy=policy or normative,
        secret_kind=secret_kind,
        wanted_on=wanted_on,
        traits=kept,
    )
    with door():
        paper.save(force_insert=True)
    _ask_leaders(paper, actor=actor, at=at)
    return paper


def _may_draft_for(actor: Actor, body: Body) -> bool:
    codes = ("documents.unit", "documents.handle", "documents.reading")
    own = actor.body_id == body.pk and any(actor.can(code) for code in codes)
    return (
        own
        or actor.can("documents.number")
        or (actor.can("documents.handle") and not actor.can("documents.unit"))
    )


def _screened(screen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if value is True else str(value).strip()[:300]
        for key, value in screen.items()
        if value is True or str(value or "").strip()
    }


def _ask_leaders(paper: Outgoing, *, actor: Actor, at: dt.datetime) -> None:
    """The leader in charge is asked; where nobody is, whoever may agree."""
    found = agenda.signing("documents.agree", facts_of(paper, passed=False), at=at, body=paper.drafted_by)
    charged = agenda.in_charge_of(paper.drafted_by, day=local_day(at))
    people = [one.person for one in found.people]
    first = [one for one in people if charged is not None and one.pk == charged.person_id] or people[:1]
    for person in first:
        errand_open(paper, "agree", actor=actor, at=at, title="同意发文", person=person)


@transaction.atomic
def need_screen(
    *, paper: Outgoing, screen: Mapping[str, Any], actor: Actor, at: dt.datetime, repeat_reason: str = ""
) -> Outgoing:
    """Confirm, point by point, that the paper is none of those that are not issued.

    Errors: NotAllowed, Incomplete, WrongState (agreed already).
    """
    fresh, matter = locked(paper)
    fresh.screen = _screened(screen)
    if repeat_reason:
        fresh.repeat_reason = line(repeat_reason, field="repeat_reason", label="理由", longest=500)
    ledger.act(matter=matter, action="screen", actor=actor, at=at, data={"screen": fresh.screen})
    save(fresh)
    return fresh


@transaction.atomic
def repeat_allow(*, paper: Outgoing, opinion: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """The secretary-general lets a second paper on the same work within a year pass, by the reason given.

    Errors: NotAllowed (another role), Incomplete, WrongState (not a repetition).
    Source: smx-work-rules/65.5
    """
    fresh, matter = locked(paper)
    rule = rules.setting("documents.same_task", at)
    if not fresh.repeated:
        raise WrongState("一年内同一工作没有发过文，不需要这一步", mend="请直接报领导同意")
    if not actor.has_role(str(rule["decides"])):
        raise NotAllowed(
            "同一工作一年内再次发文，由秘书长定", mend="请报秘书长", cite=_cite("documents.same_task", at)
        )
    said = line(opinion, field="opinion", label="意见", longest=500)
    ledger.act(matter=matter, action="allow_repeat", actor=actor, at=at, data={"opinion": said})
    fresh.repeat_allowed_by_id = actor.person_id
    save(fresh)
    return fresh


def _cite(rule: str, at: dt.datetime) -> tuple[str, ...]:
    from luoshi.ledger import rules as book

    return book.current().setting(rule, local_day(at)).cite


@transaction.atomic
def issue_agree(*, paper: Outgoing, opinion: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """A leader agrees that the paper be issued. Every point of the screen must stand first.

    Errors: NotAllowed (who is no leader for it), Incomplete naming the point with its clause, WrongState.
    Source: smx-document-flow/20.0
    """
    fresh, matter = locked(paper)
    facts = facts_of(fresh, passed=False)
    agenda.signatory(actor, "documents.agree", facts, at=at, body=None)
    require_screen(fresh, at=at)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(matter=matter, action="agree", actor=actor, at=at, data={"opinion": said})
    fresh.agreed_by_id, fresh.agreed_at = actor.person_id, at
    save(fresh)
    errands_close(fresh, "agree", actor=actor, at=at)
    errand_open(fresh, "draft", actor=actor, at=at, title="起草代拟稿", body=fresh.drafted_by)
    return fresh


def require_screen(paper: Outgoing, *, at: dt.datetime) -> None:
    """Refuse a paper of a kind that is not issued. Errors: Incomplete naming the first point, with clause and advice.

    Source: smx-work-rules/63.1
    """
    stand = standing(paper, at=at)
    gate = rules.gate("documents.need", at)
    missing = gate.missing(stand.facts, stand.have)
    if missing:
        raise Incomplete(
            f"发文必要性没有确认：{missing[0].title}",
            mend=missing[0].mend,
            cite=missing[0].cite,
            field=missing[0].key,
        )
    for need in gate.advised(stand.facts, stand.have):
        if not paper.screen.get(need.key):
            raise Incomplete(
                f"请确认“{need.title}”或写明理由", mend=need.mend, cite=need.cite, field=need.key
            )


@transaction.atomic
def issue_decline(*, paper: Outgoing, reason: str, actor: Actor, at: dt.datetime) -> Outgoing:
    """A leader does not agree that the paper be issued. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(paper)
    agenda.signatory(actor, "documents.agree", facts_of(fresh, passed=False), at=at)
    why = line(reason, field="reason", label="理由", longest=500)
    ledger.act(matter=matter, action="decline", actor=actor, at=at, data={"reason": why})
    errands_close(fresh, actor=actor, at=at, void=True)
    return fresh
