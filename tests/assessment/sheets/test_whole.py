"""Over real counting: what a closed sheet froze, what an accepted appeal corrects there, live counts follow."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from luoshi.assessment import frozen
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.selectors.live import counts_of, live
from luoshi.assessment.services import annual, appeals, sheets
from luoshi.assessment.services.closing import open_points
from luoshi.assessment.services.revising import Correction, effective, inputs_of_row
from luoshi.engines.assessment import Period
from luoshi.hotline.services import Order, Terms, dispatch_sign, request_dispatch, request_receive
from luoshi.ledger.services import sweep
from luoshi.ledger.verify import Report, verify
from tests.assessment.counting.conftest import Office

from .conftest import CLOSING, MONTH, PDF, SHANGHAI

MONDAY = dt.datetime(2017, 10, 9, 9, 0, tzinfo=SHANGHAI)
DAY = dt.timedelta(days=1)


@pytest.fixture
def dispatched(actor, bodies):
    """A dispatch of October to chengguan."""
    request = request_receive(
        channel="phone",
        kind="help",
        title="路灯不亮",
        content="崤山路中段的路灯已经三天不亮，晚上走路看不清。",
        contact={"name": "虞听澜", "mobile": "19900007001"},
        actor=actor("agent"),
        at=MONDAY,
    )
    return request_dispatch(
        request=request,
        orders=[Order(bodies["chengguan"], "请核实处理并答复")],
        terms=Terms("competence", "routine", "", False),
        actor=actor("dispatcher"),
        at=MONDAY + dt.timedelta(minutes=5),
    )[0]


@pytest.fixture
def late_dispatch(dispatched, actor):
    """Signed a day late and never closed."""
    dispatch_sign(dispatch=dispatched, actor=actor("liaison", "chengguan"), at=MONDAY + DAY)
    sweep(now=CLOSING)
    return dispatched


def differing():
    return [str(one) for one in verify(report=Report())]


def inputs(period, code, now=CLOSING):
    unit = next(unit for unit in counts_of(period, now=now) if unit.unit == code)
    return frozen.inputs_of(unit)["counts"]


def test_live_counts_follow_the_appeal_in_month_quarter_and_year_and_all_verifies(
    late_dispatch, actor, bodies
):
    centre, platform = actor("command_centre"), actor("platform_leader")
    opened = sheets.sheet_open(period=MONTH, actor=centre, at=CLOSING)
    sheet = sheets.sheet_close(sheet=opened, actor=centre, at=CLOSING)
    sheet = sheets.sheet_publish(sheet=sheet, actor=centre, at=CLOSING)
    now = live(MONTH, now=CLOSING).sheet
    assert [(unit.unit, unit.total, unit.rank) for unit in reading.engine_sheet(sheet).units] == [
        (unit.unit, unit.total, unit.rank) for unit in now.units
    ]
    row = reading.unit_row(sheet, bodies["chengguan"].pk)
    assert row.inputs["counts"] == inputs(MONTH, "chengguan")
    assert differing() == []

    periods = [MONTH, Period.parse("2017-Q4"), Period.parse("2017")]
    before = [inputs(period, "chengguan") for period in periods]
    appeal = appeals.appeal_submit(
        sheet=sheet,
        items=["2.1.1", "3.1.1"],
        reason="签收当天系统故障",
        basis="系统日志",
        demand="更正签收时间和逾期认定",
        files=[(io.BytesIO(PDF), "日志.pdf")],
        actor=actor("liaison", "chengguan"),
        at=CLOSING + DAY,
    )
    scored, unit = reading.engine_sheet(sheet).unit("chengguan"), inputs_of_row(row)
    wanted = [
        Correction(
            name,
            effective(unit, scored, name),
            effective(unit, scored, name) + change,
            MONTH.last,
            late_dispatch.matter.number,
            "系统故障",
        )
        for name, change in (("signed_in_time", 1), ("overdue_tickets", -1))
    ]
    drafted = appeals.appeal_draft(
        appeal=appeal, accepts=True, corrections=wanted, opinion="属实", actor=platform, at=CLOSING + DAY
    )
    appeals.appeal_approve(appeal=drafted, actor=centre, at=CLOSING + 2 * DAY)
    sheet.refresh_from_db()
    revised = reading.unit_row(sheet, bodies["chengguan"].pk).inputs["counts"]
    assert revised == inputs(MONTH, "chengguan", CLOSING + 2 * DAY)
    assert revised != row.inputs["counts"]
    for period, was in zip(periods, before, strict=True):
        now = inputs(period, "chengguan", CLOSING + 2 * DAY)
        assert now.get("signed_in_time", 0) - was.get("signed_in_time", 0) == 1
        assert now.get("overdue_tickets", 0) - was.get("overdue_tickets", 0) == -1
    assert differing() == []


def test_what_happens_after_closing_moves_live_scores_and_not_the_sheet(late_dispatch, actor, bodies):
    centre = actor("command_centre")
    opened = sheets.sheet_open(period=MONTH, actor=centre, at=CLOSING)
    sheet = sheets.sheet_close(sheet=opened, actor=centre, at=CLOSING)
    kept = reading.unit_row(sheet, bodies["chengguan"].pk)
    from luoshi.hotline.services import dispatch_recall

    dispatch_recall(dispatch=late_dispatch, reason="派错单位", actor=actor("dispatcher"), at=CLOSING + DAY)
    assert inputs(MONTH, "chengguan", CLOSING + DAY) != kept.inputs["counts"]
    again = reading.unit_row(sheet, bodies["chengguan"].pk)
    assert (again.inputs, again.total) == (kept.inputs, kept.total)
    assert list(reading.differences(sheet)) == []


@pytest.mark.clause("smx-hotline-ops/18")
def test_units_and_handlers_are_commended_on_reading_handling_reply_and_satisfaction(
    dispatched, actor, bodies
):
    office, centre = Office(actor), actor("command_centre")
    office.through(dispatched, MONDAY + dt.timedelta(minutes=20))
    request = type(dispatched.request).objects.get(pk=dispatched.request_id)
    office.fed_back(request, MONDAY + dt.timedelta(hours=3))
    office.called(request, MONDAY + DAY, (True, "satisfied", "satisfied"))
    january = dt.datetime(2018, 1, 8, 10, 0, tzinfo=SHANGHAI)
    opened = sheets.sheet_open(period=Period.parse("2017"), actor=centre, at=january)
    closed = sheets.sheet_close(sheet=opened, actor=centre, at=january, anyway="试算")
    year = sheets.sheet_publish(sheet=closed, actor=centre, at=january)
    own = annual.grounds_of(year)[bodies["chengguan"].pk]
    assert (own.signed, own.sign_counted, own.overdue, own.second_assigned) == (1, 1, 0, 0)
    assert (own.satisfied, own.callbacks) == (1, 1)
    assert annual.handlers_of(year, bodies["chengguan"]) == [
        {
            "handler": "维护科",
            "closed": 1,
            "signed": 1,
            "first_time": 1,
            "in_time": 1,
            "satisfied": 1,
            "called": 1,
        }
    ]
    assert annual.handlers_of(year, bodies["zhujian"]) == []
    for person in ("", "维护科 虞听澜"):
        made = annual.consequence_register(
            sheet=year, body=bodies["chengguan"], kind="commended", person=person, reason="查阅及时、群众满意",
            document="通报〔2018〕2号（虚构）", dated=january.date(), actor=centre, at=january,
        )  # fmt: skip
        assert (made.person, made.grounds["signed"]) == (person, 1)


def open_kinds(sheet, at=CLOSING):
    return [point.kind for point in open_points(sheet, at)]


@pytest.fixture
def october(actor):
    return sheets.sheet_open(period=MONTH, actor=actor("command_centre"), at=CLOSING)


def test_a_reply_that_waits_for_its_review_and_an_undecided_return_are_named_before_closing(
    dispatched, actor, bodies, october
):
    office = Office(actor)
    office.sign(dispatched, MONDAY + dt.timedelta(minutes=20))
    office.hand_over(dispatched, MONDAY + dt.timedelta(minutes=30))
    office.back(dispatched, MONDAY + dt.timedelta(minutes=40), other=bodies["zhujian"])
    assert open_kinds(october) == ["applications"]
    office.reply(dispatched, MONDAY + dt.timedelta(hours=2))
    assert "reviews" in open_kinds(october)


def test_an_entry_that_is_not_approved_is_named_before_closing_until_it_is_decided(actor, bodies, october):
    from luoshi.assessment import services
    from luoshi.assessment.rules_records import item_rule

    rule = item_rule("duty_phone_failure", MONDAY.date())
    entry = services.entry_propose(
        body=bodies["chengguan"],
        item=rule.code,
        date=MONDAY.date(),
        content={"checked_at": "2017-10-09 08:10", "finding": "三次拨打无人接听"},
        conditions=[one.key for one in rule.ground.conditions],
        actor=actor("platform_leader"),
        at=MONDAY,
    )
    assert open_kinds(october) == ["entries"]
    services.entry_reject(entry=entry, reason="证据不足", actor=actor("command_centre"), at=MONDAY + DAY)
    assert open_kinds(october) == []
