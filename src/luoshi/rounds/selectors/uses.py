"""What is to be done with a result, what is done, and what has to go with it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.rulebook.rounds import Use
from luoshi.rounds import rules
from luoshi.rounds.models import Record, Round, RoundUnit, UseDone
from luoshi.rounds.services.planning import figure


@dataclass(frozen=True, slots=True)
class UseRow:
    """A use for a unit, or for the whole. weight: per cent. points: the converted score. lonely: something that
    goes with it was made and this not yet."""

    use: Use
    unit: RoundUnit | None
    done: UseDone | None
    weight: Decimal | None
    lonely: bool


def uses_of(round: Round) -> list[UseRow]:
    """Every use that the rule asks for, in order; those for each unit once for every unit concerned."""
    rule = rules.rule_of(round)
    done = {(row.use, row.unit_id): row for row in UseDone.objects.filter(round=round)}
    units = list(
        round.units.exclude(matter__state="removed").select_related("body").order_by("class_key", "rank")
    )
    vetoes = vetoes_of(round)
    rows: list[UseRow] = []
    for use in rule.uses:
        weight = use.weight if use.weight is not None else figure(round, use.figure) if use.figure else None
        concerned = (
            [unit for unit in units if use.concerns(unit.class_key, unit.grade, vetoes.get(unit.pk, ()))]
            if use.each
            else [None]
        )
        for unit in concerned:
            pk = unit.pk if unit else None
            mine = done.get((use.key, pk))
            if use.optional and mine is None:
                continue
            lonely = mine is None and any((key, pk) in done for key in use.together)
            rows.append(UseRow(use, unit, mine, weight, lonely))
    return rows


def vetoes_of(round: Round) -> dict[int, set[str]]:
    """The vetoes that count, by unit."""
    found: dict[int, set[str]] = {}
    for record in Record.objects.filter(round=round).exclude(veto="").select_related("matter"):
        if record.counts:
            found.setdefault(record.unit_id, set()).add(record.veto)
    return found


def uses_open(round: Round) -> list[str]:
    """What is not done yet, in words."""
    return [
        f"{row.use.title}{f'（{row.unit.name}）' if row.unit else ''}"
        for row in uses_of(round)
        if row.done is None
    ]


def converted(points: Decimal, weight: Decimal) -> Decimal:
    """A score of 100 at a weight in per cent: 88.5 at 4 % is 3.54."""
    return (points * weight / 100).quantize(Decimal("0.0001")).normalize()
