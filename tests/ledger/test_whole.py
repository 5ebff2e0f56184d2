"""A step of several services is one whole."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from luoshi.ledger import services
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Refusal, WrongState
from luoshi.ledger.models import Event, Matter, Tally
from luoshi.ledger.services import lock
from luoshi.ledger.whole import Swallowed, gather, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(at: Any) -> Any:
    def make(matter: Matter, kind: str = "hotline.noted") -> Event:
        return services.record(matter=matter, kind=kind, actor=SYSTEM, at=at("2017-10-09 10:00"))

    return make


def counted() -> Counter[str]:
    """The counts of events of notes, all days and bodies together."""
    rows = Tally.objects.filter(metric__contains="hotline.noted").values_list("metric", "count")
    found: Counter[str] = Counter()
    for metric, count in rows:
        found[metric] += count
    return found


def test_services_inside_join_without_savepoints_and_move_the_counts_once(
    open_dispatch: Any, note: Any
) -> None:
    matter = open_dispatch()
    with CaptureQueriesContext(connection) as seen, whole:
        for _ in range(3):
            note(matter)
    said = [one["sql"] for one in seen]
    assert sum("SAVEPOINT" in one for one in said) == 2, "its own, as the test is a transaction already"
    assert sum("tallies_add" in one for one in said) == 1
    assert sum("door._locked" in one for one in said) == 1
    assert set(counted().values()) == {3}
    assert list(matter.events.values_list("seq", flat=True).order_by("seq")) == [1, 2, 3, 4]


def test_a_refusal_undoes_the_whole(open_dispatch: Any, note: Any) -> None:
    matter = open_dispatch()
    with pytest.raises(WrongState), whole:
        note(matter)
        raise WrongState("nein")
    assert matter.events.count() == 1
    assert not counted()


def test_to_swallow_the_refusal_of_a_joined_service_is_found_out(
    open_dispatch: Any, note: Any, at: Any
) -> None:
    matter = open_dispatch()
    with pytest.raises(Swallowed), whole:
        note(matter)
        with contextlib.suppress(Refusal):
            services.act(matter=matter, action="pass", actor=SYSTEM, at=at("2017-10-09 10:00"))
    assert matter.events.count() == 1
    assert not counted()


def test_what_is_called_under_a_savepoint_may_be_refused_and_the_rest_goes_on(
    open_dispatch: Any, note: Any
) -> None:
    matter = open_dispatch()
    with whole:
        note(matter)
        for refused in (True, False):
            try:
                with transaction.atomic():
                    note(matter)
                    if refused:
                        raise WrongState("nein")
            except WrongState:
                assert refused
        note(matter)
    assert matter.events.count() == 4
    assert set(counted().values()) == {3}
    assert lock(matter).version == 4


def test_what_is_gathered_is_finished_once_at_the_end_and_not_at_all_after_a_refusal(db: None) -> None:
    finished: list[list[int]] = []

    @whole
    def inner(number: int) -> None:
        kept = gather("numbers", list[int], finished.append)
        assert kept is not None
        kept.append(number)

    with whole:
        inner(1)
        inner(2)
        assert finished == []
    assert finished == [[1, 2]]
    with pytest.raises(ZeroDivisionError), whole:
        inner(1 // 0)
    assert finished == [[1, 2]]
    assert gather("numbers", list[int], finished.append) is None


def test_a_failure_of_the_last_act_undoes_the_whole(open_dispatch: Any, note: Any) -> None:
    def fail(kept: object) -> None:
        raise RuntimeError("at the end")

    matter = open_dispatch()
    with pytest.raises(RuntimeError, match="at the end"), whole:
        note(matter)
        gather("failing", object, fail)
    assert matter.events.count() == 1


def test_a_locked_matter_is_read_once_and_anew_after_others_may_have_changed_it(
    open_dispatch: Any, note: Any
) -> None:
    matter = open_dispatch()
    with whole:
        first = lock(matter)
        assert lock(matter.pk) is first
        note(matter)
        assert first.version == 2
        with transaction.atomic():
            note(matter)
        assert lock(matter) is not first
        assert lock(matter).version == 3
    assert lock(matter) is not lock(matter)
