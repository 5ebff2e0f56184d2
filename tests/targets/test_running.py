"""A running year: monthly reports, their checks, quarterly notices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Obligation
from luoshi.ledger.verify import Report as Checked
from luoshi.ledger.verify import verify
from luoshi.targets import rules, services, sources
from luoshi.targets.models import Figure, Notice, Target
from luoshi.targets.selectors.board import month_board, timeliness

from .conftest import JANUARY, REAL, SAMPLE, apply, check, on, report_of, submit

pytestmark = pytest.mark.django_db
MARCH = dt.date(2018, 3, 1)
END = dt.datetime(2019, 1, 3, 10, 0, tzinfo=on("01-01").tzinfo)


@pytest.mark.clause("smx-target-management/4.1.1")
def test_a_month_that_is_over_is_reported_by_every_body_and_checked_by_the_tenth(month, bodies):
    reports = month()
    assert len(reports) == 5
    owed = {row.rule: row for row in Obligation.objects.filter(matter_kind__startswith="targets.")}
    assert owed["targets.monthly_report"].due_at == on("02-05 18:00")
    check = owed["targets.monthly_check"]
    assert (check.due_at, check.body_id) == (on("02-10 18:00"), bodies["zhengfuban"].pk)
    assert set(rules.setting("targets.month", JANUARY)) == {"report_day", "check_day", "hour"}


def test_opening_a_month_again_adds_nothing(month):
    month()
    assert month() == []
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("day", ["01-31 23:59", "01-20 10:00"])
def test_a_month_that_still_runs_is_not_checked(plan, day):
    with pytest.raises(WrongState):
        services.month_open(plan=plan, month=JANUARY, actor=SYSTEM, at=on(day))


def test_the_worker_opens_every_month_that_is_due(plan):
    assert services.months_due(plan, at=on("03-05 00:40")) == [JANUARY, dt.date(2018, 2, 1)]
    assert services.months_open_all(actor=SYSTEM, at=on("03-05 00:40")) == 2
    assert services.months_open_all(actor=SYSTEM, at=on("03-05 00:41")) == 0


@pytest.mark.clause("smx-target-management/4.1.2", "smx-target-management/2.3")
def test_a_quarter_that_is_over_asks_for_a_notice_drawn_from_the_records(month, plan, actor):
    month(), month("03-01 08:00"), month("04-01 08:00")
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["month", "month", "month", "quarter"]
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    notice = Notice.objects.get(kind="quarter")
    with pytest.raises(WrongState):
        services.notice_issue(notice=notice, actor=SYSTEM, at=on("04-08 10:00"))
    drawn = services.notice_draw_up(
        notice=notice, remark="总体平稳", actor=actor("target_office"), at=on("04-08 10:00")
    )
    row = next(row for row in drawn.figures["rows"] if row["name"] == "市城管局")
    assert (row["in_time"], row["missing"], row["total"]) == (1, 2, 5)
    issued = services.notice_issue(notice=drawn, actor=actor("target_office"), at=on("04-09 10:00"))
    with pytest.raises(WrongState):
        services.notice_draw_up(notice=issued, remark="改", actor=SYSTEM, at=on("04-09 11:00"))
    assert Obligation.objects.get(rule="targets.quarterly_notice").state == "met"


def test_what_a_notice_told_stays_when_later_figures_come(month):
    month()
    notice = services.notice_draw_up(
        notice=Notice.objects.get(), remark="", actor=SYSTEM, at=on("02-08 10:00")
    )
    services.notice_issue(notice=notice, actor=SYSTEM, at=on("02-09 10:00"))
    before = Notice.objects.get().figures
    submit("湖滨区", {"重特大安全生产事故": {"value": 1}}, on("02-10 10:00"))
    assert Notice.objects.get().figures == before


def test_a_unit_reports_its_own_month_and_the_judgement_follows(month, actor, target):
    month()
    unit = actor("liaison", "chengguan")
    with pytest.raises(NotAllowed):
        submit("市城管局", {"便民停车场": {"value": 1}}, on("02-03 10:00"), actor("liaison", "jiaoyu"))
    submit("市城管局", {"便民停车场": {"value": "1"}}, on("02-03 10:00"), unit, remark="一处已开工")
    assert "现为1处" in target("市城管局", 3).said
    assert (
        Obligation.objects.get(rule="targets.monthly_report", matter=report_of("市城管局").matter).state
        == "met"
    )
    submit("市城管局", {"便民停车场": {"value": "3"}}, on("02-04 10:00"), unit)
    assert target("市城管局", 3).on_track and Figure.objects.count() == 1
    assert [event.data["figures"] for event in Event.objects.filter(kind="targets.reported").order_by("seq")]


@pytest.mark.parametrize("value", ["abc", "1.23456", "9" * 20, "NaN"])
def test_what_is_no_number_is_refused_beside_its_field(month, value):
    month()
    with pytest.raises(Incomplete) as refused:
        submit("市城管局", {"便民停车场": {"value": value}}, on("02-03 10:00"))
    assert refused.value.field.endswith("-value")
    assert not Figure.objects.exists()


def test_an_empty_report_is_none(month):
    month()
    with pytest.raises(Incomplete):
        submit("市城管局", {"便民停车场": {"value": ""}}, on("02-03 10:00"))


@pytest.mark.clause("smx-targets-2017/4.10")
def test_a_rate_is_computed_over_all_cases_of_the_year(month, target):
    month(), month("03-01 08:00")
    submit("市城管局", {"市容投诉按期处置率": {"part": 90, "whole": 100}}, on("02-03 10:00"))
    assert "现为90%" in target("市城管局", 1).said
    submit(
        "市城管局",
        {"市容投诉按期处置率": {"part": 300, "whole": 300}},
        on("03-03 10:00"),
        month=dt.date(2018, 2, 1),
    )
    assert "现为97.5%" in target("市城管局", 1).said and target("市城管局", 1).on_track
    with pytest.raises(Incomplete):
        submit("市城管局", {"市容投诉按期处置率": {"part": 3, "whole": 2}}, on("03-03 11:00"))


@pytest.mark.clause("smx-targets-2017/4.10")
@pytest.mark.skipif(not REAL.exists(), reason="the real file lies beside the checkout, not in it")
def test_the_rates_that_the_platform_computes_stand_in_the_real_file_with_their_values(bodies):
    terms = rules.setting("targets.rates", JANUARY)
    wanted = dict(zip(terms["indicators"], map(Decimal, map(str, terms["least"])), strict=True))
    plan = check(REAL.read_text(encoding="utf-8")).plan
    specs = [one for sheet in plan.of("department") for target in sheet.targets for one in target.measures]
    found = {one.measure.indicator: one.measure.value for one in specs if one.counted}
    assert found == wanted
    assert wanted["办件按期办结率"] == Decimal("99.8")


@pytest.mark.clause("smx-targets-2017/4.11")
def test_how_well_statistics_were_supplied_is_counted(bodies, monkeypatch):
    terms = rules.setting("targets.statistics", JANUARY)
    assert (terms["every_months"], terms["timeliness"]) == (1, 100)
    from luoshi.targets.imports.load import file_load

    from .conftest import NOW

    monkeypatch.setattr(
        rules, "seat", lambda group, at: bodies["jiaoyu" if group == "monitoring_seat" else "zhengfuban"]
    )
    plan = file_load(checked=check(), bodies={}, actor=SYSTEM, at=NOW)
    plan = services.plan_issue(plan=plan, document="甲", issued_on=NOW.date(), actor=SYSTEM, at=NOW)
    for text in ("02-01 08:00", "03-01 08:00"):
        at = on(text)
        services.month_open(
            plan=plan, month=(at.date() - dt.timedelta(days=1)).replace(day=1), actor=SYSTEM, at=at
        )
    assert timeliness(plan) == (0, 2)
    submit("虚构市", {"城镇新增就业人数": {"value": "0.05"}}, on("02-05 18:00"))
    submit("虚构市", {"城镇新增就业人数": {"value": "0.06"}}, on("03-05 18:01"), month=dt.date(2018, 2, 1))
    assert timeliness(plan) == (1, 2)


@pytest.mark.clause("smx-targets-2017/4.9")
def test_what_a_module_of_the_platform_knows_is_taken_from_it_and_not_from_what_is_typed(
    month, target, monkeypatch
):
    real = rules.setting
    named = {"indicators": ["便民停车场", "市容投诉按期处置率"], "sources": ["parking", "complaints"]}
    monkeypatch.setattr(
        rules, "setting", lambda name, day: named if name == "targets.office_sources" else real(name, day)
    )
    month()
    submit("市城管局", {"便民停车场": {"value": 9}}, on("02-02 10:00"))
    assert "现为9处" in target("市城管局", 3).said  # no module: by hand
    monkeypatch.setattr(sources, "_SUPPLIES", {})
    sources.register("parking", lambda first: sources.Supplied(value=Decimal(first.month)))
    sources.register("complaints", lambda first: sources.Supplied(part=97, whole=100))
    submit("市城管局", {"便民停车场": {"value": 9}}, on("02-03 10:00"))
    assert "现为1处" in target("市城管局", 3).said and "现为97%" in target("市城管局", 1).said
    assert len(Event.objects.filter(kind="targets.reported").last().data["fetched"]) == 2


def test_the_board_shows_who_has_not_reported(month, plan):
    month()
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    early = {row.sheet.name: row for row in month_board(plan, JANUARY, now=on("02-05 12:00"))}
    assert not early["市教育局"].missing
    board = {row.sheet.name: row for row in month_board(plan, JANUARY, now=on("02-06 00:00"))}
    assert board["市教育局"].missing and board["市教育局"].light == "red"
    assert not board["市城管局"].missing and board["市城管局"].light == "amber"


def test_a_report_sent_back_is_owed_again(month):
    month()
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    back = services.report_return(
        report=report_of("市城管局"), reason="数据来源不明", actor=SYSTEM, at=on("02-04 10:00")
    )
    assert back.reported_at is None and report_of("市城管局").matter.state == "owed"


def test_nothing_is_reported_or_settled_before_the_targets_are_handed_down(drafted):
    target = Target.objects.get(sheet__name="市城管局", number=2)
    with pytest.raises(WrongState):
        services.value_assign(
            measure=target.measures.get(), value=1, document="甲", actor=SYSTEM, at=on("02-01 10:00")
        )
    with pytest.raises(WrongState):
        services.month_open(plan=drafted, month=JANUARY, actor=SYSTEM, at=on("02-01 10:00"))


def test_everything_that_was_recorded_verifies(month, target, settings):
    month()
    submit("市城管局", {"便民停车场": {"value": "4"}}, on("02-03 10:00"))
    apply(target("市城管局", 3))
    assert list(verify(report=Checked())) == []


def test_the_sample_says_what_this_file_relies_on():
    assert "expected: true" in SAMPLE and "counted: true" in SAMPLE
