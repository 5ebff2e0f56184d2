"""Parts of a running installation that are away for a while: what people see meanwhile, and that all is made up for."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from bench.client import Browser

from tests.conftest import PASSWORD
from tests.faults.place import Place, until
from tests.faults.test_kill import CALL

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _status(place: Place, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{place.port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_what_is_away_comes_back_without_a_hand(place: Place, agents: list[str]) -> None:
    """The database goes and comes back, then the worker, then the gateway."""
    ((unit,),) = place.ask("SELECT id::text FROM organisation_body WHERE code = 'chengguan'")
    browser = Browser(place.port).log_in(agents[0], PASSWORD)

    place.kill("postgres")
    assert _status(place, "/healthz")[0] == 200
    assert _status(place, "/readyz")[0] == 503
    answer = browser.get("/")
    assert answer.status == 503
    assert "数据库暂时连接不上" in answer.text
    form = CALL | {"title": "路灯不亮", "unit": unit, "key": "away000001"}
    assert browser.post("/console/", form).status == 503
    place.start("postgres")
    until(lambda: _status(place, "/readyz")[0] == 200, "the web processes have found the database again")
    assert place.ask("SELECT count(*) FROM ledger_matter WHERE kind = 'hotline.request'") == [(0,)]

    place.kill("worker")
    assert browser.post("/console/", form).status == 302
    assert place.ask("SELECT count(*) FROM ledger_outbox WHERE state = 'queued'") != [(0,)]
    assert place.gateway.taken == {}

    place.gateway.away = True
    place.start("worker")
    until(
        lambda: (
            place.ask("SELECT count(*) FROM ledger_outbox WHERE attempts > 0 AND state = 'queued'") != [(0,)]
        ),
        "the worker has tried in vain",
    )
    assert place.gateway.taken == {}
    place.gateway.away = False
    until(place.drained, "every message has left")
    keys = {key for (key,) in place.ask("SELECT key FROM ledger_outbox")}
    assert place.gateway.taken.keys() == keys
    found = place.luoshi("verify")
    assert found.returncode == 0, found.stdout + found.stderr
