"""Monthly reports, owed by the 5th, and items of work information."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.assessment import services
from luoshi.assessment.models import Report
from luoshi.assessment.rules_records import report_due
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation
from luoshi.organisation.selectors import bodies_assessed

from .conftest import MONDAY, upload

ZONE = MONDAY.tzinfo
FIRST = dt.datetime(2017, 11, 1, 0, 20, tzinfo=ZONE)
OCTOBER = dt.date(2017, 10, 1)
LAST = dt.datetime(2017, 11, 5, 23, 59, 59, tzinfo=ZONE)  # a Sunday
WORDS = "本月围绕供暖前检修开展联动，受理并办结诉求若干件，群众反映良好。"


@pytest.fixture
def report(bodies):
    return services.report_open(body=bodies["chengguan"], month=OCTOBER, at=FIRST)


@pytest.mark.clause("smx-hotline-assessment/4.2.4.1")
def test_each_unit_owes_a_report_on_the_month_before_by_the_fifth_holidays_or_not(bodies):
    assert services.reports_open(at=FIRST) == services.reports_open(at=FIRST + dt.timedelta(days=1))
    reports = Report.objects.filter(type="monthly_report")
    assert {one.body_id for one in reports} == {body.pk for body in bodies_assessed(FIRST.date())}
    assert {(one.month, one.due_at) for one in reports} == {(OCTOBER, LAST)}
    rows = Obligation.objects.filter(rule="assessment.report_limit")
    assert {(row.body_id, row.due_at) for row in rows} == {(one.body_id, LAST) for one in reports}


@pytest.mark.parametrize(("month", "due"), [("2017-12-01", "2018-01-05"), ("2017-09-30", "2017-10-05")])
def test_the_fifth_of_the_month_after_also_over_new_year_and_in_the_holiday_week(month, due):
    found = report_due(dt.date.fromisoformat(month), FIRST)
    assert (found.date().isoformat(), found.time()) == (due, dt.time(23, 59, 59))


@pytest.mark.clause("smx-hotline-assessment/4.2.4.1", "smx-hotline-assessment-annex/2.4.1")
@pytest.mark.parametrize(("filed", "points"), [(LAST, 5), (LAST + dt.timedelta(seconds=1), 0)])
def test_a_report_earns_five_points_until_the_end_of_the_fifth_and_none_later(
    report, liaison, live, differences, filed, points
):
    services.report_file(report=report, text=WORDS, actor=liaison, at=filed)
    assert live("2017-11", now=filed)["points"]["2.4.1"] == points
    assert live("2017-10", now=filed)["points"]["2.4.1"] == 0
    assert differences() == []


@pytest.mark.clause("smx-hotline-assessment-annex/2.4.1")
def test_nine_items_and_a_report_fill_the_month_and_more_gives_no_more(bodies, report, liaison, live):
    services.report_file(report=report, text=WORDS, actor=liaison, at=FIRST)
    for number in range(10):
        assert live("2017-11", now=LAST)["points"]["2.4.1"] == 5 + 5 * min(number, 9)
        services.information_file(
            body=bodies["chengguan"], title=f"信息{number}", text=WORDS, actor=liaison, at=LAST
        )
    assert live("2017-11", now=LAST)["points"]["2.4.1"] == 50


@pytest.mark.clause("smx-hotline-assessment-annex/2.4.1")
def test_information_that_comes_late_counts_in_the_period_in_which_it_comes(bodies, liaison, live):
    december = dt.datetime(2017, 12, 1, 0, 0, tzinfo=ZONE)
    services.information_file(
        body=bodies["chengguan"], title="十月信息", text=WORDS, actor=liaison, at=december
    )
    assert live("2017-11", now=december)["points"]["2.4.1"] == 0
    assert live("2017-12", now=december)["points"]["2.4.1"] == 5


def test_a_report_may_be_a_file_or_words_but_not_nothing(report, liaison):
    with pytest.raises(Incomplete):
        services.report_file(report=report, actor=liaison, at=FIRST)
    services.report_file(report=report, files=[upload("统计报表")], actor=liaison, at=FIRST)
    assert report.matter.attachments.count() == 1
    with pytest.raises(WrongState):
        services.report_file(report=report, text=WORDS, actor=liaison, at=FIRST)


def test_a_month_that_is_not_over_has_no_report(bodies):
    with pytest.raises(Incomplete):
        services.report_open(body=bodies["chengguan"], month=dt.date(2017, 11, 1), at=LAST)
    with pytest.raises(WrongState):
        services.report_open(body=bodies["platform"], month=OCTOBER, at=LAST)


def test_what_is_no_information_is_struck_with_the_reason(bodies, liaison, platform_leader, live):
    filed = services.information_file(
        body=bodies["chengguan"], title="信息", text=WORDS, actor=liaison, at=FIRST
    )
    with pytest.raises(NotAllowed):
        services.report_strike(report=filed, reason="与联动工作无关", actor=liaison, at=LAST)
    services.report_strike(report=filed, reason="与联动工作无关", actor=platform_leader, at=LAST)
    assert live("2017-11", now=LAST)["points"]["2.4.1"] == 0


def test_information_needs_a_title_and_a_text(bodies, liaison):
    for title, text, field in (("", WORDS, "title"), ("信息", "太短", "text")):
        with pytest.raises(Incomplete) as refused:
            services.information_file(
                body=bodies["chengguan"], title=title, text=text, actor=liaison, at=FIRST
            )
        assert refused.value.field == field


def test_a_unit_files_and_supplements_its_own_only(bodies, report, liaison, other_liaison, platform_leader):
    for who in (other_liaison, platform_leader):
        with pytest.raises(NotAllowed):
            services.report_file(report=report, text=WORDS, actor=who, at=FIRST)
        with pytest.raises(NotAllowed):
            services.information_file(body=bodies["chengguan"], title="信息", text=WORDS, actor=who, at=FIRST)
    services.report_file(report=report, text=WORDS, actor=liaison, at=FIRST)
    services.report_supplement(report=report, files=[upload("统计报表")], actor=liaison, at=FIRST)
    with pytest.raises(Incomplete):
        services.report_supplement(report=report, files=[], actor=liaison, at=FIRST)
