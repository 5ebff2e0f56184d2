"""Luoshi's side: its own pages and forms, with the people signed in whose step it is; beside them its interface.

`python -m bench.peers.ours` prints a token for the interface, for the database of the settings.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import pages, server, stores
from bench.peers.side import BY_API, Ask, Steps

SAME = {"register": "create", "draft": "reply with state change"}


@contextmanager
def serving(own: str, size: int) -> Iterator[Ours]:
    """Luoshi on its database of this size."""
    url = server.url_of(own, stores.name_of(size))
    command = [sys.executable, "-m", "bench.peers.ours"]
    done = subprocess.run(command, env=server.environment(url), capture_output=True, text=True, check=True)
    with server.serving(url) as port:
        yield Ours(pages.Place(size, port, url), done.stdout.split()[-1])


class Ours:
    """Luoshi being served."""

    name = "Luoshi"

    def __init__(self, place: pages.Place, token: str) -> None:
        self.place, self.token = place, token
        self.other = pages.Browser(place.port)
        self.team = pages.team(place)
        self.reader = place.person("command_centre", "command-centre")
        self.lives = int(time.time()) % 10_000_000  # nobody hands in the same twice, also on a kept database
        dispatcher = place.people["dispatcher"]
        of_unit = f"/dispatches/?body={place.unit}&state=sent&size=25"
        self.asks: dict[str, Ask] = {
            "read one": lambda turn: self._got(place.people["dispatcher"], self._one(turn)),
            "list 25, by state": lambda turn: self._got(dispatcher, "/requests/?state=in_progress&size=25"),
            "list 25, by unit and state": lambda turn: self._got(dispatcher, of_unit),
            "overdue scan": lambda turn: self._got(dispatcher, "/dispatches/?overdue=1&size=25"),
            "monthly count per unit": lambda turn: self._got(self.reader, "/overview/?period=month"),
            BY_API[0]: lambda turn: self._called("/requests/" + self._one(turn).split("/")[2]),
            BY_API[1]: lambda turn: self._called("/requests?state=in_progress&size=25"),
        }

    def life(self, number: int) -> Steps:
        """A request from being taken in to its call-back: eleven forms."""
        self.lives += 1
        taken = pages.life(self.place, self.lives, self.team)
        return [(SAME.get(name, name), seconds) for name, seconds in taken]

    def _one(self, turn: int) -> str:
        return f"/requests/{self.place.requests[turn % len(self.place.requests)]}/"

    def _called(self, path: str) -> float:
        """An answer of the interface, as JSON."""
        answer = self.other.send("GET", f"/api/v1{path}", None, {"Authorization": f"Bearer {self.token}"})
        if answer.status != 200:
            raise RuntimeError(f"Luoshi, /api/v1{path}: {answer.status}")
        return answer.seconds

    def _got(self, browser: pages.Browser, path: str) -> float:
        answer = browser.get(path)
        if answer.status != 200:
            raise RuntimeError(f"Luoshi, {path}: {answer.status}")
        return answer.seconds


def token() -> str:
    """A token of the dispatchers for the interface."""
    from django.utils import timezone

    from luoshi.api.scopes import READ
    from luoshi.api.services import token_issue
    from luoshi.organisation.models import Grant
    from luoshi.organisation.selectors import actor_for

    grants = Grant.objects.select_related("user", "body").order_by("pk")
    officer = grants.filter(role__code="security_officer")[0]
    dispatcher = grants.filter(role__code="dispatcher")[0]
    now = timezone.now()
    _, secret = token_issue(
        user=dispatcher.user, body=dispatcher.body, name="bench", scopes=[READ],
        until=timezone.localdate() + dt.timedelta(days=30), at=now,
        actor=actor_for(user=officer.user, body_id=officer.body_id),
    )  # fmt: skip
    return secret


if __name__ == "__main__":
    from luoshi.cli import use_django

    use_django()
    print(token())
