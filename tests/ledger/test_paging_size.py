"""How many rows a page of a list shows."""

from __future__ import annotations

import pytest

from luoshi.ledger.paging import SHORT, SIZE, size_asked


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({}, SIZE),
        ({"size": "25"}, SHORT),
        ({"size": "1000000"}, SIZE),
        ({"size": "-1"}, SIZE),
        ({"size": "二十五"}, SIZE),
    ],
)
def test_a_page_has_fifty_rows_or_twenty_five(query, rows):
    assert size_asked(query) == rows
