"""A small demo city, built by the command in a home of its own, and what stands in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROBE = Path(__file__).with_name("probe.py")
SCORED = Path(__file__).with_name("scored.py")


def _look(path: Path) -> str:
    begin = "import runpy; from luoshi.cli import use_django; use_django()"
    return f"{begin}; runpy.run_path({str(path)!r}, run_name='__main__')"


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"LUOSHI_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "LUOSHI_SETTINGS"}
    }
    environment = {**kept, "LUOSHI_HOME": str(home), "LUOSHI_DEMO": "1", "PYTHONPATH": "src:."}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def built(home: Path) -> str:
    done = _run(home, "-m", "luoshi.cli.entry", "demo", "--build-only", "--days", "10")
    assert done.returncode == 0, done.stderr
    assert "refused" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found(home: Path, built: str) -> dict[str, Any]:
    done = _run(home, "-c", _look(PROBE))
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_state_of_requests_dispatches_and_the_knowledge_base_occurs(found: dict[str, Any]) -> None:
    from luoshi.hotline.states import DISPATCHES, NOTICES, REQUESTS
    from luoshi.knowledge.states import BULLETINS, ENTRIES
    from luoshi.knowledge.states import REQUESTS as SUPPLIES

    tables = {
        "requests": REQUESTS, "dispatches": DISPATCHES, "notices": NOTICES,
        "entries": ENTRIES, "supplies": SUPPLIES, "bulletins": BULLETINS,
    }  # fmt: skip
    for name, table in tables.items():
        assert set(found[name]) == set(table.labels), name


def test_every_event_of_the_hotline_occurs(found: dict[str, Any]) -> None:
    from luoshi.hotline.states import DISPATCHES, NOTICES, REQUESTS

    known = {edge.event for table in (REQUESTS, DISPATCHES, NOTICES) for edge in table.edges}
    imported = {"hotline.reply_imported", "hotline.archived_on_import"}
    lacking = {  # a small city may do without
        "hotline.citizen_commented", "hotline.callback_notice_issued", "hotline.notice_recounted",
    }  # fmt: skip
    assert known - imported - lacking <= set(found["events"])


def test_every_way_of_asking_has_every_answer(found: dict[str, Any]) -> None:
    kinds = ("return", "county_report", "assist", "extension", "no_redispatch", "coordination")
    wanted = {f"{kind}:{status}" for kind in kinds for status in ("pending", "accepted", "rejected")}
    assert wanted | {"county_report:lapsed"} <= set(found["applications"])


def test_there_is_overdue_work_supervision_repeats_and_dissatisfaction(found: dict[str, Any]) -> None:
    from django.utils import timezone

    from luoshi.ledger import rules

    assert found["breached"] > 0
    assert set(found["urgings"]) == {"urging", "supervision", "automatic"}
    assert set(found["links"]) == {"same", "different", "repeat"}
    grades = rules.current().choice("hotline.satisfaction", timezone.localdate()).values
    assert set(found["callbacks"]) == {*grades, ""}


def test_whoever_logs_in_sees_something_to_do(found: dict[str, Any]) -> None:
    for unit in ("chengguan", "hubin"):
        owed = found["owed"][f"{unit}.liaison"]
        assert owed["overdue"] > 0
        assert owed["today"] > 0
        assert owed["week"] + owed["later"] > 0
        assert found["owed"][f"{unit}.leader"] == owed
    for name in ("dispatcher", "reviewer", "callback", "platform"):
        assert sum(found["owed"][name].values()) > 0, name


def test_the_accounts_that_are_printed_can_log_in(built: str, found: dict[str, Any]) -> None:
    assert len(found["logins"]) == 16
    assert all(found["logins"].values())
    for name in found["logins"]:
        assert f"  {name} " in built


def test_pages_answer_for_those_whose_work_they_are(found: dict[str, Any]) -> None:
    assert len(found["pages"]) > 60
    assert {path: status for path, status in found["pages"].items() if status != 200} == {}


def test_past_messages_are_sent_and_nothing_lies_in_the_future(found: dict[str, Any]) -> None:
    assert found["sink"] > 300
    assert set(found["outbox"]) == {"sent", "queued"}
    assert found["outbox"]["queued"] < 30
    assert found["future"] == 0


def test_the_ledger_of_the_city_verifies(home: Path, found: dict[str, Any]) -> None:
    done = _run(home, "-m", "luoshi.cli.entry", "verify")
    assert done.returncode == 0, done.stdout


def test_a_city_that_stands_is_not_built_again(home: Path, found: dict[str, Any]) -> None:
    done = _run(home, "-m", "luoshi.cli.entry", "demo", "--build-only")
    assert done.returncode == 0, done.stderr
    assert "stands, up to" in done.stdout


def test_the_scored_export_equals_the_live_scores_to_the_cent(home: Path, built: str) -> None:
    done = _run(home, "-c", _look(SCORED))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["differences"] == []
    assert len(set(told["totals"])) > 5, "units differ, so that there is something to compare"
