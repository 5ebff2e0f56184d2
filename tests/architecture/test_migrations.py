"""Changes of tables that the version still running can live with, so that an update stops nobody (docs/operations.md)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import NOT_PROVIDED

from luoshi.ledger.services.partitions import TABLES

SRC = Path(import_module("luoshi").__file__ or "").parent
STANDING = {"hotline": 13, "ledger": 8, "organisation": 6, "rulemaking": 2}
"""The last migration of each app before there was an installation to update; of the apps not named here the first."""
CERTAIN = (
    migrations.CreateModel,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
BY_MONTH = {table.removeprefix("ledger_") for table in TABLES}
"""Models whose tables may be divided by month; no other app has models of these names."""


def fault(operation: Any, reason: str, created: set[str]) -> str:
    """Why a version that does not know the change could fail over it, or wait for it; empty where it could not."""
    name = type(operation).__name__
    if getattr(operation, "model_name", "").lower() in BY_MONTH and name.endswith("IndexConcurrently"):
        return (
            ""
            if reason
            else f"{name}: refused on a ledger by month; month by month (docs/scaling.md), said in `unhurt`"
        )
    if isinstance(operation, CERTAIN) or getattr(operation, "model_name", "").lower() in created:
        return ""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        writable = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
        return (
            ""
            if writable
            else f"{operation.name}: null=True or db_default, or the version before cannot insert"
        )
    if isinstance(operation, migrations.AddIndex | migrations.RemoveIndex):
        return f"{name}: {name}Concurrently, with atomic = False"
    return (
        ""
        if reason
        else f'{name}: say in the migration as `unhurt = "…"` why the version before can live with it'
    )


def faults(migration: Any) -> list[str]:
    """What is wrong with a migration."""
    created = {one.name.lower() for one in migration.operations if isinstance(one, migrations.CreateModel)}
    found = [fault(one, getattr(migration, "unhurt", ""), created) for one in migration.operations]
    return [one for one in found if one]


def later() -> list[str]:
    """The migrations since there are installations."""
    found = []
    for path in sorted(SRC.glob("*/migrations/[0-9]*.py")):
        app = path.parent.parent.name
        if int(path.name[:4]) > STANDING.get(app, 1):
            found.append(f"luoshi.{app}.migrations.{path.stem}")
    return found


def test_the_version_still_running_can_live_with_each_migration() -> None:
    assert {name: found for name in later() if (found := faults(import_module(name).Migration))} == {}


def test_only_the_ledger_has_models_that_may_lie_by_month() -> None:
    found = [model for model in apps.get_models() if model._meta.model_name in BY_MONTH]
    assert {model._meta.db_table for model in found} == set(TABLES)


def test_every_app_named_has_the_migration_that_is_said_to_stand() -> None:
    for app, number in STANDING.items():
        assert list((SRC / app / "migrations").glob(f"{number:04d}_*.py")), app


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.AddField("matter", "note", models.TextField()), "null=True or db_default"),
        (migrations.AddField("matter", "note", models.TextField(null=True)), ""),
        (migrations.AddField("matter", "note", models.TextField(db_default="")), ""),
        (migrations.RemoveField("matter", "title"), "unhurt"),
        (migrations.RenameField("matter", "title", "name"), "unhurt"),
        (migrations.RunSQL("SELECT 1"), "unhurt"),
        (migrations.AddIndex("matter", models.Index(fields=["title"], name="x")), "AddIndexConcurrently"),
        (AddIndexConcurrently("matter", models.Index(fields=["title"], name="x")), ""),
        (AddIndexConcurrently("event", models.Index(fields=["kind"], name="x")), "month by month"),
    ],
)
def test_what_is_taken_for_harmless(operation: Any, said: str) -> None:
    class Migration:
        operations = [operation]

    assert (said in "".join(faults(Migration))) if said else faults(Migration) == []


def test_a_table_made_by_the_same_migration_is_nobodys_yet() -> None:
    class Migration:
        operations = [
            migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("note", "text", models.TextField()),
            migrations.AddIndex("note", models.Index(fields=["text"], name="y")),
        ]

    assert faults(Migration) == []
