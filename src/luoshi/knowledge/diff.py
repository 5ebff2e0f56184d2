"""What differs between two versions of a text, in pieces that a page marks as kept, added or removed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

FINE = 1_000_000  # product of lengths up to which single characters are compared; beyond, sentences
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]?")

Piece = tuple[str, str]
"""(same | added | removed, text)."""


def pieces(old: str, new: str) -> list[Piece]:
    """The texts aligned: what stayed, what was removed and what was added, in reading order."""
    if old == new:
        return [("same", new)] if new else []
    fine = len(old) * len(new) <= FINE
    before = list(old) if fine else SENTENCE.findall(old)
    after = list(new) if fine else SENTENCE.findall(new)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(after[c:d])))
            continue
        found += [("removed", "".join(before[a:b]))] if b > a else []
        found += [("added", "".join(after[c:d]))] if d > c else []
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """One labelled text in two versions."""

    label: str
    pieces: list[Piece]
    changed: bool


def compare(labels: Mapping[str, str], old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """The labelled texts of two versions side by side, in the order of the labels."""
    return [
        Change(label, pieces(old.get(key, ""), new.get(key, "")), old.get(key, "") != new.get(key, ""))
        for key, label in labels.items()
    ]
