"""Pages of Yueyang's round: what a county is reminded of, what an assessor is told to count."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from luoshi.organisation.models import Person, Post
from luoshi.rounds import services
from luoshi.rounds.models import SelfItem
from tests.rounds.conftest import MARKED, SUBMITTED
from tests.rounds.test_round_pages import client, page
from tests.rounds.test_yueyang_round import Yueyang, yueyang

__all__ = ["yueyang"]

pytestmark = pytest.mark.django_db


@pytest.mark.clause("yueyang-openness-assessment/c02.2")
def test_a_county_whose_principal_leader_changed_in_the_year_is_reminded_of_its_group(
    yueyang: Yueyang,
) -> None:
    round = yueyang.running()
    unit = yueyang.unit(round, "hubin")
    liaison = client("liaison", "hubin")
    assert "任主要负责人" not in page(liaison, "round-self", round.pk, unit.pk)
    days = {"前区长": dt.date(2017, 12, 31), "新区长": dt.date(2018, 5, 3), "后区长": dt.date(2019, 1, 1)}
    for name, since in days.items():
        person = Person(name=name, body=unit.body)
        person.save()
        Post(person=person, body=unit.body, kind=Post.Kind.PRINCIPAL_LEADER, since=since).save()
    html = page(liaison, "round-self", round.pk, unit.pk)
    assert html.count("任主要负责人") == 1
    assert "系统登记2018年5月3日新区长任主要负责人，请说明领导小组是否及时调整。" in html


def test_an_assessor_sees_how_often_each_failing_follows_from_what_was_entered(yueyang: Yueyang) -> None:
    round = yueyang.running()
    unit, me = yueyang.unit(round, "hubin"), yueyang.actor("liaison", "hubin")
    own = services.Own("c36", "part", "报送9条。", values={"items": {"items_submitted": "9"}})
    services.self_save(unit=unit, items=[own], actor=me, at=SUBMITTED)
    yueyang.team(round)
    services.marking_start(round=round, actor=yueyang.office, at=MARKED)
    html = page(client("assessor"), "round-mark", round.pk, unit.pk)
    assert "信息报送少于12条（次数，按填报计3次）" in html
    assert "其他情况报送不及时（次数）" in html
    assert "封顶未知" in html


@pytest.mark.clause("yueyang-openness-assessment/c15.3")
def test_service_items_are_entered_row_by_row_and_codes_that_clash_are_found(yueyang: Yueyang) -> None:
    round = yueyang.running()
    unit = yueyang.unit(round, "hubin")
    liaison, address = client("liaison", "hubin"), reverse("round-self", args=[round.pk, unit.pk])
    entered = {"done-c15": "met", "value-c15-same_code": "A1,户口登记,标准一\nA1,户口登记,标准二"}
    assert liaison.post(address, {**entered, "save": ""}).status_code == 302
    row = SelfItem.objects.get(unit=unit, leaf="c15")
    assert row.answers["same_code"] == "unmet"
    assert "A1,户口登记,标准二" in page(liaison, "round-self", round.pk, unit.pk)
    refused = liaison.post(address, {"done-c15": "met", "value-c15-same_code": "A1,户口登记", "save": ""})
    assert "第1行须写编码、事项名称、标准" in refused.content.decode()


def test_what_is_left_empty_is_no_failing_and_neither_is_a_task_that_the_unit_says_it_lacks(
    yueyang: Yueyang,
) -> None:
    round = yueyang.running()
    unit, me = yueyang.unit(round, "hubin"), yueyang.actor("liaison", "hubin")
    own = [
        services.Own("c04", "part", "部分完成。", {"included": "met"}, values={"weight": {}, "told": {}}),
        services.Own("c28", "na", "没有乡镇。", values={"townships": {"townships_total": "2", "townships_covered": "1"}}),
    ]  # fmt: skip
    services.self_save(unit=unit, items=own, actor=me, at=SUBMITTED)
    yueyang.team(round)
    services.marking_start(round=round, actor=yueyang.office, at=MARKED)
    rows = services.marks_set(
        unit=unit,
        entries=[services.Entry("c04"), services.Entry("c28")],
        methods=["files"],
        actor=yueyang.assessor,
        at=MARKED,
    )
    assert [row.answers for row in rows] == [{}, {}]
