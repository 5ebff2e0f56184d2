"""Chinese texts cut into index terms: words by jieba, every pair of neighbouring characters, numbers and Latin words.

The pairs are the safety net: whatever jieba takes for a word, each substring of two characters is found, and a
single character is found as the beginning of a pair (or alone, at the end of a run).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.conf import settings

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUNS = re.compile(f"(?P<han>[{HAN}]+)|(?P<latin>[a-z0-9]+)")
MAX_POSITION = 16383  # PostgreSQL's limit; what stands further back counts as standing there
MAX_LEXEME = 100

_lock = threading.Lock()
_tokenizer: Any = None


def tokenizer() -> Any:
    """jieba's tokenizer, loaded at the first use and once a process.

    Its dictionary lies in Luoshi's own folder, not in a temporary folder where others could leave a forged one.
    """
    global _tokenizer
    if _tokenizer is None:
        with _lock:
            if _tokenizer is None:
                from luoshi.knowledge.search import words

                _tokenizer = words.tokenizer(settings.HOME / "cache")
    return _tokenizer


def fold(text: str) -> str:
    """The text with full-width forms made plain and letters small."""
    return unicodedata.normalize("NFKC", text).casefold()


def pairs(run: str) -> Iterator[str]:
    """Every two neighbouring characters of a run."""
    for start in range(len(run) - 1):
        yield run[start : start + 2]


def terms(text: str) -> Iterator[tuple[str, int]]:
    """The index terms of a text with their positions (characters from its start, counted from 1)."""
    for match in RUNS.finditer(fold(text)):
        start, run = match.start() + 1, match.group()
        if match.lastgroup == "latin":
            yield run[:MAX_LEXEME], start
            continue
        for word, begin, _end in tokenizer().tokenize(run, mode="search"):
            if len(word) > 2:
                yield word[:MAX_LEXEME], start + begin
        for offset, pair in enumerate(pairs(run)):
            yield pair, start + offset
        yield run[-1], start + len(run) - 1


def vector(**weighted: str) -> str:
    """A tsvector literal of texts by weight: vector(A=title, B=question, C=answer, D=unit).

    It is cast to tsvector as it is, so that PostgreSQL's own parser, whose idea of a letter depends on the
    server's locale, has no say. Terms hold letters, digits and Han characters only and need no escaping.
    """
    found: dict[str, list[str]] = {}
    offset = 0
    for weight in "ABCD":
        text = weighted.get(weight, "")
        for term, position in terms(text):
            at = min(offset + position, MAX_POSITION)
            found.setdefault(term, []).append(f"{at}{weight}")
        offset += len(text) + 1
    return " ".join(f"'{term}':{','.join(places[:200])}" for term, places in sorted(found.items()))
