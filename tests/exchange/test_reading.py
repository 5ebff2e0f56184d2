"""Reading exports: what is accepted, and that every bad row is named."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from luoshi.exchange.bad import BadExport
from luoshi.exchange.format import DISPATCHES, TABLES
from luoshi.exchange.read import read
from tests.exchange.conftest import Maker

ROW = {
    "signed_at": "2017-10-09 09:00",
    "leader_instruction": "yes",
    "conduct": "basically",
    "callback_answered": "no",
}


def chinese(folder: Path) -> None:
    """Rewrite an export with Chinese file names, headers and values, and a byte order mark."""
    words = {
        "甲": "甲", "routine": "非紧急", "help": "求助", "sole": "独办", "yes": "是", "no": "否", "basically": "基本满意",
    }  # fmt: skip
    for table in TABLES:
        path = folder / f"{table.name}.csv"
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        rows[0] = [table.column(name).chinese for name in rows[0]]
        path.unlink()
        with (folder / f"{table.chinese}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([[words.get(cell, cell) for cell in row] for row in rows])


def test_chinese_names_headers_and_values_mean_the_same(make: Maker) -> None:
    english = make.export(dispatches=[dict(ROW)])
    chinese(make.folder)
    translated = read(make.folder)
    assert not translated.bad
    for column in DISPATCHES.columns:
        same = translated.data["dispatches"][column.name], english.data["dispatches"][column.name]
        assert list(same[0]) == list(same[1]), column.name


def test_a_workbook_means_the_same_as_the_folder(make: Maker, tmp_path: Path) -> None:
    import datetime as dt

    folder = make.export(dispatches=[dict(ROW)])
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("units", "dispatches"):
        sheet = book.create_sheet(name)
        with (make.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for place, row in enumerate(csv.reader(file)):
                cells: list[Any] = [cell or None for cell in row]
                if name == "dispatches" and place:
                    cells[8] = dt.datetime(2017, 10, 9, 9, 0)  # noqa: DTZ001 - a sheet's times have no zone
                sheet.append(cells)
    book.save(tmp_path / "export.xlsx")
    found = read(tmp_path / "export.xlsx")
    assert not found.bad
    assert list(found.data["dispatches"]["signed_at"]) == list(folder.data["dispatches"]["signed_at"])


@pytest.mark.parametrize(
    "text",
    [
        "2017-10-09 08:30",
        "2017-10-09 08:30:00",
        "2017-10-09T08:30:00+08:00",
        "2017-10-09T00:30:00Z",
        " 2017-10-09 08:30",
        "2017/10/9 8:30",
    ],
)
def test_times_are_local_unless_they_name_a_zone(make: Maker, text: str) -> None:
    export = make.export(dispatches=[{"signed_at": text}, {"signed_at": "2017-10-09 08:30"}])
    assert not export.bad
    signed = export.data["dispatches"]["signed_at"]
    assert signed[0] == signed[1] == 1507509000


BAD = [
    ({"unit": "丙"}, "unit: found 丙, expected a unit of the table units"),
    ({"unit": ""}, "unit: found (empty), expected a unit of the table units"),
    ({"urgency": "soon"}, "urgency: found soon, expected one of urgent, routine, 紧急, 非紧急"),
    (
        {"dispatched_at": "2017-10-09"},
        "dispatched_at: found 2017-10-09, expected a time such as 2017-10-09 08:30",
    ),
    ({"signed_at": "2017-02-30 08:00"}, "signed_at: found 2017-02-30 08:00, expected a time"),
    ({"signed_at": "2017-13-05 08:00"}, "signed_at: found 2017-13-05 08:00, expected a time"),
    ({"signed_at": "2017-10-35 08:00"}, "signed_at: found 2017-10-35 08:00, expected a time"),
    ({"signed_at": "2017-10-09 24:30"}, "signed_at: found 2017-10-09 24:30, expected a time"),
    ({"signed_at": "2017-10-09 08:61"}, "signed_at: found 2017-10-09 08:61, expected a time"),
    ({"leader_instruction": "maybe"}, "leader_instruction: found maybe, expected yes or no, or nothing"),
    ({"failed_reviews": "-1"}, "failed_reviews: found -1, expected a whole number from 0 up"),
    ({"failed_reviews": "1.5"}, "failed_reviews: found 1.5, expected a whole number from 0 up"),
    ({"conduct": "good"}, "conduct: found good, expected one of satisfied"),
    ({"dispatch_no": ""}, "dispatch_no: found (empty), expected a text"),
    ({"dispatch_no": "P1"}, "dispatch_no: found P1, expected a value that stands only once"),
    (
        {"closed_at": "2017-10-09 07:59"},
        "closed_at: found 2017-10-09 07:59:00, expected a time not before dispatched_at",
    ),
    (
        {"return_outcome": "accepted"},
        "returned_at: found (empty), expected a time, as there is a return_outcome",
    ),
]


@pytest.mark.parametrize(("row", "message"), BAD, ids=[row[1] for row in BAD])
def test_a_bad_row_is_named_with_file_row_column_value_and_what_is_expected(
    make: Maker, row: dict[str, str], message: str
) -> None:
    export = make.export(dispatches=[{}, row, {}])
    assert len(export.bad) == 1
    assert str(export.bad[0]).startswith(f"dispatches.csv, row 3, {message}")
    assert export.data["dispatches"]["dispatch_no"].to_list() == ["P1", "P3"]
    assert export.skipped["dispatches"] == 1


SMALL = [
    ("submissions", {"type": "emergency_kb"}, "due_at: found (empty), expected a due time for this type"),
    ("submissions", {"type": "information"}, "submitted_at: found (empty), expected the time of submission"),
    (
        "submissions",
        {"type": "basic_kb", "due_at": "2017-10-09", "correction_points": "-1"},
        "correction_points: found -1",
    ),
    ("base", {"item": "no_liaison", "count": 2}, "count: found 2, expected 0 or 1 for this item"),
    ("base", {"item": "no_boss", "count": 1}, "item: found no_boss, expected one of"),
    ("entries", {"item": "leak", "date": "soon"}, "date: found soon, expected a date such as 2017-10-09"),
    (
        "entries",
        {"item": "unimplemented_opinion", "date": "2017-10-09", "until": "2017-10-08"},
        "until: found",
    ),
    ("answers", {"answered_at": ""}, "answered_at: found (empty)"),
    ("answers", {"unit": "丙", "answered_at": "2017-10-09 08:00"}, "unit: found 丙"),
]


@pytest.mark.parametrize(("table", "row", "message"), SMALL)
def test_bad_rows_of_the_small_tables_are_named_too(
    make: Maker, table: str, row: dict[str, Any], message: str
) -> None:
    export = make.export(**{table: [row]})
    assert str(export.bad[0]).startswith(f"{table}.csv, row 2, {message}")


def _break(folder: Path, how: str) -> Path:
    path = folder / "dispatches.csv"
    text = path.read_text(encoding="utf-8")
    match how:
        case "gbk":
            path.write_bytes(text.encode("gbk"))
        case "column":
            path.write_text(text.replace("closed_at", "closd_at"), encoding="utf-8")
        case "lost":
            path.write_text(text.replace(",closed_at", ",x"), encoding="utf-8")
        case "twice":
            path.write_text(text.replace("closed_at", "signed_at"), encoding="utf-8")
        case "file":
            path.unlink()
        case "nothing":
            return folder / "none"
        case "text":
            return path
        case "workbook":
            (folder / "a.xlsx").write_text("x")
            return folder / "a.xlsx"
    return folder


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("gbk", "dispatches.csv, line 2: the file is not UTF-8; save it as CSV UTF-8"),
        ("column", "dispatches.csv, row 1: unknown column closd_at; did you mean closed_at?"),
        ("lost", "dispatches.csv, row 1: the column closed_at \\(办结时间\\) is missing; add it"),
        ("twice", "dispatches.csv, row 1: the column signed_at stands twice; keep one"),
        ("file", "has no dispatches \\(派单\\); see docs/exchange.md"),
        ("nothing", "none does not exist; give a folder with CSV files, or an .xlsx file"),
        ("text", "is neither a folder nor an .xlsx file"),
        ("workbook", "a.xlsx is not a readable .xlsx file"),
    ],
)
def test_an_export_that_cannot_be_read_is_refused_in_one_line(make: Maker, how: str, message: str) -> None:
    make.write(dispatches=[{}])
    with pytest.raises(BadExport, match=message) as caught:
        read(_break(make.folder, how))
    assert "\n" not in str(caught.value)


def test_a_row_with_too_many_cells_is_named(make: Maker) -> None:
    make.write(dispatches=[{}, {}])
    path = make.folder / "dispatches.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1] + ",x,y", lines[2]]) + "\n", encoding="utf-8")
    export = read(make.folder)
    assert [str(row) for row in export.bad] == [
        "dispatches.csv, row 2, : found 24 cells, expected 22 as in the header"
    ]
    assert export.data["dispatches"]["dispatch_no"].to_list() == ["P2"]


def test_times_in_bulk_are_those_that_python_reads() -> None:
    import random
    from datetime import datetime

    import polars as pl

    from luoshi.exchange.columns import CHINA
    from luoshi.exchange.times import WRONG, read_times

    source = random.Random(1)
    for shape in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        moments = [
            datetime.fromtimestamp(source.randrange(725_846_400, 2_800_000_000), CHINA) for _ in range(20_000)
        ]
        texts = [f"{moment:{shape}}" for moment in moments]
        found = read_times(pl.Series(texts), 28800, CHINA).tolist()
        wanted = [datetime.strptime(text, shape).replace(tzinfo=CHINA).timestamp() for text in texts]
        assert found == wanted
        broken = [
            text[:place] + char + text[place + 1 :]
            for text in texts[:20]
            for place in range(16)
            for char in "x/:;9"
        ]
        for text, value in zip(broken, read_times(pl.Series(broken), 28800, CHINA).tolist(), strict=True):
            try:
                expected = datetime.strptime(text, shape).replace(tzinfo=CHINA)
                known = 1992 <= expected.year <= 2059
            except ValueError:
                known = False
            assert value == (expected.timestamp() if known else WRONG) or "/" in text, text
