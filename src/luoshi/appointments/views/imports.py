"""Taking over notices of the past from a file: first the check, then everything or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.appointments import forms
from luoshi.appointments.imports.load import Checked, file_check, file_load, totals_of
from luoshi.appointments.text import title_of
from luoshi.appointments.views.common import crumbs
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.organisation.pagekit import UNPROCESSABLE, actor_of, answer_page
from luoshi.organisation.stash import Stash

STASH = Stash("appointment-imports")
LARGEST = 2_000_000


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a file and see what it holds and what is wrong with it; nothing is taken over yet."""
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs(("补录历史通知", ""))}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST:
            form.add_error("file", "文件超过2 MB，不像是任免通知")
        else:
            content, now = file.read(), timezone.now()
            checked = file_check(content=content, at=now)
            if checked.usable:
                STASH.keep(content, at=now)
            context |= _report(checked)
    return answer_page(request, "appointments/import.html", context, form)


def _report(checked: Checked) -> dict[str, Any]:
    """What a checked file holds, for the page."""
    forms_of_titles = {"one": "{first}", "several": "{first}等{count}人"}
    return {
        "checked": checked,
        "faults": sorted(checked.file.faults)[:200],
        "fault_count": len(checked.file.faults),
        "notices": [
            {
                "notice": one,
                "who": title_of((fact.get("person") for fact in one.facts), forms_of_titles),
                "totals": totals_of(one.facts),
            }
            for one in checked.file.notices
        ],
        "bodies": forms.bodies(),
    }


@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Take the checked file over, with a choice for each body that the register does not know."""
    actor, now = actor_of(request), timezone.now()
    content = STASH.take(request.POST.get("digest", ""))
    if content is None:
        messages.error(request, "检查过的文件已不在，请重新上传")
        return redirect("appointment-import")
    checked = file_check(content=content, at=now)
    chosen = {
        request.POST[f"name-{place}"]: request.POST.get(f"body-{place}", "")
        for place in range(len(checked.unknown) + 1)
        if f"name-{place}" in request.POST
    }
    try:
        made = file_load(
            checked=checked,
            reason=request.POST.get("reason", ""),
            bodies={name: code for name, code in chosen.items() if code},
            create_missing=bool(request.POST.get("create")),
            actor=actor,
            at=now,
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        context = {
            "form": forms.UploadForm(),
            "refusal": str(refusal),
            "reason": request.POST.get("reason", ""),
            "crumbs": crumbs(("补录历史通知", "")),
        }
        return render(request, "appointments/import.html", context | _report(checked), status=UNPROCESSABLE)
    STASH.drop(checked.digest)
    messages.success(request, f"已补录{len(made)}份通知、{checked.totals.acts}个任免动作")
    return redirect("appointment-notices")
