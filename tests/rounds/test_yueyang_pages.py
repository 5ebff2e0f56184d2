"""Pages of Yueyang's round: what a county is reminded of, what an assessor is told to count."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.organisation.models import Person, Post
from luoshi.rounds import services
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
    assert "系统登记2018年05月03日新区长任主要负责人，请说明领导小组是否及时调整。" in html


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
