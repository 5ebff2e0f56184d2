"""kill -9 of web, worker and PostgreSQL at random while people work: what was acknowledged is there, once and whole."""

from __future__ import annotations

import contextlib
import http.client
import logging
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from bench.client import Browser

from tests.conftest import PASSWORD
from tests.faults.place import PATIENCE_S, Place, until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

log = logging.getLogger("tests.faults")
CALL = {
    "channel": "phone", "kind": "help", "urgency": "routine", "content": "甘棠路中段的路灯不亮,晚上看不清路。",
    "name": "虞听澜", "mobile": "19900008001", "place": "甘棠路", "mode": "sole", "instruction": "请核实处理并按时答复",
    "principle": "competence", "dispatch": "1",
}  # fmt: skip
VICTIMS = ("web", "worker", "postgres", "a web process", "a server process")


@dataclass
class Writer:
    """An agent who registers and dispatches calls, and presses again until told that it is done."""

    name: str
    port: int
    unit: str
    acknowledged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    pressed: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def work(self, over: threading.Event) -> None:
        """Until it is over; a call begun is brought to its end, however long the machine is too busy to serve it."""
        browser, number = Browser(self.port), 0
        while not over.is_set():
            number += 1
            title = f"路灯不亮 {self.name}-{number}"
            form = CALL | {"title": title, "unit": self.unit, "key": f"{self.name}x{number:06d}"}
            while not (done := self._press(browser, form)) and not over.is_set():
                time.sleep(0.1)
            if not done:
                until(lambda: self._press(browser, form), f"{title} is acknowledged")  # noqa: B023 - called at once
            self.acknowledged.append(title)

    def _press(self, browser: Browser, form: dict[str, str]) -> bool:
        self.pressed += 1
        try:
            if "sessionid" not in browser.cookies:
                browser.log_in(self.name, PASSWORD)
            answer = browser.post("/console/", form)
        except (OSError, http.client.HTTPException, RuntimeError):
            browser.connection = None
            return False
        if answer.status == 302 and answer.location.startswith("/console/"):
            return True
        self.told[f"{answer.status} {_heading(answer.text)}"] += 1
        if answer.status < 500:
            self.wrong.append(f"{answer.status} {answer.location} {answer.text[:2000]}")
            browser.cookies.clear()
        return False


def _heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


@contextlib.contextmanager
def at_work(place: Place, agents: list[str]) -> Iterator[list[Writer]]:
    """Agents who register and dispatch calls meanwhile, each with at least one call behind them at the start."""
    ((unit,),) = place.ask("SELECT id::text FROM organisation_body WHERE code = 'chengguan'")
    writers = [Writer(name, place.port, unit) for name in agents]
    over = threading.Event()
    threads = [threading.Thread(target=writer.work, args=(over,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        until(lambda: all(writer.acknowledged for writer in writers), "everybody has registered a call")
        yield writers
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=PATIENCE_S + 60)
    assert not any(thread.is_alive() for thread in threads)
    assert [wrong for writer in writers for wrong in writer.wrong] == []


def whole_and_once(place: Place, writers: list[Writer]) -> None:
    """What was acknowledged is there, once and whole; every message left once; nothing differs from the events."""
    acknowledged = sorted(title for writer in writers for title in writer.acknowledged)
    stored = place.ask(
        "SELECT title, id, number FROM ledger_matter WHERE kind = 'hotline.request' ORDER BY title"
    )
    assert [title for title, _, _ in stored] == acknowledged, "each acknowledged call once, and no other"
    numbers = sorted(int(number[9:]) for _, _, number in stored)
    assert numbers == list(range(1, len(numbers) + 1)), "numbers without gaps"
    dispatched = place.ask("SELECT parent_id FROM ledger_matter WHERE kind = 'hotline.dispatch'")
    assert sorted(parent for (parent,) in dispatched) == sorted(pk for _, pk, _ in stored), (
        "each dispatched once"
    )

    until(place.drained, "every message has left")
    queued = dict(place.ask("SELECT key, text FROM ledger_outbox"))
    assert queued, "dispatching tells the unit"
    assert place.gateway.taken.keys() == queued.keys(), "none was lost, none was made up"
    found = place.luoshi("verify")
    assert found.returncode == 0, found.stdout + found.stderr
    log.info("%s calls, %s presses, %s messages", len(stored), sum(w.pressed for w in writers), len(queued))


def _shoot(place: Place, dice: random.Random) -> None:
    victim = dice.choice(VICTIMS)
    if victim == "a web process":
        place.kill_one_of("web", dice)
    elif victim == "a server process":
        place.kill_one_of("postgres", dice)
    else:
        place.kill(victim)
        place.start(victim)


@pytest.mark.parametrize(
    "rounds", [pytest.param(6, marks=pytest.mark.short, id="short"), pytest.param(200, id="long")]
)
def test_what_was_acknowledged_is_there_once_and_whole(
    place: Place, agents: list[str], dice: random.Random, rounds: int
) -> None:
    with at_work(place, agents) as writers:
        for _ in range(rounds):
            time.sleep(dice.uniform(0.2, 1.5))
            _shoot(place, dice)
        for name in ("postgres", "web", "worker"):
            place.start(name)
    whole_and_once(place, writers)
