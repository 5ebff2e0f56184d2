"""Targets lowered, dropped and added while the year runs."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.targets import rules, services
from luoshi.targets.models import Change, Target

from .conftest import JANUARY, apply, on

pytestmark = pytest.mark.django_db
MARCH = dt.date(2018, 3, 1)
END = dt.datetime(2019, 1, 3, 10, 0, tzinfo=on("01-01").tzinfo)


@pytest.mark.clause("smx-target-management/3.4.2")
@pytest.mark.parametrize("ground", ["policy", "disaster", "force_majeure", "hardship", ""])
def test_only_three_grounds_lower_a_target_and_never_without_a_proof(target, ground):
    good = ground in {"policy", "disaster", "force_majeure"}
    if good:
        with pytest.raises(Incomplete, match="证明材料"):
            apply(target("市城管局", 3), ground=ground, proof=None)
        assert apply(target("市城管局", 3), ground=ground).matter.state == "applied"
    else:
        with pytest.raises(Incomplete, match="三类事由"):
            apply(target("市城管局", 3), ground=ground)


@pytest.mark.clause("smx-target-management/3.4.3")
def test_a_target_is_lowered_through_four_hands(target, actor):
    change = apply(target("市城管局", 3), actor("liaison", "chengguan"))
    office, leader, at = actor("target_office"), actor("city_leader"), on("08-02 10:00")
    with pytest.raises(WrongState):
        services.change_grant(change=change, decision="同意", actor=leader, at=at)
    for step, who, wrong in (("verify", office, leader), ("advise", leader, office)):
        with pytest.raises(NotAllowed):
            services.change_step(change=change, step=step, opinion="属实", actor=wrong, at=at)
        services.change_step(change=change, step=step, opinion="属实", actor=who, at=at)
    with pytest.raises(NotAllowed):
        services.change_grant(change=change, decision="同意", actor=office, at=at)
    assert target("市城管局", 3).measures.get().value == 3
    services.change_grant(change=change, decision="同意", actor=leader, at=at)
    assert target("市城管局", 3).measures.get().value == 2
    assert Change.objects.get().effective_on == at.date()


def test_a_target_is_dropped_where_no_new_value_is_given(target):
    change = apply(target("市城管局", 3), values={})
    for step in ("verify", "advise"):
        services.change_step(change=change, step=step, opinion="属实", actor=SYSTEM, at=on("08-02 10:00"))
    services.change_grant(change=change, decision="同意", actor=SYSTEM, at=on("08-03 10:00"))
    assert target("市城管局", 3).matter.state == "removed"


def test_a_refused_application_changes_nothing_and_one_at_a_time(target):
    change = apply(target("市城管局", 3))
    with pytest.raises(WrongState):
        apply(target("市城管局", 3))
    services.change_refuse(change=change, reason="可以克服", actor=SYSTEM, at=on("08-02 10:00"))
    assert target("市城管局", 3).measures.get().value == 3


MEASURE = {
    "indicator": "新建公厕",
    "comparison": "",
    "value": "5",
    "unit": "座",
    "set_by": "",
    "reference": "",
    "text": "新建公厕5座",
}


def propose(sheet, **more):
    given = {"group": "key", "text": "新建公厕5座", "basis": "市委常委会纪要", "points": "50", "measure": MEASURE,
             "effective_on": dt.date(2018, 8, 15), "actor": SYSTEM, "at": on("08-10 10:00"), **more}  # fmt: skip
    return services.addition_propose(sheet=sheet, **given)


@pytest.mark.clause("smx-target-management/3.4.4")
def test_a_target_is_added_only_with_the_word_of_the_government_or_the_group_s_head(sheet, actor):
    with pytest.raises(Incomplete, match="年度内"):
        propose(sheet("市城管局"), effective_on=dt.date(2019, 1, 1))
    change = propose(sheet("市城管局"))
    leader, at = actor("city_leader"), on("08-12 10:00")
    with pytest.raises(NotAllowed):
        services.addition_agree(
            change=change, approver="government", opinion="同意", actor=actor("target_office"), at=at
        )
    with pytest.raises(Incomplete):
        services.addition_agree(change=change, approver="office", opinion="同意", actor=leader, at=at)
    assert Target.objects.filter(sheet__name="市城管局").count() == 5
    added = services.addition_agree(change=change, approver="group_head", opinion="同意", actor=leader, at=at)
    assert (added.number, added.effective_on, added.outcome) == (6, dt.date(2018, 8, 15), "pending")
    assert [option.label for option in rules.choice("targets.approver", JANUARY).options] == [
        "市政府",
        "领导小组主要领导",
    ]
