"""Reading a CSV file that somebody uploads: what is wrong is said by line and column, and how to mend it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

LARGEST = 2_000_000
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file. line: as an editor counts them, from 1; column: the name of the column, or empty."""

    line: int
    column: str
    what: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its number and its cells by the name of their column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read. text: what it holds, so that it can be confirmed without uploading it again."""

    text: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def decoded(content: bytes) -> str | None:
    """The text of a file written by a spreadsheet program: UTF-8, else GB 18030; None where it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_sheet(content: bytes | str, columns: Sequence[str], *, needed: Sequence[str] = ()) -> Sheet:
    """Read a CSV file whose first line names these columns, in any order.

    needed: columns in which no cell may be empty. Empty lines are passed over; cells lose the space around them.
    """
    if len(content) > LARGEST:
        return Sheet("", (), (Fault(1, "", "文件超过2兆字节", "请分成几个文件"),))
    text = decoded(content) if isinstance(content, bytes) else content
    if text is None or "\x00" in text:
        return Sheet("", (), (Fault(1, "", "不是文本文件", "请在表格软件里另存为CSV（UTF-8）"),))
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error:
        where = reader.line_num
        return Sheet(text, (), (Fault(where, "", "引号不成对", "请检查这一行前后的英文双引号"),))
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        return Sheet(text, (), (Fault(1, "", "文件是空的", f"第一行应写：{','.join(columns)}"),))
    heading, *body = rows
    faults = _faults_of_heading(heading, columns)
    if faults:
        return Sheet(text, (), tuple(faults))
    return _read_lines(text, heading[1], body, needed or ())


def _faults_of_heading(heading: tuple[int, list[str]], columns: Sequence[str]) -> list[Fault]:
    number, names = heading
    missing = [name for name in columns if name not in names]
    if len(missing) == len(columns):  # another file, or no heading: said once
        return [Fault(number, "", "认不出列名", f"第一行应写：{','.join(columns)}")]
    unknown = [name for name in names if name not in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    found = [Fault(number, name, "缺少这一列", f"第一行应写：{','.join(columns)}") for name in missing]
    found += [Fault(number, name or "（空）", "多出这一列", "请删去") for name in unknown]
    return found + [Fault(number, name, "这一列出现两次", "请只留一列") for name in twice]


def _read_lines(
    text: str, names: Sequence[str], body: Sequence[tuple[int, list[str]]], needed: Sequence[str]
) -> Sheet:
    lines, faults = [], []
    for number, row in body:
        if len(row) != len(names):
            faults.append(Fault(number, "", f"有{len(row)}格，应为{len(names)}格", "请检查多写或少写的逗号"))
            continue
        cells = dict(zip(names, row, strict=True))
        faults += [Fault(number, name, "没有填写", "请填写") for name in needed if not cells[name]]
        lines.append(Line(number, cells))
    if not body:
        faults.append(Fault(2, "", "只有表头，没有内容", "请从第二行起填写"))
    return Sheet(text, tuple(lines), tuple(faults))


def written(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A CSV file that spreadsheet programs open as it is; cells that they would take for a formula are quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
