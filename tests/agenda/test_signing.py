"""Who may decide now: holders, AB partners, stand-ins, written authorisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.agenda import selectors, services
from luoshi.agenda.models import Leader, Leave
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body

Moment = Callable[[str], dt.datetime]
Leaders = dict[str, Leader]
Signed = Callable[[str], Actor]
DAY = dt.date(2017, 11, 6)
RULE = "agenda.coordinator"  # its last row: the secretary-general, else a deputy


def overlaps(person_id: int | None) -> list[Matter]:
    """Where both of a pair are away and somebody is still to arrange what happens."""
    rows = Matter.objects.filter(kind="agenda.overlap", state="found", facts__person=person_id)
    return list(rows.select_related("parent").order_by("pk"))


@pytest.fixture
def away(signed: Signed, at: Moment) -> Callable[..., Leave]:
    """away(leader, "2017-11-08", "2017-11-10"): the office enters the absence."""

    def make(leader: Leader, first: str, last: str, *, day: str = "2017-11-06 09:00", **more: Any) -> Leave:
        values = {
            "kind": "business",
            "reason": "赴省汇报",
            "destination": "郑州",
            "leaves_seat": True,
            **more,
        }
        return services.leave_register(
            person=leader.person, starts_on=dt.date.fromisoformat(first), ends_on=dt.date.fromisoformat(last),
            actor=signed("shizhangban"), at=at(day), **values,
        )  # fmt: skip

    return make


def test_the_seeded_city_has_its_leaders_by_rank(bodies: dict[str, Body]) -> None:
    offices = [leader.office for leader in selectors.leaders_on(DAY)]
    assert offices == [
        "mayor", "executive_vice_mayor", "vice_mayor", "vice_mayor", "vice_mayor",
        "secretary_general", "deputy_secretary_general", "deputy_secretary_general",
    ]  # fmt: skip


def test_a_body_has_its_leader_a_leader_an_assistant_and_a_section(bodies: dict[str, Body]) -> None:
    leader = selectors.in_charge_of(bodies["chengguan"], day=DAY)
    assert leader is not None and leader.office == "vice_mayor"
    assistant = selectors.assistant_of(leader, day=DAY)
    assert assistant is not None and assistant.office == "deputy_secretary_general"
    assert selectors.section_of(leader, day=DAY) == bodies["zonghe1"]
    above = selectors.in_charge_of(bodies["zonghe1"], day=DAY)
    assert above is not None and above.office == "executive_vice_mayor"


@pytest.mark.clause("smx-work-rules/9.1")
def test_the_partner_acts_while_a_vice_mayor_is_away_from_the_seat_and_no_longer(
    leaders: Leaders, away: Callable[..., Leave], at: Moment
) -> None:
    away(leaders["vicemayor"], "2017-11-08", "2017-11-10")
    partner = leaders["executive"].person

    def acting(moment: str, power: str) -> Any:
        return selectors.stand_in_for(leaders["vicemayor"], power=power, at=at(moment))

    assert acting("2017-11-07 23:59", "sign") is None
    for power in ("sign", "instruct", "meeting", "activity"):
        assert acting("2017-11-08 00:00", power) == partner
    assert acting("2017-11-08 10:00", "speak") is None
    assert acting("2017-11-10 23:59", "sign") == partner
    assert acting("2017-11-11 00:00", "sign") is None


@pytest.mark.clause("smx-work-rules/9.1")
def test_the_stand_in_s_powers_hold_for_each_of_the_three_kinds_and_only_away_from_the_seat(
    leaders: Leaders, away: Callable[..., Leave], at: Moment
) -> None:
    for number, kind in enumerate(("visit", "business", "vacation")):
        day = f"2017-11-{13 + number}"
        away(leaders["vicemayor2"], day, day, kind=kind)
        assert leaders["vicemayor2"].person_id in selectors.away(at(f"{day} 10:00"))
    away(leaders["vicemayor2"], "2017-11-20", "2017-11-20", kind="vacation", leaves_seat=False)
    assert selectors.away(at("2017-11-20 10:00")) == set()
    away(
        leaders["vicemayor2"], "2017-11-21", "2017-11-21", kind="vacation", leaves_seat=False, stands_in=True
    )
    assert selectors.away(at("2017-11-21 10:00")) == {leaders["vicemayor2"].person_id}


@pytest.mark.clause("smx-work-rules/7.1")
def test_the_executive_vice_mayor_presides_while_the_mayor_is_away_but_does_not_sign_for_him(
    leaders: Leaders, away: Callable[..., Leave], at: Moment
) -> None:
    assert selectors.presiding(at("2017-11-08 10:00")).person == leaders["mayor"].person
    for number, kind in enumerate(("visit", "business", "vacation")):
        day = f"2017-11-{13 + number}"
        away(leaders["mayor"], day, day, kind=kind)
        found = selectors.presiding(at(f"{day} 10:00"))
        assert (found.person, found.acts_for) == (leaders["executive"].person, leaders["mayor"].person)
        assert selectors.stand_in_for(leaders["mayor"], power="sign", at=at(f"{day} 10:00")) is None
    away(leaders["mayor"], "2017-11-20", "2017-11-20", kind="vacation", leaves_seat=False)
    assert selectors.presiding(at("2017-11-20 10:00")).person == leaders["mayor"].person


@pytest.mark.clause("smx-work-rules/7.1")
def test_when_both_are_away_the_mayor_names_who_presides(
    leaders: Leaders, away: Callable[..., Leave], signed: Signed, at: Moment
) -> None:
    away(leaders["executive"], "2017-11-08", "2017-11-10")
    away(leaders["mayor"], "2017-11-09", "2017-11-09")
    moment = at("2017-11-09 10:00")
    assert selectors.presiding(moment).person is None
    overlap = overlaps(leaders["mayor"].person_id)[0]
    choice = {overlap.facts["absence"]: leaders["vicemayor2"].person}
    with pytest.raises(NotAllowed, match="统筹安排"):
        services.overlap_arrange(
            overlap=overlap, arrangement="由分管政法的副市长主持", stand_ins=choice, actor=signed("secretary"),
            at=at("2017-11-07 09:00"),
        )  # fmt: skip
    services.overlap_arrange(
        overlap=overlap, arrangement="由分管政法的副市长主持", stand_ins=choice, actor=signed("mayor"),
        at=at("2017-11-07 09:00"),
    )  # fmt: skip
    assert selectors.presiding(moment).person == leaders["vicemayor2"].person


@pytest.mark.clause("smx-work-rules/9.2")
def test_both_of_a_pair_away_is_seen_at_once_and_the_secretary_general_arranges_without_acting_himself(
    leaders: Leaders, away: Callable[..., Leave], signed: Signed, at: Moment
) -> None:
    away(leaders["vicemayor2"], "2017-11-08", "2017-11-10")
    assert overlaps(leaders["secretary"].person_id) == []
    late = away(leaders["vicemayor3"], "2017-11-10", "2017-11-12")
    overlap = overlaps(leaders["secretary"].person_id)[0]
    assert overlap.parent == late.matter
    assert selectors.stand_in_for(leaders["vicemayor3"], power="sign", at=at("2017-11-10 10:00")) is None
    common: dict[str, Any] = {
        "overlap": overlap,
        "arrangement": "由常务副市长兼顾",
        "at": at("2017-11-07 09:00"),
    }
    with pytest.raises(NotAllowed, match="应由"):
        services.overlap_arrange(actor=signed("deputy"), **common)
    with pytest.raises(Incomplete, match="只协调安排"):
        services.overlap_arrange(
            actor=signed("secretary"),
            stand_ins={overlap.facts["absence"]: leaders["secretary"].person},
            **common,
        )
    with pytest.raises(Incomplete, match="也外出"):
        services.overlap_arrange(
            actor=signed("secretary"),
            stand_ins={overlap.facts["absence"]: leaders["vicemayor2"].person},
            **common,
        )
    named = {overlap.facts["absence"]: leaders["executive"].person}
    services.overlap_arrange(actor=signed("secretary"), stand_ins=named, **common)
    acting = selectors.stand_in_for(leaders["vicemayor3"], power="sign", at=at("2017-11-10 10:00"))
    assert acting == leaders["executive"].person


@pytest.mark.clause("smx-secretary-rules/2.4", "smx-secretary-rules/2.2.1")
def test_deputies_lead_the_office_in_rank_order_while_the_secretary_general_is_away(
    leaders: Leaders, signed: Signed, at: Moment, granted_leave: Callable[..., Leave]
) -> None:
    assert selectors.office_head(at("2017-11-15 10:00")).person == leaders["secretary"].person
    granted_leave("secretary", "2017-11-15", "2017-11-17")
    assert selectors.office_head(at("2017-11-15 10:00")).person == leaders["deputy"].person
    found = selectors.signatory(signed("deputy"), RULE, {}, at=at("2017-11-15 10:00"))
    assert found.acts_for == leaders["secretary"].person
    granted_leave("deputy", "2017-11-16", "2017-11-16")
    assert selectors.office_head(at("2017-11-16 10:00")).person == leaders["deputy2"].person


def test_only_who_may_decide_does_and_the_refusal_names_them(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    own = selectors.signatory(signed("secretary"), RULE, {}, at=at("2017-11-15 10:00"))
    assert (own.person, own.acts_for) == (leaders["secretary"].person, None)
    with pytest.raises(NotAllowed, match=leaders["secretary"].person.name):
        selectors.signatory(signed("deputy"), RULE, {}, at=at("2017-11-15 10:00"))


@pytest.mark.clause("smx-work-rules/6.1")
def test_of_a_body_s_affairs_only_the_vice_mayor_in_charge_decides(
    bodies: dict[str, Body], leaders: Leaders, signed: Signed, at: Moment
) -> None:
    """The table of city activities names vice mayors; of them the one in charge of the body counts."""
    found = selectors.signing("agenda.charge", {}, at=at("2017-11-15 10:00"), body=bodies["chengguan"])
    assert [one.person for one in found.people] == [leaders["vicemayor"].person]
    with pytest.raises(NotAllowed):
        selectors.signatory(
            signed("vicemayor2"), "agenda.charge", {}, at=at("2017-11-15 10:00"), body=bodies["chengguan"]
        )


@pytest.mark.clause("smx-work-rules/6.2", "xiping-work-rules/8.2")
def test_a_commission_of_the_mayor_is_written_with_scope_and_days(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    values: dict[str, Any] = {
        "by": leaders["mayor"], "to": leaders["vicemayor"].person, "kind": "commission", "scope": "负责黄河明珠文化节",
        "powers": ["represent"], "since": dt.date(2017, 11, 10), "until": dt.date(2017, 11, 20),
        "document": "市长批示〔2017〕3号", "actor": signed("shizhangban"), "at": at("2017-11-06 09:00"),
    }  # fmt: skip
    for field in ("scope", "document"):
        with pytest.raises(Incomplete):
            services.delegation_add(**{**values, field: " "})
    with pytest.raises(Incomplete, match="须由市长委托"):
        services.delegation_add(**{**values, "by": leaders["executive"]})
    with pytest.raises(NotAllowed):
        services.delegation_add(**{**values, "actor": signed("vicemayor")})
    with pytest.raises(Incomplete, match="不能早于"):
        services.delegation_add(**{**values, "until": dt.date(2017, 11, 9)})
    row = services.delegation_add(**values)
    for moment, holds in (
        ("2017-11-09 23:59", False), ("2017-11-10 00:00", True), ("2017-11-20 23:59", True), ("2017-11-21 00:00", False),
    ):  # fmt: skip
        assert bool(selectors.commissions_of(leaders["vicemayor"].person, at=at(moment))) is holds
    services.delegation_revoke(
        delegation=row, reason="任务完成", actor=signed("mayor"), at=at("2017-11-12 09:00")
    )
    assert not selectors.commissions_of(leaders["vicemayor"].person, at=at("2017-11-15 09:00"))
    with pytest.raises(WrongState):
        services.delegation_revoke(
            delegation=row, reason="重复", actor=signed("mayor"), at=at("2017-11-12 09:00")
        )


def test_a_written_authorisation_lets_its_holder_decide_for_its_days(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    """The giver must be one who decides by that table."""
    values: dict[str, Any] = {
        "to": leaders["secretary"].person, "kind": "authorisation", "scope": "属履行手续的公文", "since": DAY,
        "until": dt.date(2017, 11, 30), "document": "市长授权书", "actor": signed("shizhangban"),
        "at": at("2017-11-06 09:00"),
    }  # fmt: skip
    with pytest.raises(Incomplete, match="没有这项"):
        services.delegation_add(by=leaders["mayor"], rule="nothing.there", **values)
    services.delegation_add(by=leaders["mayor"], **values)


def test_under_xiping_a_partner_signs_only_what_is_urgent(
    under: Callable[[str], None], leaders: Leaders, signed: Signed, at: Moment, reported: Callable[..., Leave]
) -> None:
    under("xiping")
    reported("vicemayor", "2020-06-08", "2020-06-10")
    moment = at("2020-06-09 10:00")

    def acting(power: str, **facts: Any) -> Any:
        return selectors.stand_in_for(leaders["vicemayor"], power=power, at=moment, facts=facts)

    assert acting("sign", urgent=True) == leaders["executive"].person
    assert acting("sign", urgent=False) is None
    assert acting("sign") is None


@pytest.mark.clause("xiping-work-rules/8.4")
def test_under_xiping_partners_take_over_reception_meetings_activities_and_incidents(
    under: Callable[[str], None], leaders: Leaders, signed: Signed, at: Moment, reported: Callable[..., Leave]
) -> None:
    under("xiping")
    leave = reported("vicemayor", "2020-06-08", "2020-06-10", kind="personal", leaves_seat=False)
    for power in ("reception", "meeting", "activity", "incident"):
        for moment, holds in (
            ("2020-06-07 23:59", False), ("2020-06-08 00:00", True), ("2020-06-10 23:59", True), ("2020-06-11 00:00", False),
        ):  # fmt: skip
            found = selectors.stand_in_for(leaders["vicemayor"], power=power, at=at(moment))
            assert (found == leaders["executive"].person) is holds
    assert leave.absence.stands_in
    reported("executive", "2020-06-09", "2020-06-09")
    overlap = overlaps(leaders["mayor"].person_id)[0]
    assert overlap.facts["office"] == "executive_vice_mayor"
    services.overlap_arrange(
        overlap=overlap, arrangement="由县长指定", actor=signed("mayor"), at=at("2020-06-08 09:00"),
        stand_ins={overlap.facts["other"]: leaders["vicemayor3"].person},
    )  # fmt: skip
    acting = selectors.stand_in_for(leaders["vicemayor"], power="meeting", at=at("2020-06-09 10:00"))
    assert acting == leaders["vicemayor3"].person


@pytest.mark.clause("xiping-work-rules/9")
def test_under_xiping_presiding_and_convening_need_the_county_head_s_written_commission(
    under: Callable[[str], None], leaders: Leaders, signed: Signed, at: Moment, away: Callable[..., Leave]
) -> None:
    under("xiping")
    away(leaders["mayor"], "2020-06-08", "2020-06-12", day="2020-06-01 09:00")
    moment = at("2020-06-09 10:00")
    assert selectors.presiding(moment).person is None
    services.delegation_add(
        by=leaders["mayor"], to=leaders["executive"].person, kind="commission", scope="主持县政府工作",
        powers=["preside"], since=dt.date(2020, 6, 8), until=dt.date(2020, 6, 12), document="县长委托书",
        actor=signed("shizhangban"), at=at("2020-06-05 09:00"),
    )  # fmt: skip
    assert selectors.presiding(moment).person == leaders["executive"].person
    assert selectors.presiding(moment, power="convene").person is None
    assert selectors.stand_in_for(leaders["mayor"], power="sign", at=moment) is None
    services.delegation_add(
        by=leaders["mayor"], to=leaders["executive"].person, kind="commission", scope="召集常务会议",
        powers=["convene"], since=dt.date(2020, 6, 8), until=dt.date(2020, 6, 12), document="县长委托书",
        actor=signed("shizhangban"), at=at("2020-06-05 09:00"),
    )  # fmt: skip
    assert selectors.presiding(moment, power="convene").person == leaders["executive"].person


@pytest.mark.clause("smx-work-rules/9.1")
def test_for_one_without_a_partner_the_mayor_names_who_acts(
    leaders: Leaders, away: Callable[..., Leave], signed: Signed, at: Moment
) -> None:
    pair = next(one for one in selectors.pairs_on(DAY) if one.first == leaders["vicemayor2"])
    leave = away(leaders["vicemayor3"], "2017-11-08", "2017-11-10")
    common: dict[str, Any] = {"person": leaders["executive"].person, "at": at("2017-11-07 09:00")}
    with pytest.raises(WrongState, match="有AB角"):
        services.stand_in_name(absence=leave.absence, actor=signed("mayor"), **common)
    services.pair_end(
        pair=pair, until=dt.date(2017, 11, 7), actor=signed("shizhangban"), at=at("2017-11-06 10:00")
    )
    moment = at("2017-11-09 10:00")
    assert selectors.stand_in_for(leaders["vicemayor3"], power="sign", at=moment) is None
    with pytest.raises(NotAllowed):
        services.stand_in_name(absence=leave.absence, actor=signed("secretary"), **common)
    with pytest.raises(Incomplete, match="不代行"):
        services.stand_in_name(
            absence=leave.absence, actor=signed("mayor"), **{**common, "person": leaders["secretary"].person}
        )
    services.stand_in_name(absence=leave.absence, actor=signed("mayor"), **common)
    assert (
        selectors.stand_in_for(leaders["vicemayor3"], power="sign", at=moment) == leaders["executive"].person
    )


@pytest.mark.clause("smx-work-rules/9.2")
def test_while_the_secretary_general_is_away_too_the_first_deputy_arranges(
    leaders: Leaders,
    away: Callable[..., Leave],
    granted_leave: Callable[..., Leave],
    signed: Signed,
    at: Moment,
) -> None:
    granted_leave("secretary", "2017-11-09", "2017-11-17")
    away(leaders["vicemayor2"], "2017-11-10", "2017-11-12")
    away(leaders["vicemayor3"], "2017-11-10", "2017-11-12")
    overlap = overlaps(leaders["deputy"].person_id)[0]
    services.overlap_arrange(
        overlap=overlap, arrangement="由常务副市长兼顾", actor=signed("deputy"), at=at("2017-11-10 08:00")
    )
    with pytest.raises(NotAllowed):
        services.overlap_arrange(
            overlap=overlap, arrangement="另作安排", actor=signed("deputy2"), at=at("2017-11-10 09:00")
        )
