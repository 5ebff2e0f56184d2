"""Luoshi's side: its own pages and forms, with the people signed in whose step it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench import pages, server, stores
from bench.peers.side import Ask, Steps

SAME = {"register": "create", "draft": "reply with state change"}


@contextmanager
def serving(own: str, size: int) -> Iterator[Ours]:
    """Luoshi on its database of this size."""
    url = server.url_of(own, stores.name_of(size))
    with server.serving(url) as port:
        yield Ours(pages.Place(size, port, url))


class Ours:
    """Luoshi being served."""

    name = "Luoshi"

    def __init__(self, place: pages.Place) -> None:
        self.place = place
        self.team = pages.team(place)
        self.reader = place.person("command_centre", "command-centre")
        self.lives = 0
        dispatcher = place.people["dispatcher"]
        of_unit = f"/dispatches/?body={place.unit}&state=sent"
        self.asks: dict[str, Ask] = {
            "read one": lambda turn: self._got(place.people["dispatcher"], self._one(turn)),
            "list 25, by state": lambda turn: self._got(dispatcher, "/requests/?state=in_progress"),
            "list 25, by unit and state": lambda turn: self._got(dispatcher, of_unit),
            "overdue scan": lambda turn: self._got(dispatcher, "/dispatches/?overdue=1"),
            "monthly count per unit": lambda turn: self._got(self.reader, "/overview/?period=month"),
        }

    def life(self, number: int) -> Steps:
        """A request from being taken in to its call-back: eleven forms."""
        self.lives += 1
        taken = pages.life(self.place, 3_000 + number + self.lives, self.team)
        return [(SAME.get(name, name), seconds) for name, seconds in taken]

    def _one(self, turn: int) -> str:
        return f"/requests/{self.place.requests[turn % len(self.place.requests)]}/"

    def _got(self, browser: pages.Browser, path: str) -> float:
        answer = browser.get(path)
        if answer.status != 200:
            raise RuntimeError(f"Luoshi, {path}: {answer.status}")
        return answer.seconds
