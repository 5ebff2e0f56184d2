"""Daily records, notices of a quarter or month, and spot checks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.engines.rulebook import Scheme
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Refusal
from luoshi.ledger.paging import key_page
from luoshi.ledger.states import table_for
from luoshi.rounds import forms, rules, services
from luoshi.rounds.models import Draw, QuarterNotice, Record, Round
from luoshi.rounds.policies import may_approve, may_manage, may_read_all, may_read_own, require
from luoshi.rounds.selectors.progress import period_words, record_list
from luoshi.rounds.services.records import bounds, records_in
from luoshi.rounds.services.spot import spot_means
from luoshi.rounds.states import LIVE, RECORDING
from luoshi.rounds.views.common import (
    Deed,
    actor_of,
    answer,
    deeds_of,
    frame,
    refused,
    round_or_404,
    timeline,
    today,
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The records of a round, and the periods whose notice or spot check is due."""
    round = round_or_404(request, pk)
    require(may_read_all(actor_of(request), round.matter), "查看日常考核")
    rule, day = rules.rule_of(round), today()
    rows = record_list(
        round,
        unit=_number(request.GET.get("unit", "")),
        state=request.GET.get("state", ""),
        kind=request.GET.get("kind", ""),
    )
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    told = {notice.period: notice for notice in QuarterNotice.objects.filter(round=round)}
    drawn: dict[str, list[Draw]] = {}
    for draw in Draw.objects.filter(round=round):
        drawn.setdefault(draw.period, []).append(draw)
    context = {
        **frame(request, round, "round-records", ("日常考核", "")),
        "page": key_page(rows, keys=("-day", "-matter_id"), after=after, before=before),
        "units": round.units.exclude(matter__state="removed").order_by("class_key", "body__code"),
        "periods": [
            {
                "period": one,
                "words": period_words(one),
                "notice": told.get(one),
                "over": bounds(one)[1] <= day,
            }
            for one in rules.periods(rule.records.every, round.year)
        ],
        "spots": [
            {"period": one, "words": period_words(one), "draws": drawn.get(one, [])}
            for one in rules.periods(rule.spot.every, round.year)
        ],
        "may_enter": round.matter.state in RECORDING and may_manage(actor_of(request), round.matter),
    }
    return answer(request, "rounds/records.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def effects(scheme: Scheme, *, adjust: bool) -> list[Any]:
    """What a record may count for, grouped for a select: items, failures, what lies outside the total, vetoes."""
    plain, outside, failures = [], [], []
    for top in scheme.items:
        for leaf in top.leaves():
            label = f"{leaf.id} {leaf.title}"
            if leaf.failures:
                failures += [(f"fail:{leaf.id}:{one.key}", f"{leaf.id} {one.title}") for one in leaf.failures]
            elif leaf.kind in ("mark", "check"):
                if top.part in ("bonus", "deduction"):
                    outside.append((f"item:{leaf.id}", f"{top.title}：{label}"))
                elif adjust:
                    plain.append((f"item:{leaf.id}", label))
    vetoes = [(f"veto:{veto.count}", veto.title or scheme.label(veto.count)) for veto in scheme.vetoes]
    groups = [
        ("考核项目", plain),
        ("扣分情形", failures),
        ("总分之外（须批准）", outside),
        ("否决情形（须批准）", vetoes),
    ]
    return [(title, rows) for title, rows in groups if rows]


@GET_OR_POST
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a record: first whom it concerns, then what it counts for by that unit's scheme."""
    round = round_or_404(request, pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    require(may_manage(actor, round.matter), "登记日常考核")
    if round.matter.state not in RECORDING:
        messages.error(request, "考评结果已经汇总，不能再登记日常记录")
        return redirect("round-records", pk=pk)
    key = request.POST.get("class") or request.GET.get("class") or rule.classes[0].key
    if key not in {kind.key for kind in rule.classes}:
        raise Http404
    scheme = rules.shown_scheme(round, key)
    form = forms.RecordForm(
        request.POST or None, request.FILES or None, round=round, rule=rule, initial={"day": today()}
    )
    form.fields["unit"].queryset = form.fields["unit"].queryset.filter(class_key=key)  # type: ignore[attr-defined]
    effect = forms.EffectForm(request.POST or None, choices=effects(scheme, adjust=rule.records.adjust))
    if request.method == "POST" and form.is_valid() and effect.is_valid():
        data = form.cleaned_data
        try:
            record = services.record_enter(
                actor=actor,
                at=now,
                **{name: data[name] for name in ("unit", "kind", "method", "day", "text", "cause")},
                **effect.effect_of(),
            )
            if data["file"]:
                _attach(record, data["file"], actor, now)
        except Refusal as refusal:
            place = form if refusal.field in form.fields else effect
            place.add_error(refusal.field if refusal.field in place.fields else None, str(refusal))
        else:
            messages.success(request, "已登记" + ("，批准后计分" if record.needs_approval else ""))
            return redirect("round-record", pk=pk, record_pk=record.pk)
    context = {
        **frame(
            request, round, "round-records", ("日常考核", reverse("round-records", args=[pk])), ("登记", "")
        ),
        "form": form,
        "effect": effect,
        "kinds": rule.classes,
        "key": key,
    }
    return answer(request, "rounds/record_new.html", context, refused=bool(form.errors or effect.errors))


def _attach(record: Record, file: Any, actor: Any, now: Any) -> None:
    ledger.attachment_add(
        matter=record.matter, file=file, name=file.name or "", purpose="evidence", actor=actor, at=now
    )


@GET_OR_POST
def record(request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
    """A record with its evidence; approved, withdrawn, or given a file here."""
    round = round_or_404(request, pk)
    row = (
        Record.objects.select_related("matter", "unit", "round", "round__matter")
        .filter(round=round, pk=record_pk)
        .first()
    )
    if row is None:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    require(may_read_own(actor, row.matter), "查看这条记录")
    deeds = _record_deeds(row, actor, now)
    done, shown = deeds_of(request, deeds, back=reverse("round-record", args=[pk, record_pk]))
    if done is not None:
        return done
    rule, scheme = rules.rule_of(round), rules.shown_scheme(round, row.unit.class_key)
    leaf = rules.leaf_of(scheme, row.leaf) if row.leaf else None
    context = {
        **frame(
            request, round, "round-records", ("日常考核", reverse("round-records", args=[pk])), ("记录", "")
        ),
        "record": row,
        "shown": shown,
        "leaf": leaf,
        "failure": next((one.title for one in (leaf.failures if leaf else ()) if one.key == row.failure), ""),
        "veto": next((v.title or scheme.label(v.count) for v in scheme.vetoes if v.count == row.veto), ""),
        "kind": next((one.label for one in rule.records.kinds if one.value == row.kind), row.kind),
        "method": next((one.label for one in rule.records.methods if one.value == row.method), row.method),
        "files": row.matter.attachments.order_by("pk"),
        "entries": timeline(row.matter),
    }
    return answer(request, "rounds/record.html", context, refused=refused(shown))


def _record_deeds(row: Record, actor: Any, now: Any) -> list[Deed]:
    can = {edge.action for edge in table_for(row.matter.kind).actions(row.matter.state, actor, row.matter)}
    open_ = row.round.matter.state in RECORDING
    found: list[Deed] = []
    if open_ and row.needs_approval and "approve" in can and may_approve(actor, row.round.matter):
        found.append(
            Deed(
                "approve",
                "批准",
                forms.NoForm,
                lambda _: services.record_approve(record=row, actor=actor, at=now),
                icon="check",
                tone="success",
                confirm="批准后计入得分，确定批准？",
                done="已批准",
            )
        )
    if open_ and may_manage(actor, row.round.matter) and row.matter.state == "entered":
        found.append(
            Deed(
                "file",
                "上传证据",
                forms.FileForm,
                lambda data: _attach(row, data["file"], actor, now),
                icon="upload",
                done="证据已上传",
            )
        )
    if open_ and "withdraw" in can:
        found.append(
            Deed(
                "withdraw",
                "撤销记录",
                forms.ReasonForm,
                lambda data: services.record_withdraw(record=row, reason=data["reason"], actor=actor, at=now),
                icon="trash",
                tone="danger",
                done="已撤销",
            )
        )
    return found


@GET_OR_POST
def period(request: HttpRequest, pk: int, period: str) -> HttpResponse:
    """The notice of a period: its records, and the text that goes with them."""
    round = round_or_404(request, pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    require(may_read_all(actor, round.matter), "查看通报")
    if period not in rules.periods(rule.records.every, round.year):
        raise Http404
    notice = QuarterNotice.objects.filter(round=round, period=period).first()
    rows = list(records_in(round, period))
    if notice is not None:
        rows = list(
            Record.objects.filter(pk__in=notice.listed).select_related("unit", "matter").order_by("day")
        )
    deeds = []
    if notice is None and may_manage(actor, round.matter) and round.matter.state in LIVE:
        draft = _draft(period, rows)
        deeds.append(
            Deed(
                "tell",
                "发出通报",
                forms.TextForm,
                lambda data: services.quarter_tell(
                    round=round, period=period, text=data["text"], actor=actor, at=now
                ),
                icon="speakerphone",
                opened=True,
                done="已通报",
                options={"initial": {"text": draft}},
            )
        )
    done, shown = deeds_of(request, deeds, back=reverse("round-period", args=[pk, period]))
    if done is not None:
        return done
    words = period_words(period)
    context = {
        **frame(
            request, round, "round-records", ("日常考核", reverse("round-records", args=[pk])), (words, "")
        ),
        "words": words,
        "notice": notice,
        "rows": rows,
        "shown": shown,
    }
    return answer(request, "rounds/period.html", context, refused=refused(shown))


def _draft(period: str, rows: list[Record]) -> str:
    """A beginning of the notice from the records of the period."""
    lines = [f"{place}. {row.unit.name}：{row.text}" for place, row in enumerate(rows, start=1)]
    if not lines:
        return f"{period_words(period)}日常考核没有登记问题或成绩。"
    return f"{period_words(period)}日常考核共登记{len(rows)}条：\n" + "\n".join(lines)


@GET_OR_POST
def spot(request: HttpRequest, pk: int, period: str) -> HttpResponse:
    """The spot check of a period: draw by class, enter what was found, see the means."""
    round = round_or_404(request, pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    require(may_read_all(actor, round.matter), "查看抽查")
    if period not in rules.periods(rule.spot.every, round.year):
        raise Http404
    draws = {draw.class_key: draw for draw in Draw.objects.filter(round=round, period=period)}
    deeds: list[Deed] = []
    if may_manage(actor, round.matter) and round.matter.state in LIVE:
        deeds = [_spot_deed(round, period, kind, draws.get(kind.key), actor, now) for kind in rule.classes]
    done, shown = deeds_of(request, deeds, back=reverse("round-spot", args=[pk, period]))
    if done is not None:
        return done
    words = period_words(period)
    context = {
        **frame(
            request,
            round,
            "round-records",
            ("日常考核", reverse("round-records", args=[pk])),
            (f"{words}抽查", ""),
        ),
        "words": words,
        "shown": shown,
        "classes": [_spot_class(round, kind, draws.get(kind.key)) for kind in rule.classes],
        "fill": rule.spot.fill == "mean",
    }
    return answer(request, "rounds/spot.html", context, refused=refused(shown))


def _spot_deed(round: Round, period: str, kind: Any, draw: Draw | None, actor: Any, now: Any) -> Deed:
    if draw is None:
        return Deed(
            f"draw-{kind.key}",
            f"抽取{kind.title}",
            forms.NoForm,
            lambda _: services.spot_draw(round=round, period=period, class_key=kind.key, actor=actor, at=now),
            icon="rotate",
            confirm="抽取后名单不能更改，确定抽取？",
            done="已抽取，种子和名单已留存",
        )
    units = round.units.filter(class_key=kind.key, body__code__in=draw.drawn)
    return Deed(
        f"score-{kind.key}",
        f"登记抽查得分：{kind.title}",
        forms.SpotForm,
        lambda data: services.spot_score(draw=draw, actor=actor, at=now, **data),
        icon="pencil",
        done="得分已登记",
        options={"units": units},
    )


def _spot_class(round: Round, kind: Any, draw: Draw | None) -> dict[str, Any]:
    means, every = spot_means(round, kind.key)
    scores = (
        {score.unit.body.code: score for score in draw.scores.select_related("unit__body")} if draw else {}
    )
    names = dict(round.units.filter(class_key=kind.key).values_list("body__code", "name"))
    drawn = [(names.get(code, code), scores.get(code)) for code in draw.drawn] if draw else []
    return {"kind": kind, "draw": draw, "drawn": drawn, "mean": every, "checked": len(means)}
