"""What the pages of rounds share: the round with its tabs, and steps that are forms on the page itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.once import once
from luoshi.organisation.pagekit import actor_of, history, run, today
from luoshi.rounds import rules
from luoshi.rounds.models import Round, RoundUnit
from luoshi.rounds.policies import may_manage, may_read_all, may_read_round, may_read_unit, require
from luoshi.rounds.services.marking import member_of
from luoshi.rounds.states import ROUNDS, SETTLED

TONES = {
    "draft": "neutral",
    "submitted": "warning",
    "planned": "info",
    "running": "progress",
    "marking": "progress",
    "summarised": "warning",
    "checked": "warning",
    "approved": "info",
    "published": "success",
    "closed": "muted",
    "cancelled": "muted",
    "listed": "neutral",
    "notified": "progress",
    "settled": "muted",
    "removed": "muted",
    "entered": "neutral",
    "withdrawn": "muted",
    "told": "warning",
    "reported": "info",
    "confirmed": "success",
}
GRADES = {"优秀": "success", "良好": "info", "合格": "neutral", "不合格": "danger"}
PHASES = ("方案", "自查与日常考核", "评分", "汇总审核", "审定公布", "整改与运用")
PHASE_OF = {
    "draft": 1,
    "submitted": 1,
    "planned": 2,
    "running": 2,
    "marking": 3,
    "summarised": 4,
    "checked": 5,
    "approved": 5,
    "published": 6,
    "closed": 7,
    "cancelled": 1,
}

__all__ = [
    "Deed",
    "actor_of",
    "answer",
    "deeds_of",
    "frame",
    "history",
    "round_or_404",
    "tab",
    "today",
    "unit_or_404",
]


def round_or_404(request: HttpRequest, pk: int) -> Round:
    """The round, if the actor takes part in it. Errors: 404, NotAllowed."""
    round: Round | None = Round.objects.select_related("matter", "office").filter(pk=pk).first()
    if round is None:
        raise Http404
    actor = actor_of(request)
    require(may_read_round(actor, round.matter), "查看这次考评")
    require(takes_part(actor, round), "查看这次考评")
    return round


def takes_part(actor: Actor, round: Round) -> bool:
    """Whether the actor sees all rounds, is in this one's team, or belongs to one of its units."""
    if may_read_all(actor, round.matter) or member_of(round, actor) is not None:
        return True
    mine = unit_of(round, actor.body_id or 0) if actor.can("rounds.unit") else None
    return mine is not None and mine.matter.state not in ("listed", "removed")


@once
def unit_of(round: Round, body_id: int) -> RoundUnit | None:
    """What a body is in a round, unless it was taken out."""
    units = round.units.filter(body_id=body_id).exclude(matter__state="removed")
    found: RoundUnit | None = units.select_related("matter").first()
    return found


def unit_or_404(request: HttpRequest, round: Round, pk: int) -> RoundUnit:
    """A unit of the round, if the actor may read its papers. Errors: 404, NotAllowed."""
    unit: RoundUnit | None = (
        RoundUnit.objects.select_related("matter", "body", "round", "round__matter")
        .filter(round=round, pk=pk)
        .first()
    )
    if unit is None:
        raise Http404
    require(may_read_unit(actor_of(request), unit.matter), "查看这个单位的材料")
    return unit


def tab(label: str, name: str, round: Round, current: str, *more: Any) -> dict[str, Any]:
    """One tab of the round's pages."""
    return {
        "label": label,
        "url": reverse(name, args=[round.pk, *more]),
        "active": name == current,
        "count": None,
    }


def tabs_of(request: HttpRequest, round: Round, current: str) -> list[dict[str, Any]]:
    """The pages of a round that the actor may open."""
    actor = actor_of(request)
    pages = [("概况", "round"), ("方案", "round-plan")]
    if may_read_all(actor, round.matter):
        pages += [("单位", "round-units"), ("日常考核", "round-records"), ("考核组", "round-team")]
    if may_read_all(actor, round.matter) or member_of(round, actor):
        pages.append(("评分", "round-marks"))
    if may_read_all(actor, round.matter) or round.matter.state in SETTLED:
        pages.append(("结果", "round-results"))
    if may_read_all(actor, round.matter):
        pages += [("整改", "round-rectifications"), ("运用", "round-uses")]
    return [tab(label, name, round, current) for label, name in pages]


def frame(request: HttpRequest, round: Round, current: str, *more: tuple[str, str]) -> dict[str, Any]:
    """What every page of a round shows around its own content."""
    actor = actor_of(request)
    way = [("考评", reverse("rounds")), (round.title, reverse("round", args=[round.pk])), *more]
    return {
        "round": round,
        "rule": rules.rule_of(round),
        "state": round.matter.state,
        "tone": TONES.get(round.matter.state, "neutral"),
        "tabs": tabs_of(request, round, current),
        "crumbs": [*way[:-1], (way[-1][0], "")],
        "manages": may_manage(actor, round.matter),
        "reads_all": may_read_all(actor, round.matter),
        "tones": TONES,
        "grades": GRADES,
    }


@dataclass(frozen=True, slots=True)
class Deed:
    """A step that a page offers as a form. run: called with the form's values."""

    code: str
    label: str
    form: type[forms.Form]
    run: Callable[[dict[str, Any]], object]
    icon: str = "chevron-right"
    tone: str = ""
    confirm: str = ""
    done: str = "已办理"
    opened: bool = False
    options: Mapping[str, Any] | None = None


def deeds_of(
    request: HttpRequest, deeds: Sequence[Deed], *, back: str
) -> tuple[HttpResponse | None, list[dict[str, Any]]]:
    """Run the step that was posted, or show each with its form; one that was refused stays open with the reason.

    Returns the redirect once a step is done, and the steps for the template. Errors: NotAllowed passes through.
    """
    posted = request.POST.get("action", "") if request.method == "POST" else ""
    shown: list[dict[str, Any]] = []
    for deed in deeds:
        mine = deed.code == posted
        form = deed.form(
            request.POST if mine else None,
            request.FILES if mine else None,
            auto_id=f"id_{deed.code}_%s",
            **(deed.options or {}),
        )
        if mine and run(form, deed.run):
            messages.success(request, deed.done)
            return redirect(back), []
        shown.append({"deed": deed, "form": form, "opened": deed.opened or mine})
    if posted and all(deed.code != posted for deed in deeds):
        messages.error(request, "这一步现在不能办理，请核对最新情况")
        return redirect(back), []
    return None, shown


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """Render a page; 422 where something was refused."""
    return render(request, template, {"now": timezone.now(), **context}, status=422 if refused else 200)


def refused(shown: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of the steps was refused."""
    return any(one["form"].is_bound and one["form"].errors for one in shown)


def possible(round: Round, actor: Actor) -> set[str]:
    """The actions of the round's state table that the actor may take now."""
    return {edge.action for edge in ROUNDS.actions(round.matter.state, actor, round.matter)}


def timeline(matter: Matter) -> Sequence[dict[str, Any]]:
    """The matter's own events, newest first, for the timeline."""
    return history(matter, most=12)
