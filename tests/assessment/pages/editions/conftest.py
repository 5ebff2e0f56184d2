"""Sheets that are closed, published and appealed against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.assessment.sheets.conftest import (  # noqa: F401 - fixtures
    appeal_of,
    case,
    centre,
    closed,
    counted,
    decided,
    fix,
    leader,
    platform,
    published,
)


@pytest.fixture
def liaison(actor: Callable[..., Any]) -> Any:
    """The liaison of the unit that appeals."""
    return actor("liaison", "chengguan")
