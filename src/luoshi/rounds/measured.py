"""What units enter for asks that are measured: numbers and dated cases, and whether the ask is met by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from luoshi.engines import failing
from luoshi.engines.limits import Duration, LimitError
from luoshi.engines.measuring import MET, MISSING, NOTHING, OPEN, Finding, measure_up
from luoshi.engines.rulebook import Item
from luoshi.engines.rulebook.leaves import Ask
from luoshi.engines.rulebook.measures import OWN, SAME, TIMED, Measure
from luoshi.engines.timely import Judged, Occurrence, Verdict, judge
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete

MOST_CASES = 2000
Values = dict[str, Any]
"""By ask: {input: number as text}, a list of dated cases {ref, start, done, due} with ISO times, or rows of texts."""


def measured_asks(leaf: Item) -> tuple[Ask, ...]:
    """The asks of a leaf that are measured."""
    return tuple(ask for ask in leaf.asks if ask.measure is not None)


def checked(leaf: Item, given: Mapping[str, Any], *, at: dt.datetime) -> Values:
    """What was entered for a leaf, checked and put as it is kept. at: the moment as of which cases are judged.

    Errors: Incomplete naming the number that is none, or the case that cannot be.
    """
    values: Values = {}
    for ask in measured_asks(leaf):
        measure = ask.measure
        if measure is None or ask.key not in given:
            continue
        field = f"values-{leaf.id}-{ask.key}"
        entered = given[ask.key]
        read = {TIMED: _cases, SAME: _rows}.get(measure.form, _numbers)
        values[ask.key] = read(entered, field, measure)
        try:
            finding(ask, values[ask.key], at=at)
        except (ValueError, LimitError) as error:
            raise Incomplete(f"{leaf.id} {ask.title}：{error}", field=field) from error
    return values


def _rows(entered: Any, field: str, measure: Measure) -> list[list[str]]:
    """Rows of texts, each with as many as the measure names."""
    if not isinstance(entered, list) or len(entered) > MOST_CASES:
        raise Incomplete(f"请逐行填写，最多{MOST_CASES}行", field=field)
    labels = "、".join(measure.inputs.values())
    found: list[list[str]] = []
    for place, row in enumerate(entered, start=1):
        cells = [" ".join(str(cell).split())[:200] for cell in row]
        if len(cells) != len(measure.inputs) or not all(cells):
            raise Incomplete(f"第{place}行须写{labels}", field=field)
        found.append(cells)
    return found


def _numbers(entered: Any, field: str, measure: Measure) -> dict[str, str]:
    if not isinstance(entered, Mapping):
        raise Incomplete("请逐项填写数字", field=field)
    found: dict[str, str] = {}
    for name, label in measure.inputs.items():
        text = str(entered.get(name, "")).strip()
        if not text:
            continue
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise Incomplete(f"{label}须为数字，现为“{text}”", field=field) from error
        if not value.is_finite() or value < 0 or value > Decimal(10) ** 9:
            raise Incomplete(f"{label}须为0以上的数字", field=field)
        found[name] = f"{value:f}"
    return found


def _cases(entered: Any, field: str, measure: Measure) -> list[dict[str, str]]:
    """Dated cases: mappings with ref, start, done, due; times aware or in the city's zone."""
    if not isinstance(entered, list) or len(entered) > MOST_CASES:
        raise Incomplete(f"请逐件填写，最多{MOST_CASES}件", field=field)
    zone = rules.current().worktime.tz
    found: list[dict[str, str]] = []
    for place, row in enumerate(entered, start=1):
        case = {"ref": " ".join(str(row.get("ref", "")).split())[:100]}
        for key in ("start", "done", "due"):
            text = str(row.get(key) or "").strip()
            if not text:
                continue
            try:
                moment = dt.datetime.fromisoformat(text)
            except ValueError as error:
                raise Incomplete(
                    f"第{place}件：“{text}”不是时间", mend="写成2017-10-09 09:30", field=field
                ) from error
            case[key] = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
        if "start" not in case:
            raise Incomplete(f"第{place}件没有起算时间", field=field)
        if measure.within == OWN and "due" not in case:
            raise Incomplete(f"第{place}件没有要求的时限", field=field)
        if "done" in case and dt.datetime.fromisoformat(case["done"]) < dt.datetime.fromisoformat(
            case["start"]
        ):
            raise Incomplete(f"第{place}件的办理时间早于起算时间", field=field)
        found.append(case)
    return found


def within_on(measure: Measure, day: dt.date) -> Duration | None:
    """The time limit of a measure for a case that begins on a day; None where each case brings its own."""
    if measure.within == OWN:
        return None
    return Duration.parse(rules.current().setting(measure.within, day)["within"])


def limit_words(measure: Measure, day: dt.date) -> str:
    """How long a case of a timed measure may take, in words: 自收到申请起15个工作日内答复."""
    if measure.within == OWN:
        return "按每件要求的时限"
    found = rules.current().setting(measure.within, day)
    return f"自{found['start']}起{Duration.parse(found['within']).label}内{found['done']}"


def judged(measure: Measure, cases: Iterable[Mapping[str, str]], *, at: dt.datetime) -> Judged:
    """The verdict on each dated case, by the limit that held on the day on which it began.

    Source: smx-openness-indicators/4.1.3, smx-openness-indicators/4.2.2, smx-openness-indicators/7.1.2,
    smx-openness-indicators/7.2.1, smx-openness-indicators/7.2.1.1, smx-openness-indicators/7.2.1.2
    """
    worktime = rules.current().worktime
    verdicts: list[Verdict] = []
    for case in cases:
        start, done, due = (
            dt.datetime.fromisoformat(case[key]) if case.get(key) else None
            for key in ("start", "done", "due")
        )
        if start is None:
            continue
        within = within_on(measure, start.astimezone(worktime.tz).date())
        one = Occurrence(start, done, due, case.get("ref", ""))
        verdicts += judge([one], within=within, worktime=worktime, as_of=at).verdicts
    return Judged(tuple(verdicts))


def finding(ask: Ask, kept: Any, *, at: dt.datetime) -> Finding:
    """Whether an ask is met by what is kept for it, with the sentence that says why."""
    measure = ask.measure
    if measure is None:
        raise ValueError(f"{ask.key} is not measured")
    if measure.form == TIMED:
        return measure_up(measure, {}, judged=judged(measure, kept or [], at=at))
    if measure.form == SAME:
        return measure_up(measure, {}, rows=kept or [])
    return measure_up(measure, {name: Decimal(text) for name, text in (kept or {}).items()})


def findings(leaf: Item, values: Mapping[str, Any], *, at: dt.datetime) -> dict[str, Finding]:
    """The finding on every measured ask of a leaf."""
    return {ask.key: finding(ask, values.get(ask.key), at=at) for ask in measured_asks(leaf)}


def failings(
    leaf: Item, given: Mapping[str, str], values: Mapping[str, Any], *, at: dt.datetime
) -> dict[str, int]:
    """How often each failing of a leaf is counted by what the unit entered; those that a person counts are left out.

    given: the unit's answers by ask. Shares are compared exactly, never rounded before.
    """
    numbers = {
        ask.key: {name: Decimal(text) for name, text in (values.get(ask.key) or {}).items()}
        for ask in measured_asks(leaf)
        if ask.measure is not None and ask.measure.form not in (TIMED, SAME)
    }
    cases = {
        ask.key: judged(ask.measure, values[ask.key], at=at)
        for ask in measured_asks(leaf)
        if ask.measure is not None and ask.measure.form == TIMED and ask.key in values
    }
    found_so = findings(leaf, values, at=at)
    words = {MET: "met", NOTHING: "na"}
    known = {key: word for key, word in given.items() if key not in found_so}
    known |= {
        key: words.get(one.verdict, "unmet")
        for key, one in found_so.items()
        if key in values and one.verdict not in (OPEN, MISSING)
    }
    seen = failing.look(leaf.asks, answers=known, values=numbers, judged=cases)
    found = {one.key: failing.times(one, seen) for one in leaf.failures}
    return {key: times for key, times in found.items() if times is not None}


def answers(leaf: Item, values: Mapping[str, Any], *, at: dt.datetime) -> dict[str, str]:
    """met, unmet or na for every measured ask for which something was entered and that the numbers decide."""
    words = {MET: "met", NOTHING: "na"}
    found = {key: one for key, one in findings(leaf, values, at=at).items() if key in values}
    return {key: words.get(one.verdict, "unmet") for key, one in found.items() if one.verdict != OPEN}
