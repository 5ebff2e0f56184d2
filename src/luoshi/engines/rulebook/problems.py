"""What is wrong in a rulebook, told so that a rule editor can mend it.

Problems are collected, not raised one by one: whoever checks a rulebook sees everything at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where it stands (file, line, key), what it is, and how to mend it."""

    file: str
    line: int
    key: str
    message: str
    mend: str

    def __str__(self) -> str:
        """Return the problem as one line: `file:line: key: what is wrong; how to mend`."""
        return f"{self.file}:{self.line}: {self.key}: {self.message}; {self.mend}"

    def as_dict(self) -> dict[str, str | int]:
        """Return the problem as plain values for JSON."""
        return {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "message": self.message,
            "mend": self.mend,
        }


class RulebookError(ValueError):
    """A rulebook that cannot be used, with every problem found in it (sorted by file and line)."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Problems:
    """Collects problems while a rulebook is read."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, key: str, message: str, mend: str) -> None:
        """Note one problem; a quoted value that holds line breaks is told on one line."""
        self.found.append(Problem(file, line, _on_one_line(key), _on_one_line(message), mend))

    def drop(self, file: str, key: str, message: str) -> None:
        """Forget a problem that a better one explains."""
        said = (file, _on_one_line(key), _on_one_line(message))
        self.found = [p for p in self.found if (p.file, p.key, p.message) != said]

    def raise_if_any(self) -> None:
        """Raise RulebookError with everything collected; do nothing when all is well."""
        if self.found:
            raise RulebookError(self.found)


def _on_one_line(text: str) -> str:
    return " ".join(text.splitlines())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None when nothing comes near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
    return close[0] if close else None


def one_of(word: str, known: Iterable[str], *, most: int = 12) -> str:
    """Return the mend for a word that is not in a list: the nearest one, else the list itself."""
    words = sorted(known)
    close = nearest(word, words)
    if close is not None:
        return f"write {close}"
    if len(words) > most:
        return "use one of: " + ", ".join(words[:most]) + ", …"
    return "use one of: " + ", ".join(words) if words else "none is defined yet"
