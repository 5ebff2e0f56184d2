"""The roster: offices, division of work, assistance, sections and AB pairs, changed by date with their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from luoshi.agenda import selectors, services
from luoshi.agenda.models import Leader, Pair
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event
from luoshi.organisation.models import Body, User

Moment = Callable[[str], dt.datetime]
Leaders = dict[str, Leader]
Signed = Callable[[str], Actor]
DAY = dt.date(2017, 11, 6)


@pytest.mark.clause("smx-work-rules/6.1", "xiping-work-rules/8.1")
def test_each_body_has_one_leader_in_charge_and_a_change_keeps_what_was(
    bodies: dict[str, Body], leaders: Leaders, signed: Signed, at: Moment
) -> None:
    body = bodies["chengguan"]
    services.charge_set(
        body=body,
        leader=leaders["vicemayor3"],
        since=DAY,
        actor=signed("shizhangban"),
        at=at("2017-11-06 09:00"),
    )
    before = selectors.in_charge_of(body, day=DAY - dt.timedelta(days=1))
    after = selectors.in_charge_of(body, day=DAY)
    assert before == leaders["vicemayor"]
    assert after == leaders["vicemayor3"]
    event = Event.objects.filter(kind="agenda.charge_set").latest("id")
    assert event.data["about"] == body.pk


def test_only_the_office_and_the_secretary_general_change_the_roster(
    bodies: dict[str, Body], leaders: Leaders, signed: Signed, at: Moment
) -> None:
    for name in ("mayor", "vicemayor", "deputy", "zonghe1", "mishu"):
        with pytest.raises(NotAllowed):
            services.charge_set(
                body=bodies["huanbao"], leader=leaders["vicemayor2"], since=DAY, actor=signed(name),
                at=at("2017-11-06 09:00"),
            )  # fmt: skip


def test_the_secretary_general_is_in_charge_of_no_body(
    bodies: dict[str, Body], leaders: Leaders, signed: Signed, at: Moment
) -> None:
    with pytest.raises(Incomplete, match="不分管单位"):
        services.charge_set(
            body=bodies["huanbao"], leader=leaders["secretary"], since=DAY, actor=signed("secretary"),
            at=at("2017-11-06 09:00"),
        )  # fmt: skip


@pytest.mark.clause("smx-secretary-rules/2.2.2")
def test_every_deputy_secretary_general_assists_leaders_and_a_leader_has_one(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    assert selectors.assisted_by(leaders["deputy"], day=DAY) == [
        leaders["mayor"], leaders["executive"], leaders["vicemayor"],
    ]  # fmt: skip
    services.assists_set(
        leader=leaders["vicemayor"], deputy=leaders["deputy2"], since=DAY, actor=signed("secretary"),
        at=at("2017-11-06 09:00"),
    )  # fmt: skip
    assert selectors.assistant_of(leaders["vicemayor"], day=DAY) == leaders["deputy2"]
    assert selectors.assistant_of(leaders["vicemayor"], day=DAY - dt.timedelta(days=1)) == leaders["deputy"]
    with pytest.raises(Incomplete, match="须是副秘书长"):
        services.assists_set(
            leader=leaders["vicemayor"], deputy=leaders["vicemayor2"], since=DAY, actor=signed("secretary"),
            at=at("2017-11-06 09:00"),
        )  # fmt: skip
    with pytest.raises(Incomplete, match="市长、副市长"):
        services.assists_set(
            leader=leaders["secretary"], deputy=leaders["deputy"], since=DAY, actor=signed("secretary"),
            at=at("2017-11-06 09:00"),
        )  # fmt: skip


def test_pairs_are_mutual_and_nobody_is_in_two_or_in_one_with_themself(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    common = {"since": DAY, "actor": signed("shizhangban"), "at": at("2017-11-06 09:00")}
    assert selectors.partner_of(leaders["executive"], day=DAY) == leaders["vicemayor"]
    assert selectors.partner_of(leaders["vicemayor"], day=DAY) == leaders["executive"]
    with pytest.raises(Incomplete, match="不能与自己"):
        services.pair_set(one=leaders["vicemayor"], other=leaders["vicemayor"], **common)
    with pytest.raises(Incomplete, match="已与"):
        services.pair_set(one=leaders["vicemayor"], other=leaders["vicemayor2"], **common)
    with pytest.raises(Incomplete, match="不在AB角之列"):
        services.pair_set(one=leaders["mayor"], other=leaders["secretary"], **common)
    for pair in Pair.objects.all():
        services.pair_end(pair=pair, until=DAY, actor=common["actor"], at=common["at"])
    services.pair_set(one=leaders["vicemayor2"], other=leaders["executive"], **common)
    assert selectors.partner_of(leaders["executive"], day=DAY) == leaders["vicemayor2"]
    assert selectors.partner_of(leaders["executive"], day=DAY - dt.timedelta(days=1)) == leaders["vicemayor"]
    with pytest.raises(WrongState):
        services.pair_end(
            pair=Pair.objects.filter(until__isnull=False)[0],
            until=DAY,
            actor=common["actor"],
            at=common["at"],
        )


def test_who_leaves_office_leaves_everything_with_it(
    bodies: dict[str, Body], leaders: Leaders, signed: Signed, at: Moment
) -> None:
    services.leader_end(
        leader=leaders["vicemayor"], until=DAY, actor=signed("shizhangban"), at=at("2017-11-06 09:00")
    )
    assert selectors.in_charge_of(bodies["chengguan"], day=DAY) is None
    assert selectors.partner_of(leaders["executive"], day=DAY) is None
    assert leaders["vicemayor"] not in selectors.leaders_on(DAY)
    assert leaders["vicemayor"] in selectors.leaders_on(DAY - dt.timedelta(days=1))
    with pytest.raises(WrongState):
        services.leader_end(
            leader=leaders["vicemayor"], until=DAY, actor=signed("shizhangban"), at=at("2017-11-06 09:00")
        )


def test_there_is_one_mayor_at_the_head_of_those_who_assist(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    someone = User.objects.get(username="mishu.head").person
    common = {"person": someone, "since": DAY, "actor": signed("shizhangban"), "at": at("2017-11-06 09:00")}
    with pytest.raises(Incomplete, match="已有在任的市长"):
        services.leader_add(office="mayor", rank=20, **common)
    with pytest.raises(Incomplete, match="排序3已有人"):
        services.leader_add(office="vice_mayor", rank=3, **common)
    with pytest.raises(Incomplete, match="次序"):
        services.leader_add(office="vice_mayor", rank=20, **common)
    with pytest.raises(Incomplete, match="次序"):
        services.leader_edit(
            leader=leaders["secretary"],
            rank=9,
            portfolio="",
            title="",
            actor=common["actor"],
            at=common["at"],
        )
    assert selectors.leaders_on(DAY)[0].office == "mayor"


@pytest.mark.clause("smx-work-rules/8.1")
def test_a_party_member_with_a_share_of_the_work_is_in_charge_and_in_a_pair_like_a_vice_mayor(
    bodies: dict[str, Body], leaders: Leaders, signed: Signed, at: Moment
) -> None:
    office = signed("shizhangban")
    now = at("2017-11-06 09:00")
    services.leader_end(leader=leaders["vicemayor3"], until=DAY, actor=office, at=now)
    member = services.leader_add(
        person=leaders["vicemayor3"].person, office="party_member", rank=5, since=DAY, actor=office, at=now
    )
    services.charge_set(body=bodies["jiaoyu"], leader=member, since=DAY, actor=office, at=now)
    services.pair_set(one=member, other=leaders["vicemayor2"], since=DAY, actor=office, at=now)
    assert selectors.in_charge_of(bodies["jiaoyu"], day=DAY) == member
    assert selectors.partner_of(leaders["vicemayor2"], day=DAY) == member
    commission = services.delegation_add(
        by=leaders["mayor"], to=member.person, kind="commission", scope="负责职业教育园区建设", since=DAY,
        until=dt.date(2017, 12, 31), document="市长批示", actor=signed("mayor"), at=now,
    )  # fmt: skip
    assert commission.matter.state == "in_force"


@pytest.mark.clause("smx-secretary-rules/0.1")
def test_head_of_the_office_and_secretary_general_are_one_post_and_so_are_their_deputies(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    assert selectors.holders("secretary_general", day=DAY) == [leaders["secretary"].person]
    only_of_the_office = User.objects.get(username="mishu.head").person
    added = services.leader_add(
        person=only_of_the_office, office="deputy_secretary_general", title="市政府办公室副主任", rank=9, since=DAY,
        actor=signed("shizhangban"), at=at("2017-11-06 09:00"),
    )  # fmt: skip
    deputies = [leaders["deputy"].person, leaders["deputy2"].person, added.person]
    assert selectors.holders("deputy_secretary_general", day=DAY) == deputies
    services.assists_set(
        leader=leaders["vicemayor3"],
        deputy=added,
        since=DAY,
        actor=signed("shizhangban"),
        at=at("2017-11-06 09:00"),
    )
    assert selectors.assistant_of(leaders["vicemayor3"], day=DAY) == added


@pytest.mark.clause("smx-secretary-rules/2.2.1")
def test_the_secretary_general_runs_daily_work_under_the_mayor_and_leads_the_office(
    leaders: Leaders, signed: Signed, at: Moment
) -> None:
    actor = signed("secretary")
    daily = ("agenda.manage", "meetings.review", "supervision.manage", "supervision.set", "documents.sign")
    assert all(actor.can(permission) for permission in daily)
    assert not actor.can("decisions.conclude")
    ranks = {leader.office: leader.rank for leader in reversed(selectors.leaders_on(DAY))}
    assert ranks["mayor"] < ranks["secretary_general"] < ranks["deputy_secretary_general"]
    assert selectors.office_head(at("2017-11-06 10:00")).person == leaders["secretary"].person
