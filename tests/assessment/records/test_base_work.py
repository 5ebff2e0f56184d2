"""Base work: filed by units, judged by the platform, standing until it changes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.assessment import services
from luoshi.assessment.models import BasePoint, BaseRecord
from luoshi.assessment.rules_records import base_owed, base_points
from luoshi.assessment.selectors.records import base_groups, base_list, known_of
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.organisation.models import Post

from .conftest import MONDAY, upload

ALL = (
    "deputy_leader", "liaison", "organisation", "division",
    "duty_room", "duty_phone", "computer", "duty_log", "reachable", "rule_duty", "rule_reward", "rule_joint",
    "team", "equipment",
)  # fmt: skip
MATERIALS = ("group_list", "duty_papers", "rule_papers", "team_list", "equipment_papers")


@pytest.fixture
def file(bodies, actor):
    def make(material, unit="chengguan", at=MONDAY):
        files = [upload()]
        who = actor("liaison", unit)
        return services.base_file(body=bodies[unit], material=material, files=files, actor=who, at=at)

    return make


@pytest.fixture
def judge(bodies, platform_leader):
    def make(unit="chengguan", at=MONDAY, **verdicts):
        return services.base_judge(body=bodies[unit], verdicts=verdicts, actor=platform_leader, at=at)

    return make


@pytest.mark.clause(
    "smx-hotline-assessment/4.1.2.a",
    "smx-hotline-assessment/4.1.2.b",
    "smx-hotline-assessment/4.1.2.c",
    "smx-hotline-assessment/4.1.3.a",
    "smx-hotline-assessment/4.1.3.b",
)
def test_every_unit_owes_leadership_rules_reachability_and_a_team_those_on_duty_also_room_and_equipment():
    assert base_points(MONDAY.date()).values == ALL
    assert base_owed(MONDAY.date(), onsite=True) == ALL
    without = set(ALL) - {"duty_room", "duty_phone", "computer", "duty_log", "equipment"}
    assert set(base_owed(MONDAY.date(), onsite=False)) == without


@pytest.mark.clause(
    "smx-hotline-assessment-annex/1.1.a",
    "smx-hotline-assessment-annex/1.2.a",
    "smx-hotline-assessment-annex/1.3.a",
)
@pytest.mark.parametrize(
    ("point", "material"),
    [
        ("deputy_leader", "group_list"),
        ("division", "group_list"),
        ("duty_room", "duty_papers"),
        ("rule_joint", "rule_papers"),
        ("team", "team_list"),
        ("equipment", "equipment_papers"),
    ],
)
def test_a_point_is_met_only_on_the_unit_s_own_material(file, judge, point, material):
    for other in set(MATERIALS) - {material}:
        file(other)
    with pytest.raises(Incomplete) as refused:
        judge(**{point: "met"})
    assert refused.value.field == point
    file(material)
    assert judge(**{point: "met"}).judged_at == MONDAY


def test_what_is_missing_needs_no_material(judge):
    judge(team="missing")
    assert BasePoint.objects.get().verdict == "missing"


@pytest.mark.clause(
    "smx-hotline-assessment/4.1",
    "smx-hotline-assessment/4.1.1",
    "smx-hotline-assessment/4.1.2",
    "smx-hotline-assessment/4.1.3",
    "smx-hotline-assessment-annex/1.1",
    "smx-hotline-assessment-annex/1.2",
    "smx-hotline-assessment-annex/1.3",
)
def test_base_work_gives_fifty_seventy_and_eighty_and_keeps_ten_nought_and_nought(judge, live):
    full = live(now=MONDAY)["points"]
    assert [full[item] for item in ("1.1", "1.2", "1.3")] == [50, 70, 80]
    judge(liaison="missing", rule_duty="missing", duty_log="missing", equipment="missing")
    some = live(now=MONDAY)["points"]
    assert [some[item] for item in ("1.1", "1.2", "1.3")] == [40, 50, 70]
    judge(**dict.fromkeys(ALL, "missing"))
    none = live(now=MONDAY)
    assert [none["points"][item] for item in ("1.1", "1.2", "1.3")] == [10, 0, 0]
    assert none["score"].parts["base"] == Decimal(10)


@pytest.mark.clause("smx-hotline-assessment/4.1")
def test_it_carries_on_from_month_to_month_and_a_change_holds_from_the_month_of_its_registration(
    file, judge, live, differences
):
    judge(liaison="missing")
    december = dt.datetime(2017, 12, 31, 23, 0, tzinfo=MONDAY.tzinfo)
    file("group_list", at=december)
    judge(liaison="met", at=december)
    now = december + dt.timedelta(days=40)
    expected = {"2017-09": 50, "2017-10": 40, "2017-11": 40, "2017-12": 50, "2018-01": 50, "2017": 50}
    assert {period: live(period, now=now)["points"]["1.1"] for period in expected} == expected
    assert differences() == []


def test_a_unit_without_on_site_duty_cannot_be_asked_for_a_duty_room(judge):
    with pytest.raises(Incomplete) as refused:
        judge("jiaoyu", duty_room="missing")
    assert "不担负处置任务" in str(refused.value)


def test_its_reachability_is_looked_at_but_costs_it_nothing(judge, live):
    judge("jiaoyu", reachable="missing", rule_duty="missing")
    assert live(now=MONDAY, unit="jiaoyu")["points"]["1.2"] == 60


def test_what_a_unit_no_longer_owes_is_cleared_with_the_next_judgement(bodies, judge, live):
    judge(duty_room="missing")
    type(bodies["chengguan"])._base_manager.filter(pk=bodies["chengguan"].pk).update(handles_onsite=False)
    bodies["chengguan"].handles_onsite = False
    judge(rule_duty="missing")
    assert live(now=MONDAY)["points"]["1.2"] == 60


def test_a_judgement_that_changes_nothing_is_refused(judge):
    judge(team="missing")
    with pytest.raises(Incomplete, match="没有变动"):
        judge(team="missing")


def test_only_the_platform_judges_and_only_the_unit_files(bodies, liaison, platform_leader, judge):
    with pytest.raises(NotAllowed):
        services.base_judge(body=bodies["chengguan"], verdicts={"team": "missing"}, actor=liaison, at=MONDAY)
    for who, unit in ((platform_leader, "chengguan"), (liaison, "jiaoyu")):
        with pytest.raises(NotAllowed):
            services.base_file(
                body=bodies[unit], material="team_list", files=[upload()], actor=who, at=MONDAY
            )
    assert not BaseRecord.objects.exists()


def test_filing_needs_a_known_kind_and_a_file(bodies, liaison):
    for material, files, field in (("photo", [upload()], "material"), ("team_list", [], "papers")):
        with pytest.raises(Incomplete) as refused:
            services.base_file(
                body=bodies["chengguan"], material=material, files=files, actor=liaison, at=MONDAY
            )
        assert refused.value.field == field


def test_a_body_that_is_not_assessed_has_no_base_work(bodies, platform_leader):
    with pytest.raises(WrongState):
        services.base_judge(
            body=bodies["platform"], verdicts={"team": "missing"}, actor=platform_leader, at=MONDAY
        )


def test_a_judgement_struck_by_the_command_centre_never_counted(judge, live, command, platform_leader):
    judge(team="missing")
    point = BasePoint.objects.get()
    later = MONDAY + dt.timedelta(days=40)
    with pytest.raises(NotAllowed):
        services.base_strike(point=point, reason="名单当时已报", actor=platform_leader, at=later)
    with pytest.raises(Incomplete):
        services.base_strike(point=point, reason=" ", actor=command, at=later)
    services.base_strike(point=point, reason="名单当时已报", actor=command, at=later)
    assert live(now=later)["points"]["1.3"] == 80
    with pytest.raises(WrongState):
        services.base_strike(point=point, reason="名单当时已报", actor=command, at=later)


@pytest.mark.clause("smx-hotline-assessment/4.1.1.a")
def test_the_organisation_s_own_records_say_who_leads_who_is_liaison_and_who_answers_first(bodies):
    known = known_of(bodies["chengguan"], MONDAY.date())
    posts = {post.kind: post.person.name for post in Post.objects.filter(body=bodies["chengguan"])}
    assert known["first"] == posts["principal_leader"]
    assert posts["deputy_leader"] in known["deputy_leader"]
    assert posts["liaison"] in known["liaison"]
    assert "（专职）" in known["liaison"]
    Post.objects.filter(body=bodies["chengguan"])._raw_delete("default")
    assert known_of(bodies["chengguan"], MONDAY.date())["liaison"] == "在册名单中没有联络员"


def test_the_page_s_groups_hold_every_point_once(bodies, judge):
    judge(team="missing")
    groups = base_groups(bodies["chengguan"], MONDAY.date())
    assert [(group.id, [point.key for point in group.points]) for group in groups] == [
        ("1.1", list(ALL[:4])),
        ("1.2", list(ALL[4:12])),
        ("1.3", list(ALL[12:])),
    ]
    assert [point.verdict for point in groups[2].points] == ["missing", "open"]


def test_the_list_counts_what_is_missing_now(judge, file):
    judge(team="missing", rule_duty="missing")
    file("team_list")
    judge(team="met")
    rows = {body.code: body.missing for body in base_list(MONDAY.date())}
    assert rows["chengguan"] == 1
    assert rows["jiaoyu"] is None
    assert [body.code for body in base_list(MONDAY.date(), which="missing")] == ["chengguan"]
