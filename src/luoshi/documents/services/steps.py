"""The step machine: a paper goes along a route of the rulebook, stop by stop, each stop its own matter and clock.

What follows when a course is over, sent back or given an instruction is the paper's own affair: each kind of paper
registers its handlers (`on_finished`, `on_sent_back`, `on_instruction`, `on_hold`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from luoshi.documents import commissions, roster, rules
from luoshi.documents.models import Course, Step
from luoshi.documents.services.seats import people_of, stand_in
from luoshi.documents.states.steps import STEP, may_hold_or_route, may_route
from luoshi.engines.rulebook.flow import Route, RouteStep
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Person

CIRCLE, AGREE, DISAGREE = "circle", "agree", "disagree"
BACK_TO_FRONT, FRONT_TO_BACK, ANY = "back_to_front", "front_to_back", "any"
ORDERS: Final = {BACK_TO_FRONT: "由后向前", FRONT_TO_BACK: "由前向后", ANY: "不分先后"}

Finished = Callable[[Matter, Course, Actor, dt.datetime], None]
SentBack = Callable[[Matter, Course, str, Actor, dt.datetime], None]
Instructed = Callable[[Matter, Step, Any, Actor, dt.datetime], None]
Held = Callable[[Matter, Course], bool]
_finished: dict[str, Finished] = {}
_sent_back: dict[str, SentBack] = {}
_instructed: dict[str, Instructed] = {}
_held: dict[str, Held] = {}


def on_finished(kind: str, handler: Finished) -> None:
    """Let a kind of paper act when a course of it has reached its end."""
    _finished[kind] = handler


def on_sent_back(kind: str, handler: SentBack) -> None:
    """Let a kind of paper act when somebody on its way sends it back for changes."""
    _sent_back[kind] = handler


def on_instruction(kind: str, handler: Instructed) -> None:
    """Let a kind of paper take the instructions that leaders write on it."""
    _instructed[kind] = handler


def on_hold(kind: str, handler: Held) -> None:
    """Let a kind of paper say that instructions on it are not carried out yet."""
    _held[kind] = handler


@transaction.atomic
def route_begin(
    *,
    paper: Matter,
    route_id: str,
    facts: Mapping[str, Any],
    actor: Actor,
    at: dt.datetime,
    people: Mapping[str, Sequence[Person]] | None = None,
    order: str = "",
    order_reason: str = "",
) -> Course:
    """Send a paper along a route: the stops that its facts call for, the first one opened at once.

    people: who acts at a stop, by its key, where the facts alone do not say. facts may name `body` (id of the body
    whose affair it is: its leader and that leader's assistant are found by the division of work) and `section`.
    order: another order among the holders of a stop than the route's; then a reason is asked for, because the rule
    says "in principle".
    Errors: NotAllowed, Incomplete (nobody at a stop, somebody who does not hold its office, no reason), WrongState
    (the paper is on its way already).
    """
    if not may_route(actor):
        raise NotAllowed("您没有送批送阅公文的权限", mend="请由秘书科、机要科或承办科室送出")
    fresh = ledger.lock(paper)
    rule = rules.route(route_id, at)
    if Course.objects.filter(paper=fresh, finished_at__isnull=True).exists():
        raise WrongState("这件公文正在传批传阅", mend="请待本轮结束，或先撤回")
    chosen = order or rule.order
    reason = " ".join(order_reason.split())
    if chosen != rule.order and (chosen not in ORDERS or not reason):
        raise Incomplete(
            f"原则上{ORDERS[rule.order]}送，改变次序须写明理由", field="order_reason", cite=rule.cite
        )
    course = Course(
        paper=fresh,
        turn=Course.objects.filter(paper=fresh).count() + 1,
        route=route_id,
        title=rule.title,
        order=chosen,
        order_reason=reason if chosen != rule.order else "",
        facts={key: value for key, value in facts.items() if value is not None},
        begun_at=at,
        begun_by=actor.name,
    )
    stops = rule.steps_for(course.facts)
    if not stops:
        raise Incomplete("按这些情况没有可送的环节", mend="请核对是否选定了领导", cite=rule.cite)
    for stop in stops:
        given = list((people or {}).get(stop.key, ()))
        found = given or people_of(stop, course.facts, at)
        _check_people(stop, found, at, given=bool(given))
        course.people[stop.key] = [one.pk for one in _ordered(found, chosen, at)]
    with door():
        course.save(force_insert=True)
    advance(course=course, actor=actor, at=at)
    return course


def _check_people(stop: RouteStep, people: Sequence[Person], at: dt.datetime, *, given: bool) -> None:
    if not people:
        raise Incomplete(
            f"“{stop.title}”没有办理人", mend="请指定，或核对领导名单和分工", field=stop.key, cite=stop.cite
        )
    able = {one.pk for one in roster.holders(stop.who, at)}
    for one in people if given else ():
        if one.pk not in able:
            raise Incomplete(
                f"{one.name}现在不能办理“{stop.title}”", mend="请另选", field=stop.key, cite=stop.cite
            )


def _ordered(people: Sequence[Person], order: str, at: dt.datetime) -> list[Person]:
    """People in the order in which they act: by rank, from the last to the first for approval.

    Source: smx-document-flow/9.1, smx-document-flow/9.2
    """
    ranked = roster.by_rank(people, at)
    return ranked[::-1] if order == BACK_TO_FRONT else ranked


def groups_of(rule: Route, facts: Mapping[str, Any]) -> list[list[RouteStep]]:
    """The stops of a way in groups: a stop that goes alongside belongs to the one before it."""
    groups: list[list[RouteStep]] = []
    for stop in rule.steps_for(facts):
        if stop.alongside and groups:
            groups[-1].append(stop)
        else:
            groups.append([stop])
    return groups


@transaction.atomic
def advance(*, course: Course, actor: Actor, at: dt.datetime) -> None:
    """Open what comes next, or end the course when all stops are through.

    For approval nothing goes further up while an instruction on the paper is not carried out (gate
    documents.next_stop).
    Source: smx-document-flow/10.1
    """
    if course.finished_at is not None or held(course, at):
        return
    rule = rules.route(course.route, course.begun_at)
    done = set(course.steps.filter(matter__state="done").values_list("stop", "seat"))
    waiting = set(course.steps.filter(matter__state="open").values_list("stop", "seat"))
    position = 0
    for group in groups_of(rule, course.facts):
        position += 1
        left = [
            (stop, seat) for stop in group for seat in course.people[stop.key] if (stop.key, seat) not in done
        ]
        if not left:
            continue
        for stop in group:
            ours = [seat for one, seat in left if one.key == stop.key]
            if course.order == ANY:
                opening = [seat for seat in ours if (stop.key, seat) not in waiting]
            else:
                opening = [] if any((stop.key, seat) in waiting for seat in ours) else ours[:1]
            for seat in opening:
                _open(course, stop, position, seat, actor, at)
        return
    _finish(course, _outcome(course), actor, at)


def held(course: Course, at: dt.datetime) -> bool:
    """Whether the next stop has to wait for instructions to be carried out."""
    asks = _held.get(course.paper.kind)
    have = set() if asks is not None and asks(course.paper, course) else {"carried_out"}
    return bool(rules.missing("documents.next_stop", course.facts, have, at))


def _open(
    course: Course, stop: RouteStep, position: int, seat_id: int, actor: Actor, at: dt.datetime
) -> Step:
    seat = Person.objects.get(pk=seat_id)
    person, note = stand_in(seat, stop, course.facts, at)
    return open_step(
        course=course, stop=stop.key, title=stop.title, position=position, role=_role(stop, seat, at), seat=seat,
        person=person, note=note, actor=actor, at=at,
    )  # fmt: skip


def _role(stop: RouteStep, seat: Person, at: dt.datetime) -> str:
    held_now = roster.offices(seat.pk, at)
    return next((role for role in stop.who if role in held_now), stop.who[0])


def open_step(
    *,
    course: Course,
    stop: str,
    title: str,
    position: int,
    role: str,
    seat: Person,
    person: Person,
    note: str,
    actor: Actor,
    at: dt.datetime,
) -> Step:
    """Open one step: its matter belongs to the person's body, the clock to the person."""
    facts: dict[str, Any] = {**course.facts, "person": person.pk, "stop": stop}
    if person.pk != seat.pk:
        facts["acts_for"] = seat.pk
    matter = ledger.matter_open(
        kind=STEP,
        title=f"{title}：{course.paper.title}",
        body_id=person.body_id,
        parent=course.paper,
        secrecy=course.paper.secrecy,
        actor=actor,
        at=at,
        facts=facts,
        data={"name": person.name, "note": note},
    )
    step = Step(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        course=course,
        paper=course.paper,
        stop=stop,
        title=title,
        position=position,
        role=role,
        seat=seat,
        person=person,
        acts_for=seat if person.pk != seat.pk else None,
        note=note,
        opened_at=at,
    )
    with door():
        step.save(force_insert=True)
    return step


def stop_of(step: Step) -> RouteStep:
    """The stop of the route that a step stands for."""
    rule = rules.route(step.course.route, step.course.begun_at)
    return next(stop for stop in rule.steps if stop.key == step.stop)


def locked_step(step: Step) -> Step:
    """A step as it is now; its paper is locked first, then it, until the end of the transaction."""
    ledger.lock(step.paper_id)
    ledger.lock(step.pk)
    fresh: Step = Step.objects.select_related("course", "paper", "matter", "person", "seat").get(pk=step.pk)
    return fresh


def _routed(step: Step) -> Step:
    """A stop of the route as it is now; a coordinator's step is none. Errors: WrongState."""
    fresh = locked_step(step)
    commissions.require_own_stop(fresh)
    return fresh


@transaction.atomic
def step_done(
    *,
    step: Step,
    actor: Actor,
    at: dt.datetime,
    mark: str,
    opinion: str = "",
    instruction: Any = None,
    extra: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Step:
    """Take a step: a mark, and an opinion where the stop asks for a definite one (a circle is no approval).

    instruction: what the paper's own handler takes (luoshi.documents.services.instructions.Order for incoming
    papers). extra: further fields that the stop's content asks for. Then the next stop opens, or the course ends.
    Errors: NotAllowed (somebody else's), Incomplete (circle, empty phrase, field missing), WrongState.
    Source: smx-document-flow/13.1
    """
    fresh = _routed(step)
    rules.require_choice("documents.mark", mark, at, field="mark", label="批示结论")
    said = opinion.strip()
    more = {key: value for key, value in (extra or {}).items() if value not in (None, "")}
    commissions.require_reported(fresh, actor, at)
    wanted = commissions.wanted(fresh, stop_of(fresh).content)
    if wanted:
        rule = rules.content(wanted, at)
        if mark == CIRCLE:
            raise Incomplete("不能以圈阅代替审批", mend="请提出明确的办理意见", field="mark", cite=rule.cite)
        rules.require_content(wanted, {"opinion": said, **more}, at, definite=("opinion",))
        if "coordination" in {field.key for field in rule.fields}:
            result = str(more["coordination"])
            rules.require_choice(
                "documents.coordination", result, at, field="coordination", label="协调的结果"
            )
    data = {
        "mark": mark, "opinion": said, "extra": more, "stop": fresh.stop,
        "acts_for": fresh.acts_for.name if fresh.acts_for and actor.person_id == fresh.person_id else None,
    }  # fmt: skip
    ledger.act(matter=fresh.matter, action="done", actor=actor, at=at, data=data, version=version)
    fresh.mark, fresh.opinion, fresh.extra = mark, said, more
    fresh.done_at, fresh.done_by = at, actor.name
    if fresh.acts_for_id == actor.person_id:
        fresh.person, fresh.acts_for = fresh.seat, None
    with door():
        fresh.save()
    if instruction is not None:
        _instruct(fresh, instruction, actor, at)
    advance(course=fresh.course, actor=actor, at=at)
    return fresh


def _instruct(step: Step, instruction: Any, actor: Actor, at: dt.datetime) -> None:
    handler = _instructed.get(step.paper.kind)
    if handler is None:
        raise Incomplete("这类公文不在传批中转办", mend="请写入意见，由承办科室另行交办", field="instruction")
    handler(step.paper, step, instruction, actor, at)


@transaction.atomic
def step_send_back(
    *, step: Step, reason: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Step:
    """Send a paper back for changes: the course ends, what else was open is recalled.

    Errors: NotAllowed, Incomplete (no reason), WrongState.
    """
    fresh = _routed(step)
    why = reason.strip()
    if not why:
        raise Incomplete("请写明退回的理由", field="reason")
    ledger.act(
        matter=fresh.matter, action="send_back", actor=actor, at=at, data={"reason": why}, version=version
    )
    with door():
        fresh.opinion, fresh.done_at, fresh.done_by = why, at, actor.name
        fresh.save()
    _recall_open(fresh.course, actor, at)
    _end(fresh.course, "sent_back", at)
    handler = _sent_back.get(fresh.paper.kind)
    if handler is not None:
        handler(ledger.lock(fresh.paper_id), fresh.course, why, actor, at)
    return fresh


@transaction.atomic
def step_refer(*, step: Step, to: Person, reason: str, actor: Actor, at: dt.datetime) -> Step:
    """A leader asks that another leader decide too: the other gets a step at the same stop, beside the own one.

    Errors: NotAllowed, Incomplete (no reason, not a leader, asked already), WrongState.
    Source: smx-work-rules/60.1, xiping-work-rules/49.4
    """
    fresh = _routed(step)
    why = reason.strip()
    if not why:
        raise Incomplete("请写明转请核批的事由", field="reason")
    if not roster.offices(to.pk, at):
        raise Incomplete("只能转请其他领导核批", field="to")
    course = fresh.course
    if to.pk in course.people[fresh.stop]:
        raise Incomplete(f"{to.name}已在这一环节", field="to")
    data = {"to": to.pk, "name": to.name, "reason": why}
    ledger.act(matter=fresh.matter, action="refer", actor=actor, at=at, data=data)
    course.people[fresh.stop].append(to.pk)
    with door():
        course.save(update_fields=["people"])
    person, note = stand_in(to, stop_of(fresh), course.facts, at)
    open_step(
        course=course, stop=fresh.stop, title=fresh.title, position=fresh.position,
        role=next(iter(sorted(roster.offices(to.pk, at)))), seat=to, person=person,
        note=note or f"{actor.name}转请核批：{why}"[:300], actor=actor, at=at,
    )  # fmt: skip
    return fresh


@transaction.atomic
def step_agree(
    *,
    step: Step,
    manner: str,
    agreed: str,
    to: Person | None = None,
    actor: Actor,
    at: dt.datetime,
) -> Step:
    """Record what was agreed with a leader who cannot sign now: a value of documents.away_manner, and in what words.

    partner, other: the step goes to that person, who acts for the seat; wait, remote: it stays where it is. What was
    agreed goes before what is usual.
    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-document-flow/11
    """
    fresh = _routed(step)
    rules.require_choice("documents.away_manner", manner, at, field="manner", label="传批方式")
    words = agreed.strip()
    if not words:
        raise Incomplete("请记录与领导商定的情况", field="agreed")
    if not may_hold_or_route(actor, fresh.matter):
        raise NotAllowed("您不能变更这一环节", mend="请由承办科室办理")
    if manner not in ("partner", "other"):
        ledger.act(
            matter=fresh.matter, action="agree", actor=actor, at=at, data={"manner": manner, "note": words}
        )
        return fresh
    person = roster.partner(fresh.seat_id, at) if manner == "partner" else to
    if person is None or person.pk == fresh.seat_id or not roster.offices(person.pk, at):
        raise Incomplete("请选定代批的领导", field="to")
    ledger.act(
        matter=fresh.matter, action="move", actor=actor, at=at,
        data={"manner": manner, "note": words, "to": person.pk, "name": person.name},
    )  # fmt: skip
    return open_step(
        course=fresh.course, stop=fresh.stop, title=fresh.title, position=fresh.position, role=fresh.role,
        seat=fresh.seat, person=person, note=f"商定：{words}"[:300], actor=actor, at=at,
    )  # fmt: skip


@transaction.atomic
def route_recall(*, paper: Matter, reason: str, actor: Actor, at: dt.datetime) -> None:
    """Take a paper back from its way. Errors: NotAllowed, Incomplete, WrongState (it is not on its way)."""
    if not may_route(actor):
        raise NotAllowed("您不能撤回这件公文", mend="请由送出的科室办理")
    why = reason.strip()
    if not why:
        raise Incomplete("请写明撤回的理由", field="reason")
    fresh = ledger.lock(paper)
    course = Course.objects.filter(paper=fresh, finished_at__isnull=True).first()
    if course is None:
        raise WrongState("这件公文不在传批传阅中", mend="请刷新页面")
    _recall_open(course, actor, at, why)
    _end(course, "recalled", at)


def _recall_open(course: Course, actor: Actor, at: dt.datetime, reason: str = "") -> None:
    for other in course.steps.filter(matter__state="open").select_related("matter"):
        data = {"reason": reason or "公文已退回"}
        ledger.act(matter=other.matter, action="recall", actor=actor, at=at, data=data)


def _outcome(course: Course) -> str:
    """How a course ended: refused when somebody at its last stop refused, read when nobody had to decide."""
    done = course.steps.filter(matter__state="done").exclude(stop=commissions.COORDINATION)
    rows = list(done.order_by("position", "pk"))
    last = [row for row in rows if row.position == rows[-1].position]
    if any(row.mark == DISAGREE for row in last):
        return "refused"
    return "read" if all(row.mark == CIRCLE for row in rows) else "agreed"


def _end(course: Course, outcome: str, at: dt.datetime) -> None:
    course.finished_at, course.outcome = at, outcome
    with door():
        course.save(update_fields=["finished_at", "outcome"])


def _finish(course: Course, outcome: str, actor: Actor, at: dt.datetime) -> None:
    _end(course, outcome, at)
    handler = _finished.get(course.paper.kind)
    if handler is not None:
        handler(ledger.lock(course.paper_id), course, actor, at)


__all__ = [
    "advance",
    "on_finished",
    "on_hold",
    "on_instruction",
    "on_sent_back",
    "open_step",
    "route_begin",
    "route_recall",
    "step_agree",
    "step_done",
    "step_refer",
    "step_send_back",
]
