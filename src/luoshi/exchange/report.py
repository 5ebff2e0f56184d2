"""A scored export as plain values: what JSON, the workbook and the page show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from luoshi.engines.assessment import Change, Line, Sheet, UnitScore, explain
from luoshi.engines.assessment.result import COUNTED
from luoshi.engines.rulebook import Item, Rulebook

if TYPE_CHECKING:
    from luoshi.exchange.count import Counted
    from luoshi.exchange.read import Export


@dataclass(frozen=True, slots=True)
class Report:
    """A scored export. most: how many numbers are listed behind each count; None: all."""

    export: Export
    counted: Counted
    sheet: Sheet
    book: Rulebook
    most: int | None
    other: Rulebook | None = None
    changes: tuple[Change, ...] = ()

    @property
    def title(self) -> str:
        """What the whole is called."""
        return f"{self.sheet.scheme.title} {self.sheet.period}"

    def number(self, unit: str) -> int:
        """Return a unit's number in the export."""
        return self.export.units.index(unit)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        scheme, period = self.sheet.scheme, self.sheet.period
        first, end = period.bounds(self.export.tz)
        places = {unit: number for number, unit in enumerate(self.export.units)}
        result: dict[str, Any] = {
            "rulebook": self.book.id,
            "rulebook_version": self.book.version,
            "scheme": scheme.id,
            "title": scheme.title,
            "period": str(period),
            "from": first.isoformat(),
            "to": end.isoformat(),
            "as_of": self.counted.as_of.isoformat(),
            "skipped": {
                "rows": sum(self.export.skipped.values()),
                "tables": self.export.skipped,
                "bad": [row.as_dict() for row in self.export.bad],
            },
            "means": {id: str(points) for id, points in self.sheet.means.items()},
            "units": [self._unit(score, places[score.unit]) for score in self.sheet.units],
        }
        if self.other is not None:
            result["compare"] = {
                "rulebook": self.other.id,
                "rulebook_version": self.other.version,
                "units": [change_as_dict(change) for change in self.changes],
            }
        return result

    def _unit(self, score: UnitScore, place: int) -> dict[str, Any]:
        return {
            "unit": score.unit,
            "name": score.name,
            "class": score.class_,
            **{part: str(points) for part, points in score.parts.items()},
            "total": str(score.total),
            "rank": score.rank,
            "grade": score.grade or None,
            "items": [self._item(score, line, place) for line in score.lines],
            "groups": [
                {
                    "id": group.item.id,
                    "title": group.item.title,
                    "sum": str(group.sum),
                    "points": str(group.points),
                }
                for group in score.groups
            ],
        }

    def _item(self, score: UnitScore, line: Line, place: int) -> dict[str, Any]:
        matters, left_out = self.matters(score, line, place)
        used = line.item.formula.names if line.item.formula else ()
        limit = line.item.max if line.item.max is not None else line.item.cap
        found: dict[str, Any] = {
            "id": line.item.id,
            "title": line.item.title,
            "points": str(line.points),
            "max": None if limit is None else str(limit),
            "counts": {name: _plain(line.counts[name]) for name in used if name in line.counts},
            "formula": str(line.item.formula),
            "cite": [*line.item.cite, *line.item.see],
            "matters": {name: numbers for name, numbers in matters.items() if name in used},
            "no_data": None if line.how == COUNTED else line.how,
            "note": explain.note(score, line),
        }
        also = {name: _plain(number) for name, number in line.counts.items() if name not in used}
        if also:
            found["also"] = {
                name: {"count": number, "matters": matters.get(name, [])} for name, number in also.items()
            }
        left_out = {name: number for name, number in left_out.items() if name in used}
        if left_out:
            found["matters_left_out"] = left_out
        return found

    def matters(
        self, score: UnitScore, line: Line, place: int
    ) -> tuple[dict[str, list[str]], dict[str, int]]:
        """Return the numbers behind each count of an item, and how many of each are not listed."""
        found: dict[str, list[str]] = {}
        left_out: dict[str, int] = {}
        for name in line.counts:
            for count in self._sources(line.item.counts[name]):
                refs, total = self.counted.matters.behind(place, count, self.most)
                charged = [charge.ref for charge in score.counted if charge.count == count]
                listed = sorted([*refs, *dict.fromkeys(charged)])[: self.most]
                found.setdefault(name, []).extend(listed)
                more = total + len(dict.fromkeys(charged)) - len(listed)
                if more:
                    left_out[name] = left_out.get(name, 0) + more
        return found, left_out

    def _sources(self, count: str) -> tuple[str, ...]:
        """Return the counts that a derived one is made from, or the count itself."""
        derived = self.sheet.scheme.derived.get(count)
        if derived is None:
            return (count,)
        return tuple(source for name in derived.names for source in self._sources(name))

    def clauses(self, item: Item) -> str:
        """Return the clauses of an item as an official would cite them."""
        return "；".join(self.book.clause(id) for id in (*item.cite, *item.see))


def change_as_dict(change: Change) -> dict[str, Any]:
    """Return a unit's change as plain values."""
    return {
        "unit": change.unit,
        "before": _brief(change.before),
        "after": _brief(change.after),
        "difference": str(change.difference),
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "before": None if item.before is None else str(item.before),
                "after": None if item.after is None else str(item.after),
                "why": list(item.why),
            }
            for item in change.items
        ],
        "why": list(change.caps),
    }


def _brief(score: UnitScore) -> dict[str, Any]:
    parts = {part: str(points) for part, points in score.parts.items()}
    return {**parts, "total": str(score.total), "rank": score.rank, "grade": score.grade or None}


def _plain(number: int | Decimal) -> int | str:
    return number if isinstance(number, int) else str(number)
