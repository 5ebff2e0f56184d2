"""Many writers at once, each with several events in one transaction: nobody waits in a circle."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from luoshi.ledger import services
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Tally

THREADS, ROUNDS = 12, 8
FACTS = {"urgency": "routine", "role": "parallel", "area": "urban", "body_class": "department"}


@pytest.mark.django_db(transaction=True)
def test_writers_that_touch_the_same_counts_in_opposite_orders_never_block_each_other_for_good(
    bodies: Any, at: Any, check: Any
) -> None:
    units = [bodies[code].pk for code in ("chengguan", "zhujian", "huanbao", "jiaoyu")]
    ready, failed = threading.Barrier(THREADS), []

    def write(turn: int) -> None:
        order = units if turn % 2 else units[::-1]
        try:
            ready.wait()
            for _ in range(ROUNDS):
                with transaction.atomic():
                    for unit in order:
                        services.matter_open(
                            kind="hotline.dispatch",
                            title="x",
                            actor=SYSTEM,
                            at=at("2017-10-09 09:00"),
                            body_id=unit,
                            facts=FACTS,
                        )
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert check() == []
    rows = Tally.objects.filter(metric="event:hotline.dispatched")
    assert sum(row.count for row in rows) == THREADS * ROUNDS * len(units)
