"""Quick actions: the next step of a matter, taken from the worklist by one key or one touch.

A function says which steps of its tables may be taken there (`steps`); each goes to the address at which the
function's own pages take it, so that services, permissions and refusals are the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from luoshi.ledger.actors import Actor
from luoshi.ledger.addresses import address
from luoshi.ledger.models import Matter
from luoshi.ledger.states import table_for

MOST: Final = 2
"""How many a row shows; a function may offer more, those that meet the row's duty come first."""


def anchor(code: str, pk: int) -> str:
    """The id of the form of an action on the page that offers it; going there opens the form."""
    return f"do-{code}-{pk}"


@dataclass(frozen=True, slots=True)
class Quick:
    """One quick action. key: the letter that takes it on the row selected.

    url: where it is posted, with `fields`; where it needs a form, the page on which the form stands open.
    confirm: what is asked first, where it hurts. event: what it records, so that it can stand first beside the duty
    that it meets; only: it is offered beside no other duty.
    """

    code: str
    label: str
    key: str
    url: str
    form: bool = False
    confirm: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    event: str = ""
    only: bool = False


Offered = Mapping[int, Sequence[Quick]]
Quicks = Callable[[Actor, Sequence[Matter], dt.datetime], Offered]
"""(who, matters of one kind, when) -> by id of the matter what is offered; queries: a constant number for all."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a state table that may be taken from the worklist.

    code: what the function's address calls it, where not the table's action. fields: what is sent along. form: it
    needs one, so the page of the matter opens with it open. when: whether it makes sense beyond
    state and permission, told from the matter alone. only: see Quick.
    """

    action: str
    key: str
    label: str = ""
    code: str = ""
    form: bool = False
    confirm: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    only: bool = False
    when: Callable[[Actor, Matter], bool] | None = None

    def may(self, actor: Actor, matter: Matter) -> bool:
        """Whether the actor may take it now, by the state table and `when`."""
        edge = table_for(matter.kind).edge(matter.state, self.action)
        fits = edge is not None and edge.may(actor, matter)
        return fits and (self.when is None or self.when(actor, matter))

    def at(self, matter: Matter, url: str, page: str, pk: int | None = None) -> Quick:
        """The step as a quick action. pk: the number by which the addresses go, where it is not the matter's."""
        code, number = self.code or self.action, pk or matter.pk
        if self.form:
            goal, sent = f"{address(page, number)}?do={code}#{anchor(code, number)}", {}
        else:
            goal, sent = address(url, number, code), {"version": str(matter.version), **self.fields}
        label = self.label or table_for(matter.kind).action_label(self.action)
        edge = table_for(matter.kind).edge(matter.state, self.action)
        event = edge.event if edge else ""
        return Quick(code, label, self.key, goal, self.form, self.confirm, sent, event, self.only)


def steps(*offered: Step, url: str, page: str) -> Quicks:
    """Quick actions from the state table, in the order given, without a query.

    url: the name of the address (id, code) that takes a step; page: of the one (id) that shows the matter.
    """

    def find(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
        return {
            matter.pk: [step.at(matter, url, page) for step in offered if step.may(actor, matter)]
            for matter in matters
        }

    return find
