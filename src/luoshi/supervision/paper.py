"""The month's notice and report as papers, and lists of tasks as sheets."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from luoshi.ledger.states import state_label
from luoshi.papers import Heading, Paper, Table, Text, docx
from luoshi.supervision import rules
from luoshi.supervision.models import Bulletin, Task

HEAD = (
    "编号",
    "事项",
    "来源",
    "依据",
    "牵头单位",
    "配合单位",
    "负责领导",
    "办结时限",
    "状态",
    "报结时间",
    "销号时间",
)


def bulletin_paper(bulletin: Bulletin) -> Paper:
    """The content: what the office says, then the tables kept with it."""
    blocks: list[Heading | Text | Table] = [Text(one) for one in bulletin.remark.splitlines() if one.strip()]
    figures = bulletin.figures
    if bulletin.kind == "overdue":
        blocks.append(Text(f"截至起草时，逾期未办结的督办事项共{figures['total']}项。"))
        for unit in figures["units"]:
            blocks.append(Heading(f"{unit['name']}（{len(unit['tasks'])}项）"))
            rows = tuple((one["number"], one["title"], one["due"], str(one["days"])) for one in unit["tasks"])
            blocks.append(Table(("编号", "事项", "时限", "逾期天数"), rows, widths=(3, 6, 2, 1), right=(3,)))
    else:
        blocks += _summary(figures)
    dated = timezone.localtime(bulletin.issued_at) if bulletin.issued_at else None
    return Paper(
        title=bulletin.matter.title,
        blocks=tuple(blocks),
        issuer=str(rules.setting("supervision.seats", bulletin.matter.opened_at)["signs"]),
        dated=f"{dated.year}年{dated.month}月{dated.day}日" if dated else "",
    )


def _summary(figures: dict[str, Any]) -> list[Heading | Text | Table]:
    keys = ("total", "live", "overdue", "closed", "late")
    head = ("全部", "在办", "逾期", "本月销号", "逾期销号")
    sources = tuple((one["label"], *(str(one[key]) for key in keys)) for one in figures["sources"])
    units = tuple((one["lead_name"], *(str(one[key]) for key in keys)) for one in figures["units"])
    right = tuple(range(1, 6))
    blocks: list[Heading | Text | Table] = [
        Heading("一、按来源"),
        Table(("来源", *head), sources, right=right),
    ]
    blocks += [Heading("二、按牵头单位"), Table(("单位", *head), units, right=right)]
    blocks.append(Heading("三、逾期事项"))
    behind = tuple((one["unit"], one["title"], one["due"], one["leader"] or "—") for one in figures["behind"])
    blocks.append(
        Table(("单位", "事项", "时限", "负责领导"), behind, widths=(2, 5, 2, 2))
        if behind
        else Text("没有逾期事项。")
    )
    dangers = figures["dangers"]
    blocks.append(Heading("四、隐患台账"))
    blocks.append(
        Text(f"列入{dangers['total']}条，未销号{dangers['open']}条，其中逾期{dangers['overdue']}条。")
    )
    return blocks


def bulletin_docx(bulletin: Bulletin) -> bytes:
    """The paper as DOCX."""
    return docx(bulletin_paper(bulletin))


def _day(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d") if at else ""


def tasks_sheet(tasks: Iterable[Task]) -> bytes:
    """Tasks as an XLSX sheet; cells hold texts, so that nothing typed becomes a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("督办事项")
    sheet.append(list(HEAD))
    for task in tasks:
        cells = [
            task.matter.number, task.matter.title, rules.label("supervision.source", task.source_kind, task.set_at),
            task.reference, task.lead_name, "、".join(part.name for part in task.parts.all()),
            task.leader.name if task.leader else "", _day(task.due_at), state_label(task.matter.kind, task.matter.state),
            _day(task.submitted_at), _day(task.closed_at),
        ]  # fmt: skip
        sheet.append([f"'{cell}" if str(cell)[:1] in "=+-@" and cell else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
