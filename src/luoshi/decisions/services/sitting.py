"""A meeting takes a matter up: quorum first, each member's opinion with its reason, the chair's conclusion last."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from django.db import transaction

from luoshi.agenda.selectors import offices_of
from luoshi.decisions import rules, who
from luoshi.decisions.models import Decision, Opinion, Outcome, Sitting, View, Weight
from luoshi.decisions.policies import may_take_up, require
from luoshi.decisions.services.checks import block, line, stands
from luoshi.decisions.services.forum import check_form, check_forum
from luoshi.decisions.services.listing import tell_meeting
from luoshi.decisions.services.urgent import first_to_report, urgent_after_meeting
from luoshi.decisions.standing import facts_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.meetings import selectors as meetings
from luoshi.meetings.models import Meeting
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

FOLLOWS = {View.AGREE: Outcome.PASSED, View.DISAGREE: Outcome.REJECTED, View.POSTPONE: Outcome.RECONSIDER}
ACTIONS = {Outcome.REJECTED: "reject", Outcome.RECONSIDER: "postpone", Outcome.PARTY: "ask_party"}
LEADERSHIP = "executive"
"""The kind of meeting whose members are the leadership: in a plenary too only they must speak."""


@transaction.atomic
def decision_register_result(*, decision: Decision, form: str, actor: Actor, at: dt.datetime) -> Decision:
    """Somebody wants to enter a matter as decided without a meeting: always refused, with what is to be done instead.

    form: circulation | countersigning | asking. Errors: WrongState with the clause, always.
    Source: smx-major-decisions/4.0.1, smx-major-decisions/4.0.2
    """
    locked(decision)
    check_form(form, at)
    return decision


def _check_chair(decision: Decision, meeting: Meeting, at: dt.datetime) -> tuple[Person, bool]:
    """Who concludes: the mayor, or whom the mayor commissioned. Errors: WrongState."""
    chair = meetings.chair_of(meeting)
    roles, cite = rules.roles_for("decisions.conclude", {}, at)
    offices = offices_of(chair.pk, day=local_day(at))
    commissioned = "mayor" not in offices
    if not roles & offices or (commissioned and not meeting.commission):
        raise WrongState(
            f"由{chair.name}主持的会议不能决定重大事项",
            mend="由政府主要领导主持，或由其委托常务副职主持并留有委托记录",
            cite=cite,
        )
    return chair, commissioned


@transaction.atomic
def sitting_open(
    *, decision: Decision, meeting: Meeting, actor: Actor, at: dt.datetime, recorder: str = ""
) -> Sitting:
    """Take a matter up in a meeting that may decide it, one item at a time, once two thirds of its members are there.

    meeting must be running. recorder: who keeps the record. Errors: NotAllowed, WrongState (not a meeting that may
    decide it, no quorum, another matter still open, not in the chair who may), Incomplete (the gate before a sitting).
    """
    fresh, matter = locked(decision)
    stands(matter, "take_up")
    require(may_take_up(actor), "开始审议")
    check_forum(fresh, meeting.kind, at)
    if meeting.opened_at is None or meeting.closed_at is not None:
        raise WrongState("会议没有在进行", mend="请在会议开始后审议")
    chair, commissioned = _check_chair(fresh, meeting, at)
    quorum = meetings.quorum(meeting)
    if not quorum.met:
        raise WrongState(
            f"应到{quorum.in_post}人，须到{quorum.needed}人，现到会{quorum.present}人，不足法定人数",
            mend="到会人数达到后再开始审议",
            cite=tuple(quorum.cite),
        )
    if Sitting.objects.filter(meeting=meeting.matter, closed_at__isnull=True).exists():
        raise WrongState("上一项还没有作出结论", mend="多个事项须逐项审议、逐项表决")
    owed = first_to_report(meeting.kind, at=at)
    if owed is not None:
        raise WrongState(
            f"须先通报“{owed.matter.title}”",
            mend="紧急决定和临时处置是下一次常务会议的首个通报议题，通报登记后再审议其他事项",
            cite=rules.cite_of("setting", "decisions.urgent", at),
        )
    have = {"cppcc"} if fresh.traits.get("cppcc_said") else set()
    rules.require("decisions.sitting", facts_of(fresh), have, at, "上会审议")
    members = [one.pk for one in meetings.members_in_post(LEADERSHIP, day=local_day(at))]
    here = {one.pk for one in meetings.present_members(meeting)}
    present = [pk for pk in members if pk in here]
    number = fresh.sittings.count() + 1
    ledger.act(
        matter=matter, action="take_up", actor=actor, at=at,
        data={"meeting": meeting.title, "number": number, "present": len(present), "in_post": len(members)},
    )  # fmt: skip
    with door():
        made: Sitting = Sitting.objects.create(
            decision=fresh, number=number, meeting=meeting.matter, meeting_kind=meeting.kind, chair=chair,
            commissioned=commissioned, in_post=members, present=present, needed=quorum.needed, opened_at=at,
            recorder=line(recorder, field="recorder", label="记录人", longest=80, required=False),
        )  # fmt: skip
    return made


def _open_sitting(decision: Decision) -> tuple[Decision, Matter, Sitting]:
    fresh, matter = locked(decision)
    sitting: Sitting | None = fresh.sittings.filter(closed_at__isnull=True).select_related("chair").first()
    if sitting is None:
        raise ledger.wrong_state(matter, "speak")
    return fresh, matter, sitting


def _view(view: str, reason: str, at: dt.datetime) -> str:
    """The reason, where the rule asks for one. Errors: Incomplete."""
    rule = rules.setting("decisions.opinions", at)
    cite = rules.cite_of("setting", "decisions.opinions", at)
    if view not in rule["views"]:
        raise Incomplete("表态只有同意、不同意、缓议三种", cite=cite, field="view")
    said = block(reason, field="reason", label="理由", longest=4000, required=False)
    if not said and view in rule["reason"]:
        raise Incomplete("请说明表态的理由", mend="同意、不同意、缓议都须有理由", cite=cite, field="reason")
    return said


@transaction.atomic
def opinion_give(*, decision: Decision, view: str, reason: str, actor: Actor, at: dt.datetime) -> Opinion:
    """A member of the leadership who is present says agree, disagree or postpone, with the reason; once.

    The one in the chair speaks last, with the conclusion. Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-major-decisions/4.2.1.1, smx-major-decisions/4.2.1.2
    """
    _, matter, sitting = _open_sitting(decision)
    said = _view(view, reason, at)
    if actor.person_id is None or actor.person_id not in sitting.present:
        raise NotAllowed("您不是到会的班子成员，不能表态", mend="因故未到会的，可提交书面意见")
    if actor.person_id == sitting.chair_id:
        raise WrongState(
            "主持人最后发表结论性意见",
            mend="请在其他成员表态完毕后作出结论",
            cite=rules.cite_of("setting", "decisions.opinions", at),
        )
    if sitting.opinions.filter(person_id=actor.person_id).exists():
        raise WrongState("您已经表态", mend="表态不能修改；确需更正的，请在会议记录中说明")
    ledger.act(matter=matter, action="speak", actor=actor, at=at, data={"sitting": sitting.number})
    with door():
        made: Opinion = Opinion.objects.create(
            sitting=sitting, person_id=actor.person_id, view=view, reason=said, at=at
        )
    return made


@transaction.atomic
def opinion_write_in(
    *, decision: Decision, person: Person, view: str, reason: str, actor: Actor, at: dt.datetime
) -> Opinion:
    """Keep the written opinion of a member who is not there; it counts neither for the quorum nor as a vote.

    The member enters it, or the one who keeps the record. Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-major-decisions/4.2.1.3
    """
    _, matter, sitting = _open_sitting(decision)
    said = _view(view, reason, at)
    require(actor.person_id == person.pk or actor.can("decisions.record"), "登记他人的书面意见")
    if person.pk not in sitting.in_post:
        raise NotAllowed(f"{person.name}不是班子成员", mend="书面意见由因故未到会的班子成员提出")
    if person.pk in sitting.present:
        raise WrongState(f"{person.name}已到会", mend="请在会上表态")
    if sitting.opinions.filter(person=person).exists():
        raise WrongState(f"{person.name}的书面意见已经登记", mend="请刷新页面")
    ledger.act(matter=matter, action="write_in", actor=actor, at=at, data={"sitting": sitting.number})
    with door():
        made: Opinion = Opinion.objects.create(
            sitting=sitting, person=person, view=view, reason=said, written=True, at=at
        )
    return made


def waiting(sitting: Sitting) -> list[Person]:
    """The members who are present and have not spoken, the one in the chair left out."""
    spoken = set(sitting.opinions.filter(written=False).values_list("person_id", flat=True))
    left = [pk for pk in sitting.present if pk not in spoken and pk != sitting.chair_id]
    by_pk = Person.objects.in_bulk(left)
    return [by_pk[pk] for pk in left]


def counts(sitting: Sitting, chair_view: str = "") -> dict[str, int]:
    """How many said what, written opinions left out; with what the one in the chair says."""
    found = Counter(sitting.opinions.filter(written=False).values_list("view", flat=True))
    if chair_view:
        found[chair_view] += 1
    return {str(view): found[view] for view in View.values}


def majority(numbers: Mapping[str, int], base: int) -> str:
    """The opinion that more than half of `base` share; empty where there is none."""
    return next((view for view, number in numbers.items() if 2 * number > base), "")


@transaction.atomic
def decision_conclude(
    *,
    decision: Decision,
    outcome: str,
    view: str,
    conclusion: str,
    actor: Actor,
    at: dt.datetime,
    divided: bool = False,
    unclear: bool = False,
    reason: str = "",
) -> Sitting:
    """The one in the chair says the last word: passed, not passed, to be considered again, or to the Party committee.

    Locked until every member present has spoken. view: the chair's own. divided: opinions differ considerably;
    unclear: great questions are open. reason: needed against the majority of what was said.
    Errors: NotAllowed (not the one in the chair), WrongState (others have not spoken), Incomplete.
    Source: smx-major-decisions/4.2.1.4, smx-major-decisions/4.2.1.5, smx-work-rules/4.1
    """
    fresh, matter, sitting = _open_sitting(decision)
    if actor.person_id != sitting.chair_id:
        raise NotAllowed(f"结论由主持人{sitting.chair.name}作出", mend="请由主持人办理")
    rest = waiting(sitting)
    if rest:
        raise WrongState(
            f"还有{len(rest)}名到会成员没有表态：{'、'.join(one.name for one in rest)}",
            mend="全部表态后方可作出结论",
            cite=rules.cite_of("setting", "decisions.opinions", at),
        )
    rule = rules.setting("decisions.conclusion", at)
    if outcome not in rule["outcomes"]:
        raise Incomplete("结论不在规定的范围内", field="outcome")
    _view(view, conclusion, at)
    said = block(conclusion, field="conclusion", label="结论意见", longest=8000)
    why = block(reason, field="reason", label="理由", longest=4000, required=False)
    numbers = counts(sitting, view)
    _check_outcome(fresh, sitting, Outcome(outcome), numbers, divided or unclear, why, actor, at)
    with door():
        Opinion.objects.create(sitting=sitting, person=sitting.chair, view=view, reason=said, at=at)
        sitting.outcome, sitting.conclusion, sitting.closed_at = outcome, said, at
        sitting.divided, sitting.unclear, sitting.reason = divided, unclear, why
        sitting.save()
    _carry(fresh, matter, sitting, numbers, actor, at)
    return sitting


def _check_outcome(
    decision: Decision,
    sitting: Sitting,
    outcome: Outcome,
    numbers: Mapping[str, int],
    apart: bool,
    why: str,
    actor: Actor,
    at: dt.datetime,
) -> None:
    """Whether the conclusion is one that the opinions allow. Errors: Incomplete, NotAllowed, with the clauses."""
    cite = rules.cite_of("setting", "decisions.conclusion", at)
    if outcome is Outcome.PARTY:
        if not who.is_mayor(actor, at):
            raise NotAllowed("特殊情况报请裁决由市长认定", mend="请由市长作出", cite=cite)
        return
    if apart and decision.weight != Weight.URGENT:
        if outcome is not Outcome.RECONSIDER:
            raise Incomplete(
                "意见分歧较大或有重大问题不清楚，应暂缓决策",
                mend="请选择再次审议；特殊情况报请裁决",
                cite=cite,
                field="outcome",
            )
        return
    urgent = apart and decision.weight == Weight.URGENT
    most = majority(numbers, len(sitting.in_post) if urgent else sum(numbers.values()))
    if urgent and most and FOLLOWS[View(most)] != outcome:
        raise Incomplete(
            f"紧急情况下分歧较大，按过半数的意见（{View(most).label}）执行", cite=cite, field="outcome"
        )
    if urgent and not most:
        if not who.is_mayor(actor, at):
            raise NotAllowed("三种意见都不过半，由市长决定", mend="请由市长作出结论", cite=cite)
        if not why:
            raise Incomplete("三种意见都不过半，由市长决定，须写明理由", cite=cite, field="reason")
    if not urgent and most and FOLLOWS[View(most)] != outcome and not why:
        raise Incomplete("结论与多数表态不同，须写明理由", cite=cite, field="reason")


def _carry(
    decision: Decision,
    matter: Matter,
    sitting: Sitting,
    numbers: Mapping[str, int],
    actor: Actor,
    at: dt.datetime,
) -> None:
    """Set the outcome and what follows from it: where it goes, what it replaces, what must be reported."""
    outcome = Outcome(sitting.outcome)
    action = ACTIONS.get(outcome) or ("pass_on" if decision.destinations else "pass")
    decision.outcome = "" if outcome is Outcome.RECONSIDER else outcome
    decision.result = "" if outcome is Outcome.RECONSIDER else sitting.conclusion
    decision.decided_at = None if outcome is Outcome.RECONSIDER else at
    data = {
        "sitting": sitting.number, "outcome": outcome.label, "conclusion": sitting.conclusion, **numbers,
        "commissioned": sitting.commissioned, "to_report": bool(decision.reports),
        "skipped": "" if decision.destinations else "不须提交审议",
    }  # fmt: skip
    ledger.act(matter=matter, action=action, actor=actor, at=at, data=data)
    with door():
        decision.save()
    tell_meeting(decision, sitting, actor, at)
    if outcome is not Outcome.PASSED:
        return
    after = rules.setting("decisions.forum", at)["reported_after"]
    if decision.weight == Weight.URGENT and sitting.meeting_kind in after:
        urgent_after_meeting(decision=decision, sitting=sitting, actor=actor, at=at)
    if not decision.destinations:
        replace_old(decision, at)


def replace_old(decision: Decision, at: dt.datetime) -> None:
    """A new decision that came into force takes the place of the one it changes; both stay, linked.

    Source: smx-major-decisions/4.4.2.1, smx-major-decisions/4.4.3.1
    """
    if decision.replaces_id is None:
        return
    try:
        ledger.act(
            matter=decision.replaces_id, action="replace", actor=SYSTEM, at=at, data={"by": decision.pk}
        )
    except Refusal as refusal:
        raise WrongState("被取代的决定已不再有效", mend=str(refusal)) from refusal


__all__ = [
    "counts",
    "decision_conclude",
    "decision_register_result",
    "majority",
    "opinion_give",
    "opinion_write_in",
    "replace_old",
    "sitting_open",
    "waiting",
]
