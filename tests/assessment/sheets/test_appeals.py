"""Appeals: in time and complete, decided by correcting inputs, only the item appealed against changes."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest

from luoshi.assessment.counting.appeals import AppealTracker
from luoshi.assessment.counting.tracker import Count, Held
from luoshi.assessment.models import SheetRevision
from luoshi.assessment.policies_sheets import may_appeal_against
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services import appeals, revising
from luoshi.engines.obligations import Happened
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Obligation, Outbox, Tally

from .conftest import CLOSING, LAST, MONTH, PDF, SHANGHAI

NEXT_DAY = CLOSING + dt.timedelta(days=1)


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def standing(sheet, revision=None):
    return {row.body.code: (row.total, row.rank) for row in reading.unit_rows(sheet, revision)}


@pytest.mark.clause("smx-hotline-assessment/4.4.1")
def test_an_appeal_is_taken_up_to_the_close_of_the_fifth_working_day_and_no_second_later(
    published, appeal_of, bodies
):
    sheet = published()
    late = LAST + dt.timedelta(seconds=1)
    with pytest.raises(WrongState, match="超期不再受理") as refused:
        appeal_of(sheet, at=late)
    assert refused.value.cite == (rules.current().clause("smx-hotline-assessment/4.4.1"),)
    assert "5个工作日" in refused.value.mend
    appeal = appeal_of(sheet, at=LAST)
    assert (appeal.matter.state, appeal.submitted_at) == ("submitted", LAST)


@pytest.mark.clause("smx-hotline-assessment/4.4.1")
def test_what_can_be_appealed_against_are_a_month_s_items_and_a_year_s_result(
    published, closed, appeal_of, leader, liaison
):
    with pytest.raises(Incomplete, match="单项指标"):
        appeal_of(published(), [])
    with pytest.raises(WrongState, match="尚未公布"):
        appeal_of(closed("2017-09"))
    quarter = published("2017-Q3")
    with pytest.raises(WrongState, match="季度成绩不在申诉范围内"):
        appeal_of(quarter)
    year = published("2017", at=when("2018-01-08 10:00"))
    assert appeal_of(year, [], actor=leader, at=when("2018-01-09 10:00")).items == []


def test_an_item_that_does_not_count_in_a_month_cannot_be_appealed_against_there(published, appeal_of):
    with pytest.raises(Incomplete, match="没有这个考核项"):
        appeal_of(published(), ["3.7"])


@pytest.mark.clause("smx-hotline-assessment/4.4.2")
@pytest.mark.parametrize("field", ["reason", "basis", "demand", "files"])
def test_an_appeal_lacks_nothing(published, appeal_of, field):
    with pytest.raises(Incomplete) as refused:
        appeal_of(published(), **{field: [] if field == "files" else " "})
    assert refused.value.field == ("attachments" if field == "files" else field)


@pytest.mark.clause("smx-hotline-assessment/4.4.2.a")
def test_a_month_s_item_the_liaison_may_appeal_against_a_year_s_result_only_a_responsible_leader(
    published, appeal_of, liaison, leader, actor
):
    month, year = published(), published("2017", at=when("2018-01-08 10:00"))
    later = when("2018-01-09 10:00")
    assert appeal_of(month, ["2.1.1"], actor=liaison).submitted_by == liaison.name
    assert appeal_of(month, ["2.1.2"], actor=leader).submitted_by == leader.name
    with pytest.raises(NotAllowed, match="分管领导"):
        appeal_of(year, [], actor=liaison, at=later)
    assert appeal_of(year, [], actor=leader, at=later).submitted_by == leader.name
    with pytest.raises(NotAllowed):
        appeal_of(month, ["2.1.3"], actor=actor("handler", "chengguan"))


def test_an_item_is_appealed_against_once_unless_taken_back(published, appeal_of, liaison):
    sheet = published()
    first = appeal_of(sheet)
    with pytest.raises(WrongState, match=r"2\.1\.1提出过申诉"):
        appeal_of(sheet, ["2.1.1", "2.1.2"])
    appeals.appeal_withdraw(appeal=first, actor=liaison, at=NEXT_DAY)
    assert appeal_of(sheet, ["2.1.1", "2.1.2"]).items == ["2.1.1", "2.1.2"]


@pytest.mark.clause("smx-hotline-assessment/4.4.3")
def test_an_appeal_is_to_be_decided_and_approved_within_five_working_days(published, appeal_of, decided, fix):
    sheet = published()
    appeal = appeal_of(sheet, at=when("2017-11-07 17:59"))
    owed = Obligation.objects.get(matter_id=appeal.pk)
    assert (owed.rule, owed.body.kind) == ("assessment.appeal_decision", "platform")
    assert owed.due_at == when("2017-11-14 18:00")
    done = decided(appeal, [fix(sheet, "signed_in_time", 10)], at=when("2017-11-14 18:00"))
    owed.refresh_from_db()
    assert (done.matter.state, owed.state) == ("accepted", "met")
    late = appeal_of(sheet, ["2.1.2"], at=when("2017-11-07 17:59"))
    decided(late, at=when("2017-11-14 18:00:01"))
    assert Obligation.objects.get(matter_id=late.pk).state == "late"


@pytest.mark.clause("smx-hotline-assessment/4.4.4.a")
def test_only_the_command_centre_approves_and_may_send_back(published, appeal_of, platform, centre, actor):
    appeal = appeal_of(published())
    drafted = appeals.appeal_draft(
        appeal=appeal, accepts=False, corrections=[], opinion="记录无误", actor=platform, at=NEXT_DAY
    )
    for role in ("platform_leader", "city_leader"):
        with pytest.raises(NotAllowed, match="指挥中心"):
            appeals.appeal_approve(appeal=drafted, actor=actor(role), at=NEXT_DAY)
    with pytest.raises(Incomplete):
        appeals.appeal_send_back(appeal=drafted, opinion="", actor=centre, at=NEXT_DAY)
    back = appeals.appeal_send_back(appeal=drafted, opinion="请附系统日志", actor=centre, at=NEXT_DAY)
    assert (back.matter.state, back.sent_back) == ("submitted", "请附系统日志")
    with pytest.raises(WrongState):
        appeals.appeal_approve(appeal=back, actor=centre, at=NEXT_DAY)


@pytest.mark.clause("smx-hotline-assessment/4.4.4.b")
def test_the_unit_is_told_the_decision_in_the_system(published, appeal_of, decided, bodies):
    appeal = decided(appeal_of(published()))
    told = Outbox.objects.filter(matter_id=appeal.pk)
    assert told
    assert all(message.body_id == bodies["chengguan"].pk for message in told)
    assert "维持原分值" in told[0].text
    assert (appeal.opinion, appeal.matter.state) == ("经核查系统日志", "rejected")


@pytest.mark.clause("smx-hotline-assessment/4.4.4.c")
def test_an_appeal_that_succeeds_corrects_the_item_alone_and_ranks_follow(
    counted, published, appeal_of, decided, fix
):
    sheet = published()
    before = reading.engine_sheet(sheet)
    assert standing(sheet)["chengguan"][1] == 3
    correction = fix(sheet, "closed_on_time", 10)
    appeal = decided(appeal_of(sheet, ["2.2.1"]), [correction])
    sheet.refresh_from_db()
    after = reading.engine_sheet(sheet)
    changed = [
        line.item.id
        for line in after.unit("chengguan").lines
        if line.points != before.unit("chengguan").line(line.item.id).points
    ]
    assert changed == ["2.2.1"]
    gained = after.unit("chengguan").total - before.unit("chengguan").total
    assert gained == after.unit("chengguan").line("2.2.1").points - Decimal("280.00") == Decimal("70.00")
    assert standing(sheet)["chengguan"][1] == 2
    assert standing(sheet)["huanbao"][1] == 3
    assert after.means == before.means
    assert after.unit("jiaoyu").lines == before.unit("jiaoyu").lines
    assert appeal.revision == sheet.revision == 2


@pytest.mark.clause("smx-hotline-assessment/4.4.4.c")
def test_the_result_before_and_after_both_stay_readable_with_the_reason(published, appeal_of, decided, fix):
    sheet = published()
    first = standing(sheet)
    appeal = decided(appeal_of(sheet), [fix(sheet, "signed_in_time", 10)])
    sheet.refresh_from_db()
    assert standing(sheet, 1) == first
    assert standing(sheet, 2)["chengguan"][0] == first["chengguan"][0] + Decimal("8.00")
    assert list(reading.differences(sheet)) == []
    last = SheetRevision.objects.filter(sheet=sheet).last()
    assert (last.number, last.appeal_id, last.by) == (2, appeal.pk, appeal.decided_by)
    event = Event.objects.get(matter_id=sheet.pk, kind="assessment.sheet_revised")
    assert (event.data["appeal"], event.data["digest"]) == (appeal.pk, last.digest)


@pytest.mark.clause("smx-hotline-assessment/4.4.4.d")
def test_an_appeal_that_fails_leaves_the_points(published, appeal_of, decided):
    sheet = published()
    before = standing(sheet)
    decided(appeal_of(sheet))
    sheet.refresh_from_db()
    assert (standing(sheet), sheet.revision) == (before, 1)


def test_an_average_that_a_unit_without_data_got_stays_when_one_with_data_is_corrected(
    counted, published, appeal_of, decided, fix
):
    sheet = published()
    decided(appeal_of(sheet), [fix(sheet, "signed_in_time", 10)])
    sheet.refresh_from_db()
    assert reading.engine_sheet(sheet).unit("jiaoyu").line("2.1.1").points == Decimal("36.00")


@pytest.mark.clause("smx-hotline-assessment-annex/2.3.1.c")
def test_the_contact_rate_may_be_appealed_against_for_a_single_order_like_any_item(
    counted, published, appeal_of, decided, fix, case
):
    counted.units["chengguan"] |= {"contacted_in_time": 9, "not_contacted_in_time": 1}
    sheet = published()
    with pytest.raises(WrongState, match="超期不再受理"):
        appeal_of(sheet, ["2.3.1"], at=LAST + dt.timedelta(seconds=1))
    one = fix(sheet, "contacted_in_time", 10, why="通话记录证明24小时内已联系")
    other = fix(sheet, "not_contacted_in_time", 0, why="同上")
    appeal = decided(appeal_of(sheet, ["2.3.1"]), [one, other])
    sheet.refresh_from_db()
    assert reading.engine_sheet(sheet).unit("chengguan").line("2.3.1").points == Decimal("50.00")
    assert [row["case"] for row in appeal.corrections] == [case, case]


def test_points_cannot_be_set_they_follow_from_corrected_inputs(published, appeal_of, platform, fix):
    sheet = published()
    appeal = appeal_of(sheet)

    def draft(*corrections):
        return appeals.appeal_draft(
            appeal=appeal, accepts=True, corrections=corrections, opinion="同意", actor=platform, at=NEXT_DAY
        )

    with pytest.raises(Incomplete, match="不直接改分"):
        draft()
    wrong = fix(sheet, "signed_in_time", 10)
    with pytest.raises(Incomplete, match="现为8"):
        draft(revising.Correction("signed_in_time", 7, 10, wrong.day, wrong.case, wrong.why))
    for change, said in (
        ({"why": ""}, "原因"), ({"case": ""}, "编号"), ({"case": "20990101-0001"}, "没有编号"),
        ({"day": dt.date(2017, 11, 1)}, "本期内"),
    ):  # fmt: skip
        with pytest.raises(Incomplete, match=said):
            draft(fix(sheet, "signed_in_time", 10, **change))
    with pytest.raises(Incomplete, match="不小于0"):
        draft(fix(sheet, "signed_in_time", 8))
    with pytest.raises(Incomplete, match="只写一行"):
        draft(wrong, wrong)
    assert draft(wrong).matter.state == "drafted"


def test_a_correction_that_reaches_an_item_not_appealed_against_is_refused(
    counted, published, appeal_of, platform, fix
):
    counted.units["chengguan"] |= {"returned": 4, "returned_in_time": 3, "wrong_returned": 1}
    sheet = published()

    def draft(items, count, after):
        return appeals.appeal_draft(
            appeal=appeal_of(sheet, items),
            accepts=True,
            corrections=[fix(sheet, count, after)],
            opinion="同意",
            actor=platform,
            at=NEXT_DAY,
        )

    with pytest.raises(Incomplete, match=r"同时改变没有申诉的2\.1\.4 正确退单率"):
        draft(["2.1.3"], "returned", 5)
    with pytest.raises(Incomplete, match="与所申诉的考核项无关"):
        draft(["2.1.1"], "closed_on_time", 10)
    assert draft(["2.1.4", "2.3.2"], "wrong_returned", 0).accepts
    assert draft(["2.2.1"], "closed_on_time", 10).accepts


def test_both_items_that_rest_on_a_count_can_be_corrected_when_both_are_appealed_against(
    counted, published, appeal_of, decided, fix
):
    counted.units["chengguan"] |= {"returned": 4, "returned_in_time": 3, "wrong_returned": 1}
    sheet = published()
    decided(appeal_of(sheet, ["2.1.3", "2.1.4"]), [fix(sheet, "returned", 5)])
    sheet.refresh_from_db()
    score = reading.engine_sheet(sheet).unit("chengguan")
    assert (score.line("2.1.3").points, score.line("2.1.4").points) == (Decimal("24.00"), Decimal("48.00"))


def test_a_draft_made_before_another_correction_must_be_made_anew(
    counted, published, appeal_of, platform, centre, fix
):
    sheet = published()
    stale = fix(sheet, "signed_in_time", 10)
    first = appeal_of(sheet, ["2.1.1"])
    drafted = appeals.appeal_draft(
        appeal=first, accepts=True, corrections=[stale], opinion="同意", actor=platform, at=NEXT_DAY
    )
    row = reading.unit_row(sheet, counted.bodies["chengguan"].pk)
    from luoshi.ledger.models import door

    row.inputs["counts"]["signed_in_time"] = 9
    with door():
        row.save()
    with pytest.raises(Incomplete, match="现为9"):
        appeals.appeal_approve(appeal=drafted, actor=centre, at=NEXT_DAY)
    drafted.refresh_from_db()
    assert drafted.decided_at is None


def test_a_preview_shows_points_and_ranks_before_and_after_and_writes_nothing(published, fix):
    sheet = published()
    seen = revising.preview(sheet, "chengguan", [fix(sheet, "closed_on_time", 10)])
    assert [(item.id, str(item.before), str(item.after)) for item in seen.change.items] == [
        ("2.2.1", "280.00", "350.00")
    ]
    assert (seen.before.rank, seen.after.rank) == (3, 2)
    assert [(move.before, move.after) for move in seen.moves] == [(2, 3)]
    sheet.refresh_from_db()
    assert sheet.revision == 1


def test_a_charge_is_corrected_by_its_number(counted, published, appeal_of, decided, fix):
    sheet = published()
    decided(appeal_of(sheet, ["3.1.1"]), [fix(sheet, "overdue_tickets", 1)])
    sheet.refresh_from_db()
    assert reading.engine_sheet(sheet).unit("chengguan").line("3.1.1").points == Decimal("2.00")


@pytest.mark.parametrize(
    ("count", "standing"),
    [
        ("signed_in_time", [Count("signed_in_time", dt.date(2017, 10, 12), 2)]),
        ("overdue_tickets", [Held("overdue_tickets", dt.date(2017, 10, 12), order=0, times=2)]),
        (
            "overdue_open",
            [
                Count("overdue_open", dt.date(2017, 10, 31), 2, running=True),
                Count("overdue_open", dt.date(2017, 11, 1), -2, running=True),
            ],
        ),
        (
            "no_team",
            [
                Count("no_team", dt.date(2017, 10, 31), 2, running=True),
                Count("no_team", dt.date(2017, 11, 1), -2, running=True),
            ],
        ),
    ],
)
def test_corrections_count_in_the_running_periods_once_approved(count, standing):
    tracker, book = AppealTracker(), rules.book("sanmenxia")
    row = {"count": count, "from": 1, "to": 3, "day": "2017-10-12", "case": "甲"}
    asked = Happened(seq=1, kind="assessment.appeal_submitted", at=CLOSING, data={})
    done = Happened(seq=2, kind="assessment.appeal_accepted", at=CLOSING, data={"corrections": [row]})
    facts = tracker.step({}, asked, (), {})
    assert tracker.standing(facts, now=CLOSING, book=book).counts == ()
    found = tracker.standing(tracker.step(facts, done, (), {}), now=CLOSING, book=book)
    assert [*found.counts, *found.charges] == standing


def test_an_accepted_correction_moves_the_running_tallies(published, appeal_of, decided, fix, bodies):
    sheet = published()
    decided(appeal_of(sheet), [fix(sheet, "signed_in_time", 10)])
    rows = Tally.objects.filter(metric="score:signed_in_time", body=bodies["chengguan"], day=MONTH.last)
    assert sum(row.count for row in rows) == 2


def test_files_of_an_appeal_must_be_what_they_say(published, appeal_of):
    sheet = published()
    with pytest.raises(Incomplete, match="内容与扩展名不符"):
        appeal_of(sheet, files=[(io.BytesIO(b"MZ"), "说明.pdf")])
    with pytest.raises(Incomplete, match="空文件"):
        appeal_of(sheet, files=[(io.BytesIO(PDF), "说明.pdf"), (io.BytesIO(b""), "空.pdf")])


def test_the_way_to_appeal_is_shown_to_those_who_may_for_as_long_as_they_may(
    published, closed, liaison, leader, actor
):
    month = published()
    year = published("2017", at=when("2018-01-08 10:00"))
    later = when("2018-01-09 10:00")
    assert may_appeal_against(liaison, month, LAST)
    assert not may_appeal_against(liaison, month, LAST + dt.timedelta(seconds=1))
    assert not may_appeal_against(actor("handler", "chengguan"), month, LAST)
    assert not may_appeal_against(actor("command_centre"), month, LAST)
    assert may_appeal_against(leader, year, later)
    assert not may_appeal_against(liaison, year, later)
    assert not may_appeal_against(liaison, closed("2017-11", at=when("2017-12-06 10:00")), later)
