"""The follower itself: what a write costs, what verification finds, rebuilding, the worker, the matters behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from luoshi.assessment.counting import rows as stored_rows
from luoshi.assessment.counting.follower import count_afresh
from luoshi.assessment.models import Standing
from luoshi.assessment.selectors.live import counted_until, live, matters_behind
from luoshi.assessment.services import rebuilding
from luoshi.assessment.services.recount import recount
from luoshi.engines.assessment import Period
from luoshi.ledger import followers
from luoshi.ledger.models import Tally, door

pytestmark = pytest.mark.django_db
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
OCTOBER = Period.parse("2017-10")
Make = Callable[..., Any]


def test_a_step_costs_at_most_four_statements_more(
    dispatch_of: Make, office: Any, monday: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    known = followers.all_followers()
    for listening in (True, False):
        monkeypatch.setattr(followers, "_followers", list(known) if listening else [])
        dispatch = dispatch_of()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            office.sign(dispatch, monday + HOUR)
        told.append(len(asked))
    assert told[0] - told[1] <= 4


def test_an_event_that_changes_no_count_costs_nothing_and_rewrites_nothing(
    dispatch_of: Make, office: Any, monday: dt.datetime, handler: Any, recounted: Make
) -> None:
    from luoshi.hotline.services import dispatch_contact

    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    before = Standing.objects.filter(pk=dispatch.pk).values().get()
    with CaptureQueriesContext(connection) as asked:
        dispatch_contact(dispatch=dispatch, note="已联系", actor=handler, at=monday + 2 * HOUR)
    assert not [query for query in asked if "assessment_" in query["sql"]]
    recounted(monday + 2 * HOUR)
    assert Standing.objects.filter(pk=dispatch.pk).values().get() == before


def test_the_league_takes_as_many_queries_for_many_requests_as_for_one(
    dispatch_of: Make, monday: dt.datetime, django_assert_num_queries: Any
) -> None:
    for number in (1, 5):
        for _ in range(number):
            dispatch_of()
        with django_assert_num_queries(1):
            live(OCTOBER, now=monday)


@pytest.mark.parametrize("what", ["count", "charge", "facts", "tally", "gone", "extra"])
def test_verification_finds_what_somebody_changed(
    dispatch_of: Make, office: Any, monday: dt.datetime, recounted: Make, differences: Make, what: str
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    recounted(monday + 10 * DAY)
    assert not differences()
    row = Standing.objects.get(pk=dispatch.pk)
    with door():
        if what == "count":
            Standing.objects.filter(pk=row.pk).update(counts=row.counts[1:])
        elif what == "charge":
            Standing.objects.filter(pk=row.pk).update(
                charges=[{**one, "k": ["month"]} for one in row.charges]
            )
        elif what == "facts":
            Standing.objects.filter(pk=row.pk).update(
                facts={**row.facts, "signed": row.facts["signed"] - 3600}
            )
        elif what == "gone":
            row.delete()
        elif what == "extra":
            Standing.objects.create(
                matter=dispatch.request.matter, jurisdiction=row.jurisdiction, kind="hotline.request", counted_at=monday
            )  # fmt: skip
        else:
            Tally.objects.filter(metric="score:signed_in_time").update(count=2)
    found = differences()
    assert found
    assert all(one.startswith("score:") for one in found)


def test_scores_are_rebuilt_from_the_events_and_building_can_be_resumed(
    dispatch_of: Make,
    office: Any,
    monday: dt.datetime,
    at: Make,
    differences: Make,
    counts: Make,
    capsys: Any,
) -> None:
    dispatches = [dispatch_of() for _ in range(3)]
    for dispatch in dispatches[:2]:
        office.through(dispatch, monday + HOUR)
    office.fed_back(dispatches[0].request, monday + 5 * HOUR)
    office.called(dispatches[0].request, monday + 6 * HOUR, (True, "satisfied", "satisfied"))
    recount(now=at("2018-01-01 09:00"))
    before = counts()
    call_command("rebuild_scores", "--afresh")
    assert counts() == before
    assert not differences()
    call_command("rebuild_scores", "--after", str(dispatches[1].pk))
    assert counts() == before
    assert not differences()
    assert "--after" in capsys.readouterr().out


def test_a_rebuilding_that_is_cut_off_leaves_nothing_half_counted(
    dispatch_of: Make,
    office: Any,
    monday: dt.datetime,
    differences: Make,
    counts: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for dispatch in [dispatch_of() for _ in range(3)]:
        office.sign(dispatch, monday + HOUR)
    before, known = counts(), Standing.objects.count()
    rebuilding.scores_forget()
    monkeypatch.setattr(rebuilding, "CHUNK", 4)
    left = iter([True] * 5)

    def counted(*args: Any) -> bool:
        if not next(left, False):
            raise KeyboardInterrupt
        return count_afresh(*args)

    monkeypatch.setattr(rebuilding, "count_afresh", counted)
    told: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        told += [last for last, _ in rebuilding.scores_build(now=monday + HOUR)]
    assert 0 < Standing.objects.count() <= 4
    monkeypatch.setattr(rebuilding, "count_afresh", count_afresh)
    half = Standing.objects.order_by("pk").values_list("pk", flat=True)
    told = [last for last, _ in rebuilding.scores_build(now=monday + HOUR, after=max(half))]
    assert len(told) > 0
    assert (counts(), Standing.objects.count()) == (before, known)
    assert not differences()


def test_matters_that_collide_with_people_at_work_are_counted_one_by_one(
    dispatch_of: Make, office: Any, monday: dt.datetime, counts: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(*args: Any) -> int:
        raise OperationalError("deadlock detected")

    office.sign(dispatch_of(), monday + HOUR)
    before = counts()
    rebuilding.scores_forget()
    monkeypatch.setattr(rebuilding, "_together", collide)
    assert list(rebuilding.scores_build(now=monday + HOUR))
    assert counts() == before


def test_a_matter_older_than_the_counting_is_counted_with_its_next_event(
    dispatch_of: Make, office: Any, monday: dt.datetime, counts: Make, differences: Make
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    with door():
        Standing.objects.all().delete()
        Tally.objects.filter(metric__startswith="score").delete()
    office.hand_over(dispatch, monday + 2 * HOUR)
    assert counts()["signed_in_time"] == counts()["handed_over_in_time"] == 1
    assert not differences()


def test_one_matter_that_cannot_be_counted_keeps_no_other_back(
    dispatch_of: Make, at: Make, counts: Make, caplog: Any
) -> None:
    broken, good = dispatch_of("zhujian"), dispatch_of()
    with door():
        Standing.objects.filter(pk=broken.pk).update(facts={"dispatched": "neither a time nor anything"})
    assert recount(now=at("2017-10-20 09:00")) == 1
    assert counts()["overdue_open"] == 1
    assert "cannot" in caplog.text or "could not" in caplog.text
    assert Standing.objects.get(pk=good.pk).changes_at is None


def test_a_page_says_up_to_when_limits_are_counted(dispatch_of: Make, monday: dt.datetime, at: Make) -> None:
    dispatch_of()
    due = at("2017-10-09 15:05")
    assert counted_until(now=due - SECOND) == due - SECOND
    assert counted_until(now=due + HOUR) == due
    recount(now=due + HOUR)
    assert counted_until(now=due + HOUR) == due + HOUR


def test_the_matters_behind_a_count_come_in_pages_and_add_up_to_it(
    dispatch_of: Make, office: Any, bodies: Any, counts: Make, monday: dt.datetime, recounted: Make, at: Make
) -> None:
    dispatches = [dispatch_of() for _ in range(5)]
    for dispatch in dispatches[:3]:
        office.through(dispatch, monday + HOUR)
    recounted(at("2017-11-06 09:00"))
    body = bodies["chengguan"]
    for count, number in counts().items():
        page = matters_behind(body, count, OCTOBER)
        assert sum(item.amount for item in page.items) == number, count
    first = matters_behind(body, "closed_on_time", OCTOBER, size=2)
    second = matters_behind(body, "closed_on_time", OCTOBER, size=2, after=first.next)
    found = [item.matter_id for item in (*first.items, *second.items)]
    assert found == sorted((one.pk for one in dispatches[:3]), reverse=True)
    assert not matters_behind(bodies["zhujian"], "closed_on_time", OCTOBER).items
    assert not matters_behind(body, "closed_on_time", Period.parse("2017-11")).items


@pytest.mark.clause("smx-hotline-assessment-annex/3.a")
def test_on_one_order_the_dearest_charge_counts_once_in_each_kind_of_period(
    dispatch_of: Make, office: Any, bodies: Any, counts: Make, monday: dt.datetime, recounted: Make, at: Make
) -> None:
    """Two overdue dispatches of one order to one unit, in two months: each month one, the year one."""
    first = dispatch_of()
    office.sign(first, monday + HOUR)
    charges = {
        1: [{"n": "overdue_tickets", "d": "2017-10-16", "b": 1, "o": 7, "t": 1, "k": []}],
        2: [
            {"n": "leader_instructions_overdue", "d": "2017-11-16", "b": 1, "o": 7, "t": 1, "k": []},
            {"n": "overdue_tickets", "d": "2017-11-17", "b": 1, "o": 7, "t": 1, "k": []},
            {"n": "fraud_findings", "d": "2018-01-17", "b": 1, "o": 7, "t": 1, "k": []},
        ],
        3: [{"n": "duty_phone_failures", "d": "2017-11-16", "b": 1, "o": 0, "t": 3, "k": []}],
    }
    from luoshi.ledger import rules

    stored_rows.settle_rows(charges, rules.current())
    assert charges[1][0]["k"] == ["month"]
    assert [one["k"] for one in charges[2]] == [["month", "quarter", "year"], [], ["year"]]
    assert charges[3][0]["k"] == ["month", "quarter", "year"]
    moves = stored_rows.moves_of([], charges[3])
    assert moves["score.year:duty_phone_failures", 1, dt.date(2017, 1, 1)] == 3
