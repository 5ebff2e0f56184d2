"""Counts and scores as plain JSON, and back: what a closed sheet keeps. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from luoshi.engines.assessment import Charge, UnitCounts, UnitScore

Plain = dict[str, Any]


def number(value: int | Decimal) -> int | str:
    """A count as JSON keeps it: whole numbers as they are, others as text."""
    return str(value) if isinstance(value, Decimal) else value


def read_number(value: int | str) -> int | Decimal:
    """The count that was kept."""
    return Decimal(value) if isinstance(value, str) else value


def charge(one: Charge) -> list[Any]:
    """A charge as JSON keeps it."""
    return [one.count, one.matter, one.times, one.month, one.ref]


def inputs_of(unit: UnitCounts) -> Plain:
    """What was counted for a unit; counts that are zero are left out, since zero is what is not named."""
    counts = {name: number(value) for name, value in unit.counts.items() if value}
    found: Plain = {"counts": counts, "charges": [charge(one) for one in unit.charges]}
    if unit.class_:
        found["class"] = unit.class_
    return found


def counts_from(inputs: Mapping[str, Any], *, unit: str, name: str) -> UnitCounts:
    """The counts that were kept, as the engine takes them."""
    return UnitCounts(
        unit=unit,
        counts={key: read_number(value) for key, value in inputs["counts"].items()},
        charges=tuple(Charge(*row) for row in inputs["charges"]),
        class_=inputs.get("class", ""),
        name=name,
    )


def result_of(score: UnitScore) -> Plain:
    """A unit's points with what each comes from."""
    return {
        "parts": {key: str(value) for key, value in score.parts.items()},
        "lines": [
            {
                "id": line.item.id,
                "points": str(line.points),
                "counts": {key: number(value) for key, value in line.counts.items()},
                "exact": None if line.exact is None else str(line.exact),
                "how": line.how,
            }
            for line in score.lines
        ],
        "groups": [
            {"id": line.item.id, "sum": str(line.sum), "points": str(line.points), "how": line.how}
            for line in score.groups
        ],
        "counted": [charge(one) for one in score.counted],
        "absorbed": [charge(one) for one in score.absorbed],
        "vetoes": list(score.vetoes),
    }


def stored_of(score: UnitScore) -> Plain:
    """All that a row keeps of a score: what is compared when it is checked."""
    return {
        "result": result_of(score),
        "total": str(score.total),
        "rank": score.rank,
        "grade": score.grade,
    }
