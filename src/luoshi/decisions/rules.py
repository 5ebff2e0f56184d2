"""What the rulebook says about collective decisions on a day: kinds, gates, settings, who takes which step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from luoshi.engines.rulebook import Choice, Content, Need
from luoshi.engines.rulebook.model import Ground
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.rules import RulesOf
from luoshi.organisation.selectors import local_day

_here = RulesOf("这项规定")
setting, choice, gate, ground, cite_of = _here.setting, _here.choice, _here.gate, _here.ground, _here.cite


def choice_or_none(name: str, at: dt.datetime) -> Choice | None:
    """An enumeration where the rulebook has one."""
    return _here.maybe(lambda day: rules.current().choice(name, day), at)


def content_or_none(name: str, at: dt.datetime) -> Content | None:
    """What a record must hold, where the rulebook says so."""
    return _here.maybe(lambda day: rules.current().content(name, day), at)


def roles_for(name: str, facts: Mapping[str, Any], at: dt.datetime) -> tuple[frozenset[str], tuple[str, ...]]:
    """The roles that take a step for these facts, and the clauses."""
    found = _here.table(name, facts, at)
    return frozenset(found.who), found.cite


def grounds(matter: str, at: dt.datetime) -> tuple[Ground, ...]:
    """The grounds for a kind of matter, in the rulebook's order."""
    return rules.current().grounds(local_day(at), matter=matter)


def listed(name: str, subjects: Collection[str], facts: Mapping[str, Any], at: dt.datetime) -> list[Need]:
    """What a gate calls for over several subjects at once: asked for each, every need once, in the gate's order."""
    found = gate(name, at)
    asked = {need.key for subject in subjects or ("",) for need in found.asked({**facts, "subject": subject})}
    return [need for need in found.needs if need.key in asked]


def require(name: str, facts: Mapping[str, Any], have: Collection[str], at: dt.datetime, doing: str) -> None:
    """Refuse where a gate still misses something, naming it all with what to do. Errors: Incomplete with the clauses.

    Source: smx-major-decisions/6.1
    """
    missing = gate(name, at).missing(facts, have)
    if missing:
        said = "、".join(dict.fromkeys(need.title for need in missing))
        cite = tuple(dict.fromkeys(one for need in missing for one in need.cite))
        raise Incomplete(f"不能{doing}，还缺：{said}", mend=missing[0].mend, cite=cite)


def need_cite(name: str, key: str, at: dt.datetime) -> tuple[str, ...]:
    """The clauses of a gate's needs of this name, for a refusal."""
    return tuple(
        dict.fromkeys(one for need in gate(name, at).needs if stem(need.key) == key for one in need.cite)
    )


def stem(key: str) -> str:
    """The step that a need asks for: `expert.technical` is met by `expert`."""
    return key.partition(".")[0]


def step_title(key: str, at: dt.datetime) -> str:
    """The name of a step of the preparation."""
    content = content_or_none(f"decisions.{key}", at)
    return content.title if content is not None else key


def clauses(cite: Collection[str]) -> str:
    """Clauses as an official would cite them."""
    book = rules.current()
    return "；".join(book.clause(one) for one in cite)
