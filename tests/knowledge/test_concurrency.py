"""Several at once: each use counts, and what can be done once is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from luoshi.knowledge import selectors, services
from luoshi.knowledge.models import Entry
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Refusal

from .conftest import BASIC, NOW

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def together(work: Callable[[], object]) -> list[str]:
    """Do the same work in several threads that start together; returns `done` or the refusal of each."""
    barrier, said = threading.Barrier(AT_ONCE), []

    def one() -> None:
        try:
            barrier.wait(30)
            work()
            said.append("done")
        except Refusal as refusal:
            said.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def test_no_use_is_lost_when_many_agents_answer_with_one_entry(new_entry):
    entry = new_entry()
    said = together(lambda: [services.entry_use(entry=entry.pk, actor=SYSTEM, at=NOW) for _ in range(5)])
    assert said == ["done"] * AT_ONCE
    assert selectors.use_count(entry.pk) == 5 * AT_ONCE


def test_of_several_deliveries_at_once_one_counts(new_request):
    request = new_request(form="basic")
    said = together(
        lambda: services.request_deliver(
            request=request, question="怎么报停？", content=BASIC, actor=SYSTEM, at=NOW
        )
    )
    assert said == ["WrongState"] * (AT_ONCE - 1) + ["done"]
    assert Entry.objects.count() == 1


def test_of_several_edits_of_the_same_version_one_is_kept(new_entry):
    entry = new_entry()
    entry.matter.refresh_from_db()
    seen = entry.matter.version
    said = together(
        lambda: services.entry_edit(
            entry=entry,
            title=f"改于{threading.get_ident()}",
            question="怎么办？",
            content=BASIC,
            version=seen,
            actor=SYSTEM,
            at=NOW,
        )
    )
    assert said == ["Stale"] * (AT_ONCE - 1) + ["done"]
    assert entry.versions.count() == 2
