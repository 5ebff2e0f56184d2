"""What a paper says: headings, paragraphs and tables under a title. PDF and DOCX are made of the same content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first level, with its number in the text (一、…)."""

    text: str

    def as_dict(self) -> dict[str, Any]:
        """As templates read it."""
        return {"kind": "heading", "text": self.text}


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, indented by two characters."""

    text: str

    def as_dict(self) -> dict[str, Any]:
        """As templates read it."""
        return {"kind": "text", "text": self.text}


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on each page.

    widths: parts of the line for each column (0: as wide as its content; none: all alike). right: the columns,
    from 0, that hold numbers and stand flush right. Errors: ValueError for a row of another length than the head.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.head):
                raise ValueError(f"row {number} has {len(row)} cells, the head {len(self.head)}")
        if self.widths and len(self.widths) != len(self.head):
            raise ValueError(f"{len(self.widths)} widths for {len(self.head)} columns")

    def as_dict(self) -> dict[str, Any]:
        """As templates read it."""
        return {
            "kind": "table",
            "head": list(self.head),
            "rows": [list(row) for row in self.rows],
            "widths": list(self.widths or (1,) * len(self.head)),
            "right": list(self.right),
            "caption": self.caption,
        }


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper. issuer and dated stand at its end, to the right."""

    title: str
    blocks: tuple[Heading | Text | Table, ...]
    subtitle: str = ""
    issuer: str = ""
    dated: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As templates read it."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "issuer": self.issuer,
            "dated": self.dated,
            "blocks": [block.as_dict() for block in self.blocks],
        }
