"""Standard phrases of a body, and one filled in for a dispatch."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import QuerySet

from luoshi.hotline.models import Dispatch, Phrase
from luoshi.organisation.models import Body
from luoshi.organisation.models.base import in_force

SLOTS = {"number": "工单编号", "title": "诉求标题", "unit": "本单位名称"}
SLOT = re.compile(r"{(\w+)}")


def phrase_list(*, body: Body | None = None, day: date | None = None, use: str = "") -> QuerySet[Phrase]:
    """Phrases with their bodies, by body, use and title; day: those in use then."""
    rows: QuerySet[Phrase] = Phrase.objects.select_related("body").order_by("body", "use", "title", "-number")
    if body is not None:
        rows = rows.filter(body=body)
    if day is not None:
        rows = rows.filter(in_force(day))
    return rows.filter(use=use) if use else rows


def phrase_versions(phrase: Phrase) -> list[Phrase]:
    """The phrase and the versions before it, newest first."""
    found = [phrase]
    while found[-1].follows is not None:
        found.append(found[-1].follows)
    return found


def phrase_filled(phrase: Phrase, dispatch: Dispatch) -> str:
    """The text for a dispatch."""
    values = {
        "number": dispatch.matter.number or "",
        "title": dispatch.matter.title,
        "unit": dispatch.body.name,
    }
    return SLOT.sub(lambda match: values.get(match[1], match[0]), phrase.text)
