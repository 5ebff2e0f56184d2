"""A calendar announced later: stored due times, counts and scores become what the events give by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from luoshi.ledger import rules
from luoshi.ledger.models import Obligation
from luoshi.ledger.verify import Report, verify
from luoshi.rulemaking import services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.states import RECOUNTED
from tests.hotline.conftest import agent, dispatch_of, dispatcher, request_of  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
PAPER = {"document": "国办发明电〔示例〕1号", "reason": "录入放假安排"}


@pytest.fixture(autouse=True)
def look_again() -> Iterator[None]:
    """Editions of a test end with it; the next test's first edition is another one."""
    rules.forget_edition()
    rules._changed.cache_clear()
    yield
    rules.forget_edition()
    rules._changed.cache_clear()


@pytest.fixture
def announced(actor: Callable[..., Any]) -> Callable[[], Change]:
    """announced(): the first unknown year begins with eleven days off, approved today."""
    year = max(rules.current().calendar.sources) + 1
    days = [dt.date(year, 1, day).isoformat() for day in range(1, 12)]

    def make() -> Change:
        now = timezone.now()
        change = services.worktime_draft(
            kind="holidays",
            entry={
                "id": f"worktime.holidays_{year}",
                "year": year,
                "source": PAPER["document"],
                "holidays": [{"name": "元旦", "rest": days}],
            },
            title=f"{year}年放假安排",
            valid_from=dt.date(year, 1, 1),
            actor=actor("rule_editor"),
            at=now,
            **PAPER,
        )
        services.change_submit(change=change, actor=actor("rule_editor"), at=now)
        services.change_approve(change=change, actor=actor("secretary_general"), at=now)
        rules.forget_edition()
        return change

    return make


@pytest.fixture
def at_year_end(dispatch_of: Callable[..., Any], at: Callable[[str], dt.datetime]) -> Any:  # noqa: F811
    """A dispatch of the last working day of the last known year: much of what it starts falls due in the next."""
    year = max(rules.current().calendar.sources)
    return dispatch_of(at=at(f"{year}-12-31 16:00"))


def dues(dispatch: Any) -> dict[str, tuple[dt.datetime, bool]]:
    rows = Obligation.objects.filter(matter=dispatch.matter, due_at__isnull=False)
    return {row.rule: (row.due_at, row.provisional) for row in rows}


def differences() -> list[str]:
    return [str(one) for one in verify(report=Report())]


def test_due_times_move_with_the_calendar_and_everything_agrees(at_year_end, announced):
    before = dues(at_year_end)
    provisional = {rule for rule, (_, unsure) in before.items() if unsure}
    assert provisional and differences() == []
    change = announced()
    assert any("due_at" in said for said in differences())
    [(done, moved)] = services.recount_pending(now=timezone.now())
    after = dues(at_year_end)
    assert (done, moved) == (change, sum(before[rule] != after[rule] for rule in before))
    assert all(not after[rule][1] and after[rule][0] > before[rule][0] for rule in provisional)
    assert {rule: after[rule] for rule in before.keys() - provisional} == {
        rule: before[rule] for rule in before.keys() - provisional
    }
    assert differences() == []
    assert change.matter.events.get(kind=RECOUNTED).data["moved"] == moved


def test_it_is_done_once(at_year_end, announced):
    announced()
    assert len(services.recount_pending(now=timezone.now())) == 1
    assert services.recount_pending(now=timezone.now()) == []


def test_an_administrator_counts_after_a_calendar_file_was_added(at_year_end, announced):
    change = announced()
    said = StringIO()
    call_command("recount_due", f"--since={change.valid_from}", stdout=said)
    moved = sum(not unsure for _, unsure in dues(at_year_end).values())
    assert moved and "due times moved" in said.getvalue()
    assert differences() == []
    again = StringIO()
    call_command("recount_due", f"--since={change.valid_from}", stdout=again)
    assert again.getvalue().splitlines()[-1] == "done: 0 due times moved"
