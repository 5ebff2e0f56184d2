"""Reading assessment schemes: formulas, points that add up, counts that exist, no circles, whole grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from luoshi.engines.expressions import ROUNDINGS, Expression, ExpressionError, NoData
from luoshi.engines.expressions import parse as parse_formula
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.leaves import FAILURES, FORMULA, LEAF_KINDS, Ask, Failure
from luoshi.engines.rulebook.problems import one_of
from luoshi.engines.rulebook.read_leaves import leaf_formula, read_asks, read_failures, read_open
from luoshi.engines.rulebook.read_words import read_lift, read_say
from luoshi.engines.rulebook.reading import Context, read_citations, read_head, read_see
from luoshi.engines.rulebook.scheme import (
    NO_DATA_RULES,
    PARTS,
    PERIODS,
    TIES,
    Bound,
    Grade,
    Item,
    Scheme,
    Threshold,
    Veto,
)
from luoshi.engines.rulebook.yamltree import ScalarNode

MOST_DEPTH = 6


@dataclass(slots=True)
class _Names:
    """What the scheme's formulas may use, and the item ids met so far with their lines."""

    counts: dict[str, str]
    derived: Mapping[str, Expression]
    items: dict[str, int] = field(default_factory=dict)
    requires: list[tuple[str, str, Fields]] = field(default_factory=list)
    part: str = ""

    @property
    def known(self) -> set[str]:
        return {*self.counts, *self.derived}


def read_scheme(fields: Fields, context: Context) -> Scheme:
    """Return an assessment scheme."""
    head = read_head(fields, context)
    counts = _labels(fields, "counts")
    names = _Names(counts, _derived(fields, counts))
    items = tuple(_item(row, context, names, 1) for row in fields.children("items", required=True))
    _check_requires(names)
    _check_total(fields, items)
    full = _number(fields, "full")
    _check_full(fields, items, full)
    periods = _periods(fields, "periods")
    scheme = Scheme(
        **head,
        periods=periods,
        rounding=fields.word("rounding", ROUNDINGS),
        places=_places(fields),
        counts=counts,
        derived=names.derived,
        items=items,
        grades=_grades(fields),
        graded=_periods(fields, "graded") if "graded" in fields.node.items else periods,
        ranked=_known(fields, "ranked", names),
        ties=fields.word("ties", TIES, default="skip"),
        by_class=fields.flag("by_class"),
        vetoes=tuple(_veto(row, context, names) for row in fields.children("vetoes")),
        full=full,
        total_floor=_number(fields, "total_floor"),
        grade_cap=_number(fields, "grade_cap"),
        shown=fields.whole("shown"),
        ranked_in=_periods(fields, "ranked_in"),
    )
    fields.finish(["graded"])
    return scheme


def _places(fields: Fields) -> int:
    places = fields.whole("places")
    if places is not None and places > 6:
        fields.problem("places", f"{places} decimal places are too many", "write 0 to 6")
        return 2
    return 2 if places is None else places


def _labels(fields: Fields, key: str) -> dict[str, str]:
    inner = fields.child(key)
    if inner is None:
        return {}
    labels: dict[str, str] = {}
    for name in inner.node.items:
        labels[name] = inner.text(name, required=True)
        if not name.isidentifier() or name.lower() != name or name in ("min", "max"):
            inner.problem(name, f"{name} cannot name a count", "use lower-case letters, digits and _")
    return labels


def _derived(fields: Fields, counts: Mapping[str, str]) -> dict[str, Expression]:
    """Return counts made from others; each may use counts and other derived ones, but not in a circle."""
    inner = fields.child("derived")
    if inner is None:
        return {}
    found: dict[str, Expression] = {}
    for name in inner.node.items:
        formula = _formula(inner, name)
        if name in counts:
            inner.problem(name, f"{name} is already a count", "choose another name")
        elif formula is not None:
            found[name] = formula
    for name, formula in found.items():
        for used in formula.names:
            if used not in counts and used not in found:
                inner.problem(name, f"unknown count {used}", one_of(used, {*counts, *found}))
    for name in list(found):
        circle = _circle(name, found)
        if circle:
            inner.problem(
                name, "refers to itself: " + " -> ".join(circle), "write it with counts that do not need it"
            )
    return found


def _circle(start: str, formulas: Mapping[str, Expression]) -> list[str]:
    """Return the way from a name back to itself, or an empty list."""
    waiting: list[tuple[str, list[str]]] = [(start, [start])]
    seen: set[str] = set()
    while waiting:
        name, way = waiting.pop()
        for used in formulas[name].names if name in formulas else ():
            if used == start:
                return [*way, start]
            if used not in seen:
                seen.add(used)
                waiting.append((used, [*way, used]))
    return []


def _formula(fields: Fields, key: str) -> Expression | None:
    text = fields.text(key, required=True)
    if not text:
        return None
    try:
        return parse_formula(text)
    except ExpressionError as error:
        fields.problem(key, f"{text} is not a formula: {error.message} at {error.position}", error.mend)
        return None


def _number(fields: Fields, key: str) -> Decimal | None:
    node = fields.get(key)
    if node is None:
        return None
    if isinstance(node, ScalarNode) and type(node.value) in (int, Decimal):
        return Decimal(node.text)
    fields.wrong(key, node, "a number")
    return None


def _periods(fields: Fields, key: str) -> tuple[str, ...]:
    found: list[str] = []
    for word, _ in fields.texts_with_lines(key):
        if word not in PERIODS:
            fields.problem(key, f"unknown period {word}", one_of(word, PERIODS))
        else:
            found.append(word)
    return tuple(found) or PERIODS


def _known(fields: Fields, key: str, names: _Names) -> tuple[str, ...]:
    found = fields.texts(key)
    for name in found:
        if name not in names.known:
            fields.problem(key, f"unknown count {name}", one_of(name, names.known))
    return found


def _item(row: Fields, context: Context, names: _Names, depth: int) -> Item:
    """Read a group or a leaf with everything under it."""
    id = row.text("id", required=True)
    if id:
        row.path = f"{row.path.partition('.items')[0]}.items {id}"
        if id in names.items:
            row.problem("id", f"{id} stands twice (first in line {names.items[id]})", "choose another id")
        names.items.setdefault(id, row.node.line)
    group = "items" in row.node.items
    kind = FORMULA if group else row.word("kind", LEAF_KINDS, default=FORMULA)
    for other in ("formula",) if group or kind != FORMULA else ():
        if other in row.node.items:
            row.problem(other, f"stands beside {'items' if group else f'kind: {kind}'}", "keep one of them")
    part = row.word("part", PARTS) if depth == 1 else ""
    names.part = part or names.part
    open = read_open(row)
    most = None if open and row.get("max") is not None else _number(row, "max")
    asks = () if group else read_asks(row, context)
    failures = read_failures(row, context, asks) if kind == FAILURES else ()
    formula, uses = _leaf_formula(row, names, id, kind, most, asks, failures) if not group else (None, {})
    made = Item(
        id=id,
        title=row.text("title", required=True),
        part=part,
        items=(),
        max=most,
        cap=_number(row, "cap"),
        floor=_number(row, "floor") if kind == FORMULA else _number(row, "floor") or Decimal(0),
        formula=formula,
        counts=uses,
        no_data=_no_data(row, group, kind, names.part),
        highest_only=row.flag("highest_only"),
        per_month=row.flag("per_month"),
        beyond_cap=row.flag("beyond_cap"),
        periods=_periods(row, "periods"),
        requires=_threshold(row, names, id),
        cite=read_citations(row, context),
        see=read_see(row, context),
        line=row.node.line,
        say=read_say(row, "say", formula, ("period", *uses)),
        say_none=read_say(row, "say_none", None, ("period",)),
        lift=read_lift(row, formula),
        kind=kind,
        open=open,
        asks=asks,
        failures=failures,
    )
    items: tuple[Item, ...] = ()
    if group:
        if depth >= MOST_DEPTH:
            row.problem("items", f"items are nested more than {MOST_DEPTH} levels deep", "flatten them")
        else:
            items = tuple(
                _item(child, context, names, depth + 1) for child in row.children("items", required=True)
            )
    _check_points(row, made, items)
    row.finish(["formula"])
    return replace(made, items=items)


def _leaf_formula(
    row: Fields,
    names: _Names,
    id: str,
    kind: str,
    most: Decimal | None,
    asks: tuple[Ask, ...],
    failures: tuple[Failure, ...],
) -> tuple[Expression | None, dict[str, str]]:
    """Return a leaf's formula with the count of each name in it: as written, or made from what it asks."""
    if kind == FORMULA:
        formula = _formula(row, "formula")
        return formula, _uses(row, formula, names)
    return leaf_formula(
        row,
        kind,
        id=id,
        max=most,
        taken_off=names.part == "deduction",
        asks=asks,
        failures=failures,
        labels=names.counts,
    )


def _no_data(row: Fields, group: bool, kind: str, part: str) -> str:
    """Return the rule for missing data. A group may be left out with all its members; a unit without the task of
    a mark, check or failures leaf is left out unless the leaf says otherwise, and loses nothing in a deduction."""
    if group:
        return row.word("no_data", ("", "rescale"), default="")
    usual = "rescale" if kind != FORMULA and part in ("base", "regular") else "zero"
    return row.word("no_data", NO_DATA_RULES, default=usual)


def _uses(row: Fields, formula: Expression | None, names: _Names) -> dict[str, str]:
    """Return, for each name in the formula, the count it stands for (its own name unless counts: says), and what it shows."""
    given: dict[str, str] = {}
    inner = row.child("counts")
    if inner is not None:
        given = {name: inner.text(name, required=True) for name in inner.node.items}
        for name in given:
            if formula is not None and name not in formula.names:
                inner.problem(name, f"{name} is not in the formula", one_of(name, formula.names))
    uses = {name: given.get(name, name) for name in (formula.names if formula else ())}
    for name, count in uses.items():
        if count not in names.known:
            place, key = (inner, name) if inner is not None and name in given else (row, "formula")
            place.problem(key, f"unknown count {count}", one_of(count, names.known))
    for count in row.texts("shows"):
        if count not in names.known:
            row.problem("shows", f"unknown count {count}", one_of(count, names.known))
        uses.setdefault(count, count)
    return uses


def _check_points(row: Fields, item: Item, items: tuple[Item, ...]) -> None:
    """Refuse points that do not add up, and caps, floors and no-data rules that cannot work."""
    if items and item.max is not None and not any(leaf.open for one in items for leaf in one.leaves()):
        missing = [member.id for member in items if member.max is None]
        if missing:
            row.problem("max", f"{', '.join(missing)} without max:", "give every member its points")
        else:
            total = sum((member.max for member in items if member.max is not None), Decimal(0))
            if total != item.max:
                row.problem(
                    "max",
                    f"the members' points add up to {total} and not to {item.max}",
                    f"write {total}, or mend a member",
                )
    if not items and item.no_data in ("full", "mean", "rescale") and item.max is None and not item.open:
        row.problem("no_data", f"{item.no_data} needs the item's points", "add max:")
    low, high = item.floor, item.cap if item.cap is not None else item.max
    if low is not None and high is not None and low > high:
        row.problem("floor", f"{low} is above {high}", "lower it")
    if item.highest_only:
        for leaf in (leaf for member in items for leaf in member.leaves()):
            _check_price(row, leaf)


def _check_price(row: Fields, leaf: Item) -> None:
    """Where one matter counts once, a leaf must be so many points for each of one count."""
    if leaf.formula is None:
        return
    values = [leaf.formula.evaluate(dict.fromkeys(leaf.formula.names, number)) for number in (0, 1, 2)]
    zero, one, two = (None if isinstance(value, NoData) else value for value in values)
    if len(leaf.formula.names) != 1 or zero != 0 or one is None or one <= 0 or two != 2 * one:
        row.problems.add(
            row.node.file,
            leaf.line,
            f"{leaf.id}.formula",
            f"{leaf.formula} is not so many points for each, as highest_only needs",
            "write it like 2 * overdue_tickets",
        )


def _threshold(row: Fields, names: _Names, id: str) -> Threshold | None:
    inner = row.child("requires")
    if inner is None:
        return None
    item = inner.text("item", required=True)
    least = _number(inner, "at_least")
    if "at_least" not in inner.node.items:
        inner.problem("at_least", "is missing", "add at_least:")
    names.requires.append((id, item, inner))
    inner.finish()
    return Threshold(item, least or Decimal(0))


def _check_requires(names: _Names) -> None:
    """A threshold names another item; thresholds form no circle, and no item waits for its own parent."""
    edges: dict[str, list[str]] = {}
    for id, wanted, inner in names.requires:
        if wanted not in names.items:
            inner.problem("item", f"unknown item {wanted}", one_of(wanted, names.items))
        edges.setdefault(id, []).append(wanted)
    for id, _, inner in names.requires:
        way, waiting = {id}, list(edges[id])
        while waiting:
            at = waiting.pop()
            if at == id or _inside(id, at) or _inside(at, id):
                inner.problem("item", f"{id} waits for itself through {at}", "name an item outside it")
                break
            if at not in way:
                way.add(at)
                waiting += edges.get(at, [])


def _inside(id: str, group: str) -> bool:
    return id.startswith(group + ".")


def _check_total(fields: Fields, items: tuple[Item, ...]) -> None:
    total = _number(fields, "total")
    if total is None:
        return
    most = [item.max if item.max is not None else item.cap for item in items if item.part != "deduction"]
    if None in most or sum((part for part in most if part is not None), Decimal(0)) != total:
        shown = " + ".join(str(part) for part in most)
        fields.problem(
            "total", f"the parts add up as {shown}, not to {total}", "mend total: or a part's max:"
        )


def _check_full(fields: Fields, items: tuple[Item, ...], full: Decimal | None) -> None:
    """The base and regular points add up to `full`; where some are set later, that is asked of the table."""
    counted = [item for item in items if item.part in ("base", "regular")]
    if any(leaf.open for item in counted for leaf in item.leaves()):
        if full is None:
            fields.problem("full", "is missing where points are set each year", "add full:, e.g. 100")
        return
    if full is not None and sum((item.max or Decimal(0) for item in counted), Decimal(0)) != full:
        shown = " + ".join(str(item.max) for item in counted)
        fields.problem(
            "full", f"the base and regular points add up as {shown}, not to {full}", "mend one of them"
        )


def _grades(fields: Fields) -> tuple[Grade, ...]:
    """Read grades from low to high; together they must hold every total exactly once."""
    grades: list[Grade] = []
    rows = list(fields.children("grades"))
    for row in rows:
        low, high = _end(row, "from", "above"), _end(row, "up_to", "below")
        grades.append(Grade(row.text("grade", required=True), low, high))
        row.finish()
    for number, row in enumerate(rows):
        before = grades[number - 1].high if number else None
        low = grades[number].low
        if (before is None) != (low is None) or (
            before and low and (before.value != low.value or before.closed == low.closed)
        ):
            row.problem(
                "from",
                "does not begin where the grade before ends",
                "write the same number, from: after below:, above: after up_to:, lowest grade first",
            )
    if grades and grades[-1].high is not None:
        rows[-1].problem("up_to", "no grade holds what lies above", "leave the highest grade open")
    return tuple(grades)


def _end(row: Fields, closed: str, opened: str) -> Bound | None:
    first, second = _number(row, closed), _number(row, opened)
    if first is not None and second is not None:
        row.problem(opened, f"stands beside {closed}", "keep one of them")
    if first is not None:
        return Bound(first, True)
    return Bound(second, False) if second is not None else None


def _veto(row: Fields, context: Context, names: _Names) -> Veto:
    veto = Veto(
        count=row.text("count", required=True),
        grade=row.text("grade"),
        total=_number(row, "total"),
        cite=read_citations(row, context),
        title=row.text("title"),
        by=row.text("by"),
        at_least=_number(row, "at_least"),
        final=row.flag("final"),
    )
    if veto.count and veto.count not in names.known:
        row.problem("count", f"unknown count {veto.count}", one_of(veto.count, names.known))
    if not veto.grade and veto.total is None:
        row.problem("grade", "neither grade nor total is set", "add grade: or total:")
    row.finish()
    return veto
