"""Call-backs: the citizen's word, the second one after a dissatisfied first, lead and assisting units alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
Make = Callable[..., Any]


@pytest.fixture
def closed(dispatch_of: Make, office: Any, monday: dt.datetime) -> Make:
    """closed(late=…): a dispatch closed and its request given back."""

    def make(*, late: bool = False, **how: Any) -> Any:
        dispatch = dispatch_of(**how)
        replied = monday + 10 * DAY if late else monday + 3 * HOUR
        office.through(dispatch, monday + HOUR, replied=replied)
        office.fed_back(dispatch.request, replied + HOUR)
        return dispatch

    return make


@pytest.mark.parametrize("word", ["satisfied", "basically", "dissatisfied"])
@pytest.mark.clause(
    "smx-hotline-assessment-annex/2.3.1", "smx-hotline-assessment-annex/2.3.1.a",
    "smx-hotline-assessment-annex/2.3.2", "smx-hotline-assessment-annex/4.2.2",
    "smx-hotline-assessment/4.2.3.2", "smx-hotline-assessment/4.2.3.3",
)  # fmt: skip
def test_the_citizen_s_word_counts(
    closed: Make, office: Any, counts: Make, monday: dt.datetime, word: str
) -> None:
    dispatch = closed()
    office.called(dispatch.request, monday + 6 * HOUR, (word != "dissatisfied", word, word))
    found = counts()
    assert found[f"conduct_{word}"] == found[f"result_{word}"] == 1
    assert found["conduct_callbacks"] == found["result_callbacks"] == found["contact_callbacks"] == 1
    assert found.get("contacted_in_time", 0) == (word != "dissatisfied")
    assert found.get("not_contacted_in_time", 0) == (word == "dissatisfied")
    bonus = {"satisfied": "on_time_satisfied", "basically": "on_time_basically_satisfied"}.get(word)
    assert [name for name in found if name.startswith("on_time")] == ([bonus] if bonus else [])


@pytest.mark.clause("smx-hotline-assessment-annex/4.2.2")
def test_a_satisfied_citizen_of_a_late_dispatch_earns_no_bonus(
    closed: Make, office: Any, counts: Make, monday: dt.datetime
) -> None:
    dispatch = closed(late=True)
    office.called(dispatch.request, monday + 11 * DAY, (True, "satisfied", "satisfied"))
    found = counts()
    assert found["result_satisfied"] == 1
    assert "on_time_satisfied" not in found


@pytest.mark.parametrize(
    ("late", "again", "counted"),
    [
        (False, "satisfied", "satisfied"),
        (False, "basically", "dissatisfied"),
        (False, "dissatisfied", "dissatisfied"),
        (True, "satisfied", "dissatisfied"),
    ],
)
@pytest.mark.clause("smx-hotline-assessment/4.2.3.a", "smx-hotline-assessment-annex/2.3.3")
def test_a_second_call_back_mends_the_result_alone_and_only_within_the_limit(
    closed: Make,
    office: Any,
    counts: Make,
    monday: dt.datetime,
    differences: Make,
    late: bool,
    again: str,
    counted: str,
) -> None:
    from luoshi.hotline.models import Callback

    dispatch = closed(late=late)
    first = monday + 12 * DAY
    office.called(dispatch.request, first, (False, "dissatisfied", "dissatisfied"))
    office.called(dispatch.request, monday + 30 * DAY, (True, "satisfied", again))
    found = counts()
    assert found[f"result_{counted}"] == found["result_callbacks"] == 1
    assert found["conduct_dissatisfied"] == found["not_contacted_in_time"] == 1
    assert found["conduct_callbacks"] == 1
    assert not counts(period="2017-11"), "one order counts once, in the period of its first call-back"
    assert Callback.objects.filter(request=dispatch.request).count() == 2, "both are kept"
    assert not differences()


def test_what_was_said_of_one_unit_counts_for_it_alone(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime
) -> None:
    from luoshi.hotline.models import Dispatch
    from luoshi.hotline.services import Grade

    mine = dispatch_of(role="parallel")
    other = Dispatch.objects.exclude(pk=mine.pk).get(request=mine.request)
    for dispatch in (mine, other):
        office.through(dispatch, monday + HOUR)
    office.fed_back(mine.request, monday + 5 * HOUR)
    office.called(mine.request, monday + 6 * HOUR, Grade(True, "satisfied", "satisfied", mine))
    assert counts()["result_satisfied"] == 1
    assert "result_callbacks" not in counts("zhujian")


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.1", "smx-hotline-assessment-annex/4.3.1.b")
def test_lead_and_assisting_unit_share_the_result_and_not_the_process(
    dispatch_of: Make, office: Any, counts: Make, monday: dt.datetime, recounted: Make, differences: Make
) -> None:
    """The lead signs in time and closes late; the unit that assists signs late and answered long before."""
    from luoshi.hotline.models import Dispatch

    lead = dispatch_of(role="lead")
    assisting = Dispatch.objects.exclude(pk=lead.pk).get(request=lead.request)
    late = monday + 14 * DAY
    office.through(assisting, monday + 8 * HOUR, replied=monday + 9 * HOUR)
    office.through(lead, monday + HOUR, replied=late)
    office.fed_back(lead.request, late + HOUR)
    office.called(lead.request, late + 2 * HOUR, (True, "basically", "basically"))
    mine, theirs = counts(), counts("zhujian")
    for name in ("closed_counted", "overdue_tickets", "result_basically", "conduct_basically"):
        assert mine[name] == theirs[name] == 1, name
    assert "closed_on_time" not in mine | theirs
    assert (mine["signed_in_time"], theirs.get("signed_in_time", 0)) == (1, 0)
    assert (mine["lead_closed"], theirs["assisting_closed"]) == (1, 1)
    assert not differences()


def test_events_of_old_name_nobody_where_they_tell_several_grades() -> None:
    """Before the events named the dispatches, grades came in the order of the dispatches."""
    from luoshi.assessment.counting.dispatch import _about
    from luoshi.assessment.counting.tracker import Member

    facts = {"returns": []}
    family = [
        Member(5, "hotline.dispatch", 1, 4, facts | {"recalled": 9}),
        Member(6, "hotline.dispatch", 1, 4, facts),
        Member(7, "hotline.dispatch", 2, 4, facts),
    ]
    grades = [{"of": None, "result": "satisfied"}, {"of": None, "result": "basically"}]
    assert [_about(pk, grades, family) for pk in (5, 6, 7)] == [None, *grades]
    assert _about(7, grades[:1], family) == grades[0]


def test_a_call_that_nobody_answers_counts_in_no_rate(
    closed: Make, counts: Make, monday: dt.datetime, actor: Make
) -> None:
    from luoshi.hotline.services import callback_give_up, callback_try
    from luoshi.ledger import rules

    dispatch = closed()
    tries = int(rules.current().setting("hotline.callback_scope", monday.date())["attempts"])
    for number in range(tries):
        callback_try(request=dispatch.request, actor=actor("callback"), at=monday + (4 + number) * HOUR)
    callback_give_up(request=dispatch.request, actor=actor("callback"), at=monday + DAY)
    assert not [name for name in counts() if name.endswith("callbacks")]


@pytest.mark.clause("smx-hotline-assessment/4.2.3.2", "smx-hotline-assessment/4.2.3.3")
@pytest.mark.parametrize("field", ["conduct", "result"])
def test_there_are_three_grades_and_no_others(
    closed: Make, office: Any, monday: dt.datetime, field: str
) -> None:
    from luoshi.ledger.errors import Incomplete

    words = {"conduct": "satisfied", "result": "satisfied"} | {field: "excellent"}
    with pytest.raises(Incomplete) as refused:
        office.called(closed().request, monday + 6 * HOUR, (True, words["conduct"], words["result"]))
    assert refused.value.field == field


@pytest.mark.parametrize(("after", "met"), [(24 * HOUR, True), (24 * HOUR + SECOND, False)])
@pytest.mark.parametrize("said", [True, False])
@pytest.mark.clause("smx-hotline-assessment/4.2.3.1", "smx-hotline-assessment-annex/2.3.1.b")
def test_contact_is_owed_24_hours_from_handing_over_and_the_citizen_s_word_decides_the_score(
    dispatch_of: Make,
    office: Any,
    counts: Make,
    monday: dt.datetime,
    handler: Any,
    after: dt.timedelta,
    met: bool,
    said: bool,
) -> None:
    from luoshi.hotline.services import dispatch_contact
    from luoshi.ledger.models import Obligation

    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.hand_over(dispatch, monday + 4 * HOUR)
    dispatch_contact(dispatch=dispatch, note="已联系", actor=handler, at=monday + 4 * HOUR + after)
    owed = Obligation.objects.get(matter=dispatch.matter, rule="hotline.contact_after_handover")
    assert (owed.due_at, owed.state) == (monday + 28 * HOUR, "met" if met else "late")
    office.reply(dispatch, monday + 30 * HOUR)
    office.passed(dispatch, monday + 31 * HOUR)
    office.fed_back(dispatch.request, monday + 32 * HOUR)
    office.called(dispatch.request, monday + 33 * HOUR, (said, "satisfied", "satisfied"))
    assert counts().get("contacted_in_time", 0) == said
    assert counts().get("not_contacted_in_time", 0) == (not said)
