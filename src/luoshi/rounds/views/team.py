"""The team and its tasks; the marks that its members give."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.engines.assessment.points import plain
from luoshi.engines.rulebook import Item, Scheme
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Refusal
from luoshi.ledger.inputs import natural
from luoshi.organisation.models import User
from luoshi.organisation.models.base import in_force
from luoshi.rounds import forms, measured, rules, services
from luoshi.rounds.models import Assignment, Mark, Member, Record, Round, RoundUnit
from luoshi.rounds.policies import may_manage, may_read_all, require
from luoshi.rounds.selectors.progress import marked_leaves, progress, unit_marks
from luoshi.rounds.services.marking import is_marked, may_mark, member_of
from luoshi.rounds.services.notice import ANSWERS
from luoshi.rounds.services.spot import spot_means
from luoshi.rounds.services.team import missing_pools, recusal
from luoshi.rounds.states import LIVE
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
from luoshi.rounds.views.units import answers_in_words

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the team, from where, and who marks what."""
    round = round_or_404(request, pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    require(may_read_all(actor, round.matter), "查看考核组")
    members = Member.objects.filter(round=round).select_related("body").prefetch_related("assignments__unit")
    back = reverse("round-team", args=[pk])
    deeds = (
        _team_deeds(round, actor, now)
        if may_manage(actor, round.matter) and round.matter.state in LIVE
        else []
    )
    done, shown = deeds_of(request, deeds, back=back)
    if done is not None:
        return done
    pools = {pool.key: pool.label for pool in rule.team.pools}
    titles = {kind.key: kind.title for kind in rule.classes}
    rows = [
        {
            "member": member,
            "pool": pools.get(member.pool, member.pool),
            "bars": "、".join(
                titles[key] for pool in rule.team.pools if pool.key == member.pool for key in pool.bars
            ),
            "tasks": [_task(round, titles, one) for one in member.assignments.all()],
        }
        for member in members
    ]
    context = {
        **frame(request, round, "round-team", ("考核组", "")),
        "rows": rows,
        "shown": shown,
        "missing": missing_pools(round),
        "pools": rule.team.pools,
        "may_change": bool(deeds),
    }
    return answer(request, "rounds/team.html", context, refused=refused(shown))


def _task(round: Round, titles: dict[str, str], task: Assignment) -> dict[str, Any]:
    column = ""
    if task.item:
        scheme = rules.scheme_of(round, task.class_key)
        column = next((top.title for top in scheme.items if top.id == task.item), task.item)
    what = task.unit.name if task.unit else titles.get(task.class_key, task.class_key)
    return {"pk": task.pk, "words": f"{what}：{column or '全部栏目'}"}


def _team_deeds(round: Round, actor: Any, now: Any) -> list[Deed]:
    rule = rules.rule_of(round)
    there = Member.objects.filter(round=round, left_at__isnull=True)
    able = User.objects.filter(
        in_force(today(), "grants__"), grants__role__permissions__code="rounds.assess", is_active=True
    )
    users = (
        able.exclude(pk__in=there.values("user_id"))
        .select_related("person__body")
        .distinct()
        .order_by("person__name")
    )
    whats = [(f"{kind.key}:", f"{kind.title}（全部）") for kind in rule.classes]
    for unit in round.units.exclude(matter__state="removed").order_by("class_key", "body__code"):
        whats.append((f"{unit.class_key}:{unit.pk}", unit.name))
    columns = {
        top.id: top.title
        for kind in rule.classes
        for top in rules.scheme_of(round, kind.key).items
        if any(is_marked(rules.scheme_of(round, kind.key), leaf) for leaf in top.leaves())
    }

    def add(data: dict[str, Any]) -> None:
        user = data["user"]
        services.member_add(
            round=round, user=user, body=user.person.body, pool=data["pool"], actor=actor, at=now
        )

    def assign(data: dict[str, Any]) -> None:
        key, _, unit = data["what"].partition(":")
        chosen = RoundUnit.objects.filter(round=round, pk=unit).first() if unit else None
        services.task_assign(
            member=data["member"], class_key=key, unit=chosen, item=data["item"], actor=actor, at=now
        )

    return [
        Deed(
            "add",
            "增加成员",
            forms.MemberForm,
            add,
            icon="user-plus",
            done="成员已加入",
            options={"users": users, "rule": rule},
        ),
        Deed(
            "assign",
            "分派评分任务",
            forms.TaskForm,
            assign,
            icon="clipboard-list",
            done="任务已分派",
            options={"members": there, "whats": whats, "items": list(columns.items())},
        ),
    ]


@require_http_methods(["POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member leave, or take a task back."""
    round = round_or_404(request, pk)
    actor, now = actor_of(request), timezone.now()
    require(may_manage(actor, round.matter), "组建考核组")
    try:
        number = natural(request.POST.get("task", ""))
        if number is not None:
            task = get_object_or_404(Assignment, pk=number, member__round=round)
            services.task_end(assignment=task, actor=actor, at=now)
        else:
            member = get_object_or_404(Member, pk=natural(request.POST.get("member", "")), round=round)
            services.member_remove(member=member, actor=actor, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已变更")
    return redirect("round-team", pk=pk)


@require_safe
def marks(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the marks are: for an assessor the own tasks, for the office every unit."""
    round = round_or_404(request, pk)
    actor, rule = actor_of(request), rules.rule_of(round)
    member = member_of(round, actor)
    require(may_read_all(actor, round.matter) or member is not None, "查看评分进度")
    done = unit_marks(round)
    tasks = list(member.assignments.all()) if member else []
    titles = {kind.key: kind.title for kind in rule.classes}
    rows = []
    units = round.units.exclude(matter__state="removed").select_related("matter", "body")
    wanted = {kind.key: set(marked_leaves(rules.shown_scheme(round, kind.key))) for kind in rule.classes}
    for unit in units.order_by("class_key", "body__code"):
        mine = member is not None and any(
            task.class_key == unit.class_key and task.unit_id in (None, unit.pk) for task in tasks
        )
        why = recusal(rule, member, class_key=unit.class_key, unit=unit) if member else ""
        if may_read_all(actor, round.matter) or (mine and not why):
            rows.append(
                {
                    "unit": unit,
                    "title": titles[unit.class_key],
                    "done": done.get(unit.pk, 0),
                    "wanted": len(wanted[unit.class_key] - set(unit.exempt)),
                    "mine": mine and not why and round.matter.state == "marking",
                }
            )
    context = {
        **frame(request, round, "round-marks", ("评分", "")),
        "rows": rows,
        "progress": progress(round) if may_read_all(actor, round.matter) else [],
        "member": member,
    }
    return answer(request, "rounds/marks.html", context)


@GET_OR_POST
def mark_unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """The marks of one unit: an assessor gives those assigned, the office sees all and enters what was agreed."""
    round = round_or_404(request, pk)
    unit = unit_or_404(request, round, unit_pk)
    actor, now, rule = actor_of(request), timezone.now(), rules.rule_of(round)
    member = member_of(round, actor)
    require(may_read_all(actor, round.matter) or member is not None, "查看评分")
    scheme = rules.full_scheme(round, unit.class_key)
    tasks = list(member.assignments.all()) if member else []
    why = recusal(rule, member, class_key=unit.class_key, unit=unit) if member else ""
    if why and not may_read_all(actor, round.matter):
        require(False, "给这个单位评分：" + why)
    gives = member is not None and not why and round.matter.state == "marking"
    problem = ""
    if request.method == "POST" and request.POST.get("action") == "marks":
        try:
            services.marks_set(
                unit=unit,
                entries=_entries(scheme, request.POST),
                methods=request.POST.getlist("methods"),
                actor=actor,
                at=now,
            )
            _attach(unit, request, actor, now)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            problem = str(refusal)
        else:
            messages.success(request, "评分已保存")
            return redirect("round-mark", pk=pk, unit_pk=unit_pk)
    deeds = (
        _agree_deed(unit, scheme, actor, now)
        if may_manage(actor, round.matter) and round.matter.state == "marking"
        else []
    )
    done, shown = (
        (None, []) if problem else deeds_of(request, deeds, back=reverse("round-mark", args=[pk, unit_pk]))
    )
    if done is not None:
        return done
    means, every = spot_means(round, unit.class_key) if rule.spot.every else ({}, None)
    context = {
        **frame(request, round, "round-marks", ("评分", reverse("round-marks", args=[pk])), (unit.name, "")),
        "unit": unit,
        "columns": _columns(
            unit,
            scheme,
            member,
            tasks if gives else [],
            may_read_all(actor, round.matter),
            request.POST if problem else None,
        ),
        "gives": gives,
        "methods": rule.methods,
        "answers": ANSWERS,
        "problem": problem,
        "shown": shown,
        "spot_own": means.get(unit.pk),
        "spot_mean": every,
        "files": unit.matter.attachments.order_by("pk"),
    }
    return answer(request, "rounds/mark_unit.html", context, refused=bool(problem) or refused(shown))


def _attach(unit: RoundUnit, request: HttpRequest, actor: Any, now: Any) -> None:
    """Keep the evidence that goes with the marks."""
    for file in request.FILES.getlist("evidence"):
        name = getattr(file, "name", "") or ""
        stored = cast(BinaryIO, file)
        ledger.attachment_add(matter=unit.matter, file=stored, name=name, purpose="mark", actor=actor, at=now)


def _entries(scheme: Scheme, post: Any) -> list[services.Entry]:
    """What was entered; items left wholly empty are not touched."""
    found: list[services.Entry] = []
    for leaf in scheme.leaves():
        points = post.get(f"points-{leaf.id}", "").strip()
        keys = [one.key for one in leaf.failures] or [ask.key for ask in leaf.asks] or ["met"]
        answers = {key: post.get(f"answer-{leaf.id}-{key}", "") for key in keys}
        said = points or any(answers.values()) or post.get(f"seen-{leaf.id}")
        if said:
            found.append(services.Entry(leaf.id, points, answers, post.get(f"note-{leaf.id}", "")))
    return found


def _agree_deed(unit: RoundUnit, scheme: Scheme, actor: Any, now: Any) -> list[Deed]:
    leaves = [
        (leaf.id, f"{leaf.id} {leaf.title}")
        for leaf in scheme.leaves()
        if leaf.kind == "mark" and is_marked(scheme, leaf) and leaf.id not in unit.exempt
    ]
    return [
        Deed(
            "agree",
            "登记合议评分",
            forms.AgreeForm,
            lambda data: services.mark_agree(
                unit=unit,
                entry=services.Entry(data["leaf"], data["points"], {}, data["note"]),
                actor=actor,
                at=now,
            ),
            icon="users-group",
            done="合议评分已登记",
            options={"leaves": leaves},
        )
    ]


def _columns(
    unit: RoundUnit,
    scheme: Scheme,
    member: Member | None,
    tasks: list[Assignment],
    reads_all: bool,
    post: Any,
) -> list[dict[str, Any]]:
    """The items by column; an assessor sees the columns assigned with his own marks, the office all with everybody's."""
    marks: dict[str, list[Mark]] = {}
    for mark in Mark.objects.filter(unit=unit).select_related("member"):
        marks.setdefault(mark.leaf, []).append(mark)
    own = {row.leaf: row for row in unit.own.all()}
    records: dict[str, list[Record]] = {}
    for record in Record.objects.filter(unit=unit).select_related("matter"):
        if record.counts and record.leaf:
            records.setdefault(record.leaf, []).append(record)
    table = rules.table_of(unit.round, unit.class_key)
    found = []
    for top in scheme.items:
        mine = bool(tasks) and may_mark(tasks, unit, top.id)
        items = [
            _row(leaf, member, marks.get(leaf.id, []), own.get(leaf.id), records.get(leaf.id, []), post)
            | {
                "standard": table.standards.get(leaf.id, "") if table else "",
                "exempt": unit.exempt.get(leaf.id),
            }
            for leaf in top.leaves()
            if is_marked(scheme, leaf)
        ]
        if items and (mine or reads_all):
            found.append({"title": top.title, "mine": mine, "items": items})
    return found


def _row(
    leaf: Item, member: Member | None, marks: list[Mark], own: Any, records: list[Record], post: Any
) -> dict[str, Any]:
    mine = next((mark for mark in marks if member is not None and mark.member_id == member.pk), None)
    computed = measured.answers(leaf, own.values, at=timezone.now()) if own is not None and own.values else {}
    counted = (
        measured.failings(leaf, own.answers, own.values, at=timezone.now())
        if own is not None and own.done != "na"
        else {}
    )
    if leaf.failures:
        found = {one.key: mine.answers.get(one.key, 0) for one in leaf.failures} if mine else {}
    else:
        found = mine.answers if mine else computed

    def said(name: str, kept: Any) -> Any:
        return post.get(name, "") if post is not None else kept

    keys = [(one.key, one.title) for one in leaf.failures] or [(ask.key, ask.title) for ask in leaf.asks]
    if leaf.kind == "check" and not keys:
        keys = [("met", "")]
    return {
        "leaf": leaf,
        "max": None if leaf.max is None else plain(leaf.max),
        "own": own,
        "own_answers": answers_in_words(leaf, own),
        "records": records,
        "mine": mine,
        "others": [mark for mark in marks if mine is None or mark.pk != mine.pk],
        "points": said(
            f"points-{leaf.id}", "" if mine is None or mine.points is None else plain(mine.points)
        ),
        "note": said(f"note-{leaf.id}", mine.note if mine else ""),
        "answers": [
            {
                "key": key,
                "title": title,
                "value": said(f"answer-{leaf.id}-{key}", found.get(key, "")),
                "counted": counted.get(key),
            }
            for key, title in keys
        ],
    }
