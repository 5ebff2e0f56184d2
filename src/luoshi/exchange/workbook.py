"""A scored export as a workbook: the league table, then a sheet for each unit down to the dispatches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from luoshi.engines.assessment import UnitScore
from luoshi.exchange.report import PARTS, Report, scheme_label

_HEAD = PatternFill("solid", fgColor="DCE6F1")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write(report: Report, path: Path) -> None:
    """Write the workbook."""
    book = Workbook(write_only=True)
    _league(report, book)
    if report.other is not None:
        _changes(report, book)
    titles: set[str] = {"总表", "比较"}
    for score in report.sheet.units:
        _unit(report, score, book, _title(score.name, titles))
    book.save(path)


def _title(name: str, taken: set[str]) -> str:
    """Return a sheet's title: at most 31 characters, unlike any other."""
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


def _league(report: Report, book: Any) -> None:
    sheet = _sheet(book, "总表", (8, 30, 14, 14, 14, 14, 14, 12))
    _row(sheet, [report.title])
    _row(
        sheet,
        [f"统计截至 {report.counted.as_of:%Y-%m-%d %H:%M}，规则 {report.book.id} {report.book.version}"],
    )
    skipped = sum(report.export.skipped.values())
    if skipped:
        _row(sheet, [f"未计入有误的 {skipped} 行"])
    sheet.freeze_panes = None
    _row(sheet, ["名次", "责任单位", *PARTS.values(), "总分", "等次"], head=True)
    for score in report.sheet.units:
        parts = [score.parts[part] for part in PARTS]
        rank = "不排名" if score.rank is None else score.rank
        _row(sheet, [rank, score.name, *parts, score.total, score.grade])


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


def _unit(report: Report, score: UnitScore, book: Any, title: str) -> None:
    sheet = _sheet(book, title, (10, 28, 10, 10, 60, 50, 40))
    rank = "不排名" if score.rank is None else f"第{score.rank}名"
    _row(sheet, [score.name, "", "总分", score.total, f"{rank} {score.grade}".strip()])
    _row(sheet, [])
    _row(sheet, ["编号", "考核项", "得分", "满分", "公式", "计数", "说明", "依据"], head=True)
    for line in score.lines:
        item = line.item
        counts = "\n".join(
            f"{scheme_label(report.sheet.scheme.counts, item, name)}：{number}"
            for name, number in line.counts.items()
        )
        limit = item.max if item.max is not None else item.cap
        note = report.note(score, line)
        _row(
            sheet,
            [
                item.id,
                item.title,
                line.points,
                limit,
                report.sentence(line),
                counts,
                note,
                report.clauses(item),
            ],
        )
    for group in score.groups:
        _row(
            sheet, [group.item.id, f"合计 {group.item.title}", group.points, group.item.max or group.item.cap]
        )
    _row(sheet, [])
    _row(sheet, ["编号", "计数", "件数", "", "派单号或登记"], head=True)
    place = report.number(score.unit)
    for line in score.lines:
        matters, left_out = report.matters(score, line, place)
        for name, numbers in matters.items():
            label = scheme_label(report.sheet.scheme.counts, line.item, name)
            total = len(numbers) + left_out.get(name, 0)
            for number in numbers:
                _row(sheet, [line.item.id, label, total, "", number])
            if left_out.get(name):
                _row(sheet, [line.item.id, label, total, "", f"另有 {left_out[name]} 件未列"])
