"""Calendars as data: one folder each, `calendar.yaml` and one file a year."""

from __future__ import annotations

from importlib import resources


def names() -> list[str]:
    """Return the names of the calendars, e.g. `china`."""
    return sorted(
        entry.name for entry in resources.files(__name__).iterdir() if (entry / "calendar.yaml").is_file()
    )


def read(name: str = "china") -> dict[str, str]:
    """Return a calendar's files, name -> text. Raises LookupError for an unknown calendar."""
    if name not in names():
        raise LookupError(f"no calendar {name}: known are {', '.join(names())}")
    folder = resources.files(__name__) / name
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    }
