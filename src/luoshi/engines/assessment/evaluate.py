"""Evaluating a scheme for all units of a period.

Each leaf's formula is computed exactly, rounded once by the scheme's rule, then held by its floor and cap.
Only then come the means of those with data, the sums of the groups with their caps, the totals and the ranks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from luoshi.engines.assessment import result
from luoshi.engines.assessment.highest import prices, settle
from luoshi.engines.assessment.period import Period, PeriodError
from luoshi.engines.assessment.points import PointsError
from luoshi.engines.assessment.result import GroupLine, Line, Sheet, UnitScore
from luoshi.engines.assessment.units import Charge, UnitCounts
from luoshi.engines.expressions import NO_DATA, NoData, Number, Value, rounded
from luoshi.engines.rulebook.scheme import Item, Scheme, Veto

_NONE = Decimal(0)


def evaluate(
    scheme: Scheme,
    units: Sequence[UnitCounts],
    *,
    period: Period,
    means: Mapping[str, Decimal] | None = None,
    closed: bool = False,
) -> Sheet:
    """Return the scores of all units.

    means: averages to use instead of computed ones, by item (an appeal corrects one unit, never the others
    through an average). closed: those are all that there were when the period was closed; for an item without
    one no unit had data then, and none is computed now. The order of the units does not matter.
    Raises PeriodError for a kind of period that the scheme does not know, PointsError for a scheme whose points
    are not set, ValueError for a unit that stands twice.
    """
    if period.kind not in scheme.periods:
        raise PeriodError(f"{scheme.id} knows no {period.kind}: use {', '.join(scheme.periods)}")
    if scheme.open_leaves():
        missing = ", ".join(leaf.id for leaf in scheme.open_leaves())
        raise PointsError([f"{missing}: 尚未赋分，赋分方案审定前不得计分"])
    names = [unit.unit for unit in units]
    if len(set(names)) < len(names):
        twice = next(name for name, times in Counter(names).items() if times > 1)
        raise ValueError(f"unit {twice} stands twice: give each unit once")
    reckonings = [_Reckoning(scheme, period, unit) for unit in units]
    average = {**({} if closed else _means(scheme, reckonings)), **(means or {})}
    scores = [reckoning.score(average) for reckoning in reckonings]
    order = _ordered(scheme, period, scores, {r.unit.unit for r in reckonings if r.is_ranked()})
    return Sheet(scheme, period, order, average)


def reranked(sheet: Sheet, totals: Mapping[str, Decimal]) -> Sheet:
    """Return the sheet with other totals (by unit, where they differ), ranked and graded by them.

    For a scheme whose annual score may also be taken from the months' scores. Parts and items stay as they are.
    """
    scores = [
        replace(
            score, total=totals.get(score.unit, score.total), grade="" if not score.vetoes else score.grade
        )
        for score in sheet.units
    ]
    eligible = {score.unit for score in sheet.units if score.rank is not None}
    return replace(sheet, units=_ordered(sheet.scheme, sheet.period, scores, eligible))


def _ordered(
    scheme: Scheme, period: Period, scores: Sequence[UnitScore], eligible: set[str]
) -> tuple[UnitScore, ...]:
    """Rank and grade the units; the ranked ones come first."""
    graded = [_graded(scheme, period, score) for score in _ranked(scheme, scores, eligible)]
    order = sorted(graded, key=lambda score: (score.rank is None, score.class_ if scheme.by_class else "",
                                              score.rank or 0, -score.total, score.unit))  # fmt: skip
    return tuple(order)


def rescored(sheet: Sheet, score: UnitScore, lines: Mapping[str, Line]) -> UnitScore:
    """Return a unit's score with some of its lines replaced, sums, caps and thresholds as ever; no rank, no grade
    by points. The averages stay. The charges stay as they were settled."""
    counts = {line.item.counts[name]: value for line in score.lines for name, value in line.counts.items()}
    reckoning = _Reckoning(sheet.scheme, sheet.period, UnitCounts(score.unit, counts))
    reckoning.lines = {line.item.id: lines.get(line.item.id, line) for line in score.lines}
    return reckoning.score(sheet.means)


class _Reckoning:
    """One unit's counts and leaves, before averages are known."""

    def __init__(self, scheme: Scheme, period: Period, unit: UnitCounts) -> None:
        self.scheme = scheme
        self.period = period
        self.unit = unit
        self.counted: list[Charge] = []
        self.absorbed: list[Charge] = []
        self.counts: dict[str, int | Decimal] = dict(unit.counts)
        self._charge(unit.charges)
        self._derived: dict[str, Value] = {}
        self.lines = {leaf.id: self._line(leaf) for leaf in scheme.leaves()}
        self._points: dict[str, Decimal] = {}
        self._groups: dict[str, GroupLine] = {}

    def is_ranked(self) -> bool:
        """Whether one of the counts that give a rank is above zero, where the period asks for it."""
        wanted = self.scheme.ranked if self.period.kind in self.scheme.ranked_in else ()
        values = [self._value(name) for name in wanted]
        return not wanted or any(not isinstance(value, NoData) and value > 0 for value in values)

    def _charge(self, charges: Iterable[Charge]) -> None:
        """Add the charges that count to the counts."""
        rest = list(charges)
        for group in (item for top in self.scheme.items for item in top.walk() if item.highest_only):
            mine = {leaf.counts[name] for leaf in group.leaves() for name in leaf.counts}
            kept, taken = settle(
                [charge for charge in rest if charge.count in mine], prices(group, self.period.kind)
            )
            rest = [charge for charge in rest if charge.count not in mine]
            self.counted += kept
            self.absorbed += taken
        self.counted += rest
        for charge in self.counted:
            times = 1 if charge.matter else charge.times
            self.counts[charge.count] = self.counts.get(charge.count, 0) + times

    def _value(self, name: str) -> Value:
        if name not in self.scheme.derived:
            return Fraction(self.counts.get(name, 0))
        if name not in self._derived:
            formula = self.scheme.derived[name]
            values = {used: self._value(used) for used in formula.names}
            self._derived[name] = _apply(formula.evaluate, values)
        return self._derived[name]

    def _line(self, leaf: Item) -> Line:
        assert leaf.formula is not None  # noqa: S101 - a leaf has one
        values = {name: self._value(count) for name, count in leaf.counts.items()}
        counts = {name: _plain(value) for name, value in values.items() if not isinstance(value, NoData)}
        if self.period.kind not in leaf.periods:
            return Line(leaf, self._round(_NONE), counts, None, result.OTHER_PERIOD)
        value = _apply(leaf.formula.evaluate, values)
        if isinstance(value, NoData):
            return Line(leaf, self._round(_NONE), counts, None, _WITHOUT[leaf.no_data])
        exact = self._round(value)
        return Line(leaf, self._round(held(exact, leaf)), counts, exact, result.COUNTED)

    def _round(self, value: Fraction | Decimal) -> Decimal:
        return rounded(value, self.scheme.places, self.scheme.rounding)

    def score(self, average: Mapping[str, Decimal]) -> UnitScore:
        """Return the score once the averages are known; rank and grade are still open."""
        for id, line in self.lines.items():
            if line.how == result.MEAN:
                points = average[id] if id in average else self._round(line.item.max or _NONE)
                self.lines[id] = replace(
                    line, points=points, how=result.MEAN if id in average else result.FULL
                )
            elif line.how == result.FULL:
                self.lines[id] = replace(line, points=self._round(line.item.max or _NONE))
        parts = dict.fromkeys(("base", "regular", "bonus", "deduction"), self._round(_NONE))
        for item in self.scheme.items:
            parts[item.part] += self._of(item)
        total = parts["base"] + parts["regular"] + parts["bonus"] - parts["deduction"]
        if self.scheme.total_floor is not None:
            total = max(total, self._round(self.scheme.total_floor))
        vetoes = [veto for veto in self.scheme.vetoes if self._is_vetoed(veto)]
        for veto in vetoes:
            total = total if veto.total is None else self._round(veto.total)
        return UnitScore(
            unit=self.unit.unit,
            name=self.unit.name or self.unit.unit,
            class_=self.unit.class_,
            parts=parts,
            total=total,
            rank=None,
            grade=next((veto.grade for veto in vetoes if veto.grade), ""),
            lines=tuple(self.lines.values()),
            groups=tuple(self._groups.values()),
            counted=tuple(self.counted),
            absorbed=tuple(self.absorbed),
            vetoes=tuple(veto.count for veto in vetoes),
        )

    def _is_vetoed(self, veto: Veto) -> bool:
        value = self._value(veto.count)
        if isinstance(value, NoData):
            return False
        return value > 0 if veto.at_least is None else value >= veto.at_least

    def _of(self, item: Item) -> Decimal:
        """Return the points of an item after its threshold, each computed once."""
        if item.id not in self._points:
            self._points[item.id] = self._group(item) if item.items else self._leaf(item)
        return self._points[item.id]

    def _reached(self, item: Item) -> bool:
        if item.requires is None:
            return True
        wanted = next(i for top in self.scheme.items for i in top.walk() if i.id == item.requires.item)
        return self._of(wanted) >= item.requires.at_least

    def _leaf(self, leaf: Item) -> Decimal:
        line = self.lines[leaf.id]
        if not self._reached(leaf):
            self.lines[leaf.id] = line = replace(line, points=self._round(_NONE), how=result.BELOW)
        return line.points

    def _group(self, group: Item) -> Decimal:
        inside = [leaf for leaf in group.items if not leaf.beyond_cap]
        total = sum((self._of(item) for item in inside), self._round(_NONE))
        total = self._rescaled(group, inside, total)
        how = result.COUNTED
        points = self._round(held(total, group))
        if self.period.kind not in group.periods:
            points, how = self._round(_NONE), result.OTHER_PERIOD
        elif not self._reached(group):
            points, how = self._round(_NONE), result.BELOW
        elif group.no_data == "rescale" and inside and all(self._is_out(item) for item in inside):
            points, how = self._round(_NONE), result.RESCALED
        beyond = sum((self._of(item) for item in group.items if item.beyond_cap), self._round(_NONE))
        self._groups[group.id] = GroupLine(group, total + beyond, points + beyond, how)
        return points + beyond

    def _is_out(self, item: Item) -> bool:
        """Whether a member, already computed, is left out and the others are scaled up for it."""
        line = self._groups[item.id] if item.items else self.lines[item.id]
        return line.how == result.RESCALED

    def _rescaled(self, group: Item, inside: Sequence[Item], total: Decimal) -> Decimal:
        """Scale the sum up for members that are left out; full marks if all of them are."""
        out = [item for item in inside if self._is_out(item)]
        if not out:
            return total
        whole = sum((item.max or _NONE for item in inside), _NONE)
        measured = whole - sum((item.max or _NONE for item in out), _NONE)
        return self._round(Fraction(total) * Fraction(whole) / Fraction(measured) if measured else whole)


_WITHOUT = {"full": result.FULL, "zero": result.ZERO, "mean": result.MEAN, "rescale": result.RESCALED}


def _apply(run: Callable[[Mapping[str, Number]], Value], values: Mapping[str, Value]) -> Value:
    """Evaluate unless one of the values is itself without data."""
    known: dict[str, Number] = {
        name: value for name, value in values.items() if not isinstance(value, NoData)
    }
    return run(known) if len(known) == len(values) else NO_DATA


def _plain(value: Fraction) -> int | Decimal:
    """Return a count as people write it."""
    if value.denominator == 1:
        return value.numerator
    return (Decimal(value.numerator) / Decimal(value.denominator)).normalize()


def held(value: Decimal, item: Item) -> Decimal:
    """Return points held by an item's cap (its max where it has none) and floor."""
    high = item.cap if item.cap is not None else item.max
    if high is not None and value > high:
        return high
    return item.floor if item.floor is not None and value < item.floor else value


def _means(scheme: Scheme, reckonings: Sequence[_Reckoning]) -> dict[str, Decimal]:
    """Return the rounded mean of the units with data, for each leaf that takes it; none where none has data."""
    found: dict[str, Decimal] = {}
    for leaf in scheme.leaves():
        if leaf.no_data != "mean":
            continue
        points = [r.lines[leaf.id].points for r in reckonings if r.lines[leaf.id].how == result.COUNTED]
        if points:
            mean = Fraction(sum(points, _NONE)) / len(points)
            found[leaf.id] = rounded(mean, scheme.places, scheme.rounding)
    return found


def _ranked(scheme: Scheme, scores: Sequence[UnitScore], eligible: set[str]) -> list[UnitScore]:
    """Give each eligible unit its rank: equal totals share one."""
    totals: dict[str, list[Decimal]] = {}
    for score in scores:
        if score.unit in eligible:
            totals.setdefault(score.class_ if scheme.by_class else "", []).append(score.total)
    ranks: dict[str, dict[Decimal, int]] = {}
    for class_, values in totals.items():
        table = ranks[class_] = {}
        for place, value in enumerate(sorted(values, reverse=True), start=1):
            table.setdefault(value, place if scheme.ties == "skip" else len(table) + 1)
    return [
        replace(score, rank=ranks[score.class_ if scheme.by_class else ""][score.total])
        if score.unit in eligible
        else score
        for score in scores
    ]


def _graded(scheme: Scheme, period: Period, score: UnitScore) -> UnitScore:
    """Give the grade of the total, unless a veto has set one, the unit is not ranked, or none is given."""
    if score.rank is None:
        return replace(score, grade="")
    if score.grade or period.kind not in scheme.graded:
        return score
    total = score.total if scheme.grade_cap is None else min(score.total, scheme.grade_cap)
    return replace(score, grade=next((g.grade for g in scheme.grades if g.holds(total)), ""))
