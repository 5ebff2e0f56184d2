"""Duties for trying changed limits."""

from tests.web.conftest import owe

__all__ = ["owe"]
