"""A body merged into another one, or part of its duties given away: what is under way goes over, what is done stays.

Looked up in the tables themselves: every row that belongs to a matter and names the body in a column is found, so that a
new function needs no entry here. What is about the body itself, or would meet the same of its successor, stays under the
old name and is asked for no longer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import CharField, Exists, OuterRef, Value

from luoshi.agenda.models import Charge
from luoshi.engines.obligations import HANDED_OVER
from luoshi.hotline.models import Category, Phrase
from luoshi.hotline.services.categories import category_defaults
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.links import matter_label
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.organisation.models import Body
from luoshi.organisation.services.merging import (
    Roster,
    body_merge,
    check_succession,
    duties_hand_over,
    roster_of,
)
from luoshi.organisation.states import KIND

ABOUT_THE_BODY = frozenset(
    {"assessment.Appeal", "assessment.Entry", "assessment.Consequence", "assessment.BaseRecord", "assessment.Report",
     "rounds.RoundUnit"}
)  # fmt: skip
"""Models whose rows judge the body itself: they end with it."""
LEFT = frozenset(
    {("documents.Incoming", "sender"), ("hotline.Request", "area"), ("appointments.Renaming", "target"),
     ("appointments.Placement", "unit"), ("assessment.Standing", "body")}
)  # fmt: skip
"""Columns that tell what was, not who acts now (a standing follows its matter)."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A column that names bodies in a row that hangs on a matter, or a list of bodies; moved while the matter is under way.

    key: what of the row is the matter's id; way: from the row to the matter. still: which rows are not done with.
    """

    label: str
    name: str
    key: str = "pk"
    way: str = "matter"
    still: tuple[tuple[str, object], ...] = ()

    def rows(self, old: Body) -> models.QuerySet[models.Model]:
        """The rows that name a body, of matters under way."""
        model = apps.get_model(self.label)
        wanted = {self.name: old, f"{self.way}__closed_at__isnull": True, **dict(self.still)}
        found: models.QuerySet[models.Model] = model._default_manager.filter(**wanted)
        return found

    def move(self, old: Body, new: Body, matters: list[int]) -> None:
        """Name the successor in its stead, in the rows of these matters."""
        rows = self.rows(old).filter(**{f"{self.key}__in": matters})
        field = apps.get_model(self.label)._meta.get_field(self.name)
        if not isinstance(field, models.ManyToManyField):
            rows.update(**{self.name: new})
            return
        row, body = field.m2m_field_name(), field.m2m_reverse_field_name()
        through: Any = field.remote_field.through
        listed = through._default_manager.filter(**{f"{row}__in": list(rows)})
        there = listed.filter(**{body: new}).values(row)
        listed.filter(**{body: old, f"{row}__in": there}).delete()
        listed.filter(**{body: old}).update(**{body: new})


ATTACHED = (
    Attached("targets.TargetMeasure", "certifier", "target_id", "target__matter", (("certified", ""),)),
    Attached("meetings.Resolution", "lead", "minutes_id", "minutes__matter", (("task__isnull", True),)),
    Attached("meetings.Resolution", "assisting", "minutes_id", "minutes__matter", (("task__isnull", True),)),
    Attached("meetings.Topic", "attending"),
    Attached("meetings.CityMeeting", "members"),
)


def words_of(matter: Matter) -> str:
    """A matter's number and title; of requests the number alone, for a title may name a citizen's trouble."""
    if matter.secrecy or matter.kind.startswith("hotline."):
        return matter.number or str(matter.pk)
    return f"{matter.number or ''} {matter.title}".strip()


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A matter under way as a list of what somebody holds shows it."""

    matter: Matter

    @property
    def label(self) -> str:
        """What kind of matter it is."""
        return matter_label(self.matter.kind)

    @property
    def words(self) -> str:
        """Its number and title."""
        return words_of(self.matter)


@dataclass(frozen=True, slots=True)
class Held(UnderWay):
    """A matter under way that names the body. own: it is the body's own; columns: (model, column) of its detail rows."""

    own: bool
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go over, what stays behind and is asked for no longer, and which settings follow."""

    going: tuple[Held, ...]
    staying: tuple[Held, ...]
    roster: Roster
    categories: tuple[Category, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    charges: tuple[Charge, ...] = ()
    kinds: tuple[tuple[str, int], ...] = field(default=())

    @property
    def counted(self) -> dict[str, int]:
        """What goes over, counted, for events and the page."""
        return {
            "matters": len(self.going), "ended": len(self.staying), "people": len(self.roster.people),
            "posts": len(self.roster.posts), "grants": len(self.roster.grants),
        }  # fmt: skip

    @property
    def digest(self) -> str:
        """Tells whether the plan is the one that somebody saw."""
        parts = [
            sorted(one.matter.pk for one in self.going), sorted(one.matter.pk for one in self.staying),
            sorted(one.pk for one in self.roster.people), sorted(one.pk for one in self.roster.grants),
            sorted(one.pk for one in (*self.roster.posts, *self.roster.ending)),
            sorted(one.pk for one in self.categories), sorted(one.pk for one in self.phrases),
        ]  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def columns() -> tuple[tuple[type[models.Model], str], ...]:
    """Every (model, column) that names a body beside a matter of its own, found in the tables of all functions."""
    found = []
    for model in apps.get_models():
        key = model._meta.pk
        if not (isinstance(key, models.OneToOneField) and key.related_model is Matter):
            continue
        found += [
            (model, one.name)
            for one in model._meta.concrete_fields
            if isinstance(one, models.ForeignKey)
            and one.related_model is Body
            and (model._meta.label, one.name) not in LEFT
        ]
    return tuple(found)


def _named(old: Body) -> dict[int, list[tuple[str, str]]]:
    """The matters under way whose detail rows name the body, with the columns: one query over all functions."""
    parts = [
        model._default_manager.filter(**{name: old, "matter__closed_at__isnull": True})
        .order_by()
        .values_list(
            "pk", Value(model._meta.label, output_field=CharField()), Value(name, output_field=CharField())
        )
        for model, name in columns()
    ]
    parts += [
        one.rows(old)
        .order_by()
        .values_list(
            one.key, Value(one.label, output_field=CharField()), Value(one.name, output_field=CharField())
        )
        for one in ATTACHED
    ]
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, label, name in parts[0].union(*parts[1:], all=True):
        found[pk].append((label, name))
    return found


def _clashing(old: Body, new: Body) -> set[int]:
    """The matters whose rows would meet the same of the successor (one a round, one a plan, …): one query."""
    parts = []
    for model, name in columns():
        for rule in model._meta.constraints:
            if not isinstance(rule, models.UniqueConstraint) or name not in rule.fields:
                continue
            same = {one: OuterRef(one) for one in rule.fields if one != name}
            mine = model._default_manager.filter(**{name: old, "matter__closed_at__isnull": True})
            theirs = model._default_manager.filter(**{name: new}, **same)
            parts.append(mine.filter(Exists(theirs)).order_by().values_list("pk", flat=True))
    return set(parts[0].union(*parts[1:])) if parts else set()


def plan_of(
    *,
    old: Body,
    new: Body,
    day: dt.date,
    matters: Collection[int] | None = None,
    people: Collection[int] | None = None,
) -> Plan:
    """What would go from one body to another on a day: all (a merger), or the matters and people named (a split)."""
    named, clashing = _named(old), _clashing(old, new)
    rows = (
        Matter.objects.filter(closed_at__isnull=True).exclude(kind=KIND).defer("facts").order_by("kind", "pk")
    )
    found = {row.pk: row for row in rows.filter(models.Q(body=old) | models.Q(pk__in=list(named)))}
    wanted = found if matters is None else {pk: found[pk] for pk in matters if pk in found}
    stays = {
        pk for pk in wanted
        if pk in clashing or any(label in ABOUT_THE_BODY for label, _ in named.get(pk, ()))
    }  # fmt: skip
    stays |= {pk for pk, row in wanted.items() if row.parent_id in stays}
    held = {pk: Held(row, row.body_id == old.pk, tuple(named.get(pk, ()))) for pk, row in wanted.items()}
    going = tuple(one for pk, one in held.items() if pk not in stays)
    whole = matters is None
    categories = Category.objects.filter(unit=old, until__isnull=True)
    charges = Charge.objects.filter(body=old, until__isnull=True).select_related("leader__person")
    phrases = _phrases(old, new)
    beside = (categories, charges, phrases) if whole else ()
    return Plan(
        going=going,
        staying=tuple(one for pk, one in held.items() if pk in stays and one.own),
        roster=roster_of(old, day=day, people=people, beside=beside),
        categories=tuple(categories) if whole else (),
        phrases=tuple(phrases) if whole else (),
        charges=tuple(charges) if whole else (),
        kinds=tuple(Counter(one.label for one in going).most_common()),
    )


def _phrases(old: Body, new: Body) -> models.QuerySet[Phrase]:
    """The phrases in use that the successor does not have under the same name."""
    same = Phrase.objects.filter(body=new, until__isnull=True, use=OuterRef("use"), title=OuterRef("title"))
    rows: models.QuerySet[Phrase] = Phrase.objects.filter(body=old, until__isnull=True)
    return rows.exclude(Exists(same))


@transaction.atomic
def merge(
    *,
    old: Body,
    new: Body,
    since: dt.date,
    document: str,
    seen: str,
    actor: Actor,
    at: dt.datetime,
    version: int | None,
) -> Plan:
    """Merge a body into another one, exactly as it was seen in the preview; one event for every matter that goes over.

    seen: digest of the plan that was shown. Errors: NotAllowed; WrongState (changed meanwhile); Incomplete.
    """
    check_succession(old=old, new=new, day=since, at=at)
    plan = plan_of(old=old, new=new, day=since)
    _as_seen(plan, seen)
    body_merge(
        body=old,
        into=new,
        since=since,
        document=document,
        actor=actor,
        at=at,
        said=plan.counted,
        version=version,
    )
    _carry(plan, old=old, new=new, document=document, actor=actor, at=at)
    for category in plan.categories:
        category_defaults(
            category=category,
            unit=new if new.takes_requests else None,
            entry=category.entry,
            actor=actor,
            at=at,
        )
    with door():
        Phrase.objects.filter(pk__in=[one.pk for one in plan.phrases]).update(body=new)
        Charge.objects.filter(pk__in=[one.pk for one in plan.charges]).update(until=since)
    return plan


@transaction.atomic
def split(
    *,
    old: Body,
    new: Body,
    since: dt.date,
    document: str,
    matters: Collection[int],
    people: Collection[int],
    seen: str,
    actor: Actor,
    at: dt.datetime,
) -> Plan:
    """Give the matters and people named to another body; the old one goes on with the rest.

    Errors: NotAllowed; WrongState (changed meanwhile); Incomplete (nothing named, or something that cannot go).
    """
    plan = plan_of(old=old, new=new, day=since, matters=matters, people=people)
    if not plan.going and not plan.roster.people:
        raise Incomplete("请勾选要划转的事项或人员", field="matters")
    if plan.staying:
        raise WrongState(
            f"{plan.staying[0].label}“{plan.staying[0].words}”是对本单位的考核或接收单位已有同一事项，不能划转",
            mend="请去掉勾选",
        )
    _as_seen(plan, seen)
    duties_hand_over(
        body=old, into=new, since=since, document=document, people=[one.pk for one in plan.roster.people],
        actor=actor, at=at, said=plan.counted,
    )  # fmt: skip
    _carry(plan, old=old, new=new, document=document, actor=actor, at=at)
    return plan


def _as_seen(plan: Plan, seen: str) -> None:
    if seen != plan.digest:
        raise WrongState("预览之后又有变动", mend="请核对新的预览后再确认")


def _carry(plan: Plan, *, old: Body, new: Body, document: str, actor: Actor, at: dt.datetime) -> None:
    for model, name, ids in _by_column(plan.going):
        with door():
            model._default_manager.filter(pk__in=ids, **{name: old}).update(**{name: new})
    for attached in ATTACHED:
        ids = [one.matter.pk for one in plan.going if (attached.label, attached.name) in one.columns]
        if ids:
            with door():
                attached.move(old, new, ids)
    said = {"from_name": old.name, "to_name": new.name, "document": document}
    for one in plan.going:
        if one.own:
            ledger.matter_hand_over(matter=one.matter.pk, to_body=new.pk, actor=actor, at=at, **said)
        else:
            told = {
                "from": old.name,
                "to": new.name,
                "from_body": old.pk,
                "to_body": new.pk,
                "own": False,
                "document": document,
            }
            ledger.record(matter=one.matter.pk, kind=HANDED_OVER, actor=actor, at=at, data=told)
    owing = set(
        Obligation.objects.filter(
            matter__in=[one.matter.pk for one in plan.staying], state__in=["open", "paused"], body=old
        ).values_list("matter_id", flat=True)
    )
    for pk in sorted(owing):
        ledger.duties_void(
            matter=pk, actor=actor, at=at, reason=f"{old.name}并入{new.name}", document=document
        )


def _by_column(going: Iterable[Held]) -> Iterator[tuple[type[models.Model], str, list[int]]]:
    ids: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in going:
        for column in one.columns:
            ids[column].append(one.matter.pk)
    for model, name in columns():
        if (model._meta.label, name) in ids:
            yield model, name, ids[model._meta.label, name]
