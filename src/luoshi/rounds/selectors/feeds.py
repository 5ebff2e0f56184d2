"""Results of one kind of round that another one quotes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from luoshi.rounds.models import RoundUnit

WEBSITE = "rounds.website"


@dataclass(frozen=True, slots=True)
class SiteResult:
    """What a body's web site got in a year: quoted as it is, never converted."""

    title: str
    total: Decimal
    grade: str


def site_result(body_id: int, year: int) -> SiteResult | None:
    """The approved result of a body's web site in a year, for the assessment of openness and of lawful
    administration to quote; None before it is approved.

    Source: smx-website-assessment/13
    """
    unit = (
        RoundUnit.objects.filter(
            round__rule=WEBSITE, round__year=year, body_id=body_id, round__approved_at__isnull=False
        )
        .exclude(matter__state="removed")
        .select_related("round")
        .first()
    )
    if unit is None or unit.total is None:
        return None
    return SiteResult(unit.round.title, unit.total, unit.grade)
