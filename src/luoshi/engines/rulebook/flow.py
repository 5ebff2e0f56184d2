"""Gates and routes: what must stand before a step may be taken, and the order in which a paper goes its way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from luoshi.engines.rulebook.conditions import Condition
from luoshi.engines.rulebook.model import Rule


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must stand before a step. when/unless: the facts for which it is, or is not, asked for.

    mend: what to do where it is missing. firm: false where the rule only says "in principle": its absence is
    said, with a reason asked for, and does not stop the step.
    """

    key: str
    title: str
    when: Condition
    unless: Condition
    mend: str
    firm: bool
    cite: tuple[str, ...]

    def asked(self, facts: Mapping[str, Any]) -> bool:
        """Return whether these facts call for it."""
        return self.when.matches(facts) and not (self.unless.tests and self.unless.matches(facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Rule):
    """What must stand before an action on a kind of matter is possible.

    matter: the kind of matter. action: the action of its state table, as the function names it.
    """

    kind: ClassVar[str] = "gate"

    matter: str
    action: str
    needs: tuple[Need, ...]

    def asked(self, facts: Mapping[str, Any]) -> tuple[Need, ...]:
        """Return what these facts call for, in the rule's order."""
        return tuple(need for need in self.needs if need.asked(facts))

    def missing(self, facts: Mapping[str, Any], have: Collection[str]) -> tuple[Need, ...]:
        """Return the firm needs that are asked for and whose key is not among `have`; empty: the gate is open."""
        return tuple(need for need in self.asked(facts) if need.firm and need.key not in have)

    def advised(self, facts: Mapping[str, Any], have: Collection[str]) -> tuple[Need, ...]:
        """Return the needs that are asked for in principle only and whose key is not among `have`."""
        return tuple(need for need in self.asked(facts) if not need.firm and need.key not in have)


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One stop on a way. who: the roles that act there, any of them. alongside: it need not wait for the stop
    before it. content: id of what is written there ("" where a mark is enough)."""

    key: str
    title: str
    who: tuple[str, ...]
    when: Condition
    unless: Condition
    alongside: bool
    content: str
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Rule):
    """The way of a paper: its stops in order.

    order: among the holders of one stop. back_to_front: from the last in rank to the first (for approval),
    front_to_back: from the first to the last (for reading), any: all at once.
    """

    kind: ClassVar[str] = "route"

    matter: str
    order: str
    steps: tuple[RouteStep, ...]

    def steps_for(self, facts: Mapping[str, Any]) -> tuple[RouteStep, ...]:
        """Return the stops that these facts call for, in order."""
        return tuple(
            step
            for step in self.steps
            if step.when.matches(facts) and not (step.unless.tests and step.unless.matches(facts))
        )
