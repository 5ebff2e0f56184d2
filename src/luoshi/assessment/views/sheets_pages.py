"""Sheets: the list, one sheet with what may be done with it, its papers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.assessment import forms_sheets as forms
from luoshi.assessment.models import Sheet
from luoshi.assessment.policies_sheets import (
    may_appeal_against,
    may_close,
    may_read_all,
    may_read_unit,
    require,
)
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services import papers, sheets
from luoshi.assessment.services.closing import open_points
from luoshi.assessment.states_sheets import SHEETS
from luoshi.assessment.views.sheets_common import TONES, answer, crumbs, history, run, sheet_or_404, step
from luoshi.engines.obligations import past
from luoshi.ledger.paging import key_page
from luoshi.organisation.views.common import actor_of
from luoshi.papers import docx, paper_pdf

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _to(sheet: Sheet) -> str:
    return reverse("sheet-detail", args=[sheet.pk])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All sheets that the actor may open, the latest first."""
    actor, kind = actor_of(request), request.GET.get("kind", "")
    kind = kind if kind in Sheet.Kind.values else ""
    rows = reading.sheet_list(actor=actor, kind=kind)
    page = key_page(
        rows,
        keys=("-end", "-first", "-matter_id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    tabs = [{"label": "全部", "url": "?", "active": not kind}] + [
        {"label": label, "url": f"?kind={value}", "active": kind == value}
        for value, label in Sheet.Kind.choices
    ]
    context = {"page": page, "tabs": tabs, "tones": TONES, "may_close": may_close(actor)}
    return render(request, "assessment/sheet_list.html", context)


@require_POST
def open_due(request: HttpRequest) -> HttpResponse:
    """Open the sheets of what ended last."""
    now, actor = timezone.now(), actor_of(request)
    return step(
        request,
        lambda: sheets.sheets_due(actor=actor, at=now),
        back=reverse("sheet-list"),
        done="上期成绩单已建立",
    )


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet: what was frozen and when, the league table as far as one may see it, its versions and appeals."""
    sheet, actor, now = sheet_or_404(request, pk), actor_of(request), timezone.now()
    everything = may_read_all(actor)
    window = sheet.appeal_until is not None and not past(sheet.appeal_until, now)
    on_it = sheet.closed_at is not None and reading.unit_row(sheet, actor.body_id or 0) is not None
    appeals = reading.appeal_list(actor=actor).filter(sheet=sheet).order_by("matter_id")
    rows = _rows(sheet, actor, now) if sheet.closed_at else []
    context = {
        "sheet": sheet,
        "mine": next((one for one in rows if one["row"].body_id == actor.body_id), None),
        "tone": TONES[sheet.matter.state],
        "can": {edge.action for edge in SHEETS.actions(sheet.matter.state, actor, sheet.matter)},
        "rows": rows,
        "everything": everything,
        "others": reading.shown_of_others(now),
        "window": window,
        "may_appeal": on_it and may_appeal_against(actor, sheet, now),
        "reopen_form": forms.ReasonForm(),
        "earliest": sheets.published_from(sheet, now),
        "revisions": list(reading.revisions(sheet)),
        "appeals": appeals,
        "tones": TONES,
        "entries": history(sheet.matter) if everything else [],
        "own": actor.body_id,
        "crumbs": crumbs((sheet.matter.title, "")),
        "now": now,
    }
    return render(request, "assessment/sheet_detail.html", context)


def _rows(sheet: Sheet, actor: Any, now: Any) -> list[dict[str, Any]]:
    """The units with what the actor may see of each."""
    shown, found = reading.shown_of_others(now), []
    for row in reading.unit_rows(sheet):
        full = may_read_unit(actor, row.body_id)
        found.append(
            {
                "row": row,
                "full": full,
                "total": row.total if full or "total" in shown else None,
                "rank": row.rank if full or "rank" in shown else None,
                "grade": row.grade if full else "",
                "revised": row.revision > 1 and full,
            }
        )
    return found


@GET_OR_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a period: what is not settled is shown first."""
    sheet, actor, now = sheet_or_404(request, pk), actor_of(request), timezone.now()
    form = forms.CloseForm(request.POST or None)

    def do(data: dict[str, Any]) -> None:
        sheets.sheet_close(sheet=sheet, actor=actor, at=now, anyway=data["anyway"])

    if request.method == "POST" and run(form, do):
        return redirect(_to(sheet))
    context = {
        "sheet": sheet,
        "form": form,
        "points": open_points(sheet, now),
        "crumbs": crumbs((sheet.matter.title, _to(sheet)), ("结账", "")),
    }
    return answer(request, "assessment/sheet_close.html", context, form)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closing back."""
    sheet, actor, now = sheet_or_404(request, pk), actor_of(request), timezone.now()
    reason = request.POST.get("reason", "")
    return step(
        request,
        lambda: sheets.sheet_reopen(sheet=sheet, reason=reason, actor=actor, at=now),
        back=_to(sheet),
        done="结账已撤销，可重新结账",
    )


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a closed sheet."""
    sheet, actor, now = sheet_or_404(request, pk), actor_of(request), timezone.now()
    return step(
        request,
        lambda: sheets.sheet_publish(sheet=sheet, actor=actor, at=now),
        back=_to(sheet),
        done="成绩已公布，各单位已收到提醒",
    )


def _download(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice of the scores as PDF, or as DOCX with `?format=docx`. It names all units: for those who see all."""
    sheet = sheet_or_404(request, pk)
    paper = papers.notice_paper(sheet)
    if request.GET.get("format") == "docx":
        return _download(docx(paper), f"notice-{sheet.period}.docx", DOCX)
    return _download(paper_pdf(paper), f"notice-{sheet.period}.pdf", "application/pdf")


@require_safe
def unit_paper(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    """A unit's own sheet as PDF. Errors: 404, NotAllowed."""
    sheet = sheet_or_404(request, pk)
    row = next((row for row in reading.unit_rows(sheet) if row.body.code == unit), None)
    if row is None:
        raise Http404
    require(may_read_unit(actor_of(request), row.body_id), "查看这个单位的成绩单")
    return _download(
        paper_pdf(papers.unit_paper(sheet, unit)), f"sheet-{sheet.period}-{unit}.pdf", "application/pdf"
    )
