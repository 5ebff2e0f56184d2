"""Results of assessments for everybody: published sheets only, and of them what the rulebook gives to the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet

from luoshi.assessment.models import Sheet
from luoshi.assessment.selectors.sheets import scheme_of, unit_rows
from luoshi.engines.assessment.explain import number
from luoshi.engines.rulebook import UnknownRule
from luoshi.engines.rulebook.scheme import Item
from luoshi.ledger import rules
from luoshi.organisation.selectors import local_day

SETTING = "assessment.public_results"
PARTS = {
    "base": "打底的工作做没做：机构、人员、制度",
    "regular": "办得快不快、好不好：签收、联系、办结、群众满不满意",
    "bonus": "做得突出另外加的分",
    "deduction": "被查出问题扣掉的分",
}


def shown_to_public(at: datetime) -> frozenset[str]:
    """What the public is shown of a published sheet: total, rank, grade; nothing where the rulebook is silent."""
    try:
        return frozenset(rules.current().setting(SETTING, local_day(at)).values["shown"])
    except UnknownRule:
        return frozenset()


def public_sheets(at: datetime) -> QuerySet[Sheet]:
    """The published sheets, the latest first; none where nothing is shown to the public."""
    rows = Sheet.objects.filter(jurisdiction=settings.JURISDICTION, published_at__isnull=False)
    rows = rows.select_related("matter").order_by("-end", "-first", "-matter_id")
    return rows if shown_to_public(at) else rows.none()


@dataclass(frozen=True, slots=True)
class PublicUnit:
    """A unit's line in the published league; None for what is not shown."""

    name: str
    rank: int | None
    ranked: bool
    total: Decimal | None
    grade: str


def public_league(sheet: Sheet, at: datetime) -> list[PublicUnit]:
    """The units of a published sheet as the public sees them: by rank, or by name where ranks are not shown.

    Units without cases have no rank. One query. Errors: ValueError before publication.
    """
    if sheet.published_at is None:
        raise ValueError(f"{sheet.period} is not published")
    shown = shown_to_public(at)
    rows = unit_rows(sheet)
    if "rank" not in shown:
        rows.sort(key=lambda row: row.body.code)
    return [
        PublicUnit(
            name=row.name,
            rank=row.rank if "rank" in shown else None,
            ranked=row.rank is not None,
            total=row.total if "total" in shown else None,
            grade=row.grade if "grade" in shown else "",
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class PublicPart:
    """A part of the score: what it is about, how many points it can give or take, and what is looked at."""

    title: str
    about: str
    points: str
    leaves: tuple[tuple[str, str], ...]


def public_scheme(sheet: Sheet) -> list[PublicPart]:
    """How the scores of a sheet were made, from the very scheme under which it was closed."""
    return [
        PublicPart(
            title=top.title,
            about=PARTS.get(top.part, ""),
            points=_points(top),
            leaves=tuple((leaf.title, _points(leaf)) for leaf in top.leaves() if sheet.kind in leaf.periods),
        )
        for top in scheme_of(sheet).items
    ]


def _points(item: Item) -> str:
    most = item.max if item.max is not None else item.cap
    return "" if most is None else number(most)
