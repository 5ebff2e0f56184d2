"""The briefs that units send: a unit's own, or all for the office, with what may be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from luoshi.documents import outgoing_forms as f
from luoshi.documents.models import Brief
from luoshi.documents.services import briefs
from luoshi.documents.states.briefs import BRIEFS
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import Action, actor_of, answer_page, do, offers_for, page_of, run

SAID = f.make(opinion=f.words("意见", longest=300))
NEW = f.make(
    name=f.words("简报名称", longest=100),
    reason=f.words(
        "增加的理由", longest=300, required=False, help_text="已有一种简报、再增加的才填，须经办公室同意"
    ),
)
ACTIONS: dict[str, Action] = {
    "agree": Action(
        "agree", "同意报送", "check",
        lambda row, values, actor, at: briefs.brief_decide(brief=row, agreed=True, actor=actor, at=at, **values),
        lambda row, actor, at: row.matter.state == "asked" and actor.can("documents.number"), lambda _: SAID,
    ),
    "refuse": Action(
        "refuse", "不同意", "x",
        lambda row, values, actor, at: briefs.brief_decide(brief=row, agreed=False, actor=actor, at=at, **values),
        lambda row, actor, at: row.matter.state == "asked" and actor.can("documents.number"), lambda _: SAID,
        tone="danger",
    ),
    "end": Action(
        "end", "停报", "archive", lambda row, values, actor, at: briefs.brief_end(brief=row, actor=actor, at=at),
        lambda row, actor, at: row.matter.state == "kept" and actor.body_id == row.body_id,
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The briefs, and the form by which a unit registers one."""
    actor, now = actor_of(request), timezone.now()
    rows = Brief.objects.select_related("matter", "body")
    if not actor.can("documents.number"):
        rows = rows.filter(body_id=actor.body_id)
    page = page_of(request, rows)
    form = NEW(request.POST or None)
    body = Body.objects.filter(pk=actor.body_id or 0).first()
    if (
        request.method == "POST"
        and body is not None
        and run(form, lambda values: briefs.brief_register(body=body, actor=actor, at=now, **values))
    ):
        form, page = NEW(), page_of(request, rows)
    context = {
        "page": page,
        "rows": [
            {"brief": one, "state": BRIEFS.labels[one.matter.state],
             "offers": offers_for(ACTIONS, one, actor, now, url_name="brief-act")}
            for one in page.items
        ],
        "form": form if actor.can("documents.unit") else None,
        "crumbs": [("简报", "")],
    }  # fmt: skip
    return answer_page(request, "documents/briefs.html", context, form if request.method == "POST" else None)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Agree, refuse or end."""
    row = get_object_or_404(Brief.objects.select_related("matter", "body"), pk=pk)
    return do(request, ACTIONS, action, row, back=reverse("briefs"), crumbs=[("简报", reverse("briefs"))])
