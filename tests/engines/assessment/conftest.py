"""The shipped rulebook's hotline scheme, and units made in one line."""

from __future__ import annotations

from datetime import date

import pytest

from luoshi.cli.books import load
from luoshi.engines.rulebook import Rulebook, Scheme


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """Sanmenxia's rulebook."""
    return load("sanmenxia")


@pytest.fixture(scope="session")
def scheme(book: Rulebook) -> Scheme:
    """The hotline's scheme as of October 2017."""
    return book.scheme("assessment.hotline", date(2017, 10, 31))
