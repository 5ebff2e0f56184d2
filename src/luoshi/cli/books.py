"""Rulebooks for commands: shipped ones by name, others by folder. Here files are read, not judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from luoshi import rulebooks
from luoshi.engines.rulebook import Problem, Rulebook, RulebookError, parse
from luoshi.engines.rulebook.problems import nearest
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

_MARKS = ("rulebook.yaml", "documents.yaml")
_MOST_BYTES = 4_000_000


class NoRulebook(LookupError):
    """There is no rulebook of that name or in that place; the message is one clear line."""


@dataclass(slots=True)
class Found:
    """A rulebook's files before they are judged. `place` is put before file names in messages."""

    name: str
    place: str
    files: dict[str, str | bytes]
    problems: list[Problem] = field(default_factory=list)

    def parse(self) -> Rulebook:
        """Return the rulebook, or raise RulebookError whose problems name files by their place."""
        try:
            book = parse(self.files, calendars=known_calendars())
        except RulebookError as error:
            placed = [replace(problem, file=f"{self.place}/{problem.file}") for problem in error.problems]
            raise RulebookError([*self.problems, *placed]) from None
        if self.problems:
            raise RulebookError(self.problems)
        return book


@cache
def known_calendars() -> dict[str, Calendar]:
    """Return the shipped calendars, read once."""
    return {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}


def shipped() -> Iterator[Found]:
    """Yield every rulebook that ships with Luoshi."""
    for name in rulebooks.names():
        yield Found(name, name, dict(rulebooks.read(name)))


def inside(path: Path) -> Iterator[Found]:
    """Yield the rulebook in a folder, or those in its folders. Raises NoRulebook when there is none."""
    if not path.exists():
        raise NoRulebook(f"{path} does not exist; give a rulebook's folder, or a folder of rulebooks")
    if not path.is_dir():
        raise NoRulebook(f"{path} is not a folder; give the folder that holds rulebook.yaml")
    if _is_rulebook(path):
        yield _folder(path)
        return
    folders = [entry for entry in sorted(path.iterdir()) if entry.is_dir() and _is_rulebook(entry)]
    if not folders:
        raise NoRulebook(f"no rulebook in {path}; expected rulebook.yaml there or in a folder of it")
    for folder in folders:
        yield _folder(folder)


def load(name: str) -> Rulebook:
    """Return a shipped rulebook by name, or the one in a folder. Raises NoRulebook or RulebookError."""
    if name in rulebooks.names():
        return Found(name, name, dict(rulebooks.read(name))).parse()
    folder = Path(name)
    if folder.is_dir() and _is_rulebook(folder):
        return _folder(folder).parse()
    close = nearest(name, rulebooks.names())
    hint = f"did you mean {close}?" if close else "shipped are: " + ", ".join(rulebooks.names())
    raise NoRulebook(f"no rulebook {name}; {hint}")


def _is_rulebook(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in _MARKS)


def _folder(folder: Path) -> Found:
    found = Found(folder.resolve().name, str(folder), {})
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        name = path.relative_to(folder).as_posix()
        where = f"{found.place}/{name}"
        if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml":
            found.problems.append(Problem(where, 1, "file", "is not read", "rename it to end in .yaml"))
        if path.suffix != ".yaml":
            continue
        try:
            with path.open("rb") as file:
                found.files[name] = file.read(_MOST_BYTES)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            found.problems.append(
                Problem(where, 1, "file", f"cannot be read ({reason})", "mend its permissions")
            )
            found.files[name] = ""
    return found
