"""Measured indicators in the browser: a unit enters numbers and dated cases, the assessor reads what follows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from luoshi.ledger.errors import Incomplete
from luoshi.rounds import services
from luoshi.rounds.models import SelfItem
from tests.rounds.conftest import MARKED, SUBMITTED, City
from tests.rounds.test_round_pages import client, page

pytestmark = pytest.mark.django_db


def test_numbers_and_dated_cases_are_entered_and_their_finding_is_read_when_marking(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    mine, url = client("liaison", "chengguan"), reverse("round-self", args=[round.pk, unit.pk])
    form = {
        "done-1.3.1": "met",
        "ask-1.3.1-performance_weight": "met",
        "value-1.3.1-performance_weight-performance_weight": "3.99",
        "done-7.2.1": "met",
        "value-7.2.1-opinions": "停水舆情,2018-05-12 20:00,2018-05-13 20:00\n扬尘舆情,2018-06-01 08:00,2018-06-02 08:01",
        "report": "自查报告草稿。",
    }
    assert "已保存，尚未报送" in mine.post(url, form, follow=True).content.decode()
    weight, response = SelfItem.objects.filter(unit=unit).order_by("leaf")
    assert weight.answers == {"performance_weight": "unmet"}
    assert response.answers["opinions"] == "unmet"
    assert [case["ref"] for case in response.values["opinions"]] == ["停水舆情", "扬尘舆情"]
    again = page(mine, "round-self", round.pk, unit.pk)
    for words in (
        "3.99",
        "自发现或收到交办起24小时内回应",
        "自收到申请起15个工作日内答复",
        "按每件要求的时限",
    ):
        assert words in again
    openness.team(round)
    services.marking_start(round=round, actor=openness.office, at=MARKED)
    shown = page(client("assessor"), "round-mark", round.pk, unit.pk)
    assert "填报3.99%，要求不少于4%" in shown
    assert "已到期2件，按时1件，要求全部按时" in shown
    bad = mine.post(url, form | {"value-1.3.1-performance_weight-performance_weight": "百分之四"})
    assert bad.status_code == 422
    assert "须为数字" in bad.content.decode()


@pytest.mark.parametrize(
    ("ask", "given", "message"),
    [
        ("applications", [{"ref": "甲"}], "第1件没有起算时间"),
        ("applications", [{"start": "去年"}], "不是时间"),
        ("applications", [{"start": "2018-05-02", "done": "2018-05-01"}], "早于起算时间"),
        ("applications", "甲", "请逐件填写"),
    ],
)
def test_a_case_that_cannot_be_is_named(openness: City, ask: str, given: object, message: str) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    own = services.Own("4.2.2", "met", values={ask: given})
    with pytest.raises(Incomplete, match=message):
        services.self_save(unit=unit, items=[own], actor=openness.actor("liaison", "chengguan"), at=SUBMITTED)


def test_a_letter_without_the_time_it_asks_for_is_named(openness: City) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    own = services.Own("7.1.2", "met", values={"opinion_letters": [{"start": "2018-05-02 09:00"}]})
    with pytest.raises(Incomplete, match="第1件没有要求的时限"):
        services.self_save(unit=unit, items=[own], actor=openness.actor("liaison", "chengguan"), at=SUBMITTED)


def test_more_done_than_there_was_is_refused(openness: City) -> None:
    unit = openness.unit(openness.running(), "chengguan")
    values = {"interpretations": {"interpretations": "3", "linked_to_document": "4"}}
    with pytest.raises(Incomplete, match="完成数4大于总数3"):
        services.self_save(
            unit=unit,
            items=[services.Own("6.1.1", "met", values=values)],
            actor=openness.actor("liaison", "chengguan"),
            at=SUBMITTED,
        )
