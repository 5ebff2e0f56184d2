"""Pages: the rules and what is under way, one erasure, and cases on hold."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.ledger import rules as rulebook
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.ledger.keeping import records_of
from luoshi.organisation import formkit
from luoshi.organisation.access import allows, need_of
from luoshi.organisation.pagekit import (
    actor_of,
    answer_page,
    do,
    offers_for,
    own_history,
    page_of,
    today,
)
from luoshi.organisation.pagekit import (
    run as run_form,
)
from luoshi.retention import holding, selectors, services
from luoshi.retention.models import Hold, Run
from luoshi.retention.pages import RUN
from luoshi.retention.policies import may_hold, may_propose
from luoshi.retention.rules import ASK, listed_on
from luoshi.retention.states import RUNS

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
TITLE = "保存与删除"
TONES = {"drawn": "warning", "proposed": "warning", "approved": "info", "done": "success", "refused": "muted",
         "dropped": "muted"}  # fmt: skip


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(TITLE, reverse("retention-home") if more else ""), *more]


def _badge(run: Run) -> dict[str, str]:
    state = run.matter.state
    return {"label": RUNS.labels[state], "tone": TONES[state]}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The rules with what is under way of each, and every erasure so far."""
    actor, live = actor_of(request), selectors.live_runs()
    rows = [
        {
            "rule": one.setting,
            "keeping": one.keeping,
            "fault": one.fault,
            "clauses": [rulebook.current().clause(id) for id in one.setting.cite],
            "run": live.get(one.setting.id),
            "badge": _badge(live[one.setting.id]) if one.setting.id in live else None,
        }
        for one in listed_on(today())
    ]
    page = page_of(request, selectors.runs())
    context = {
        "rows": rows,
        "page": page,
        "runs": [{"run": one, "badge": _badge(one)} for one in page.items],
        "proposes": may_propose(actor),
        "reads_rules": allows(need_of("rule-detail") or "", actor, signed_in=True),
        "crumbs": _crumbs(),
    }
    return answer_page(request, "retention/home.html", context)


@require_POST
def draw(request: HttpRequest, id: str) -> HttpResponse:
    """Work out what is due under a rule."""
    from django.contrib import messages

    try:
        made = services.run_draw(rule=id, actor=actor_of(request), at=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("retention-home")
    messages.success(request, "已算出到期数量，还没有删除任何内容")
    return redirect("retention-run", made.pk)


def _run(pk: int) -> Run:
    return get_object_or_404(selectors.runs().select_related("proposed_by__person"), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An erasure: what would go and what went, under which rule, and what may be done now."""
    run, actor = _run(pk), actor_of(request)
    context = {
        "run": run,
        "badge": _badge(run),
        "records": records_of(run.record),
        "clauses": [rulebook.current().clause(id) for id in run.cite],
        "offers": offers_for(RUN, run, actor, timezone.now(), url_name="retention-run-act"),
        "waits_for_other": run.matter.state == "proposed" and run.proposed_by_id == actor.user_id,
        "history": own_history(run.matter),
        "crumbs": _crumbs((run.matter.title, "")),
    }
    return answer_page(request, "retention/run.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Propose, approve, refuse or drop."""
    run = _run(pk)
    back = reverse("retention-run", args=[pk])
    return do(request, RUN, action, run, back=back, crumbs=_crumbs((run.matter.title, back)))


def _grounds() -> Any:
    return ASK.choice("retention.ground", today())


@require_safe
def hold_list(request: HttpRequest) -> HttpResponse:
    """Cases on hold; with ?which=lifted those whose hold was lifted."""
    lifted = request.GET.get("which") == "lifted"
    page = page_of(request, selectors.holds().filter(lifted_at__isnull=not lifted), keys=("-id",))
    labels = {one.value: one.label for one in _grounds().options}
    context = {
        "page": page,
        "rows": [{"hold": one, "ground": labels.get(one.ground, one.ground)} for one in page.items],
        "lifted": lifted,
        "holds": may_hold(actor_of(request)),
        "tabs": [
            {"label": "暂停中", "url": "?", "active": not lifted, "count": None},
            {"label": "已解除", "url": "?which=lifted", "active": lifted, "count": None},
        ],
        "crumbs": _crumbs(("暂停删除", "")),
    }
    return answer_page(request, "retention/holds.html", context)


@GET_OR_POST
def hold_new(request: HttpRequest) -> HttpResponse:
    """Put a case on hold."""
    fields = formkit.make(
        number=formkit.text("编号", longest=40, help_text="诉求编号；填工单编号的，整件诉求都暂停"),
        ground=formkit.one("事由", formkit.pairs(_grounds(), empty="请选择")),
        reason=formkit.text("说明", longest=300, help_text="写明案号或文号，不要写诉求人姓名"),
    )
    form = fields(request.POST or None)
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST" and run_form(
        form, lambda data: holding.hold_place(**data, actor=actor, at=now)
    ):
        return redirect("retention-holds")
    context = {
        "form": form, "title": "暂停删除", "button": "暂停删除", "back": reverse("retention-holds"),
        "crumbs": _crumbs(("暂停删除", reverse("retention-holds")), ("登记", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def hold_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a hold, saying why."""
    hold = get_object_or_404(Hold.objects.select_related("matter"), pk=pk)
    if hold.lifted_at is not None and request.method != "POST":
        raise Http404(pk)
    form = formkit.make(reason=formkit.text("解除理由", longest=300))(request.POST or None)
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST" and run_form(
        form, lambda data: holding.hold_lift(hold=hold, **data, actor=actor, at=now)
    ):
        return redirect("retention-holds")
    context = {
        "form": form, "title": f"恢复{hold.matter.number}的到期删除", "button": "解除",
        "back": reverse("retention-holds"),
        "crumbs": _crumbs(("暂停删除", reverse("retention-holds")), ("解除", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)
