"""What is measured under a leaf's ask: numbers or dated cases that people enter, and when the ask is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.expressions import Expression, ExpressionError
from luoshi.engines.expressions import parse as parse_formula
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.problems import one_of
from luoshi.engines.rulebook.reading import Context
from luoshi.engines.rulebook.yamltree import ScalarNode

NUMBER, SHARE, TIMED, SAME = "number", "share", "timed", "same"
FORMS = (NUMBER, SHARE, TIMED, SAME)
OWN = "own"
"""`within: own`: each case brings its own due time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measurement. form: number | share | timed | same.

    number: `value` is met from `at_least` and up to `at_most`. share: `done` of `total`, met when at least
    `at_least` percent of them are done; without `at_least` the share is shown and a person judges it.
    timed: dated cases, each to be done within the duration that the setting `within` names; met when all that
    count are in time. same: a list of rows with the texts that `inputs` names; met when rows with the same first
    text have the same others. inputs: for each number (or text) that people enter, its label.
    """

    form: str
    inputs: Mapping[str, str]
    value: Expression | None = None
    total: Expression | None = None
    done: Expression | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    within: str = ""
    unit: str = ""


def read_measure(row: Fields, context: Context) -> Measure | None:
    """Return what an ask measures; None where a person answers it with yes or no."""
    inner = row.child("measure")
    if inner is None:
        return None
    form = inner.word("form", FORMS)
    inputs = _inputs(inner, form)
    measure = Measure(
        form=form,
        inputs=inputs,
        value=_formula(inner, "value", inputs) if form == NUMBER else None,
        total=_formula(inner, "total", inputs) if form == SHARE else None,
        done=_formula(inner, "done", inputs) if form == SHARE else None,
        at_least=_number(inner, "at_least"),
        at_most=_number(inner, "at_most"),
        within=_within(inner, context) if form == TIMED else "",
        unit=inner.text("unit"),
    )
    if form == NUMBER and measure.at_least is None and measure.at_most is None:
        inner.problem("at_least", "is missing", "add at_least: or at_most:")
    if form == SAME and len(inputs) < 2:
        inner.problem("inputs", "one text has nothing to agree with", "name at least two")
    if form == SHARE and measure.at_least is not None and not 0 < measure.at_least <= 100:
        inner.problem("at_least", f"{measure.at_least} is no share", "write a percentage above 0, up to 100")
    inner.finish()
    return measure


def _inputs(inner: Fields, form: str) -> dict[str, str]:
    labels = inner.child("inputs", required=form != TIMED)
    if labels is None:
        return {}
    found = {name: labels.text(name, required=True) for name in labels.node.items}
    for name in found:
        if not name.isidentifier() or name.lower() != name or name in ("min", "max"):
            labels.problem(name, f"{name} cannot name an input", "use lower-case letters, digits and _")
    return found


def _formula(inner: Fields, key: str, inputs: Mapping[str, str]) -> Expression | None:
    text = inner.text(key, required=True)
    if not text:
        return None
    try:
        formula = parse_formula(text)
    except ExpressionError as error:
        inner.problem(key, f"{text} is not a formula: {error.message} at {error.position}", error.mend)
        return None
    for name in formula.names:
        if name not in inputs:
            inner.problem(key, f"unknown input {name}", one_of(name, inputs))
    return formula


def _number(inner: Fields, key: str) -> Decimal | None:
    node = inner.get(key)
    if node is None:
        return None
    if isinstance(node, ScalarNode) and type(node.value) in (int, Decimal):
        return Decimal(node.text)
    inner.wrong(key, node, "a number")
    return None


def _within(inner: Fields, context: Context) -> str:
    if inner.text("within", required=True) == OWN:
        return OWN
    return context.refer(inner, "within", "setting")


__all__ = ["FORMS", "NUMBER", "OWN", "SAME", "SHARE", "TIMED", "Measure", "read_measure"]
