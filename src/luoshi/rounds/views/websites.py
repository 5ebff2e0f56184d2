"""Pages of rounds on web sites: columns of the portal with their months, branch sites; the referral of a unit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.ledger.errors import Incomplete, Refusal
from luoshi.ledger.inputs import natural
from luoshi.organisation.pagekit import step
from luoshi.rounds import rules, services
from luoshi.rounds.forms_websites import BranchForm, CommentForm, DutyForm
from luoshi.rounds.models import ColumnCount, ColumnDuty, QuarterNotice, Round, RoundUnit
from luoshi.rounds.policies import may_act_for, may_manage, may_read_all, may_read_own, require
from luoshi.rounds.selectors.referral import referral_of
from luoshi.rounds.services.records import bounds
from luoshi.rounds.services.websites import duties_with_counts
from luoshi.rounds.views.common import (
    Deed,
    actor_of,
    answer,
    deeds_of,
    frame,
    refused,
    round_or_404,
    today,
    unit_or_404,
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _monthly(round: Round) -> None:
    """Only rounds whose records are told each month have columns. Errors: 404."""
    if rules.rule_of(round).records.every != "month":
        raise Http404


@GET_OR_POST
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Who keeps which column of the portal filled, and the months with what is counted and commented on."""
    round = round_or_404(request, pk)
    _monthly(round)
    actor, now = actor_of(request), timezone.now()
    require(may_read_all(actor, round.matter), "查看栏目内容保障")
    back, manages = reverse("round-columns", args=[pk]), may_manage(actor, round.matter)
    removed = natural(request.POST.get("remove", ""))
    if request.method == "POST" and removed is not None:
        duty = get_object_or_404(ColumnDuty, pk=removed, round=round)
        return step(
            request,
            lambda: services.duty_remove(duty=duty, actor=actor, at=now),
            back=back,
            done=f"已取消{duty.unit.name}的{duty.column}栏目责任",
        )
    add = Deed(
        "duty",
        "登记栏目责任",
        DutyForm,
        lambda data: services.duty_add(round=round, actor=actor, at=now, **data),
        icon="plus",
        done="已登记",
        options={"units": round.units.exclude(matter__state="removed").order_by("class_key", "body__code")},
    )
    done, shown = deeds_of(request, [add] if manages else [], back=back)
    if done is not None:
        return done
    counts = ColumnCount.objects.filter(duty=OuterRef("pk"))
    told = set(QuarterNotice.objects.filter(round=round).values_list("period", flat=True))
    counted = ColumnCount.objects.filter(duty__round=round).values_list("month", flat=True)
    numbers: dict[str, int] = {}
    for month in counted:
        numbers[month] = numbers.get(month, 0) + 1
    day = today()
    months = [
        {"month": one, "counted": numbers.get(one, 0), "told": one in told, "over": bounds(one)[1] <= day}
        for one in rules.periods("month", round.year)
    ]
    context = {
        **frame(request, round, "round-records", ("栏目内容保障", "")),
        "duties": round.duties.select_related("unit").annotate(counted=Exists(counts)),
        "manages": manages,
        "months": months,
        "shown": shown,
    }
    return answer(request, "rounds/columns.html", context, refused=refused(shown))


@GET_OR_POST
def month(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """What the units reported in a month: entered column by column, then commented on."""
    round = round_or_404(request, pk)
    _monthly(round)
    if month not in rules.periods("month", round.year):
        raise Http404
    actor, now = actor_of(request), timezone.now()
    require(may_read_all(actor, round.matter), "查看栏目内容保障")
    back = reverse("round-month", args=[pk, month])
    notice = QuarterNotice.objects.filter(round=round, period=month).first()
    manages = may_manage(actor, round.matter) and notice is None
    problem = ""
    if request.method == "POST" and "save" in request.POST:
        try:
            counts = _counts(round, request.POST)
            services.columns_count(round=round, month=month, counts=counts, actor=actor, at=now)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, "统计已保存")
            return redirect(back)
    comment = Deed(
        "tell",
        "点评本月信息报送",
        CommentForm,
        lambda data: services.quarter_tell(round=round, period=month, text=data["text"], actor=actor, at=now),
        icon="message-2",
        done="点评已下发",
    )
    deeds = [comment] if manages else []
    done, shown = (None, []) if problem else deeds_of(request, deeds, back=back)
    if done is not None:
        return done
    way = ("栏目内容保障", reverse("round-columns", args=[pk]))
    context = {
        **frame(request, round, "round-records", way, (month, "")),
        "month": month,
        "rows": _rows(round, month, request.POST if problem else None),
        "notice": notice,
        "manages_month": manages and bounds(month)[1] <= today(),
        "over": bounds(month)[1] <= today(),
        "shown": shown,
        "problem": problem,
    }
    return answer(request, "rounds/column_month.html", context, refused=bool(problem) or refused(shown))


def _counts(round: Round, post: Any) -> dict[int, services.Reported]:
    """What was entered for each duty; a column left wholly empty stays open."""
    found: dict[int, services.Reported] = {}
    for duty in ColumnDuty.objects.filter(round=round):
        cells = [post.get(f"{name}-{duty.pk}", "").strip() for name in ("reported", "adopted", "text")]
        if any(cells):
            found[duty.pk] = services.Reported(_whole(cells[0], duty), _whole(cells[1], duty), cells[2])
    return found


def _whole(text: str, duty: ColumnDuty) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Incomplete(f"{duty.column}的条数须为0以上的整数", field=f"count-{duty.pk}")
    return int(text)


def _rows(round: Round, month: str, post: Any) -> list[dict[str, Any]]:
    return [
        {
            "duty": duty,
            "values": {
                name: post.get(f"{name}-{duty.pk}", "")
                if post is not None
                else ("" if count is None else getattr(count, name))
                for name in ("reported", "adopted", "text")
            },
        }
        for duty, count in duties_with_counts(round, month)
    ]


@GET_OR_POST
def branches(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """The branch sites for which a unit answers."""
    round = round_or_404(request, pk)
    unit = unit_or_404(request, round, unit_pk)
    actor, now = actor_of(request), timezone.now()
    require(may_read_own(actor, unit.matter), "查看分站")
    back = reverse("round-branches", args=[pk, unit_pk])
    mine = may_manage(actor, unit.matter) or may_act_for(actor, unit.matter)
    removed = natural(request.POST.get("remove", ""))
    if request.method == "POST" and removed is not None:
        row = unit.branches.filter(pk=removed).first()
        if row is None:
            raise Http404
        services.branch_remove(branch=row, actor=actor, at=now)
        messages.success(request, "分站已注销")
        return redirect(back)
    add = Deed(
        "branch",
        "登记分站",
        BranchForm,
        lambda data: services.branch_add(unit=unit, actor=actor, at=now, **data),
        icon="plus",
        done="分站已登记",
    )
    done, shown = deeds_of(request, [add] if mine else [], back=back)
    if done is not None:
        return done
    way = (unit.name, reverse("round-unit", args=[pk, unit_pk]))
    context = {
        **frame(request, round, "round-units", way, ("分站", "")),
        "unit": unit,
        "branches": unit.branches.all(),
        "mine": mine,
        "shown": shown,
    }
    return answer(request, "rounds/branches.html", context, refused=refused(shown))


@require_safe
def referral(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """The paper that refers a unit to those who may hold somebody to account, ready to print."""
    round = round_or_404(request, pk)
    unit: RoundUnit = unit_or_404(request, round, unit_pk)
    require(may_read_all(actor_of(request), round.matter), "生成提请件")
    way = (unit.name, reverse("round-unit", args=[pk, unit_pk]))
    context = {
        **frame(request, round, "round-uses", way, ("提请件", "")),
        "unit": unit,
        "paper": referral_of(unit, day=today()),
    }
    return answer(request, "rounds/referral.html", context)
