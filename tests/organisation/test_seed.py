"""The trial city is complete, invented where it must be, and can be changed like any other."""

from __future__ import annotations

def test_x(bodies):
    assert bodies["chengguan"].name == "三门峡市城市管理局"
