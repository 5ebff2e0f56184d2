"""The cells of a table read into compact columns: codes for words, seconds for times, texts as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from luoshi.engines.rulebook.problems import nearest
from luoshi.exchange.bad import BadExport, BadRow
from luoshi.exchange.format import UNITS, Column, Table
from luoshi.exchange.sources import Source, find_odd
from luoshi.exchange.times import WRONG, read_times

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class Data:
    """The good rows of one table: numbers as numpy arrays, texts as polars columns, `row` as in the file."""

    table: Table
    shown: str = ""
    tz: tzinfo = CHINA
    columns: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["row"])

    def keep(self, good: NDArray[np.bool_]) -> None:
        """Keep only the rows marked."""
        if not good.all():
            mask = pl.Series(good)
            for name, values in self.columns.items():
                self.columns[name] = values.filter(mask) if isinstance(values, pl.Series) else values[good]


def empty(table: Table) -> Data:
    columns: dict[str, Any] = {"row": np.empty(0, np.int64)}
    for column in table.columns:
        columns[column.name] = (
            pl.Series([], dtype=pl.String) if column.kind == "text" else np.empty(0, np.int64)
        )
    return Data(table, columns=columns)


class Reader:
    """Reads one table batch by batch into compact columns."""

    def __init__(self, source: Source, units: tuple[str, ...], tz: tzinfo) -> None:
        self.source = source
        self.table = source.table
        self.tz = tz
        self.bad: list[BadRow] = []
        self.rows = 0
        self.units = {unit: number for number, unit in enumerate(units)}
        self.places = self._places()
        self._vocabularies: dict[str, tuple[pl.Enum, NDArray[np.int64]]] = {}
        self.offset = 28800 if tz is CHINA else 0

    def _places(self) -> dict[str, int]:
        """Return the place of each column; a missing or misspelt one is refused."""
        header = [title.strip().lstrip("\ufeff") for title in self.source.header]
        places: dict[str, int] = {}
        known: dict[str, Column] = {}
        for column in self.table.columns:
            known |= {column.name: column, column.chinese: column}
        if self.table is not UNITS:
            known["单位"] = self.table.column("unit")
        for number, title in enumerate(header):
            found = known.get(title) or known.get(title.lower())
            if found is None:
                continue
            if found.name in places:
                raise BadExport(f"{self.source.shown}, row 1: the column {title} stands twice; keep one")
            places[found.name] = number
        for column in self.table.columns:
            if column.name in places:
                continue
            strange = [title for title in header if title not in known and title.lower() not in known]
            close = nearest(column.name, strange) or nearest(column.chinese, strange)
            if close is not None:
                raise BadExport(
                    f"{self.source.shown}, row 1: unknown column {close}; did you mean {column.name}?"
                )
            if not column.optional:
                raise BadExport(
                    f"{self.source.shown}, row 1: the column {column.name} ({column.chinese}) is missing; add it"
                )
        return places

    def read(self) -> Data:
        """Return the rows; cells that are wrong are noted, and hold their column's default."""
        try:
            parts = self._parts()
        except BadExport:
            find_odd(self.source)
            if not self.source.odd:
                raise
            self.bad, self.rows = list(self.source.odd), 0
            parts = self._parts()
        if not parts:
            return empty(self.table)
        columns: dict[str, Any] = {}
        for name in list(parts[0]):
            pieces = [part.pop(name) for part in parts]
            columns[name] = pl.concat(pieces) if isinstance(pieces[0], pl.Series) else np.concatenate(pieces)
        return Data(self.table, self.source.shown, self.tz, columns)

    def _parts(self) -> list[dict[str, Any]]:
        parts = []
        for batch in self.source.batches():
            if len(batch):
                parts.append(self._batch(batch))
                self.rows += len(batch)
        return parts

    def _batch(self, batch: pl.DataFrame) -> dict[str, Any]:
        first = self.rows + 2
        found: dict[str, Any] = {"row": np.arange(first, first + len(batch), dtype=np.int64)}
        for column in self.table.columns:
            place = self.places.get(column.name)
            texts = (
                batch.to_series(place)
                if place is not None
                else pl.Series([None], dtype=pl.String).new_from_index(0, len(batch))
            )
            found[column.name], wrong = self._column(column, texts)
            if column.required:
                wrong |= _empty_cells(texts)
            for number in np.flatnonzero(wrong).tolist():
                self.bad.append(
                    BadRow(
                        self.source.shown, first + number, column.name, texts[number] or "", column.expected
                    )
                )
        return found

    def _column(self, column: Column, texts: pl.Series) -> tuple[Any, NDArray[np.bool_]]:
        none = np.zeros(len(texts), np.bool_)
        match column.kind:
            case "text":
                return texts.str.strip_chars(), none
            case "unit":
                codes = self._codes("unit", self.units, texts)
            case "word":
                codes = self._codes(column.name, column.words, texts)
                codes[codes == -1] = column.default
            case "time" | "date" | "day_end":
                days = {"date": "first", "day_end": "last"}.get(column.kind, "")
                codes = read_times(texts, self.offset, self.tz, days=days)
                return codes, codes == WRONG
            case "whole":
                codes = self._codes(column.name, _WHOLE, texts)
                _slow_wholes(codes, texts)
                codes[codes == -1] = column.default
            case _:
                return _numbers(texts)
        return codes, codes == -2

    def _codes(self, name: str, words: Mapping[str, int], texts: pl.Series) -> NDArray[np.int64]:
        """Return each text's code: -1 for an empty cell, -2 for a word that is not known."""
        if name not in self._vocabularies:
            kind = pl.Enum(list(words) or ["-"])
            self._vocabularies[name] = kind, np.array([*words.values(), -1], np.int64)
        kind, table = self._vocabularies[name]
        physical = texts.cast(kind, strict=False).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        codes: NDArray[np.int64] = table[physical]
        unknown = np.flatnonzero((physical < 0) & texts.is_not_null().to_numpy())
        for number in unknown.tolist():
            word = texts[number].strip()
            codes[number] = words.get(word, words.get(word.lower(), -2)) if word else -1
        return codes


_WHOLE = {str(number): number for number in range(100)}


def _empty_cells(texts: pl.Series) -> NDArray[np.bool_]:
    return (texts.is_null() | (texts.str.strip_chars() == "").fill_null(True)).to_numpy()


def _slow_wholes(codes: NDArray[np.int64], texts: pl.Series) -> None:
    for number in np.flatnonzero(codes == -2).tolist():
        word = texts[number].strip().removesuffix(".0")
        if word.isdecimal() and len(word) <= 9:
            codes[number] = int(word)


def _numbers(texts: pl.Series) -> tuple[Any, NDArray[np.bool_]]:
    values = np.full(len(texts), Decimal(0), dtype=object)
    wrong = np.zeros(len(texts), np.bool_)
    for number, text in enumerate(texts.to_list()):
        if text is None or not text.strip():
            continue
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            value = Decimal(-1)
        wrong[number] = not value.is_finite() or value < 0
        values[number] = Decimal(0) if wrong[number] else value
    return values, wrong
