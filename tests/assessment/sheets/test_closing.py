"""Closing freezes what was counted; publication, with its day; taking a closing back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.assessment import frozen
from luoshi.assessment.models import RulebookCopy, SheetRevision, SheetUnit
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services import sheets
from luoshi.assessment.services.closing import open_points
from luoshi.engines.assessment import Period
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Obligation, Outbox, door
from luoshi.ledger.verify import Report, verify

from .conftest import CLOSING, LAST, MONTH, SHANGHAI


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_month_s_sheet_can_be_opened_once_it_has_ended_and_only_once(counted, centre):
    with pytest.raises(WrongState, match="尚未结束"):
        sheets.sheet_open(period=MONTH, actor=centre, at=when("2017-10-31 23:59:59"))
    first = sheets.sheet_open(period=MONTH, actor=centre, at=when("2017-11-01 00:00"))
    again = sheets.sheet_open(period=MONTH, actor=centre, at=when("2017-11-02 00:00"))
    assert first.pk == again.pk
    owed = Obligation.objects.get(matter_id=first.pk)
    assert (owed.rule, owed.body.kind, owed.due_at) == ("assessment.publication_owed", "command_centre", None)


def test_a_period_before_the_scheme_has_no_sheet(counted, centre):
    with pytest.raises(WrongState, match="考核方案"):
        sheets.sheet_open(period=Period.parse("2017-08"), actor=centre, at=CLOSING)
    assert sheets.sheets_due(actor=centre, at=when("2017-09-01 00:30")) == []


def test_at_a_year_s_end_month_quarter_and_year_are_opened(counted, centre):
    opened = sheets.sheets_due(actor=centre, at=when("2018-01-01 00:30"))
    assert [sheet.period for sheet in opened] == ["2017-12", "2017-Q4", "2017"]
    assert [sheet.period for sheet in sheets.sheets_due(actor=centre, at=when("2017-12-01 00:30"))] == [
        "2017-11"
    ]


@pytest.mark.clause("smx-hotline-assessment/3.a")
def test_only_the_command_centre_closes_and_publishes(counted, closed, actor):
    opened = sheets.sheet_open(period=MONTH, actor=actor("command_centre"), at=CLOSING)
    for role in ("platform_leader", "city_leader", "reviewer"):
        with pytest.raises(NotAllowed):
            sheets.sheet_close(sheet=opened, actor=actor(role), at=CLOSING)
    sheet = closed()
    with pytest.raises(NotAllowed):
        sheets.sheet_publish(sheet=sheet, actor=actor("platform_leader"), at=CLOSING)
    assert (
        sheets.sheet_publish(sheet=sheet, actor=actor("command_centre"), at=CLOSING).published_at == CLOSING
    )


def test_a_closed_sheet_keeps_counts_averages_points_ranks_and_the_rulebook(counted, closed):
    sheet = closed()
    rows = {row.body.code: row for row in reading.unit_rows(sheet)}
    assert rows["chengguan"].inputs["counts"]["signed_in_time"] == 8
    assert (rows["zhujian"].rank, rows["chengguan"].rank, rows["jiaoyu"].rank) == (1, 3, None)
    assert sheet.means["2.1.1"] == "36.00"
    assert sheet.as_of == CLOSING
    copy = RulebookCopy.objects.get(pk=sheet.rulebook_version)
    assert "assessment/schemes.yaml" in copy.files
    event = Event.objects.get(matter_id=sheet.pk, kind="assessment.sheet_closed")
    assert event.data["digest"] == SheetRevision.objects.get(sheet=sheet).digest
    assert event.data["units"] == 4


def test_a_frozen_sheet_computed_again_is_what_was_stored(counted, closed):
    sheet = closed()
    again = reading.engine_sheet(sheet)
    for score in again.units:
        row = reading.unit_row(sheet, counted.bodies[score.unit].pk)
        assert frozen.result_of(score) == row.result
        assert (score.total, score.rank, score.grade) == (row.total, row.rank, row.grade)
    assert list(reading.differences(sheet)) == []


def test_the_sheet_is_rebuilt_from_the_rulebook_s_copy_when_the_rulebook_has_changed(counted, closed):
    sheet = closed()
    copy = RulebookCopy.objects.get(pk=sheet.rulebook_version)
    with door():
        RulebookCopy.objects.create(version="0" * 64, rulebook=copy.rulebook, files=copy.files)
    sheet.rulebook_version = "0" * 64
    assert list(reading.differences(sheet)) == []
    assert reading.book_of(sheet).version == copy.version


def test_later_changes_leave_the_frozen_sheet_as_it_is(counted, closed):
    sheet = closed()
    before = [(row.body_id, row.total, row.rank) for row in reading.unit_rows(sheet)]
    counted.units["chengguan"]["signed_in_time"] = 10
    counted.units["zhujian"]["overdue_tickets"] = 50
    assert [(row.body_id, row.total, row.rank) for row in reading.unit_rows(sheet)] == before
    assert reading.engine_sheet(sheet).unit("chengguan").line("2.1.1").points == Decimal("32.00")


def test_verification_tells_when_a_stored_score_was_changed_by_hand(counted, closed):
    sheet = closed()
    assert [str(one) for one in verify(report=Report()) if one.check == "sheet"] == []
    with door():
        SheetUnit.objects.filter(sheet=sheet, body__code="zhujian").update(total=Decimal("1400.00"))
    said = [str(one) for one in verify(report=Report()) if one.check == "sheet"]
    assert len(said) == 1
    assert "1400.00" in said[0]


def test_closing_says_what_is_not_settled_and_goes_on_only_with_a_reason(counted, centre, bodies, at):
    from luoshi.ledger.actors import SYSTEM
    from luoshi.ledger.services import matter_open

    matter_open(
        kind="hotline.dispatch", title="甲", body_id=bodies["chengguan"].pk, actor=SYSTEM,
        at=at("2017-10-31 17:00"), facts={"urgency": "routine", "role": "sole"},
    )  # fmt: skip
    moment = at("2017-11-01 08:30")
    opened = sheets.sheet_open(period=MONTH, actor=centre, at=moment)
    with pytest.raises(Incomplete, match="时限未到") as refused:
        sheets.sheet_close(sheet=opened, actor=centre, at=moment)
    assert refused.value.field == "anyway"
    done = sheets.sheet_close(sheet=opened, actor=centre, at=moment, anyway="上级要求当日报数")
    assert done.closed_anyway == "上级要求当日报数"
    assert [point["kind"] for point in done.open_points] == ["limits"]


def test_a_closing_can_be_taken_back_before_publication_and_not_after(counted, closed, centre):
    sheet = closed()
    with pytest.raises(Incomplete, match="理由"):
        sheets.sheet_reopen(sheet=sheet, reason=" ", actor=centre, at=CLOSING)
    sheet = sheets.sheet_reopen(sheet=sheet, reason="漏审一项加分", actor=centre, at=CLOSING)
    assert (sheet.matter.state, sheet.revision, sheet.units.count()) == ("open", 0, 0)
    counted.units["chengguan"]["signed_in_time"] = 9
    sheet = sheets.sheet_close(sheet=sheet, actor=centre, at=CLOSING)
    assert reading.engine_sheet(sheet).unit("chengguan").line("2.1.1").points == Decimal("36.00")
    sheets.sheet_publish(sheet=sheet, actor=centre, at=CLOSING)
    with pytest.raises(WrongState):
        sheets.sheet_reopen(sheet=sheet, reason="再改", actor=centre, at=CLOSING)


@pytest.mark.clause("smx-hotline-assessment/4.4.1.a")
@pytest.mark.parametrize(("moment", "allowed"), [("2017-11-05 23:59", False), ("2017-11-06 00:00", True)])
def test_a_month_is_published_after_the_fifth_with_its_time_and_every_unit_told(
    counted, closed, centre, moment, allowed
):
    sheet = closed(at=when("2017-11-03 09:00"))
    if not allowed:
        with pytest.raises(WrongState, match="2017年11月6日"):
            sheets.sheet_publish(sheet=sheet, actor=centre, at=when(moment))
        return
    sheet = sheets.sheet_publish(sheet=sheet, actor=centre, at=when(moment))
    assert sheet.published_at == when(moment)
    told = Outbox.objects.filter(matter_id=sheet.pk)
    assert {message.body.code for message in told} == {"chengguan", "zhujian", "huanbao", "jiaoyu"}
    assert "申诉" in told[0].text


def test_publication_opens_the_window_for_appeals_of_a_month_and_not_of_a_quarter(counted, published):
    assert published().appeal_until == LAST
    quarter = published("2017-Q3", at=when("2017-10-16 09:00"))
    assert quarter.appeal_until is None


def test_a_quarter_and_a_year_name_what_is_missing_of_their_months(counted, centre):
    opened = sheets.sheet_open(period=Period.parse("2017-Q3"), actor=centre, at=CLOSING)
    with pytest.raises(Incomplete, match="有3个月的成绩未公布：2017-07、2017-08、2017-09"):
        sheets.sheet_close(sheet=opened, actor=centre, at=CLOSING)


def test_a_year_names_the_months_windows_and_appeals_that_are_open(counted, published, appeal_of, centre):
    published("2017-12", at=when("2018-01-08 10:00"))
    appeal_of(sheets_of("2017-12"), at=when("2018-01-09 09:00"))
    year = sheets.sheet_open(period=Period.parse("2017"), actor=centre, at=when("2018-01-09 10:00"))
    points = {point.kind: point.number for point in open_points(year, when("2018-01-09 10:00"))}
    assert points == {"months": 11, "windows": 1, "appeals": 1}
    later = {point.kind: point.number for point in open_points(year, when("2018-01-15 18:00:01"))}
    assert later == {"months": 11, "appeals": 1}


def sheets_of(name):
    return reading.sheet_of(Period.parse(name))
