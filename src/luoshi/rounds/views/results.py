"""Results: league tables, publication, uses; the public page of what is published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.engines.assessment.points import plain
from luoshi.ledger.errors import Refusal
from luoshi.ledger.inputs import natural
from luoshi.ledger.paging import key_page
from luoshi.rounds import forms, rules, services
from luoshi.rounds.models import Round, RoundUnit
from luoshi.rounds.policies import may_manage, may_read_all, require
from luoshi.rounds.selectors.sheets import leagues
from luoshi.rounds.selectors.uses import converted, uses_of
from luoshi.rounds.services.summary import COMPUTED
from luoshi.rounds.states import SETTLED
from luoshi.rounds.views.common import GRADES, actor_of, answer, frame, round_or_404, today

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The league table of each class: for the office from the summary on, for units once it is published."""
    round = round_or_404(request, pk)
    require(
        may_read_all(actor_of(request), round.matter) or round.matter.state in SETTLED, "查看尚未公布的结果"
    )
    tables = leagues(round)
    context = {
        **frame(request, round, "round-results", ("结果", "")),
        "leagues": tables,
        "spread": [(league, _spread(league)) for league in tables],
        "public": round.matter.state in SETTLED,
        "texts": _texts(round),
        "places": _places(round),
    }
    return answer(request, "rounds/results.html", context)


def _spread(league: Any) -> list[tuple[str, int]]:
    """How many units have each grade, best first."""
    counts: dict[str, int] = {}
    for row in league.rows:
        counts[row["grade"]] = counts.get(row["grade"], 0) + 1
    return [(grade, counts.get(grade, 0)) for grade in GRADES if grade in counts]


def _texts(round: Round) -> list[tuple[str, str]]:
    texts = round.publication.get("texts", {})
    return [
        (one.label, texts[one.key]) for one in rules.rule_of(round).publication.contents if one.key in texts
    ]


def _places(round: Round) -> str:
    chosen = round.publication.get("places", [])
    return "、".join(one.label for one in rules.rule_of(round).publication.places if one.value in chosen)


@GET_OR_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the approved result: what is written, where; ranks and grades come from the frozen sheets."""
    round = round_or_404(request, pk)
    actor, rule = actor_of(request), rules.rule_of(round)
    require(may_manage(actor, round.matter), "公布结果")
    if round.matter.state != "approved":
        messages.error(request, "结果审定之后、公布之前才能办理公布")
        return redirect("round", pk=pk)
    first = [one.value for one in rule.publication.places[:1]]
    form = forms.PublishForm(request.POST or None, rule=rule, computed=COMPUTED, initial={"places": first})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.result_publish(
                round=round,
                texts=form.texts(),
                places=data["places"],
                number=data["number"],
                actor=actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, "结果已公布，各单位可以查看本单位得分")
            return redirect("round-results", pk=pk)
    context = {
        **frame(request, round, "round-results", ("结果", reverse("round-results", args=[pk])), ("公布", "")),
        "form": form,
        "leagues": leagues(round),
        "due": round.day("publish_due"),
    }
    return answer(request, "rounds/publish.html", context, refused=bool(form.errors))


@GET_OR_POST
def uses(request: HttpRequest, pk: int) -> HttpResponse:
    """What is made of the result: converted scores, reports; each ticked off with its day."""
    round = round_or_404(request, pk)
    actor, rule = actor_of(request), rules.rule_of(round)
    require(may_read_all(actor, round.matter), "查看结果运用")
    form = forms.UseForm(request.POST or None)
    if request.method == "POST":
        require(may_manage(actor, round.matter), "登记结果运用")
        if form.is_valid() and _tick(round, form, actor):
            messages.success(request, "已登记")
            return redirect("round-uses", pk=pk)
    weighted = [use for use in rule.uses if use.weight is not None or use.figure]
    settled = round.matter.state in (*SETTLED, "approved")
    context = {
        **frame(request, round, "round-uses", ("运用", "")),
        "rows": uses_of(round) if settled else [],
        "form": form,
        "settled": settled,
        "ticks": settled and round.matter.state == "published" and may_manage(actor, round.matter),
        "today": today(),
        "converted": [_converted(round, use) for use in weighted] if settled else [],
        "optional": [use for use in rule.uses if use.optional],
        "ranked": round.units.exclude(matter__state="removed").order_by("class_key", "rank"),
    }
    return answer(request, "rounds/uses.html", context, refused=bool(form.errors))


def _tick(round: Round, form: forms.UseForm, actor: Any) -> bool:
    data = form.cleaned_data
    use, _, unit = data["row"].partition(":")
    try:
        services.use_tick(
            round=round,
            use=use,
            unit=RoundUnit.objects.filter(round=round, pk=natural(unit)).first(),
            day=data["day"],
            note=data["note"],
            actor=actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def _converted(round: Round, use: Any) -> dict[str, Any]:
    """Each unit's score at the weight of a use."""
    text = round.figures.get(use.figure) if use.weight is None else None
    weight = use.weight if use.weight is not None else rules.number_of(text)
    units = round.units.exclude(matter__state="removed").exclude(total=None).order_by("class_key", "rank")
    rows = [
        (unit, plain(converted(unit.total, weight)))
        for unit in units
        if weight is not None and unit.total is not None
    ]
    return {"use": use, "weight": None if weight is None else plain(weight), "rows": rows}


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Results that are published, newest first, for everybody."""
    rows = Round.objects.filter(published_at__isnull=False)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = key_page(rows, keys=("-published_at", "-matter_id"), after=after, before=before)
    return render(request, "rounds/public_list.html", {"page": page, "now": timezone.now()})


@require_safe
def public(request: HttpRequest, pk: int) -> HttpResponse:
    """One published result: situation, ranks and grades. Nothing stands here before publication."""
    round = Round.objects.select_related("matter", "office").filter(pk=pk, published_at__isnull=False).first()
    if round is None:
        raise Http404
    context = {
        "round": round,
        "rule": rules.rule_of(round),
        "leagues": leagues(round),
        "texts": _texts(round),
        "grades": GRADES,
        "now": timezone.now(),
    }
    return render(request, "rounds/public.html", context)
