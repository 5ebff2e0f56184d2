"""The rulebooks that ship with Luoshi, as texts. Reading them into rules is the engines' work.

A rulebook is a folder here: rulebook.yaml, documents.yaml and rule files by function. The working calendars
are in `luoshi.rulebooks.calendars`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable


def names() -> tuple[str, ...]:
    """Return the ids of the shipped rulebooks, in alphabetical order."""
    return tuple(
        sorted(entry.name for entry in _root().iterdir() if entry.joinpath("rulebook.yaml").is_file())
    )


def read(name: str) -> dict[str, str]:
    """Return a shipped rulebook's files: path inside its folder -> text.

    Raises LookupError with one clear line when there is no such rulebook.
    """
    if name not in names():
        raise LookupError(f"no rulebook {name}; shipped are: {', '.join(names())}")
    return dict(_texts(_root() / name, ""))


def _root() -> Traversable:
    return resources.files(__name__)


def _texts(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _texts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield prefix + entry.name, entry.read_text(encoding="utf-8")
