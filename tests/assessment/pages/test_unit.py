"""A unit's sheet, its items, the cases behind them, its months."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from tests.assessment.pages.conftest import GOOD, OCTOBER, POOR, plain, shown

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]
League = Callable[..., None]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def get(client: Any, name: str, *args: str, status: int = 200, **query: str) -> str:
    return shown(client.get(reverse(name, args=args), {"period": OCTOBER, **query}), status)


def test_the_total_is_told_with_its_parts(enter: Enter, league: League) -> None:
    league({"chengguan": GOOD, "zhujian": POOR})
    text = plain(get(enter("liaison", "chengguan"), "assessment-unit", "chengguan"))
    assert (
        "2017年10月总分1073.15分：基础工作开展情况190.00分，加平时工作效能情况885.15分，"
        "加综合加分项12.00分，减监督检查扣分项14.00分。排第1名。"
    ) in text
    assert "第 1 名，共 2 个单位排名" in text


def test_each_item_has_its_sentence_and_leads_to_its_page(enter: Enter, league: League) -> None:
    league({"chengguan": GOOD})
    html = get(enter("liaison", "chengguan"), "assessment-unit", "chengguan")
    assert "本月派单50件（未到签收期限的不计），其中48件在规定时间内签收，按48÷50×40计，得38.40分。" in html
    assert reverse("assessment-item", args=["chengguan", "2.1.1"]) in html
    assert "各项合计得885.15分。" in html


def test_what_would_lift_the_unit_most_comes_first_and_what_cannot_is_told(
    enter: Enter, league: League
) -> None:
    league({"chengguan": {**GOOD, "overdue_tickets": 150}})
    text = plain(get(enter("liaison", "chengguan"), "assessment-unit", "chengguan"))
    first = text.index("150件未按期办结的工单如都按期办结，总分可多200.00分")
    assert first < text.index("7件超期的工单（含尚未办结的）如都按时办结，总分可多52.13分")
    assert "2.3.2 作风满意率：本期无数据，按规定得满分。" in text


def test_a_unit_does_not_open_the_sheet_of_another(enter: Enter, league: League) -> None:
    league({"chengguan": GOOD, "zhujian": POOR})
    client = enter("liaison", "zhujian")
    for name, args in {
        "assessment-unit": (), "assessment-trend": (), "assessment-item": ("2.1.1",),
        "assessment-cases": ("2.1.1",), "assessment-unit-xlsx": (),
    }.items():  # fmt: skip
        get(client, name, "chengguan", *args, status=403)
        get(client, name, "zhujian", *args)


def test_a_units_sheet_asks_a_fixed_number_of_questions(
    enter: Enter, dispatch_of: Any, recounted: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        late = dispatch_of()
    recounted(late.dispatched_at + 14 * DAY)
    client = enter("liaison", "chengguan")
    get(client, "assessment-unit", "chengguan")
    with django_assert_max_num_queries(20):
        get(client, "assessment-unit", "chengguan")


def test_a_unit_that_is_not_assessed_and_a_period_without_scores_have_an_empty_page(enter: Enter) -> None:
    client = enter("command_centre")
    assert "这一期没有该单位的成绩" in get(client, "assessment-unit", "platform")
    assert "这一期没有该单位的成绩" in get(client, "assessment-unit", "chengguan", period="2099")


@pytest.mark.parametrize(
    ("name", "args"),
    [("assessment-unit", ("nobody",)), ("assessment-item", ("chengguan", "9.9")),
     ("assessment-cases", ("chengguan", "9.9")), ("assessment-item", ("platform", "2.1.1"))],
)  # fmt: skip
def test_what_is_not_there_is_not_found(enter: Enter, name: str, args: tuple[str, ...]) -> None:
    get(enter("command_centre"), name, *args, status=404)


def test_an_item_tells_formula_counts_clauses_and_the_treatment_of_missing_data(
    enter: Enter, league: League
) -> None:
    league({"chengguan": GOOD, "zhujian": POOR, "jiaoyu": {"dispatched_any": 1}})
    client = enter("command_centre")
    text = plain(get(client, "assessment-item", "chengguan", "2.1.1"))
    assert "及时签收工单数 ÷ 派单总数(不含未到签收期限的) × 40" in text
    assert "没有可计算的数据时取有数据单位的平均分；各单位都没有数据时得满分" in text
    assert "有数据单位的平均分为27.20分" in text
    assert "2件未按时签收的工单如都按时签收，总分可多1.60分。" in text
    assert "《三门峡市12345社会公共服务工作考核评分标准》" in text
    assert "各单位本项得分" in text
    none = plain(get(client, "assessment-item", "jiaoyu", "2.1.1"))
    assert "按规定取有数据单位的平均分，得27.20分。" in none


def test_a_unit_does_not_see_the_points_of_others_on_an_item(enter: Enter, league: League) -> None:
    league({"chengguan": GOOD, "zhujian": POOR})
    text = plain(get(enter("liaison", "chengguan"), "assessment-item", "chengguan", "2.1.1"))
    assert "各单位本项得分" not in text


def test_the_cases_behind_a_count_lead_to_their_pages_and_those_left_out_say_why(
    enter: Enter, dispatch_of: Any, office: Any, at: Any
) -> None:
    signed = dispatch_of()
    office.sign(signed, signed.dispatched_at + HOUR)
    waiting = dispatch_of()
    client = enter("liaison", "chengguan")
    html = get(client, "assessment-cases", "chengguan", "2.1.1", count="sign_in_counted")
    counted, _, rest = html.partition("没有计入的事项")
    assert reverse("dispatch-detail", args=[signed.pk]) in counted
    assert waiting.matter.number not in counted
    assert waiting.matter.number in rest and "签收期限未到，暂不计入" in rest
    unit = plain(get(client, "assessment-unit", "chengguan"))
    assert "本月派单1件（未到签收期限的不计），其中1件在规定时间内签收" in unit


def test_an_overdue_case_stands_among_the_deductions_of_its_unit(
    enter: Enter, dispatch_of: Any, recounted: Any
) -> None:
    late = dispatch_of()
    recounted(late.dispatched_at + 14 * DAY)
    client = enter("liaison", "chengguan")
    html = get(client, "assessment-unit", "chengguan")
    assert "本月未按期办结的工单1件，每件（次）2分，按2×1计，扣2.00分。" in html
    below = html.partition("扣分和登记加分的依据")[2]
    assert late.matter.number in below and reverse("dispatch-detail", args=[late.pk]) in below
    cases = get(client, "assessment-cases", "chengguan", "3.1.1")
    assert late.matter.number in cases


def test_a_charge_that_counts_no_more_is_told_beside_the_one_that_does(
    enter: Enter, request_of: Any, dispatch_of: Any, recounted: Any, command: Any
) -> None:
    request = request_of()
    first = dispatch_of(request=request)
    recounted(first.dispatched_at + 14 * DAY)
    from luoshi.assessment.models import Standing
    from luoshi.ledger.models import door

    with door():
        row = Standing.objects.get(pk=first.pk)
        row.charges = [*row.charges, {**row.charges[0], "k": []}]
        row.save()
    client = enter("liaison", "chengguan")
    assert "同一件已按更高的扣分计算，不重复扣" in get(client, "assessment-unit", "chengguan")
    assert "另有1件次因同一件已按更高的扣分计算，不重复扣。" in get(
        client, "assessment-item", "chengguan", "3.1.1"
    )
    assert "不重复扣的事项" in get(client, "assessment-cases", "chengguan", "3.1.1")
    assert "（其中同一件另有较低扣分的，届时改按较低一项扣）" in get(client, "assessment-unit", "chengguan")


def test_cases_are_paged_by_key_and_cost_no_query_each(
    enter: Enter, dispatch_of: Any, office: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:  # fmt: skip
    from luoshi.assessment.selectors.live import matters_behind

    made = [dispatch_of() for _ in range(3)]
    for dispatch in made:
        office.sign(dispatch, dispatch.dispatched_at + HOUR)
    monkeypatch.setattr(
        "luoshi.assessment.views.item.matters_behind",
        lambda *args, **more: matters_behind(*args, **{**more, "size": 2}),
    )
    client = enter("liaison", "chengguan")
    url = reverse("assessment-cases", args=["chengguan", "2.1.1"])
    first = shown(client.get(url, {"period": OCTOBER}))
    assert [dispatch.matter.number in first for dispatch in made] == [False, True, True]
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert made[0].matter.number in shown(client.get(url + following))
    with django_assert_max_num_queries(20):
        client.get(url, {"period": OCTOBER})


def test_the_months_of_a_unit_are_a_page_and_a_part_of_one(enter: Enter, league: League) -> None:
    league({"chengguan": GOOD})
    client = enter("liaison", "chengguan")
    whole = get(client, "assessment-trend", "chengguan")
    assert "<html" in whole and "2017-10" in whole and "1073.15" in whole
    assert "2017-08" not in plain(whole)  # there was no scheme yet
    part = shown(
        client.get(
            reverse("assessment-trend", args=["chengguan"]),
            {"period": "2018-02"},
            headers={"HX-Request": "true"},
        )
    )
    assert "<html" not in part and 'data-chart="line"' in part


def test_a_units_workbook_goes_down_to_the_cases(enter: Enter, dispatch_of: Any, office: Any) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, dispatch.dispatched_at + HOUR)
    answer = enter("liaison", "chengguan").get(
        reverse("assessment-unit-xlsx", args=["chengguan"]), {"period": OCTOBER}
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    assert book.sheetnames == ["市城管局"]
    rows = [row for row in book["市城管局"].iter_rows(values_only=True) if row]
    line = next(row for row in rows if row[0] == "2.1.1")
    assert "本月派单1件" in line[6]
    behind = {row[4] for row in rows if row[0] == "2.1.1" and row[2] == 1}
    assert dispatch.matter.number in behind
