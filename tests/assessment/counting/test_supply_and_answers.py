"""Direct answers, voluntary tickets, and what units supply to the knowledge base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)
Make = Callable[..., Any]


@pytest.mark.parametrize(("kind", "counted"), [("consultation", 1), ("announcement", 0)])
@pytest.mark.parametrize("means", ["three_way", "transfer"])
@pytest.mark.clause("smx-hotline-assessment/4.2.4.4", "smx-hotline-assessment-annex/2.4.4")
def test_a_consultation_answered_in_a_call_counts_to_the_unit_that_took_it(
    request_of: Make,
    counts: Make,
    bodies: Any,
    agent: Any,
    monday: dt.datetime,
    differences: Make,
    means: str,
    kind: str,
    counted: int,
) -> None:
    from luoshi.hotline.services import request_answer, request_connect

    request = request_of(kind=kind)
    body = bodies["jiaoyu"]
    request_connect(
        request=request, kind=means, body=body, to="值班室", connected=True, actor=agent, at=monday
    )
    request_answer(request=request, means=means, answer="按规定办理。", body=body, actor=agent, at=monday)
    assert counts("jiaoyu").get("direct_answered_consultations", 0) == counted
    assert not differences()


@pytest.mark.clause("smx-hotline-assessment-annex/2.4.4")
def test_a_dispatched_consultation_counts_beside_the_answered_ones(dispatch_of: Make, counts: Make) -> None:
    dispatch_of(kind="consultation")
    dispatch_of(kind="help")
    assert counts()["dispatched_consultations"] == 1


@pytest.fixture
def claimed(
    dispatch_of: Make, office: Any, bodies: Any, monday: dt.datetime, actor: Make, dispatcher: Any
) -> Any:
    """A request that zhujian returned rightly and chengguan took of its own accord."""
    from luoshi.hotline.services import request_claim, request_offer

    first = dispatch_of("zhujian")
    office.sign(first, monday + HOUR)
    office.back(first, monday + 2 * HOUR, other=bodies["jiaoyu"], accepted=True)
    request = first.request
    request.matter.refresh_from_db()
    request_offer(
        request=request, reason="理由成立", unsuitable="不宜指定", acceptable=True, actor=dispatcher, at=monday + 3 * HOUR
    )  # fmt: skip
    return request_claim(request=request, actor=actor("liaison", "chengguan"), at=monday + 4 * HOUR)


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2")
def test_a_claimed_ticket_counts_at_once_and_no_more_when_it_is_returned(
    claimed: Any, office: Any, counts: Make, bodies: Any, monday: dt.datetime
) -> None:
    assert counts()["claimed_tickets"] == 1
    office.sign(claimed, monday + 5 * HOUR)
    office.back(claimed, monday + 6 * HOUR, other=bodies["jiaoyu"], accepted=True)
    assert "claimed_tickets" not in counts()


def ask(bodies: Any, actor: Make, at: dt.datetime, form: str, cases: list[str], due: dt.datetime) -> Any:
    from luoshi.knowledge.services import request_open

    return request_open(
        body=bodies["chengguan"], form=form, subject="停水怎么办", due_at=due, cases=cases,
        actor=actor("platform_leader"), at=at,
    )  # fmt: skip


def deliver(asked: Any, actor: Make, at: dt.datetime) -> Any:
    from luoshi.knowledge import rules
    from luoshi.knowledge.services import request_deliver

    return request_deliver(
        request=asked, question="怎么办?", content={field.key: "按规定办理" for field in rules.fields(asked.form, at)},
        actor=actor("liaison", "chengguan"), at=at,
    )  # fmt: skip


@pytest.mark.parametrize(("after", "in_time"), [(0 * SECOND, 1), (SECOND, 0)])
@pytest.mark.clause("smx-hotline-assessment-annex/2.4.2")
def test_an_emergency_script_counts_on_its_due_day_and_as_supplied_only_in_time(
    request_of: Make,
    bodies: Any,
    actor: Make,
    counts: Make,
    monday: dt.datetime,
    differences: Make,
    after: dt.timedelta,
    in_time: int,
) -> None:
    cases = [request_of().matter.number for _ in range(10)]
    due = monday + 30 * DAY
    asked = ask(bodies, actor, monday + HOUR, "script", cases, due)
    assert counts() == {}
    assert counts(period="2017-11") == {"emergency_requested": 1}
    deliver(asked, actor, due + after)
    assert counts(period="2017-11").get("emergency_submitted", 0) == in_time
    assert not differences()


@pytest.mark.clause("smx-hotline-assessment-annex/2.4.3")
def test_a_basic_entry_counts_whenever_it_comes_and_errors_cost_their_points_on_their_day(
    bodies: Any, actor: Make, counts: Make, monday: dt.datetime, differences: Make
) -> None:
    from luoshi.knowledge.services import entry_correct

    asked = ask(bodies, actor, monday, "basic", [], monday + DAY)
    entry = deliver(asked, actor, monday + 3 * DAY)
    assert counts() == {"due_total": 1, "complete_submitted": 1}
    for day, points in ((4, "0.50"), (5, "0.25"), (30, "1.00")):
        entry_correct(
            entry=entry, what="电话有误", points=Decimal(points), actor=actor("platform_leader"), at=monday + day * DAY
        )  # fmt: skip
    assert counts()["correction_deduction"] == Decimal("0.75")
    assert counts(period="2017-11")["correction_deduction"] == 1
    assert not differences()


def test_a_cancelled_request_for_an_entry_counts_for_nothing(
    bodies: Any, actor: Make, counts: Make, monday: dt.datetime
) -> None:
    from luoshi.knowledge.services import request_cancel

    asked = ask(bodies, actor, monday, "basic", [], monday + DAY)
    request_cancel(request=asked, reason="不再需要", actor=actor("platform_leader"), at=monday + HOUR)
    assert counts() == {}


@pytest.mark.clause("smx-hotline-assessment/4.2.4.3")
def test_what_is_incomplete_cannot_be_delivered_and_counts_as_owed(
    bodies: Any, actor: Make, counts: Make, monday: dt.datetime
) -> None:
    from luoshi.knowledge import rules
    from luoshi.knowledge.services import request_deliver
    from luoshi.ledger.errors import Incomplete

    asked = ask(bodies, actor, monday, "basic", [], monday + DAY)
    first, *_ = [field.key for field in rules.fields("basic", monday) if field.required]
    content = {field.key: "按规定办理" for field in rules.fields("basic", monday)} | {first: ""}
    with pytest.raises(Incomplete):
        request_deliver(
            request=asked, question="怎么办?", content=content, actor=actor("liaison", "chengguan"), at=monday + HOUR
        )  # fmt: skip
    assert counts() == {"due_total": 1}
