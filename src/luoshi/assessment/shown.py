"""Scores as rows and sentences for pages: pure, from the engine's sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.assessment import Gain, Line, Sheet, UnitScore, explain
from luoshi.engines.assessment.result import COUNTED, GroupLine
from luoshi.engines.rulebook.scheme import Item, Scheme

SHORT = {"base": "基础分", "regular": "效能分", "bonus": "加分", "deduction": "扣分"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit in the league. full: whether its parts may be seen, else only what `total` and `rank` say."""

    score: UnitScore
    full: bool
    mine: bool
    total: Decimal | None
    rank: int | None
    change: Decimal | None
    places: int | None

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """The parts of the total with their short names."""
        return [(SHORT[part], points) for part, points in self.score.parts.items()]

    @property
    def change_words(self) -> str:
        """How much the total has moved: ＋3.20, −1.00, 持平; a dash where it cannot be compared."""
        if self.change is None:
            return "—"
        return "持平" if not self.change else f"{'＋' if self.change > 0 else '−'}{abs(self.change)}"

    @property
    def places_words(self) -> str:
        """How many places up or down; empty where none."""
        if not self.places:
            return ""
        return f"{'升' if self.places > 0 else '降'}{abs(self.places)}名"


def league(
    sheet: Sheet,
    before: Sheet | None,
    *,
    full: Callable[[str], bool],
    own: str,
    others: frozenset[str],
) -> list[Standing]:
    """Return the units in the sheet's order. full: whether a unit may be seen in full; others: what may be seen
    of the rest (total, rank); own: the reader's unit. change, places: against the sheet before."""
    was = {score.unit: score for score in before.units} if before else {}
    rows = []
    for score in sheet.units:
        seen = full(score.unit)
        if not (seen or others):
            continue
        old = was.get(score.unit)
        total = score.total if seen or "total" in others else None
        rank = score.rank if seen or "rank" in others else None
        rows.append(
            Standing(
                score,
                full=seen,
                mine=score.unit == own,
                total=total,
                rank=rank,
                change=score.total - old.total if old and total is not None else None,
                places=old.rank - rank if old and old.rank and rank else None,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Row:
    """An item on a unit's sheet. depth: 0 for a top item. most: the points for full marks, if it has such.

    part: regular, bonus … of its top item. tone: how its bar is coloured.
    """

    item: Item
    depth: int
    points: Decimal
    most: Decimal | None
    part: str
    told: str
    is_group: bool
    lost: Decimal

    @property
    def tone(self) -> str:
        """good, fair or poor for points gained; taken for points taken off."""
        if self.part == "deduction":
            return "taken" if self.points else "none"
        if self.part == "bonus" or not self.most:
            return "bonus"
        share = self.points / self.most
        return "good" if share >= Decimal("0.9") else "fair" if share >= Decimal("0.6") else "poor"


def rows(sheet: Sheet, score: UnitScore) -> list[Row]:
    """Return all items of a unit in the scheme's order, groups before their members."""
    lines: dict[str, Line | GroupLine] = {line.item.id: line for line in score.lines}
    lines |= {group.item.id: group for group in score.groups}
    return [
        _row(sheet, score, item, depth, top.part, lines[item.id])
        for top in sheet.scheme.items
        for item, depth in _deep(top, 0)
    ]


def _deep(item: Item, depth: int) -> Iterable[tuple[Item, int]]:
    yield item, depth
    for member in item.items:
        yield from _deep(member, depth + 1)


def _row(sheet: Sheet, score: UnitScore, item: Item, depth: int, part: str, line: Line | GroupLine) -> Row:
    most = item.max if item.max is not None else item.cap
    told = (
        explain.sentence(sheet, score, line)
        if isinstance(line, Line)
        else explain.group_sentence(sheet, line)
    )
    lost = item.max - line.points if item.max is not None and part in ("base", "regular") else Decimal(0)
    return Row(item, depth, line.points, most, part, told, isinstance(line, GroupLine), lost)


def lift_words(gain: Gain, score: UnitScore) -> str:
    """Return in a sentence what a way brings, honest about what a cap takes and what a lower charge would cost."""
    own = abs(gain.item_points - gain.line.points)
    if gain.total == 0:
        return f"{gain.say}，本项可增{own}分，但所在类别已达上限，总分不变。"
    more = f"（本项可增{own}分，超出上限的部分不计）" if own > gain.total else ""
    return f"{gain.say}，总分可多{gain.total}分{more}{_taken_in(gain, score)}。"


def _taken_in(gain: Gain, score: UnitScore) -> str:
    """Say that a lower charge on the same matter would then count, where there is one."""
    mine = set(gain.line.item.counts.values())
    matters = {charge.matter for charge in score.counted if charge.count in mine}
    waiting = {charge.matter for charge in score.absorbed}
    return "（其中同一件另有较低扣分的，届时改按较低一项扣）" if matters & waiting - {""} else ""


def not_liftable(score: UnitScore) -> list[tuple[Item, str]]:
    """Return the items in which no case put right would show now, each with the reason."""
    found = []
    for line in score.lines:
        if line.how != COUNTED and line.how != "other_period":
            found.append((line.item, explain.note(score, line)))
    return found


def no_data_words(item: Item) -> str:
    """Return how an item is treated where there is nothing to measure."""
    return {
        "full": "没有可计算的数据时得满分",
        "zero": "没有数据时得0分",
        "mean": "没有可计算的数据时取有数据单位的平均分；各单位都没有数据时得满分",
        "rescale": "没有可计算的数据时不计此项，其余各项按比例折算",
    }.get(item.no_data, "")


def held_words(scheme: Scheme, item: Item) -> list[str]:
    """Return what holds an item's points, each in a sentence."""
    told = []
    if item.cap is not None and item.cap != item.max:
        told.append(f"累计最高{explain.number(item.cap)}分")
    if item.floor is not None:
        told.append(f"最低{explain.number(item.floor)}分")
    if item.highest_only:
        told.append("同一件涉及多项的，按最高一项扣，不重复扣")
    if item.per_month:
        told.append("按月分别计算")
    if item.beyond_cap:
        told.append("不受所在类别上限限制")
    if set(item.periods) != set(scheme.periods):
        words = {"month": "月度", "quarter": "季度", "year": "年度"}
        told.append(f"只计入{'、'.join(words[kind] for kind in item.periods)}考核")
    if item.requires is not None:
        wanted = next(one for top in scheme.items for one in top.walk() if one.id == item.requires.item)
        told.append(f"“{wanted.title}”满{explain.number(item.requires.at_least)}分方计分")
    return told
