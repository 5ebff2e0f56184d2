"""Reading the tree of categories: as a tree, as a list to choose from, and what is proposed for a category."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet

from luoshi.hotline.models import Category, Request
from luoshi.hotline.models.categories import SEPARATOR
from luoshi.hotline.states_settings import CATEGORIES
from luoshi.ledger.models import Event, Matter
from luoshi.ledger.prepared import prepared
from luoshi.organisation.models import Body
from luoshi.organisation.models.base import in_force

NUMBER = "categories"
NEWEST = 400
MINUTE = 60


@dataclass(slots=True)
class Node:
    """A category with those below it. filed: whether a request was ever filed under this one."""

    row: Category
    filed: bool
    children: list[Node] = field(default_factory=list)


def category_rows() -> QuerySet[Category]:
    """All categories with what is proposed for them, each with `has_requests`."""
    rows: QuerySet[Category] = Category.objects.select_related("unit", "entry", "merged_into")
    return rows.annotate(has_requests=Exists(Request.objects.filter(filed_as=OuterRef("pk"))))


def category_tree(day: date, *, closed: bool = False, search: str = "") -> list[Node]:
    """The tree on a day; one query. closed: those out of use, too. search: those with the words in their full name."""
    rows = category_rows()
    if not closed:
        rows = rows.filter(Q(until__isnull=True) | Q(until__gt=day))
    nodes = {
        row.pk: Node(row, row.has_requests)  # type: ignore[attr-defined]
        for row in rows.order_by("level", "position", "id")
    }
    wanted = search.strip()
    keep = {pk for pk, node in nodes.items() if wanted in node.row.path}
    for pk in list(keep):
        above = nodes[pk].row.parent_id
        while above in nodes and above not in keep:
            keep.add(above)
            above = nodes[above].row.parent_id
    roots = []
    for pk, node in nodes.items():
        if pk not in keep:
            continue
        higher = nodes.get(node.row.parent_id or 0)
        if higher is not None:
            higher.children.append(node)
        elif node.row.parent_id is None:
            roots.append(node)
    return roots


def category_paths(day: date) -> list[str]:
    """The full names that may be chosen on a day, in the order of the tree: the categories with none below them."""
    rows = Category.objects.filter(in_force(day)).order_by("level", "position", "id")
    below: dict[int | None, list[Category]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    found: list[str] = []

    def walk(parent: int | None) -> None:
        for row in below[parent]:
            if row.pk in below:
                walk(row.pk)
            else:
                found.append(row.path)

    walk(None)
    return found


def categories_lately() -> list[str]:
    """What requests were lately sorted under, the most frequent first."""
    newest = Request.objects.order_by("-received_at", "-matter").values_list("category", flat=True)[:NEWEST]
    return [name for name, _ in Counter(name for name in newest if name).most_common(60)]


def filed_choice(given: str) -> int | None:
    """The id of a category as an address gives it; None for none, or for what is no id."""
    return int(given) if given.isdecimal() and len(given) < 18 else None


def category_choices(day: date, chosen: int | None = None) -> list[tuple[int, str]]:
    """Categories of the first two levels to filter by, and the chosen one whatever its level; one query."""
    return list(_choices(day, chosen or 0))


@prepared
def _choices(day: date, chosen: int) -> QuerySet[Any, Any]:
    rows = Category.objects.filter((in_force(day) & Q(level__lt=3)) | Q(pk=chosen))
    return rows.order_by("path").values_list("pk", "path")


def categories_kept(day: date) -> bool:
    """Whether this installation keeps a tree: without one, a category is whatever is typed."""
    return bool(Category.objects.filter(in_force(day)).exists())


def category_by_text(text: str, *, day: date) -> Category | None:
    """The category in use with this full name, or the only one with this name; None where none or several are meant.

    One query, its units and those above it included; none for no text.
    """
    if not text.strip():
        return None
    return category_among(categories_named(text, day=day), text)


def categories_named(text: str, *, day: date) -> QuerySet[Category]:
    """The categories in use with this full name or name, up to three, with their units and those above."""
    wanted = text.strip().strip(SEPARATOR)
    if not wanted:
        return Category.objects.none()
    named = Category.objects.filter(in_force(day)).filter(Q(path=wanted) | Q(name=wanted))
    return named.select_related("unit", "parent__unit", "parent__parent__unit")[:3]


def category_among(rows: Iterable[Category], text: str) -> Category | None:
    """The one of these that a text means: by its full name, else the only one; None where none or several are meant."""
    named = list(rows)
    found = [row for row in named if row.path == text.strip().strip(SEPARATOR)] or named
    return found[0] if len(found) == 1 else None


def ancestry(category: Category) -> list[Category]:
    """The category and those above it, nearest first."""
    found = [category]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def default_unit(category: Category) -> Body | None:
    """The unit proposed for requests of a category: its own, else that of the nearest one above it."""
    return next((row.unit for row in ancestry(category) if row.unit is not None), None)


def under(category: Category) -> list[int]:
    """The ids of a category, of all below it, and of what was merged into any of them."""
    found = [category.pk]
    fresh = found
    while fresh:
        rows = Category.objects.filter(Q(parent__in=fresh) | Q(merged_into__in=fresh)).exclude(pk__in=found)
        fresh = list(rows.values_list("pk", flat=True))
        found += fresh
    return found


@dataclass(frozen=True, slots=True)
class Places:
    """Where in the tree of today a class stands that a request was filed under.

    moves: full names before and after each renaming, move and merging, in order; standing: those of `before` that are
    in use again, and therefore mean themselves.
    """

    moves: tuple[tuple[str, str], ...] = ()
    standing: frozenset[str] = frozenset()

    def now(self, filed: str) -> str:
        """The full name of today; a text that the tree never held stays what it is."""
        path = filed
        for before, after in () if filed in self.standing else self.moves:
            if path == before:
                path = after
            elif path.startswith(before + SEPARATOR):
                path = after + path[len(before) :]
        return path


def category_places() -> Places:
    """What became of the classes' names, as of a minute ago at most: no query, or two."""
    found: Places = cache.get_or_set("hotline:category-places", _places, MINUTE) or Places()
    return found


def _places() -> Places:
    changed = Event.objects.filter(matter__kind=CATEGORIES, matter__number=NUMBER, data__has_key="before")
    moves = tuple(changed.order_by("seq").values_list("data__before", "data__path"))
    if not moves:
        return Places()
    standing = Category.objects.filter(until__isnull=True)
    return Places(moves, frozenset(standing.values_list("path", flat=True)))


def category_history(category: Category | None = None) -> QuerySet[Event]:
    """What was changed of the tree, or of one category, newest first."""
    matter = Matter.objects.filter(kind=CATEGORIES, number=NUMBER).first()
    rows: QuerySet[Event] = Event.objects.filter(matter=matter).order_by("-seq")
    if category is not None:
        rows = rows.filter(Q(data__category=category.pk) | Q(data__into=category.pk))
    return rows.select_related("body")
