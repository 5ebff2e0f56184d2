"""What the demo city's knowledge base holds: invented questions and answers of its units."""

from __future__ import annotations

from datetime import datetime


def fill(*, at: datetime) -> None:
    """Let each unit enter its questions and answers."""
