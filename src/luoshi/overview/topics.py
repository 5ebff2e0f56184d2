"""Rising topics, as the hotline finds them; other functions may not have any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A trouble that many ask about. count: how many requests; before: in the days before; url: its page."""

    title: str
    count: int
    before: int
    url: str


Source = Callable[[dt.datetime], Sequence[Topic]]
_source: list[Source] = []


def register(source: Source) -> None:
    """Tell where rising topics come from; called once, when the app that finds them starts."""
    _source[:] = [source]


def rising(at: dt.datetime) -> Sequence[Topic]:
    """The topics that rise, the strongest first; none where nobody finds them."""
    return _source[0](at) if _source else ()
