"""Reading what a scheme's items say of themselves: sentences with slots, and the ways to gain points."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from luoshi.engines.expressions import Expression
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.problems import one_of
from luoshi.engines.rulebook.scheme import Lift
from luoshi.engines.rulebook.yamltree import ScalarNode


def read_say(row: Fields, key: str, formula: Expression | None, more: Iterable[str]) -> str:
    """Return a sentence; its slots are names of the formula, or one of `more`."""
    text = row.text(key)
    known = {*(formula.names if formula else ()), *more}
    try:
        slots = [slot for _, slot, _, _ in Formatter().parse(text) if slot is not None]
        text.format_map(dict.fromkeys([*known, *slots], ""))
    except (ValueError, LookupError, AttributeError) as error:
        row.problem(key, f"cannot be filled in: {error}", "write each slot as {name}, with both braces")
        return ""
    for slot in slots:
        if slot not in known:
            row.problem(key, f"unknown slot {{{slot}}}", one_of(slot, known))
    return text


def read_lift(row: Fields, formula: Expression | None) -> tuple[Lift, ...]:
    """Return the ways to gain points, each with what one case changes."""
    found: list[Lift] = []
    for way in row.children("lift"):
        say = read_say(way, "say", None, ("n",))
        inner = way.child("change", required=True)
        change = {} if inner is None else _change(inner, formula)
        if not say:
            way.problem("say", "is missing", "add say: with the slot {n}")
        way.finish()
        found.append(Lift(say, change))
    return tuple(found)


def _change(inner: Fields, formula: Expression | None) -> dict[str, int]:
    change: dict[str, int] = {}
    names = formula.names if formula else ()
    for name in inner.node.items:
        node = inner.get(name, required=True)
        if name not in names:
            inner.problem(name, f"{name} is not in the formula", one_of(name, names))
        elif isinstance(node, ScalarNode) and type(node.value) is int and node.value:
            change[name] = node.value
        elif node is not None:
            inner.wrong(name, node, "a whole number other than 0", "write 1 or -1")
    return change
