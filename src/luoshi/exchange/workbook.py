"""A scored export as a workbook: the league table, then a sheet for each unit down to the dispatches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from luoshi.engines.assessment import Line, Sheet, UnitScore, explain
from luoshi.engines.assessment.explain import PARTS
from luoshi.engines.rulebook import Item
from luoshi.exchange.report import Report

_HEAD = PatternFill("solid", fgColor="DCE6F1")
Behind = tuple[dict[str, list[str]], dict[str, int]]  # numbers by count, and how many of each are not listed
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write(report: Report, path: Path) -> None:
    """Write the workbook of a scored export."""
    book = Workbook(write_only=True)
    head = [
        f"统计截至 {report.counted.as_of:%Y-%m-%d %H:%M}，规则 {report.book.id} {report.book.version}",
    ]
    skipped = sum(report.export.skipped.values())
    if skipped:
        head.append(f"未计入有误的 {skipped} 行")
    add_league(book, report.title, head, report.sheet)
    if report.other is not None:
        _changes(report, book)
    titles: set[str] = {"总表", "比较"}
    for score in report.sheet.units:
        place = report.number(score.unit)

        def matters(line: Line, score: UnitScore = score, place: int = place) -> Behind:
            return report.matters(score, line, place)

        add_unit(book, sheet_title(score.name, titles), report.sheet, score, report.clauses, matters)
    book.save(path)


def sheet_title(name: str, taken: set[str]) -> str:
    """Return a sheet's title: at most 31 characters, unlike any other (it is added to those taken)."""
    plain = _FORBIDDEN.sub(" ", name).strip()[:28] or "单位"
    title, number = plain, 2
    while title.lower() in taken:
        title, number = f"{plain[:24]} {number}", number + 1
    taken.add(title.lower())
    return title


def _sheet(book: Any, title: str, widths: Sequence[int]) -> Any:
    sheet = book.create_sheet(title)
    for number, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJKLMN"[number]].width = width
    return sheet


def _row(sheet: Any, values: Iterable[Any], *, head: bool = False) -> None:
    """Append a row; a text that begins with = stays a text."""
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if head:
            cell.font, cell.fill = Font(bold=True), _HEAD
        cells.append(cell)
    sheet.append(cells)


def add_league(book: Any, title: str, head: Sequence[str], sheet: Sheet) -> None:
    """Add the league table to a workbook. head: lines under the title."""
    page = _sheet(book, "总表", (8, 30, 14, 14, 14, 14, 14, 12))
    for text in (title, *head):
        _row(page, [text])
    _row(page, ["名次", "责任单位", *PARTS.values(), "总分", "等次"], head=True)
    for score in sheet.units:
        parts = [score.parts[part] for part in PARTS]
        _row(page, [_rank(score), score.name, *parts, score.total, score.grade])


def add_items(book: Any, sheet: Sheet) -> None:
    """Add a table of all units' points, a column for each item."""
    lines = list(sheet.scheme.leaves())
    page = _sheet(book, "分项", (8, 30))
    _row(page, ["名次", "责任单位", *(f"{item.id} {item.title}" for item in lines), "总分"], head=True)
    for score in sheet.units:
        _row(page, [_rank(score), score.name, *(line.points for line in score.lines), score.total])


def add_table(
    book: Any, name: str, head: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add a plain table under some lines of text."""
    page = _sheet(book, name, (10, 30, 14))
    for text in head:
        _row(page, [text])
    _row(page, columns, head=True)
    for row in rows:
        _row(page, row)


def _rank(score: UnitScore) -> str | int:
    return "不排名" if score.rank is None else score.rank


def _changes(report: Report, book: Any) -> None:
    sheet = _sheet(book, "比较", (30, 12, 12, 12, 10, 10, 12, 12, 60))
    assert report.other is not None  # noqa: S101 - asked before
    _row(sheet, [f"与规则 {report.other.id} {report.other.version} 比较"])
    head = ["责任单位", "现总分", "改后总分", "增减", "现名次", "改后名次", "现等次", "改后等次", "原因"]
    _row(sheet, head, head=True)
    for change in report.changes:
        was, now = change.before, change.after
        why = [f"{item.title} {item.before} → {item.after}：{'、'.join(item.why)}" for item in change.items]
        _row(
            sheet,
            [
                was.name,
                was.total,
                now.total,
                change.difference,
                was.rank,
                now.rank,
                was.grade,
                now.grade,
                "\n".join([*why, *change.caps]),
            ],
        )


def add_unit(
    book: Any,
    title: str,
    sheet: Sheet,
    score: UnitScore,
    clauses: Callable[[Item], str],
    matters: Callable[[Line], Behind],
) -> None:
    """Add a unit's sheet: each item with its counts, sentence and clauses, then the numbers behind each count."""
    page = _sheet(book, title, (10, 28, 10, 10, 50, 40, 60, 40))
    rank = "不排名" if score.rank is None else f"第{score.rank}名"
    _row(page, [score.name, "", "总分", score.total, f"{rank} {score.grade}".strip()])
    _row(page, [])
    _row(page, ["编号", "考核项", "得分", "满分", "公式", "计数", "说明", "依据"], head=True)
    for line in score.lines:
        _row(page, _line(sheet, score, line, clauses(line.item)))
    for group in score.groups:
        limit = group.item.max or group.item.cap
        told = explain.group_sentence(sheet, group)
        _row(page, [group.item.id, f"合计 {group.item.title}", group.points, limit, "", "", told])
    _row(page, [])
    _row(page, ["编号", "计数", "件数", "", "派单号或登记"], head=True)
    for line in score.lines:
        _behind(page, sheet, line, matters(line))


def _line(sheet: Sheet, score: UnitScore, line: Line, clauses: str) -> list[Any]:
    item = line.item
    counts = "\n".join(
        f"{explain.label(sheet.scheme, item, name)}：{explain.number(value)}"
        for name, value in line.counts.items()
    )
    limit = item.max if item.max is not None else item.cap
    formula = explain.formula_told(sheet.scheme, line)
    told = explain.sentence(sheet, score, line)
    return [item.id, item.title, line.points, limit, formula, counts, told, clauses]


def _behind(page: Any, sheet: Sheet, line: Line, behind: Behind) -> None:
    matters, left_out = behind
    for name, numbers in matters.items():
        label = explain.label(sheet.scheme, line.item, name)
        total = len(numbers) + left_out.get(name, 0)
        for number in numbers:
            _row(page, [line.item.id, label, total, "", number])
        if left_out.get(name):
            _row(page, [line.item.id, label, total, "", f"另有 {left_out[name]} 件未列"])
