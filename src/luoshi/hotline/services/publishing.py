"""Publishing: results of publicly handled requests on the net, personal data hidden; internal ones never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from luoshi.hotline import text as texts
from luoshi.hotline.models import Dispatch, Publication, Request
from luoshi.hotline.services.shared import cited, known_secrets, needed
from luoshi.knowledge.search import vector
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Disclosure, Event, door
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole

ASSIST = "assist"
ANSWERED = ("hotline.fed_back", "hotline.reply_imported")
LABELS = {"title": "标题", "content": "诉求", "reply": "答复"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text for publication with personal data hidden, to be read and edited.

    found: what was hidden, in words.
    """

    title: str
    content: str
    reply: str
    found: tuple[str, ...]


def publication_suggest(request: Request) -> Suggestion:
    """Title, request and answer with all personal data hidden that can be told by machine."""
    contact = request.contact
    masked = [
        texts.mask_text(text, names=[contact.name], secrets=known_secrets(contact))
        for text in (request.matter.title, request.content, request.outcome)
    ]
    found = tuple(dict.fromkeys(kind for one in masked for kind in one.found))
    return Suggestion(masked[0].text, masked[1].text, masked[2].text, found)


def personal_data_left(request: Request, text: str) -> tuple[str, ...]:
    """What of the citizen's own data still stands in a text, in words; empty when nothing does."""
    contact = request.contact
    left = texts.known_in(text, names=[contact.name], secrets=known_secrets(contact))
    return tuple(left)


def _about(request: Request) -> dict[str, Any]:
    """What the public list is filtered by: the unit in charge, the category, when it came and was answered."""
    sent = Dispatch.objects.filter(request=request).exclude(matter__state="recalled")
    answered = Event.objects.filter(matter_id=request.pk, kind__in=ANSWERED).order_by("seq")
    return {
        "body_id": sent.exclude(role=ASSIST).order_by("pk").values_list("body_id", flat=True).first(),
        "category": request.category,
        "received_at": request.received_at,
        "answered_at": answered.values_list("at", flat=True).first(),
    }


@whole
def request_publish(
    *,
    request: Request,
    title: str,
    content: str,
    reply: str,
    confirmed: bool,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Publication:
    """Publish the result of a publicly handled request that passed the review; an internal one never.

    title, content, reply: as a person edited them from the suggestion; confirmed: that person has read them
    for personal data. A text in which the citizen's name, number, address or account still stands is
    refused. Published anew after it was withdrawn, it takes the new texts.
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-ops/15.b, smx-hotline-ops/15.c
    """
    if request.matter.disclosure != Disclosure.PUBLIC:
        raise WrongState(
            "内部办理的诉求件结果不上网公开", mend="请直接反馈诉求人", cite=cited("smx-hotline-ops/15.c")
        )
    if request.erased_at is not None:
        raise WrongState("诉求人信息已按规定删除，无法核对文字中是否还有", mend="不再公开这件诉求的结果")
    values = {"title": texts.clean_line(title), "content": texts.clean(content), "reply": texts.clean(reply)}
    for field, text in values.items():
        needed(text, LABELS[field], field=field, cite=cited("smx-hotline-ops/15.b"))
        left = personal_data_left(request, text)
        if left:
            raise Incomplete(
                f"{LABELS[field]}中还有诉求人的{'、'.join(left)}",
                mend="请隐去后再公开",
                field=field,
                cite=cited("smx-hotline-ops/9.a"),
            )
    if not confirmed:
        raise Incomplete(
            "请确认已核对文字,其中没有个人信息", field="confirmed", cite=cited("smx-hotline-ops/9.a")
        )
    existing = Publication.objects.filter(request=request).first()
    if existing is not None and existing.withdrawn_at is None:
        raise WrongState("这件诉求已经公开", mend="如要修改,请先撤下")
    act(matter=request.matter, action="publish", actor=actor, at=at, version=version)
    with door():
        published: Publication
        published, _ = Publication.objects.update_or_create(
            request=request,
            defaults={
                **values,
                "title": values["title"][:300],
                "published_at": at,
                "published_by": actor.name,
                "withdrawn_at": None,
                "withdrawn_reason": "",
                **_about(request),
                "search": Cast(
                    Value(vector(A=values["title"], B=values["content"], C=values["reply"])),
                    SearchVectorField(),
                ),
            },
        )
    return published


@whole
def request_unpublish(
    *, request: Request, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Publication:
    """Take a publication off the net, with the reason; it can be published anew.

    Errors: Incomplete, NotAllowed, WrongState.
    """
    why = needed(reason, "撤下理由", field="reason", limit=200)
    act(matter=request.matter, action="unpublish", actor=actor, at=at, data={"reason": why}, version=version)
    found: Publication | None = Publication.objects.filter(request=request, withdrawn_at__isnull=True).first()
    if found is None:
        raise WrongState("这件诉求没有公开")
    with door():
        found.withdrawn_at, found.withdrawn_reason = at, why
        found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return found
