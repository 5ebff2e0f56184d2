"""The plan: texts, dates, figures, units and points."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.engines.assessment import columns, points_problems, points_total
from luoshi.engines.assessment.points import plain
from luoshi.engines.rulebook.rounds import RoundClass
from luoshi.ledger.errors import Refusal
from luoshi.organisation.models import Body, BodyName
from luoshi.rounds import forms, rules, services
from luoshi.rounds.models import Round
from luoshi.rounds.policies import may_manage, may_read_all, require
from luoshi.rounds.views.common import Deed, actor_of, answer, deeds_of, frame, refused, round_or_404

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _editable(request: HttpRequest, round: Round) -> bool:
    return round.matter.state == "draft" and may_manage(actor_of(request), round.matter)


@GET_OR_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as it stands; the office writes it while it is a draft."""
    round = round_or_404(request, pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    form = None
    if _editable(request, round):
        form = forms.PlanForm(request.POST or None, rule=rule, round=round)
    if request.method == "POST":
        require(form is not None, "修改方案")
        if form is not None and form.is_valid():
            try:
                services.plan_save(round=round, actor=actor, at=now, **form.parts())
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, "方案已保存")
                return redirect("round-plan", pk=pk)
    context = {
        **frame(request, round, "round-plan", ("方案", "")),
        "form": form,
        "texts": [(one, round.texts.get(one.key, "")) for one in rule.contents],
        "dates": [(one.label, round.day(one.key)) for one in rule.dates],
        "figures": [(one.label, round.figures.get(one.key)) for one in rule.figures],
        "classes": [_class(round, kind) for kind in rule.classes],
        "steps": rule.steps,
        "organs": rule.organs,
        "edit_points": _editable(request, round),
        "sees_points": may_read_all(actor, round.matter) or round.planned_at is not None,
    }
    return answer(request, "rounds/plan.html", context, refused=bool(form and form.errors))


def _class(round: Round, kind: RoundClass) -> dict[str, Any]:
    scheme = rules.scheme_of(round, kind.key)
    points = rules.points_in(round, kind.key)
    wanted = [one for one in columns(scheme) if one.required]
    return {
        "kind": kind,
        "units": round.units.filter(class_key=kind.key).exclude(matter__state="removed").count(),
        "wanted": len(wanted),
        "given": sum(one.id in points for one in wanted),
        "total": plain(points_total(scheme, points)),
        "full": None if scheme.full is None else plain(scheme.full),
        "scheme": scheme,
    }


def _kind(round: Round, key: str) -> RoundClass:
    try:
        return rules.rule_of(round).class_(key)
    except KeyError as error:
        raise Http404 from error


@GET_OR_POST
def points(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The points of a class, item by item, with the running sum; from a file, or by hand."""
    round = round_or_404(request, pk)
    kind = _kind(round, key)
    actor, now = actor_of(request), timezone.now()
    require(may_read_all(actor, round.matter) or round.planned_at is not None, "查看分值")
    editable = _editable(request, round)
    back = reverse("round-points", args=[pk, key])
    deeds = [
        Deed(
            "import",
            "从文件导入分值",
            forms.ImportForm,
            lambda data: services.points_import(
                round=round, class_key=key, text=data["file"], actor=actor, at=now
            ),
            icon="file-import",
            done="分值已导入",
        )
    ]
    entered: dict[str, str] | None = None
    problem = ""
    if request.method == "POST" and request.POST.get("action") == "save":
        require(editable, "修改分值")
        entered = {name[7:]: str(value) for name, value in request.POST.items() if name.startswith("points-")}
        standards = {
            name[9:]: str(value) for name, value in request.POST.items() if name.startswith("standard-")
        }
        try:
            services.points_save(
                round=round, class_key=key, points=entered, standards=standards, actor=actor, at=now
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, "分值已保存")
            return redirect(back)
    done, shown = (None, []) if problem else deeds_of(request, deeds if editable else [], back=back)
    if done is not None:
        return done
    context = {
        **frame(request, round, "round-plan", ("方案", reverse("round-plan", args=[pk])), (kind.title, "")),
        **_table(round, kind, entered),
        "kind": kind,
        "editable": editable,
        "shown": shown,
        "problem": problem,
    }
    return answer(request, "rounds/points.html", context, refused=bool(problem) or refused(shown))


def _table(round: Round, kind: RoundClass, entered: dict[str, str] | None) -> dict[str, Any]:
    scheme = rules.scheme_of(round, kind.key)
    table = rules.table_of(round, kind.key)
    standards = table.standards if table else {}
    kept = rules.points_in(round, kind.key)
    values = entered if entered is not None else {leaf: plain(value) for leaf, value in kept.items()}
    groups = [
        {
            "title": top.title,
            "part": top.part,
            "rows": [
                {"leaf": leaf, "value": values.get(leaf.id, ""), "standard": standards.get(leaf.id, "")}
                for leaf in top.leaves()
            ],
        }
        for top in scheme.items
    ]
    return {
        "groups": groups,
        "total": plain(points_total(scheme, kept)),
        "full": None if scheme.full is None else plain(scheme.full),
        "problems": points_problems(scheme, kept),
        "table": table,
    }


@GET_OR_POST
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """The units by class; while the plan is a draft the office sets the lists."""
    round = round_or_404(request, pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    require(may_read_all(actor, round.matter), "查看被考评单位")
    back = reverse("round-units", args=[pk])
    listed = list(
        round.units.exclude(matter__state="removed")
        .select_related("matter", "body")
        .order_by("class_key", "body__code")
    )
    deeds = []
    if _editable(request, round):
        for kind in rule.classes:
            deeds.append(_deed(round, kind, [unit.body_id for unit in listed], actor, now))
    done, shown = deeds_of(request, deeds, back=back)
    if done is not None:
        return done
    context = {
        **frame(request, round, "round-units", ("单位", "")),
        "shown": shown,
        "classes": [
            (kind, [unit for unit in listed if unit.class_key == kind.key], _unknown(kind))
            for kind in rule.classes
        ],
    }
    return answer(request, "rounds/units.html", context, refused=refused(shown))


def _deed(round: Round, kind: RoundClass, listed: list[int], actor: Any, now: Any) -> Deed:
    bodies = proposed(round, kind)
    chosen = [body.pk for body in bodies if body.pk in listed]
    known = round.units.filter(class_key=kind.key).exists()
    return Deed(
        f"units-{kind.key}",
        f"确定名单：{kind.title}",
        forms.UnitsForm,
        lambda data: services.units_set(
            round=round, class_key=kind.key, bodies=data["bodies"], actor=actor, at=now
        ),
        icon="list-check",
        done="名单已保存",
        options={"bodies": bodies, "initial": {"bodies": chosen if known else [body.pk for body in bodies]}},
    )


def proposed(round: Round, kind: RoundClass) -> Any:
    """The bodies that may stand in a class: those of the official list by name, or those of its kinds."""
    rows = Body.objects.filter(active=True).exclude(pk=round.office_id)
    if kind.below:
        rows = rows.filter(parent_id=round.office_id)
    if kind.units:
        named = BodyName.objects.filter(name__in=kind.units).values("body_id")
        return rows.filter(Q(pk__in=named) | Q(short_name__in=kind.units)).order_by("kind", "code")
    if kind.kinds:
        return rows.filter(kind__in=kind.kinds).order_by("kind", "code")
    return rows.filter(kind__in=kind.subjects).order_by("kind", "code") if kind.subjects else rows


def _unknown(kind: RoundClass) -> list[str]:
    """Names of the official list that no body here bears."""
    named = set(BodyName.objects.filter(name__in=kind.units).values_list("name", flat=True))
    short = set(Body.objects.filter(short_name__in=kind.units).values_list("short_name", flat=True))
    return [name for name in kind.units if name not in named | short]
