"""Conditions over facts: `when: {urgency: urgent, role: [lead, assist]}`.

Every key must match; a list means one of its values. A fact that is absent matches nothing, except `null`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, Node, Plain, ScalarNode


def _same(wanted: Plain, found: object) -> bool:
    """Return whether a fact has the wanted value; true is not 1 and "1" is not 1."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return wanted == found


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition over facts: names with the values that satisfy them. Empty matches everything."""

    tests: tuple[tuple[str, tuple[Plain, ...]], ...] = ()

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Return whether all tests hold for the facts."""
        for key, wanted in self.tests:
            found = facts.get(key)
            if not any(_same(value, found) for value in wanted):
                return False
        return True

    def excludes(self, other: Condition) -> bool:
        """Return whether no facts at all can satisfy both conditions."""
        mine = dict(self.tests)
        return any(
            key in mine and not any(_same(a, b) for a in mine[key] for b in values)
            for key, values in other.tests
        )

    def covers(self, other: Condition) -> bool:
        """Return whether every set of facts that satisfies `other` satisfies this one too."""
        theirs = dict(other.tests)
        return all(
            key in theirs and all(any(_same(a, b) for a in values) for b in theirs[key])
            for key, values in self.tests
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the condition as plain values for JSON."""
        return {key: [_plain(v) for v in vs] if len(vs) > 1 else _plain(vs[0]) for key, vs in self.tests}

    def __str__(self) -> str:
        return "; ".join(f"{key} = {' / '.join(_words(v) for v in values)}" for key, values in self.tests)


ALWAYS = Condition()


def _words(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _plain(value: Plain) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def read_condition(fields: Fields, key: str = "when") -> Condition:
    """Return the condition under a key; ALWAYS when the key is absent."""
    inner = fields.child(key)
    if inner is None:
        return ALWAYS
    tests: list[tuple[str, tuple[Plain, ...]]] = []
    for name, node in inner.node.items.items():
        values = _values(inner, name, node)
        if values:
            tests.append((name, values))
    if not inner.node.items:
        fields.problem(key, "is empty", f"name a fact and its value, or remove {key}:")
    return Condition(tuple(tests))


def _values(fields: Fields, name: str, node: Node) -> tuple[Plain, ...]:
    if isinstance(node, ScalarNode):
        return (node.value,)
    if isinstance(node, MapNode):
        fields.wrong(name, node, "a value or a list of values", "write a value or [a, b]")
        return ()
    if not node.items:
        fields.wrong(name, node, "a value or a list of values", "write at least one value")
    values: list[Plain] = []
    for item in node.items:
        if isinstance(item, ListNode | MapNode):
            fields.wrong(name, item, "a value", "write a plain value")
        else:
            values.append(item.value)
    return tuple(values)
