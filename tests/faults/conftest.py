"""A seeded database as a dump, and agents who can sign in to an installation that runs on it."""

from __future__ import annotations

import logging
import os
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PASSWORD, SEEDED_AT
from tests.faults.place import Place, a_place

AGENTS = 4
log = logging.getLogger("tests.faults")


def _hire(body: Any) -> list[str]:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from luoshi.ledger.actors import SYSTEM
    from luoshi.organisation import services
    from luoshi.organisation.models import Role

    common: dict[str, Any] = {"actor": SYSTEM, "at": SEEDED_AT}
    hashed = Argon2PasswordHasher().encode(PASSWORD, "salt of the test")
    names = [f"night{number}" for number in range(AGENTS)]
    for name in names:
        person = services.person_create(body=body, name=name, mobile="", office_phone="", **common)
        user = services.user_create(
            username=name, person=person, password_hash=hashed, is_demo=True, must_change_password=False, **common
        )  # fmt: skip
        for role in Role.objects.filter(code__in=("agent", "dispatcher")):
            services.grant_role(user=user, role=role, body=body, since=SEEDED_AT.date(), **common)
    return names


@pytest.fixture
def agents(transactional_db: None, bodies: dict[str, Any]) -> list[str]:
    """Names of agents who may register and dispatch."""
    return _hire(bodies["platform"])


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """The test's dice; LUOSHI_SEED repeats a run that failed."""
    seed = int(os.environ.get("LUOSHI_SEED", random.SystemRandom().randrange(10**6)))
    log.info("LUOSHI_SEED=%s", seed)
    return random.Random(seed)


@pytest.fixture
def city(agents: list[str], tmp_path: Path) -> tuple[Path, int]:
    """The small city with its agents as a dump, and the version of the server that it is from."""
    from django.db import connection

    from luoshi.backup.tools import program, server_version

    version = server_version()
    connection.close()
    url = os.environ["LUOSHI_DATABASE_URL"]
    own = re.sub(r"/[^/?]+(\?|$)", rf"/{connection.settings_dict['NAME']}\1", url, count=1)
    dump = tmp_path / "seeded.dump"
    subprocess.run([program("pg_dump", at_least=version), "-Fc", "-f", str(dump), own], check=True)
    return dump, version


@pytest.fixture
def place(city: tuple[Path, int], dice: random.Random) -> Iterator[Place]:
    """A running installation with the small city."""
    with a_place(*city, dice) as found:
        yield found


@pytest.fixture
def small_disks(city: tuple[Path, int], dice: random.Random) -> Iterator[Place]:
    """A running installation whose database and whose home folder each have a small disk of their own."""
    with a_place(*city, dice, small=("data", "home")) as found:
        yield found
