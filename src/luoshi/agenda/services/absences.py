"""Absence: who is away from when to when, what others are told, and what happens when both of a pair are away."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from luoshi.agenda import rules, states
from luoshi.agenda.models import Absence, Leader, Leave
from luoshi.agenda.policies import require
from luoshi.agenda.selectors.roster import holders, leader_of, partner_of
from luoshi.agenda.selectors.signing import signing
from luoshi.agenda.selectors.standing import City
from luoshi.agenda.services.stops import recheck_absent
from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

COORDINATOR = "agenda.coordinator"


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=ledger_rules.current().worktime.tz)


def absence_hold(*, leave: Leave, actor: Actor, at: dt.datetime, stands_in: bool | None = None) -> Absence:
    """From a leave that holds follows the absence: who stands in meanwhile, and whether both of a pair are away.

    Source: smx-work-rules/9.1, xiping-work-rules/8.4
    """
    terms = rules.setting("agenda.absence", local_day(at))
    always = not terms.get("stands_in_when_leaving_seat_only", True)
    absence = Absence(
        person=leave.person, leave=leave, kind=leave.kind,
        since=_midnight(leave.starts_on), until=_midnight(leave.ends_on + dt.timedelta(days=1)),
        leaves_seat=leave.leaves_seat,
        stands_in=(leave.leaves_seat or always) or bool(stands_in),
        until_return=leave.office in terms.get("until_return", ()),
    )  # fmt: skip
    with door():
        absence.save()
    _overlaps(absence, leave, at)
    if absence.since <= at:
        recheck_absent(person=leave.person, at=at)
    return absence


def _overlaps(absence: Absence, leave: Leave, at: dt.datetime) -> None:
    """Open a matter for each absence of a counterpart in the same days; whoever coordinates is to arrange it.

    Source: smx-work-rules/9.2
    """
    day = local_day(at)
    leader = leader_of(leave.person_id, day=day)
    if leader is None or not absence.stands_in:
        return
    for other in _counterparts(leader, day):
        twin = (
            Absence.objects.filter(person=other.person, stands_in=True, ended__isnull=True)
            .filter(since__lt=absence.until)
            .filter(Q(until__gt=absence.since) | Q(until_return=True))
            .first()
        )
        if twin is not None:
            _overlap_open(leader, other, absence, twin, leave.matter, at)


def _counterparts(leader: Leader, day: dt.date) -> list[Leader]:
    """Who would stand in for a leader, or for whom the leader would: the AB partner; mayor and executive vice mayor."""
    found = partner_of(leader, day=day)
    others = [found] if found is not None else []
    top = {
        Leader.Office.MAYOR: Leader.Office.EXECUTIVE_VICE_MAYOR,
        Leader.Office.EXECUTIVE_VICE_MAYOR: Leader.Office.MAYOR,
    }
    for person in holders(top.get(Leader.Office(leader.office), ""), day=day):
        other = leader_of(person.pk, day=day)
        if other is not None:
            others.append(other)
    return others


def _overlap_open(
    leader: Leader, other: Leader, absence: Absence, twin: Absence, parent: Matter, at: dt.datetime
) -> None:
    pair = {leader.office, other.office}
    office = Leader.Office.MAYOR if Leader.Office.MAYOR in pair else leader.office
    begins = max(absence.since, twin.since)
    who = _coordinators(office, max(begins, at))
    first = who[0] if who else None
    ledger.matter_open(
        kind=states.OVERLAP,
        title=f"{leader.person.name}、{other.person.name}同时外出（{begins:%-m月%-d日}起）",
        parent=parent, body_id=first.body_id if first else None, actor=SYSTEM, at=at,
        facts={
            "office": office, "absence": absence.pk, "other": twin.pk, "begins": begins.isoformat(),
            **({"person": first.pk} if first else {}),
        },
    )  # fmt: skip


def _coordinators(office: str, at: dt.datetime) -> list[Person]:
    """Who arranges, at a moment: by the rulebook, with whoever leads the office then; else the holders though away."""
    found = signing(COORDINATOR, {"office": office}, at=at)
    if found.people:
        return [one.person for one in found.people]
    day = local_day(at)
    return [person for role in found.decision.who for person in holders(role, day=day)]


@transaction.atomic
def overlap_arrange(
    *,
    overlap: Matter,
    arrangement: str,
    actor: Actor,
    at: dt.datetime,
    stand_ins: dict[int, Person] | None = None,
) -> Matter:
    """Arrange for the days on which both of a pair are away. stand_ins: who acts, by the id of the absence.

    Who coordinates only arranges: the secretary-general does not act for a vice mayor.
    Errors: NotAllowed (somebody else arranges), Incomplete (no arrangement, somebody who may not or cannot stand in).
    Source: smx-work-rules/9.2
    """  # fmt: skip
    matter = ledger.lock(overlap)
    begins = max(dt.datetime.fromisoformat(matter.facts["begins"]), at)
    allowed = _coordinators(matter.facts["office"], begins) + _coordinators(matter.facts["office"], at)
    if actor.person_id not in {person.pk for person in allowed}:
        cite = _cites(local_day(at))
        names = "、".join(dict.fromkeys(person.name for person in allowed))
        raise NotAllowed(f"应由{names}统筹安排", mend="请等待其安排", cite=cite)
    said = line(arrangement, field="arrangement", label="安排", longest=500)
    named: list[str] = []
    for pk in (matter.facts["absence"], matter.facts["other"]):
        person = (stand_ins or {}).get(pk)
        if person is None:
            continue
        absence = Absence.objects.select_related("person").get(pk=pk)
        _designate(absence, person, begins)
        named.append(f"{person.name}代{absence.person.name}")
    ledger.act(
        matter=matter, action="arrange", actor=actor, at=at, data={"text": said, "what": "、".join(named)}
    )
    return matter


def _designate(absence: Absence, person: Person, at: dt.datetime) -> None:
    """Name who acts for somebody during one absence. Errors: Incomplete."""
    city = City.now(at)
    leader = next((one for one in city.leaders if one.person_id == person.pk), None)
    barred = rules.setting("agenda.absence", local_day(at)).get("never_stands_in", ())
    if leader is None or leader.office in barred:
        raise Incomplete(
            f"{person.name}不能代行：秘书长、副秘书长只协调安排，不代行副市长职责", mend="请选择其他市领导",
            field="stand_in", cite=_cites(local_day(at)),
        )  # fmt: skip
    if person.pk == absence.person_id or person.pk in city.away:
        raise Incomplete(f"{person.name}届时也外出", mend="请选择在岗的领导", field="stand_in")
    absence.designated = person
    with door():
        absence.save(update_fields=["designated"])


def _cites(day: dt.date) -> tuple[str, ...]:
    rule = rules.authority(COORDINATOR, day)
    return rule.cite or rule.see


@transaction.atomic
def stand_in_name(*, absence: Absence, person: Person, actor: Actor, at: dt.datetime) -> Absence:
    """The mayor names who acts for a leader without a partner, or for himself when the executive vice mayor is away too.

    Errors: NotAllowed, WrongState (the absence is over, or the partner stands in anyway), Incomplete.
    Source: smx-work-rules/9.1
    """
    fresh: Absence = Absence.objects.select_related("person", "leave__matter").get(pk=absence.pk)
    matter = ledger.lock(fresh.leave.matter)
    day = local_day(at)
    leader = leader_of(fresh.person_id, day=day)
    if leader is None or fresh.ended is not None:
        raise WrongState("这次外出已经结束", mend="请刷新页面")
    if leader.office != Leader.Office.MAYOR and partner_of(leader, day=day) is not None:
        raise WrongState(f"{leader.person.name}有AB角，由AB角代行", mend="双方同时外出的，在统筹安排中办理")
    require(
        actor.person_id in {one.pk for one in holders(Leader.Office.MAYOR, day=day)}, "指定代行人",
        cite=_cites(day),
    )  # fmt: skip
    _designate(fresh, person, max(at, fresh.since))
    ledger.record(
        matter=matter, kind="agenda.stand_in_named", actor=actor, at=at,
        data={"text": f"{person.name}代{fresh.person.name}", "person": fresh.person_id, "stand_in": person.pk},
    )  # fmt: skip
    return fresh


def absence_end(*, leave: Leave, actor: Actor, at: dt.datetime) -> None:
    """The absence is over: nobody stands in any longer, and what was arranged for it lapses."""
    absence = Absence.objects.filter(leave=leave).first()
    if absence is None:
        return
    absence.ended = max(at, absence.since)
    with door():
        absence.save(update_fields=["ended"])
    kinds = Matter.objects.filter(kind=states.OVERLAP, state__in=["found", "arranged"])
    for matter in kinds.filter(Q(facts__absence=absence.pk) | Q(facts__other=absence.pk)):
        ledger.act(matter=matter, action="end", actor=SYSTEM, at=at)


def tell_leaders(*, leave: Leave, absence: Absence, at: dt.datetime) -> None:
    """Tell the other leaders of an absence, where the rulebook says so, with who acts meanwhile.

    Source: xiping-work-rules/55.2
    """
    day = local_day(at)
    terms = rules.setting("agenda.leave_terms", day)
    if leave.office not in terms.get("notify_of", ()):
        return
    try:
        notice = ledger_rules.current().notice("agenda.absence_notice", day)
    except UnknownRule:
        return
    label = rules.choice("agenda.leave_kind", day).label(leave.kind)
    leader = leader_of(leave.person_id, day=day)
    partner = partner_of(leader, day=day) if leader else None
    meanwhile = f"，其间工作由{partner.person.name}互补代行" if partner else ""
    text = notice.render(
        {
            "person": leave.person.name,
            "time": f"{leave.starts_on:%-m月%-d日}至{leave.ends_on:%-m月%-d日}",
            "item": f"{label}{meanwhile}",
        }
    )
    for role in terms["notify"]:
        for person in holders(role, day=day):
            if person.pk != leave.person_id and person.mobile:
                ledger.outbox_put(
                    channel=notice.channel, to=person.mobile, to_name=person.name, text=text,
                    key=f"agenda-absence-{leave.pk}-{person.pk}", matter=leave.matter, at=at,
                    body_id=person.body_id,
                )  # fmt: skip
