"""What the pages share: the period in the address, tables as files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from luoshi.organisation.pagekit import actor_of, today
from luoshi.overview.periods import LABELS, Chosen, chosen
from luoshi.overview.tables import FORMATS, Table, download

__all__ = ["actor_of", "as_file", "period_of", "period_tabs", "today"]


def period_of(request: HttpRequest) -> Chosen:
    """The period that the address asks for; the month where it asks for none."""
    return chosen(request.GET.get("period", ""), today())


def period_tabs(period: Chosen) -> list[dict[str, Any]]:
    """A tab for each period."""
    return [
        {"label": label, "url": f"?period={code}", "active": code == period.code, "count": None}
        for code, label in LABELS.items()
    ]


def as_file(made: Table, form: str, *, about: str = "") -> HttpResponse:
    """A table as a download. Errors: 404 for an unknown format."""
    if form not in FORMATS:
        raise Http404(form)
    now = timezone.localtime(timezone.now())
    return download(made, form, [line for line in (about, f"统计截至{now:%Y年%-m月%-d日 %H:%M}") if line])
