"""What scripted lives of the demo city share."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime

from luoshi.demo import texts
from luoshi.demo.cast import dispatch_of
from luoshi.demo.clockwork import Life, Office, Wait
from luoshi.demo.lives import Lives
from luoshi.hotline import services

STAMPED_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
Scene = Callable[[datetime], Life]
Opened = Generator[Wait, datetime, tuple[datetime, int, int]]
"""A stage that opens a request: it returns the moment, the request and its dispatch."""


class Script:
    """Ways to begin a scripted life."""

    def __init__(self, lives: Lives) -> None:
        self.lives, self.deeds, self.cast = lives, lives.deeds, lives.deeds.cast

    def _begin(self, at: datetime, unit: str, kind: str = "") -> tuple[int, int]:
        """A phone call about a usual matter of a unit, dispatched to it at once."""
        pk = self.deeds.receive(at, texts.case_of(unit, kind), channel="phone")
        return pk, self.deeds.dispatch(at, pk, unit)[0]

    def _returned(self, at: datetime, unit: str, other: str) -> Opened:
        """A unit signs in and asks to return; the platform agrees."""
        request, dispatch = self._begin(at, unit)
        at = yield Office(15)
        self.deeds.sign(at, dispatch)
        at = yield Office(30)
        services.return_request(
            dispatch=dispatch_of(dispatch), reason=texts.RETURN_REASON, proposed_body=self.cast.body(other),
            actor=self.cast.actor("liaison", unit), at=at,
        )  # fmt: skip
        at = yield Office(60)
        services.return_accept(
            application=self.deeds.waiting(dispatch, "return"),
            opinion="理由成立",
            actor=self.cast.dispatcher(),
            at=at,
        )
        return at, request, dispatch
