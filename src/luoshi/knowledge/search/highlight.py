"""Marks what was searched for. The text is escaped piece by piece; only <mark> is ever added."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH = 90
LEAD = 15

Span = tuple[int, int]


def _fold_each(text: str) -> str:
    """The text folded character by character, so that positions stay those of the original."""
    folded = (unicodedata.normalize("NFKC", char).casefold() for char in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))


def spans(text: str, terms: Iterable[str]) -> list[Span]:
    """Where any of the terms stand, overlapping and touching places joined, in order."""
    plain = _fold_each(text)
    found: list[Span] = []
    for term in terms:
        start = plain.find(term) if term else -1
        while start >= 0:
            found.append((start, start + len(term)))
            start = plain.find(term, start + 1)
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _render(text: str, places: Sequence[Span]) -> str:
    parts, done = [], 0
    for start, end in places:
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return "".join([*parts, escape(text[done:])])


def mark(text: str, terms: Iterable[str]) -> SafeString:
    """The whole text, escaped, with every place of a term inside <mark>."""
    return mark_safe(_render(text, spans(text, terms)))  # noqa: S308 - every piece is escaped in _render


def snippet(texts: Iterable[str], terms: Sequence[str], *, width: int = WIDTH) -> SafeString:
    """About `width` characters from the text that holds most of the terms, marked and escaped.

    White space is made single first. Without any place the beginning of the first text is shown.
    """
    flat = [" ".join(text.split()) for text in texts if text.strip()]
    if not flat:
        return mark_safe("")
    best = max(flat, key=lambda text: sum(term in _fold_each(text) for term in terms))
    places = spans(best, terms)
    start = max(0, _densest(places, width) - LEAD) if places else 0
    end = min(len(best), start + width)
    start = max(0, end - width)
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in places if a < end and b > start]
    core = _render(best[start:end], inside)
    return mark_safe(f"{'…' if start else ''}{core}{'…' if end < len(best) else ''}")  # noqa: S308


def _densest(places: Sequence[Span], width: int) -> int:
    """The start of the window of `width` that holds most of what was found; the first of equals."""

    def covered(start: int) -> int:
        return sum(min(b, start + width) - a for a, b in places if start <= a < start + width)

    return max((a for a, _ in places), key=covered)
