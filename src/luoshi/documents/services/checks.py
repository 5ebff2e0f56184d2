"""Checking, registering and returning: number, register entry and processing slip come before anything else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.documents import rules
from luoshi.documents.models import Incoming
from luoshi.documents.services.incoming import HANDLING, fault_note, locked
from luoshi.documents.services.text import block
from luoshi.engines.rulebook import Ground, UnknownRule
from luoshi.ledger import rules as book
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

BELOW, AT_OR_ABOVE = "below", "at_or_above"


@transaction.atomic
def paper_check(
    *,
    paper: Incoming,
    found: Mapping[str, bool],
    notes: Mapping[str, str] | None = None,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Incoming:
    """Look a paper over by the rulebook's points, each with its answer; a point that fails needs a note.

    What a unit's paper fails is counted for the quarterly notice.
    Errors: NotAllowed, Incomplete (a point without answer, a failure without note), WrongState.
    Source: smx-document-flow/8.1.1, smx-document-flow/8.1.2, smx-document-flow/8.1.3, smx-document-flow/8.1.4,
    smx-document-flow/8.1.5, smx-work-rules/58.1, xiping-work-rules/47.1
    """
    fresh = locked(paper)
    points = rules.choice("documents.incoming_check", at)
    said = notes or {}
    checks: dict[str, Any] = {}
    for point in points.options:
        if found.get(point.value) is None:
            raise Incomplete(f"请审核“{point.label}”", field=point.value, cite=points.cite)
        note = line(
            said.get(point.value, ""), field=f"{point.value}_note", label="说明", longest=300, required=False
        )
        if not found[point.value] and not note:
            raise Incomplete(
                f"“{point.label}”不合格，请写明问题", field=f"{point.value}_note", cite=points.cite
            )
        checks[point.value] = {"label": point.label, "ok": bool(found[point.value]), "note": note}
    passed = all(one["ok"] for one in checks.values())
    data = {"passed": passed, "failed": [key for key, one in checks.items() if not one["ok"]]}
    ledger.act(matter=fresh.matter, action="check", actor=actor, at=at, data=data, version=version)
    fresh.checks, fresh.checked_at, fresh.checked_by = checks, at, actor.name
    with door():
        fresh.save()
    for key, one in checks.items():
        if not one["ok"]:
            fault_note(paper=fresh, body=fresh.sender, kind=fault_kind(key, at), note=one["note"], at=at)
    return fresh


def fault_kind(code: str, at: dt.datetime) -> str:
    """Among which kind of fault of the quarterly notice a point or ground counts."""
    return str(rules.setting("documents.fault_of", at)[code])


def number_of(kind: str, at: dt.datetime) -> str:
    """The next number of the year's series: gapless, taken in the caller's transaction."""
    year = local_day(at).year
    form = str(rules.setting("documents.slips", at)["number"][kind])
    return form.format(year=year, number=ledger.bump(f"documents.{kind}:{year}"))


def slip_of(kind: str, at: dt.datetime) -> str:
    """The name of the processing slip that goes with a kind of paper."""
    return str(rules.setting("documents.slips", at)["slip"][kind])


@transaction.atomic
def paper_register(
    *,
    paper: Incoming,
    entry: str,
    slip: bool,
    actor: Actor,
    at: dt.datetime,
    waiver: str = "",
    version: int | None = None,
) -> Incoming:
    """Number a paper, enter it in the register and attach its processing slip.

    slip: it is attached now; without it the paper is registered, and neither handled nor sent up before the slip is
    there. waiver: why a paper that failed a point is registered all the same (returning it is at discretion).
    Errors: NotAllowed, Incomplete (not checked, no entry), WrongState.
    Source: smx-document-flow/7.1, smx-document-flow/8.1.6, smx-document-flow/8.2.1
    """
    fresh = locked(paper)
    why = line(waiver, field="waiver", label="理由", longest=300, required=False)
    have = {"checked"} if fresh.checks else set()
    if why or (fresh.checks and all(one["ok"] for one in fresh.checks.values())):
        have.add("passed")
    rules.require_gate("documents.register_gate", fresh.matter.facts, have, at, field="waiver")
    _enter(fresh, "register", entry, slip, actor, at, {"waiver": why}, version)
    return fresh


def _enter(
    fresh: Incoming, action: str, entry: str, slip: bool, actor: Actor, at: dt.datetime, data: dict[str, Any],
    version: int | None = None,
) -> None:  # fmt: skip
    words = line(entry, field="entry", label="登记内容", longest=300)
    number = fresh.matter.number or number_of(fresh.kind, at)
    name = slip_of(fresh.kind, at) if slip else fresh.slip
    said = {**data, "number": number, "entry": words, "slip": name}
    ledger.act(
        matter=fresh.matter,
        action=action,
        actor=actor,
        at=at,
        data=said,
        version=version,
        changes={"title": fresh.matter.title},
    )
    give_number(fresh, number)
    fresh.entry, fresh.slip, fresh.registered_at, fresh.registered_by = words, name, at, actor.name
    with door():
        fresh.save()


def give_number(fresh: Incoming, number: str) -> None:
    """Write a paper's number on its matter, once; it stands in the event that gave it."""
    if not fresh.matter.number:
        fresh.matter.number = number
        with door():
            fresh.matter.save(update_fields=["number"])


@transaction.atomic
def slip_add(*, paper: Incoming, actor: Actor, at: dt.datetime) -> Incoming:
    """Attach the processing slip of a paper that was registered without it. Errors: NotAllowed, WrongState."""
    fresh = locked(paper)
    name = slip_of(fresh.kind, at)
    ledger.act(matter=fresh.matter, action="add_slip", actor=actor, at=at, data={"slip": name})
    fresh.slip = name
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def paper_make_good(*, paper: Incoming, entry: str, actor: Actor, at: dt.datetime) -> Incoming:
    """Register what was sent up first because of special urgency. Errors: NotAllowed, Incomplete, WrongState.

    Source: smx-document-flow/14.2
    """
    fresh = locked(paper)
    if fresh.registered_at is not None or not fresh.matter.facts.get("sent_first"):
        raise ledger.wrong_state(fresh.matter, "make_good")
    _enter(fresh, "make_good", entry, True, actor, at, {"facts": {"made_good": True}})
    return fresh


def have_of(paper: Incoming) -> set[str]:
    """Which of number, entry and slip a paper has."""
    have = set()
    if paper.matter.number:
        have.add("number")
    if paper.entry:
        have.add("entry")
    if paper.slip:
        have.add("slip")
    return have


def require_registered(paper: Incoming, at: dt.datetime) -> None:
    """Nothing is handled or sent up without number, register entry and slip. Errors: Incomplete.

    Source: smx-document-flow/14.1
    """
    rules.require_gate("documents.handle", paper.matter.facts, have_of(paper), at)


def grounds(at: dt.datetime) -> list[Ground]:
    """The grounds on which a paper may be returned."""
    day = local_day(at)
    names = {rule.id for rule in book.current().rules() if isinstance(rule, Ground)}
    found = []
    for name in names:
        if name.startswith("documents.return_"):
            try:
                found.append(book.current().ground(name, day))
            except UnknownRule:
                continue
    return sorted(found, key=lambda rule: [int(part) for part in rule.code.split(".")])


def funds_band(amount: Decimal, at: dt.datetime) -> str:
    """On which side of the line a sum lies; the line itself counts as above it.

    Source: smx-document-flow/17.3
    """
    line_at = Decimal(rules.setting("documents.funds_line", at)["yuan"])
    return BELOW if amount < line_at else AT_OR_ABOVE


def funds_path(*, amount: Decimal | None, applicant: str, large_sum: bool, at: dt.datetime) -> list[str]:
    """The way of a request for money, stop by stop, for whoever is told to take it.

    applicant: government | party. Empty where no sum is named.
    Source: smx-document-flow/17.3, smx-document-flow/17.4, smx-document-flow/17.5
    """
    if amount is None or not rules.known("documents.funds", at):
        return []
    facts = {
        "funds_band": funds_band(amount, at),
        "applicant": applicant or "government",
        "large_sum": large_sum,
    }
    return [stop.title for stop in rules.route("documents.funds", at).steps_for(facts)]


@transaction.atomic
def paper_return(
    *,
    paper: Incoming,
    ground: str,
    reason: str,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Incoming:
    """Return a paper with its ground (id of the rulebook's grounds) and reason. It is numbered, registered and counted
    like any other; whoever is told of a way instead reads it in the advice.

    Errors: NotAllowed, Incomplete (ground, reason), WrongState (handled already).
    Source: smx-document-flow/8.1.6, smx-document-flow/17.1, smx-document-flow/18.1, smx-document-flow/18.2,
    smx-document-flow/18.3
    """
    fresh = locked(paper)
    try:
        rule = book.current().ground(ground, local_day(at))
    except UnknownRule:
        raise Incomplete("请选择退回的原因", field="ground") from None
    why = block(reason, field="reason", label="退回说明", longest=1000)
    code = ground.rpartition("return_")[2]
    path = _path(fresh, code, at)
    number = fresh.matter.number or number_of(fresh.kind, at)
    data = {
        "ground": rule.id,
        "code": rule.code,
        "reason": why,
        "advice": rule.advice,
        "path": path,
        "number": number,
    }
    ledger.act(matter=fresh.matter, action="return", actor=actor, at=at, data=data, version=version)
    give_number(fresh, number)
    fresh.ground, fresh.return_reason = rule.id, "\n".join(part for part in (why, rule.advice, path) if part)
    fresh.entry = fresh.entry or f"退回：{rule.title}"
    fresh.registered_at, fresh.registered_by = fresh.registered_at or at, fresh.registered_by or actor.name
    with door():
        fresh.save()
    fault_note(paper=fresh, body=fresh.sender, kind=fault_kind(code, at), note=why, at=at)
    return fresh


def _path(paper: Incoming, code: str, at: dt.datetime) -> str:
    if code != "funds":
        return ""
    stops = funds_path(
        amount=paper.amount, applicant=paper.answers.get("applicant", ""), large_sum=False, at=at
    )
    return "办理路径：" + "→".join(stops) if stops else ""


@transaction.atomic
def paper_refer(
    *, paper: Incoming, to: Body, reason: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Incoming:
    """Pass a paper that the office does not handle to the body whose affair it is: a higher coordinating body's paper to
    its counterpart in the city, money to the finance bureau, establishment to its office.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-document-flow/16.1
    """
    fresh = locked(paper)
    why = block(reason, field="reason", label="转办说明", longest=1000)
    if not to.active or to.kind == Body.Kind.SECTION:
        raise Incomplete("请选择对应的议事协调机构办公室或部门", field="to")
    number = fresh.matter.number or number_of(fresh.kind, at)
    data = {"to": to.pk, "name": to.name, "reason": why, "number": number}
    ledger.act(matter=fresh.matter, action="refer", actor=actor, at=at, data=data, version=version)
    give_number(fresh, number)
    fresh.entry = fresh.entry or f"转{to.short_name}"
    fresh.registered_at, fresh.registered_by = fresh.registered_at or at, fresh.registered_by or actor.name
    fresh.outcome = f"转{to.name}：{why}"
    with door():
        fresh.save()
    return fresh


def require_taken(paper: Incoming, at: dt.datetime) -> None:
    """Refuse to handle what the office does not take. Errors: Incomplete, with the way that is open.

    Source: smx-document-flow/12.1, smx-document-flow/12.2, smx-document-flow/16.1, smx-document-flow/17.1
    """
    if paper.kind == HANDLING:
        rules.require_gate("documents.take", paper.matter.facts, set(), at)


__all__ = [
    "funds_band",
    "funds_path",
    "grounds",
    "paper_check",
    "paper_make_good",
    "paper_refer",
    "paper_register",
    "paper_return",
    "require_registered",
    "slip_add",
]
