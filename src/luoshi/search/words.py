"""What matters of some functions are found by besides number and title at their opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from luoshi.documents.selectors.incoming import words_of_incoming
from luoshi.documents.selectors.outgoing import words_of_outgoing
from luoshi.search.index import say_more

NUMBERED_LATER = ("meetings.minutes", "decisions.normative", "appointments.notice")
"""Kinds that get their number, or another title, long after they were opened."""


def no_words(ids: Sequence[int]) -> Mapping[int, str]:
    """Nothing but number and title as they are by then."""
    return {}


def register_words() -> None:
    """Let papers be found by their text, and what is numbered late by its number."""
    say_more("documents.incoming", words_of_incoming)
    say_more("documents.outgoing", words_of_outgoing)
    for kind in NUMBERED_LATER:
        say_more(kind, no_words)
