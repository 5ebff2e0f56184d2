"""The platform's pages: the list of requests, and a request with everything that belongs to it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from luoshi.hotline import services
from luoshi.hotline.forms.base import MatterForm, options
from luoshi.hotline.models import Contact, Request, TopicSheet
from luoshi.hotline.selectors.callers import same_caller
from luoshi.hotline.selectors.categories import category_choices, filed_choice
from luoshi.hotline.selectors.duplicates import (
    Person,
    candidate_rows,
    duplicates_of,
    kin_among,
    kin_of,
)
from luoshi.hotline.selectors.parts import callbacks_of, calls_of, dispatches_of, files_of, links_of
from luoshi.hotline.selectors.requests import FILTERS, is_hidden, request_page
from luoshi.hotline.selectors.stages import notices_issued, stages_from
from luoshi.hotline.selectors.suggestions import Suggestion, advise_on
from luoshi.hotline.selectors.topics import sheet_rows, topic_of
from luoshi.hotline.services.answers import ANSWERABLE
from luoshi.hotline.services.shared import label_of, options_ever
from luoshi.hotline.states import REQUEST, REQUESTS
from luoshi.hotline.views import actions as steps
from luoshi.hotline.views.advice import request_advice, request_next
from luoshi.hotline.views.common import (
    actor_of,
    badge,
    callback_rows,
    clocks_of,
    contact_rows,
    file_rows,
    labels,
    link_rows,
    may_read,
    refusal_title,
    timeline_of,
)
from luoshi.hotline.views.request_actions import REQUEST_ACTIONS
from luoshi.hotline.views.shown import to_carry
from luoshi.hotline.views.trail import back_to, near_of, trail_of
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import Matter
from luoshi.ledger.once import keep
from luoshi.ledger.paging import size_asked
from luoshi.ledger.prepared import first_of, prepared
from luoshi.ledger.selectors import family_obligations, matter_timeline
from luoshi.ledger.together import fetch

Failed = tuple[str, MatterForm] | None


@require_GET
def request_index(request: HttpRequest) -> HttpResponse:
    """All requests, newest first; searched by words, filtered, paged by key."""
    chosen: dict[str, Any] = {name: request.GET.get(name, "").strip() for name in FILTERS}
    filed = filed_choice(request.GET.get("filed", ""))
    page = request_page(query=request.GET, filed=filed, size=size_asked(request.GET))
    rows = [{"item": row, "badge": badge(row.matter), "labels": labels(row)} for row in page.items]
    states = [(code, label) for code, label in REQUESTS.labels.items()]
    context = {
        "page": page,
        "rows": rows,
        "trail": trail_of("requests", request),
        "chosen": chosen,
        "states": states,
        "kinds": options("hotline.kind"),
        "channels": options_ever("hotline.channel"),
        "urgencies": options("hotline.urgency"),
        "categories": category_choices(timezone.localdate(), filed),
        "filed": filed,
    }
    part = request.headers.get("HX-Target") == "requests"
    return render(request, "hotline/_request_rows.html" if part else "hotline/request_list.html", context)


@prepared
def _found(pk: int) -> QuerySet[Request]:
    behind = ("matter", "contact", "area", "publication", "direct_answer__body")
    first = Matter.objects.filter(pk=OuterRef("same_as_id")).values(
        "number"
    )  # a unit may not have the first one
    rows: QuerySet[Request] = Request.objects.select_related(*behind).filter(pk=pk)
    return rows.annotate(first_number=Subquery(first))


def _load(request: HttpRequest, pk: int) -> Request:
    found = first_of(_found(pk))
    if found is None and not is_hidden(REQUEST, pk):
        raise Http404(pk)
    if found is None or not may_read(actor_of(request), found.matter):
        raise NotAllowed("这件诉求不由您所在单位办理，不能查看", mend="如确需了解，请联系 12345 平台")
    return found


def show(request: HttpRequest, subject: Request, failed: Failed = None, status: int = 200) -> HttpResponse:
    """The page of a request: what is asked, what may be done now, who owes what by when, what happened."""
    actor = actor_of(request)
    dispatches, callbacks, links = dispatches_of(subject), callbacks_of(subject), links_of(subject)
    obligations, events = family_obligations(subject.matter), matter_timeline(subject.matter)
    calls, files, issued = calls_of(subject), files_of(subject.matter), notices_issued(subject)
    platform = actor.can("hotline.read_all")
    sheets = sheet_rows() if platform else TopicSheet.objects.none()
    kin = candidate_rows(Person.of(subject.contact), before=subject) if platform else Contact.objects.none()
    fetch(dispatches, obligations, events, callbacks, links, calls, files, issued, sheets, kin)
    keep(kin_of, kin_among(kin), subject)
    clocks = clocks_of(obligations)
    repeats = duplicates_of(request=subject, at=timezone.now()) if platform else []
    if subject.matter.state != "received":  # decided on: only what may still be a repeat
        repeats = [one for one in repeats if not one.weak]
    menu = steps.offers(
        subject,
        REQUEST_ACTIONS,
        actor,
        failed=failed,
        wanted=request.GET.get("do", "") or request_next(subject),
    )
    context: dict[str, Any] = {
        "subject": subject,
        "matter": subject.matter,
        "badge": badge(subject.matter),
        "labels": labels(subject),
        "contact": contact_rows(subject),
        "menu": menu,
        "suggested": _suggested(request, subject, menu),
        "topic": topic_of(subject, sheets),
        "advice": request_advice(subject, actor, repeats=repeats, dispatches=dispatches, callbacks=callbacks),
        "clocks": clocks[subject.pk],
        "dispatches": [
            {
                "item": row,
                "badge": badge(row.matter),
                "clocks": clocks[row.pk],
                "role": label_of("hotline.role", row.role, row.dispatched_at),
            }
            for row in dispatches
            if platform or row.body_id == actor.body_id
        ],
        "timeline": timeline_of(subject.matter, events) if platform else [],
        "callbacks": callback_rows(callbacks),
        "calls": calls,
        "links": link_rows(links),
        "refusal": refusal_title(subject),
        "repeats": repeats,
        "publication": getattr(subject, "publication", None),
        "answer": getattr(subject, "direct_answer", None),
        "files": file_rows(files),
        "platform": platform,
        "near": (near := near_of(request, subject, actor)),
        "trail": near.trail if near else "",
        "others": same_caller(subject, leave_out=[one.request.pk for one in repeats]) if platform else [],
        "stages": stages_from(subject, kinds=(event.kind for event in events), issued=issued),
        "may_answer": subject.matter.state == "received"
        and subject.kind in ANSWERABLE
        and actor.can("hotline.answer"),
        "crumbs": [
            (near.label, near.back) if near else ("诉求", reverse("request-list")),
            (subject.matter.number, ""),
        ],
    }
    return render(request, "hotline/request_detail.html", context, status=status)


def _suggested(request: HttpRequest, subject: Request, menu: steps.Menu) -> tuple[Suggestion, ...]:
    """The units suggested, where dispatching is possible now; the one picked among them stands in the form."""
    offer = next((one for one in menu.main if one.action.code == "dispatch"), None)
    if offer is None:
        return ()
    advice = advise_on(subject, at=timezone.now())
    found = advice.units
    offer.form.initial["shown"] = to_carry(subject, advice.offered)
    picked = request.GET.get("unit", "")
    if any(one.body_name == picked for one in found):
        offer.form.initial["unit"] = picked
    return found


@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a request."""
    return show(request, _load(request, pk))


@require_POST
def request_act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One step of a request."""
    subject = _load(request, pk)
    return steps.take(
        request,
        subject=subject,
        actions=REQUEST_ACTIONS,
        code=code,
        actor=actor_of(request),
        back=back_to("request-detail", pk, request),
        again=lambda failed, status: show(request, subject, failed, status),
    )


@require_POST
def request_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one piece of the citizen's data to whoever handles the case; the look is recorded, a refused one too."""
    subject = get_object_or_404(Matter, pk=pk, kind=REQUEST)
    what = request.POST.get("what") or request.GET.get("what", "")
    contact = services.reveal(
        matter=subject, actor=actor_of(request), reason=what, at=timezone.now(), path=request.path
    )
    if request.headers.get("HX-Request"):
        value = (
            getattr(contact, what, "")
            if what in {"name", "mobile", "phone", "email", "fax", "account", "address"}
            else ""
        )
        return render(request, "hotline/_revealed.html", {"value": value or "未留"})
    return render(
        request,
        "hotline/revealed.html",
        {"contact": contact, "subject": contact.request, "matter": subject},
    )
