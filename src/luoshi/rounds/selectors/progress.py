"""How far a round is: lists, what is missing, what to remind of."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from luoshi.engines.rulebook import Scheme
from luoshi.ledger.actors import Actor
from luoshi.rounds import rules
from luoshi.rounds.models import Draw, Mark, Member, QuarterNotice, Record, Round, RoundUnit
from luoshi.rounds.policies import may_read_all
from luoshi.rounds.selectors.uses import uses_of
from luoshi.rounds.services.marking import is_marked
from luoshi.rounds.services.records import bounds
from luoshi.rounds.services.team import missing_pools


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """A class of units: how many there are, have handed in, are marked in full."""

    key: str
    title: str
    units: int
    handed_in: int
    marks: int
    wanted: int


def round_list(actor: Actor) -> QuerySet[Round]:
    """The rounds that the actor takes part in, newest year first."""
    rows = Round.objects.select_related("matter", "office")
    mine = Q(pk__in=[])
    if may_read_all(actor):
        mine |= Q(office_id=actor.body_id or 0) | Q(office__parent_id=actor.body_id or 0)
    mine |= Q(
        pk__in=Member.objects.filter(user_id=actor.user_id or 0, left_at__isnull=True).values("round_id")
    )
    if actor.can("rounds.unit"):
        there = RoundUnit.objects.filter(body_id=actor.body_id or 0)
        mine |= Q(pk__in=there.exclude(matter__state__in=("listed", "removed")).values("round_id"))
    return rows.filter(mine)


def marked_leaves(scheme: Scheme) -> list[str]:
    """The leaves that assessors mark."""
    return [leaf.id for leaf in scheme.leaves() if is_marked(scheme, leaf)]


def progress(round: Round) -> list[ClassProgress]:
    """How far each class is, in the rule's order; three queries in all."""
    rule = rules.rule_of(round)
    rules.keep_tables(round)
    units = list(round.units.exclude(matter__state="removed").select_related("matter"))
    by_class: dict[str, list[RoundUnit]] = defaultdict(list)
    for unit in units:
        by_class[unit.class_key].append(unit)
    marks = Counter(
        Mark.objects.filter(unit__in=units).values_list("unit__class_key", "unit_id", "leaf").distinct()
    )
    done = Counter(key for key, _, _ in marks)
    return [
        ClassProgress(
            key=kind.key,
            title=kind.title,
            units=len(by_class[kind.key]),
            handed_in=sum(unit.submitted_at is not None for unit in by_class[kind.key]),
            marks=done[kind.key],
            wanted=_wanted(round, kind.key, by_class[kind.key]),
        )
        for kind in rule.classes
        if by_class[kind.key]
    ]


def _wanted(round: Round, class_key: str, units: list[RoundUnit]) -> int:
    leaves = set(marked_leaves(rules.shown_scheme(round, class_key)))
    return sum(len(leaves - set(unit.exempt)) for unit in units)


def unit_marks(round: Round) -> dict[int, int]:
    """How many items of each unit are marked."""
    rows = (
        Mark.objects.filter(unit__round=round).values_list("unit_id").annotate(n=Count("leaf", distinct=True))
    )
    return dict(rows.order_by())


def reminders(round: Round, today: dt.date) -> list[tuple[str, str]]:
    """What is to be thought of now: (tone, sentence). A notice that was left out, a report without its twin."""
    state = round.matter.state
    if state in ("draft", "submitted", "cancelled", "closed"):
        return []
    rule = rules.rule_of(round)
    found: list[tuple[str, str]] = []
    if state in ("planned", "running", "marking"):
        told = set(QuarterNotice.objects.filter(round=round).values_list("period", flat=True))
        found += [
            ("warning", f"{period_words(period)}的日常考核情况还没有通报")
            for period in rules.periods(rule.records.every, round.year)
            if period not in told and bounds(period)[1] <= today
        ]
        drawn = set(Draw.objects.filter(round=round).values_list("period", flat=True))
        found += [
            ("warning", f"{period_words(period)}还没有组织抽查")
            for period in rules.periods(rule.spot.every, round.year)
            if period not in drawn and bounds(period)[1] <= today
        ]
        waiting = Record.objects.filter(round=round, needs_approval=True, matter__state="entered").count()
        if waiting:
            found.append(("warning", f"有{waiting}条加减分或否决记录等待批准，批准前不计分"))
    if state == "running":
        found += [("info", f"考核组还没有{label}派出的成员") for label in missing_pools(round)]
    if state in ("published",):
        found += [
            ("warning", f"{row.unit.name if row.unit else ''}只报了一处：还须{row.use.title}")
            for row in uses_of(round)
            if row.lonely
        ]
    return found


def period_words(period: str) -> str:
    """A period as people say it: 2017年第一季度, 2017年3月."""
    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度"
    return f"{year}年{int(rest)}月" if rest else f"{year}年度"


def record_list(round: Round, *, unit: int = 0, state: str = "", kind: str = "") -> QuerySet[Any]:
    """The daily records of a round, newest first."""
    rows = Record.objects.filter(round=round).select_related("unit", "matter")
    if unit:
        rows = rows.filter(unit_id=unit)
    if kind:
        rows = rows.filter(kind=kind)
    if state == "waiting":
        rows = rows.filter(needs_approval=True, matter__state="entered")
    elif state:
        rows = rows.filter(matter__state=state)
    return rows
