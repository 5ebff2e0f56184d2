"""How often a unit failed, as it follows from what it entered: asks not met, cases too late, numbers that fall short.

    seen = look(leaf.asks, answers={"told": "unmet"}, values={"items": {"items": 9}}, judged={"replies": judged})
    times(failure, seen)

Pure. Where nothing was entered nothing follows, and a person counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from luoshi.engines.expressions import Expression, NoData, Number
from luoshi.engines.rulebook.leaves import Ask, Failure
from luoshi.engines.rulebook.measures import NUMBER, SHARE, TIMED
from luoshi.engines.timely import LATE, OVERDUE, Judged

UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a leaf's asks. answers: met, unmet or na. missed: cases too late, or how far a number lies
    beyond its bound. shares: percentages, None where there is nothing of the kind."""

    answers: Mapping[str, str]
    missed: Mapping[str, int]
    shares: Mapping[str, Fraction | None]


def look(
    asks: Iterable[Ask],
    *,
    answers: Mapping[str, str],
    values: Mapping[str, Mapping[str, Number]],
    judged: Mapping[str, Judged],
) -> Seen:
    """Return what the answers and values say. judged: the dated cases of timed asks with their verdicts."""
    missed: dict[str, int] = {}
    shares: dict[str, Fraction | None] = {}
    for ask in asks:
        measure, given = ask.measure, values.get(ask.key, {})
        if measure is None or (measure.form != TIMED and not set(measure.inputs) <= set(given)):
            continue
        if measure.form == TIMED and ask.key in judged:
            missed[ask.key] = sum(one.how in (LATE, OVERDUE) for one in judged[ask.key].verdicts)
        elif measure.form == NUMBER:
            value = _value(measure.value, given)
            short = 0 if measure.at_least is None else Fraction(measure.at_least) - value
            over = 0 if measure.at_most is None else value - Fraction(measure.at_most)
            missed[ask.key] = max(0, ceil(max(short, over)))
        elif measure.form == SHARE:
            total = _value(measure.total, given)
            shares[ask.key] = _value(measure.done, given) / total * 100 if total else None
    return Seen(answers, missed, shares)


def times(failure: Failure, seen: Seen) -> int | None:
    """Return how often a failing is counted, None where people count it or not everything is known yet.

    per once: one as soon as an ask is not met (with `below`: as its share, never rounded, lies below that). Otherwise
    each case too late, each one that is missing or too many, each other ask that is not met.
    """
    if not failure.asks:
        return None
    if failure.below is not None:
        known = [seen.shares[key] for key in failure.asks if key in seen.shares]
        low = any(share is not None and share < Fraction(failure.below) for share in known)
        return 1 if low else (0 if len(known) == len(failure.asks) else None)
    if failure.per == "once":
        unmet = any(seen.answers.get(key) == UNMET for key in failure.asks)
        return 1 if unmet else (0 if all(key in seen.answers for key in failure.asks) else None)
    if not all(key in seen.missed or key in seen.answers for key in failure.asks):
        return None
    return sum(seen.missed.get(key, int(seen.answers.get(key) == UNMET)) for key in failure.asks)


def _value(formula: Expression | None, values: Mapping[str, Number]) -> Fraction:
    assert formula is not None  # noqa: S101 - the reader of measures asks for it
    value = formula.evaluate({name: values[name] for name in formula.names})
    return Fraction(0) if isinstance(value, NoData) else Fraction(value)


__all__ = ["Seen", "look", "times"]
