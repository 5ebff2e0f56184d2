"""Fixtures for the whole project.

Bodies, people, roles and accounts of a small city stand in the database from the start of the session; each
test sees them and changes them in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings as hypothesis

if TYPE_CHECKING:
    from luoshi.ledger.actors import Actor
    from luoshi.organisation.models import Body

hypothesis.register_profile("luoshi", deadline=None)  # no test hangs on how busy the machine is
hypothesis.load_profile("luoshi")

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Demo-pass-2017"
SEEDED_AT = dt.datetime(2017, 9, 22, 9, 0, tzinfo=SHANGHAI)
SMALL_CITY = (
    "platform",
    "command-centre",
    "leading-group",
    "zhengfuban",
    "hubin",
    "lushi",
    "shifanqu",
    "gongan",
    "chengguan",
    "zhujian",
    "huanbao",
    "jiaoyu",
    "shuiwu",
    "reli",
    "mishuke",
    "jiyaoke",
    "shizhangban",
    "duchashi",
    "zonghe1",
    "zonghe2",
    "fazhiban",
    "bianban",
    "jiancha",
)


def _seed() -> None:
    from django.contrib.auth.hashers import make_password

    from luoshi.agenda.seed import seed_leaders
    from luoshi.organisation.seed import seed_sanmenxia_bodies

    seed_sanmenxia_bodies(at=SEEDED_AT, only=SMALL_CITY, password_hash=make_password(PASSWORD))
    seed_leaders(at=SEEDED_AT)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database with the small city in it, and the same again after a test with real transactions."""
    from django.test import TransactionTestCase

    from luoshi.ledger.services import owing
    from tests.database import keep, own_database, restore

    def again(case: TransactionTestCase) -> None:
        restore()
        owing.forget_platform()

    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            stack.enter_context(own_database())
            _seed()
            keep()
        patch.setattr(TransactionTestCase, "_fixture_teardown", again)
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(autouse=True)
def shipped_rules() -> None:
    """A test begins with the rules as they are shipped; one that puts a change in force makes an edition of its own."""
    from luoshi.ledger import rules

    rules._seen[:] = [(0.0, 0)]
    rules._changed.cache_clear()


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    """The bodies of the small city by code: bodies["chengguan"], bodies["platform"], …"""
    from luoshi.ledger.services import owing
    from luoshi.organisation.models import Body

    owing.forget_platform()
    return {body.code: body for body in Body.objects.all()}


@pytest.fixture
def actor(bodies: dict[str, Body]) -> Callable[..., Actor]:
    """actor("liaison", "chengguan"), actor("dispatcher"): the actor of a seeded demo account with that role.

    The body may be a code or a Body, and may be left out where one body has the role. `at` is the moment
    as of which the grants count.
    """
    from luoshi.organisation.models import Grant
    from luoshi.organisation.selectors import actor_for

    def make(role: str, body: str | Body | None = None, *, at: dt.datetime = SEEDED_AT) -> Actor:
        grants = Grant.objects.filter(role__code=role).select_related("user__person").order_by("id")
        if body is not None:
            grants = grants.filter(body__code=body) if isinstance(body, str) else grants.filter(body=body)
        grant = grants.first()
        assert grant is not None, f"no account with role {role} at {body}"
        return actor_for(user=grant.user, body_id=grant.body_id, at=at)

    return make


@pytest.fixture
def under(settings: Any) -> Callable[[str], None]:
    """under("xiping"): from here on the test runs by that rulebook, its drafts holding as if in force."""

    def choose(name: str) -> None:
        settings.RULEBOOK = name
        settings.RULEBOOK_ON_TRIAL = True

    return choose


@pytest.fixture
def at() -> Callable[[str], dt.datetime]:
    """at("2017-09-29 17:50"): a moment in Shanghai time."""

    def make(text: str) -> dt.datetime:
        return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    return make
