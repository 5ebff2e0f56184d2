"""A rule tried on an example: when would it be due, who would decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from luoshi.engines.authority import decide
from luoshi.engines.limits import Due, LimitError, compute
from luoshi.engines.rulebook import Authority, Condition, Limit, Rule, Rulebook
from luoshi.organisation.inputs import DateTimeLocalInput
from luoshi.web.rulebrowser.words import choice_of, fact_label, function_of, value_label

OTHER = "其他情形"
FIRST_YEAR = 2007
"""The first year whose working days are published."""


def conditions_of(rule: Rule) -> list[Condition]:
    """The conditions that decide between the rows of a rule's tables."""
    if isinstance(rule, Limit):
        return [case.when for case in (*rule.duration, *rule.add, *rule.then)]
    return [row.when for row in rule.table] if isinstance(rule, Authority) else []


def facts_asked(conditions: Iterable[Condition]) -> dict[str, tuple[Any, ...]]:
    """The facts that conditions ask about, each with the values that they name."""
    asked: dict[str, dict[Any, None]] = {}
    for condition in conditions:
        for name, values in condition.tests:
            asked.setdefault(name, {}).update(dict.fromkeys(value for value in values if value is not None))
    return {name: tuple(values) for name, values in asked.items()}


class TrialForm(forms.Form):
    """What has to be known to try a rule: each fact with the values that make a difference."""

    def __init__(self, data: QueryDict | None, *, rule: Rule, book: Rulebook, now: datetime) -> None:
        super().__init__(data)
        self.values: dict[str, dict[str, Any]] = {}
        if isinstance(rule, Limit):
            self._ask_moment("start", "什么时候开始计时", now)
            if rule.override is not None and rule.override.required:
                self._ask_moment(rule.override.fact, fact_label(book, rule.override.fact), now)
        for name, values in facts_asked(conditions_of(rule)).items():
            self._ask_fact(name, values, rule, book)

    def _ask_fact(self, name: str, values: tuple[Any, ...], rule: Rule, book: Rulebook) -> None:
        """Ask for a fact: every option where the rulebook lists them, else what the rule names, or another."""
        listed = choice_of(book, function_of(rule), name, rule.valid_from)
        known = values if listed is None else tuple(dict.fromkeys([*values, *listed.values]))
        self.values[name] = {str(value): value for value in known}
        said = [(str(v), value_label(book, function_of(rule), name, v, rule.valid_from)) for v in known]
        supplement = isinstance(rule, Limit) and name not in facts_asked(case.when for case in rule.duration)
        needed = listed is not None and not supplement
        self.fields[name] = forms.ChoiceField(
            label=fact_label(book, name),
            choices=said if needed else [*said, ("", OTHER)],
            required=needed,
            initial="" if supplement else str(known[0]),
        )

    def _ask_moment(self, name: str, label: str, now: datetime) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        self.fields[name] = forms.DateTimeField(
            label=label,
            widget=DateTimeLocalInput(),
            initial=now.replace(second=0),
            input_formats=formats,
            error_messages={"invalid": "请按“2017-09-29 17:50”的样子填写时间"},
        )

    def facts(self) -> Mapping[str, Any]:
        """The facts chosen; one left at 其他情形 is absent."""
        data = self.cleaned_data
        chosen = {name: named[data[name]] for name, named in self.values.items() if data.get(name)}
        moments = {name: value for name, value in data.items() if isinstance(value, datetime)}
        return chosen | {name: value for name, value in moments.items() if name != "start"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial gave: a due time, or who decides (with copies and stand-ins), and the clauses behind it."""

    due: Due | None = None
    who: str = ""
    note: str = ""
    cite: tuple[str, ...] = ()


def tried(rule: Rule, form: TrialForm, book: Rulebook) -> Outcome | None:
    """Try a rule with the form's values; what cannot be computed is said on the form.

    Returns None where the form does not hold or the rule has no answer.
    """
    if not form.is_valid():
        return None
    if isinstance(rule, Authority):
        found = decide(rule, form.facts())
        people = "、".join(book.roles.get(role, role) for role in found.who)
        stand = "、".join(book.roles.get(role, role) for role in found.stands_in)
        note = found.reason or (f"不在时由{stand}代行" if stand else "")
        return Outcome(who=people or "任何人都不得", note=note, cite=tuple(map(book.clause, found.cite)))
    if not isinstance(rule, Limit):
        return None
    if form.cleaned_data["start"].year < FIRST_YEAR:
        form.add_error("start", f"工作日历从{FIRST_YEAR}年开始，请填之后的时间。")
        return None
    try:
        due = compute(rule, form.facts(), form.cleaned_data["start"], book.worktime)
    except LimitError:
        form.add_error(None, "这样的情形没有规定时限，请换一种情形再试。")
    else:
        return Outcome(due=due, cite=tuple(map(book.clause, due.cite)))
    return None
