"""Results as the pages show them: the league table, and a unit's sheet item by item in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luoshi.engines.assessment.points import plain
from luoshi.engines.assessment.result import WORDS
from luoshi.engines.expressions import rounded
from luoshi.engines.rulebook import Item, Scheme
from luoshi.ledger.together import fetch
from luoshi.rounds import rules
from luoshi.rounds.models import FrozenSheet, Mark, Record, Round, RoundUnit


@dataclass(frozen=True, slots=True)
class League:
    """The league table of a class. rows: (unit, shown total, rank, grade, vetoes in words)."""

    key: str
    title: str
    rows: list[dict[str, Any]]
    stamp: str


def shown(value: Decimal | str, scheme: Scheme) -> str:
    """Points as pages show them; the grade was found before this."""
    places = scheme.places if scheme.shown is None else scheme.shown
    return f"{rounded(Decimal(value), places, scheme.rounding):f}"


def leagues(round: Round) -> list[League]:
    """The league tables of a round, by class in the rule's order; none before the summary."""
    rule = rules.rule_of(round)
    sheets = {sheet.class_key: sheet for sheet in FrozenSheet.objects.filter(round=round)}
    units = {unit.body.code: unit for unit in round.units.select_related("body")}
    found: list[League] = []
    for kind in rule.classes:
        if kind.key not in sheets:
            continue
        scheme = rules.scheme_of(round, kind.key)
        titles = {veto.count: veto.title or scheme.label(veto.count) for veto in scheme.vetoes}
        rows = [
            {
                "unit": units[code],
                "total": shown(row["total"], scheme),
                "rank": row["rank"],
                "grade": row["grade"],
                "parts": {part: shown(points, scheme) for part, points in row["parts"].items()},
                "vetoes": "、".join(titles[count] for count in row["vetoes"]),
            }
            for code, row in sheets[kind.key].result.items()
        ]
        rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0, row["unit"].body.code))
        found.append(League(kind.key, kind.title, rows, sheets[kind.key].stamp))
    return found


def unit_sheet(unit: RoundUnit) -> dict[str, Any] | None:
    """A unit's sheet: by column, each item with its points and why; None before the summary."""
    sheet = FrozenSheet.objects.filter(round=unit.round, class_key=unit.class_key).first()
    row = sheet.result.get(unit.body.code) if sheet else None
    if row is None:
        return None
    scheme = rules.full_scheme(unit.round, unit.class_key)
    lines = {line["id"]: line for line in row["lines"]}
    given, kept = (
        Mark.objects.filter(unit=unit).order_by("id"),
        Record.objects.filter(unit=unit).select_related("matter").order_by("day"),
    )
    fetch(given, kept)
    marks: dict[str, list[Mark]] = {}
    for mark in given:
        marks.setdefault(mark.leaf, []).append(mark)
    records: dict[str, list[Record]] = {}
    for record in kept:
        if record.counts:
            records.setdefault(record.leaf, []).append(record)
    columns = [
        {
            "title": top.title,
            "part": top.part,
            "items": [
                _line(unit, leaf, lines[leaf.id], scheme, marks.get(leaf.id, []), records.get(leaf.id, []))
                for leaf in top.leaves()
            ],
        }
        for top in scheme.items
    ]
    titles = {veto.count: veto.title or scheme.label(veto.count) for veto in scheme.vetoes}
    return {
        "total": shown(row["total"], scheme),
        "rank": row["rank"],
        "grade": row["grade"],
        "columns": columns,
        "vetoes": [titles[count] for count in row["vetoes"]],
        "stamp": sheet.stamp if sheet else "",
    }


def _line(
    unit: RoundUnit,
    leaf: Item,
    line: dict[str, Any],
    scheme: Scheme,
    marks: list[Mark],
    records: list[Record],
) -> dict[str, Any]:
    return {
        "leaf": leaf,
        "max": None if leaf.max is None else plain(leaf.max),
        "points": shown(line["points"], scheme),
        "say": sentence(unit, leaf, line, marks, records),
        "records": records,
        "open": leaf.open == "optional" and leaf.max is None,
    }


def sentence(
    unit: RoundUnit, leaf: Item, line: dict[str, Any], marks: list[Mark], records: list[Record]
) -> str:
    """Why an item has the points it has, in sentences that can be read aloud."""
    if leaf.id in unit.exempt:
        return f"认定无此项任务：{unit.exempt[leaf.id]}。{WORDS.get(line['how'], '')}"
    parts: list[str] = []
    agreed = next((mark for mark in marks if mark.member_id is None), None)
    if agreed is not None:
        parts.append(f"考核组合议{_given(leaf, agreed)}，理由：{agreed.note}")
    elif marks:
        parts.append("；".join(f"{mark.by}{_given(leaf, mark)}" for mark in marks))
        if leaf.kind == "mark" and len(marks) > 1:
            parts.append(f"平均{line['counts'].get('mark', '0')}分")
    for record in records:
        parts.append(_recorded(leaf, record))
    if line["held"] == "capped":
        parts.append("按该项满分计")
    elif line["held"] == "floored":
        parts.append("该项扣完为止，计0分")
    return "。".join(part for part in parts if part) + ("。" if parts else "")


def _given(leaf: Item, mark: Mark) -> str:
    if leaf.kind == "mark":
        return f"评{plain(mark.points)}分" if mark.points is not None else ""
    if leaf.kind == "failures":
        titles = {one.key: one.title for one in leaf.failures}
        found = [f"{titles.get(key, key)}{times}次" for key, times in mark.answers.items() if int(times)]
        return "认定" + ("、".join(found) if found else "没有扣分情形")
    words = {"met": "达到", "unmet": "未达到", "na": "不适用"}
    asks = {ask.key: ask.title for ask in leaf.asks}
    return "认定" + "，".join(
        f"{asks.get(key, '')}{words[value]}" for key, value in mark.answers.items() if value in words
    )


def _recorded(leaf: Item, record: Record) -> str:
    if record.failure:
        title = next((one.title for one in leaf.failures if one.key == record.failure), record.failure)
        return f"{record.day:%-m月%-d日}日常记录：{title}{record.times}次"
    if record.points is None:
        return ""
    sign = "加" if record.points > 0 else "减"
    return f"{record.day:%-m月%-d日}日常记录{sign}{plain(abs(record.points))}分：{record.text[:60]}"
