"""Leave: who approves, what is owed before and after it, and the county's own chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.agenda import selectors, services
from luoshi.agenda.models import Leader, Leave, Step
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, Obligation, Outbox
from luoshi.ledger.services.sweep import sweep
from luoshi.organisation.models import Body
from tests.agenda.conftest import agree_all

Moment = Callable[[str], dt.datetime]
Leaders = dict[str, Leader]
Signed = Callable[[str], Actor]
Asked = Callable[..., Leave]


def stops(leave: Leave) -> list[tuple[str, str]]:
    rows = Step.objects.filter(paper=leave.matter).select_related("matter").order_by("position", "pk")
    return [(row.key, row.matter.state) for row in rows]


def stop_of(leave: Leave, leader: Leader) -> Step:
    found: Step = Step.objects.select_related("matter").get(paper=leave.matter, person=leader.person)
    return found


def owed(leave: Leave, rule: str) -> Obligation:
    found: Obligation = Obligation.objects.get(matter=leave.matter, rule=rule)
    return found


@pytest.mark.clause("smx-secretary-rules/3.5.1")
def test_the_secretary_general_s_leave_needs_mayor_and_executive_vice_mayor(
    leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    leave = ask("secretary", "2017-11-15", "2017-11-17")
    assert stops(leave) == [("mayor", "open"), ("executive", "open")]
    now = at("2017-11-07 09:00")
    with pytest.raises(NotAllowed, match="应由"):
        services.step_agree(step=stop_of(leave, leaders["mayor"]), actor=signed("vicemayor"), at=now)
    with pytest.raises(NotAllowed, match="应由"):
        services.step_agree(step=stop_of(leave, leaders["mayor"]), actor=signed("executive"), at=now)
    services.step_agree(step=stop_of(leave, leaders["executive"]), actor=signed("executive"), at=now)
    leave.matter.refresh_from_db()
    assert leave.matter.state == "applied"
    services.step_agree(step=stop_of(leave, leaders["mayor"]), actor=signed("mayor"), at=now)
    leave.matter.refresh_from_db()
    assert leave.matter.state == "granted"


@pytest.mark.clause("smx-secretary-rules/3.5.1")
def test_of_the_two_one_alone_approves_while_the_other_is_away_and_that_is_noted(
    leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    services.leave_register(
        person=leaders["mayor"].person, kind="visit", reason="出访", destination="境外", leaves_seat=True,
        starts_on=dt.date(2017, 11, 6), ends_on=dt.date(2017, 11, 12), actor=signed("shizhangban"),
        at=at("2017-11-03 09:00"),
    )  # fmt: skip
    leave = ask("secretary", "2017-11-15", "2017-11-17")
    left_out = stop_of(leave, leaders["mayor"])
    assert left_out.matter.state == "left_out"
    assert leaders["executive"].person.name in left_out.note and "一人批准" in left_out.note
    now = at("2017-11-07 09:00")
    services.step_agree(step=stop_of(leave, leaders["executive"]), actor=signed("executive"), at=now)
    leave.matter.refresh_from_db()
    assert leave.matter.state == "granted"


def test_one_who_goes_away_later_no_longer_holds_it_back(
    leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    leave = ask("secretary", "2017-11-15", "2017-11-17")
    now = at("2017-11-07 09:00")
    services.step_agree(step=stop_of(leave, leaders["executive"]), actor=signed("executive"), at=now)
    services.leave_register(
        person=leaders["mayor"].person, kind="visit", reason="出访", destination="境外", leaves_seat=True,
        starts_on=dt.date(2017, 11, 8), ends_on=dt.date(2017, 11, 12), actor=signed("shizhangban"),
        at=at("2017-11-08 08:00"),
    )  # fmt: skip
    leave.matter.refresh_from_db()
    assert leave.matter.state == "granted"


@pytest.mark.clause("smx-secretary-rules/3.5.2")
def test_a_deputy_s_leave_needs_all_the_leaders_assisted_and_the_secretary_general(
    leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    leave = ask("deputy2", "2017-11-15", "2017-11-17")
    assert stops(leave) == [("assisted", "open"), ("assisted", "open"), ("secretary", "open")]
    now = at("2017-11-07 09:00")
    for name in ("vicemayor2", "vicemayor3"):
        services.step_agree(step=stop_of(leave, leaders[name]), actor=signed(name), at=now)
    leave.matter.refresh_from_db()
    assert leave.matter.state == "applied"
    services.step_agree(step=stop_of(leave, leaders["secretary"]), actor=signed("secretary"), at=now)
    leave.matter.refresh_from_db()
    assert leave.matter.state == "granted"
    first = ask("deputy", "2017-11-15", "2017-11-17")
    people = set(Step.objects.filter(paper=first.matter).values_list("person", flat=True))
    assert people == {leaders[name].person_id for name in ("mayor", "executive", "vicemayor", "secretary")}


def test_a_partner_approves_for_a_vice_mayor_who_is_away(
    leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    services.leave_register(
        person=leaders["vicemayor2"].person, kind="business", reason="赴省汇报", destination="郑州", leaves_seat=True,
        starts_on=dt.date(2017, 11, 6), ends_on=dt.date(2017, 11, 8), actor=signed("shizhangban"),
        at=at("2017-11-03 09:00"),
    )  # fmt: skip
    leave = ask("deputy2", "2017-11-15", "2017-11-17")
    taken = services.step_agree(
        step=stop_of(leave, leaders["vicemayor2"]), actor=signed("vicemayor3"), at=at("2017-11-07 09:00")
    )
    assert taken.acts_for == leaders["vicemayor2"].person


def test_a_refusal_has_a_reason_and_ends_the_application(
    leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    leave = ask("secretary", "2017-11-15", "2017-11-17")
    step, now = stop_of(leave, leaders["mayor"]), at("2017-11-07 09:00")
    with pytest.raises(Incomplete, match="理由"):
        services.step_refuse(step=step, reason=" ", actor=signed("mayor"), at=now)
    services.step_refuse(step=step, reason="期间有全体会议", actor=signed("mayor"), at=now)
    leave.matter.refresh_from_db()
    assert leave.matter.state == "refused"
    assert stops(leave) == [("mayor", "refused"), ("executive", "void")]
    with pytest.raises(WrongState):
        services.step_agree(step=stop_of(leave, leaders["executive"]), actor=signed("executive"), at=now)
    assert selectors.away(at("2017-11-15 10:00")) == set()


@pytest.mark.clause("smx-secretary-rules/3.5.3")
@pytest.mark.parametrize(
    ("day", "leaves_seat", "needs_reason"),
    [
        ("2017-11-13 23:59", True, False),  # two natural days before the 15th
        ("2017-11-14 00:00", True, True),
        ("2017-11-14 00:00", False, False),  # who stays needs approval only
        ("2017-11-11 09:00", True, False),  # a Saturday counts like any day
    ],
)
def test_two_days_notice_before_leaving_the_seat_or_a_reason(
    ask: Asked, day: str, leaves_seat: bool, needs_reason: bool
) -> None:
    if needs_reason:
        with pytest.raises(Incomplete, match="提前2天") as refusal:
            ask("secretary", "2017-11-15", "2017-11-17", day=day, leaves_seat=leaves_seat)
        assert refusal.value.cite == ("smx-secretary-rules/3.5.3",)
        assert refusal.value.field == "late_reason"
        leave = ask("secretary", "2017-11-15", "2017-11-17", day=day, late_reason="省里临时通知")
    else:
        leave = ask("secretary", "2017-11-15", "2017-11-17", day=day, leaves_seat=leaves_seat)
    assert leave.matter.state == "applied"


@pytest.mark.clause("smx-secretary-rules/3.5.3")
def test_leave_away_from_the_seat_is_filed_two_days_before_or_with_a_reason(
    ask: Asked, granted_leave: Asked, signed: Signed, at: Moment
) -> None:
    leave = granted_leave("secretary", "2017-11-15", "2017-11-17")
    assert owed(leave, "agenda.file").due_at == at("2017-11-13 23:59:59")
    assert owed(leave, "agenda.file").person_id == leave.person_id
    common: dict[str, Any] = {"leave": leave, "to": "party_office", "actor": signed("secretary")}
    with pytest.raises(Incomplete, match="时限"):
        services.leave_file(at=at("2017-11-14 00:00"), **common)
    with pytest.raises(Incomplete, match="报备对象"):
        services.leave_file(at=at("2017-11-13 09:00"), **{**common, "to": "anybody"})
    with pytest.raises(NotAllowed):
        services.leave_file(at=at("2017-11-13 09:00"), **{**common, "actor": signed("deputy")})
    services.leave_file(at=at("2017-11-13 09:00"), **common)
    assert owed(leave, "agenda.file").state == "met"
    with pytest.raises(WrongState, match="已经报备"):
        services.leave_file(at=at("2017-11-13 10:00"), **common)
    waiting = ask("deputy", "2017-11-20", "2017-11-21")
    with pytest.raises(WrongState, match="经批准后再报备"):
        services.leave_file(
            at=at("2017-11-13 09:00"), leave=waiting, to="party_office", actor=signed("deputy")
        )
    staying = granted_leave("deputy2", "2017-11-20", "2017-11-21", leaves_seat=False)
    assert not Obligation.objects.filter(matter=staying.matter, rule="agenda.file").exists()
    with pytest.raises(WrongState, match="不须报备"):
        services.leave_file(
            at=at("2017-11-13 09:00"), leave=staying, to="party_office", actor=signed("deputy2")
        )


@pytest.mark.clause("smx-secretary-rules/3.5.0")
def test_the_return_is_entered_by_the_next_working_day_and_all_standing_in_ends_with_it(
    leaders: Leaders, granted_leave: Asked, signed: Signed, at: Moment
) -> None:
    leave = granted_leave("secretary", "2017-11-15", "2017-11-17")  # away until a Friday
    services.leave_file(leave=leave, to="party_office", actor=signed("secretary"), at=at("2017-11-10 09:00"))
    row = owed(leave, "agenda.return")
    assert row.due_at is not None and row.due_at.astimezone(at("2017-11-20 18:00").tzinfo).date() == dt.date(
        2017, 11, 20
    )
    assert row.person_id == leaders["secretary"].person_id
    late = at("2017-11-21 10:00")
    assert selectors.office_head(late).person == leaders["deputy"].person  # not back before it is entered
    sweep(now=late)
    sweep(now=late)
    messages = Outbox.objects.filter(key=f"agenda-return-{leave.pk}")
    assert [message.to_name for message in messages] == [leaders["secretary"].person.name]
    with pytest.raises(Incomplete, match="返回日期"):
        services.leave_return(
            leave=leave, returned_on=dt.date(2017, 11, 22), actor=signed("secretary"), at=late
        )
    with pytest.raises(NotAllowed):
        services.leave_return(leave=leave, returned_on=dt.date(2017, 11, 18), actor=signed("deputy"), at=late)
    services.leave_return(leave=leave, returned_on=dt.date(2017, 11, 18), actor=signed("secretary"), at=late)
    assert owed(leave, "agenda.return").state == "late"
    assert selectors.office_head(late).person == leaders["secretary"].person
    with pytest.raises(WrongState):
        services.leave_return(
            leave=leave, returned_on=dt.date(2017, 11, 18), actor=signed("secretary"), at=late
        )


def test_an_early_return_ends_the_absence_and_an_overlap(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    common: dict[str, Any] = {
        "kind": "business", "reason": "赴省汇报", "destination": "郑州", "leaves_seat": True,
        "starts_on": dt.date(2017, 11, 8), "ends_on": dt.date(2017, 11, 10), "actor": signed("shizhangban"),
        "at": at("2017-11-06 09:00"),
    }  # fmt: skip
    first = services.leave_register(person=leaders["vicemayor2"].person, **common)
    services.leave_register(person=leaders["vicemayor3"].person, **common)
    overlap = Matter.objects.get(kind="agenda.overlap")
    assert overlap.state == "found"
    services.leave_return(
        leave=first, returned_on=dt.date(2017, 11, 9), actor=signed("vicemayor2"), at=at("2017-11-09 15:00")
    )
    overlap.refresh_from_db()
    assert overlap.state == "over"
    assert selectors.away(at("2017-11-09 16:00")) == {leaders["vicemayor3"].person_id}
    acting = selectors.stand_in_for(leaders["vicemayor3"], power="sign", at=at("2017-11-09 16:00"))
    assert acting == leaders["vicemayor2"].person


def test_what_cannot_be_asked_for(
    bodies: dict[str, Body], leaders: Leaders, ask: Asked, granted_leave: Asked, signed: Signed, at: Moment
) -> None:
    with pytest.raises(Incomplete, match="不能早于"):
        ask("secretary", "2017-11-17", "2017-11-15")
    with pytest.raises(Incomplete, match="事后"):
        ask("secretary", "2017-11-01", "2017-11-02", late_reason="忘了")
    with pytest.raises(Incomplete, match="外出类别"):
        ask("secretary", "2017-11-15", "2017-11-17", kind="holiday")
    with pytest.raises(WrongState, match="没有规定"):
        ask("vicemayor", "2017-11-15", "2017-11-17")
    with pytest.raises(WrongState, match="没有规定"):
        ask("zonghe1.head", "2017-11-15", "2017-11-17")
    with pytest.raises(WrongState, match="须经请假审批"):
        services.leave_register(
            person=leaders["secretary"].person, kind="business", reason="开会", destination="郑州", leaves_seat=True,
            starts_on=dt.date(2017, 11, 15), ends_on=dt.date(2017, 11, 15), actor=signed("shizhangban"),
            at=at("2017-11-06 09:00"),
        )  # fmt: skip
    leave = granted_leave("secretary", "2017-11-15", "2017-11-17")
    with pytest.raises(WrongState, match="已有外出登记"):
        ask("secretary", "2017-11-17", "2017-11-18")
    with pytest.raises(WrongState):
        services.leave_withdraw(leave=leave, actor=signed("secretary"), at=at("2017-11-07 09:00"))
    with pytest.raises(WrongState, match="已经开始"):
        services.leave_call_off(
            leave=leave, reason="不去了", actor=signed("secretary"), at=at("2017-11-16 09:00")
        )
    services.leave_call_off(
        leave=leave, reason="会议改期", actor=signed("secretary"), at=at("2017-11-14 09:00")
    )
    assert selectors.away(at("2017-11-15 10:00")) == set()
    other = ask("secretary", "2017-11-15", "2017-11-17")
    with pytest.raises(NotAllowed):
        services.leave_withdraw(leave=other, actor=signed("shizhangban"), at=at("2017-11-07 09:00"))
    services.leave_withdraw(leave=other, actor=signed("secretary"), at=at("2017-11-07 09:00"))
    assert stops(other) == [("mayor", "void"), ("executive", "void")]


@pytest.mark.clause("xiping-work-rules/55.1", "xiping-work-rules/55.2")
def test_under_xiping_vice_heads_and_the_head_of_the_office_report_and_the_others_are_told(
    under: Callable[[str], None], leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    under("xiping")
    for name in ("executive", "vicemayor3", "secretary"):
        leave = ask(name, "2020-06-08", "2020-06-10", day="2020-06-07 09:00")
        assert stops(leave) == [("mayor_knows", "open")]
        assert selectors.away(at("2020-06-08 10:00")).isdisjoint({leave.person_id})
        with pytest.raises(NotAllowed):
            services.step_agree(
                step=stop_of(leave, leaders["mayor"]), actor=signed(name), at=at("2020-06-07 10:00")
            )
        services.step_agree(
            step=stop_of(leave, leaders["mayor"]), actor=signed("mayor"), at=at("2020-06-07 10:00")
        )
        assert leave.person_id in selectors.away(at("2020-06-08 10:00"))
        told = set(Outbox.objects.filter(matter=leave.matter).values_list("to_name", flat=True))
        others = {"mayor", "executive", "vicemayor", "vicemayor2", "vicemayor3"} - {name}
        assert told == {leaders[other].person.name for other in others}
    text = Outbox.objects.filter(matter=leave.matter).latest("id").text
    assert leaders["secretary"].person.name in text and "6月8日至6月10日" in text


@pytest.mark.clause("xiping-work-rules/55.3", "xiping-work-rules/55.5")
def test_under_xiping_a_department_s_head_asks_through_the_office_and_files_afterwards(
    under: Callable[[str], None], leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    under("xiping")
    leave = ask("chengguan.principal", "2020-06-08", "2020-06-10", day="2020-06-05 09:00")
    assert stops(leave) == [
        ("office", "open"), ("secretary", "waiting"), ("in_charge", "waiting"), ("mayor", "waiting"),
    ]  # fmt: skip
    actor, now = signed("chengguan.principal"), at("2020-06-05 10:00")
    with pytest.raises(WrongState, match="经批准后再报备"):
        services.leave_file(leave=leave, to="party_office", actor=actor, at=now)
    with pytest.raises(NotAllowed):
        services.step_agree(step=Step.objects.get(paper=leave.matter, key="office"), actor=actor, at=now)
    with pytest.raises((NotAllowed, WrongState)):
        services.step_agree(step=stop_of(leave, leaders["mayor"]), actor=signed("mayor"), at=now)
    people = [leaders[name].person_id for name in ("secretary", "vicemayor", "mayor")]
    named = Step.objects.filter(paper=leave.matter, person__isnull=False).order_by("position")
    assert list(named.values_list("person", flat=True)) == people
    leave = agree_all(leave, now)
    assert leave.matter.state == "granted"
    with pytest.raises(WrongState, match="还没有报备"):
        services.leave_return(
            leave=leave, returned_on=dt.date(2020, 6, 10), actor=actor, at=at("2020-06-10 18:00")
        )
    services.leave_file(leave=leave, to="party_office", actor=actor, at=at("2020-06-06 09:00"))
    services.leave_return(
        leave=leave, returned_on=dt.date(2020, 6, 10), actor=actor, at=at("2020-06-10 18:00")
    )
    assert Leave.objects.get(pk=leave.pk).matter.state == "returned"


@pytest.mark.clause("xiping-work-rules/55.4")
def test_under_xiping_a_township_s_head_asks_the_county_head_alone(
    under: Callable[[str], None], leaders: Leaders, ask: Asked, signed: Signed, at: Moment
) -> None:
    under("xiping")
    leave = ask("hubin.principal", "2020-06-08", "2020-06-10", day="2020-06-05 09:00")
    assert [key for key, _ in stops(leave)] == ["office", "secretary", "mayor"]
    assert agree_all(leave, at("2020-06-05 10:00")).matter.state == "granted"
