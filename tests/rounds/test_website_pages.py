"""The pages of web site rounds: columns and months, branch sites, referral, what else may be commended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from luoshi.rounds import services
from luoshi.rounds.models import BranchSite, ColumnCount, QuarterNotice, UseDone
from tests.rounds.conftest import APPROVED, NOTICED, City
from tests.rounds.test_round_pages import client, page

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_columns_are_given_to_units_counted_for_a_month_and_commented_on(website: City) -> None:
    round = website.running()
    unit = website.unit(round, "chengguan")
    office = client("round_office")
    assert reverse("round-columns", args=[round.pk]) in page(office, "round-records", round.pk)
    assert "还没有登记栏目责任" in page(office, "round-columns", round.pk)
    form = {"action": "duty", "unit": unit.pk, "column": "城市管理", "document": "责任分工通知"}
    assert "已登记" in text_of(office.post(reverse("round-columns", args=[round.pk]), form, follow=True))
    duty = round.duties.get()
    url = reverse("round-month", args=[round.pk, "2018-05"])
    bad = office.post(url, {"save": "1", f"reported-{duty.pk}": "三条", f"adopted-{duty.pk}": "1"})
    assert bad.status_code == 422
    assert "城市管理的条数须为0以上的整数" in text_of(bad)
    early = office.post(url, {"action": "tell", "text": "点评"})
    assert early.status_code == 422
    assert "还有1个栏目没有登记统计" in text_of(early)
    good = {"save": "1", f"reported-{duty.pk}": "3", f"adopted-{duty.pk}": "2", f"text-{duty.pk}": "按周更新"}
    assert "统计已保存" in text_of(office.post(url, good, follow=True))
    assert ColumnCount.objects.get().adopted == 2
    assert "点评已下发" in text_of(
        office.post(url, {"action": "tell", "text": "按周更新，较好。"}, follow=True)
    )
    assert QuarterNotice.objects.get(round=round).period == "2018-05"
    shown = page(office, "round-month", round.pk, "2018-05")
    assert "按周更新，较好。" in shown
    assert f'name="reported-{duty.pk}"' not in shown
    columns = page(office, "round-columns", round.pk)
    assert "已点评" in columns and 'name="remove"' not in columns, "what was counted for cannot be taken back"
    page(office, "round-month", round.pk, "2019-01", status=404)
    page(client("liaison", "chengguan"), "round-columns", round.pk, status=403)


def test_a_column_given_to_the_wrong_unit_is_taken_back_until_something_is_counted(website: City) -> None:
    round = website.running()
    office, url = client("round_office"), reverse("round-columns", args=[round.pk])
    form = {
        "action": "duty",
        "unit": website.unit(round, "zhujian").pk,
        "column": "城市管理",
        "document": "分工",
    }
    office.post(url, form)
    duty = round.duties.get()
    assert f'name="remove" value="{duty.pk}"' in page(office, "round-columns", round.pk)
    assert "的城市管理栏目责任" in text_of(office.post(url, {"remove": duty.pk}, follow=True))
    assert not round.duties.exists()
    assert office.post(url, {"remove": duty.pk}).status_code == 404


def test_openness_rounds_have_no_columns(openness: City) -> None:
    page(client("round_office"), "round-columns", openness.opened().pk, status=404)


def test_a_unit_lists_its_branch_sites_and_another_one_s_are_not_its_business(website: City) -> None:
    round = website.running()
    unit = website.unit(round, "chengguan")
    mine, url = client("liaison", "chengguan"), reverse("round-branches", args=[round.pk, unit.pk])
    assert "没有登记分站" in page(mine, "round-branches", round.pk, unit.pk)
    form = {"action": "branch", "name": "支队网", "owner": "执法支队", "address": "https://weibo.com/zd"}
    refused = mine.post(url, form)
    assert refused.status_code == 422
    assert "政务新媒体不属于政府网站" in text_of(refused)
    assert "分站已登记" in text_of(mine.post(url, form | {"address": "https://zd.gov.cn"}, follow=True))
    page(client("liaison", "zhujian"), "round-branches", round.pk, unit.pk, status=403)
    branch = BranchSite.objects.get()
    assert "分站已注销" in text_of(mine.post(url, {"remove": branch.pk}, follow=True))


def test_an_unqualified_site_s_referral_is_printed_with_its_persons(website: City) -> None:
    round = website.published()
    unit = website.unit(round, "lushi")
    office = client("round_office")
    assert reverse("round-referral", args=[round.pk, unit.pk]) in page(office, "round-uses", round.pk)
    paper = page(office, "round-referral", round.pk, unit.pk)
    for word in ("市委、市政府", "承办处(科)室领导", "某某", "等次为不合格", "第十四条"):
        assert word in paper
    good = website.unit(round, "chengguan")
    assert "没有需要提请问责的情形" in page(office, "round-referral", round.pk, good.pk, status=409)


def test_other_outstanding_work_is_commended_on_the_page_of_uses(website: City) -> None:
    round = website.published()
    unit = website.unit(round, "zhujian")
    office = client("round_office")
    assert "有其他突出贡献" in page(office, "round-uses", round.pk)
    form = {"row": f"contribution:{unit.pk}", "day": dt.date(2019, 4, 2).isoformat(), "note": "在线查询"}
    assert "已登记" in text_of(office.post(reverse("round-uses", args=[round.pk]), form, follow=True))
    assert UseDone.objects.get(use="contribution").unit == unit


def test_a_body_s_site_result_stands_beside_its_openness_papers(website: City, openness: City) -> None:
    site = website.published()
    round = openness.running()
    shown = page(client("liaison", "chengguan"), "round-unit", round.pk, openness.unit(round, "chengguan").pk)
    assert f"{site.title}：" in shown
    assert "供对照引用，不折算" in shown


def test_the_office_scores_columns_and_confirms_spot_means_on_the_unit_s_page(website: City) -> None:
    round = website.running()
    unit = website.unit(round, "chengguan")
    office = client("round_office")
    url = reverse("round-unit", args=[round.pk, unit.pk])
    assert "评定栏目内容保障" in page(office, "round-unit", round.pk, unit.pk)
    late = office.post(url, {"action": "content", "points": "3", "note": "按月更新"})
    assert late.status_code == 422
    assert "截止日期2018年11月30日已过" in text_of(late)
    draw = services.spot_draw(
        round=round, period="2018-Q1", class_key="departments", actor=website.office, at=NOTICED
    )
    services.spot_score(
        draw=draw, unit=website.unit(round, draw.drawn[0]), points=90, actor=website.office, at=NOTICED
    )
    website.team(round)
    services.marking_start(round=round, actor=website.office, at=APPROVED)
    assert "已记入评分" in text_of(office.post(url, {"action": "spot"}, follow=True))
