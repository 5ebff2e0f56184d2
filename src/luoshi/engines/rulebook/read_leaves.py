"""Reading the leaves that say what is looked at: `kind: mark | check | failures`, with asks and failures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from luoshi.engines.expressions import Expression
from luoshi.engines.expressions import parse as parse_formula
from luoshi.engines.rulebook import leaves
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.leaves import Ask, Failure
from luoshi.engines.rulebook.measures import NUMBER, SHARE, read_measure
from luoshi.engines.rulebook.problems import one_of
from luoshi.engines.rulebook.reading import Context, read_citations, read_see
from luoshi.engines.rulebook.yamltree import ScalarNode

SHARED_WORDS = (leaves.YEARLY, leaves.OPTIONAL)


def read_open(row: Fields) -> str:
    """Return `yearly` or `optional` where the points are set later, else ""."""
    node = row.node.items.get("max")
    return node.text if isinstance(node, ScalarNode) and node.text in SHARED_WORDS else ""


def read_asks(row: Fields, context: Context) -> tuple[Ask, ...]:
    """Return what is looked at under a leaf."""
    found: list[Ask] = []
    for inner in row.children("asks"):
        found.append(
            Ask(
                key=inner.text("key", required=True),
                title=inner.text("title", required=True),
                cite=read_citations(inner, context),
                see=read_see(inner, context),
                measure=read_measure(inner, context),
                remind=inner.word("remind", leaves.REMINDERS, default=""),
            )
        )
        inner.finish()
    _refuse_twins(row, "asks", [ask.key for ask in found])
    return tuple(found)


def read_failures(row: Fields, context: Context, asks: Sequence[Ask]) -> tuple[Failure, ...]:
    """Return the failings with their points. asks: those of the leaf, from which their number may follow."""
    found: list[Failure] = []
    for inner in row.children("failures", required=True):
        found.append(
            Failure(
                key=inner.text("key", required=True),
                title=inner.text("title", required=True),
                points=_points(inner),
                per=inner.word("per", leaves.PER),
                exclusive_with=inner.texts("exclusive_with"),
                cite=read_citations(inner, context),
                see=read_see(inner, context),
                asks=inner.texts("asks"),
                below=_points(inner, "below") if "below" in inner.node.items else None,
            )
        )
        _check_asks(inner, found[-1], asks)
        inner.finish()
    known = [one.key for one in found]
    _refuse_twins(row, "failures", known)
    for one in found:
        for key in one.exclusive_with:
            if key not in known:
                row.problem("failures", f"{one.key} excludes the unknown {key}", one_of(key, known))
    return tuple(found)


def _check_asks(inner: Fields, failure: Failure, asks: Sequence[Ask]) -> None:
    """A failing is counted from asks of its leaf; what falls short is counted from numbers with a least value."""
    known = {ask.key: ask for ask in asks}
    for key in failure.asks:
        if key not in known:
            inner.problem("asks", f"unknown ask {key}", one_of(key, known))
            continue
        measure = known[key].measure
        if failure.per == "report" and (
            measure is None or measure.form != NUMBER or measure.at_least is None
        ):
            inner.problem("asks", f"{key} has no least number to fall short of", "measure it with at_least:")
        if failure.per == "case" and (measure is None or measure.form == SHARE):
            inner.problem(
                "asks", f"{key} has no cases to count", "measure it as timed, or as a number with at_most:"
            )
        if failure.below is not None and (measure is None or measure.form != SHARE or failure.per != "once"):
            inner.problem("below", f"{key} is no share counted once", "measure it as a share, with per: once")


def _points(inner: Fields, name: str = "points") -> Decimal:
    node = inner.get(name, required=True)
    if node is None:
        return Decimal(0)
    if isinstance(node, ScalarNode) and type(node.value) in (int, Decimal) and Decimal(node.text) > 0:
        return Decimal(node.text)
    inner.wrong(name, node, "a number above 0")
    return Decimal(0)


def leaf_formula(
    row: Fields,
    kind: str,
    *,
    id: str,
    max: Decimal | None,
    taken_off: bool,
    asks: Sequence[Ask],
    failures: Sequence[Failure],
    labels: dict[str, str],
) -> tuple[Expression, dict[str, str]]:
    """Return a leaf's formula and the counts of its names; the counts' labels are added to `labels`."""
    title = row.text("title")
    made = leaves.made(kind, id=id, title=title, max=max, taken_off=taken_off, asks=asks, failures=failures)
    for count, label in made.counts.values():
        if count in labels:
            row.problem("id", f"the count {count} stands already", "give the leaf another id")
        labels[count] = label
    return parse_formula(made.text), {name: count for name, (count, _) in made.counts.items()}


def _refuse_twins(row: Fields, key: str, keys: Sequence[str]) -> None:
    for one in dict.fromkeys(keys):
        if one and sum(leaves.slug(other) == leaves.slug(one) for other in keys) > 1:
            row.problem(key, f"{one} stands twice", "keep one")
