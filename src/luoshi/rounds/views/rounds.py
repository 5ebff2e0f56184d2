"""Rounds: the list, a new one, and the page of one with what is to be done next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.ledger.actors import Actor
from luoshi.ledger.paging import key_page
from luoshi.ledger.selectors import matter_obligations
from luoshi.ledger.together import Later
from luoshi.organisation.models import Body
from luoshi.rounds import forms, rules, services
from luoshi.rounds.models import Round
from luoshi.rounds.policies import may_manage, require
from luoshi.rounds.selectors.progress import progress, reminders, round_list
from luoshi.rounds.services.planning import plan_problems
from luoshi.rounds.services.summary import summary_problems
from luoshi.rounds.views.common import (
    PHASE_OF,
    PHASES,
    TONES,
    Deed,
    actor_of,
    answer,
    deeds_of,
    frame,
    possible,
    refused,
    round_or_404,
    timeline,
    today,
    unit_of,
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The rounds that one takes part in, newest year first."""
    actor = actor_of(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = key_page(round_list(actor), keys=("-year", "-matter_id"), after=after, before=before)
    mine: dict[int, Any] = {}
    if actor.can("rounds.unit"):
        from luoshi.rounds.models import RoundUnit

        rows = RoundUnit.objects.filter(round__in=page.items, body_id=actor.body_id or 0).select_related(
            "matter"
        )
        mine = {unit.round_id: unit for unit in rows}
    rows_shown = [(round, mine.get(round.pk)) for round in page.items]
    context = {"page": page, "rows": rows_shown, "manages": may_manage(actor), "tones": TONES}
    return answer(request, "rounds/round_list.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Open a round on a year by one of the rulebook's kinds."""
    actor, now = actor_of(request), timezone.now()
    require(may_manage(actor), "组织考评")
    office = get_object_or_404(Body, pk=actor.body_id)
    year = today().year
    kinds = [kind for kind in rules.kinds(today()) if not kind.holders or office.kind in kind.holders]
    made: list[Round] = []

    def open_(data: dict[str, Any]) -> None:
        made.append(
            services.round_open(rule=data["rule"], year=data["year"], office=office, actor=actor, at=now)
        )

    deed = Deed(
        "open", "立项", forms.NewRoundForm, open_, options={"kinds": kinds, "initial": {"year": year}}
    )
    done, shown = deeds_of(request, [deed], back=reverse("rounds"))
    if done is not None:
        return redirect("round-plan", pk=made[0].pk) if made else done
    context = {"shown": shown[0], "kinds": kinds, "crumbs": [("考评", reverse("rounds")), ("立项", "")]}
    return answer(request, "rounds/round_new.html", context, refused=refused(shown))


@GET_OR_POST
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a round stands, what is missing, and the steps that may be taken now."""
    round = round_or_404(request, pk)
    actor = actor_of(request)
    done, shown = deeds_of(request, _deeds(round, actor), back=reverse("round", args=[pk]))
    if done is not None:
        return done
    state = round.matter.state
    context = {
        **frame(request, round, "round"),
        "shown": shown,
        "phases": PHASES,
        "phase": PHASE_OF[state],
        "problems": _problems(round) if may_manage(actor, round.matter) else [],
        "next": _next(round, actor),
        "reminders": reminders(round, today()) if may_manage(actor, round.matter) else [],
        "progress": progress(round) if state != "draft" else [],
        "mine": unit_of(round, actor.body_id or 0) if actor.can("rounds.unit") else None,
        "owed": Later(matter_obligations(round.matter).filter(state="open")),
        "entries": timeline(round.matter) if may_manage(actor, round.matter) else [],
    }
    return answer(request, "rounds/round.html", context, refused=refused(shown))


def _problems(round: Round) -> list[str]:
    if round.matter.state == "draft":
        return plan_problems(round)
    return summary_problems(round) if round.matter.state == "marking" else []


def _next(round: Round, actor: Actor) -> list[dict[str, str]]:
    """Pages on which the next step is done."""
    can = possible(round, actor)
    found = []
    if "plan" in can:
        found.append(("填写方案", "round-plan", "edit"))
        found.append(("确定被考评单位", "round-units", "users"))
    if "tell" in can:
        found.append(("登记日常记录", "round-records", "note"))
    if "team" in can and round.matter.state != "planned":
        found.append(("组建考核组", "round-team", "users-group"))
    if "publish" in can:
        found.append(("公布结果", "round-publish", "speakerphone"))
    if "use" in can:
        found.append(("登记结果运用", "round-uses", "checklist"))
        found.append(("反馈问题、督促整改", "round-rectifications", "tools"))
    return [
        {"label": label, "url": reverse(name, args=[round.pk]), "icon": icon} for label, name, icon in found
    ]


def _deeds(round: Round, actor: Actor) -> list[Deed]:
    """The steps of the round itself that the actor may take now, in the order of the state table."""
    now, version = timezone.now(), round.matter.version
    common: dict[str, Any] = {"round": round, "actor": actor, "at": now}
    rule = rules.rule_of(round)
    steps = [
        Deed(
            "submit",
            "报请审定方案",
            forms.NoForm,
            lambda _: services.plan_submit(**common, version=version),
            icon="send",
            done="方案已报请审定",
        ),
        Deed(
            "approve_plan",
            "审定方案",
            forms.NumberForm,
            lambda data: services.plan_approve(**common, number=data["number"], version=version),
            icon="check",
            tone="success",
            confirm="审定后分值和日期不能再改，确定审定？",
            done="方案已审定",
        ),
        Deed(
            "return_plan",
            "退回方案",
            forms.ReasonForm,
            lambda data: services.plan_return(**common, reason=data["reason"]),
            icon="arrow-back-up",
            tone="danger",
            done="方案已退回",
        ),
        Deed(
            "notify",
            "下发考核通知",
            forms.NoticeForm,
            lambda data: services.notice_issue(**common, text=data["text"], version=version),
            icon="speakerphone",
            done="通知已下发",
        ),
        Deed(
            "mark",
            "开始评分",
            forms.NoForm,
            lambda _: services.marking_start(**common, version=version),
            icon="player-play",
            done="考核组可以评分了",
        ),
        Deed(
            "summarise",
            "汇总",
            forms.NoForm,
            lambda _: services.summarise(**common, version=version),
            icon="scale",
            done="已汇总，请在“结果”中核对",
        ),
        Deed(
            "check",
            f"{rule.organ_of('check')}审核通过" if rule.organ_of("check") else "审核通过",
            forms.OpinionForm,
            lambda data: services.summary_check(**common, opinion=data["opinion"]),
            icon="check",
            done="已送审定",
        ),
        Deed("recheck", "退回评分", forms.ReasonForm, _return(common), icon="arrow-back-up", tone="danger"),
        Deed(
            "approve",
            f"{rule.organ_of('approve')}审定" if rule.organ_of("approve") else "审定结果",
            forms.OpinionForm,
            lambda data: services.result_approve(**common, opinion=data["opinion"], version=version),
            icon="check",
            tone="success",
            confirm="审定后结果即可公布，确定审定？",
            done="结果已审定",
        ),
        Deed(
            "return_result",
            "退回重评",
            forms.ReasonForm,
            _return(common),
            icon="arrow-back-up",
            tone="danger",
        ),
        Deed(
            "close",
            "办结",
            forms.NoForm,
            lambda _: services.round_close(**common),
            icon="archive",
            done="本次考评已办结",
        ),
        Deed(
            "cancel",
            "取消本次考评",
            forms.ReasonForm,
            lambda data: services.round_cancel(**common, reason=data["reason"]),
            icon="ban",
            tone="danger",
            confirm="确定取消？",
            done="本次考评已取消",
        ),
    ]
    can = possible(round, actor)
    return [deed for deed in steps if deed.code in can]


def _return(common: dict[str, Any]) -> Any:
    return lambda data: services.summary_return(**common, reason=data["reason"])
