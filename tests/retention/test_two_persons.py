"""Who may do what, in which state: one proposes, another approves, and whoever may not is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luoshi.engines.keeping import BadPeriod, Period
from luoshi.engines.rulebook import RulebookError, Setting
from luoshi.ledger import keeping, rules
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, Stale, WrongState
from luoshi.retention import holding, services
from luoshi.retention.models import Run
from luoshi.retention.rules import keeping_of, listed_on
from luoshi.retention.states import RUNS
from tests.retention.conftest import LATER, MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(ended, officer) -> Run:
    ended()
    return services.run_draw(rule="retention.contacts", actor=officer, at=LATER)


@pytest.fixture
def proposed(drawn, officer) -> Run:
    return services.run_propose(run=drawn, opinion="已满三年", actor=officer, at=LATER)


def test_nobody_approves_what_they_proposed(proposed, officer, leader):
    both = replace(officer, permissions=officer.permissions | {"retention.approve"})
    with pytest.raises(NotAllowed, match="不能是同一个人"):
        services.run_approve(run=proposed, opinion="", actor=both, at=LATER)
    other_account = replace(both, user_id=leader.user_id)
    with pytest.raises(NotAllowed, match="不能是同一个人"):
        services.run_approve(run=proposed, opinion="", actor=other_account, at=LATER)
    assert services.run_approve(run=proposed, opinion="", actor=leader, at=LATER).matter.state == "approved"


def test_each_step_needs_its_permission(drawn, officer, leader, actor):
    auditor = actor("auditor")
    for who in (leader, auditor):
        with pytest.raises(NotAllowed):
            services.run_propose(run=drawn, opinion="好", actor=who, at=LATER)
        with pytest.raises(NotAllowed):
            services.run_draw(rule="retention.contacts", actor=who, at=LATER)
    services.run_propose(run=drawn, opinion="好", actor=officer, at=LATER)
    for who in (officer, auditor):
        with pytest.raises(NotAllowed):
            services.run_approve(run=drawn, opinion="", actor=who, at=LATER)
        with pytest.raises(NotAllowed):
            services.run_refuse(run=drawn, reason="否", actor=who, at=LATER)
    with pytest.raises(NotAllowed):
        holding.hold_place(number="x", ground="lawsuit", reason="理由", actor=auditor, at=LATER)


@pytest.mark.parametrize("state", sorted(RUNS.labels))
@pytest.mark.parametrize("action", ["propose", "approve", "refuse", "drop", "start", "erase", "finish"])
def test_the_table_of_steps(state, action):
    allowed = {
        ("drawn", "propose"), ("drawn", "drop"), ("drawn", "start"), ("proposed", "approve"), ("proposed", "refuse"),
        ("proposed", "drop"), ("approved", "erase"), ("approved", "finish"),
    }  # fmt: skip
    assert (RUNS.edge(state, action) is not None) == ((state, action) in allowed)


def test_nothing_is_erased_that_is_not_approved(drawn, proposed):
    with pytest.raises(WrongState):
        services.run_carry_out(run=drawn, at=LATER)
    assert services.approved_carry_out(at=LATER) == []


def test_of_a_rule_there_is_one_erasure_at_a_time(drawn, officer, leader):
    with pytest.raises(WrongState, match="已有一批"):
        services.run_draw(rule="retention.contacts", actor=officer, at=LATER)
    services.run_drop(run=drawn, reason="算早了", actor=officer, at=LATER)
    again = services.run_draw(rule="retention.contacts", actor=officer, at=LATER)
    services.run_propose(run=again, opinion="好", actor=officer, at=LATER)
    services.run_refuse(run=again, reason="先问法制办", actor=leader, at=LATER)
    assert services.run_draw(rule="retention.contacts", actor=officer, at=LATER).live


def test_what_goes_by_itself_is_not_proposed(officer):
    with pytest.raises(WrongState, match="每晚自动"):
        services.run_draw(rule="retention.drafts", actor=officer, at=LATER)


def test_nobody_decides_on_what_they_have_not_seen(drawn, officer):
    seen = drawn.matter.version
    services.run_propose(run=drawn, opinion="好", actor=officer, at=LATER, version=seen)
    with pytest.raises(Stale):
        services.run_drop(run=drawn, reason="否", actor=officer, at=LATER, version=seen)
    with pytest.raises(Incomplete):
        services.run_drop(run=drawn, reason=" ", actor=officer, at=LATER)


def test_a_hold_is_placed_once_and_on_the_whole_case(dispatch_of, officer):
    dispatch = dispatch_of()
    number, whole = dispatch.matter.number, dispatch.request.matter.number
    hold = holding.hold_place(number=number, ground="inquiry", reason="审计", actor=officer, at=LATER)
    assert hold.matter.number == whole
    with pytest.raises(WrongState, match="已经暂停"):
        holding.hold_place(number=whole, ground="inquiry", reason="审计", actor=officer, at=LATER)
    for change in ({"number": "没有"}, {"ground": "whim"}, {"reason": ""}):
        given = {"number": whole, "ground": "lawsuit", "reason": "理由", **change}
        with pytest.raises(Incomplete) as refused:
            holding.hold_place(**given, actor=officer, at=LATER)
        assert refused.value.field == next(iter(change))
    holding.hold_lift(hold=hold, reason="已结束", actor=officer, at=LATER)
    with pytest.raises(WrongState, match="解除"):
        holding.hold_lift(hold=hold, reason="已结束", actor=officer, at=LATER)


def test_every_shipped_rule_is_good_and_every_kind_of_record_has_one():
    listed = listed_on(LATER.date())
    assert [one.fault for one in listed if one.fault] == []
    assert {one.keeping.records.code for one in listed} == set(keeping.all_records())
    assert all(one.setting.cite or one.setting.assumption for one in listed)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"record": "hotline.nobody", "keep": "3 years"}, "不存在"),
        ({"record": "hotline.contact", "keep": "soon"}, "期限"),
        ({"record": "hotline.contact"}, "期限"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(values, said):
    shipped = rules.current().setting("retention.contacts", LATER.date())
    with pytest.raises(WrongState, match=said):
        keeping_of(replace(shipped, values=values))


def test_of_two_rules_about_one_record_the_second_is_not_used(monkeypatch):
    first = rules.current().setting("retention.contacts", LATER.date())
    second = replace(first, id="retention.other", title="另一条", line=first.line + 1)
    monkeypatch.setattr("luoshi.retention.rules.settings_on", lambda day: [first, second])
    good, bad = listed_on(LATER.date())
    assert good.keeping is not None
    assert "只保留一条" in bad.fault


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{record: hotline.contact, keep: 3 ages}", "3 ages is no period"),
        ("{record: hotline.contact}", "keep: is missing"),
        ("{keep: 3 years}", "record: is missing"),
        ("{record: hotline.contact, keep: 3 years, forever: true}", "forever: unknown key"),
    ],
)
def test_a_bad_rule_is_refused_when_the_rulebook_is_read(line, said):
    text = (
        "settings:\n  - id: retention.more\n    title: 甲\n    assumption: 甲\n    valid: {from: 2017-09-21}\n"
        f"    status: in_force\n    values: {line}\n"
    )
    with pytest.raises(RulebookError) as refused:
        rules.compiled({**rules.files(), "retention/more.yaml": text})
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "at", "before"),
    [
        ("1 days", "2017-10-09", "2017-10-08"),
        ("1 months", "2018-03-31", "2018-02-28"),
        ("1 years", "2020-02-29", "2019-02-28"),
        ("36 months", "2020-10-10", "2017-10-10"),
    ],
)
def test_a_period_counts_whole_days_of_the_city(text, at, before):
    moment = MONDAY.replace(year=int(at[:4]), month=int(at[5:7]), day=int(at[8:]))
    assert Period.parse(text).over_before(moment).isoformat() == f"{before}T00:00:00+08:00"


@pytest.mark.parametrize(
    "text", ["", "0 days", "3", "3 year", "-1 days", "101 years", "1.5 years", "３ years"]
)
def test_what_is_no_period(text):
    with pytest.raises(BadPeriod):
        Period.parse(text)


def test_the_system_draws_and_only_the_system_erases(ended, officer):
    ended()
    run = services.run_draw(rule="retention.contacts", actor=SYSTEM, at=LATER)
    assert run.proposed_by_id is None
    for action in ("start", "erase", "finish"):
        edge = next(edge for edge in RUNS.edges if edge.action == action)
        assert (edge.may(SYSTEM, None), edge.may(officer, None)) == (True, False)


def test_keepings_are_settings(db):
    assert all(isinstance(one.setting, Setting) for one in listed_on(LATER.date()))
