"""Notices and their acts, as the pages list them, and what to look at before signing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from luoshi.appointments.models import Act, Notice
from luoshi.appointments.services.effects import held_post
from luoshi.appointments.text import titles_of
from luoshi.organisation.models import BodyName, Post
from luoshi.organisation.models.base import in_force


def notices(*, text: str = "", state: str = "") -> QuerySet[Notice]:
    """Notices with how many acts and people they have. text: in title, number, a person's or a body's name."""
    rows = Notice.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter")
    if text.strip():
        inside = acts_with(text.strip()).filter(notice=OuterRef("pk"))
        rows = rows.filter(Q(title__icontains=text) | Q(number__icontains=text) | Exists(inside))
    if state:
        rows = rows.filter(matter__state=state)
    counted: QuerySet[Notice] = rows.annotate(
        total=Count("acts", distinct=True), people=Count("acts__name", distinct=True)
    )
    return counted


def acts_with(text: str) -> QuerySet[Act]:
    """Acts in which the words stand: in the name, the text as printed, or any name that the body bears or bore.

    Source: smx-appointments/0.18
    """
    named = BodyName.objects.filter(body=OuterRef("body_id"), name__icontains=text)
    rows: QuerySet[Act] = Act.objects.filter(
        Q(name__icontains=text) | Q(printed__icontains=text) | Q(organisation__icontains=text) | Exists(named)
    )
    return rows


def sought(*, text: str, pending: bool = False, doubtful: bool = False) -> QuerySet[Act]:
    """Acts of issued notices, newest notice first and in the order of its text, found by words or by what is open."""
    rows = acts_with(text.strip()) if text.strip() else Act.objects.all()
    rows = rows.filter(
        notice__jurisdiction=settings.JURISDICTION, notice__dated__isnull=False
    ).select_related("notice__matter", "body", "person")
    if pending:
        rows = rows.exclude(procedure="").filter(procedure_on__isnull=True)
    if doubtful:
        rows = rows.exclude(doubts=[]).filter(settled="")
    found: QuerySet[Act] = rows.order_by("-notice__dated", "-notice__serial", "position")
    return found


@dataclass(frozen=True, slots=True)
class Totals:
    """What a notice holds: people by name, acts by action, people on probation."""

    people: int
    acts: int
    appoint: int
    remove: int
    no_longer: int
    probation: int


def notice_totals(acts: Sequence[Act]) -> Totals:
    """The counts of a notice; people count once, whatever they are given or lose."""
    actions = [act.action for act in acts]
    return Totals(
        people=len({act.name for act in acts}),
        acts=len(acts),
        appoint=actions.count(Act.Action.APPOINT),
        remove=actions.count(Act.Action.REMOVE),
        no_longer=actions.count(Act.Action.NO_LONGER),
        probation=len({act.name for act in acts if act.probation}),
    )


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at in a notice; it keeps nothing back."""

    act: Act
    text: str


def hints_of(acts: Sequence[Act], day: dt.date) -> list[Hint]:
    """Where a notice does not fit what the register knows: a post still held, a post not held, a body not known.

    A post that the same notice takes from its holder counts as free, wherever in the text that stands.
    Source: smx-appointments/0.17
    """
    found = []
    leaving = {
        (act.name, title)
        for act in acts
        if act.action != Act.Action.APPOINT
        for title in (act.title, *titles_of(act.title))
    }
    for act in acts:
        if act.treatment:
            continue
        if act.body is None:
            found.append(Hint(act, "机构名册中没有这个机构，只登记任免，不写入任职"))
        elif act.action == Act.Action.APPOINT:
            found += [Hint(act, text) for text in _held_by_others(act, leaving, day)]
        elif act.closes_id is None and held_post(act, day) is None:
            found.append(Hint(act, "名册中没有此人的这一任职，离任只登记在通知中"))
    return found


def _held_by_others(act: Act, leaving: set[tuple[str, str]], day: dt.date) -> list[str]:
    titles = (act.title, *titles_of(act.title))
    wanted = Q(kind=Post.Kind.APPOINTED, title__in=titles)
    if act.head:
        wanted |= Q(kind=Post.Kind.PRINCIPAL_LEADER)
    rows = Post.objects.filter(in_force(day), wanted, body=act.body).exclude(
        pk__in=[act.post_id] if act.post_id else []
    )
    return [
        f"{act.body}的{post.label}现由{post.person.name}担任，请核对是否同一席位"
        for post in rows.select_related("person")
        if post.person.name != act.name and not any((post.person.name, title) in leaving for title in titles)
    ]
