"""The drill of docs/operations.md: a base backup and the archived log bring back a moment, to the second."""

from __future__ import annotations

import subprocess
import time

import pytest
from bench.client import Browser

from tests.conftest import PASSWORD
from tests.faults.place import Place, until
from tests.faults.test_kill import CALL

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _titles(place: Place) -> list[str]:
    rows = place.ask("SELECT title FROM ledger_matter WHERE kind = 'hotline.request' ORDER BY title")
    return [title for (title,) in rows]


def test_the_database_goes_back_to_the_moment_before_the_mistake(place: Place, agents: list[str]) -> None:
    ((unit,),) = place.ask("SELECT id::text FROM organisation_body WHERE code = 'chengguan'")
    browser = Browser(place.port).log_in(agents[0], PASSWORD)

    def call(title: str) -> None:
        form = CALL | {"title": title, "unit": unit, "key": title.replace(" ", "")}
        assert browser.post("/console/", form).status == 302

    call("before the base backup")
    base = place.folder / "base"
    place.own(base)
    place.tool(
        "pg_basebackup",
        "-D",
        str(base),
        "-h",
        str(place.folder),
        "-U",
        "postgres",
        "-X",
        "none",
        "-c",
        "fast",
    )
    call("before the mistake")
    ((moment,),) = place.ask("SELECT now()::text")
    time.sleep(1.1)
    call("the mistake")

    ((last,),) = place.ask("SELECT pg_walfile_name(pg_current_wal_lsn())")
    place.ask("SELECT pg_switch_wal()")
    until(lambda: (place.folder / "archive" / last).exists(), "the log is archived")
    for name in ("worker", "web", "postgres"):
        place.kill(name)

    with (base / "postgresql.conf").open("a") as conf:
        conf.write(
            f"restore_command = 'cp {place.folder}/archive/%f %p'\nrecovery_target_time = '{moment}'\n"
            "recovery_target_action = promote\narchive_mode = off\n"
        )
    subprocess.run(["touch", str(base / "recovery.signal")], check=True)
    place.data = base
    place.start("postgres")
    until(
        lambda: place.ask("SELECT pg_is_in_recovery()") == [(False,)], "the server has come out of recovery"
    )
    assert _titles(place) == ["before the base backup", "before the mistake"]
    found = place.luoshi("verify")
    assert found.returncode == 0, found.stdout + found.stderr
    place.start("web")
    assert Browser(place.port).log_in(agents[0], PASSWORD).get("/work/").status == 200
