"""A rulebook's limit: facts choose its duration, supplements add up, a time in the facts replaces it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from luoshi.engines.limits.counting import due, extended
from luoshi.engines.limits.duration import Duration, LimitError, Unit
from luoshi.engines.limits.explain import clock, due_step
from luoshi.engines.limits.result import Due, Interval, Step
from luoshi.engines.limits.times import parse_time
from luoshi.engines.worktime import Worktime


class Condition(Protocol):
    """What a row of a duration table asks of the facts: pairs of a fact's name and the values that fit."""

    @property
    def tests(self) -> tuple[tuple[str, tuple[Any, ...]], ...]: ...

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Return whether every test holds."""


class Case(Protocol):
    """A row of a duration table."""

    @property
    def when(self) -> Condition: ...

    @property
    def duration(self) -> Duration | None: ...


class Chosen(Protocol):
    """What a rule's tables give for certain facts."""

    @property
    def duration(self) -> Duration | None: ...

    @property
    def then(self) -> tuple[Duration, ...]: ...

    @property
    def cite(self) -> tuple[str, ...]: ...


class Override(Protocol):
    """The fact that holds an absolute due time."""

    @property
    def fact(self) -> str: ...

    @property
    def required(self) -> bool: ...


class LimitRule(Protocol):
    """The part of a rulebook's limit that decides when it is due (`luoshi.engines.rulebook.Limit` has it)."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def cite(self) -> tuple[str, ...]: ...

    @property
    def counting(self) -> str: ...

    @property
    def duration(self) -> Sequence[Case]: ...

    @property
    def override(self) -> Override | None: ...

    def choose(self, facts: Mapping[str, Any]) -> Chosen:
        """Return the durations and clauses for the facts."""


def compute(
    rule: LimitRule,
    facts: Mapping[str, Any],
    start: datetime,
    worktime: Worktime,
    pauses: Sequence[Interval] = (),
    extended_until: datetime | None = None,
    own: Worktime | None = None,
) -> Due:
    """Return when a limit of a rulebook is due, with its clauses.

    facts choose the first row of the duration table that matches and every supplement that does; durations
    under `then` are counted one after another, each from the due time before it. A time under the rule's
    `override.fact` (aware, or ISO text) replaces all of it; so does `extended_until`. A limit without a
    duration has `at` None. own: the working time that the body which owes it keeps for itself; it takes the
    place of `worktime` where working time is counted, natural days and months end by the place's. Raises
    LimitError for a fact that is missing and needed, and as `due` does.
    """
    given = _given(rule, facts, worktime)
    _check_facts(rule, facts)
    chosen = rule.choose(facts)
    begin = start.astimezone(worktime.tz)
    if given is not None:
        result = Due(given, False, (_steps_of_given, rule, begin, given), chosen.cite)
    elif chosen.duration is None:
        result = Due(None, False, (_steps_of_none, rule, dict(facts), begin), chosen.cite)
    else:
        result = _counted(rule, facts, chosen, start, (worktime, own or worktime), pauses)
    if extended_until is not None:
        result = extended(result, extended_until, worktime)
    return result


def missing_facts(rule: LimitRule, facts: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the absent facts that would decide between rows of the duration table, with the values it names.

    A row that an absent fact keeps from matching gives way to a later one; callers that would rather ask
    than fall through (the command line) look here first.
    """
    missing: dict[str, tuple[Any, ...]] = {}
    for case in rule.duration:
        if case.when.matches(facts):
            break
        for name, values in case.when.tests:
            if name not in facts:
                missing[name] = tuple(dict.fromkeys((*missing.get(name, ()), *values)))
    return missing


def _check_facts(rule: LimitRule, facts: Mapping[str, Any]) -> None:
    if any(case.when.matches(facts) for case in rule.duration):
        return
    named: dict[str, tuple[Any, ...]] = {}
    for case in rule.duration:
        for name, values in case.when.tests:
            named[name] = tuple(dict.fromkeys((*named.get(name, ()), *values)))
    for name, values in named.items():
        if name not in facts:
            raise LimitError(f"{rule.id} needs {name}: give it one of {_words(values)}")
    shown = " and ".join(f"{name}={facts[name]} (known: {_words(values)})" for name, values in named.items())
    raise LimitError(
        f"{rule.id} has no duration for {shown}: mend the fact, or end the table with a plain row"
    )


def _words(values: Sequence[Any]) -> str:
    return ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def _given(rule: LimitRule, facts: Mapping[str, Any], worktime: Worktime) -> datetime | None:
    """Return the absolute due time in the facts, if the rule knows one and it is there."""
    if rule.override is None:
        return None
    name = rule.override.fact
    value = facts.get(name)
    if value is None or value == "":
        if rule.override.required:
            raise LimitError(f'{rule.id} needs {name}: give it the due time, e.g. "2017-10-10 18:00"')
        return None
    if isinstance(value, str):
        return parse_time(value, worktime.tz, name=name).astimezone(worktime.tz)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise LimitError(
            f'{rule.id}: {name} is {value}, expected an aware time such as "2017-10-10 18:00+08:00"'
        )
    return value.astimezone(worktime.tz)


def _counted(
    rule: LimitRule,
    facts: Mapping[str, Any],
    chosen: Chosen,
    start: datetime,
    times: tuple[Worktime, Worktime],
    pauses: Sequence[Interval],
) -> Due:
    """Return the due time of the chosen durations, counted one after another. times: the place's, the body's."""
    parts: list[Due] = []
    at = start
    for duration in (chosen.duration, *chosen.then):
        if duration is not None:
            worktime = times[duration.working]
            parts.append(due(duration, at, worktime=worktime, counting=rule.counting, pauses=pauses))
            at = parts[-1].at or at
    provisional = any(part.provisional for part in parts)
    return Due(parts[-1].at, provisional, (_steps_of_parts, rule, dict(facts), tuple(parts)), chosen.cite)


def _steps_of_parts(rule: LimitRule, facts: Mapping[str, Any], parts: Sequence[Due]) -> tuple[Step, ...]:
    steps = _rule_steps(rule, facts)
    for extra, part in zip(rule.choose(facts).then, parts, strict=False):
        steps += [*part.steps[:-1], _supplement(extra, "期满后再计")]
    return (*steps, *parts[-1].steps)


def _rule_steps(rule: LimitRule, facts: Mapping[str, Any]) -> list[Step]:
    base = next(case.duration for case in rule.duration if case.when.matches(facts))
    names = dict.fromkeys(name for case in rule.duration for name, _ in case.when.tests)
    used = "、".join(f"{name}={_words((facts[name],))}" for name in names if name in facts)
    note = f"{rule.title}（{rule.id}）：{base.label if base else '不设期限'}" + (
        f"，按 {used}" if used else ""
    )
    steps = [Step("rule", None, None, 0, "", note)]
    chosen = rule.choose(facts).duration
    if base and chosen and chosen.amount > base.amount:
        steps.append(_supplement(Duration(chosen.amount - base.amount, base.unit), "另加"))
    return steps


def _supplement(extra: Duration, words: str) -> Step:
    unit = "seconds" if extra.seconds else "months" if extra.unit is Unit.MONTHS else "days"
    return Step("supplement", None, None, extra.seconds or extra.amount, unit, f"{words}{extra.label}")


def _steps_of_given(rule: LimitRule, start: datetime, at: datetime) -> tuple[Step, ...]:
    assert rule.override is not None  # noqa: S101 - only called for a rule that has one
    note = f"{rule.title}（{rule.id}）：按 {rule.override.fact} 指定的时间，不另推算"
    return (
        Step("rule", None, None, 0, "", note),
        Step("start", start, start, 0, "", f"{clock(start)}起算"),
        Step("set", at, at, 0, "", f"指定期限{clock(at)}"),
        due_step(at),
    )


def _steps_of_none(rule: LimitRule, facts: Mapping[str, Any], start: datetime) -> tuple[Step, ...]:
    return (
        *_rule_steps(rule, facts),
        Step("start", start, start, 0, "", f"{clock(start)}起，应办而不设期限"),
    )
