"""Papers brought to a point of their way."""

from __future__ import annotations

import pytest

from luoshi.decisions.services.legality import legality_ask
from luoshi.ledger.models import door
from tests.documents.outgoing_life import Life


@pytest.fixture
def life(actor, bodies, at):
    return Life(actor, bodies, at("2017-10-16 09:00"))


def events(paper):
    return list(paper.matter.events.order_by("seq").values_list("kind", flat=True))


def refused(kind, clause, match, call, **given):
    """The call is refused in these words, with this clause."""
    with pytest.raises(kind, match=match) as found:
        call(**given)
    assert clause in found.value.cite, (found.value, found.value.cite)


def lawful(paper, life, day):
    """The legal office found the paper lawful on a day."""
    made = legality_ask(matter=paper.matter, actor=life.section(paper), at=life.tick())
    made.result, made.given_at, made.reviewer, made.opinion = "lawful", day, "法制办", "合法"
    with door():
        made.save()
    return made
