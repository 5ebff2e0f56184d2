"""The office's rules for the public: what holds, in sentences drawn from the rulebook itself, with the clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from luoshi.engines.limits import Duration
from luoshi.engines.rulebook import Choice, Ground, Limit, Rulebook, Setting, UnknownRule
from luoshi.engines.rulebook.model import DurationCase
from luoshi.ledger.states import event_label
from luoshi.web.rulebrowser.words import OWNERS, Row, condition, function_of, rows_of

PUBLIC = ".public_limits"
TOLD = ("另加",)
"""Which further lines of a limit a citizen is told."""
REQUEST = "hotline.request"


@dataclass(frozen=True, slots=True)
class PlainRule:
    """One rule as a citizen reads it.

    sentence: what must happen by when. more: further lines of the rule. calculator: whether it can be tried.
    """

    id: str
    title: str
    sentence: str
    more: tuple[Row, ...]
    clauses: tuple[str, ...]
    assumption: str
    calculator: bool


@dataclass(frozen=True, slots=True)
class PlainFunction:
    """The public rules of one function of the office."""

    code: str
    title: str
    rules: tuple[PlainRule, ...]


def public_rules(book: Rulebook, on: date) -> list[PlainFunction]:
    """What the rulebook marks as of interest to the public (`*.public_limits`), by function, in its own order."""
    marked = sorted(
        (rule for rule in book.holding(Setting, on) if rule.id.endswith(PUBLIC)),
        key=lambda rule: (rule.file, rule.line),
    )
    found = []
    for setting in marked:
        rules = tuple(plain_rule(book, id, on) for id in setting.values["limits"])
        found.append(PlainFunction(function_of(setting), setting.title, rules))
    return found


def plain_rule(book: Rulebook, id: str, on: date) -> PlainRule:
    """A time limit, or a setting that says one (start, within, done), as a sentence."""
    rule: Limit | Setting
    try:
        rule = book.limit(id, on)
    except UnknownRule:
        rule = book.setting(id, on)
    timed = isinstance(rule, Limit)
    return PlainRule(
        id=id,
        title=rule.title,
        sentence=limit_sentence(book, rule) if isinstance(rule, Limit) else _setting_sentence(rule),
        more=tuple(row for row in rows_of(book, rule) if timed and row.label in TOLD),
        clauses=tuple(book.clause(one) for one in rule.cite or rule.see),
        assumption=rule.assumption,
        calculator=timed,
    )


def limit_sentence(book: Rulebook, rule: Limit) -> str:
    """派单后1个工作日内，承办单位联系诉求人。"""
    start = event_label(rule.opens[0].kind)
    who = OWNERS.get(rule.owner, rule.owner)
    if rule.duration and rule.duration[0].duration is None:
        return f"{start}后，{who}应当{rule.title}，规定没有写明多久。"
    return f"{start}后{_within(book, rule, rule.duration)}，{who}{rule.title}。"


def _within(book: Rulebook, rule: Limit, cases: tuple[DurationCase, ...]) -> str:
    """1个工作日内; with several cases: 紧急的24小时内、其他的5个工作日内."""
    if len(cases) == 1:
        return f"{_length(cases[0])}内"
    said = []
    for case in cases:
        when = condition(book, rule, case.when)
        said.append(f"{_short(when) if when else '其他'}的{_length(case)}内")
    return "，" + "、".join(said)


def _length(case: DurationCase) -> str:
    return case.duration.label if case.duration else "不定时限"


def _short(when: str) -> str:
    """紧急程度为紧急 said as 紧急, where one fact alone decides."""
    return when.partition("为")[2] if when.count("为") == 1 and "，" not in when else when


def _setting_sentence(rule: Setting) -> str:
    values = rule.values
    return f"自{values['start']}起{Duration.parse(values['within']).label}内{values['done']}。"


def refused(book: Rulebook, on: date) -> Iterator[tuple[Ground, tuple[str, ...]]]:
    """What the hotline does not take on, with the clauses."""
    for ground in book.grounds(on, matter=REQUEST):
        yield ground, tuple(book.clause(one) for one in ground.cite)


def kinds(book: Rulebook, on: date) -> Choice | None:
    """What may be asked for; None where the rulebook does without the hotline."""
    try:
        return book.choice("hotline.kind", on)
    except UnknownRule:
        return None
