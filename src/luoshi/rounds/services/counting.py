"""From marks and records to the counts that the scheme's formulas ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from luoshi.engines.assessment import UnitCounts
from luoshi.engines.rulebook import Item, Scheme
from luoshi.engines.rulebook import Round as RoundRule
from luoshi.engines.rulebook.leaves import count_of
from luoshi.rounds import rules
from luoshi.rounds.models import Mark, Record, Round, RoundUnit
from luoshi.rounds.services.marking import is_marked

Counts = dict[str, int | Decimal]
PLACES = Decimal("0.0001")


class Disagreement(ValueError):
    """Assessors differ where one finding is needed; the text says where."""


def unit_counts(round: Round, class_key: str) -> tuple[list[UnitCounts], list[str]]:
    """Return the counts of all units of a class, and in sentences what is still missing.

    Marks of several assessors are averaged where the rule says so (computed exactly, kept to 0.0001); elsewhere,
    and for findings that are no numbers, they must agree, or an agreed mark must stand.
    """
    rule, scheme = rules.rule_of(round), rules.full_scheme(round, class_key)
    units = list(
        round.units.filter(class_key=class_key)
        .exclude(matter__state="removed")
        .select_related("body")
        .order_by("body__code")
    )
    marks: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(unit__in=units).order_by("id"):
        marks[mark.unit_id, mark.leaf].append(mark)
    records: dict[int, list[Record]] = defaultdict(list)
    for record in Record.objects.filter(unit__in=units).select_related("matter"):
        records[record.unit_id].append(record)
    found: list[UnitCounts] = []
    problems: list[str] = []
    for unit in units:
        counts: Counts = {}
        problems += [f"{unit.name}：{text}" for text in _unit(rule, scheme, unit, marks, counts)]
        _records(records[unit.pk], counts)
        found.append(UnitCounts(unit.body.code, counts, class_=class_key, name=unit.name))
    return found, problems


def _unit(
    rule: RoundRule,
    scheme: Scheme,
    unit: RoundUnit,
    marks: dict[tuple[int, str], list[Mark]],
    counts: Counts,
) -> list[str]:
    problems: list[str] = []
    missing: list[str] = []
    for leaf in scheme.leaves():
        if leaf.id in unit.exempt:
            counts[count_of("exempt", leaf.id)] = 1
        elif is_marked(scheme, leaf):
            mine = marks.get((unit.pk, leaf.id), [])
            agreed = [mark for mark in mine if mark.member_id is None]
            if not agreed and len(mine) < rule.team.least:
                missing.append(leaf.id)
                continue
            try:
                counts |= leaf_counts(leaf, agreed or mine, mean=rule.team.marking == "mean")
            except Disagreement as error:
                problems.append(str(error))
    if missing:
        shown = "、".join(missing[:5])
        problems.insert(0, f"还有{len(missing)}项没有评分（{shown}{'等' if len(missing) > 5 else ''}）")
    return problems


def leaf_counts(leaf: Item, marks: Sequence[Mark], *, mean: bool) -> Counts:
    """Return the counts of a leaf from its marks. Raises Disagreement."""
    if leaf.kind == "mark":
        values = [mark.points for mark in marks if mark.points is not None]
        if not mean and len(set(values)) > 1:
            raise Disagreement(f"{leaf.id} {leaf.title}：成员评分不一致，需登记合议评分")
        average = sum(values, Decimal(0)) / len(values)
        return {count_of("mark", leaf.id): average.quantize(PLACES)}
    if any(mark.answers != marks[0].answers for mark in marks):
        raise Disagreement(f"{leaf.id} {leaf.title}：成员认定不一致，需登记合议评分")
    answers = marks[0].answers
    if leaf.kind == "failures":
        return {count_of("fail", leaf.id, key): int(times) for key, times in answers.items()}
    if not leaf.asks:
        return {count_of("met", leaf.id): int(answers.get("met") == "met")}
    counts: Counts = {}
    for ask in leaf.asks:
        counts[count_of("met", leaf.id, ask.key)] = int(answers.get(ask.key) == "met")
        counts[count_of("na", leaf.id, ask.key)] = int(answers.get(ask.key) == "na")
    return counts


def _records(records: Iterable[Record], counts: Counts) -> None:
    """Add what the records that count say: points of an item, failures, vetoes."""
    for record in records:
        if not record.counts:
            continue
        if record.veto:
            _add(counts, record.veto, record.times)
        elif record.failure:
            _add(counts, count_of("fail", record.leaf, record.failure), record.times)
        elif record.points is not None:
            _add(counts, count_of("adjust", record.leaf), record.points)


def _add(counts: Counts, name: str, amount: int | Decimal) -> None:
    counts[name] = counts.get(name, 0) + amount
