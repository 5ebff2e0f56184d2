"""What follows from a year's results: the grounds of every unit, the register, entering and taking back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.assessment import forms_sheets as forms
from luoshi.assessment.models import Consequence, Sheet
from luoshi.assessment.policies_sheets import may_approve
from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services import annual
from luoshi.assessment.views.sheets_common import TONES, answer, crumbs, run, sheet_or_404, step
from luoshi.ledger import rules
from luoshi.ledger.inputs import natural
from luoshi.organisation.selectors import local_day
from luoshi.organisation.views.common import actor_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _published_year(request: HttpRequest, pk: int) -> Sheet:
    sheet = sheet_or_404(request, pk)
    if sheet.kind != "year" or sheet.published_at is None:
        raise Http404
    return sheet


@GET_OR_POST
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A year's grounds by unit and what was registered; the command centre registers here. Errors: 404."""
    sheet, actor, now = _published_year(request, pk), actor_of(request), timezone.now()
    choice = rules.current().choice("assessment.consequence", local_day(now))
    kinds = [(option.value, option.label) for option in choice.options]
    rows = reading.unit_rows(sheet)
    form = forms.ConsequenceForm(
        request.POST or None,
        bodies=[(row.body_id, row.name) for row in rows],
        kinds=kinds,
        initial={"body": request.GET.get("unit", "")},
    )
    by_id = {row.body_id: row.body for row in rows}

    def register(data: dict[str, Any]) -> None:
        values = {**data, "body": by_id[data["body"]]}
        annual.consequence_register(sheet=sheet, actor=actor, at=now, **values)

    if request.method == "POST" and run(form, register):
        return redirect(reverse("annual-consequences", args=[sheet.pk]))
    grounds = annual.grounds_of(sheet)
    chosen = by_id.get(natural(request.GET.get("unit", "")) or 0)
    context = {
        "sheet": sheet,
        "form": form if may_approve(actor) else None,
        "rows": [(row, grounds[row.body_id]) for row in rows],
        "registered": _registered(sheet, dict(kinds)),
        "chosen": chosen,
        "handlers": annual.handlers_of(sheet, chosen) if chosen else [],
        "may": may_approve(actor),
        "crumbs": crumbs((sheet.matter.title, reverse("sheet-detail", args=[sheet.pk])), ("结果运用", "")),
    }
    return answer(request, "assessment/consequences.html", context, form)


def _registered(sheet: Sheet, labels: dict[str, str]) -> list[dict[str, Any]]:
    rows = Consequence.objects.filter(sheet=sheet).select_related("matter", "body").order_by("-matter_id")
    return [
        {"item": row, "label": labels.get(row.kind, row.kind), "tone": TONES[row.matter.state]}
        for row in rows
    ]


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a registration back."""
    found = get_object_or_404(Consequence.objects.select_related("matter"), pk=pk)
    reason, actor, now = request.POST.get("reason", ""), actor_of(request), timezone.now()
    return step(
        request,
        lambda: annual.consequence_revoke(consequence=found, reason=reason, actor=actor, at=now),
        back=reverse("annual-consequences", args=[found.sheet_id]),
        done="登记已撤销",
    )
