"""Reading of files: encodings, delimiters, line ends, sheets."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.hotline.imports.mapping import find_mapping
from luoshi.hotline.imports.moments import Precision
from luoshi.hotline.imports.requests import Request
from luoshi.hotline.imports.source import open_source
from luoshi.hotline.imports.table import UnusableFile, open_table
from tests.hotline.imports.kit import GOOD, HEADER, NOW, SHANGHAI, check_file, messages, write


def requests(path: Path, mapping: str = "messages", **options: str) -> list[Request]:
    """The requests in a file without a bad row."""
    with open_source(path, find_mapping(mapping), now=NOW, **options) as source:
        found = [result for _, result in source.results()]
    assert all(isinstance(result, Request) for result in found), found
    return [result for result in found if isinstance(result, Request)]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, told: str) -> None:
    path = write(tmp_path, messages(GOOD).encode(encoding))
    assert check_file(path).encoding == told
    assert requests(path)[0].subject == "路灯不亮"


def test_big_endian_utf_16_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xfe\xff" + messages(GOOD).encode("utf-16-be"))
    assert requests(path)[0].account == "游客甲"


def test_gb18030_holds_rare_characters(tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD.replace("游客甲", "𠮷某")).encode("gb18030"))
    assert requests(path)[0].account == "𠮷某"


def test_a_forced_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD).encode("gb18030"))
    assert requests(path, encoding="gb18030")
    with pytest.raises(UnusableFile, match=r"not written in utf-8; leave the encoding out or name another$"):
        open_table(path, encoding="utf-8")
    with pytest.raises(UnusableFile, match=r"^unknown encoding rot13; write utf-8 or gb18030$"):
        open_table(path, encoding="rot13")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found_out(tmp_path: Path, delimiter: str, line_end: str) -> None:
    text = messages(GOOD, GOOD.replace("1,", "2,", 1)).replace(",", delimiter).replace("\n", line_end)
    assert [each.id for each in requests(write(tmp_path, text))] == ["1", "2"]


def test_the_header_may_be_quoted_and_hold_other_delimiters(tmp_path: Path) -> None:
    header = '"留言编号";"留言用户";"留言主题";"留言时间";"留言详情";"备注,含,很,多,逗,号,的,一,列"'
    assert (
        requests(write(tmp_path, messages("1;甲;路灯;2019/6/26;灯坏了;", header=header)))[0].text == "灯坏了"
    )


def test_a_cell_may_hold_delimiters_quotation_marks_and_paragraphs(tmp_path: Path) -> None:
    row = '1,甲,"路灯, ""西街""",2019/6/26,"第一段\r\n\t\t第二段\r\n",,'
    found = requests(write(tmp_path, messages(row)))[0]
    assert (found.subject, found.text) == ('路灯, "西街"', "第一段\n第二段")


def test_a_title_may_stand_above_the_header(tmp_path: Path) -> None:
    text = "网上留言导出表,,,\n\n" + messages(GOOD, "2,甲,,2019/6/26,灯坏了,,")
    report = check_file(write(tmp_path, text))
    assert (report.good, [problem.row for problem in report.errors]) == (1, [5])


def test_columns_may_come_in_any_order_with_others_between(tmp_path: Path) -> None:
    header = "序号,留言时间,\u3000留言主题 ,留言详情,,留言用户,留言编号"
    found = requests(write(tmp_path, messages("7,2019/6/26,路灯,灯坏了,x,甲,A-１", header=header)))[0]
    assert (found.id, found.subject, found.account, found.replied) == ("A-1", "路灯", "甲", None)


def test_both_times_are_kept_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    found = requests(write(tmp_path, messages(GOOD.replace("2019/6/28 9:00:00", "2019年6月28日"))))[0]
    assert found.received.at == datetime(2019, 6, 26, 11, 13, 14, tzinfo=SHANGHAI)
    assert found.replied is not None
    assert (found.replied.day, found.replied.precision) == (date(2019, 6, 28), Precision.DAY)
    assert found.replied.as_reply() == datetime(2019, 6, 28, 18, tzinfo=SHANGHAI)


def test_votes_are_read(tmp_path: Path) -> None:
    header = "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数"
    path = write(tmp_path, messages("1,甲,路灯,2019/6/26,灯坏了,,12", header=header))
    found = requests(path, "hot-topics")[0]
    assert (found.votes_for, found.votes_against) == (12, None)


def sheet(rows: list[list[object]], *, title: str = "留言") -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    book.create_sheet("说明").append(["无"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_sheet_holds_dates_numbers_and_texts(tmp_path: Path) -> None:
    wall = datetime(2019, 6, 26, 11, 13, 14)  # noqa: DTZ001 - sheets hold no zone
    rows: list[list[object]] = [
        list(HEADER.split(",")),
        [101, "甲", "路灯", wall, "灯坏了_x000D_\n请修", "已修", date(2019, 6, 28)],
        [102.0, "乙", 12345, "2019年6月27日 8:00", "灯坏了", None, None],
        [None] * 7,
        ["103", "丙", "井盖", 43642.5, "井盖丢了", "", ""],
        ["104", "丁", None, wall, "井盖丢了", "", ""],
    ]
    path = write(tmp_path, sheet(rows), "export.xlsx")
    report = check_file(path)
    assert (report.encoding, report.rows, [problem.row for problem in report.errors]) == ("xlsx", 4, [6])
    with open_source(path, find_mapping("messages"), now=NOW) as source:
        found = [result for _, result in source.results() if isinstance(result, Request)]
    assert [each.id for each in found] == ["101", "102", "103"]
    assert [f"{each.received.at:%m-%d %H:%M:%S}" for each in found] == [
        "06-26 11:13:14",
        "06-27 08:00:00",
        "06-26 12:00:00",
    ]
    assert found[0].replied is not None
    assert found[0].replied.precision is Precision.DAY
    assert (found[0].text, found[1].subject) == ("灯坏了\n请修", "12345")


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = write(
        tmp_path, sheet([list(HEADER.split(",")), ["1", "甲", "路灯", "2019/6/26", "灯坏了"]]), "x.xlsx"
    )
    assert requests(path, sheet="留言")
    with pytest.raises(UnusableFile, match=r"x\.xlsx: no sheet 附; use one of: 留言, 说明$"):
        open_table(path, sheet="附")


def test_what_a_file_is_shows_in_its_content_and_not_its_name(tmp_path: Path) -> None:
    rows: list[list[object]] = [list(HEADER.split(",")), ["1", "甲", "路灯", "2019/6/26", "灯坏了"]]
    assert requests(write(tmp_path, sheet(rows), "export.csv"))
    assert requests(write(tmp_path, messages(GOOD), "export.xlsx"))


def test_the_same_request_has_the_same_digest_in_any_file(tmp_path: Path) -> None:
    plain = requests(write(tmp_path, messages(GOOD)))[0]
    moved = requests(
        write(tmp_path, messages("9,乙,灯,2019/1/1,暗,,", GOOD.replace("三天", " 三天 ")), "b.csv")
    )[1]
    other = requests(write(tmp_path, messages(GOOD.replace("三天", "四天")), "c.csv"))[0]
    assert plain.digest() != other.digest()
    assert plain.digest() != moved.digest()
    again = requests(write(tmp_path, messages("9,乙,灯,2019/1/1,暗,,", GOOD).encode("gb18030"), "d.csv"))[1]
    assert plain.digest() == again.digest()


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(deadline=None)
@given(st.lists(cells, min_size=7, max_size=7))
def test_any_row_is_read_or_refused_without_a_fault(
    tmp_path_factory: pytest.TempPathFactory, row: list[str]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("any") / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER.split(","))
        writer.writerow(row)
    report = check_file(path)
    assert report.rows == report.good + len(report.errors)
    assert report.rows <= 1
