"""One target: its measures, its values by month, evidence and history; the queue of what is to be certified."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.engines.targets import Comparison, demand, plain
from luoshi.ledger import links
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import Attachment
from luoshi.ledger.services.attachments import path_of
from luoshi.targets import forms, rules, services
from luoshi.targets.imports.model import MeasureSpec
from luoshi.targets.models import Figure, Target, TargetMeasure
from luoshi.targets.policies import may_keep, may_read, require
from luoshi.targets.selectors.plans import target_get
from luoshi.targets.services.judging import measure_of, verdict_of
from luoshi.targets.views.common import (
    LACKING,
    OUTCOME_TONES,
    actor_of,
    answer_page,
    crumbs,
    do,
    files_of,
    history,
    offers_for,
    outcome_badge,
    page_of,
    run,
)
from luoshi.targets.views.plan_actions import measures_from
from luoshi.targets.views.target_actions import MEASURE, TARGET

LABELS = dict(Target.Outcome.choices)


def _target(request: HttpRequest, pk: int) -> Target:
    """The target, if the actor may read it. Errors: 404, NotAllowed."""
    target = target_get(pk)
    if target is None:
        raise Http404
    actor = actor_of(request)
    certifies = actor.can("targets.certify") and target.measures.filter(certifier_id=actor.body_id).exists()
    require(may_read(actor, target.matter) or certifies, "查看这项目标")
    return target


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A target with everything that its judgement rests on."""
    target, actor, now = _target(request, pk), actor_of(request), timezone.now()
    drafting = target.plan.issued_on is None and target.sheet.matter.state == "drafting"
    context = {
        "target": target,
        "badge": outcome_badge(target),
        "lacking": LACKING.get(target.lacking, ""),
        "measures": _measures(target, actor, now),
        "facts": _facts(target),
        "unsaid": _unsaid(target),
        "offers": offers_for(TARGET, target, actor, now, url_name="target-act"),
        "files": files_of(target.matter),
        "entries": history(target.matter),
        "may_edit": drafting and may_keep(actor, target.matter),
        "crumbs": crumbs(
            (f"{target.plan.year}年度", reverse("target-plan", args=[target.plan_id])),
            (target.sheet.name, reverse("target-sheet", args=[target.sheet_id])),
            (f"第{target.number}项", ""),
        ),
    }
    return render(request, "targets/target.html", context)


def _unsaid(target: Target) -> str:
    """What of method, source of data and who is responsible is not filled in; it is asked for, not forced."""
    rule = rules.content("targets.target", timezone.localdate())
    given = {"method": target.method, "data_source": target.data_source, "person": target.person}
    return "、".join(field.label for field in rule.missing(given))


def _facts(target: Target) -> list[tuple[str, object]]:
    points = plain(target.points) if target.points is not None else "未录入"
    facts: list[tuple[str, object]] = [
        ("类别", target.get_group_display()), ("分值", points), ("依据", target.basis), ("考核口径", target.method),
        ("数据来源", target.data_source), ("责任人", target.person), ("生效日", target.effective_on),
    ]  # fmt: skip
    if target.awarded is not None:
        facts.append(("认定得分", plain(target.awarded)))
    if target.deduction is not None:
        facts.append(("扣分", plain(target.deduction)))
    if target.note:
        facts.append(("说明", target.note))
    if target.doubt_settled:
        facts.append(("核对结论", target.doubt_settled))
    return facts


def _measures(target: Target, actor: Any, now: Any) -> list[dict[str, Any]]:
    """Each measure with its demand, judgement, figures by month and what may be done with it."""
    rows = list(target.measures.select_related("certifier").order_by("position"))
    figures: dict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(measure__in=rows).order_by("month"):
        figures[figure.measure_id].append(figure)
    found = []
    for row in rows:
        row.target = target
        verdict = verdict_of(target, row, figures[row.pk], timezone.localdate())
        waits = verdict.outcome == "pending" and verdict.on_track
        found.append(
            {
                "item": row,
                "demand": demand(measure_of(row)),
                "said": verdict.said,
                "label": "目前符合" if waits else LABELS[verdict.outcome.value],
                "tone": "success" if waits else OUTCOME_TONES[verdict.outcome.value],
                "figures": [_figure(row, one) for one in figures[row.pk]],
                "offers": offers_for(MEASURE, row, actor, now, url_name="target-measure-act"),
            }
        )
    return found


def _figure(row: TargetMeasure, figure: Figure) -> dict[str, Any]:
    told = [
        (figure.value, "{}" + row.unit), (figure.level, "本年{}"), (figure.reference, "参照{}"),
    ]  # fmt: skip
    parts = [text.format(plain(value)) for value, text in told if value is not None]
    if figure.whole is not None:
        parts.append(f"{figure.part}/{figure.whole}件")
    return {"month": figure.month, "text": "，".join(parts), "by": figure.by, "at": figure.at}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a target."""
    target = _target(request, pk)
    back = "target-sheet" if action == "remove" else "target-detail"
    return do(
        request,
        TARGET,
        action,
        target,
        back=reverse(back, args=[target.sheet_id if action == "remove" else pk]),
    )


@require_POST
def measure_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a measure."""
    row = get_object_or_404(TargetMeasure.objects.select_related("certifier"), pk=pk)
    row.target = _target(request, row.target_id)
    back = (
        reverse("target-certify") if action == "certify" else reverse("target-detail", args=[row.target_id])
    )
    return do(request, MEASURE, action, row, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a target while the plan is being drafted; its measures beyond the first stay."""
    target, actor, now = _target(request, pk), actor_of(request), timezone.now()
    require(may_keep(actor, target.matter), "修改这项目标")
    rows = list(target.measures.order_by("position"))
    form = forms.TargetForm(request.POST or None, layer=target.sheet.layer, initial=_initial(target, rows))

    def save(data: dict[str, Any]) -> None:
        others = [
            MeasureSpec(measure=measure_of(row), due_on=row.due_on, counted=row.counted) for row in rows[1:]
        ]
        papers = {key: data[key] for key in ("basis", "method", "data_source", "person")}
        services.target_edit(
            target=target, group=data["group"], text=data["text"], points=data["points"] or None,
            measures=[*measures_from(data), *others], theme=target.theme, note=target.note, doubtful=target.doubtful,
            actor=actor, at=now, **papers,
        )  # fmt: skip

    if request.method == "POST" and run(form, save):
        return redirect("target-detail", pk)
    context = {
        "form": form, "title": "修改目标", "button": "保存", "back": reverse("target-detail", args=[pk]),
        "crumbs": crumbs((target.sheet.name, reverse("target-sheet", args=[target.sheet_id])), ("修改目标", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _initial(target: Target, rows: list[TargetMeasure]) -> dict[str, Any]:
    own = {key: getattr(target, key) for key in ("group", "text", "basis", "method", "data_source", "person")}
    own["points"] = plain(target.points) if target.points is not None else ""
    if not rows:
        return own
    first = rows[0]
    keys = ("indicator", "comparison", "unit", "set_by", "reference")
    value = plain(first.value) if first.value is not None else ""
    return own | {key: getattr(first, key) for key in keys} | {"value": value}


@require_safe
def certify(request: HttpRequest) -> HttpResponse:
    """What waits for a certificate: of one's own department, or for the office all of it."""
    actor, now = actor_of(request), timezone.now()
    rows = TargetMeasure.objects.filter(
        comparison=Comparison.CERTIFIED, target__matter__state="listed", target__plan__matter__state="issued"
    ).select_related("target__sheet", "target__plan__matter", "target__matter", "certifier")
    if not actor.can("targets.read_all"):
        rows = rows.filter(certifier_id=actor.body_id)
    which = request.GET.get("which", "")
    rows = rows.exclude(certified="") if which == "done" else rows.filter(certified="")
    page = page_of(request, rows, keys=("id",))
    context = {
        "page": page,
        "rows": [
            {
                "item": row,
                "offers": offers_for(MEASURE, row, actor, now, url_name="target-measure-act"),
                "label": LABELS.get(row.certified, "待认定"),
                "tone": OUTCOME_TONES.get(row.certified, "warning"),
            }
            for row in page.items
        ],
        "tabs": [
            {"label": "待认定", "url": "?", "active": which != "done"},
            {"label": "已认定", "url": "?which=done", "active": which == "done"},
        ],
        "crumbs": crumbs(("专项认定", "")),
    }
    return render(request, "targets/certify.html", context)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a matter of target management, for whoever may read the matter; always as a download."""
    found = get_object_or_404(
        Attachment.objects.select_related("matter"), pk=pk, matter__kind__startswith="targets."
    )
    if not links.may_read(actor_of(request), found.matter):
        raise NotAllowed("您不能查看这件事项的附件")
    path = path_of(found.digest)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
