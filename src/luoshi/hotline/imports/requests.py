"""From a row of a table to a request, or to what is wrong with the row. Pure: no database, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from luoshi.hotline.imports.cleaning import clean_code, clean_line, clean_text, excerpt
from luoshi.hotline.imports.mapping import Mapping as ColumnMapping
from luoshi.hotline.imports.moments import Moment, NoMoment, read_moment
from luoshi.hotline.imports.table import Row

LONGEST = {
    "id": 64,
    "citizen": 60,
    "account": 80,
    "phone": 30,
    "subject": 100,
    "address": 200,
    "text": 19_000,
    "reply": 100_000,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: its number as a person sees it, column, value (shortened), and what is
    expected.

    `more` holds further problems of the same row.
    """

    row: int
    column: str
    value: str
    expected: str
    more: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        also = "".join(
            f"; {each.column} {_quoted(each.value)}: expected {each.expected}" for each in self.more
        )
        return f"row {self.row}, column {self.column}, {_quoted(self.value)}: expected {self.expected}{also}"

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as plain values for JSON; `more` only where there is more."""
        plain: dict[str, Any] = {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "expected": self.expected,
        }
        if self.more:
            plain["more"] = [each.as_dict() for each in self.more]
        return plain


def _quoted(value: str) -> str:
    return f"“{value}”" if value else "empty"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a file gives it, its texts cleaned. Times are aware; `votes_*` are None when the file
    has none.
    """

    row: int
    id: str
    subject: str
    received: Moment
    text: str = ""
    citizen: str = ""
    account: str = ""
    phone: str = ""
    address: str = ""
    reply: str = ""
    replied: Moment | None = None
    votes_for: int | None = None
    votes_against: int | None = None

    def digest(self) -> str:
        """Return the SHA-256 of everything but the row number: the same request gives the same digest in
        any file.
        """
        values = {each.name: _plain(getattr(self, each.name)) for each in fields(self) if each.name != "row"}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return [value.at.isoformat(), value.precision] if isinstance(value, Moment) else value


@dataclass(slots=True)
class RequestReader:
    """Reads the rows of one file. `places` holds the place of each field's column, `header` the names of
    the columns.

    now: no request or reply may lie after it.
    """

    mapping: ColumnMapping
    header: list[str]
    places: Mapping[str, int]
    now: datetime
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, row: Row) -> Request | Problem | None:
        """Return the request in a row, or what is wrong with it; None for an empty row."""
        if not row.damage and all(_blank(cell) for cell in row.cells):
            return None
        if row.damage:
            return Problem(
                row.number, self.header[-1], excerpt(_text(row.cells[-1])) if row.cells else "", row.damage
            )
        surplus = [cell for cell in row.cells[len(self.header) :] if not _blank(cell)]
        if surplus:
            expected = f"{len(self.header)} cells, as the header has (the row has {len(row.cells)})"
            return Problem(row.number, self.header[-1], excerpt(_text(surplus[0])), expected)
        cells = _Cells(self, row)
        request = self._request(cells)
        if cells.problems:
            first, *more = cells.problems
            return Problem(first.row, first.column, first.value, first.expected, tuple(more))
        assert request is not None  # noqa: S101 - without a problem every part has been read
        self.seen[request.id] = row.number
        return request

    def _request(self, cells: _Cells) -> Request | None:
        number = cells.code("id", needed=True)
        if number in self.seen:
            cells.wrong("id", f"a number that no other row has (row {self.seen[number]} has it too)")
        subject = cells.text("subject", clean_line, needed=True)
        received = cells.moment("received", self.mapping, self.now, needed=True)
        text = cells.text("text", clean_text, needed=True) if "text" in self.places else ""
        reply, replied = self._reply(cells, received)
        votes = cells.count("votes_for"), cells.count("votes_against")
        if received is None:
            return None
        return Request(
            row=cells.row.number,
            id=number,
            subject=subject,
            received=received,
            text=text,
            citizen=cells.text("citizen", clean_line),
            account=cells.text("account", clean_line),
            phone=cells.phone(),
            address=cells.text("address", clean_line),
            reply=reply,
            replied=replied,
            votes_for=votes[0],
            votes_against=votes[1],
        )

    def _reply(self, cells: _Cells, received: Moment | None) -> tuple[str, Moment | None]:
        reply = cells.text("reply", clean_text)
        replied = cells.moment("replied", self.mapping, self.now, needed=bool(reply))
        if replied is None:
            return reply, None
        if "reply" in self.places and not reply:
            cells.wrong("reply", "the text of the reply, or no time of a reply")
        if received is not None and replied.before(received):
            cells.wrong("replied", f"a time not before the request's ({received.at:%Y-%m-%d %H:%M:%S})")
        return reply, replied


@dataclass(slots=True)
class _Cells:
    """The cells of one row by field, and the problems met while reading them."""

    reader: RequestReader
    row: Row
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, name: str, expected: str) -> None:
        column = self.reader.header[self.reader.places[name]]
        self.problems.append(Problem(self.row.number, column, excerpt(_text(self.value(name))), expected))

    def value(self, name: str) -> Any:
        place = self.reader.places.get(name)
        return None if place is None or place >= len(self.row.cells) else self.row.cells[place]

    def text(self, name: str, clean: Callable[[str], str], *, needed: bool = False) -> str:
        text = clean(_text(self.value(name)))
        if needed and not text:
            self.wrong(name, "a text")
        elif len(text) > LONGEST[name]:
            self.wrong(name, f"at most {LONGEST[name]} characters (it has {len(text)})")
        return text

    def code(self, name: str, *, needed: bool = False) -> str:
        code = clean_code(_text(self.value(name)))
        if needed and not code:
            self.wrong(name, "a number")
        elif len(code) > LONGEST[name]:
            self.wrong(name, f"at most {LONGEST[name]} characters (it has {len(code)})")
        return code

    def phone(self) -> str:
        code = self.code("phone")
        if code and not 3 <= sum(each.isdecimal() for each in code) <= 20:
            self.wrong("phone", "a telephone number of 3 to 20 figures")
        return code

    def moment(self, name: str, mapping: ColumnMapping, now: datetime, *, needed: bool) -> Moment | None:
        value = self.value(name)
        if _blank(value) and not needed:
            return None
        try:
            moment = read_moment(value, mapping.zone)
        except NoMoment as wrong:
            self.wrong(name, str(wrong))
            return None
        if moment.at > now:
            self.wrong(
                name, f"a time that has come (it is {now.astimezone(mapping.zone):%Y-%m-%d %H:%M} now)"
            )
            return None
        return moment

    def count(self, name: str) -> int | None:
        code = clean_code(_text(self.value(name)))
        if not code:
            return None
        if not code.isdecimal() or len(code) > 9:
            self.wrong(name, "a whole number, 0 or more")
            return None
        return int(code)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not clean_line(value))


def _text(value: object) -> str:
    """A cell as a person sees it: whole numbers without a fraction, dates without a zone."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
