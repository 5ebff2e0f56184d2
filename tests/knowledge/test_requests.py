"""Scripts and basic entries on request: occasion, content, time, counts, the obligation."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.knowledge import services
from luoshi.knowledge.models import Entry, SupplyRequest
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation

from .conftest import BASIC, NOW, SCRIPT

pytestmark = pytest.mark.django_db
DUE = NOW.replace(day=17, hour=18, minute=0)
SECOND = dt.timedelta(seconds=1)


def deliver(request, actor=SYSTEM, at=DUE, **changes):
    values = {"question": "暖气什么时候能恢复？", "content": SCRIPT, **changes}
    return services.request_deliver(request=request, actor=actor, at=at, **values)


def owed(request):
    return Obligation.objects.get(matter_id=request.pk)


@pytest.mark.clause("smx-hotline-assessment/4.2.4.2")
def test_a_script_asked_for_after_repeated_requests_is_delivered_with_its_basis_and_counted(
    new_request, case_numbers, bodies, at
):
    """Too few within the rolling month: no request. Enough: script and basis by the time set, in time or late."""
    recent, old = case_numbers(2), case_numbers(1, at=at("2017-09-16 09:29"))
    with pytest.raises(Incomplete):
        new_request(cases=recent + old)
    first, second = (new_request(cases=recent + case_numbers(1)) for _ in range(2))
    assert owed(first).due_at == DUE
    with pytest.raises(Incomplete):
        deliver(first, content={**SCRIPT, "basis": ""})
    deliver(first, at=DUE)
    deliver(second, at=DUE + SECOND)
    assert (owed(first).state, owed(second).state) == ("met", "late")


def test_a_request_puts_the_unit_under_an_obligation_until_the_time_written_in_it(new_request, bodies):
    obligation = owed(new_request())
    assert (obligation.rule, obligation.body_id) == ("knowledge.script", bodies["reli"].pk)
    assert (obligation.due_at, obligation.state) == (DUE, "open")


@pytest.mark.parametrize(
    ("moment", "state", "in_time"), [(DUE, "met", True), (DUE + SECOND, "late", False)], ids=["at", "after"]
)
def test_a_script_delivered_at_the_very_second_is_in_time_and_one_later_is_late(
    new_request, moment, state, in_time
):
    request = new_request()
    entry = deliver(request, at=moment)
    request.refresh_from_db()
    assert owed(request).state == state
    assert (request.on_time, request.entry_id) == (in_time, entry.pk)
    assert entry.live and entry.form == "script" and entry.title == request.subject


@pytest.mark.parametrize("key", list(SCRIPT))
def test_a_script_without_its_text_or_its_basis_is_not_delivered(new_request, key):
    request = new_request()
    with pytest.raises(Incomplete) as refused:
        deliver(request, content={**SCRIPT, key: " "})
    assert refused.value.field == key
    assert owed(request).state == "open"
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("count", "asked"), [(2, False), (3, True)])
def test_a_script_is_asked_for_only_after_enough_requests_of_the_kind(
    new_request, case_numbers, count, asked
):
    numbers = case_numbers(count)
    if asked:
        assert new_request(cases=numbers).cases == numbers
        return
    with pytest.raises(Incomplete) as refused:
        new_request(cases=numbers)
    assert refused.value.field == "cases"


@pytest.mark.parametrize(("first", "asked"), [("2017-09-16 09:30", True), ("2017-09-16 09:29", False)])
def test_the_month_rolls_back_from_the_moment_of_asking(new_request, case_numbers, at, first, asked):
    numbers = case_numbers(2) + case_numbers(1, at=at(first))
    if asked:
        new_request(cases=numbers)
        return
    with pytest.raises(Incomplete):
        new_request(cases=numbers)


def test_the_same_number_twice_counts_once(new_request, case_numbers):
    numbers = case_numbers(2)
    with pytest.raises(Incomplete):
        new_request(cases=[*numbers, numbers[0]])


def test_an_unknown_number_is_named(new_request, case_numbers):
    with pytest.raises(Incomplete) as refused:
        new_request(cases=[*case_numbers(3), "20171013-9999"])
    assert "20171013-9999" in refused.value.message


def test_a_cancelled_request_is_owed_no_more(new_request):
    request = services.request_cancel(request=new_request(), reason="已有答复", actor=SYSTEM, at=NOW)
    assert owed(request).state == "cancelled"
    with pytest.raises(WrongState):
        deliver(request)


def test_a_request_is_delivered_once(new_request):
    request = new_request()
    deliver(request)
    with pytest.raises(WrongState):
        deliver(request)
    assert Entry.objects.count() == 1


def test_a_basic_request_needs_no_occasion_but_all_five_parts(new_request):
    request = new_request(form="basic")
    assert owed(request).rule == "knowledge.basic_supply"
    with pytest.raises(Incomplete) as refused:
        deliver(request, content={**BASIC, "commitment": ""})
    assert refused.value.field == "commitment"


def test_the_due_time_lies_in_the_future(new_request):
    with pytest.raises(Incomplete) as refused:
        new_request(due_at=NOW)
    assert refused.value.field == "due_at"


@pytest.mark.parametrize("role", ["liaison", "agent", "dispatcher"])
def test_only_the_platform_asks_and_takes_back(new_request, actor, role):
    who = actor(role)
    with pytest.raises(NotAllowed):
        new_request(actor=who)
    with pytest.raises(NotAllowed):
        services.request_cancel(request=new_request(), reason="x", actor=who, at=NOW)
    assert SupplyRequest.objects.filter(cancelled_at__isnull=False).count() == 0


def test_only_the_body_asked_delivers(new_request, actor):
    request = new_request(body="jiaoyu")
    with pytest.raises(NotAllowed):
        deliver(request, actor("liaison", "chengguan"))
    deliver(request, actor("liaison", "jiaoyu"))
