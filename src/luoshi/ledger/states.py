"""State tables: (from, action, to, event, who may, clause). Each function registers one per kind of matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from luoshi.ledger.actors import Actor

Policy = Callable[[Actor, Any], bool]
"""Whether an actor may do something with a matter: no database write, no side effect."""

SAME = "="
"""Target of an edge that leaves the state as it is."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One allowed step: in any of the states `source`, `action` leads to `to` and records `event`."""

    source: tuple[str, ...]
    action: str
    to: str
    event: str
    may: Policy
    label: str
    cite: tuple[str, ...] = ()


@dataclass(frozen=True)
class StateTable:
    """All states and steps of one kind of matter."""

    kind: str
    initial: str
    opening: str
    labels: Mapping[str, str]
    edges: tuple[Edge, ...]
    final: frozenset[str]
    _by: dict[tuple[str, str], Edge] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for edge in self.edges:
            for source in edge.source:
                if source not in self.labels or (edge.to != SAME and edge.to not in self.labels):
                    raise ValueError(f"{self.kind}: edge {edge.action} names an unknown state")
                if (source, edge.action) in self._by:
                    raise ValueError(f"{self.kind}: two edges for {edge.action} in {source}")
                self._by[source, edge.action] = edge

    def edge(self, state: str, action: str) -> Edge | None:
        """The step for an action in a state, or None when it is forbidden there."""
        return self._by.get((state, action))

    def actions(self, state: str, actor: Actor, matter: Any) -> list[Edge]:
        """The steps that the actor may take now, in the table's order."""
        return [edge for edge in self.edges if state in edge.source and edge.may(actor, matter)]

    def action_label(self, action: str) -> str:
        """The Chinese name of an action."""
        return next((edge.label for edge in self.edges if edge.action == action), action)

    def event_kinds(self) -> Iterable[str]:
        """All event kinds that the table records, the opening one included."""
        return [self.opening, *(edge.event for edge in self.edges)]


_tables: dict[str, StateTable] = {}


def register(table: StateTable) -> StateTable:
    """Make a state table known to the ledger; called once, when the function's app starts."""
    _tables[table.kind] = table
    return table


def table_for(kind: str) -> StateTable:
    """The state table of a kind of matter. Raises KeyError for an unknown kind."""
    return _tables[kind]


def tables() -> Mapping[str, StateTable]:
    """All registered tables by kind of matter."""
    return dict(_tables)


def state_label(kind: str, state: str) -> str:
    """The Chinese name of a state; the code itself when unknown."""
    table = _tables.get(kind)
    return table.labels.get(state, state) if table else state


_event_labels: dict[str, str] = {
    "ledger.overdue": "到期未办",
    "ledger.handed_over": "移交接续单位",
    "ledger.person_replaced": "移交接办人",
    "ledger.body_gone": "单位撤并，不再要求",
}


def name_events(labels: Mapping[str, str]) -> None:
    """Give events their Chinese names for timelines."""
    _event_labels.update(labels)


def event_label(kind: str) -> str:
    """The Chinese name of an event; the code itself when unknown."""
    return _event_labels.get(kind, kind)
