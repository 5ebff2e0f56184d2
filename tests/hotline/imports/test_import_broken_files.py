"""Broken files: each tells in one clear line what is wrong and what is expected."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from luoshi.hotline.imports.moments import EXPECTED
from luoshi.hotline.imports.table import UnusableFile
from tests.hotline.imports.kit import GOOD, HEADER, check_file, messages, write

HAS = f"the header in row 1 has: {HEADER.replace(',', ', ')}"

BAD_ROWS = {
    "no number": (",甲,路灯,2019/6/26,灯坏了,,", "row 2, column 留言编号, empty: expected a number"),
    "a number of white space": (
        "\u3000\t,甲,路灯,2019/6/26,灯坏了,,",
        "row 2, column 留言编号, empty: expected a number",
    ),
    "too long a number": (
        f"{'9' * 65},甲,路灯,2019/6/26,灯坏了,,",
        f"row 2, column 留言编号, “{'9' * 39}…”: expected at most 64 characters (it has 65)",
    ),
    "no subject": ("1,甲, ,2019/6/26,灯坏了,,", "row 2, column 留言主题, empty: expected a text"),
    "a subject of zero width": (
        "1,甲,\u200b\ufeff,2019/6/26,灯坏了,,",
        "row 2, column 留言主题, empty: expected a text",
    ),
    "too long a subject": (
        f"1,甲,{'灯' * 101},2019/6/26,灯坏了,,",
        f"row 2, column 留言主题, “{'灯' * 39}…”: expected at most 100 characters (it has 101)",
    ),
    "no text": ('1,甲,路灯,2019/6/26,"\n\t\n",,', "row 2, column 留言详情, empty: expected a text"),
    "no time": ("1,甲,路灯,,灯坏了,,", f"row 2, column 留言时间, empty: expected {EXPECTED}"),
    "a word for a time": ("1,甲,路灯,昨天,灯坏了,,", f"row 2, column 留言时间, “昨天”: expected {EXPECTED}"),
    "a time without a date": (
        "1,甲,路灯,11:13,灯坏了,,",
        f"row 2, column 留言时间, “11:13”: expected {EXPECTED}",
    ),
    "the year last": (
        "1,甲,路灯,6/26/2019,灯坏了,,",
        f"row 2, column 留言时间, “6/26/2019”: expected {EXPECTED}",
    ),
    "a day that does not exist": (
        "1,甲,路灯,2019/2/29,灯坏了,,",
        "row 2, column 留言时间, “2019/2/29”: expected a day that exists",
    ),
    "a month that does not exist": (
        "1,甲,路灯,2019-13-01,灯坏了,,",
        "row 2, column 留言时间, “2019-13-01”: expected a day that exists",
    ),
    "an hour that does not exist": (
        "1,甲,路灯,2019/6/26 25:00,灯坏了,,",
        "row 2, column 留言时间, “2019/6/26 25:00”: expected a time of day from 00:00:00 to 23:59:59",
    ),
    "a year long ago": (
        "1,甲,路灯,1919/6/26,灯坏了,,",
        "row 2, column 留言时间, “1919/6/26”: expected a year from 1990 to 2099",
    ),
    "a time to come": (
        "1,甲,路灯,2024/1/1 12:00:01,灯坏了,,",
        "row 2, column 留言时间, “2024/1/1 12:00:01”: expected a time that has come"
        " (it is 2024-01-01 12:00 now)",
    ),
    "a reply without a time": (
        "1,甲,路灯,2019/6/26,灯坏了,已修,",
        f"row 2, column 答复时间, empty: expected {EXPECTED}",
    ),
    "a time without a reply": (
        "1,甲,路灯,2019/6/26,灯坏了,,2019/6/28",
        "row 2, column 答复意见, empty: expected the text of the reply, or no time of a reply",
    ),
    "a wrong reply time": (
        "1,甲,路灯,2019/6/26,灯坏了,已修,2019/6/31",
        "row 2, column 答复时间, “2019/6/31”: expected a day that exists",
    ),
    "a reply before the message": (
        "1,甲,路灯,2019/6/26 11:00:00,灯坏了,已修,2019/6/26 10:59:59",
        "row 2, column 答复时间, “2019/6/26 10:59:59”: expected a time not before the request's"
        " (2019-06-26 11:00:00)",
    ),
    "a reply on the day before the message": (
        "1,甲,路灯,2019/6/26 11:00:00,灯坏了,已修,2019/6/25",
        "row 2, column 答复时间, “2019/6/25”: expected a time not before the request's (2019-06-26 11:00:00)",
    ),
    "a reply to come": (
        "1,甲,路灯,2019/6/26,灯坏了,已修,2024/1/2",
        "row 2, column 答复时间, “2024/1/2”: expected a time that has come (it is 2024-01-01 12:00 now)",
    ),
    "a cell too many": (
        "1,甲,路灯,2019/6/26,灯坏了,,,还有",
        "row 2, column 答复时间, “还有”: expected 7 cells, as the header has (the row has 8)",
    ),
    "a cell too few": ("1,甲,路灯,2019/6/26", "row 2, column 留言详情, empty: expected a text"),
    "a quotation mark never closed": (
        '1,甲,路灯,2019/6/26,"灯坏了,,',
        "row 2, column 答复时间, “灯坏了,,”: expected the quotation mark opened in line 2 of the file"
        " to be closed",
    ),
    "too long a user name": (
        f"1,{'甲' * 81},路灯,2019/6/26,灯坏了,,",
        f"row 2, column 留言用户, “{'甲' * 39}…”: expected at most 80 characters (it has 81)",
    ),
    "three things wrong at once": (
        ",甲,,昨天,灯坏了,,",
        "row 2, column 留言编号, empty: expected a number; 留言主题 empty: expected a text;"
        f" 留言时间 “昨天”: expected {EXPECTED}",
    ),
}


@pytest.mark.parametrize(("row", "line"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_is_told_in_one_line(tmp_path: Path, row: str, line: str) -> None:
    report = check_file(write(tmp_path, messages(row)))
    assert [str(problem) for problem in report.errors] == [line]
    assert (report.rows, report.good) == (1, 0)


def test_a_number_that_stands_twice_names_the_first_row(tmp_path: Path) -> None:
    report = check_file(
        write(tmp_path, messages(GOOD, GOOD.replace("路灯", "井盖"), GOOD.replace("1,", "2,", 1)))
    )
    assert [str(problem) for problem in report.errors] == [
        "row 3, column 留言编号, “1”: expected a number that no other row has (row 2 has it too)"
    ]
    assert report.good == 2


def test_a_number_is_free_again_when_its_first_row_is_bad(tmp_path: Path) -> None:
    report = check_file(write(tmp_path, messages("1,甲,,2019/6/26,灯坏了,,", GOOD)))
    assert [problem.row for problem in report.errors] == [2]


def test_rows_are_numbered_as_a_person_sees_them(tmp_path: Path) -> None:
    several_lines = '1,甲,路灯,2019/6/26,"第一段\n第二段\n\n第三段",,'
    rows = (several_lines, "", ",,,,,,", " ,\t,,,,,", "2,甲,,2019/6/26,灯坏了,,")
    report = check_file(write(tmp_path, messages(*rows)))
    assert (report.rows, [problem.row for problem in report.errors]) == (2, [6])


@pytest.mark.parametrize(
    ("votes", "line"),
    [
        ("-1", "row 2, column 点赞数, “-1”: expected a whole number, 0 or more"),
        ("1.5", "row 2, column 点赞数, “1.5”: expected a whole number, 0 or more"),
        ("很多", "row 2, column 点赞数, “很多”: expected a whole number, 0 or more"),
        ("9999999999", "row 2, column 点赞数, “9999999999”: expected a whole number, 0 or more"),
    ],
)
def test_votes_are_whole_numbers(tmp_path: Path, votes: str, line: str) -> None:
    header = "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数"
    path = write(tmp_path, messages(f"1,甲,路灯,2019/6/26,灯坏了,０,{votes}", header=header))
    assert [str(problem) for problem in check_file(path, mapping="hot-topics").errors] == [line]


def workbook(*sheets: str) -> bytes:
    book = openpyxl.Workbook()
    for name in sheets:
        book.create_sheet(name)
    if sheets:
        book.remove(book.worksheets[0])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


UNUSABLE: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "empty file"),
    "white space": ("\n\n  \n", "empty file"),
    "a mark alone": ("\ufeff", "empty file"),
    "an empty workbook": (workbook(), "empty file"),
    "cells without text": (",,,\n,,,\n", "empty file"),
    "one column missing": (
        messages(header=HEADER.replace(",留言主题", "")),
        f"column 留言主题 is missing; {HAS.replace(', 留言主题', '')}",
    ),
    "a column misspelt": (
        messages(header=HEADER.replace("留言时间", "留言时问")),
        f"column 留言时间 is missing (nearest: 留言时问); {HAS.replace('留言时间', '留言时问')}",
    ),
    "a reply's time missing": (
        messages(header=HEADER.replace(",答复时间", "")),
        f"column 答复时间 is missing; {HAS.replace(', 答复时间', '')}",
    ),
    "a reply's text missing": (
        messages(header=HEADER.replace("答复意见,", "")),
        f"column 答复意见 is missing; {HAS.replace('答复意见, ', '')}",
    ),
    "a column twice": (
        messages(header=f"{HEADER},留言编号"),
        f"column 留言编号 stands 2 times in the header; {HAS}, 留言编号",
    ),
    "other columns": (
        "name,age\nA,1\n",
        "column 留言编号 is missing; column 留言用户 is missing; column 留言主题 is missing;"
        " column 留言时间 is missing; column 留言详情 is missing; the header in row 1 has: name, age",
    ),
    "no header": (
        "1,甲,路灯\n",
        "column 留言编号 is missing; column 留言用户 is missing; column 留言主题 is missing;"
        " column 留言时间 is missing; column 留言详情 is missing; the header in row 1 has: 1, 甲, 路灯",
    ),
    "bytes of no encoding": (b"a,b\xff\xff,c\n", "neither UTF-8 nor GB18030; save the file as CSV in UTF-8"),
    "UTF-8 cut off": (
        messages(GOOD).encode() + "路".encode()[:2],
        f"UTF-8, but damaged at byte {len(messages(GOOD).encode()) + 1}; export the file again",
    ),
    "old Excel": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 etc",
        "an old Excel file or one with a password; save it as .xlsx or CSV",
    ),
    "a PDF": (b"%PDF-1.7 etc", "not a table; give a CSV or XLSX file"),
    "a zip that is no workbook": (
        b"PK\x03\x04 and no more",
        "not a whole XLSX workbook; save it again as .xlsx or CSV",
    ),
    "half a workbook": (workbook("甲")[:900], "not a whole XLSX workbook; save it again as .xlsx or CSV"),
}


@pytest.mark.parametrize(("content", "line"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_file_is_told_in_one_line(tmp_path: Path, content: str | bytes, line: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(UnusableFile) as refusal:
        check_file(path)
    assert str(refusal.value) == f"{path}: {line}"


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"none\.csv: cannot be read \(no such file or directory\)$"):
        check_file(tmp_path / "none.csv")
    with pytest.raises(UnusableFile, match=r"a folder; give a CSV or XLSX file$"):
        check_file(tmp_path)


def test_a_header_without_rows_is_a_file_without_requests(tmp_path: Path) -> None:
    report = check_file(write(tmp_path, HEADER))
    assert (report.rows, report.good, report.errors) == (0, 0, [])


def test_nothing_is_after_now_to_the_second(tmp_path: Path) -> None:
    now = datetime.fromisoformat("2019-06-26T11:13:14+08:00")
    row = GOOD.split(",已修好。")[0] + ",,"
    assert check_file(write(tmp_path, messages(row)), now=now).good == 1
