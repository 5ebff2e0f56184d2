"""Monthly statistics and the notice on call-backs: figures per unit and handler, issued once, exported."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import MonthlyNotice, Request
from luoshi.hotline.selectors.monthly import frequency_on
from luoshi.hotline.tasks import every_month
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

OCTOBER = dt.date(2017, 10, 1)


@pytest.fixture
def busy_month(called_back, request_of, dispatch_of, finish, fed_back, caller, at):
    """October 2017: two finished and called back, one late, one being handled by zhujian, one in November."""
    called_back(result="satisfied")
    called_back(result="dissatisfied")
    late = dispatch_of()
    finish(late, at=at("2017-10-18 09:00"))
    dispatch_of("zhujian", role="lead", other="shuiwu")
    dispatch_of(request=request_of(at=at("2017-11-01 00:05")), at=at("2017-11-01 00:10"))
    unreached = fed_back()
    services.callback_try(request=unreached, actor=caller, at=at("2017-10-31 23:59"))
    return Request


@pytest.fixture
def closed(busy_month, at):
    return services.month_close(month=OCTOBER, actor=SYSTEM, at=at("2017-11-01 08:00"))


def of_unit(notice, code):
    return next(row for row in notice.content["units"] if row["code"] == code)


@pytest.mark.clause("smx-hotline-ops/5.6")
def test_each_month_the_work_is_counted_per_unit_and_handler(closed):
    statistics = closed[0]
    row = of_unit(statistics, "chengguan")
    assert (row["dispatched"], row["signed_in_time"], row["signed_late"]) == (4, 3, 1)
    assert (row["closed"], row["closed_in_time"], row["closed_overdue"]) == (4, 3, 1)
    assert row["dispatched_sole"] == 4
    zhujian, shuiwu = of_unit(statistics, "zhujian"), of_unit(statistics, "shuiwu")
    assert (zhujian["dispatched_lead"], shuiwu["dispatched_assist"]) == (1, 1)
    assert statistics.content["handlers"] == [
        {"unit": "三门峡市城市管理局", "handler": "市政科", "closed": 4, "closed_in_time": 3}
    ]
    assert statistics.content["totals"]["by_channel"] == {"phone": 5}


@pytest.mark.clause("smx-hotline-ops/17.d")
def test_each_month_the_call_backs_are_made_known_per_unit(closed):
    notice = closed[1]
    row = of_unit(notice, "chengguan")
    assert (row["answered"], row["contacted"], row["not_contacted"]) == (2, 2, 0)
    assert (row["result_satisfied"], row["result_basically"], row["result_dissatisfied"]) == (1, 0, 1)
    assert row["conduct_satisfied"] == 2
    assert notice.content["totals"] == {"called": 3, "answered": 2, "not_reached": 1}


@pytest.mark.clause("smx-hotline-ops/5.6", "smx-hotline-ops/17.d")
def test_both_are_owed_until_they_are_issued(closed, platform_leader, at):
    for notice, rule in zip(closed, ("hotline.monthly_statistics", "hotline.callback_notice"), strict=True):
        owed = notice.matter.obligations.get()
        assert (owed.rule, owed.state) == (rule, "open")
        services.notice_issue(
            notice=notice, actor=platform_leader, at=at("2017-11-02 09:00"), remark="总体平稳"
        )
        owed.refresh_from_db()
        assert (owed.state, notice.matter.state, notice.content["remark"]) == ("met", "issued", "总体平稳")
        with pytest.raises(WrongState):
            services.notice_issue(notice=notice, actor=platform_leader, at=at("2017-11-02 10:00"))
        with pytest.raises(WrongState, match="已通报"):
            services.notice_refresh(notice=notice, actor=platform_leader, at=at("2017-11-02 10:00"))


def test_closing_a_month_again_changes_nothing(closed, at):
    again = services.month_close(month=dt.date(2017, 10, 31), actor=SYSTEM, at=at("2017-11-03 08:00"))
    assert again == closed
    assert MonthlyNotice.objects.count() == 2


def test_a_month_that_is_not_over_is_not_closed(bodies, at):
    with pytest.raises(WrongState, match="尚未结束"):
        services.month_close(month=OCTOBER, actor=SYSTEM, at=at("2017-10-31 23:59"))
    assert len(services.month_close(month=OCTOBER, actor=SYSTEM, at=at("2017-11-01 00:00"))) == 2


def test_before_it_is_issued_the_figures_may_be_computed_anew(
    closed, called_back, platform_leader, liaison, at
):
    called_back(result="basically")
    noon = at("2017-11-01 12:00")
    with pytest.raises(NotAllowed):
        services.notice_refresh(notice=closed[1], actor=liaison, at=noon)
    notice = services.notice_refresh(notice=closed[1], actor=platform_leader, at=noon)
    assert of_unit(notice, "chengguan")["result_basically"] == 1
    assert notice.matter.events.last().kind == "hotline.notice_recounted"


def test_a_unit_neither_draws_up_nor_issues_notices(closed, liaison, at):
    with pytest.raises(NotAllowed):
        services.month_close(month=dt.date(2017, 9, 1), actor=liaison, at=at("2017-11-02 09:00"))
    with pytest.raises(NotAllowed):
        services.notice_issue(notice=closed[0], actor=liaison, at=at("2017-11-02 09:00"))


@pytest.mark.clause("smx-hotline-ops/5.6")
def test_the_figures_are_exported(closed):
    text = services.notice_csv(closed[0])
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    unit = next(row for row in rows if row["代码"] == "chengguan")
    assert (unit["派单"], unit["按时办结"], unit["逾期办结"]) == ("4", "3", "1")
    handlers = list(
        csv.DictReader(io.StringIO(services.notice_csv(closed[0], "handlers").removeprefix("\ufeff")))
    )
    assert handlers[0]["承办部门和人员"] == "市政科"
    assert json.loads(json.dumps(closed[0].content)) == closed[0].content
    with pytest.raises(Incomplete):
        services.notice_rows(closed[1], "handlers")


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.1.a")
def test_what_the_platform_gave_to_lead_and_to_assisting_units_is_counted_apart(dispatch_of, finish, at):
    lead = dispatch_of("chengguan", role="lead", other="zhujian")
    assist = lead.request.dispatches.get(role="assist")
    finish(lead)
    finish(assist, at=at("2017-10-19 09:00"))
    finish(dispatch_of("zhujian"))
    statistics, _ = services.month_close(month=OCTOBER, actor=SYSTEM, at=at("2017-11-01 08:00"))
    one, other = of_unit(statistics, "chengguan"), of_unit(statistics, "zhujian")
    assert (one["dispatched_lead"], one["closed_lead"], one["closed_in_time_lead"]) == (1, 1, 1)
    assert (other["dispatched_assist"], other["closed_assist"], other["closed_in_time_assist"]) == (1, 1, 0)
    assert (other["closed_sole"], other["closed_in_time_sole"], other["closed"]) == (1, 1, 2)


@pytest.mark.clause("smx-hotline-ops/5.6", "smx-hotline-ops/17.d")
@pytest.mark.parametrize(
    ("frequency", "first", "ended", "title"),
    [
        ("monthly", "2017-10-01", "2017-11-01", "2017年10月"),
        ("quarterly", "2017-10-01", "2018-01-01", "2017年第4季度"),
        ("half_yearly", "2017-07-01", "2018-01-01", "2017年下半年"),
        ("yearly", "2017-01-01", "2018-01-01", "2017年"),
    ],
)
def test_how_often_is_a_setting_of_the_rulebook(bodies, at, monkeypatch, frequency, first, ended, title):
    monkeypatch.setattr("luoshi.hotline.services.notices.frequency_on", lambda day: frequency)
    before = at(f"{ended} 00:00") - dt.timedelta(minutes=1)
    with pytest.raises(WrongState, match=f"{title}尚未结束"):
        services.month_close(month=dt.date(2017, 10, 15), actor=SYSTEM, at=before)
    statistics, notice = services.month_close(
        month=dt.date(2017, 10, 15), actor=SYSTEM, at=at(f"{ended} 00:00")
    )
    assert statistics.month == notice.month == dt.date.fromisoformat(first)
    assert statistics.matter.title == f"{title}统计分析"
    again = services.notice_refresh(notice=notice, actor=SYSTEM, at=at(f"{ended} 00:01"))
    assert again.content["period"] == title


def test_by_the_shipped_rulebook_notices_are_monthly(monday):
    assert frequency_on(monday.date()) == "monthly"


def test_the_worker_draws_up_the_month_that_ended(bodies):
    every_month(0)
    assert MonthlyNotice.objects.count() == 2
