"""Many at work on the dispatches of one request at once, the worker among them: nobody waits in a circle, no count is
lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from luoshi.assessment.services.recount import recount
from luoshi.ledger import services
from luoshi.ledger.actors import SYSTEM

ROUNDS = 4
FACTS = {
    "urgency": "routine", "role": "parallel", "area": "urban", "body_class": "department", "kind": "help", "leader": False
}  # fmt: skip
SAID = {"contacted": [True], "conducts": ["satisfied"], "results": ["satisfied"], "dispatches": [None]}


@pytest.fixture(autouse=True)
def bare_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only scores follow, and nobody acts on a lapse: these matters have no detail rows of the hotline's."""
    import importlib

    from luoshi.ledger import followers

    scores = [
        one for one in followers.all_followers() if type(one).__module__.startswith("luoshi.assessment")
    ]
    monkeypatch.setattr(followers, "_followers", scores)
    module = importlib.import_module("luoshi.ledger.services.sweep")
    monkeypatch.setattr(module, "_on_overdue", {})
    monkeypatch.setattr(module, "_on_lapse", {})


@pytest.mark.django_db(transaction=True)
def test_units_the_platform_and_the_worker_never_block_each_other_for_good(
    bodies: dict[str, Any], at: Callable[[str], dt.datetime], differences: Callable[[], list[str]]
) -> None:
    moment = at("2017-10-09 09:00")
    requests = [
        services.matter_open(kind="hotline.request", title="x", actor=SYSTEM, at=moment) for _ in range(2)
    ]
    dispatches = [
        services.matter_open(
            kind="hotline.dispatch", title="x", actor=SYSTEM, at=moment, parent=request, body_id=bodies[code].pk,
            facts=FACTS,
        )
        for request in requests
        for code in ("chengguan", "zhujian", "jiaoyu")
    ]  # fmt: skip
    failed: list[Exception] = []

    def unit(dispatch: Any) -> None:
        """A step on the dispatch, and what follows of it on the request."""
        with transaction.atomic():
            services.record(matter=dispatch.pk, kind="hotline.return_requested", actor=SYSTEM, at=moment)
            services.record(matter=dispatch.pk, kind="hotline.return_rejected", actor=SYSTEM, at=moment)
            services.record(matter=dispatch.parent_id, kind="hotline.noted", actor=SYSTEM, at=moment)

    def platform(request: Any) -> None:
        services.record(matter=request.pk, kind="hotline.called_back", actor=SYSTEM, at=moment, data=SAID)

    def worker(days: int) -> None:
        recount(now=moment + dt.timedelta(days=days))

    jobs: list[tuple[Callable[[Any], None], Any]] = [
        *((unit, one) for one in dispatches),
        *((platform, one) for one in requests),
        (worker, 1),
        (worker, 9),
    ]
    ready = threading.Barrier(len(jobs))

    def run(job: Callable[[Any], None], what: Any) -> None:
        try:
            ready.wait()
            for _ in range(ROUNDS):
                job(what)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    recount(now=moment + dt.timedelta(days=9))
    assert not differences()
