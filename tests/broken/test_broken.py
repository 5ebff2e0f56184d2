"""Three hundred broken files: each is refused with its one line, nothing else is raised, and nothing is written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.apps import apps

from tests.broken.readers import HERE, READERS

MANIFEST: list[dict[str, Any]] = yaml.safe_load((HERE / "manifest.yaml").read_text(encoding="utf-8"))
KINDS = sorted(READERS)
NOW = dt.datetime(2018, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LONGEST = 700


def kind_of(row: dict[str, Any]) -> str:
    return str(row["file"]).partition("/")[0]


def rows() -> dict[str, int]:
    """How many rows each table of the program holds."""
    ours = [
        model for model in apps.get_models() if model.__module__.startswith("luoshi.") and model._meta.managed
    ]
    return {model._meta.db_table: model._default_manager.count() for model in ours}


def test_the_manifest_names_every_file_and_there_are_more_than_two_hundred():
    named = Counter(row["file"] for row in MANIFEST)
    assert [name for name, times in named.items() if times > 1] == []
    folders = [HERE / kind for kind in KINDS]
    there = {path.relative_to(HERE).as_posix() for folder in folders for path in folder.iterdir()}
    assert there == set(named)
    assert len(named) >= 200
    assert sum((HERE / name).stat().st_size for name in named) < 600_000


@pytest.mark.parametrize("row", MANIFEST, ids=[row["file"] for row in MANIFEST])
def test_what_is_said_is_one_line_that_names_what_is_wrong(row):
    assert row["says"] and "\n" not in row["says"]
    assert len(row["says"]) <= LONGEST
    for inside in ("Traceback", "Error(", "object has no attribute", "NoneType", "<class"):
        assert inside not in row["says"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_broken_file_is_refused_with_its_line_and_nothing_is_written(
    kind, bodies, actor, tmp_path, settings
):
    from luoshi.hotline.services import request_receive

    settings.MEDIA_ROOT = tmp_path / "media"
    matter = request_receive(
        channel="phone", kind="help", content="路灯不亮，请修。", actor=actor("agent"), at=NOW
    ).matter
    before = rows()
    wrong = []
    for number, row in enumerate(row for row in MANIFEST if kind_of(row) == kind):
        path, folder = HERE / row["file"], tmp_path / str(number)
        folder.mkdir()
        given: dict[str, Any] = {"folder": folder, "now": NOW, "matter": matter, "actor": actor("agent")}
        if "table" in row:
            given = {"folder": folder, "table": row["table"]}
        said = READERS[kind](path, **given).replace(str(path), "FILE").replace(str(folder), "FOLDER")
        if said != row["says"]:
            wrong.append(f"{row['file']}: {said!r}, expected {row['says']!r}")
    assert wrong == []
    assert rows() == before
    assert not any(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_sound_files_beside_them_are_taken(tmp_path):
    """The readers refuse because of the fault, not because of what stands around it."""
    from tests.broken.readers import DISPATCHES
    from tests.hotline.imports.kit import messages

    good = tmp_path / "good.csv"
    good.write_text(messages("1,游客甲,路灯不亮,2019/6/26 11:13:14,路灯没亮,,"), encoding="utf-8")
    assert READERS["requests"](good) == ""
    export, folder = tmp_path / "dispatches.csv", tmp_path / "work"
    export.write_text(DISPATCHES, encoding="utf-8")
    folder.mkdir()
    assert READERS["exchange"](export, folder=folder, table="dispatches") == ""
    mapping = tmp_path / "good.yaml"
    mapping.write_text("source: town\ncolumns: {id: 编号, subject: 标题, received: 时间}\n", encoding="utf-8")
    assert READERS["mappings"](mapping) == ""
