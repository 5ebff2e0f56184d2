"""Published results of the assessment for everybody, each number explained."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.assessment.selectors import public
from luoshi.assessment.selectors.sheets import book_of, period_of, scheme_of
from luoshi.engines.assessment.explain import period_words
from luoshi.engines.obligations import past
from luoshi.hotline.views.portal.common import page_size, shared
from luoshi.ledger.paging import key_page


@shared
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The periods whose results are published, the latest first."""
    rows = public.public_sheets(timezone.now())
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = key_page(
        rows, keys=("-end", "-first", "-matter_id"), after=after, before=before, size=page_size(request)
    )
    sheets = [{"sheet": one, "title": period_words(period_of(one))} for one in page.items]
    context = {"page": page, "sheets": sheets, "crumbs": [("12345考核结果", "")]}
    return render(request, "assessment/public_list.html", context)


@shared
@require_safe
def league(request: HttpRequest, pk: int) -> HttpResponse:
    """The league of a published period: ranks and totals, and how they were made. Nothing before publication."""
    now = timezone.now()
    sheet = public.public_sheets(now).filter(pk=pk).first()
    if sheet is None:
        raise Http404("not published")
    rows, shown = public.public_league(sheet, now), public.shown_to_public(now)
    scheme, book = scheme_of(sheet), book_of(sheet)
    title = period_words(period_of(sheet))
    context = {
        "sheet": sheet,
        "title": title,
        "ranked": [row for row in rows if row.ranked or "rank" not in shown],
        "unranked": [row for row in rows if not row.ranked and "rank" in shown],
        "shown": shown,
        "graded": sheet.kind in scheme.graded and "grade" in shown,
        "may_change": sheet.appeal_until is not None and not past(sheet.appeal_until, now),
        "parts": public.public_scheme(sheet),
        "scheme": scheme,
        "clauses": list(dict.fromkeys(book.clause(one) for one in scheme.cite)),
        "crumbs": [("12345考核结果", reverse("assessment-public")), (title, "")],
    }
    return render(request, "assessment/public_league.html", context)
