"""What another rulebook would have changed: points, grade and rank of each unit, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.assessment.explain import formula_words, label, number
from luoshi.engines.assessment.result import WORDS, Line, Sheet, UnitScore
from luoshi.engines.rulebook.scheme import Scheme


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item whose points differ. before, after: None where the scheme has no such item."""

    id: str
    title: str
    before: Decimal | None
    after: Decimal | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A unit's score under both rulebooks; None where it stands in one only."""

    unit: str
    before: UnitScore
    after: UnitScore
    items: tuple[ItemChange, ...]
    caps: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        """Points gained (or lost, below zero) under the other rulebook."""
        return self.after.total - self.before.total


def compare(before: Sheet, after: Sheet) -> tuple[Change, ...]:
    """Return each unit's change from one sheet to the other, in the first one's order."""
    schemes = before.scheme, after.scheme
    return tuple(_change(score, after.unit(score.unit), schemes) for score in before.units)


def _change(before: UnitScore, after: UnitScore, schemes: tuple[Scheme, Scheme]) -> Change:
    old = {line.item.id: line for line in before.lines}
    new = {line.item.id: line for line in after.lines}
    items: list[ItemChange] = []
    for id in dict.fromkeys([*old, *new]):
        was, now = old.get(id), new.get(id)
        if was is None or now is None or was.points != now.points:
            known = was or now
            assert known is not None  # noqa: S101 - id comes from one of them
            items.append(
                ItemChange(
                    id,
                    known.item.title,
                    was.points if was else None,
                    now.points if now else None,
                    _why(was, now, schemes),
                )
            )
    return Change(before.unit, before, after, tuple(items), _caps(before, after))


def _why(was: Line | None, now: Line | None, schemes: tuple[Scheme, Scheme]) -> tuple[str, ...]:
    if was is None:
        return ("新增考核项",)
    if now is None:
        return ("取消考核项",)
    reasons: list[str] = []
    if was.item.formula != now.item.formula:
        old, new = formula_words(schemes[0], was.item), formula_words(schemes[1], now.item)
        reasons.append(f"公式由“{old}”改为“{new}”")
    reasons += _counts(was, now, schemes)
    if (was.item.floor, was.item.cap, was.item.max) != (now.item.floor, now.item.cap, now.item.max):
        reasons.append("分值或上下限不同")
    if was.how != now.how:
        reasons.append(f"{WORDS[was.how] or '有数据'} → {WORDS[now.how] or '有数据'}")
    elif not reasons:
        reasons.append(WORDS[now.how] or "取整规则不同")
    return tuple(reasons)


def _counts(was: Line, now: Line, schemes: tuple[Scheme, Scheme]) -> list[str]:
    """Say which counts differ, and which name now stands for another count."""
    found = []
    for name in was.counts:
        if name not in now.counts:
            continue
        old, new = label(schemes[0], was.item, name), label(schemes[1], now.item, name)
        if old != new and was.item.formula == now.item.formula:
            moved = f"，由{number(was.counts[name])}变为{number(now.counts[name])}"
            found.append(f"“{old}”改按“{new}”计{moved if was.counts[name] != now.counts[name] else ''}")
        elif was.counts[name] != now.counts[name]:
            found.append(f"{old}由{number(was.counts[name])}变为{number(now.counts[name])}")
    return found


def _caps(before: UnitScore, after: UnitScore) -> tuple[str, ...]:
    """Name groups whose sum or limit makes a difference beyond the items."""
    old = {group.item.id: group for group in before.groups}
    found: list[str] = []
    for group in after.groups:
        was = old.get(group.item.id)
        if was is not None and (was.item.cap, was.item.max) != (group.item.cap, group.item.max):
            found.append(
                f"{group.item.title}：上限由 {_limit(was.item.cap, was.item.max)} "
                f"改为 {_limit(group.item.cap, group.item.max)}"
            )
    return tuple(found)


def _limit(cap: Decimal | None, most: Decimal | None) -> str:
    value = cap if cap is not None else most
    return "不限" if value is None else f"{value}分"
