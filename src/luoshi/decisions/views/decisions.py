"""The register of major matters, a matter's page, and the forms of those who put it forward."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.decisions import forms, rules, services, states
from luoshi.decisions.models import Decision, Outcome, View
from luoshi.decisions.policies import may_prepare, require
from luoshi.decisions.selectors.blocking import missing_before_issue
from luoshi.decisions.selectors.register import decision_get, decisions, published, to_speak, trail
from luoshi.decisions.services.preparing import steps_open
from luoshi.decisions.services.proposing import Content, kinds_known
from luoshi.decisions.services.sitting import counts, waiting
from luoshi.decisions.standing import TRAITS, facts_of, made_of, proposal
from luoshi.decisions.views.common import SAID, STAGES, crumbs, files_of, found_decision, tone
from luoshi.decisions.views.decision_actions import ACTIONS
from luoshi.ledger.links import may_read as may_read_matter
from luoshi.ledger.models import Attachment, Event
from luoshi.ledger.services.attachments import path_of
from luoshi.ledger.together import Later
from luoshi.organisation.models import Body, Person
from luoshi.organisation.pagekit import (
    actor_of,
    answer_page,
    do,
    entry_of,
    offers_for,
    page_of,
    related,
    run,
    source_of,
)

VIEW_TONES = {"agree": "success", "disagree": "danger", "postpone": "warning"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The register, newest first, with filters by state, kind, weight and words."""
    actor, now = actor_of(request), timezone.now()
    chosen = {name: request.GET.get(name, "") for name in ("state", "kind", "weight")}
    page = page_of(request, decisions(actor=actor, text=request.GET.get("q", "").strip(), **chosen))
    known = kinds_known(now)
    context = {
        "page": page,
        "rows": [
            {"item": row, "tone": tone(row.matter), "kinds": [known.get(key, key) for key in row.kinds]}
            for row in page.items
        ],
        "waiting": list(to_speak(actor)[:20]) if actor.person_id and actor.can("decisions.member") else [],
        "states": states.DECISIONS.labels.items(),
        "kinds": known.items(),
        "chosen": chosen,
        "may_new": may_prepare(actor),
        "crumbs": crumbs(),
    }
    return render(request, "decisions/decision_list.html", context)


def _content(data: dict[str, Any]) -> Content:
    options = [
        {"title": data[f"option{n}"], "gains": data[f"gains{n}"], "drawbacks": data[f"drawbacks{n}"]}
        for n in (1, 2, 3)
        if data[f"option{n}"]
    ]
    names = ("title", "summary", "subjects", "basis", "competence", "traits", "amount", "funds", "involved")
    return Content(
        **{name: data[name] for name in names}, options=options, single_reason=data["single_reason"]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put a matter forward for one's own body."""
    actor = actor_of(request)
    made = forms.decision_form()
    source = source_of(request)
    start = {"replaces": request.GET.get("replaces", ""), "title": source.title if source else ""}
    form = made(request.POST) if request.method == "POST" else made(initial=start)
    done: list[Decision] = []

    def propose(data: dict[str, Any]) -> None:
        old = decision_get(data["replaces"]) if data["replaces"] else None
        body = get_object_or_404(Body, pk=actor.body_id)
        done.append(
            services.decision_propose(
                content=_content(data),
                body=body,
                weight=data["weight"],
                secrecy=data["secrecy"],
                replaces=old,
                source=source,
                actor=actor,
                at=timezone.now(),
            )
        )

    if request.method == "POST" and run(form, propose):
        return redirect("decision-detail", done[0].pk)
    context = {
        "form": form, "title": "提出决策事项", "button": "登记", "back": reverse("decision-list"),
        "crumbs": crumbs(("提出", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said of a matter that is being prepared."""
    decision, actor = found_decision(request, pk), actor_of(request)
    made = forms.decision_form(decision)
    form = made(request.POST) if request.method == "POST" else made(initial=forms.decision_initial(decision))

    def change(data: dict[str, Any]) -> None:
        services.decision_edit(
            decision=decision, content=_content(data), actor=actor, at=timezone.now(), version=data["version"]
        )

    if request.method == "POST" and run(form, change):
        return redirect("decision-detail", pk)
    context = {
        "form": form, "title": "修改决策事项", "back": reverse("decision-detail", args=[pk]),
        "crumbs": crumbs((decision.matter.title, reverse("decision-detail", args=[pk])), ("修改", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _chart(decision: Decision) -> tuple[list[str], int]:
    """The four stages, and at which the matter stands, from 1."""
    state = decision.matter.state
    place = next((n for n, (_, inside) in enumerate(STAGES) if state in inside), len(STAGES) - 1)
    return [name for name, _ in STAGES], place + 1


def _sittings(decision: Decision) -> list[dict[str, Any]]:
    """Each sitting with what was said; people are read at once."""
    rows = list(decision.sittings.select_related("chair", "meeting").prefetch_related("opinions__person"))
    names = Person.objects.in_bulk({pk for row in rows for pk in row.in_post})
    return [
        {
            "item": row,
            "outcome": Outcome(row.outcome).label if row.outcome else "",
            "counts": [(View(view).label, number) for view, number in counts(row).items()],
            "opinions": [
                {"item": one, "tone": VIEW_TONES[one.view], "label": one.get_view_display()}
                for one in row.opinions.all()
            ],
            "waiting": [one.name for one in waiting(row)] if not row.outcome else [],
            "absent": [names[pk].name for pk in row.in_post if pk not in row.present and pk in names],
        }
        for row in rows
    ]


def _entries(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [entry_of(event, SAID) for event in reversed(list(events))]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A matter: what stands, what is missing with its clause, opinions, outcome, and its whole course."""
    decision, actor, now = found_decision(request, pk), actor_of(request), timezone.now()
    needs, _ = proposal(decision, at=now)
    stages, place = _chart(decision)
    made, sittings = made_of(decision), _sittings(decision)
    sitting = next((one["item"] for one in sittings if one["item"].closed_at is None), None)
    known, subjects = kinds_known(now), dict(forms.options("decisions.subject", now))
    reports = {need.key: need.title for need in rules.gate("decisions.congress", now).needs}
    edge = states.DECISIONS.edge(decision.matter.state, "record_step")
    may_step = edge is not None and edge.may(actor, decision.matter)
    context = {
        "decision": decision,
        "related": related(actor, [decision.source, decision.topic]),
        "may_draft": decision.matter.state in states.TAKEN and actor.can("documents.handle"),
        "tone": tone(decision.matter),
        "stages": stages,
        "place": place,
        "kinds": [known.get(key, key) for key in decision.kinds],
        "subjects": [subjects.get(key, key) for key in decision.subjects],
        "traits": [label for name, label in TRAITS.items() if decision.traits.get(name)],
        "involved": Later(Body.objects.filter(code__in=decision.involved)),
        "reports": [reports.get(key, key) for key in decision.reports],
        "needs": [{"need": need, "met": met, "clause": rules.clauses(need.cite)} for need, met in needs],
        "steps": [
            {"item": step, "label": rules.step_title(step.key, now), "said": list(step.values.values())}
            for step in made.steps
        ],
        "step_links": steps_open(decision, now) if may_step else [],
        "review": made.review,
        "sittings": sittings,
        "may_speak": sitting is not None
        and actor.person_id in sitting.present
        and actor.person_id != sitting.chair_id,
        "may_conclude": sitting is not None and actor.person_id == sitting.chair_id,
        "submissions": Later(decision.submissions.all()),
        "missing": missing_before_issue(decision, at=now) if decision.matter.state in states.TAKEN else [],
        "notes": Later(decision.notes.all()),
        "urgents": Later(decision.urgents.select_related("matter")),
        "brewings": Later(decision.brewings.all()),
        "consultations": made.consultations,
        "replaced_by": Later(decision.replaced_by.select_related("matter")),
        "files": files_of(decision.matter),
        "offers": offers_for(ACTIONS, decision, actor, now, url_name="decision-act"),
        "may_edit": decision.matter.state == "preparing" and may_prepare(actor, decision.matter),
        "may_replace": decision.matter.state in states.TAKEN and may_prepare(actor, decision.matter),
        "urgent": facts_of(decision)["urgent"],
        "entries": Later(trail(decision), _entries),
        "crumbs": crumbs((decision.matter.title, "")),
    }
    return render(request, "decisions/decision.html", context)


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step with a matter."""
    decision = found_decision(request, pk)
    back = reverse("decision-detail", args=[pk])
    return do(request, ACTIONS, action, decision, back=back, crumbs=crumbs((decision.matter.title, back)))


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Record a step of the preparation."""
    decision, actor, now = found_decision(request, pk), actor_of(request), timezone.now()
    title = dict(steps_open(decision, now)).get(key)
    if title is None:
        raise Http404
    made = forms.step_form(key, now)
    form = made(request.POST, request.FILES) if request.method == "POST" else made()

    def record(data: dict[str, Any]) -> None:
        paper = data.pop("file")
        special = {name: data.pop(name) for name in ("form", "since", "until") if name in data}
        services.step_record(
            decision=decision, key=key, values=data, file=paper, file_name=paper.name if paper else "", actor=actor,
            at=now, **special,
        )  # fmt: skip

    back = reverse("decision-detail", args=[pk])
    if request.method == "POST" and run(form, record):
        return redirect(back)
    context = {
        "form": form, "title": title, "button": "登记", "back": back,
        "crumbs": crumbs((decision.matter.title, back), (title, "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's opinion, on a page of its own that suits a telephone."""
    decision, actor = found_decision(request, pk), actor_of(request)
    made = forms.opinion_form(decision)
    form = made(request.POST) if request.method == "POST" else made()

    def give(data: dict[str, Any]) -> None:
        services.opinion_give(decision=decision, actor=actor, at=timezone.now(), **data)

    if request.method == "POST" and run(form, give):
        return redirect("decision-detail", pk)
    context = {
        "decision": decision, "form": form, "title": "表态", "button": "提交表态", "last": False,
        "crumbs": crumbs((decision.matter.title, reverse("decision-detail", args=[pk])), ("表态", "")),
    }  # fmt: skip
    return answer_page(request, "decisions/speak.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """The conclusion of the one in the chair; locked until all who are present have spoken."""
    decision, actor = found_decision(request, pk), actor_of(request)
    sitting = decision.sittings.filter(closed_at__isnull=True).select_related("chair").first()
    made = forms.conclusion_form(decision)
    form = made(request.POST) if request.method == "POST" else made()

    def last(data: dict[str, Any]) -> None:
        services.decision_conclude(decision=decision, actor=actor, at=timezone.now(), **data)

    if request.method == "POST" and run(form, last):
        return redirect("decision-detail", pk)
    rest = waiting(sitting) if sitting else []
    context = {
        "decision": decision, "form": form, "title": "作出结论", "button": "作出结论", "last": True,
        "sitting": sitting, "rest": rest, "locked": bool(rest) or sitting is None,
        "counts": [(View(view).label, number) for view, number in counts(sitting).items()] if sitting else [],
        "crumbs": crumbs((decision.matter.title, reverse("decision-detail", args=[pk])), ("结论", "")),
    }  # fmt: skip
    return answer_page(request, "decisions/speak.html", context, form)


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a file of a matter to those who may read it. Errors: 404, NotAllowed."""
    found = get_object_or_404(
        Attachment.objects.select_related("matter"), pk=pk, matter__kind__startswith="decisions."
    )
    require(may_read_matter(actor_of(request), found.matter), "查看这份材料")
    if not path_of(found.digest).exists():
        raise Http404
    stream = path_of(found.digest).open("rb")
    return FileResponse(stream, as_attachment=True, filename=found.name, content_type=found.content_type)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Decisions made public: the matter, its basis, its result."""
    page = page_of(request, published())
    return render(request, "decisions/public.html", {"page": page})
