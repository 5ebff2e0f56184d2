"""What the rulebook says about documents on a day: settings, choices, contents, gates, routes, authorities."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from luoshi.engines.rulebook import Need
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.rules import RulesOf

_here = RulesOf("公文办理的规定")
setting, choice, content, gate, route = _here.setting, _here.choice, _here.content, _here.gate, _here.route
who = _here.table
BLANKS = re.compile(r"[\s，。、；：！？,.;:!?“”\"'（）()《》—-]+")


def known(name: str, at: dt.datetime) -> bool:
    """Whether a route of this name holds on the day: not every rulebook has every way."""
    return _here.maybe(lambda day: rules.current().route(name, day), at) is not None


def missing(name: str, facts: Mapping[str, Any], have: Collection[str], at: dt.datetime) -> tuple[Need, ...]:
    """What a gate still asks for."""
    return gate(name, at).missing(facts, have)


def require_gate(
    name: str, facts: Mapping[str, Any], have: Collection[str], at: dt.datetime, *, field: str = ""
) -> None:
    """Refuse an action whose gate is not open, with the first need's title, mend and clauses. Errors: Incomplete."""
    lacking = gate(name, at).missing(facts, have)
    if lacking:
        need = lacking[0]
        cite = need.cite or gate(name, at).cite
        raise Incomplete(need.title, mend=need.mend, cite=cite, field=field or need.key)


def require_choice(name: str, value: str, at: dt.datetime, *, field: str, label: str) -> str:
    """A value of an enumeration. Errors: Incomplete naming the options."""
    options = choice(name, at)
    if value not in options.values:
        labels = "、".join(option.label for option in options.options)
        raise Incomplete(f"{label}只能是：{labels}", field=field, cite=options.cite)
    return value


def bare(text: str, at: dt.datetime) -> bool:
    """Whether a text says nothing definite: only phrases such as 请领导阅示, with or without names and marks.

    The phrases are the rulebook's (setting documents.bare_phrases); honorifics and punctuation do not count.
    """
    words = setting("documents.bare_phrases", at)
    rest = BLANKS.sub("", text)
    for phrase in sorted((*words["phrases"], *words["honorifics"]), key=len, reverse=True):
        rest = rest.replace(phrase, "")
    return not rest


def require_content(
    name: str, values: Mapping[str, Any], at: dt.datetime, *, definite: tuple[str, ...] = ()
) -> None:
    """Refuse a paper that lacks what the rule asks for, or says it in an empty phrase. Errors: Incomplete (field)."""
    rule = content(name, at)
    lacking = rule.missing(values)
    if lacking:
        raise Incomplete(f"请填写{lacking[0].label}", field=lacking[0].key, cite=rule.cite)
    labels = {field.key: field.label for field in rule.fields}
    for key in definite:
        if key in labels and bare(str(values.get(key) or ""), at):
            raise Incomplete(
                f"{labels[key]}不能只写“请领导阅示”一类的话", mend="请写明具体意见", field=key, cite=rule.cite
            )
