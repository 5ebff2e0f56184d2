"""Each count of a dispatch, both sides of its limit, through the services that people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
Make = Callable[..., Any]


def test_a_dispatch_counts_on_its_day_and_nothing_is_late_before_a_limit_runs_out(
    dispatch_of: Make, counts: Make, differences: Make
) -> None:
    dispatch_of()
    assert counts() == {"dispatched_any": 1}
    assert counts(period="2017-11") == {}
    assert not differences()


@pytest.mark.parametrize(
    ("urgency", "after", "in_time"),
    [
        ("urgent", 30 * MINUTE, 1),
        ("urgent", 30 * MINUTE + SECOND, 0),
        ("routine", 6 * HOUR, 1),  # four working hours from 09:05: 11:05 more than the morning has left
        ("routine", 6 * HOUR + SECOND, 0),
    ],
)
@pytest.mark.clause("smx-hotline-assessment-annex/2.1.1")
def test_signed_in_time(
    dispatch_of: Make, office: Any, counts: Make, urgency: str, after: dt.timedelta, in_time: int
) -> None:
    dispatch = dispatch_of(urgency=urgency)
    office.sign(dispatch, dispatch.dispatched_at + after)
    found = counts()
    assert found["sign_in_counted"] == 1
    assert found.get("signed_in_time", 0) == in_time


@pytest.mark.parametrize(("before", "counted"), [(SECOND, 0), (dt.timedelta(0), 1)])
def test_an_unsigned_dispatch_counts_once_its_limit_has_run_out(
    dispatch_of: Make,
    counts: Make,
    recounted: Make,
    differences: Make,
    before: dt.timedelta,
    counted: int,
) -> None:
    dispatch = dispatch_of()
    recounted(dispatch.dispatched_at + 6 * HOUR - before)
    found = counts()
    assert found.get("sign_in_counted", 0) == counted
    assert found.get("hand_over_counted", 0) == counted
    assert "signed_in_time" not in found
    assert not differences()


@pytest.mark.parametrize(("after", "in_time"), [(6 * HOUR, 1), (6 * HOUR + SECOND, 0)])
@pytest.mark.clause("smx-hotline-assessment-annex/2.1.2", "smx-hotline-assessment-annex/2.1.2.a")
def test_handed_over_in_time_counts_from_the_actual_signing(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, after: dt.timedelta, in_time: int
) -> None:
    dispatch = dispatch_of()
    signed = monday + 10 * MINUTE
    office.sign(dispatch, signed)
    office.hand_over(dispatch, signed + after)
    found = counts()
    assert found["hand_over_counted"] == found["hand_over_counted_kept"] == 1
    assert found.get("handed_over_in_time", 0) == in_time


@pytest.mark.parametrize(("after", "in_time"), [(24 * HOUR, 1), (24 * HOUR + SECOND, 0)])
@pytest.mark.clause("smx-hotline-assessment-annex/2.1.3")
def test_a_return_is_in_time_within_24_hours_of_signing_whatever_the_platform_says(
    dispatch_of: Make,
    office: Any,
    counts: Make,
    bodies: Any,
    monday: dt.datetime,
    after: dt.timedelta,
    in_time: int,
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.back(dispatch, monday + HOUR + after, other=bodies["zhujian"])
    found = counts()
    assert found["returned"] == 1
    assert found.get("returned_in_time", 0) == in_time
    assert "wrong_returned" not in found


@pytest.mark.clause("smx-hotline-assessment-annex/2.1.4", "smx-hotline-assessment-annex/2.1.4.a")
def test_a_rejected_return_is_wrong_while_the_unit_holds_the_order_and_when_it_closes_it(
    dispatch_of: Make, office: Any, counts: Make, bodies: Any, monday: dt.datetime, differences: Make
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.back(dispatch, monday + 2 * HOUR, other=bodies["zhujian"], accepted=False)
    assert counts()["wrong_returned"] == 1
    office.hand_over(dispatch, monday + 3 * HOUR)
    office.reply(dispatch, monday + 4 * HOUR)
    office.passed(dispatch, monday + 5 * HOUR)
    assert counts()["wrong_returned"] == 1
    assert not differences()


@pytest.mark.clause("smx-hotline-assessment-annex/2.1.4.a")
def test_a_return_was_right_after_all_when_another_unit_closes_the_order(
    dispatch_of: Make, office: Any, counts: Make, bodies: Any, monday: dt.datetime, differences: Make
) -> None:
    first = dispatch_of()
    office.sign(first, monday + HOUR)
    office.back(first, monday + 2 * HOUR, other=bodies["zhujian"], accepted=True)
    request = first.request
    request.matter.refresh_from_db()
    again = dispatch_of(request=request, at=monday + 3 * HOUR)
    assert counts()["wrong_returned"] == 1, "sent to the unit twice, and the unit holds it"
    office.sign(again, monday + 4 * HOUR)
    office.back(again, monday + 5 * HOUR, other=bodies["zhujian"], accepted=True)
    request.matter.refresh_from_db()
    other = dispatch_of("zhujian", request=request, at=monday + 6 * HOUR)
    assert "wrong_returned" not in counts(), "nobody closed it, and another unit holds it"
    office.through(other, monday + 7 * HOUR)
    found = counts()
    assert found["returned"] == 2
    assert "wrong_returned" not in found
    assert counts("zhujian")["closed_on_time"] == 1
    assert not differences()


@pytest.mark.clause("smx-hotline-assessment-annex/2.2.1", "smx-hotline-assessment-annex/3.1.1")
def test_closing_is_judged_by_when_the_reply_that_passed_was_sent(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, at: Make, recounted: Make
) -> None:
    in_time, late = dispatch_of(), dispatch_of()
    office.through(in_time, monday + HOUR, replied=at("2017-10-16 18:00"))
    office.through(late, monday + HOUR, replied=at("2017-10-16 18:00") + SECOND)
    found = counts()
    assert found["closed_counted"] == 2
    assert found["closed_on_time"] == 1
    assert found["overdue_tickets"] == 1
    assert "overdue_open" not in found


@pytest.mark.clause("smx-hotline-assessment-annex/0.b", "smx-hotline-assessment-annex/2.2.1")
def test_what_is_closed_in_a_later_month_counts_in_both_and_once_in_the_year(
    dispatch_of: Make,
    office: Any,
    counts: Make,
    monday: dt.datetime,
    at: Make,
    recounted: Make,
    differences: Make,
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    recounted(at("2017-10-16 17:59"))
    assert "overdue_open" not in counts()
    recounted(at("2017-10-16 18:00"))
    assert counts()["overdue_open"] == counts()["overdue_tickets"] == 1
    office.hand_over(dispatch, at("2017-11-02 09:00"))
    office.reply(dispatch, at("2017-11-02 10:00"))
    office.passed(dispatch, at("2017-11-02 11:00"))
    october, november, year = counts(), counts(period="2017-11"), counts(period="2017")
    assert (october["overdue_open"], october.get("closed_counted", 0)) == (1, 0)
    assert (november.get("overdue_open", 0), november["closed_counted"]) == (0, 1)
    assert (year.get("overdue_open", 0), year["closed_counted"]) == (0, 1)
    assert october["overdue_tickets"] == year["overdue_tickets"] == 1
    assert "overdue_tickets" not in november
    assert not differences()


def test_a_reply_sent_in_time_that_awaits_its_review_is_neither_closed_nor_overdue(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, at: Make, recounted: Make
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.hand_over(dispatch, monday + 2 * HOUR)
    office.reply(dispatch, monday + 3 * HOUR)
    recounted(at("2017-10-20 09:00"))
    assert "closed_counted" not in counts()
    assert "overdue_open" not in counts()
    office.passed(dispatch, at("2017-10-20 10:00"))
    assert counts()["closed_on_time"] == 1


def test_a_redone_reply_is_judged_by_its_own_three_days(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, at: Make
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.hand_over(dispatch, monday + 2 * HOUR)
    office.reply(dispatch, at("2017-10-16 17:00"))
    office.redo(dispatch, at("2017-10-17 09:00"))
    office.reply(dispatch, at("2017-10-20 18:00"))
    office.passed(dispatch, at("2017-10-20 18:30"))
    assert counts()["closed_on_time"] == 1


def test_a_second_failed_review_makes_it_overdue_at_once(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, at: Make, differences: Make
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.hand_over(dispatch, monday + 2 * HOUR)
    for day in ("10", "11"):
        office.reply(dispatch, at(f"2017-10-{day} 10:00"))
        office.redo(dispatch, at(f"2017-10-{day} 11:00"))
    assert counts()["overdue_open"] == counts()["overdue_tickets"] == 1
    office.reply(dispatch, at("2017-10-12 10:00"))
    office.passed(dispatch, at("2017-10-12 11:00"))
    found = counts()
    assert found["closed_counted"] == found["overdue_tickets"] == 1
    assert "closed_on_time" not in found
    assert "overdue_open" not in found
    assert not differences()


def test_what_the_platform_recalls_of_its_own_accord_is_no_return_and_owes_nothing(
    dispatch_of: Make, counts: Make, monday: dt.datetime, actor: Make, recounted: Make, at: Make
) -> None:
    from luoshi.hotline.services import dispatch_recall

    dispatch = dispatch_of()
    dispatch_recall(dispatch=dispatch, reason="派错", actor=actor("dispatcher"), at=monday + HOUR)
    recounted(at("2017-11-20 09:00"))
    assert counts() == {"dispatched_any": 1}


@pytest.mark.clause("smx-hotline-assessment-annex/3.3", "smx-hotline-assessment-annex/4.2.1")
@pytest.mark.parametrize("late", [False, True])
def test_a_leaders_instruction_counts_on_its_own(
    dispatch_of: Make,
    office: Any,
    counts: Make,
    monday: dt.datetime,
    at: Make,
    command: Any,
    late: bool,
) -> None:
    from luoshi.hotline.services import leader_instruct

    dispatch = dispatch_of()
    leader_instruct(
        request=dispatch.request, level="city", leader="某市长", instruction="请抓紧办理", actor=command, at=monday + HOUR
    )  # fmt: skip
    office.through(
        dispatch, monday + 2 * HOUR, replied=at("2017-10-16 18:00") + (SECOND if late else 0 * SECOND)
    )
    found = counts()
    assert found.get("leader_instructions_on_time", 0) == (not late)
    assert found.get("leader_instructions_overdue", 0) == late
    assert "overdue_tickets" not in found


@pytest.mark.clause("smx-hotline-assessment/4.2.1.2.a")
def test_the_preliminary_opinion_has_its_working_day_and_no_part_in_the_score(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, liaison: Any, at: Make
) -> None:
    from luoshi.hotline.services import dispatch_preliminary
    from luoshi.ledger.models import Obligation

    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.hand_over(dispatch, monday + 2 * HOUR)
    assert counts()["handed_over_in_time"] == 1
    dispatch_preliminary(dispatch=dispatch, opinion="拟更换灯具", actor=liaison, at=at("2017-10-10 18:00"))
    owed = Obligation.objects.get(matter=dispatch.matter, rule="hotline.preliminary")
    assert (owed.due_at, owed.state) == (at("2017-10-10 18:00"), "met")
    assert counts()["handed_over_in_time"] == 1


@pytest.mark.parametrize(("after", "failed"), [(6 * HOUR, 0), (6 * HOUR + SECOND, 1)])
@pytest.mark.parametrize("urgency", ["urgent", "routine"])
@pytest.mark.clause("smx-hotline-assessment-annex/2.1.1.a")
def test_not_signed_within_four_working_hours_is_failing_urgent_or_not(
    dispatch_of: Make,
    office: Any,
    counts: Make,
    recounted: Make,
    urgency: str,
    after: dt.timedelta,
    failed: int,
) -> None:
    signed, open_ = dispatch_of(urgency=urgency), dispatch_of("zhujian", urgency=urgency)
    office.sign(signed, signed.dispatched_at + after)
    recounted(open_.dispatched_at + after - SECOND)
    assert counts().get("sign_in_failed", 0) == failed
    assert counts("zhujian").get("sign_in_failed", 0) == failed


@pytest.mark.clause("smx-hotline-assessment/4", "smx-hotline-assessment/annex")
def test_a_live_sheet_has_the_three_parts_and_every_item_of_the_annex(
    dispatch_of: Make, monday: dt.datetime
) -> None:
    from luoshi.assessment.selectors.live import live
    from luoshi.engines.assessment import Period

    dispatch_of()
    sheet = live(Period.parse("2017-10"), now=monday).sheet
    score = sheet.unit("chengguan")
    parts = {item.id: item.part for item in sheet.scheme.items}
    assert parts == {"1": "base", "2": "regular", "3": "deduction", "4": "bonus"}
    assert (
        score.total
        == score.parts["base"] + score.parts["regular"] + score.parts["bonus"] - score.parts["deduction"]
    )
    items = {line.item.id for line in score.lines}
    annex = {
        "1.1", "1.2", "1.3", "2.1.1", "2.1.2", "2.1.3", "2.1.4", "2.2.1", "2.3.1", "2.3.2", "2.3.3", "2.4.1", "2.4.2",
        "2.4.3", "2.4.4", "3.1.1", "3.1.2", "3.1.3", "3.2.1", "3.2.2", "3.3", "3.4", "3.5", "3.6.a", "3.6.b", "3.7",
        "4.1.1", "4.1.2", "4.1.3", "4.2.1", "4.2.2", "4.3.1", "4.3.2", "4.4",
    }  # fmt: skip
    assert annex <= items
