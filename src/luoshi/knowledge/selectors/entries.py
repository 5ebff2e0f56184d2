"""Entries: one with its parts and versions, lists for those who keep them up, what waits to be looked at again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from luoshi.knowledge import rules
from luoshi.knowledge.models import Entry, Use


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an answer, in the order of the content rule."""

    key: str
    label: str
    text: str
    required: bool


def entry_get(pk: int) -> Entry | None:
    """An entry with its body and matter."""
    return _rows().filter(pk=pk).first()


def _rows() -> QuerySet[Entry]:
    rows = Entry.objects.filter(jurisdiction=settings.JURISDICTION)
    return rows.select_related("body", "matter").defer("head", "search")


def entry_sections(form: str, content: Mapping[str, str], at: dt.datetime) -> list[Section]:
    """The parts of an answer with their labels as of a moment; parts that the rule no longer names come last."""
    rule = rules.fields(form, at)
    known = {field.key for field in rule}
    named = [Section(f.key, f.label, str(content.get(f.key, "")), f.required) for f in rule]
    return named + [Section(key, key, str(text), False) for key, text in content.items() if key not in known]


def entry_list(
    *,
    body_id: int | None = None,
    which: str = "",
    form: str = "",
    text: str = "",
    today: dt.date | None = None,
) -> QuerySet[Entry]:
    """Entries of a body (None: of all), each with `errors`, the number of errors not yet put right.

    which: "" all | draft | published | withdrawn | review (published, and to be looked at again by `today`) | errors.
    """
    rows = _rows().annotate(errors=Count("corrections", filter=Q(corrections__mended_at__isnull=True)))
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    if which == "review":
        rows = rows.filter(live=True, review_on__lte=today)
    elif which == "errors":
        rows = rows.filter(errors__gt=0)
    elif which:
        rows = rows.filter(matter__state=which)
    if form:
        rows = rows.filter(form=form)
    if text:
        rows = rows.filter(
            Q(title__icontains=text) | Q(question__icontains=text) | Q(keywords__icontains=text)
        )
    return rows


def review_count(*, body_id: int | None, today: dt.date) -> int:
    """How many published entries of a body (None: of all) are to be looked at again, today included."""
    rows = Entry.objects.filter(live=True, review_on__lte=today, jurisdiction=settings.JURISDICTION)
    return (rows.filter(body_id=body_id) if body_id is not None else rows).count()


def use_count(pk: int) -> int:
    """How often an entry or bulletin served to answer, in all."""
    return int(Use.objects.filter(matter_id=pk).aggregate(total=Sum("count"))["total"] or 0)
