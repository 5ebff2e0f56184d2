"""Deductions and bonuses: what each needs, who enters and approves it, and what it is worth."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.assessment import services
from luoshi.assessment.models import Entry
from luoshi.assessment.rules_records import ENTERED, item_points, item_rule
from luoshi.assessment.services.entries import missing_proof
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

from .conftest import CONTENT, MONDAY, upload

DAY = MONDAY.date()
LATER = MONDAY + dt.timedelta(hours=5)
WORTH = {
    "unexecuted_order": ("3.1.2", 2),
    "repeat_complaint": ("3.1.3", 2),
    "duty_phone_failure": ("3.2.1", 2),
    "late_arrival": ("3.2.2", 2),
    "media_exposed": ("3.4", 5),
    "leak": ("3.5", 5),
    "shirked_return": ("3.6.a", 2),
    "award_national": ("4.1.1", 40),
    "award_provincial": ("4.1.1", 20),
    "award_municipal": ("4.1.1", 10),
    "media_national": ("4.1.2", 10),
    "media_provincial": ("4.1.2", 6),
    "media_municipal": ("4.1.2", 4),
    "platform_adopted": ("4.1.3", 2),
    "difficult_led": ("4.4", 1),
}


@pytest.mark.clause(
    "smx-hotline-assessment/4.3.1.2",
    "smx-hotline-assessment/4.3.1.3.a",
    "smx-hotline-assessment/4.3.1.5",
    "smx-hotline-assessment/4.3.1.6",
    "smx-hotline-assessment/4.3.1.7.a",
    "smx-hotline-assessment/4.3.2.1",
    "smx-hotline-assessment-annex/3.1.2",
    "smx-hotline-assessment-annex/3.1.3",
    "smx-hotline-assessment-annex/3.2.1",
    "smx-hotline-assessment-annex/3.2.2",
    "smx-hotline-assessment-annex/3.4",
    "smx-hotline-assessment-annex/3.5",
    "smx-hotline-assessment-annex/3.6.a",
    "smx-hotline-assessment-annex/4.1.1",
    "smx-hotline-assessment-annex/4.1.2",
    "smx-hotline-assessment-annex/4.1.3",
)
@pytest.mark.parametrize("item", WORTH)
def test_an_approved_entry_moves_its_item_by_its_points_in_the_month_of_its_date(approved, live, item):
    leaf, points = WORTH[item]
    now = MONDAY + dt.timedelta(days=1)
    assert live(now=now)["points"][leaf] == 0
    approved(item)
    assert live(now=now)["points"][leaf] == points
    assert live("2017-11", now=now + dt.timedelta(days=40))["points"][leaf] == 0
    assert item_points(item, DAY) == points


@pytest.mark.clause("smx-hotline-assessment/4.3.1.3.b")
def test_a_team_not_on_duty_day_and_night_costs_two_points_each_time(approved, live):
    approved("duty_gap")
    approved("duty_gap", content={"checked_at": "2017-10-10 03:00", "finding": "队伍不在岗"})
    assert live(now=LATER)["score"].parts["deduction"] == 4


@pytest.mark.clause(
    "smx-hotline-assessment/4.3.1.8", "smx-hotline-assessment-annex/3.7", "smx-hotline-assessment/4.3"
)
def test_fraud_costs_ten_points_in_the_year_and_none_in_the_month(approved, live):
    approved("fraud")
    assert live("2017-10", now=LATER)["score"].parts["deduction"] == 0
    assert live("2017", now=LATER)["score"].parts["deduction"] == 10


@pytest.mark.clause(
    "smx-hotline-assessment/4.3.1.8", "smx-hotline-assessment-annex/3.7", "smx-hotline-assessment-annex/4.1.2"
)
@pytest.mark.parametrize(
    ("item", "key", "values"),
    [
        (
            "fraud",
            "kind",
            ["false_name", "false_request", "false_measures", "false_closing", "false_figures"],
        ),
        ("media_national", "subject", ["news", "experience", "analysis", "research"]),
    ],
)
def test_what_kind_it_is_is_chosen_from_the_rulebook(propose, item, key, values):
    assert list(item_rule(item, DAY).choices[key].values) == values
    with pytest.raises(Incomplete) as refused:
        propose(item, content={**CONTENT[item], key: "anything"})
    assert refused.value.field == key
    assert propose(item).content[key] in values


def test_nothing_counts_before_it_is_approved_and_nothing_that_was_rejected(propose, command, live):
    entry = propose("award_national")
    assert live(now=LATER)["points"]["4.1.1"] == 0
    services.entry_reject(entry=entry, reason="文件不是表彰文件", actor=command, at=LATER)
    assert live(now=LATER)["points"]["4.1.1"] == 0
    with pytest.raises(WrongState):
        services.entry_approve(entry=entry, actor=command, at=LATER)


def test_a_revoked_entry_never_counted_and_stays_on_record(approved, command, live, differences):
    entry = approved("award_national")
    with pytest.raises(Incomplete):
        services.entry_revoke(entry=entry, reason="", actor=command, at=LATER)
    services.entry_revoke(entry=entry, reason="表彰已被撤销", actor=command, at=LATER)
    assert live(now=LATER)["points"]["4.1.1"] == 0
    stored = Entry.objects.get(pk=entry.pk)
    assert (stored.end_reason, stored.decided_by != "") == ("表彰已被撤销", True)
    assert differences() == []


@pytest.mark.clause("smx-hotline-assessment-annex/3.a")
def test_of_several_deductions_on_one_order_the_highest_counts_once(approved, dispatch_of, live):
    number = dispatch_of().request.matter.number
    for item in ("unexecuted_order", "media_exposed", "shirked_return"):
        approved(item, order_no=number)
    assert live(now=LATER)["score"].parts["deduction"] == 5
    approved("duty_phone_failure")
    approved("duty_phone_failure")
    assert live(now=LATER)["score"].parts["deduction"] == 9


@pytest.mark.clause("smx-hotline-assessment-annex/4.1")
def test_awards_and_publicity_together_give_eighty_at_most(approved, live):
    for _ in range(2):
        approved("award_national")
    assert live(now=LATER)["score"].parts["bonus"] == 80
    approved("media_national")
    assert live(now=LATER)["score"].parts["bonus"] == 80


@pytest.mark.clause("smx-hotline-assessment/4.3.2.5", "smx-hotline-assessment-annex/4.4")
def test_hard_cases_led_give_a_point_each_up_to_twenty(approved, live):
    for _ in range(20):
        approved("difficult_led")
    assert live(now=LATER)["points"]["4.4"] == 20
    approved("difficult_led")
    assert live(now=LATER)["points"]["4.4"] == 20


# ---- what an item needs ----
@pytest.mark.clause("smx-hotline-assessment/4.3.1.5", "smx-hotline-assessment/4.3.1.6")
@pytest.mark.parametrize("item", ["media_exposed", "leak"])
def test_each_condition_must_be_confirmed(propose, item):
    keys = [one.key for one in item_rule(item, DAY).ground.conditions]
    for missing in keys:
        with pytest.raises(Incomplete) as refused:
            propose(item, conditions=[key for key in keys if key != missing])
        assert refused.value.field == "conditions"
    assert propose(item).matter.state == "proposed"


@pytest.mark.clause("smx-hotline-assessment-annex/3.1.3")
@pytest.mark.parametrize(
    "item", ["repeat_complaint", "late_arrival", "leak", "shirked_return", "difficult_led"]
)
def test_what_concerns_an_order_names_it(propose, item):
    for number in ("", "20170101-9999"):
        with pytest.raises(Incomplete) as refused:
            propose(item, order_no=number)
        assert refused.value.field == "order_no"


def test_the_order_must_have_been_the_unit_s_own(propose, dispatch_of):
    foreign = dispatch_of("jiaoyu").request.matter.number
    with pytest.raises(Incomplete, match="没有派给"):
        propose("shirked_return", order_no=foreign)


def test_the_same_item_is_not_entered_twice_on_an_order(propose, platform_leader, dispatch_of):
    number = dispatch_of().request.matter.number
    entry = propose("shirked_return", order_no=number)
    with pytest.raises(WrongState):
        propose("shirked_return", order_no=number)
    services.entry_withdraw(entry=entry, reason="登记有误", actor=platform_leader, at=LATER)
    assert propose("shirked_return", order_no=number).pk != entry.pk


@pytest.mark.parametrize("item", [item for item in ENTERED if item in CONTENT])
def test_what_its_form_asks_for_must_be_filled_in(propose, item):
    first = next(field.key for field in item_rule(item, DAY).fields if field.required)
    with pytest.raises(Incomplete) as refused:
        propose(item, content={**CONTENT[item], first: " "})
    assert refused.value.field == first


def test_the_date_does_not_lie_ahead(propose):
    with pytest.raises(Incomplete) as refused:
        propose("award_national", date=DAY + dt.timedelta(days=1))
    assert refused.value.field == "date"
    assert propose("award_national", date=DAY).date == DAY


@pytest.mark.clause("smx-hotline-assessment-annex/4.1.a", "smx-hotline-assessment-annex/4.4.a")
@pytest.mark.parametrize(
    "item",
    [
        "award_national",
        "award_municipal",
        "media_national",
        "media_provincial",
        "media_municipal",
        "difficult_led",
    ],
)
def test_without_each_kind_of_proof_a_bonus_is_not_approved(propose, command, platform_leader, live, item):
    materials = item_rule(item, DAY).materials
    entry = propose(item, files=[upload(material) for material in materials[1:]])
    assert missing_proof(entry) == [materials[0]]
    with pytest.raises(Incomplete, match=materials[0]):
        services.entry_approve(entry=entry, actor=command, at=LATER)
    files = [upload(materials[0])]
    services.entry_supplement(entry=entry, files=files, actor=platform_leader, at=LATER)
    services.entry_approve(entry=entry, actor=command, at=LATER)
    assert live(now=LATER)["score"].parts["bonus"] > 0


def test_a_deduction_needs_a_file_or_its_order(propose, command, dispatch_of):
    bare = propose("unexecuted_order", files=[])
    with pytest.raises(Incomplete, match="证明材料"):
        services.entry_approve(entry=bare, actor=command, at=LATER)
    number = dispatch_of().request.matter.number
    ordered = propose("unexecuted_order", files=[], order_no=number)
    assert services.entry_approve(entry=ordered, actor=command, at=LATER).decided_at == LATER


# ---- publicity ----
@pytest.mark.clause("smx-hotline-assessment-annex/4.1.b")
def test_publicity_is_reported_in_the_month_of_its_adoption_its_last_day_included(propose):
    last = dt.datetime(2017, 10, 31, 23, 59, tzinfo=MONDAY.tzinfo)
    assert propose("media_municipal", date=dt.date(2017, 10, 1), at=last).pk
    with pytest.raises(Incomplete) as refused:
        propose(
            "media_municipal",
            date=dt.date(2017, 10, 31),
            content={"title": "另一篇", "outlet": "虚构市报", "subject": "news"},
            at=last + dt.timedelta(minutes=1),
        )
    assert refused.value.field == "date"
    assert propose("award_municipal", date=dt.date(2017, 10, 1), at=last + dt.timedelta(minutes=1)).pk


@pytest.mark.clause("smx-hotline-assessment/4.3.2.2", "smx-hotline-assessment-annex/4.1.2")
def test_a_piece_adopted_at_several_levels_counts_at_the_highest_only(
    approved, propose, command, live, differences
):
    municipal = approved("media_municipal")
    assert live(now=LATER)["points"]["4.1.2"] == 4
    national = approved(
        "media_national", content={"title": "夜间抢修队的一天！", "outlet": "虚构日报", "subject": "news"}
    )
    assert live(now=LATER)["points"]["4.1.2"] == 10
    municipal.refresh_from_db()
    assert municipal.matter.state == "superseded"
    between = propose("media_provincial")
    with pytest.raises(WrongState, match="最高一级"):
        services.entry_approve(entry=between, actor=command, at=LATER)
    services.entry_revoke(entry=national, reason="报道已撤下", actor=command, at=LATER)
    assert live(now=LATER)["points"]["4.1.2"] == 4
    services.entry_approve(entry=between, actor=command, at=LATER)
    assert live(now=LATER)["points"]["4.1.2"] == 6
    assert differences() == []


def test_of_several_lower_levels_the_higher_one_comes_back(approved, command, live):
    for item in ("media_municipal", "media_provincial"):
        approved(item)
    national = approved("media_national")
    services.entry_revoke(entry=national, reason="报道已撤下", actor=command, at=LATER)
    assert live(now=LATER)["points"]["4.1.2"] == 6


def test_different_pieces_add_up_and_other_units_do_not_matter(approved, live):
    approved("media_municipal")
    approved("media_municipal", content={"title": "另一篇", "outlet": "虚构市报", "subject": "news"})
    approved("media_national", unit="jiaoyu")
    assert live(now=LATER)["points"]["4.1.2"] == 8


# ---- who ----
@pytest.mark.parametrize("item", ["award_national", "media_municipal", "difficult_led"])
def test_a_unit_claims_its_own_bonuses(propose, liaison, item):
    entry = propose(item, actor=liaison)
    assert entry.proposer == "unit"


@pytest.mark.parametrize("item", ["fraud", "duty_phone_failure", "platform_adopted"])
def test_everything_else_the_platform_enters(propose, liaison, item):
    with pytest.raises(NotAllowed):
        propose(item, actor=liaison)


def test_a_unit_claims_nothing_for_another(propose, other_liaison):
    with pytest.raises(NotAllowed):
        propose("award_national", actor=other_liaison)


def test_only_the_command_centre_approves_rejects_and_revokes(propose, approved, platform_leader, liaison):
    entry, counted = propose("award_national"), approved("award_provincial")
    for who in (platform_leader, liaison):
        with pytest.raises(NotAllowed):
            services.entry_approve(entry=entry, actor=who, at=LATER)
        with pytest.raises(NotAllowed):
            services.entry_reject(entry=entry, reason="不实", actor=who, at=LATER)
        with pytest.raises(NotAllowed):
            services.entry_revoke(entry=counted, reason="不实", actor=who, at=LATER)


def test_who_proposed_may_withdraw_and_nobody_else(propose, liaison, platform_leader, other_liaison):
    claim, finding = propose("award_national", actor=liaison), propose("duty_gap")
    for entry, who in ((claim, platform_leader), (claim, other_liaison), (finding, liaison)):
        with pytest.raises(NotAllowed):
            services.entry_withdraw(entry=entry, reason="有误", actor=who, at=LATER)
    services.entry_withdraw(entry=claim, reason="有误", actor=liaison, at=LATER)
    services.entry_withdraw(entry=finding, reason="有误", actor=platform_leader, at=LATER)


@pytest.mark.clause("smx-hotline-assessment/4.3.1.8.a", "smx-hotline-assessment-annex/3.7.a")
def test_grave_fraud_is_registered_as_handed_over_for_discipline(approved, propose, platform_leader):
    entry = approved("fraud")
    services.entry_refer(entry=entry, to="市纪委监委（虚构）", actor=platform_leader, at=LATER)
    assert Entry.objects.get(pk=entry.pk).referred_to == "市纪委监委（虚构）"
    assert entry.matter.events.filter(kind="assessment.entry_referred").exists()
    with pytest.raises(WrongState):
        services.entry_refer(entry=approved("duty_gap"), to="市纪委", actor=platform_leader, at=LATER)


def test_several_are_approved_at_once_and_those_that_cannot_be_say_why(propose, command, platform_leader):
    good, bare = propose("award_national"), propose("award_provincial", files=[])
    done, refused = services.entries_approve(entries=[good, bare], actor=command, at=LATER)
    assert [entry.pk for entry in done] == [good.pk]
    assert [(entry.pk, "表彰文件" in why) for entry, why in refused] == [(bare.pk, True)]
    with pytest.raises(NotAllowed):
        services.entries_approve(entries=[bare], actor=platform_leader, at=LATER)


def test_reasons_on_an_order_reach_the_record_without_the_citizen_s_number(propose, command, dispatch_of):
    entry = propose("shirked_return")
    services.entry_reject(entry=entry, reason="诉求人19900007001已说明", actor=command, at=LATER)
    event = entry.matter.events.get(kind="assessment.entry_rejected")
    assert "19900007001" not in event.data["reason"]


def test_an_item_is_worth_what_the_scheme_says():
    assert {item: item_points(item, DAY) for item in ENTERED} == {
        **{item: Decimal(points) for item, (_, points) in WORTH.items()},
        "duty_gap": 2,
        "fraud": 10,
    }
