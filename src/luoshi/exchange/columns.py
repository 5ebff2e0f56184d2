"""The cells of a table read into compact columns: codes for words, seconds for times, texts as they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
from luoshi.exchange.times import NEVER, WRONG, read_times

CHINA = ZoneInfo("Asia/Shanghai")
Wrong = NDArray[np.bool_] | None
_CODED = ("unit", "word", "whole")
_THREADS = 2
_WHOLE = {str(number): number for number in range(100)}


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
        self._vocabularies: dict[str, tuple[pl.Enum, NDArray[np.int32]]] = {}
        for column in self.table.columns:
            if column.kind in _CODED:
                words = self._words(column)
                table = np.array([*words.values(), -1], np.int32)
                self._vocabularies[column.name] = pl.Enum(list(words)), table
        self.offset = 28800 if tz is CHINA else 0

    def _places(self) -> dict[str, int]:
        """Return the place of each column; a missing or misspelt one is refused."""
        header = [title.strip().lstrip("\ufeff") for title in self.source.header]
        places: dict[str, int] = {}
        known: dict[str, Column] = {}
        for column in self.table.columns:
            known |= {column.name: column, column.chinese: column}
        if self.table is not UNITS and any(column.name == "unit" for column in self.table.columns):
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
        """Return the batches' columns in order; they are read on all cores, a few at a time."""
        parts: list[dict[str, Any]] = []
        waiting: deque[Future[dict[str, Any]]] = deque()
        with ThreadPoolExecutor(_THREADS) as pool:
            for batch in self.source.batches():
                if len(batch):
                    waiting.append(pool.submit(self._batch, batch, self.rows + 2))
                    self.rows += len(batch)
                if len(waiting) > _THREADS:
                    parts.append(waiting.popleft().result())
            parts += [future.result() for future in waiting]
        return parts

    def _batch(self, batch: pl.DataFrame, first: int) -> dict[str, Any]:
        """Read one batch whose first row is numbered; one polars query does what polars does best."""
        found: dict[str, Any] = {"row": np.arange(first, first + len(batch), dtype=np.int64)}
        made = batch.select(
            self._query(column).alias(column.name)
            for column in self.table.columns
            if column.name in self.places and column.kind in (*_CODED, "text")
        )
        for column in self.table.columns:
            place = self.places.get(column.name)
            if place is None:
                found[column.name] = _absent(column, len(batch))
                continue
            texts = batch.to_series(place)
            ready = made[column.name] if column.name in made.columns else texts
            found[column.name], wrong = self._column(column, texts, ready)
            for number in np.flatnonzero(wrong).tolist() if wrong is not None else ():
                self.bad.append(
                    BadRow(
                        self.source.shown, first + number, column.name, texts[number] or "", column.expected
                    )
                )
        return found

    def _query(self, column: Column) -> pl.Expr:
        texts = pl.col(f"c{self.places[column.name]}")
        if column.kind == "text":
            return texts.str.strip_chars()
        kind, _ = self._vocabularies[column.name]
        return texts.cast(kind, strict=False).to_physical().cast(pl.Int32).fill_null(-1)

    def _column(self, column: Column, texts: pl.Series, ready: pl.Series) -> tuple[Any, Wrong]:
        """Return a column's values, and which cells are wrong (None: not one)."""
        wrong: Wrong = None
        if column.kind == "text":
            if column.required and (ready.null_count() or (ready == "").any()):
                wrong = (ready.is_null() | (ready == "").fill_null(True)).to_numpy()
            return ready, wrong
        if column.kind == "number":
            return _numbers(texts)
        if column.kind in _CODED:
            codes = self._codes(column, texts, ready)
            lacking = codes == -1
            wrong = (codes == -2) | lacking if column.required else codes == -2
            codes[lacking] = column.default
            return codes, wrong
        days = {"date": "first", "day_end": "last"}.get(column.kind, "")
        times = read_times(texts, self.offset, self.tz, days=days)
        wrong = times == WRONG
        return times, wrong | (times == NEVER) if column.required else wrong

    def _codes(self, column: Column, texts: pl.Series, ready: pl.Series) -> NDArray[np.int32]:
        """Return each text's code: -1 for an empty cell, -2 for a word that is not known."""
        physical = ready.to_numpy()
        _, table = self._vocabularies[column.name]
        codes: NDArray[np.int32] = table[physical]
        if int((physical < 0).sum()) == texts.null_count():
            return codes
        words = self._words(column)
        for number in np.flatnonzero((physical < 0) & texts.is_not_null().to_numpy()).tolist():
            word = texts[number].strip()
            codes[number] = words.get(word, words.get(word.lower(), -2)) if word else -1
        if column.kind == "whole":
            _slow_wholes(codes, texts)
        return codes

    def _words(self, column: Column) -> Mapping[str, int]:
        if column.kind == "unit":
            return self.units
        return _WHOLE if column.kind == "whole" else column.words


def _absent(column: Column, size: int) -> Any:
    """Return the values of a column that is not there."""
    if column.kind == "text":
        return pl.Series([None], dtype=pl.String).new_from_index(0, size)
    if column.kind == "number":
        return np.full(size, Decimal(0), dtype=object)
    if column.kind in _CODED:
        return np.full(size, column.default, np.int32)
    return np.full(size, NEVER, np.int64)


def _slow_wholes(codes: NDArray[np.int32], texts: pl.Series) -> None:
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
