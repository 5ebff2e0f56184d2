"""The way of a request: its stops planned by the rulebook's route, taken one by one or alongside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luoshi.agenda import rules, states
from luoshi.agenda.models import Leader, Step
from luoshi.agenda.selectors.roster import (
    assistant_of,
    assisted_by,
    holders,
    in_charge_of,
    leader_of,
    section_of,
)
from luoshi.agenda.selectors.standing import City
from luoshi.engines.rulebook import Route, RouteStep
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body, Grant, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

SECTION = "section"  # key of the stop at the section that serves the leader
OFFICES = frozenset(Leader.Office.values)
Ended = Callable[[Matter, Actor, dt.datetime], None]
_granted: dict[str, Ended] = {}


def on_granted(kind: str, handler: Ended) -> None:
    """What follows when the last stop of a kind of request has agreed; called once, when the app starts."""
    _granted[kind] = handler


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks: the person with their body and office, and the body that the request is about."""

    person: Person
    body: Body
    about: Body | None
    others_suffice: bool = False

    def leader(self, day: dt.date) -> Leader | None:
        """Their leading office, where they have one."""
        return leader_of(self.person.pk, day=day)


def stops_plan(
    *, paper: Matter, route: Route, facts: Mapping[str, Any], request: Request, actor: Actor, at: dt.datetime
) -> None:
    """Enter the stops that these facts call for, and open the first.

    Stops go one after another, all at once where the route's order is `any`. A stop for several people is one for each.
    Some keys name people by the roster: assisted (whom the deputy assists), assistant, in_charge, section.
    """
    position = 0
    for stop in route.steps_for(facts):
        if not (stop.alongside or (route.order == "any" and position)):
            position += 1
        _plan_stop(paper, stop, position, request, at)
    advance(paper=paper, actor=actor, at=at)
    first = Step.objects.filter(paper=paper, person=None, matter__state="open").order_by("position").first()
    if first is not None and may_take(first, actor, at):
        step_agree(step=first, opinion="拟办", actor=actor, at=at)


def _plan_stop(paper: Matter, stop: RouteStep, position: int, request: Request, at: dt.datetime) -> None:
    if not OFFICES.intersection(stop.who):
        body_id = _place(stop, request, local_day(at))
        _enter(paper, stop, position, body_id, None, "", at)
        return
    leaders = [one for one in _who(stop, request, at) if not _own(one, request)]
    if not leaders:
        step = _enter(paper, stop, position, None, None, "", at)
        _leave_out(step, "没有须办理的领导，或即为本人", at)
    for leader in leaders:
        _enter(paper, stop, position, leader.person.body_id, leader.person, "", at)


def _own(leader: Leader, request: Request) -> bool:
    """Nobody checks their own request; the mayor, above whom nobody stands here, decides on his own."""
    return leader.person_id == request.person.pk and leader.office != Leader.Office.MAYOR


def _who(stop: RouteStep, request: Request, at: dt.datetime) -> list[Leader]:
    """The leaders of a stop, by the roster where its key says so, else by office."""
    day = local_day(at)
    own = request.leader(day)
    found: list[Leader | None]
    if stop.key == "assisted":
        found = list(assisted_by(own, day=day)) if own else []
    elif stop.key == "assistant":
        found = [assistant_of(own, day=day)] if own else []
    elif stop.key == "in_charge":
        found = [in_charge_of(request.about, day=day)] if request.about else []
    else:
        people = [person for role in stop.who for person in holders(role, day=day)]
        found = [leader_of(person.pk, day=day) for person in people]
    return [leader for leader in found if leader is not None and leader.office in stop.who]


def _place(stop: RouteStep, request: Request, day: dt.date) -> int | None:
    """Where a stop without a named person lies: the serving section, else the body that has one of its roles."""
    own = request.leader(day)
    section = section_of(own, day=day) if own and stop.key == SECTION else None
    if section is not None:
        return section.pk
    rows = Grant.objects.filter(in_force(day), role__code__in=stop.who, body__active=True)
    ranked = sorted(rows.values_list("role__code", "body_id"), key=lambda row: stop.who.index(row[0]))
    return ranked[0][1] if ranked else None


def _enter(
    paper: Matter, stop: RouteStep, position: int, body_id: int | None, person: Person | None, note: str, at: dt.datetime
) -> Step:  # fmt: skip
    facts = {"key": stop.key, **({"person": person.pk} if person else {})}
    matter = ledger.matter_open(
        kind=states.STEP, title=f"{stop.title}：{paper.title}", parent=paper, body_id=body_id, actor=SYSTEM, at=at,
        facts=facts,
    )  # fmt: skip
    step = Step(
        matter=matter, jurisdiction=matter.jurisdiction, paper=paper, key=stop.key, title=stop.title,
        position=position, roles=list(stop.who), person=person, note=note,
    )  # fmt: skip
    with door():
        step.save(force_insert=True)
    return step


def _leave_out(step: Step, note: str, at: dt.datetime) -> None:
    ledger.act(matter=step.matter, action="leave_out", actor=SYSTEM, at=at, data={"note": note})
    _note(step, note=note)


def _note(step: Step, **values: Any) -> None:
    for name, value in values.items():
        setattr(step, name, value)
    with door():
        step.save(update_fields=list(values))


def _steps(paper: Matter) -> list[Step]:
    rows = Step.objects.filter(paper=paper).select_related("matter", "person", "acts_for")
    return list(rows.order_by("position", "pk"))


def advance(*, paper: Matter, actor: Actor, at: dt.datetime) -> None:
    """Open what comes next, leave out those away whose colleague suffices, and grant when all have agreed."""
    steps = _steps(paper)
    if paper.facts.get("others_suffice"):
        _leave_out_absent(steps, at)
        steps = _steps(paper)
    if any(step.matter.state == "open" for step in steps):
        return
    waiting = [step for step in steps if step.matter.state == "waiting"]
    if not waiting:
        _granted[paper.kind](ledger.lock(paper), actor, at)
        return
    for step in waiting:
        if step.position == waiting[0].position:
            ledger.act(matter=step.matter, action="open", actor=SYSTEM, at=at)
    advance_absent = paper.facts.get("others_suffice") and len(waiting) > 1
    if advance_absent:
        _leave_out_absent(_steps(paper), at)


def _leave_out_absent(steps: list[Step], at: dt.datetime) -> None:
    """Of several who must all agree, one who is away is left out as long as another is there, or has agreed.

    Source: smx-secretary-rules/3.5.1
    """
    away = City.now(at).away
    there = [
        step for step in steps
        if step.matter.state == "agreed" or (step.matter.state == "open" and step.person_id not in away)
    ]  # fmt: skip
    for step in steps:
        if there and step.matter.state == "open" and step.person_id in away and step.person is not None:
            other = there[0].person
            who = other.name if other else there[0].title
            _leave_out(step, f"{step.person.name}离开任职所在地，由{who}一人批准", at)


def taken_for(step: Step, actor: Actor, at: dt.datetime) -> tuple[bool, Person | None, str]:
    """Whether the actor may take a stop now, for whom when standing in, and how that came about."""
    if step.person_id is None:
        bound = step.key == SECTION and step.matter.body_id is not None
        return actor.has_role(*step.roles) and (not bound or step.matter.body_id == actor.body_id), None, ""
    if actor.person_id == step.person_id:
        return True, None, ""
    city = City.now(at)
    leader = next((one for one in city.leaders if one.person_id == step.person_id), None)
    if leader is None or step.person_id not in city.away:
        return False, None, ""
    power = "preside" if leader.office == Leader.Office.MAYOR else "sign"
    found = city.stand_in(leader, power, {})
    if found is not None and found[0].pk == actor.person_id:
        return True, leader.person, found[1]
    return False, None, ""


def may_take(step: Step, actor: Actor, at: dt.datetime) -> bool:
    """Whether it is the actor's turn at a stop."""
    return step.matter.state == "open" and taken_for(step, actor, at)[0]


def _take(step: Step, action: str, opinion: str, *, actor: Actor, at: dt.datetime) -> Step:
    paper = ledger.lock(step.paper_id)
    fresh: Step = Step.objects.select_related("matter", "person", "paper").get(pk=step.pk)
    if paper.state != "applied":
        raise WrongState("这件事项已有结果", mend="请刷新页面")
    allowed, acts_for, note = taken_for(fresh, actor, at)
    if not allowed:
        who = fresh.person.name if fresh.person else "、".join(rules.role_title(role) for role in fresh.roles)
        raise NotAllowed(f"“{fresh.title}”应由{who}办理", mend="请等待其办理")
    data = {"opinion": opinion, "note": f"代{acts_for.name}：{note}" if acts_for else ""}
    ledger.act(matter=fresh.matter, action=action, actor=actor, at=at, data=data)
    _note(fresh, opinion=opinion, done_at=at, acts_for=acts_for, **({"note": note} if acts_for else {}))
    return fresh


@transaction.atomic
def step_agree(*, step: Step, opinion: str = "", actor: Actor, at: dt.datetime) -> Step:
    """Agree at a stop that is the actor's turn; the next opens, and after the last the request is granted.

    Errors: NotAllowed (somebody else's turn), WrongState (not open, decided already).
    """
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    fresh = _take(step, "agree", said, actor=actor, at=at)
    advance(paper=ledger.lock(fresh.paper_id), actor=actor, at=at)
    return fresh


@transaction.atomic
def step_refuse(*, step: Step, reason: str, actor: Actor, at: dt.datetime) -> Step:
    """Refuse at a stop, with a reason: the request is refused and its other stops lapse.

    Errors: NotAllowed, WrongState, Incomplete (no reason).
    """
    said = line(reason, field="opinion", label="不同意的理由", longest=500)
    fresh = _take(step, "refuse", said, actor=actor, at=at)
    paper = ledger.lock(fresh.paper_id)
    stops_void(paper=paper, at=at)
    ledger.act(matter=paper, action="refuse", actor=actor, at=at, data={"reason": said})
    return fresh


def stops_void(*, paper: Matter, at: dt.datetime) -> None:
    """What is still to be done on a request that came to its end otherwise lapses."""
    for step in _steps(paper):
        if step.matter.state in ("waiting", "open"):
            ledger.act(matter=step.matter, action="void", actor=SYSTEM, at=at)


def recheck_absent(*, person: Person, at: dt.datetime) -> None:
    """Somebody goes away: requests that wait for them and whose other approver suffices go on."""
    rows = Step.objects.filter(person=person, matter__state="open", paper__state="applied")
    for step in rows.select_related("paper"):
        if step.paper.facts.get("others_suffice"):
            advance(paper=ledger.lock(step.paper_id), actor=SYSTEM, at=at)
