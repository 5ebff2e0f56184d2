"""Sentences about points, to be read aloud to a unit: counts, formula with its numbers, and what held the result.

Generic over schemes: written from the formula's names, the scheme's labels and numbers, and the item's own `say`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from luoshi.engines.assessment import result
from luoshi.engines.assessment.period import Period
from luoshi.engines.assessment.result import WORDS, GroupLine, Line, Sheet, UnitScore
from luoshi.engines.rulebook.scheme import Item, Scheme

PARTS = {"base": "基础工作", "regular": "平时工作效能", "bonus": "综合加分", "deduction": "监督检查扣分"}
PERIODS = {"month": "本月", "quarter": "本季度", "year": "本年"}
_KINDS = {"month": "月度", "quarter": "季度", "year": "年度"}
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_SIGNS = str.maketrans({"*": "×", "/": "÷", "-": "−"})
_EACH = re.compile(
    r"(\d+(?:\.\d+)?) \* [a-z_][a-z0-9_]*|[a-z_][a-z0-9_]* \* (\d+(?:\.\d+)?)|[a-z_][a-z0-9_]*"
)
_FUNCTIONS = {"min": "较小值", "max": "较大值"}


def period_words(period: Period) -> str:
    """Return a period as it is spoken: 2017年10月, 2017年第4季度, 2017年度."""
    if period.kind == "year":
        return f"{period.first:%Y}年度"
    if period.kind == "quarter":
        return f"{period.first:%Y}年第{(period.first.month + 2) // 3}季度"
    return f"{period.first:%Y}年{period.first.month}月"


def number(value: int | Decimal) -> str:
    """Return a count as people write it: 3, 2.5; never in powers of ten."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def label(scheme: Scheme, item: Item, name: str) -> str:
    """Return the Chinese label of a name in an item's formula."""
    return count_label(scheme, item.counts.get(name, name))


def count_label(scheme: Scheme, count: str) -> str:
    """Return the label of a count; of a derived one its formula in labels."""
    if count in scheme.counts:
        return scheme.counts[count]
    derived = scheme.derived.get(count)
    if derived is None:
        return count
    text = _NAME.sub(lambda match: _FUNCTIONS.get(match[0]) or count_label(scheme, match[0]), str(derived))
    return f"（{text.translate(_SIGNS)}）" if len(derived.names) > 1 else text.translate(_SIGNS)


def formula_words(scheme: Scheme, item: Item) -> str:
    """Return a leaf's formula in the official names: 及时签收工单数 ÷ 派单总数 × 40."""
    return _NAME.sub(
        lambda match: _FUNCTIONS.get(match[0]) or label(scheme, item, match[0]),
        str(item.formula).translate(_SIGNS),
    )


def formula_told(scheme: Scheme, line: Line) -> str:
    """Return the formula with the official names, each with its number."""

    def word(match: re.Match[str]) -> str:
        name = match[0]
        if name not in line.counts:
            return _FUNCTIONS.get(name) or label(scheme, line.item, name)
        return f"{label(scheme, line.item, name)} {number(line.counts[name])}"

    return _NAME.sub(word, str(line.item.formula).translate(_SIGNS))


def working(line: Line) -> str:
    """Return the formula with its numbers: 48÷50×40."""

    def word(match: re.Match[str]) -> str:
        return number(line.counts[match[0]]) if match[0] in line.counts else _FUNCTIONS[match[0]]

    text = (
        str(line.item.formula).translate(_SIGNS).replace(" ", "").translate({ord("("): "（", ord(")"): "）"})
    )
    return _NAME.sub(word, text).replace("+", "＋").replace(",", "，")


def facts(scheme: Scheme, line: Line, period: Period) -> str:
    """Return the counts in words: the item's own `say`, else the labels with their numbers."""
    item, words = line.item, PERIODS[period.kind]
    none = not any(line.counts.values())
    if item.say_none and none:
        text = item.say_none.format_map({"period": words})
        return text if "{period}" in item.say_none else words + text
    told = {name: number(value) for name, value in line.counts.items()}
    if item.say and len(told) >= len(item.formula.names if item.formula else ()):
        parts = item.say.split("|")
        kept = [part for part in parts if len(parts) == 1 or _any(part, line.counts)] or parts
        text = "、".join(part.format_map({**told, "period": words}) for part in kept)
        return text if "{period}" in item.say else words + text
    if none and told:
        return f"{words}{'、'.join(label(scheme, item, name) for name in told)}{'均' if len(told) > 1 else ''}为0"
    return words + "，".join(f"{label(scheme, item, name)}{value}" for name, value in told.items())


def _any(part: str, counts: Mapping[str, int | Decimal]) -> bool:
    """Whether a part of a sentence has no number, or one above zero."""
    inside = [value for name, value in counts.items() if f"{{{name}}}" in part]
    return not inside or any(inside)


def part_of(scheme: Scheme, item: Item) -> str:
    """Return which part of the total an item belongs to."""
    return next(top.part for top in scheme.items if any(inner.id == item.id for inner in top.walk()))


def sentence(sheet: Sheet, score: UnitScore, line: Line) -> str:
    """Return how a unit came to the points of an item, to be read aloud."""
    scheme, period = sheet.scheme, sheet.period
    verb = {"deduction": "扣", "bonus": "加"}.get(part_of(scheme, line.item), "得")
    first = _treated(sheet, line, verb) if line.how != result.COUNTED else _counted(sheet, line, verb)
    told = [f"{facts(scheme, line, period)}，{first}"] if line.counts or line.item.say_none else [first]
    taken = absorbed(score, line)
    if taken:
        told.append(f"另有{taken}件次因同一件已按更高的扣分计算，不重复扣。")
    if line.item.beyond_cap and line.points:
        told.append("本项不受该类累计上限限制。")
    return "".join(told)


def _counted(sheet: Sheet, line: Line, verb: str) -> str:
    item = line.item
    assert line.exact is not None  # noqa: S101 - a counted line has a value
    if not any(line.counts.values()) and verb != "得" and not line.points:
        return f"不{verb}分。"
    if line.held == "capped":
        return f"按{working(line)}计为{_signed(line.exact)}分，本项最高{number(_most(item))}分，{verb}{line.points}分。"
    if line.held == "floored":
        return f"按{working(line)}计为{_signed(line.exact)}分，本项最低{number(item.floor or 0)}分，{verb}{line.points}分。"
    if not any(line.counts.values()):
        return f"{verb}{'满分' if line.points == item.max else ''}{line.points}分。"
    each = _each(item)
    if each is not None:
        return f"每件（次）{each}分，按{working(line)}计，{verb}{line.points}分。"
    return f"按{working(line)}计，{verb}{line.points}分。"


def _each(item: Item) -> str | None:
    """Return the price where the formula is so many points for each of one count, else None."""
    match = _EACH.fullmatch(str(item.formula))
    return (match[1] or match[2] or "1") if match else None


def _signed(value: Decimal) -> str:
    return str(value).replace("-", "−")


def _most(item: Item) -> Decimal:
    most = item.cap if item.cap is not None else item.max
    return most if most is not None else Decimal(0)


def _treated(sheet: Sheet, line: Line, verb: str) -> str:
    """Return what became of an item that has no data, or does not count here."""
    points = line.points
    match line.how:
        case result.MEAN:
            return f"没有可计算的数据，按规定取有数据单位的平均分，{verb}{points}分。"
        case result.FULL if line.item.no_data == "mean":
            return f"各单位都没有可计算的数据，{verb}满分{points}分。"
        case result.FULL:
            return f"没有可计算的数据，按规定{verb}满分{points}分。"
        case result.RESCALED:
            return "没有可计算的数据，本项不计，其余各项按比例折算。"
        case result.OTHER_PERIOD:
            return f"本项只计入{_periods(line.item)}考核，{PERIODS[sheet.period.kind]}不计。"
        case result.BELOW:
            return f"{_threshold(sheet.scheme, line.item)}，未达到，本项不计。"
    return f"没有可计算的数据，按规定{verb}{points}分。"


def _periods(item: Item) -> str:
    return "、".join(_KINDS[kind] for kind in item.periods)


def _threshold(scheme: Scheme, item: Item) -> str:
    assert item.requires is not None  # noqa: S101 - only a threshold leads here
    wanted = next(i for top in scheme.items for i in top.walk() if i.id == item.requires.item)
    return f"{wanted.title}须满{number(item.requires.at_least)}分方可计分"


def absorbed(score: UnitScore, line: Line) -> int:
    """Return how many charges on an item a higher one on the same matter takes in."""
    mine = set(line.item.counts.values())
    return sum(charge.count in mine for charge in score.absorbed)


def note(score: UnitScore, line: Line) -> str:
    """Return in short what is special about an item's points; empty where nothing is."""
    notes = [WORDS[line.how]] if WORDS[line.how] else []
    if line.held == "capped":
        notes.append(f"按公式得{line.exact}分，本项以{line.points}分封顶")
    elif line.held == "floored":
        notes.append(f"按公式得{line.exact}分，本项不低于{line.points}分")
    taken = absorbed(score, line)
    if taken:
        notes.append(f"另有{taken}件次因同一件已按更高的扣分计算，不重复扣")
    return "；".join(notes)


def group_sentence(sheet: Sheet, group: GroupLine) -> str:
    """Return how the points of a group follow from its members."""
    item = group.item
    verb = {"deduction": "扣", "bonus": "加"}.get(part_of(sheet.scheme, item), "得")
    if group.how == result.OTHER_PERIOD:
        return f"本类只计入{_periods(item)}考核，{PERIODS[sheet.period.kind]}不计。"
    if group.how == result.BELOW:
        return f"{_threshold(sheet.scheme, item)}，未达到，本类不计。"
    if group.sum > group.points:
        beyond = "（不含不受上限限制的项目）" if any(leaf.beyond_cap for leaf in item.items) else ""
        return f"各项合计{group.sum}分，本类最高{number(_most(item))}分{beyond}，{verb}{group.points}分。"
    if group.sum < group.points:
        return f"各项合计{group.sum}分，本类最低{number(item.floor or 0)}分，{verb}{group.points}分。"
    return f"各项合计{verb}{group.points}分。"


def total_sentence(sheet: Sheet, score: UnitScore) -> str:
    """Return how the total comes about, with rank and grade."""
    scheme = sheet.scheme
    present = [part for part in PARTS if any(item.part == part for item in scheme.items)]
    names = {
        part: next(item.title for item in scheme.items if item.part == part)
        if sum(item.part == part for item in scheme.items) == 1
        else PARTS[part]
        for part in present
    }
    added = "，加".join(f"{names[part]}{score.parts[part]}分" for part in present if part != "deduction")
    taken = f"，减{names['deduction']}{score.parts['deduction']}分" if "deduction" in present else ""
    told = f"{period_words(sheet.period)}总分{score.total}分：{added}{taken}。"
    if score.vetoes:
        told += f"因{'、'.join(count_label(scheme, count) for count in score.vetoes)}，按一票否决处理。"
    rank = f"排第{score.rank}名" if score.rank is not None else why_unranked(sheet)
    grade = f"，评定为{score.grade}" if score.grade else ""
    return f"{told}{rank}{grade}。"


def why_unranked(sheet: Sheet) -> str:
    """Return why a unit of this sheet may stand without a rank."""
    counts = "、".join(count_label(sheet.scheme, count) for count in sheet.scheme.ranked)
    return f"{PERIODS[sheet.period.kind]}{counts}均为0，按规定不参加排名" if counts else "不参加排名"
