"""Plans, sheets and targets as the pages list them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from luoshi.ledger.actors import Actor
from luoshi.targets.models import Plan, Sheet, Target


def plans() -> QuerySet[Plan]:
    """Every year's plan, the latest first."""
    rows = Plan.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter")
    counted: QuerySet[Plan] = rows.annotate(bodies=Count("sheets", distinct=True)).order_by("-year")
    return counted


def plan_get(pk: int) -> Plan | None:
    """A plan with its matter."""
    return Plan.objects.filter(jurisdiction=settings.JURISDICTION, pk=pk).select_related("matter").first()


def current_plan(year: str = "") -> Plan | None:
    """The plan of a year, or else the latest one."""
    rows = Plan.objects.filter(jurisdiction=settings.JURISDICTION).select_related("matter")
    chosen = (
        rows.filter(year=int(year)).first() if year.isascii() and year.isdigit() and len(year) == 4 else None
    )
    return chosen or rows.order_by("-year").first()


def sheets(plan: Plan, *, actor: Actor, layer: str = "", text: str = "") -> QuerySet[Sheet]:
    """The sheets of a plan that the actor may read, in the order of the document."""
    rows = plan.sheets.select_related("matter", "body")
    if not actor.can("targets.read_all"):
        rows = rows.filter(body_id=actor.body_id)
    if layer:
        rows = rows.filter(layer=layer)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(body__name__icontains=text))
    counted: QuerySet[Sheet] = rows.annotate(
        total=Count("targets", filter=Q(targets__matter__state="listed")),
        met=Count("targets", filter=Q(targets__outcome="met", targets__matter__state="listed")),
        failed=Count("targets", filter=Q(targets__outcome="not_met", targets__matter__state="listed")),
        sum_points=Sum("targets__points", filter=Q(targets__matter__state="listed")),
    )
    return counted


def plan_summary(plan: Plan) -> list[dict[str, Any]]:
    """Per layer: bodies, targets, and how many are met, failed, on track, waiting; one query each for two tables."""
    found: dict[str, Counter[str]] = {}
    bodies = Counter(plan.sheets.values_list("layer", flat=True))
    rows = (
        Target.objects.filter(plan=plan, matter__state="listed")
        .values("sheet__layer", "outcome", "on_track", "lacking")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for row in rows:
        counts = found.setdefault(row["sheet__layer"], Counter())
        counts["total"] += row["n"]
        counts[row["outcome"]] += row["n"]
        counts["on_track"] += row["n"] if row["on_track"] and row["outcome"] == "pending" else 0
        counts[f"lacks_{row['lacking']}"] += row["n"] if row["lacking"] else 0
    return [
        {"layer": layer, "bodies": bodies[layer], **found.get(layer, {})}
        for layer in ("city", "county", "department")
        if bodies[layer]
    ]


def targets(
    plan: Plan,
    *,
    actor: Actor,
    layer: str = "",
    group: str = "",
    outcome: str = "",
    lacking: str = "",
    theme: str = "",
    text: str = "",
) -> QuerySet[Target]:
    """The targets of a plan that the actor may read. outcome: a judgement, or on_track; text: of target or body."""
    rows = Target.objects.filter(plan=plan, matter__state="listed").select_related("sheet__body", "matter")
    if not actor.can("targets.read_all"):
        rows = rows.filter(sheet__body_id=actor.body_id)
    wanted = {"sheet__layer": layer, "group": group, "lacking": lacking, "theme": theme}
    rows = rows.filter(**{key: value for key, value in wanted.items() if value})
    if outcome == "on_track":
        rows = rows.filter(outcome="pending", on_track=True)
    elif outcome:
        rows = rows.filter(outcome=outcome)
    if text:
        rows = rows.filter(Q(text__icontains=text) | Q(sheet__name__icontains=text))
    return rows


def target_get(pk: int) -> Target | None:
    """A target with its sheet, plan and matter."""
    related = ("sheet__body", "sheet__matter", "plan__matter", "matter")
    return Target.objects.filter(pk=pk, jurisdiction=settings.JURISDICTION).select_related(*related).first()
