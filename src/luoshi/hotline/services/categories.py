"""Changing the tree of categories. What is no longer used ends on a day; requests keep what they were filed under."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from luoshi.hotline.models import Category
from luoshi.hotline.models.categories import LEVELS, LONGEST_NAME, SEPARATOR
from luoshi.hotline.selectors.categories import NUMBER
from luoshi.hotline.services.keeping import kept
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.states_settings import CATEGORIES
from luoshi.knowledge.models import Entry
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Event, door
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

MOST = 5000
"""More categories than anybody could choose from."""


def _step(action: str, actor: Actor, at: datetime, **data: Any) -> Event:
    """Record a step of the tree; the tree is locked by it, so that two changes never meet."""
    matter = kept(kind=CATEGORIES, number=NUMBER, title="诉求分类", actor=actor, at=at)
    return act(matter=matter, action=action, actor=actor, at=at, data=data)


def _fresh(category: Category, version: int | None = None) -> Category:
    """The category as it is now. Errors: WrongState where it was changed since the page was drawn."""
    row: Category = (
        Category.objects.select_for_update(of=("self",)).select_related("parent").get(pk=category.pk)
    )
    if version is not None and row.version != version:
        raise WrongState(f"分类“{row.name}”刚被他人修改", mend="请刷新页面后重试")
    return row


def _in_use(category: Category, version: int | None = None) -> Category:
    row = _fresh(category, version)
    if row.until is not None:
        raise WrongState(f"分类“{row.name}”已停用", mend="需要时请先恢复")
    return row


def clean_name(name: str, *, field: str = "name") -> str:
    """A category's name. Errors: Incomplete (empty, too long, with a slash)."""
    text = " ".join(name.split())
    if not text:
        raise Incomplete("请填写分类名称", field=field)
    if len(text) > LONGEST_NAME:
        raise Incomplete(
            f"分类名称不能超过{LONGEST_NAME}个字", mend=f"现有{len(text)}个字，请缩短", field=field
        )
    if SEPARATOR in text:
        raise Incomplete(f"分类名称里不能有“{SEPARATOR}”", mend="它用来隔开各级分类", field=field)
    return text


def _refuse_twin(name: str, parent: Category | None, *, but: int | None = None) -> None:
    twins = Category.objects.filter(parent=parent, name=name, until__isnull=True).exclude(pk=but)
    if twins.exists():
        where = f"“{parent.name}”下" if parent else "一级分类中"
        raise Incomplete(f"{where}已有“{name}”", field="name")


def _path(name: str, parent: Category | None) -> str:
    return f"{parent.path}{SEPARATOR}{name}" if parent else name


def _last(parent: Category | None) -> int:
    found = Category.objects.filter(parent=parent).order_by("-position").values_list("position", flat=True)
    return (found.first() or 0) + 1


@whole
def category_add(
    *,
    name: str,
    actor: Actor,
    at: datetime,
    parent: Category | None = None,
    since: date | None = None,
    unit: Body | None = None,
) -> Category:
    """Add a category under `parent`, or at the top; it may be chosen from `since` (today) on.

    Errors: NotAllowed; Incomplete (name); WrongState (the parent is out of use, or of the third level).
    """
    text = clean_name(name)
    above = _in_use(parent) if parent is not None else None
    if above is not None and above.level >= len(LEVELS):
        raise WrongState("三级分类下不能再分", mend="请在一级或二级分类下新增")
    _refuse_twin(text, above)
    begins = since or rule_day(at)
    _step("add", actor, at, path=_path(text, above), since=begins)
    with door():
        row: Category = Category.objects.create(
            parent=above,
            level=above.level + 1 if above else 1,
            name=text,
            path=_path(text, above),
            position=_last(above),
            since=begins,
            unit=unit,
        )
    return row


def _repath(row: Category) -> None:
    """Give a category, and all below it, the full name that follows from its parent's."""
    row.path = _path(row.name, row.parent)
    row.version += 1
    row.save()
    for child in row.children.all():
        child.parent = row
        _repath(child)


@whole
def category_rename(
    *, category: Category, name: str, actor: Actor, at: datetime, version: int | None = None
) -> Category:
    """Give a category another name; requests filed before keep the name of their day.

    Errors: NotAllowed; Incomplete (name); WrongState (out of use, changed meanwhile).
    """
    row = _in_use(category, version)
    text = clean_name(name)
    if text == row.name:
        raise Incomplete("名称没有变动", field="name")
    _refuse_twin(text, row.parent, but=row.pk)
    _step("rename", actor, at, category=row.pk, before=row.path, path=_path(text, row.parent))
    with door():
        row.name = text
        _repath(row)
    return row


@whole
def category_move(
    *, category: Category, parent: Category, actor: Actor, at: datetime, version: int | None = None
) -> Category:
    """Put a category, with all below it, under another parent of the same level as its own.

    Errors: NotAllowed; Incomplete (parent, name); WrongState (out of use, at the top, changed meanwhile).
    """
    row, above = _in_use(category, version), _in_use(parent)
    if row.level == 1:
        raise WrongState("一级分类不能移到别的分类下", mend="请改用合并，或在目标分类下新增")
    if above.level != row.level - 1:
        raise Incomplete(f"请选择{LEVELS[row.level - 2]}分类", field="parent")
    if above.pk == row.parent_id:
        raise Incomplete(f"已经在“{above.name}”下", field="parent")
    _refuse_twin(row.name, above)
    _step("move", actor, at, category=row.pk, before=row.path, path=_path(row.name, above))
    with door():
        row.parent, row.position = above, _last(above)
        _repath(row)
    return row


@whole
def category_merge(
    *, category: Category, into: Category, actor: Actor, at: datetime, version: int | None = None
) -> Category:
    """Let another category of the same level take its place from today on, with what stands below both joined by name.

    Requests filed before stay where they are; lists of the other one show them, too.
    Errors: NotAllowed; Incomplete (into); WrongState (out of use, changed meanwhile).
    """
    row, other = _in_use(category, version), _in_use(into)
    if row.pk == other.pk or row.level != other.level:
        raise Incomplete(f"请选择另一个{LEVELS[row.level - 1]}分类", field="into")
    _step("merge", actor, at, category=row.pk, into=other.pk, before=row.path, path=other.path)
    with door():
        _join(row, other, rule_day(at))
    return other


def _join(row: Category, into: Category, day: date) -> None:
    twins = {child.name: child for child in into.children.filter(until__isnull=True)}
    for child in row.children.filter(until__isnull=True):
        if child.name in twins:
            _join(child, twins[child.name], day)
        else:
            child.parent, child.position = into, _last(into)
            _repath(child)
    row.until, row.merged_into = max(day, row.since), into
    row.version += 1
    row.save()


@whole
def category_close(
    *, category: Category, until: date, actor: Actor, at: datetime, version: int | None = None
) -> int:
    """Let a category, and all below it, no longer be chosen from `until` on; returns how many end.

    Errors: NotAllowed; Incomplete (until); WrongState (out of use already, changed meanwhile).
    """
    row = _in_use(category, version)
    if until < rule_day(at):
        raise Incomplete("停用日期不能早于今天", mend="以前登记的诉求保留原分类", field="until")
    ending = _all_below(row)
    _step("close", actor, at, category=row.pk, path=row.path, until=until, closed=[one.pk for one in ending])
    with door():
        for one in ending:
            one.until = max(until, one.since)
            one.version += 1
            one.save()
    return len(ending)


def _all_below(row: Category) -> list[Category]:
    found = [row]
    for child in row.children.filter(until__isnull=True):
        found += _all_below(child)
    return found


@whole
def category_reopen(
    *, category: Category, actor: Actor, at: datetime, version: int | None = None
) -> Category:
    """Take back the end of a category: it may be chosen again.

    Errors: NotAllowed; WrongState (in use, its parent out of use, its name taken meanwhile).
    """
    row = _fresh(category, version)
    if row.until is None:
        raise WrongState(f"分类“{row.name}”正在使用", mend="请刷新页面")
    if row.parent is not None and row.parent.until is not None:
        raise WrongState(f"上级分类“{row.parent.name}”已停用", mend="请先恢复上级分类")
    if Category.objects.filter(parent=row.parent, name=row.name, until__isnull=True).exists():
        raise WrongState(f"同级已有“{row.name}”", mend="请先给其中一个更名")
    _step("reopen", actor, at, category=row.pk, path=_path(row.name, row.parent))
    with door():
        row.until = row.merged_into = None
        _repath(row)
    return row


@whole
def category_defaults(
    *,
    category: Category,
    unit: Body | None,
    entry: Entry | None,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Category:
    """Set which unit and which knowledge entry are proposed for requests of a category; None: its parent's.

    Errors: NotAllowed; Incomplete (unit takes no requests); WrongState (changed meanwhile).
    """
    row = _in_use(category, version)
    if unit is not None and not (unit.active and unit.takes_requests):
        raise Incomplete(f"{unit.name}不承办诉求件", field="unit")
    said = {"unit": unit.name if unit else "", "entry": entry.title if entry else ""}
    _step("defaults", actor, at, category=row.pk, path=row.path, **said)
    with door():
        row.unit, row.entry = unit, entry
        row.version += 1
        row.save()
    return row


@whole
def category_shift(*, category: Category, up: bool, actor: Actor, at: datetime) -> Category:
    """Change places with the one before (up) or after it. Errors: NotAllowed; WrongState (first or last already)."""
    row = _in_use(category)
    rows = list(Category.objects.filter(parent=row.parent, until__isnull=True).order_by("position", "id"))
    place = next(number for number, one in enumerate(rows) if one.pk == row.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        raise WrongState(f"“{row.name}”已在{'最前' if up else '最后'}")
    rows[place], rows[other] = rows[other], rows[place]
    _step("order", actor, at, category=row.pk, path=row.path, up=up)
    with door():
        for number, one in enumerate(rows, start=1):
            if one.position != number:
                one.position = number
                one.save(update_fields=["position"])
    return row


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing would do. new: paths to be added, in order; known: how many stand; left: those the list lacks."""

    new: tuple[tuple[str, ...], ...]
    known: int
    left: tuple[str, ...]


def categories_plan(rows: Iterable[Sequence[str]]) -> Plan:
    """Compare a list of three-level names with the tree as it is; nothing is written."""
    wanted: dict[tuple[str, ...], None] = {}
    for row in rows:
        for depth in range(1, len(row) + 1):
            wanted.setdefault(tuple(row[:depth]))
    standing = set(Category.objects.filter(until__isnull=True).values_list("path", flat=True))
    paths = {SEPARATOR.join(names) for names in wanted}
    return Plan(
        new=tuple(names for names in wanted if SEPARATOR.join(names) not in standing),
        known=len(paths & standing),
        left=tuple(sorted(standing - paths)),
    )


@whole
def categories_import(*, rows: Sequence[Sequence[str]], actor: Actor, at: datetime, source: str = "") -> Plan:
    """Add what the tree lacks; what stands stays as it is, what the list lacks stays in use. All or nothing.

    Errors: NotAllowed; Incomplete (a name that cannot be, more than anybody could choose from).
    """
    clean = [tuple(clean_name(name, field="file") for name in row) for row in rows]
    plan = categories_plan(clean)
    if plan.known + len(plan.new) > MOST:
        raise Incomplete(f"一次最多{MOST}个分类", field="file")
    if not plan.new:
        raise Incomplete("文件里的分类都已有，没有要新增的", field="file")
    day = rule_day(at)
    added = [SEPARATOR.join(names) for names in plan.new]
    _step(
        "import",
        actor,
        at,
        path=f"新增{len(added)}个",
        source=source[:100],
        added=len(added),
        paths=added[:50],
        since=day,
    )
    standing = {row.path: row for row in Category.objects.filter(until__isnull=True)}
    places: dict[int | None, int] = {}
    with door():
        for names in plan.new:
            above = standing.get(SEPARATOR.join(names[:-1]))
            key = above.pk if above else None
            places[key] = places.get(key, _last(above) - 1) + 1
            standing[SEPARATOR.join(names)] = Category.objects.create(
                parent=above, level=len(names), name=names[-1], path=SEPARATOR.join(names),
                position=places[key], since=day,
            )  # fmt: skip
    return plan
