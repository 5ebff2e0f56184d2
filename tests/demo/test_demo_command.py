"""`luoshi demo`: what it refuses to throw away or to build upon."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click
import pytest

from luoshi.cli import demo as command
from luoshi.cli.service import free_port
from luoshi.demo import city


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LUOSHI_DATABASE_URL", raising=False)
    for name in (*command.OWN, "mine"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_fresh_removes_what_the_demo_wrote_and_nothing_else(home: Path) -> None:
    command._clear(home)
    assert [path.name for path in home.iterdir()] == ["mine"]


def test_fresh_refuses_while_the_demo_runs_and_not_after_a_crash(home: Path) -> None:
    lock = home / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n/somewhere\n")
    with pytest.raises(click.ClickException, match="is running"):
        command._clear(home)
    assert lock.exists()
    lock.write_text("999999999\n/somewhere\n")
    command._clear(home)
    assert not lock.exists()


def test_fresh_never_touches_a_database_given_by_its_address(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUOSHI_DATABASE_URL", "postgresql://somewhere/else")
    with pytest.raises(click.ClickException, match="embedded database only"):
        command._clear(home)
    assert (home / "postgres").exists()


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port(port, "127.0.0.1") < port + 20


@pytest.mark.usefixtures("bodies")
def test_the_demo_is_not_built_upon_other_peoples_data() -> None:
    from django.db import connection

    with pytest.raises(city.NotADemo, match="no demo city"):
        city.build(days=1, say=print)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_user SET is_demo = false WHERE username = 'agent'")
    with pytest.raises(city.NotADemo, match="not of the demo"):
        city.build(days=1, say=print)
