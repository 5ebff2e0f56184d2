"""A clock that runs ahead and is set back: work goes on, order is kept by number and chain, times stay as they were."""

from __future__ import annotations

import datetime as dt

import pytest
from bench.client import Browser

from tests.conftest import PASSWORD
from tests.faults.place import Place
from tests.faults.test_kill import CALL

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
AHEAD = dt.timedelta(hours=3)


def test_a_clock_set_back(place: Place, agents: list[str]) -> None:
    ((unit,),) = place.ask("SELECT id::text FROM organisation_body WHERE code = 'chengguan'")
    clock = place.folder / "clock"
    clock.write_text(str(AHEAD.total_seconds()))
    place.application = "tests.faults.wrong_clock:application"
    place.extra["LUOSHI_TEST_CLOCK"] = str(clock)
    place.kill("web")
    place.start("web")
    agent = Browser(place.port).log_in(agents[0], PASSWORD)

    def call(key: str) -> None:
        form = CALL | {"title": f"路灯不亮 {key}", "unit": unit, "key": key}
        assert agent.post("/console/", form).status == 302

    call("clock00001")
    clock.write_text("0")
    call("clock00002")
    ((matter,),) = place.ask(
        "SELECT id FROM ledger_matter WHERE kind = 'hotline.request' AND title = '路灯不亮 clock00001'"
    )
    assert agent.get(f"/requests/{matter}/").status == 200
    assert agent.post(f"/requests/{matter}/do/note/", {"note": "补充：东侧第三盏"}).status == 302
    assert agent.get(f"/requests/{matter}/").status == 200

    told = place.ask("SELECT kind, at FROM ledger_event WHERE matter_id = %s ORDER BY seq", matter)
    assert told[0][1] - told[-1][1] > AHEAD / 2, f"each step bears the time of its clock: {told}"
    numbers = place.ask("SELECT number FROM ledger_matter WHERE kind = 'hotline.request' ORDER BY id")
    assert [int(number[9:]) for (number,) in numbers] == [1, 2]
    found = place.luoshi("verify")
    assert found.returncode == 0, found.stdout + found.stderr
