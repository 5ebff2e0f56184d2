"""A unit in a round: its self-assessment, its papers, its sheet, its objections."""

from __future__ import annotations

import datetime as dt
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.engines.rulebook import Item
from luoshi.engines.rulebook.measures import SAME, TIMED
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete, Refusal
from luoshi.ledger.selectors import matter_obligations
from luoshi.ledger.states import table_for
from luoshi.ledger.together import Later
from luoshi.rounds import forms, measured, rules, services
from luoshi.rounds.models import RoundUnit, SelfItem
from luoshi.rounds.policies import may_act_for, may_approve, may_manage, may_read_own, require
from luoshi.rounds.selectors.feeds import WEBSITE, site_result
from luoshi.rounds.selectors.persons import leader_changes, persons_proposed
from luoshi.rounds.selectors.sheets import unit_sheet
from luoshi.rounds.services.notice import ANSWERS, self_problems
from luoshi.rounds.states import SETTLED
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
    unit_or_404,
)

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """Everything of one unit in one round."""
    round = round_or_404(request, pk)
    unit = unit_or_404(request, round, unit_pk)
    actor = actor_of(request)
    back = reverse("round-unit", args=[pk, unit_pk])
    done, shown = deeds_of(request, _deeds(request, unit), back=back)
    if done is not None:
        return done
    own = may_read_own(actor, unit.matter)
    sees_result = (
        may_manage(actor, round.matter)
        or may_approve(actor, round.matter)
        or (own and round.matter.state in SETTLED)
    )
    context = {
        **frame(request, round, "round-units", (unit.name, "")),
        "unit": unit,
        "kind": rules.rule_of(round).class_(unit.class_key),
        "shown": shown,
        "acts": may_act_for(actor, unit.matter),
        "problems": self_problems(unit) if unit.matter.state == "notified" and round.planned_at else [],
        "items": _own_rows(unit) if round.planned_at else [],
        "persons": [(one.label, unit.persons.get(one.value, "")) for one in rules.rule_of(round).persons],
        "files": Later(unit.matter.attachments.order_by("pk")),
        "records": Later(_records(unit)) if own else [],
        "remarks": Later(unit.remarks.all()) if own else [],
        "sheet": unit_sheet(unit) if sees_result else None,
        "quoted": site_result(unit.body_id, round.year) if own and round.rule != WEBSITE else None,
        "owed": Later(matter_obligations(unit.matter).filter(state="open")),
        "entries": timeline(unit.matter) if own else [],
        "rectifications": Later(unit.rectifications.select_related("matter")) if own else [],
    }
    return answer(request, "rounds/unit.html", context, refused=refused(shown))


def _records(unit: RoundUnit) -> QuerySet[Any]:
    """The latest records of a unit that stand."""
    rows: QuerySet[Any] = unit.records.exclude(matter__state="withdrawn").select_related("matter")
    return rows.order_by("-day")[:50]


def _own_rows(unit: RoundUnit) -> list[dict[str, Any]]:
    rows = {row.leaf: row for row in unit.own.all()}
    scheme = rules.shown_scheme(unit.round, unit.class_key)
    return [
        {"leaf": leaf, "own": rows.get(leaf.id), "answers": answers_in_words(leaf, rows.get(leaf.id))}
        for leaf in scheme.leaves()
        if leaf.kind != "formula" and (leaf.id in rows or rules.part_of(scheme, leaf.id) != "bonus")
    ]


def answers_in_words(leaf: Item, own: SelfItem | None) -> list[tuple[str, str]]:
    """What a unit answered to each ask, with labels; of measured ones also what the numbers say."""
    if own is None:
        return []
    found = measured.findings(leaf, own.values, at=timezone.now())
    rows: list[tuple[str, str]] = []
    for ask in leaf.asks:
        word = ANSWERS.get(own.answers.get(ask.key, ""), "")
        say = found[ask.key].say if ask.key in found and ask.key in own.values else ""
        if word or say:
            rows.append((ask.title, "。".join(part for part in (word, say.rstrip("。")) if part)))
    return rows


def _deeds(request: HttpRequest, unit: RoundUnit) -> list[Deed]:
    actor, now = actor_of(request), timezone.now()
    can = {edge.action for edge in table_for(unit.matter.kind).actions(unit.matter.state, actor, unit.matter)}
    found: list[Deed] = []
    if "recall" in can:
        found.append(
            Deed(
                "recall",
                "撤回修改",
                forms.NoForm,
                lambda _: services.self_recall(unit=unit, actor=actor, at=now),
                icon="arrow-back-up",
                confirm="撤回后须重新报送，确定撤回？",
                done="已撤回，请修改后重新报送",
            )
        )
    if "remark" in can and unit.round.matter.state in SETTLED:
        found.append(
            Deed(
                "remark",
                "提出异议",
                forms.TextForm,
                lambda data: services.remark_add(unit=unit, text=data["text"], actor=actor, at=now),
                icon="message-report",
                done="意见已登记",
            )
        )
    if "answer" in can:
        found += [_answer(row, actor, now) for row in unit.remarks.filter(answered_at__isnull=True)]
    content = rules.rule_of(unit.round).records.leaf
    if "agree" in can and content and unit.round.matter.state in ("running", "marking"):
        found.append(
            Deed(
                "content",
                "评定栏目内容保障",
                forms.ContentForm,
                lambda data: services.content_score(unit=unit, actor=actor, at=now, **data),
                icon="scale",
                done="已评定",
            )
        )
    spot = rules.rule_of(unit.round).spot.leaf
    if "agree" in can and spot and unit.round.matter.state == "marking":
        found.append(
            Deed(
                "spot",
                f"抽查平均分记入{spot}",
                forms.NoForm,
                lambda _: services.spot_confirm(unit=unit, actor=actor, at=now),
                icon="rotate",
                confirm="本单位有抽查得分的取其平均，没有的取同类单位平均。确定记入？",
                done="已记入评分",
            )
        )
    if "exempt" in can and unit.round.planned_at is not None:
        leaves = [
            (leaf.id, f"{leaf.id} {leaf.title}")
            for leaf in rules.full_scheme(unit.round, unit.class_key).leaves()
            if leaf.kind != "formula"
        ]
        found.append(
            Deed(
                "exempt",
                "认定无此项任务",
                forms.ExemptForm,
                lambda data: services.exempt_set(unit=unit, actor=actor, at=now, **data),
                icon="circle-dashed",
                done="已登记",
                options={"leaves": leaves},
            )
        )
    return found


def _answer(remark: Any, actor: Any, now: Any) -> Deed:
    return Deed(
        f"answer-{remark.pk}",
        f"答复异议：{remark.text[:20]}",
        forms.AnswerForm,
        lambda data: services.remark_answer(remark=remark, text=data["answer"], actor=actor, at=now),
        icon="message-check",
        done="已答复",
        opened=True,
    )


@GET_OR_POST
def own(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """The unit's own assessment: every item with what was done, evidence and, where asked for, its own mark."""
    round = round_or_404(request, pk)
    unit = unit_or_404(request, round, unit_pk)
    actor, now = actor_of(request), timezone.now()
    require(may_act_for(actor, unit.matter), "填写本单位自查")
    rule = rules.rule_of(round)
    problem = ""
    if request.method == "POST":
        try:
            _save(request, unit, actor, now)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            if "submit" in request.POST:
                messages.success(request, "自查材料已报送")
                return redirect("round-unit", pk=pk, unit_pk=unit_pk)
            messages.success(request, "已保存，尚未报送")
            return redirect("round-self", pk=pk, unit_pk=unit_pk)
    fresh = RoundUnit.objects.select_related("round", "matter", "body").get(pk=unit.pk)
    proposed = persons_proposed(fresh, today())
    context = {
        **frame(
            request, round, "round", (unit.name, reverse("round-unit", args=[pk, unit_pk])), ("自查", "")
        ),
        "unit": fresh,
        "columns": _columns(fresh, request.POST if problem else None),
        "done": SelfItem.Done.choices,
        "answers": ANSWERS,
        "scored": rule.own.scored,
        "persons": [
            (one, request.POST.get(f"person-{one.value}", proposed.get(one.value, "")))
            for one in rule.persons
        ],
        "report": request.POST.get("report", fresh.report),
        "to": rule.organs.get(rule.own.to, ""),
        "copies": [rule.organs[key] for key in rule.own.copies],
        "due": round.day("self_due"),
        "editable": unit.matter.state == "notified",
        "files": unit.matter.attachments.order_by("pk"),
        "problem": problem,
    }
    return answer(request, "rounds/self.html", context, refused=bool(problem))


def _save(request: HttpRequest, unit: RoundUnit, actor: Any, now: Any) -> None:
    """Save what was filled in, with its files; hand in where the button says so."""
    post = request.POST
    scheme = rules.full_scheme(unit.round, unit.class_key)
    items = [
        services.Own(
            leaf.id,
            post[f"done-{leaf.id}"],
            post.get(f"text-{leaf.id}", ""),
            {ask.key: post.get(f"ask-{leaf.id}-{ask.key}", "") for ask in leaf.asks},
            post.get(f"points-{leaf.id}", ""),
            _values(leaf, post),
        )
        for leaf in scheme.leaves()
        if post.get(f"done-{leaf.id}")
    ]
    report = post.get("report", "")
    services.self_save(unit=unit, items=items, report=report, actor=actor, at=now)
    for name in request.FILES:
        leaf = name.partition("-")[2]
        for file in request.FILES.getlist(name):
            ledger.attachment_add(
                matter=unit.matter,
                file=cast(BinaryIO, file),
                name=file.name or "",
                purpose=f"self:{leaf}",
                actor=actor,
                at=now,
            )
    if "submit" in post:
        persons = {name[7:]: str(value) for name, value in post.items() if name.startswith("person-")}
        services.self_submit(unit=unit, report=report, persons=persons, actor=actor, at=now)


def _values(leaf: Item, post: Any) -> dict[str, Any] | None:
    """What was entered for asks that are measured: a number each, or one dated case a line."""
    found: dict[str, Any] = {}
    for ask in measured.measured_asks(leaf):
        prefix = f"value-{leaf.id}-{ask.key}"
        lines = [line for line in post.get(prefix, "").splitlines() if line.strip()]
        if ask.measure is not None and ask.measure.form == TIMED:
            found[ask.key] = [_case(line) for line in lines]
        elif ask.measure is not None and ask.measure.form == SAME:
            found[ask.key] = [line.replace("，", ",").split(",") for line in lines]
        elif ask.measure is not None:
            found[ask.key] = {name: post.get(f"{prefix}-{name}", "") for name in ask.measure.inputs}
    return found or None


CASE = ("ref", "start", "done", "due")


def _case(line: str) -> dict[str, str]:
    cells = [cell.strip() for cell in line.replace("，", ",").split(",")]
    if len(cells) > len(CASE):
        raise Incomplete(f"“{line[:40]}”：每行写 事项,起算时间,办理时间,要求时限")
    return dict(zip(CASE, cells, strict=False))


def _line(case: dict[str, str]) -> str:
    """A dated case as it was entered."""
    times = [case.get(key, "")[:16].replace("T", " ") for key in CASE[1:]]
    return ",".join([case.get("ref", ""), *times]).rstrip(",")


def _columns(unit: RoundUnit, post: Any) -> list[dict[str, Any]]:
    rows = {row.leaf: row for row in unit.own.all()}
    scheme = rules.full_scheme(unit.round, unit.class_key)
    reminded = any(ask.remind for leaf in scheme.leaves() for ask in leaf.asks)
    changes = leader_changes(unit, today()) if reminded else []
    files: dict[str, list[Any]] = {}
    for file in unit.matter.attachments.order_by("pk"):
        files.setdefault(file.purpose.removeprefix("self:"), []).append(file)
    return [
        {
            "title": top.title,
            "part": top.part,
            "items": [
                _item(leaf, rows.get(leaf.id), files.get(leaf.id, []), post, unit.round.last_day)
                | {"reminders": changes if any(ask.remind for ask in leaf.asks) else []}
                for leaf in top.leaves()
                if leaf.kind != "formula" and leaf.id not in unit.exempt
            ],
        }
        for top in scheme.items
        if any(leaf.kind != "formula" for leaf in top.leaves())
    ]


def _item(leaf: Item, own: SelfItem | None, files: list[Any], post: Any, day: dt.date) -> dict[str, Any]:
    def said(name: str, kept: Any) -> Any:
        return post.get(name, "") if post is not None else kept

    answers = own.answers if own else {}
    values = own.values if own else {}
    return {
        "leaf": leaf,
        "done": said(f"done-{leaf.id}", own.done if own else ""),
        "text": said(f"text-{leaf.id}", own.text if own else ""),
        "points": said(f"points-{leaf.id}", "" if own is None or own.points is None else own.points),
        "asks": [
            {
                "ask": ask,
                "answer": said(f"ask-{leaf.id}-{ask.key}", answers.get(ask.key, "")),
                "inputs": _inputs(leaf, ask, values.get(ask.key), post, day),
            }
            for ask in leaf.asks
        ],
        "files": files,
    }


def _inputs(leaf: Item, ask: Any, kept: Any, post: Any, day: dt.date) -> list[dict[str, Any]]:
    """The inputs of an ask that is measured: (name, label, value, lines?). day: as of which limits are told."""
    if ask.measure is None:
        return []
    prefix = f"value-{leaf.id}-{ask.key}"
    if ask.measure.form == TIMED:
        value = post.get(prefix, "") if post is not None else "\n".join(_line(case) for case in kept or [])
        limit = measured.limit_words(ask.measure, day)
        label = f"{ask.title}（{limit}），逐件填写，每行：事项,起算时间,办理时间,要求时限"
        return [{"name": prefix, "label": label, "value": value, "lines": True}]
    if ask.measure.form == SAME:
        value = post.get(prefix, "") if post is not None else "\n".join(",".join(row) for row in kept or [])
        label = f"逐行填写：{','.join(ask.measure.inputs.values())}"
        return [{"name": prefix, "label": label, "value": value, "lines": True}]
    kept = kept or {}
    return [
        {
            "name": f"{prefix}-{name}",
            "label": label,
            "value": post.get(f"{prefix}-{name}", "") if post is not None else kept.get(name, ""),
            "lines": False,
        }
        for name, label in ask.measure.inputs.items()
    ]
