"""Over real counting: what a closed sheet froze, what an accepted appeal corrects there, live counts follow."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from luoshi.assessment import frozen
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.selectors.live import counts_of, live
from luoshi.assessment.services import appeals, sheets
from luoshi.assessment.services.revising import Correction, effective, inputs_of_row
from luoshi.engines.assessment import Period
from luoshi.hotline.services import Order, Terms, dispatch_sign, request_dispatch, request_receive
from luoshi.ledger.services import sweep
from luoshi.ledger.verify import Report, verify

from .conftest import CLOSING, MONTH, PDF, SHANGHAI

MONDAY = dt.datetime(2017, 10, 9, 9, 0, tzinfo=SHANGHAI)
DAY = dt.timedelta(days=1)


@pytest.fixture
def late_dispatch(actor, bodies):
    """A dispatch of October to chengguan, signed a day late and never closed."""
    request = request_receive(
        channel="phone",
        kind="help",
        title="路灯不亮",
        content="崤山路中段的路灯已经三天不亮，晚上走路看不清。",
        contact={"name": "虞听澜", "mobile": "19900007001"},
        actor=actor("agent"),
        at=MONDAY,
    )
    made = request_dispatch(
        request=request,
        orders=[Order(bodies["chengguan"], "请核实处理并答复")],
        terms=Terms("competence", "routine", "", False),
        actor=actor("dispatcher"),
        at=MONDAY + dt.timedelta(minutes=5),
    )[0]
    dispatch_sign(dispatch=made, actor=actor("liaison", "chengguan"), at=MONDAY + DAY)
    sweep(now=CLOSING)
    return made


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
