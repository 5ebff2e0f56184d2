"""A due time's steps, made ready for people: what was counted, what was skipped and why, where it ended."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger import rules
from luoshi.web.formats import amount_cn, cn_datetime, cn_weekday

KINDS = {
    "rule": ("规则", "start"),
    "start": ("起算", "start"),
    "hours": ("作息", "start"),
    "counted": ("计入", "counted"),
    "makeup": ("计入（调休上班日）", "counted"),
    "off_hours": ("不计：非工作时间", "skipped"),
    "weekend": ("不计：周末", "skipped"),
    "rest": ("不计：单位休息日", "skipped"),
    "holiday": ("不计：节假日", "skipped"),
    "paused": ("不计：计时暂停", "skipped"),
    "month_end": ("顺延", "moved"),
    "supplement": ("增加时限", "moved"),
    "set": ("指定时限", "moved"),
    "extended": ("延期", "moved"),
    "provisional": ("暂定", "note"),
    "due": ("到期", "due"),
}


RULE_ID = re.compile(r"（([a-z_]+)\.[a-z_.]+）")
FACT = re.compile(r"([a-z_]+)=([^、，]+)")
OWN_TIMES = re.compile(r"\d{4}-\d{2}-\d{2}[^，]*(，|$)")  # the period that a step's note repeats


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _period(start: dt.datetime | None, end: dt.datetime | None) -> str:
    """A period as 9月29日（周五） 17:50—18:00, or with both days when they differ."""
    if start is None and end is None:
        return ""
    if start is None or end is None or start == end:
        at = end if start is None else start
        return f"{cn_datetime(at)}（{cn_weekday(at)}）"
    first = f"{start.month}月{start.day}日（{cn_weekday(start)}）"
    if start.date() == end.date():
        return f"{first} {start:%H:%M}—{end:%H:%M}"
    midnight = end.time() == dt.time() and (end - dt.timedelta(seconds=1)).date() == start.date()
    if midnight:
        return f"{first} {start:%H:%M}—24:00" if start.time() != dt.time() else f"{first} 全天"
    if start.time() == end.time() == dt.time():
        last = end - dt.timedelta(days=1)
        return f"{first}至{last.month}月{last.day}日（{cn_weekday(last)}）"
    return f"{first} {start:%H:%M}—{end.month}月{end.day}日（{cn_weekday(end)}） {end:%H:%M}"


def _fact(function: str, name: str, value: str, on: dt.date) -> str:
    """A fact such as urgency=routine in the words of the rulebook's choices; unknown ones as they are."""
    try:
        choice = rules.current().choice(f"{function}.{name}", on)
        return f"{choice.title}：{choice.label(value)}"
    except (UnknownRule, KeyError):
        return f"{name}={value}"


def _note(kind: str, note: str, on: dt.date) -> str:
    """A step's note for people: without codes, and without the times that stand beside it already."""
    if kind != "rule":
        return OWN_TIMES.sub("", note, count=1) if OWN_TIMES.match(note) else note
    code = RULE_ID.search(note)
    if code is None:
        return note
    plain = note.replace(code[0], "")
    return FACT.sub(lambda found: _fact(code[1], found[1], found[2], on), plain)


def explanation(data: Mapping[str, Any]) -> dict[str, Any]:
    """Turn Due.as_dict() into rows for the panel.

    Returns due (aware or None), provisional, cite, rows: {label, css, period, amount, note}.
    """
    rows = []
    on = next((_moment(step["start"]) for step in data["steps"] if step["start"]), None) or _moment(
        data["due"]
    )
    day = on.date() if on else dt.date.max
    for step in data["steps"]:
        label, css = KINDS.get(step["kind"], (step["kind"], "note"))
        rows.append(
            {
                "label": label,
                "css": css,
                "period": _period(_moment(step["start"]), _moment(step["end"])),
                "amount": amount_cn(step["amount"], step["unit"]) if css in ("counted", "moved") else "",
                "note": _note(step["kind"], step["note"], day),
            }
        )
    return {
        "due": _moment(data["due"]),
        "provisional": data["provisional"],
        "cite": list(data.get("cite", ())),
        "rows": rows,
        "counted": sum(row["css"] == "counted" for row in rows),
        "skipped": sum(row["css"] == "skipped" for row in rows),
    }
