"""Pages opened as somebody with a role, and a small tree of categories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.web.conftest import owe

__all__ = ["owe"]  # what a body owes

if TYPE_CHECKING:
    from luoshi.hotline.models import Category
    from luoshi.ledger.actors import Actor
    from luoshi.organisation.models import Body

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2017, 10, 9, 9, 0, tzinfo=SHANGHAI)
DAY = MONDAY.date()
ROWS = [
    ["城乡建设", "市政管理", "路灯照明"],
    ["城乡建设", "市政管理", "井盖"],
    ["城乡建设", "安全生产", "安全隐患"],
    ["教育文体", "学校管理", "收费"],
    ["交通运输"],
]


@pytest.fixture
def page(bodies: dict[str, Body]) -> Callable[..., Client]:
    """page("platform_leader"), page("liaison", "chengguan"): a browser signed in with that role."""
    from luoshi.organisation.models import Grant

    def make(role: str, body: str = "") -> Client:
        grants = Grant.objects.filter(role__code=role).order_by("id")
        grant = (grants.filter(body__code=body) if body else grants).first()
        assert grant is not None
        client = Client()
        client.force_login(grant.user)
        return client

    return make


@pytest.fixture
def keeper(actor: Callable[..., Actor]) -> Actor:
    """Who keeps the categories."""
    return actor("platform_leader")


@pytest.fixture
def tree(keeper: Actor) -> dict[str, Category]:
    """The categories of ROWS by their full names."""
    from luoshi.hotline.models import Category
    from luoshi.hotline.services.categories import categories_import

    categories_import(rows=ROWS, actor=keeper, at=MONDAY)
    return {row.path: row for row in Category.objects.all()}
