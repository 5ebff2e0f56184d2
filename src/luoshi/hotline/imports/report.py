"""What a check of a file found, as plain values for JSON, as lines for a person, and as a file of bad
rows to mend.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from luoshi.hotline.imports.moments import Moment
from luoshi.hotline.imports.requests import Problem, Request
from luoshi.hotline.imports.source import Source
from luoshi.hotline.imports.table import Row
from luoshi.hotline.imports.timeliness import Timeliness

BAD_COLUMNS = ("错误行号", "错误列", "应为")


@dataclass(slots=True)
class Report:
    """Counts of one file. rows: all that are not empty. errors: one for each bad row, in order."""

    file: str
    mapping: str
    encoding: str
    timeliness: Timeliness
    rows: int = 0
    errors: list[Problem] = field(default_factory=list)
    dates_only: int = 0

    @property
    def good(self) -> int:
        """Rows that can be imported."""
        return self.rows - len(self.errors)

    def add(self, result: Request | Problem) -> None:
        """Count one row."""
        self.rows += 1
        if isinstance(result, Problem):
            self.errors.append(result)
            return
        self.timeliness.add(result)
        times: tuple[Moment | None, ...] = (result.received, result.replied)
        self.dates_only += any(time is not None and time.precision == "day" for time in times)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON.

        assumed_rule: replies whose message is older than the rule. dates_only: rows with a time known to
        the day.
        """
        return {
            "file": self.file,
            "mapping": self.mapping,
            "encoding": self.encoding,
            "rows": self.rows,
            "good": self.good,
            "bad": len(self.errors),
            "replied": self.timeliness.replied,
            "replied_in_time": self.timeliness.in_time,
            "assumed_rule": self.timeliness.assumed,
            "provisional": self.timeliness.provisional,
            "dates_only": self.dates_only,
            "rule": self._rule(),
            "errors": [problem.as_dict() for problem in self.errors],
        }

    def _rule(self) -> dict[str, Any]:
        first, book = self.timeliness.first, self.timeliness.rulebook
        chosen = self.timeliness.chosen
        return {
            "rulebook": book.id,
            "id": first.id,
            "duration": str(chosen.duration) if chosen.duration else None,
            "cite": list(chosen.cite),
            "valid_from": first.valid_from.isoformat(),
        }

    def lines(self) -> list[str]:
        """Return the report as lines for a person, errors left out."""
        timely, first = self.timeliness, self.timeliness.first
        lines = [
            f"{self.file}: {self.rows} rows ({self.encoding}, mapping {self.mapping})",
            f"  good {self.good}, bad {len(self.errors)}",
        ]
        if timely.replied:
            share = 100 * timely.in_time / timely.replied
            limit = f"{timely.chosen.duration} from the message ({timely.rulebook.id} {first.id})"
            lines.append(
                f"  replied {timely.replied}, in time {timely.in_time} ({share:.1f} %): within {limit}"
            )
        if timely.assumed:
            since = f"older than the rule (in force from {first.valid_from})"
            lines.append(f"  {timely.assumed} of these messages are {since}: measured as if it had held")
        if timely.provisional:
            why = "the holidays of a year are not announced yet"
            lines.append(f"  {timely.provisional} due times are provisional: {why}")
        if self.dates_only:
            why = ": such a reply counts at 18:00 of its day" if timely.replied else ""
            lines.append(f"  {self.dates_only} rows give a date without a time{why}")
        return lines


def check(
    source: Source,
    report: Report,
    *,
    on_bad: Callable[[Row, Problem], None] | None = None,
    on_row: Callable[[Row], None] | None = None,
) -> Report:
    """Read a whole file into a report. on_bad: called with each bad row; on_row: with each row, for
    progress.
    """
    for row, result in source.results():
        report.add(result)
        if on_bad is not None and isinstance(result, Problem):
            on_bad(row, result)
        if on_row is not None:
            on_row(row)
    return report


class BadRows:
    """A CSV file (UTF-8 with a mark, so that spreadsheets open it) of the bad rows as they were, with
    what is wrong.

    Its columns are the original ones and three more; mended, the file can be imported with the same
    mapping.
    """

    def __init__(self, path: Path, header: list[str]) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        kept = [name for name in header if name not in BAD_COLUMNS]
        self._keep = [place for place, name in enumerate(header) if name not in BAD_COLUMNS]
        self._writer.writerow([*kept, *BAD_COLUMNS])

    def write(self, row: Row, problem: Problem) -> None:
        """Write one bad row."""
        cells = [_cell(row.cells[place]) if place < len(row.cells) else "" for place in self._keep]
        every = (problem, *problem.more)
        columns = ";".join(dict.fromkeys(each.column for each in every))
        expected = ";".join(each.expected for each in every)
        self._writer.writerow([*cells, problem.row, columns, expected])

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else value
