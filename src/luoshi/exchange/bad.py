"""What is wrong with an export, told so that its maker can mend it."""

from __future__ import annotations

from dataclasses import dataclass


class BadExport(ValueError):
    """An export that cannot be read at all; the message is one clear line."""


@dataclass(frozen=True, slots=True, order=True)
class BadRow:
    """One bad value. row: as a spreadsheet counts, the header being row 1."""

    file: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.column}: found {self.value or '(empty)'}, expected {self.expected}"

    def as_dict(self) -> dict[str, str | int]:
        """Return plain values for JSON."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "expected": self.expected,
        }
