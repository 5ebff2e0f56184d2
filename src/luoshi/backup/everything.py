"""All that is stored, in open formats: a CSV file for each table, its description, and the files themselves.

What leaves a place for good is a backup (one program reads it) or this (any program reads it). The description follows
Frictionless Data's `datapackage.json`, so that column types, keys and titles are read by existing tools.
"""

from __future__ import annotations

import base64
import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from luoshi import __version__
from luoshi.backup.make import PARTIAL, take_files
from luoshi.backup.tools import BackupError
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Attachment
from luoshi.ledger.services import access_record
from luoshi.ledger.verify import snapshot

DESCRIPTION = "datapackage.json"
LEFT_OUT_APPS = {"sessions", "contenttypes", "procrastinate"}
"""Log-ins under way and the program's own bookkeeping: nothing of the city's."""
SECRET = re.compile(r"password|secret|token|recovery|(^|_)code_hash|(^|_)key_hash")
"""Columns that open doors never leave; the description names them."""
TYPES: list[tuple[type[models.Field[Any, Any]], str]] = [
    (models.BooleanField, "boolean"),
    (models.IntegerField, "integer"),
    (models.DecimalField, "number"),
    (models.FloatField, "number"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (models.JSONField, "object"),
]
Say = Callable[[str], None]


def export(*, target: Path, at: datetime, say: Say) -> tuple[dict[str, int], list[str]]:
    """Write everything as of this moment into a new folder; rows by table, and digests of files that were missing.

    The look at all of it is recorded. People go on working meanwhile. Until it is whole the folder's name ends in .partial.
    Errors: BackupError when the folder exists; OSError (no room, no right to write).
    """
    if target.exists():
        raise BackupError(f"{target} exists already; name a new folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.with_name(target.name + PARTIAL)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        with snapshot():
            found = _write(folder, at, say)
        folder.rename(target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    access_record(actor=SYSTEM, what="导出全部数据", allowed=True, at=at, path=str(target))
    return found


def _write(folder: Path, at: datetime, say: Say) -> tuple[dict[str, int], list[str]]:
    resources, counted = [], {}
    for model in tables():
        name = model._meta.db_table
        counted[name] = _table(folder / f"{name}.csv", model)
        resources.append(_resource(model, counted[name]))
        say(f"{name} {counted[name]}")
    named = dict(
        Attachment.objects.filter(erased_at__isnull=True)
        .order_by("digest")
        .values_list("digest", "size")
        .distinct()
    )
    _, damaged = take_files(named, folder, None, say)
    description = {
        "profile": "tabular-data-package",
        "name": f"luoshi-{settings.JURISDICTION}",
        "created": at.isoformat(),
        "luoshi": __version__,
        "missing_files": damaged,
        "resources": resources,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, ensure_ascii=False, indent=1), encoding="utf-8")
    return counted, damaged


def tables() -> Iterator[type[models.Model]]:
    """Every table that holds something of the city's, in order of its name."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in LEFT_OUT_APPS and model._meta.managed and not model._meta.proxy
    }
    yield from (found[name] for name in sorted(found))


def _secret(field: models.Field[Any, Any]) -> bool:
    return SECRET.search(str(field.column)) is not None


def _columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not _secret(field)]


def _table(path: Path, model: type[models.Model]) -> int:
    columns = _columns(model)
    rows = model._base_manager.order_by("pk").values_list(*[field.attname for field in columns])
    number = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([field.column for field in columns])
        for row in rows.iterator(chunk_size=5000):
            writer.writerow([_text(value) for value in row])
            number += 1
    return number


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _resource(model: type[models.Model], rows: int) -> dict[str, Any]:
    columns = _columns(model)
    schema: dict[str, Any] = {
        "fields": [
            {"name": field.column, "type": _type(field), "title": str(field.verbose_name)}
            for field in columns
        ],
        "primaryKey": model._meta.pk.column,
        "foreignKeys": [
            {
                "fields": field.column,
                "reference": {
                    "resource": field.remote_field.model._meta.db_table,
                    "fields": field.target_field.column,
                },
            }
            for field in columns
            if isinstance(field, models.ForeignKey)
        ],
    }
    return {
        "name": model._meta.db_table,
        "title": str(model._meta.verbose_name),
        "path": f"{model._meta.db_table}.csv",
        "encoding": "utf-8",
        "rows": rows,
        "left_out": sorted(str(f.column) for f in model._meta.concrete_fields if _secret(f)),
        "schema": schema,
    }


def _type(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.ForeignKey):
        return _type(field.target_field)
    return next((name for kind, name in TYPES if isinstance(field, kind)), "string")
