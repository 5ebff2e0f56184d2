"""Correcting what was counted for one unit of a closed sheet, and what follows from it. Points are never set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from luoshi.assessment import frozen
from luoshi.assessment.models import Sheet, SheetUnit
from luoshi.assessment.selectors.sheets import engine_sheet, period_of, unit_rows
from luoshi.engines.assessment import Change, UnitCounts, UnitScore, compare, evaluate, reranked
from luoshi.engines.assessment import Sheet as EngineSheet
from luoshi.engines.rulebook.scheme import Item, Scheme
from luoshi.ledger.errors import Incomplete, WrongState

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Correction:
    """One input put right. count: the scheme's. day: where in the period it counts. case: the number of the order
    or record concerned ("" only for base work). why: in words."""

    count: str
    before: Number
    after: Number
    day: date
    case: str
    why: str

    @property
    def delta(self) -> Number:
        """By how much the count changes."""
        return self.after - self.before

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "count": self.count,
            "from": frozen.number(self.before),
            "to": frozen.number(self.after),
            "day": self.day.isoformat(),
            "case": self.case,
            "why": self.why,
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Correction:
        """What was kept."""
        return cls(
            said["count"],
            frozen.read_number(said["from"]),
            frozen.read_number(said["to"]),
            date.fromisoformat(said["day"]),
            said["case"],
            said["why"],
        )


@dataclass(frozen=True, slots=True)
class RankMove:
    """A unit whose rank or grade another unit's correction changes."""

    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What corrections would change: the unit's score before and after, item by item, and the ranks."""

    before: UnitScore
    after: UnitScore
    change: Change
    moves: tuple[RankMove, ...]


def counts_of_item(scheme: Scheme, item: str) -> dict[str, str]:
    """The counts that an item's formula rests on, derived ones resolved, with their Chinese labels."""
    leaf = next(leaf for leaf in scheme.leaves() if leaf.id == item)
    return {name: scheme.counts[name] for name in _rests_on(scheme, leaf)}


def _rests_on(scheme: Scheme, leaf: Item) -> list[str]:
    """The counts in a leaf's formula; what it only shows beside its points is none of them."""
    return _resolved(scheme, [leaf.counts[name] for name in leaf.formula.names] if leaf.formula else ())


def _resolved(scheme: Scheme, names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        if name in scheme.derived:
            found += _resolved(scheme, scheme.derived[name].names)
        else:
            found.append(name)
    return list(dict.fromkeys(found))


def items_of_count(scheme: Scheme, count: str, kind: str) -> list[str]:
    """The items that rest on a count in a kind of period."""
    return [leaf.id for leaf in scheme.leaves() if kind in leaf.periods and count in _rests_on(scheme, leaf)]


def effective(unit: UnitCounts, score: UnitScore, count: str) -> Number:
    """A count as it went into the score: what was counted plus the charges that counted."""
    held = sum((1 if one.matter else one.times) for one in score.counted if one.count == count)
    return unit.counts.get(count, 0) + held


def check(sheet: Sheet, code: str, items: Sequence[str], corrections: Sequence[Correction]) -> None:
    """Refuse corrections that do not fit the frozen inputs, or that reach beyond the items appealed against.

    items: none where the whole result of a year is appealed against. Errors: Incomplete (corrections).
    """
    if not corrections:
        raise Incomplete(
            "申诉成立须写明更正哪一项计数", mend="成绩只随计数更正，不直接改分", field="corrections"
        )
    now = engine_sheet(sheet)
    scheme, period = now.scheme, period_of(sheet)
    unit, score = _inputs(sheet, code), now.unit(code)
    for one in corrections:
        if one.count not in scheme.counts:
            raise Incomplete("请选择要更正的计数", field="corrections")
        label = scheme.counts[one.count]
        stands = effective(unit, score, one.count)
        if one.before != stands:
            raise Incomplete(
                f"“{label}”现为{stands}，不是{one.before}", mend="请按现值重新填写", field="corrections"
            )
        if one.after == one.before or one.after < 0:
            raise Incomplete(f"“{label}”更正后的数须与原数不同，且不小于0", field="corrections")
        if not period.first <= one.day < period.end:
            raise Incomplete(f"“{label}”的更正日期须在本期内", field="corrections")
        _check_reach(scheme, one.count, period.kind, items)
    _check_why(scheme, corrections)


def _check_reach(scheme: Scheme, count: str, kind: str, items: Sequence[str]) -> None:
    reached = items_of_count(scheme, count, kind)
    beyond = [item for item in reached if items and item not in items]
    if not reached or beyond == reached:
        raise Incomplete(
            f"“{scheme.counts[count]}”与所申诉的考核项无关",
            mend="只能更正所申诉考核项的计数",
            field="corrections",
        )
    if beyond:
        names = "、".join(f"{leaf.id} {leaf.title}" for leaf in scheme.leaves() if leaf.id in beyond)
        raise Incomplete(
            f"更正“{scheme.counts[count]}”会同时改变没有申诉的{names}",
            mend="请改用只影响所申诉考核项的计数，或由单位就各项一并申诉",
            field="corrections",
        )


def _check_why(scheme: Scheme, corrections: Sequence[Correction]) -> None:
    for one in corrections:
        label = scheme.counts[one.count]
        if not one.why.strip():
            raise Incomplete(f"请写明更正“{label}”的原因", field="corrections")
        if not one.case and not is_base(scheme, one.count):
            raise Incomplete(f"请写明更正“{label}”所依据的工单或登记编号", field="corrections")
    if len({one.count for one in corrections}) < len(corrections):
        raise Incomplete("同一项计数只写一行，原数和更正后的数写合计", field="corrections")


def is_base(scheme: Scheme, count: str) -> bool:
    """Whether a count belongs to the base work, which rests on no single order."""
    return any(
        count in _rests_on(scheme, leaf)
        for top in scheme.items
        if top.part == "base"
        for leaf in top.leaves()
    )


def _inputs(sheet: Sheet, code: str) -> UnitCounts:
    return inputs_of_row(next(row for row in unit_rows(sheet) if row.body.code == code))


def inputs_of_row(row: SheetUnit) -> UnitCounts:
    """A row's frozen inputs as the engine takes them."""
    return frozen.counts_from(row.inputs, unit=row.body.code, name=row.name)


def corrected_inputs(inputs: Mapping[str, Any], corrections: Sequence[Correction]) -> dict[str, Any]:
    """A unit's frozen inputs with the corrections added. A count may fall below zero where charges make it up."""
    counts = dict(inputs["counts"])
    for one in corrections:
        value = frozen.read_number(counts.get(one.count, 0)) + one.delta
        counts[one.count] = frozen.number(value)
    return {**inputs, "counts": {name: value for name, value in counts.items() if frozen.read_number(value)}}


def rescored(
    sheet: Sheet, code: str, corrections: Sequence[Correction]
) -> tuple[EngineSheet, dict[str, Any]]:
    """The sheet with one unit's inputs corrected and all averages frozen, and that unit's new inputs."""
    now = engine_sheet(sheet)
    rows = unit_rows(sheet)
    inputs = {
        row.body.code: corrected_inputs(row.inputs, corrections) if row.body.code == code else row.inputs
        for row in rows
    }
    units = [frozen.counts_from(inputs[row.body.code], unit=row.body.code, name=row.name) for row in rows]
    after = evaluate(now.scheme, units, period=now.period, means=now.means, closed=True)
    totals = {name: Decimal(value["total"]) for name, value in inputs.items() if "total" in value}
    return (reranked(after, totals) if totals else after), inputs[code]


def preview(sheet: Sheet, code: str, corrections: Sequence[Correction]) -> Preview:
    """What the corrections would change."""
    after, _ = rescored(sheet, code, corrections)
    return between(engine_sheet(sheet), after, code)


def between(before: EngineSheet, after: EngineSheet, code: str) -> Preview:
    """What one unit's correction changed from one version of a sheet to the next."""
    change = next(one for one in compare(before, after) if one.unit == code)
    moves = tuple(
        RankMove(score.name, score.rank, after.unit(score.unit).rank)
        for score in before.units
        if score.unit != code and score.rank != after.unit(score.unit).rank
    )
    return Preview(before.unit(code), after.unit(code), change, moves)


def changed_rows(
    sheet: Sheet, code: str, corrections: Sequence[Correction], *, revision: int
) -> list[SheetUnit]:
    """The rows of the next revision: the corrected unit's, and of others those whose rank or grade moves.

    Errors: WrongState if another unit's points would change, which frozen averages rule out.
    Source: smx-hotline-assessment/4.4.4.c
    """
    after, inputs = rescored(sheet, code, corrections)
    found = []
    for row in unit_rows(sheet):
        score = after.unit(row.body.code)
        result = frozen.result_of(score)
        mine = row.body.code == code
        if not mine and (result != row.result or score.total != row.total):
            raise WrongState(f"这项更正会改变{row.name}的得分，不能执行", mend="请核对更正的计数")
        if mine or (score.rank, score.grade) != (row.rank, row.grade):
            found.append(
                SheetUnit(
                    sheet=sheet,
                    body=row.body,
                    revision=revision,
                    name=row.name,
                    inputs=inputs if mine else row.inputs,
                    result=result,
                    total=score.total,
                    rank=score.rank,
                    grade=score.grade,
                )
            )
    return found
