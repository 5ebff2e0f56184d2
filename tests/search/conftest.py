"""Signed-in browsers for the search's page."""

from tests.web.conftest import browser_of

__all__ = ["browser_of"]
