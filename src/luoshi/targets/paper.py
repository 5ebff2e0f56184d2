"""A notice as a paper, from the table that was kept with it."""

from __future__ import annotations

from django.utils import timezone

from luoshi.papers import Heading, Paper, Table, Text, docx
from luoshi.targets.models import Layer, Notice

LAYERS = {one.value: str(one.label) for one in Layer}
HEAD = ("单位", "项数", "完成", "目前符合", "未完成", "待定", "按时月报", "迟报", "未报")


def notice_title(notice: Notice) -> str:
    """The title of a notice, with its period."""
    period = notice.period
    if notice.kind == "quarter":
        return f"{period.year}年第{(period.month + 2) // 3}季度目标完成情况通报"
    return f"{period.year}年{period.month}月目标考核情况"


def notice_paper(notice: Notice) -> Paper:
    """The content of a notice: what the drafter said, a table for each layer, and what was not met."""
    blocks: list[Heading | Text | Table] = [Text(one) for one in notice.remark.splitlines() if one.strip()]
    rows = notice.figures.get("rows", [])
    for layer, label in LAYERS.items():
        own = [row for row in rows if row["layer"] == layer]
        if own:
            blocks += [Heading(label), _table(own)]
    behind = notice.figures.get("behind", [])
    if behind:
        blocks.append(Heading("未完成的目标"))
        blocks += [Text(f"{one['sheet']}第{one['number']}项：{one['said']}") for one in behind]
    dated = timezone.localtime(notice.issued_at) if notice.issued_at else None
    return Paper(
        title=notice_title(notice),
        blocks=tuple(blocks),
        issuer="市政府目标办",
        dated=f"{dated.year}年{dated.month}月{dated.day}日" if dated else "",
    )


def _table(rows: list[dict[str, object]]) -> Table:
    keys = ("name", "total", "met", "on_track", "not_met", "pending", "in_time", "late", "missing")
    cells = tuple(tuple(str(row[key]) for key in keys) for row in rows)
    return Table(HEAD, cells, widths=(4, 1, 1, 2, 2, 1, 2, 1, 1), right=tuple(range(1, len(HEAD))))


def notice_docx(notice: Notice) -> bytes:
    """A notice as DOCX."""
    return docx(notice_paper(notice))
