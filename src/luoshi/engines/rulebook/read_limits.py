"""Reading time limits."""

from __future__ import annotations

from luoshi.engines.rulebook.conditions import ALWAYS, Condition, read_condition
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.model import DurationCase, Lapse, Limit, Override
from luoshi.engines.rulebook.reading import (
    Context,
    check_table,
    dotted,
    read_citations,
    read_duration,
    read_events,
    read_head,
)
from luoshi.engines.rulebook.yamltree import ListNode

OWNERS = ("body", "person", "platform", "citizen")
NATURES = ("duty", "window")
COUNTINGS = ("civil", "elapsed")


def read_limit(fields: Fields, context: Context) -> Limit:
    """Return a time limit; what is wrong in it goes into the context's problems."""
    head = read_head(fields, context)
    override = _override(fields)
    duration = _durations(fields, context, override)
    limit = Limit(
        **head,
        matter=dotted(fields, "matter", "a kind of matter"),
        opens=read_events(fields, "opens", required=True),
        when=read_condition(fields),
        meets=read_events(fields, "meets", required=True),
        cancels=read_events(fields, "cancels"),
        breaks=read_events(fields, "breaks"),
        pauses=read_events(fields, "pauses"),
        resumes=read_events(fields, "resumes"),
        extends=read_events(fields, "extends"),
        ends=read_events(fields, "ends"),
        owner=fields.word("owner", OWNERS),
        nature=fields.word("nature", NATURES, default="duty"),
        start=fields.text("start") or "opening",
        counting=fields.word("counting", COUNTINGS, default="civil"),
        duration=duration,
        add=_supplements(fields, context, "add"),
        then=_supplements(fields, context, "then"),
        override=override,
        lapse=_lapse(fields),
        content=context.refer(fields, "content", "content"),
    )
    fields.finish()
    _check_units(fields, limit)
    _check_sense(fields, limit)
    return limit


def _case(fields: Fields, context: Context) -> DurationCase:
    case = DurationCase(read_condition(fields), read_duration(fields, "is"), read_citations(fields, context))
    fields.finish()
    return case


def _durations(fields: Fields, context: Context, override: Override | None) -> tuple[DurationCase, ...]:
    always_given = override is not None and override.required
    node = fields.get("duration", required=not always_given)
    if node is None:
        return (DurationCase(ALWAYS, None),)
    if not isinstance(node, ListNode):
        return (DurationCase(ALWAYS, read_duration(fields, "duration")),)
    rows: list[tuple[Condition, Fields]] = []
    cases: list[DurationCase] = []
    for row in fields.children("duration"):
        case = _case(row, context)
        cases.append(case)
        rows.append((case.when, row))
    check_table(rows, fields, "duration")
    if not cases:
        fields.problem("duration", "is empty", "write at least one row, or none")
        return (DurationCase(ALWAYS, None),)
    return tuple(cases)


def _supplements(fields: Fields, context: Context, key: str) -> tuple[DurationCase, ...]:
    return tuple(_case(row, context) for row in fields.children(key))


def _override(fields: Fields) -> Override | None:
    inner = fields.child("override")
    if inner is None:
        return None
    override = Override(inner.text("fact", required=True), inner.flag("required"))
    inner.finish()
    return override


def _lapse(fields: Fields) -> Lapse | None:
    inner = fields.child("lapse")
    if inner is None:
        return None
    lapse = Lapse(dotted(inner, "event", "an event kind"))
    inner.finish()
    return lapse


def _check_units(fields: Fields, limit: Limit) -> None:
    """Refuse a supplement in another unit than a base it can meet: 24 hours + 2 working days."""
    for number, extra in enumerate(limit.add, start=1):
        if extra.duration is None:
            continue
        for base in limit.duration:
            if (
                base.duration is None
                or base.when.excludes(extra.when)
                or base.duration.unit == extra.duration.unit
            ):
                continue
            row = fields.problems
            line = _row_line(fields, number)
            row.add(
                fields.node.file,
                line,
                fields.name(f"add[{number}].is"),
                f"{extra.duration} cannot be added to {base.duration}",
                "use the same unit, narrow when:, or put it under then: to count it from the due time",
            )
            break


def _row_line(fields: Fields, number: int) -> int:
    node = fields.node.items["add"]
    return node.items[number - 1].line if isinstance(node, ListNode) else fields.line("add")


def _check_sense(fields: Fields, limit: Limit) -> None:
    if limit.pauses and not limit.resumes:
        fields.problem(
            "pauses", "nothing resumes the limit", "add resumes: with the event that starts the clock again"
        )
    if limit.resumes and not limit.pauses:
        fields.problem("resumes", "nothing pauses the limit", "add pauses: or remove resumes:")
    timed = limit.override is not None or any(case.duration is not None for case in limit.duration)
    if limit.lapse is not None and not timed and "duration" in fields.node.items:
        fields.problem(
            "lapse", "the limit has no due time and never lapses", "give it a duration or remove lapse:"
        )
