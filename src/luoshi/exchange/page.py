"""A scored export as one page to read and print: nothing is loaded from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from luoshi.engines.assessment import Line, UnitScore, explain
from luoshi.engines.assessment.explain import PARTS
from luoshi.exchange.report import Report

_STYLE = """
body{font:16px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1d2733}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.2rem;margin:2.5rem 0 .5rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border-bottom:1px solid #d5dbe3;padding:.4rem .6rem;text-align:left;vertical-align:top}
th{background:#eef3f9}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.note{color:#5a6b7f;font-size:.9rem}.bad{color:#a4262c}summary{cursor:pointer}a{color:#1f5fa8}
@media print{details>*{display:block}section{break-before:page}}
"""


def render(report: Report) -> str:
    """Return the page."""
    skipped = sum(report.export.skipped.values())
    lost = f'<p class="bad">未计入有误的 {skipped} 行。</p>' if skipped else ""
    sections = "".join(_unit(report, score, place) for place, score in enumerate(report.sheet.units, start=1))
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(report.title)}</h1>"
        f'<p class="note">统计截至 {report.counted.as_of:%Y年%-m月%-d日 %H:%M}；'
        f"规则 {escape(report.book.title)}（版本 {report.book.version}）。{escape(report.sheet.scheme.assumption)}</p>"
        f"{lost}{_league(report)}{_changes(report)}{sections}</body></html>\n"
    )


def _cells(values: list[Any], tag: str = "td", numbers: range = range(0)) -> str:
    return "".join(
        f"<{tag}{' class=n' if place in numbers else ''}>{value}</{tag}>"
        for place, value in enumerate(values)
    )


def _league(report: Report) -> str:
    head = _cells(["名次", "责任单位", *PARTS.values(), "总分", "等次"], "th", range(2, 7))
    rows = []
    for place, score in enumerate(report.sheet.units, start=1):
        rank = "不排名" if score.rank is None else score.rank
        link = f'<a href="#u{place}">{escape(score.name)}</a>'
        parts = [score.parts[part] for part in PARTS]
        cells = [rank, link, *parts, score.total, escape(score.grade)]
        rows.append(f"<tr>{_cells(cells, 'td', range(2, 7))}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _changes(report: Report) -> str:
    if report.other is None:
        return ""
    rows = []
    for change in report.changes:
        was, now = change.before, change.after
        why = [
            f"{escape(item.title)} {item.before} → {item.after}：{escape('、'.join(item.why))}"
            for item in change.items
        ]
        why += [escape(cap) for cap in change.caps]
        cells = [
            escape(was.name),
            was.total,
            now.total,
            change.difference,
            f"{was.rank or '不排名'} → {now.rank or '不排名'}",
            f"{escape(was.grade)} → {escape(now.grade)}" if was.grade != now.grade else escape(now.grade),
            "<br>".join(why) or "不变",
        ]
        rows.append(f"<tr>{_cells(cells, 'td', range(1, 4))}</tr>")
    head = _cells(["责任单位", "现总分", "改后", "增减", "名次", "等次", "原因"], "th", range(1, 4))
    return (
        f"<h2>改用规则 {escape(report.other.title)}（版本 {report.other.version}）的变化</h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _unit(report: Report, score: UnitScore, place: int) -> str:
    rank = "不排名" if score.rank is None else f"第 {score.rank} 名"
    head = _cells(["编号", "考核项", "得分", "满分", "怎样算出", "依据"], "th", range(2, 4))
    number = report.number(score.unit)
    rows = "".join(_line(report, score, line, number) for line in score.lines)
    return (
        f'<section id="u{place}"><h2>{escape(score.name)}</h2>'
        f"<p>总分 <strong>{score.total}</strong>，{rank} {escape(score.grade)}："
        f"基础 {score.parts['base']} + 效能 {score.parts['regular']} + 加分 {score.parts['bonus']} "
        f"− 扣分 {score.parts['deduction']}。</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _line(report: Report, score: UnitScore, line: Line, number: int) -> str:
    item = line.item
    limit = item.max if item.max is not None else item.cap
    how = escape(explain.sentence(report.sheet, score, line))
    how += f'<br><span class="note">{escape(explain.formula_words(report.sheet.scheme, item))}</span>'
    matters, left_out = report.matters(score, line, number)
    for name, numbers in matters.items():
        if numbers:
            label = escape(explain.label(report.sheet.scheme, item, name))
            if item.formula and name not in item.formula.names:
                label = f'<span class="bad">{label}</span>'
            more = f"，另有 {left_out[name]} 件未列" if left_out.get(name) else ""
            total = len(numbers) + left_out.get(name, 0)
            listed = escape("、".join(numbers))
            how += f'<details class="note"><summary>{label}：{total} 件</summary>{listed}{more}</details>'
    cells = [item.id, escape(item.title), line.points, "" if limit is None else limit, how]
    clauses = f'<span class="note">{escape(report.clauses(item))}</span>'
    return f"<tr>{_cells([*cells, clauses], 'td', range(2, 4))}</tr>"
