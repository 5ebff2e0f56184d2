"""All that is stored leaves in open formats: each row once, each column described, no secret among them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps

from luoshi.backup import everything
from luoshi.backup.manifest import FILES
from luoshi.cli.backup import export_everything
from luoshi.ledger import services as ledger
from luoshi.ledger.models import AccessLog, Event
from luoshi.organisation.models import User
from tests.conftest import SEEDED_AT
from tests.hotline.conftest import agent, monday, request_of  # noqa: F401 - fixtures

PDF = b"%PDF-1.4 the caller's letter"


@pytest.fixture
def lived(request_of: Callable[..., Any], agent: Any, settings: Any, tmp_path: Path) -> Any:  # noqa: F811
    """A request with a file."""
    settings.MEDIA_ROOT = tmp_path / "attachments"
    request = request_of()
    return ledger.attachment_add(
        matter=request.matter,
        file=io.BytesIO(PDF),
        name="信.pdf",
        purpose="letter",
        actor=agent,
        at=SEEDED_AT,
    )


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_and_file_leaves_and_is_described(lived: Any, tmp_path: Path) -> None:
    target = tmp_path / "out" / "all"
    said = CliRunner().invoke(export_everything, [str(target)])
    assert said.exit_code == 0, said.output
    described = json.loads((target / everything.DESCRIPTION).read_text(encoding="utf-8"))
    assert {resource["name"] for resource in described["resources"]} == {
        model._meta.db_table for model in everything.tables()
    }
    for resource in described["resources"]:
        rows = _rows(target, resource["name"])
        assert len(rows) == resource["rows"]
        if rows:
            assert list(rows[0]) == [field["name"] for field in resource["schema"]["fields"]]
    events = _rows(target, "ledger_event")
    assert {(row["matter_id"], row["seq"], row["hash"]) for row in events} == {
        (str(event.matter_id), str(event.seq), event.hash) for event in Event.objects.all()
    }
    assert json.loads(events[0]["data"]) == Event.objects.get(pk=events[0]["id"]).data
    assert (target / FILES / lived.digest[:2] / lived.digest).read_bytes() == PDF
    assert AccessLog.objects.filter(what="导出全部数据", path=str(target)).count() == 1
    assert target.stat().st_mode & 0o077 == 0


def test_what_opens_doors_stays_and_is_named(lived: Any, tmp_path: Path) -> None:
    everything.export(target=tmp_path / "all", at=SEEDED_AT, say=lambda line: None)
    described = json.loads((tmp_path / "all" / everything.DESCRIPTION).read_text(encoding="utf-8"))
    users = next(r for r in described["resources"] if r["name"] == "organisation_user")
    assert "password" in users["left_out"]
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "all").glob("*.csv"))
    assert User.objects.first().password not in written  # type: ignore[union-attr]
    assert not (tmp_path / "all" / "django_session.csv").exists()


def test_a_missing_file_is_named(lived: Any, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    said = CliRunner().invoke(export_everything, [str(tmp_path / "all")])
    assert said.exit_code == 1
    assert f"missing or damaged in the system: attachment {lived.digest}" in said.output
    described = json.loads((tmp_path / "all" / everything.DESCRIPTION).read_text(encoding="utf-8"))
    assert described["missing_files"] == [lived.digest]


def test_nothing_that_stands_is_written_over(lived: Any, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    said = CliRunner().invoke(export_everything, [str(tmp_path / "all")])
    assert said.exit_code == 1
    assert "exists already; name a new folder" in said.output
    assert list((tmp_path / "all").iterdir()) == []


def test_a_failure_leaves_nothing_behind(lived: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> Any:
        raise OSError(28, "No space left on device", "x.csv")

    monkeypatch.setattr(everything, "take_files", full)
    said = CliRunner().invoke(export_everything, [str(tmp_path / "all")])
    assert said.exit_code == 1
    assert "No space left on device" in said.output
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("all")]


def test_columns_that_sound_like_keys_are_decided_upon() -> None:
    """A new column with such a name fails here until somebody has looked at it."""
    held_back = {
        f"{model._meta.db_table}.{field.column}"
        for model in everything.tables()
        for field in model._meta.concrete_fields
        if everything.SECRET.search(field.column)
    }
    assert "organisation_user.password" in held_back
    assert "ledger_event.hash" not in held_back
    assert {model._meta.app_label for model in apps.get_models()} > {"ledger", "hotline"}
