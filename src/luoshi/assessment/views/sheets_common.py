"""What the pages of sheets and appeals share."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse

from luoshi.assessment.models import Appeal, Sheet
from luoshi.assessment.policies_sheets import may_read_appeal, may_read_sheet, require
from luoshi.assessment.selectors import sheets as reading
from luoshi.organisation.pagekit import actor_of, history, run, step
from luoshi.organisation.pagekit import answer_page as answer

__all__ = ["TONES", "actor_of", "answer", "appeal_or_404", "crumbs", "history", "run", "sheet_or_404", "step"]

TONES = {
    "open": "warning", "closed": "info", "published": "success", "submitted": "warning", "drafted": "info",
    "accepted": "success", "rejected": "muted", "withdrawn": "muted", "registered": "success", "revoked": "muted",
}  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the list of sheets."""
    return [("考核成绩单", reverse("sheet-list")), *more]


def sheet_or_404(request: HttpRequest, pk: int) -> Sheet:
    """The sheet, if the actor may open it. Errors: 404, NotAllowed."""
    sheet = reading.sheet_get(pk)
    if sheet is None:
        raise Http404
    require(may_read_sheet(actor_of(request), sheet.matter), "查看这份成绩单")
    return sheet


def appeal_or_404(request: HttpRequest, pk: int) -> Appeal:
    """The appeal, if the actor may read it. Errors: 404, NotAllowed."""
    appeal = reading.appeal_get(pk)
    if appeal is None:
        raise Http404
    require(may_read_appeal(actor_of(request), appeal.matter), "查看这件申诉")
    return appeal
