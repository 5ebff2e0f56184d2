"""The pages of topics: the list, one topic with what it still lacks, its consultations, schemes and papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.ledger import links, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import Attachment
from luoshi.ledger.services.attachments import path_of
from luoshi.ledger.together import Later
from luoshi.meetings import forms_topics as forms
from luoshi.meetings import rules_sessions, services
from luoshi.meetings.models import Consultation, Material, Topic
from luoshi.meetings.papers_topics import material_docx
from luoshi.meetings.policies_topics import is_own, may_propose, may_read, require
from luoshi.meetings.selectors.ready import (
    Ready,
    consultations_of,
    count,
    dossier_of,
    material_of,
    ready_of,
)
from luoshi.meetings.selectors.topics import consultation_get, material_get, topic_get, topic_list
from luoshi.meetings.services.agenda import attends, marks_of
from luoshi.meetings.services.checks_topics import steps_of
from luoshi.meetings.services.materials import papers_due, report_fields, report_length
from luoshi.meetings.services.reviewing import WAY
from luoshi.meetings.views.topic_actions import CONSULTATION, MATERIAL, TOPIC
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import (
    actor_of,
    answer_page,
    do,
    files_of,
    offers_for,
    own_history,
    page_of,
    run,
    tab_items,
    today,
)
from luoshi.organisation.selectors import local_day

TONES = {
    "draft": "neutral", "reviewing": "info", "returned": "warning", "coordinating": "warning", "determined": "success",
    "listed": "progress", "concluded": "success", "excluded": "muted", "withdrawn": "muted", "asked": "warning",
    "answered": "success", "cancelled": "muted", "owed": "warning", "approved": "success", "registered": "success",
    "held": "success", "refused": "danger", "reported": "info", "settled": "success",
}  # fmt: skip
WHICH = (("", "在办"), ("mine", "待我审查"), ("ready", "待列入议程"), ("over", "已结束"), ("all", "全部"))
GATES = {
    "draft": ("meetings.topic_submit", "报审之前"),
    "returned": ("meetings.topic_submit", "报审之前"),
    "coordinating": ("meetings.topic_submit", "再次报审之前"),
    "reviewing": ("meetings.topic_determine", "确定之前"),
    "determined": ("meetings.table", "列入议程之前"),
}
ATTENDING = {
    "reports": "汇报", "attends": "参会", "excused": "可不参会（已确认）", "may_stay_away": "没有修改意见，可不安排参会",
    "stays_away": "不参会",
}  # fmt: skip
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the topics."""
    return [("议题", reverse("topic-list")), *more]


def _topic(request: HttpRequest, pk: int) -> Topic:
    """The topic, if the actor may read it. Errors: 404, NotAllowed."""
    topic = topic_get(pk)
    if topic is None:
        raise Http404
    require(may_read(actor_of(request), topic.matter), "查看这一议题")
    return topic


def needs_of(ready: Ready) -> list[dict[str, Any]]:
    """What a gate asks for, each with whether it is there, how to mend it and the clause."""
    missing = {need.key for need in ready.missing}
    advised = {need.key for need in ready.advised}
    book = rules.current()
    return [
        {
            "title": need.title,
            "there": need.key not in missing | advised,
            "firm": need.firm,
            "mend": need.mend,
            "cite": "、".join(book.clause(one) for one in need.cite),
        }
        for need in ready.asked
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The topics that the reader may see, by where they stand."""
    actor = actor_of(request)
    get = request.GET
    kinds = {one.value: one.label for one in rules_sessions.kinds(today()).options}
    kind = get.get("kind", "") if get.get("kind", "") in kinds else ""
    rows = topic_list(actor=actor, which=get.get("which", ""), kind=kind, text=get.get("q", "").strip())
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [
            {"item": topic, "kind": kinds.get(topic.kind, topic.kind), "tone": TONES[topic.matter.state]}
            for topic in page.items
        ],
        "tabs": tab_items(request, [(value, label, None) for value, label in WHICH]),
        "kinds": kinds.items(),
        "kind": kind,
        "may_propose": may_propose(actor),
    }
    return render(request, "meetings/topic_list.html", context)


def _body(actor: Actor) -> Body:
    body = Body.objects.filter(pk=actor.body_id or 0).first()
    if body is None:
        raise NotAllowed("请先选择以哪个单位的身份办理", mend="在右上角选择单位")
    return body


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Propose a topic."""
    actor, now = actor_of(request), timezone.now()
    form = forms.TopicForm(request.POST or None)
    made: list[Topic] = []

    def propose(data: dict[str, Any]) -> None:
        made.append(
            services.topic_propose(body=_body(actor), actor=actor, at=now, **forms.topic_values(data))
        )

    if request.method == "POST" and run(form, propose):
        return redirect("topic-detail", made[0].pk)
    context = {
        "form": form, "title": "提出议题", "button": "保存", "back": reverse("topic-list"),
        "crumbs": crumbs(("提出议题", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a topic before it is put up."""
    topic = _topic(request, pk)
    actor, now = actor_of(request), timezone.now()
    form = forms.TopicForm(request.POST or None, initial=forms.topic_initial(topic))
    back = reverse("topic-detail", args=[pk])

    def change(data: dict[str, Any]) -> None:
        values = forms.topic_values(data)
        services.topic_edit(topic=topic, actor=actor, at=now, version=data["version"], **values)

    if request.method == "POST" and run(form, change):
        return redirect(back)
    context = {
        "form": form, "title": "修改议题", "back": back, "crumbs": crumbs((topic.matter.title, back), ("修改", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@GET_OR_POST
def schemes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down the schemes that are compared."""
    topic = _topic(request, pk)
    actor, now, back = actor_of(request), timezone.now(), reverse("topic-detail", args=[pk])
    initial = {
        f"{part}{row.position}": getattr(row, part) for row in topic.schemes.all() for part in forms.PARTS
    }
    form = forms.SchemesForm(request.POST or None, initial=initial)

    def change(data: dict[str, Any]) -> None:
        services.schemes_set(topic=topic, schemes=form.rows, actor=actor, at=now)

    if request.method == "POST" and run(form, change):
        return redirect(back)
    context = {
        "form": form, "title": "比较方案", "back": back, "crumbs": crumbs((topic.matter.title, back), ("比较方案", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _stops(topic: Topic, at: dt.datetime) -> tuple[list[str], int]:
    """The stops of its way for the stepper, and the one where it stands, from 1; 0 where it is not under way."""
    facts = {"kind": topic.kind, "major": topic.major}
    way = rules_sessions.way(WAY, facts, local_day(at))
    keys = steps_of(WAY, facts, local_day(at))
    titles = [step.title for step in way]
    if topic.determined_at is not None:
        return titles, len(titles) + 1
    return titles, keys.index(topic.stop) + 1 if topic.stop in keys else 0


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A topic with its review, what it still lacks with the clauses, and what may be done now."""
    topic, actor, now = _topic(request, pk), actor_of(request), timezone.now()
    day = local_day(now)
    gate, when = GATES.get(topic.matter.state, ("", ""))
    ready = ready_of(gate, topic, at=now) if gate else None
    material = material_of(topic)
    stops, at_stop = _stops(topic, now)
    asked = consultations_of(topic)
    own = is_own(actor, topic.matter) and topic.matter.state in ("draft", "returned")
    context = {
        "topic": topic,
        "tone": TONES[topic.matter.state],
        "facts": _facts(topic, day),
        "marks": marks_of(topic, at=now),
        "stops": stops,
        "at_stop": at_stop,
        "reviewing": at_stop > 0,
        "needs": needs_of(ready) if ready else [],
        "when": when,
        "consultations": [
            {"item": one, "tone": TONES[one.matter.state],
             "offers": offers_for(CONSULTATION, one, actor, now, url_name="consultation-act")}
            for one in asked
        ],
        "schemes": dossier_of(topic).schemes,
        "material": material,
        "material_tone": TONES[material.matter.state] if material else "",
        "attends": [(body, ATTENDING[how]) for body, how in attends(topic, at=now)] if topic.attending_given else [],
        "items": Later(topic.items.select_related("meeting").order_by("-pk")),
        "source_url": links.matter_url(topic.source) if topic.source else "",
        "offers": offers_for(TOPIC, topic, actor, now, url_name="topic-act"),
        "files": files_of(topic.matter, "topic-file"),
        "entries": own_history(topic.matter),
        "may_edit": own,
        "crumbs": crumbs((topic.matter.title, "")),
    }  # fmt: skip
    return render(request, "meetings/topic.html", context)


def _facts(topic: Topic, day: dt.date) -> list[tuple[str, object]]:
    """What stands in the topic's form and came of its review."""
    category = rules_sessions.choice(f"meetings.category_{topic.kind}", day)
    label = category.label(topic.category) if topic.category in category.values else topic.category
    rows: list[tuple[str, object]] = [
        ("提交会议", rules_sessions.kinds(day).label(topic.kind)),
        ("类别", f"{topic.category}. {label}"),
        ("提出单位", topic.body.name),
        ("分管领导", topic.leader.name if topic.leader else "未登记"),
    ]
    optional = (
        ("列入理由", topic.category_reason), ("会议类型意见", topic.kind_opinion_by), ("确定", topic.determined_by),
        ("委托依据", topic.commission), ("收存", topic.kept_by), ("临时动议", topic.chair_consent),
        ("紧急事由", topic.urgent_reason), ("邀请各界列席", topic.public_attendees),
    )  # fmt: skip
    rows += [(name, value) for name, value in optional if value]
    if topic.disagreement != Topic.Disagreement.NONE:
        rows.append(("分歧", topic.get_disagreement_display()))
    if topic.treatment:
        label = rules_sessions.choice("meetings.treatment", day).label(topic.treatment)
        rows.append(("分类", f"{label}{'' if topic.treatment_approved_by else '（待主持人审定）'}"))
    return rows


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with a topic."""
    topic = _topic(request, pk)
    back = reverse("topic-detail", args=[pk])
    return do(request, TOPIC, action, topic, back=back, crumbs=crumbs((topic.matter.title, back)))


@require_safe
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """What a unit is asked, for the one who countersigns."""
    row, actor = _consultation(request, pk), actor_of(request)
    context = {
        "row": row,
        "topic": row.topic,
        "tone": TONES[row.matter.state],
        "offers": offers_for(CONSULTATION, row, actor, timezone.now(), url_name="consultation-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs(
            (row.topic.matter.title, reverse("topic-detail", args=[row.topic_id])), ("会签", "")
        ),
    }
    return render(request, "meetings/consultation.html", context)


def _consultation(request: HttpRequest, pk: int) -> Consultation:
    row = consultation_get(pk)
    if row is None:
        raise Http404
    require(may_read(actor_of(request), row.topic.matter), "查看这一会签")
    return row


@require_POST
def consultation_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Countersign, or what follows."""
    row = _consultation(request, pk)
    own = actor_of(request).body_id == row.body_id
    name, key = ("topic-consultation", row.pk) if own else ("topic-detail", row.topic_id)
    return do(request, CONSULTATION, action, row, back=reverse(name, args=[key]), crumbs=crumbs())


def _material(request: HttpRequest, pk: int) -> Material:
    row = material_get(pk)
    if row is None:
        raise Http404
    require(may_read(actor_of(request), row.topic.matter), "查看这份材料")
    return row


@require_safe
def material(request: HttpRequest, pk: int) -> HttpResponse:
    """Meeting papers: the report with its length, the explanation, who checks and approves, by when they are due."""
    row, actor, now = _material(request, pk), actor_of(request), timezone.now()
    like = rules_sessions.setting("meetings.materials", local_day(now))
    context = {
        "row": row,
        "topic": row.topic,
        "tone": TONES[row.matter.state],
        "parts": [(label, row.report.get(key, "")) for key, label in report_fields(now)],
        "length": report_length(row),
        "longest": like["report_max"],
        "explanation_length": count(row.explanation),
        "explanation_longest": like["explanation_max"],
        "due": papers_due(row.topic, day=local_day(now)),
        "offers": offers_for(MATERIAL, row, actor, now, url_name="material-act"),
        "files": files_of(row.matter, "topic-file"),
        "entries": own_history(row.matter),
        "may_edit": row.matter.state == "owed" and is_own(actor, row.matter),
        "crumbs": crumbs(
            (row.topic.matter.title, reverse("topic-detail", args=[row.topic_id])), ("会议材料", "")
        ),
    }
    return render(request, "meetings/material.html", context)


@GET_OR_POST
def material_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write meeting papers."""
    row, actor, now = _material(request, pk), actor_of(request), timezone.now()
    require(is_own(actor, row.matter), "编写这份材料")
    back = reverse("topic-material", args=[pk])
    initial = {
        **row.report, "explanation": row.explanation, "longer": row.longer, "complex": row.complex,
        "version": row.matter.version,
    }  # fmt: skip
    form = forms.MaterialForm(request.POST or None, initial=initial)

    def change(data: dict[str, Any]) -> None:
        own = {key: data[key] for key in ("explanation", "longer", "complex", "version")}
        report = {key: data[key] for key, _ in report_fields(now)}
        services.material_draft(material=row, report=report, actor=actor, at=now, **own)

    if request.method == "POST" and run(form, change):
        return redirect(back)
    context = {
        "form": form, "title": "编写会议材料", "back": back, "crumbs": crumbs((row.topic.matter.title, back), ("编写", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_POST
def material_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do something with meeting papers."""
    row = _material(request, pk)
    return do(request, MATERIAL, action, row, back=reverse("topic-material", args=[pk]), crumbs=crumbs())


@require_safe
def material_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Meeting papers in the one format, as DOCX."""
    row = _material(request, pk)
    answer = HttpResponse(
        material_docx(row, at=timezone.now()),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    answer["Content-Disposition"] = f'attachment; filename="material-{row.pk}.docx"'
    return answer


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a topic, its papers or a city-wide meeting, for whoever may read the matter; always as a download."""
    found = get_object_or_404(
        Attachment.objects.select_related("matter"), pk=pk,
        matter__kind__in=("meetings.topic", "meetings.material", "meetings.city"),
    )  # fmt: skip
    if not links.may_read(actor_of(request), found.matter):
        raise NotAllowed("您不能查看这件事项的附件")
    path = path_of(found.digest)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
