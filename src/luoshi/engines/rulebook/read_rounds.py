"""Reading rounds: classes with their schemes, dates, figures, team, publication, use of the result."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from decimal import Decimal

from luoshi.engines.rulebook import rounds
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.model import ContentField, Option
from luoshi.engines.rulebook.problems import one_of
from luoshi.engines.rulebook.read_kinds import FIELD_TYPES
from luoshi.engines.rulebook.reading import Context, read_citations, read_head
from luoshi.engines.rulebook.rounds import Round
from luoshi.engines.rulebook.yamltree import ScalarNode

_DAY = re.compile(r"(\d{2})-(\d{2})\Z")


def read_round(fields: Fields, context: Context) -> Round:
    """Return a kind of assessment round."""
    head = read_head(fields, context)
    organs = _organs(fields)
    figures = tuple(_figure(row, context) for row in _inside(fields, "plan", "figures"))
    figure_keys = _keys(fields, "plan", [one.key for one in figures])
    classes = tuple(_class(row, context, figure_keys) for row in fields.children("classes", required=True))
    keys = _keys(fields, "classes", [one.key for one in classes])
    made = Round(
        **head,
        organs=organs,
        classes=classes,
        contents=_contents(fields, "plan"),
        dates=_dates(fields, context),
        figures=figures,
        steps=_steps(fields, context, organs),
        own=_own(fields, context, organs),
        records=_records(fields, context),
        spot=_spot(fields, context, figure_keys),
        team=_team(fields, context, keys),
        methods=_options(fields, "methods"),
        publication=_publication(fields, context),
        rectification=_rectification(fields, context, organs),
        uses=_uses(fields, context, keys, figure_keys),
        persons=_options(fields, "persons"),
        holders=fields.texts("holders"),
    )
    _finish_inner(fields)
    fields.finish()
    return made


INNER = {
    "plan": ("contents", "dates", "figures"),
    "self": ("scored", "report", "to", "copies", "cite"),
    "records": ("methods", "kinds", "adjust", "every", "leaf", "cite"),
    "spot": ("every", "ratio", "fill", "leaf", "cite"),
    "team": ("from", "marking", "least", "cite"),
    "publication": ("contents", "places", "cite"),
    "rectification": ("contents", "to", "cite"),
}


def _finish_inner(fields: Fields) -> None:
    """Refuse unknown keys of the mappings inside a round."""
    for key, known in INNER.items():
        inner = fields.child(key, required=key in ("plan", "team", "publication"))
        if inner is not None:
            inner.finish(known)


def _keys(fields: Fields, key: str, found: list[str]) -> set[str]:
    for one in dict.fromkeys(found):
        if one and found.count(one) > 1:
            fields.problem(key, f"{one} stands twice", "keep one")
    return set(found)


def _inside(fields: Fields, outer: str, key: str) -> Iterable[Fields]:
    inner = fields.child(outer)
    return () if inner is None else inner.children(key)


def _known(row: Fields, key: str, known: Collection[str], *, single: bool = False) -> tuple[str, ...]:
    found = (row.text(key),) if single else row.texts(key)
    for one in found:
        if one and one not in known:
            row.problem(key, f"unknown {key} {one}", one_of(one, known))
    return found


def _organs(fields: Fields) -> dict[str, str]:
    inner = fields.child("organs", required=True)
    return {} if inner is None else {key: inner.text(key, required=True) for key in inner.node.items}


def _explain(row: Fields, figures: Collection[str]) -> str:
    found = row.text("explain")
    if found and found != rounds.WRITTEN and found not in figures:
        row.problem("explain", f"unknown figure {found}", one_of(found, {rounds.WRITTEN, *figures}))
    return found


def _class(row: Fields, context: Context, figures: Collection[str]) -> rounds.RoundClass:
    made = rounds.RoundClass(
        key=row.text("key", required=True),
        title=row.text("title", required=True),
        scheme=context.refer(row, "scheme", "scheme"),
        kinds=row.texts("kinds"),
        units=row.texts("units"),
        cite=read_citations(row, context),
        note=row.text("note"),
        subjects=row.texts("subjects"),
        below=row.flag("below"),
        explain=_explain(row, figures),
    )
    if not made.scheme:
        row.problem("scheme", "is missing", "name the scheme by which these units are scored")
    row.finish()
    return made


def _field(row: Fields) -> ContentField:
    made = ContentField(
        key=row.text("key", required=True),
        label=row.text("label", required=True),
        required=row.flag("required", default=True),
        min_length=row.whole("min_length") or 0,
        type=row.word("type", FIELD_TYPES, default="text"),
    )
    row.finish()
    return made


def _contents(fields: Fields, outer: str) -> tuple[ContentField, ...]:
    found = tuple(_field(row) for row in _inside(fields, outer, "contents"))
    _keys(fields, outer, [one.key for one in found])
    return found


def _option(row: Fields) -> Option:
    made = Option(row.text("value", required=True), row.text("label", required=True), row.text("hint"))
    row.finish()
    return made


def _options(fields: Fields, key: str) -> tuple[Option, ...]:
    found = tuple(_option(row) for row in fields.children(key))
    _keys(fields, key, [one.value for one in found])
    return found


def _dates(fields: Fields, context: Context) -> tuple[rounds.PlanDate, ...]:
    found: list[rounds.PlanDate] = []
    for row in _inside(fields, "plan", "dates"):
        key = row.word("key", rounds.DATES)
        found.append(
            rounds.PlanDate(
                key=key,
                label=row.text("label", required=True),
                required=row.flag("required", default=True),
                before=_known(row, "before", rounds.DATES),
                latest=_day(row),
                cite=read_citations(row, context),
            )
        )
        row.finish()
    _keys(fields, "plan", [one.key for one in found])
    return tuple(found)


def _day(row: Fields) -> tuple[int, int] | None:
    text = row.text("latest")
    match = _DAY.match(text)
    if match and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= 28 + 2 * (match[1] != "02"):
        return int(match[1]), int(match[2])
    if text:
        row.problem("latest", f"{text} is not a day of the next year", 'write it as "04-30"')
    return None


def _number(row: Fields, key: str) -> Decimal | None:
    node = row.get(key)
    if node is None:
        return None
    if isinstance(node, ScalarNode) and type(node.value) in (int, Decimal):
        return Decimal(node.text)
    row.wrong(key, node, "a number")
    return None


def _figure(row: Fields, context: Context) -> rounds.Figure:
    made = rounds.Figure(
        key=row.text("key", required=True),
        label=row.text("label", required=True),
        required=row.flag("required", default=True),
        low=_number(row, "low"),
        high=_number(row, "high"),
        cite=read_citations(row, context),
    )
    row.finish()
    return made


def _steps(fields: Fields, context: Context, organs: Collection[str]) -> tuple[rounds.RoundStep, ...]:
    found: list[rounds.RoundStep] = []
    for row in fields.children("steps", required=True):
        found.append(
            rounds.RoundStep(
                key=row.word("key", rounds.STEPS),
                title=row.text("title", required=True),
                organ=_known(row, "organ", organs, single=True)[0],
                duty=row.text("duty", required=True),
                cite=read_citations(row, context),
            )
        )
        row.finish()
    _keys(fields, "steps", [one.key for one in found])
    return tuple(found)


def _own(fields: Fields, context: Context, organs: Collection[str]) -> rounds.SelfReport:
    inner = fields.child("self")
    if inner is None:
        return rounds.SelfReport(False, True, "", (), ())
    return rounds.SelfReport(
        scored=inner.flag("scored"),
        report=inner.flag("report", default=True),
        to=_known(inner, "to", organs, single=True)[0],
        copies=_known(inner, "copies", organs),
        cite=read_citations(inner, context),
    )


def _records(fields: Fields, context: Context) -> rounds.Records:
    inner = fields.child("records")
    if inner is None:
        return rounds.Records((), (), False, "", ())
    return rounds.Records(
        methods=_options(inner, "methods"),
        kinds=_options(inner, "kinds"),
        adjust=inner.flag("adjust"),
        every=inner.word("every", rounds.EVERY, default=""),
        cite=read_citations(inner, context),
        leaf=inner.text("leaf"),
    )


def _spot(fields: Fields, context: Context, figures: Collection[str]) -> rounds.Spot:
    inner = fields.child("spot")
    if inner is None:
        return rounds.Spot("", "", "", ())
    return rounds.Spot(
        every=inner.word("every", rounds.EVERY, default=""),
        ratio=_known(inner, "ratio", figures, single=True)[0],
        fill=inner.word("fill", rounds.FILLS, default=""),
        cite=read_citations(inner, context),
        leaf=inner.text("leaf"),
    )


def _team(fields: Fields, context: Context, classes: Collection[str]) -> rounds.Team:
    inner = fields.child("team", required=True)
    if inner is None:
        return rounds.Team((), "mean", 1, ())
    pools: list[rounds.Pool] = []
    for row in inner.children("from"):
        pools.append(
            rounds.Pool(
                key=row.text("key", required=True),
                label=row.text("label", required=True),
                required=row.flag("required"),
                bars=_known(row, "bars", classes),
                kinds=row.texts("kinds"),
                cite=read_citations(row, context),
            )
        )
        row.finish()
    _keys(inner, "from", [pool.key for pool in pools])
    return rounds.Team(
        pools=tuple(pools),
        marking=inner.word("marking", rounds.MARKING, default="mean"),
        least=inner.whole("least") or 1,
        cite=read_citations(inner, context),
    )


def _publication(fields: Fields, context: Context) -> rounds.Publication:
    inner = fields.child("publication")
    if inner is None:
        return rounds.Publication((), (), ())
    return rounds.Publication(
        _contents(fields, "publication"), _options(inner, "places"), read_citations(inner, context)
    )


def _rectification(fields: Fields, context: Context, organs: Collection[str]) -> rounds.Rectification:
    inner = fields.child("rectification")
    if inner is None:
        return rounds.Rectification((), "", ())
    return rounds.Rectification(
        _contents(fields, "rectification"),
        _known(inner, "to", organs, single=True)[0],
        read_citations(inner, context),
    )


def _uses(
    fields: Fields, context: Context, classes: Collection[str], figures: Collection[str]
) -> tuple[rounds.Use, ...]:
    rows = list(fields.children("uses"))
    found = tuple(
        rounds.Use(
            key=row.text("key", required=True),
            title=row.text("title", required=True),
            to=row.text("to"),
            weight=_number(row, "weight"),
            figure=_known(row, "figure", figures, single=True)[0],
            together=row.texts("together"),
            grades=row.texts("grades"),
            classes=_known(row, "classes", classes),
            each=row.flag("each"),
            cite=read_citations(row, context),
            vetoes=row.texts("vetoes"),
            optional=row.flag("optional"),
        )
        for row in rows
    )
    keys = _keys(fields, "uses", [use.key for use in found])
    for row in rows:
        _known(row, "together", keys)
        row.finish()
    return found
