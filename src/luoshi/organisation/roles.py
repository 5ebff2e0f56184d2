"""Carries roles and permissions from data/roles.yaml into the database."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction

from luoshi.organisation.models import Role, RolePermission


@cache
def roles_data() -> dict[str, Any]:
    """The parsed file: {"permissions": {code: title}, "roles": [{code, title, exclusive?, permissions}]}."""
    text = (files("luoshi.organisation.data") / "roles.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    for role in data["roles"]:
        unknown = set(role["permissions"]) - set(data["permissions"])
        if unknown:
            raise ValueError(
                f"roles.yaml: role {role['code']}: unknown permission {', '.join(sorted(unknown))}"
            )
    return data


def permission_title(code: str) -> str:
    """The Chinese name of a permission; an unknown code is shown as it is."""
    return str(roles_data()["permissions"].get(code, code))


@transaction.atomic
def roles_sync() -> int:
    """Make roles and their permissions equal to the data; returns the number of roles.

    A role that the data no longer has keeps its row, because past grants name it, but permits nothing.
    """
    wanted = roles_data()["roles"]
    for position, entry in enumerate(wanted):
        role, _ = Role.objects.update_or_create(
            code=entry["code"],
            defaults={
                "title": entry["title"],
                "exclusive": entry.get("exclusive", False),
                "position": position,
            },
        )
        role.permissions.exclude(code__in=entry["permissions"]).delete()
        held = set(role.permissions.values_list("code", flat=True))
        RolePermission.objects.bulk_create(
            RolePermission(role=role, code=code) for code in entry["permissions"] if code not in held
        )
    RolePermission.objects.exclude(role__code__in=[entry["code"] for entry in wanted]).delete()
    return len(wanted)
