"""The monthly notice of the scores and a unit's own sheet as papers; every figure comes from the closed sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from luoshi.assessment.models import Sheet
from luoshi.assessment.selectors.sheets import book_of, engine_sheet, period_of
from luoshi.engines.assessment import Line, UnitScore, explain
from luoshi.engines.assessment import Sheet as EngineSheet
from luoshi.ledger import rules
from luoshi.ledger.errors import WrongState
from luoshi.papers import Heading, Paper, Table, Text

ISSUER = "12345平台指挥中心"
NAMED = 3
LOSSES = 5
Block = Heading | Text | Table


def day_words(day: date) -> str:
    """A date as papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(at: datetime | None) -> str:
    """A moment as papers write it: 2017年11月13日18:00."""
    if at is None:
        return "—"
    local = at.astimezone(rules.current().worktime.tz)
    return f"{day_words(local.date())}{local:%H:%M}"


def notice_paper(sheet: Sheet, *, revision: int | None = None) -> Paper:
    """The notice (通报) of a published sheet: league table, what is commended and criticised, where most was lost, and
    how and until when to appeal. Errors: WrongState before publication.
    """
    if sheet.published_at is None:
        raise WrongState("成绩尚未公布", mend="公布后可生成通报")
    scored = engine_sheet(sheet, revision)
    period = explain.period_words(period_of(sheet))
    ranked = [score for score in scored.units if score.rank is not None]
    blocks: list[Block] = [
        Text(
            f"按照{book_of(sheet).title}{scored.scheme.title}办法，对各责任单位{period}工作进行了考核。"
            f"成绩由系统记录计算，数据截至{moment_words(sheet.as_of)}。现将结果通报如下。"
        ),
        Heading("一、总体情况"),
        Text(_overall(scored, ranked)),
        _league(scored),
        *_praised(scored, ranked),
        *_criticised(scored, ranked),
        Heading("四、失分较多的考核项"),
        *_lost(scored, ranked),
        *_appeal(sheet),
    ]
    local = sheet.published_at.astimezone(rules.current().worktime.tz).date()
    number = revision or sheet.revision
    subtitle = f"（含申诉修正，第{number}版）" if number > 1 else ""
    return Paper(
        title=f"关于{period}12345社会公共服务联动工作考核情况的通报",
        subtitle=subtitle,
        blocks=tuple(blocks),
        issuer=ISSUER,
        dated=day_words(local),
    )


def _overall(scored: EngineSheet, ranked: Sequence[UnitScore]) -> str:
    if not ranked:
        return "本期没有参加排名的单位。"
    totals = [score.total for score in ranked]
    mean = (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01"))
    said = (
        f"参加排名的责任单位{len(ranked)}个，平均{mean}分，最高{max(totals)}分（{ranked[0].name}），"
        f"最低{min(totals)}分（{ranked[-1].name}）。"
    )
    out = len(scored.units) - len(ranked)
    return said + (f"另有{out}个单位本期没有派单和在线直接答复，不参加排名。" if out else "")


def _league(scored: EngineSheet) -> Table:
    graded = any(score.grade for score in scored.units)
    head = ("名次", "单位", "基础工作", "工作效能", "加分", "扣分", "总分", *(("等次",) if graded else ()))
    rows = tuple(
        (
            str(score.rank) if score.rank is not None else "—",
            score.name,
            *(str(score.parts[part]) for part in ("base", "regular", "bonus", "deduction")),
            str(score.total),
            *((score.grade or "—",) if graded else ()),
        )
        for score in scored.units
    )
    widths = (3, 10, 4, 4, 4, 4, 4, *((3,) if graded else ()))
    return Table(head, rows, widths=widths, right=(2, 3, 4, 5, 6), caption="成绩和名次")


def _praised(scored: EngineSheet, ranked: Sequence[UnitScore]) -> list[Block]:
    first = [score for score in ranked if score.rank is not None and score.rank <= NAMED]
    found: list[Block] = [Heading("二、肯定")]
    if not first:
        return [*found, Text("本期没有参加排名的单位。")]
    found.append(Text(f"{_names(first)}总分居前。"))
    gained = [(score, score.parts["bonus"]) for score in scored.units if score.parts["bonus"] > 0]
    gained.sort(key=lambda pair: (-pair[1], pair[0].unit))
    if gained:
        said = "、".join(f"{score.name}加{points}分" for score, points in gained[:NAMED])
        found.append(Text(f"获得加分较多的单位：{said}。"))
    return found


def _criticised(scored: EngineSheet, ranked: Sequence[UnitScore]) -> list[Block]:
    found: list[Block] = [Heading("三、批评")]
    failed = [score for score in ranked if score.grade == "不合格"]
    if failed:
        found.append(Text(f"{_names(failed)}年度考核评定为不合格。"))
    if len(ranked) > NAMED:
        found.append(Text(f"{_names(ranked[-NAMED:])}总分靠后。"))
    taken = [(score, score.parts["deduction"]) for score in scored.units if score.parts["deduction"] > 0]
    taken.sort(key=lambda pair: (-pair[1], pair[0].unit))
    if taken:
        said = "、".join(f"{score.name}扣{points}分" for score, points in taken[:NAMED])
        found.append(Text(f"监督检查扣分较多的单位：{said}。"))
    return found if len(found) > 1 else [*found, Text("本期没有需要批评的情况。")]


def _names(scores: Sequence[UnitScore]) -> str:
    return "、".join(score.name for score in scores)


def _lost(scored: EngineSheet, ranked: Sequence[UnitScore]) -> list[Block]:
    """The items in which all ranked units together lost most, with the unit that lost most in each."""
    parts = {leaf.id: top.part for top in scored.scheme.items for leaf in top.leaves()}
    rows: list[tuple[Decimal, tuple[str, ...]]] = []
    for leaf in scored.scheme.leaves():
        if parts[leaf.id] not in ("base", "regular") or leaf.max is None:
            continue
        lost = [(leaf.max - score.line(leaf.id).points, score.name) for score in ranked]
        total = sum((points for points, _ in lost), Decimal(0))
        if total > 0:
            most, name = max(lost, key=lambda pair: pair[0])
            rows.append((total, (leaf.id, leaf.title, str(total), f"{name}（{most}分）")))
    if not rows:
        return [Text("各单位基础工作和工作效能各项均为满分。")]
    rows.sort(key=lambda row: -row[0])
    head = ("项目", "考核项", "各单位合计失分", "失分最多的单位")
    return [Table(head, tuple(row for _, row in rows[:LOSSES]), widths=(2, 5, 3, 6), right=(2,))]


def _appeal(sheet: Sheet) -> list[Block]:
    if sheet.appeal_until is None:
        return []
    what = "单项指标成绩" if sheet.kind == "month" else "年度考评结果"
    who = "" if sheet.kind == "month" else "由主要负责人或分管领导"
    return [
        Heading("五、申诉"),
        Text(
            f"对{what}有异议的单位，请{who}于{moment_words(sheet.appeal_until)}前在业务管理系统提交申诉理由、依据和要求，"
            "并附证明材料，超期不再受理。申诉在受理后5个工作日内作出决定，经指挥中心审定后在系统内反馈。"
        ),
    ]


def unit_paper(sheet: Sheet, code: str, *, revision: int | None = None) -> Paper:
    """A unit's own sheet: its total, rank and parts, and each item with points, counts and what they were held to.

    Errors: WrongState before closing, KeyError for a unit that is not on the sheet.
    """
    if sheet.closed_at is None:
        raise WrongState("成绩尚未结账", mend="结账后可打印成绩单")
    scored = engine_sheet(sheet, revision)
    score = scored.unit(code)
    rank = f"第{score.rank}名" if score.rank is not None else "不参加排名"
    grade = f"，等次{score.grade}" if score.grade else ""
    state = "已公布" if sheet.published_at is not None else "未公布"
    lines = tuple(
        (line.item.id, line.item.title, str(line.points), _limit(line), explain.sentence(scored, score, line))
        for line in score.lines
        if sheet.kind in line.item.periods
    )
    number = revision or sheet.revision
    return Paper(
        title=f"{explain.period_words(period_of(sheet))}12345考核成绩单",
        subtitle=f"{score.name}（{state}，第{number}版）",
        blocks=(
            Text(
                f"总分{score.total}分，{rank}{grade}。其中基础工作{score.parts['base']}分，"
                f"工作效能{score.parts['regular']}分，加分{score.parts['bonus']}分，扣分{score.parts['deduction']}分。"
                f"数据截至{moment_words(sheet.as_of)}。"
            ),
            Table(
                ("项目", "考核项", "得分", "满分", "说明"),
                lines,
                widths=(2, 5, 3, 3, 12),
                right=(2, 3),
            ),
        ),
        issuer=ISSUER,
    )


def _limit(line: Line) -> str:
    value = line.item.max if line.item.max is not None else line.item.cap
    return "—" if value is None else str(value)
