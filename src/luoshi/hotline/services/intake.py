"""Taking requests in: each becomes an electronic record with a number and a working day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from luoshi.hotline import text as texts
from luoshi.hotline.contacts import NUMBERS, contact_clean, query_code, working_day_of
from luoshi.hotline.models import Contact, Request
from luoshi.hotline.selectors.categories import category_by_text
from luoshi.hotline.services.shared import (
    chosen,
    cited,
    needed,
    notice_text,
    rule_day,
    tell_citizen,
    way_to_citizen,
)
from luoshi.hotline.states import REQUEST
from luoshi.knowledge.search import vector
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import door
from luoshi.ledger.rows import show_own
from luoshi.ledger.services import act, matter_open, number_next, wrong_state
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

SELF_SERVICE = frozenset({"web", "wechat", "weibo"})


def request_vector(title: str, content: str, place: str = "") -> Cast:
    """The search column of a request: words of the title weigh more than those of place and text."""
    return Cast(Value(vector(A=title, B=place, C=content)), SearchVectorField())


def title_for(title: str, content: str, contact: Mapping[str, Any]) -> str:
    """A title without personal data.

    The given one, or the first words of the content, with what is known hidden.
    """
    wished = texts.clean_line(title) or texts.clean_line(content)[:30]
    known = [contact[key] for key in (*NUMBERS, "email", "account", "address") if contact.get(key)]
    return texts.mask_text(wished, names=[contact.get("name") or ""], secrets=known).text[:100]


def _may_receive(actor: Actor, channel: str) -> None:
    own = actor.kind is ActorKind.CITIZEN and channel in SELF_SERVICE
    if not (own or actor.can("hotline.receive")):
        raise NotAllowed("您没有受理来件的权限", mend="请联系平台管理员")


def _transfer_time(channel: str, transferred_at: datetime | None, at: datetime) -> None:
    if channel == "transfer_110" and transferred_at is None:
        raise Incomplete("请填写110转来的时间", field="transferred_at", cite=cited("smx-hotline-ops/5.1.b"))
    if transferred_at is not None and (channel != "transfer_110" or transferred_at > at):
        raise Incomplete("转来时间只用于110转来的来件,且不晚于登记时间", field="transferred_at")


@whole
def request_receive(
    *,
    channel: str,
    kind: str,
    content: str,
    actor: Actor,
    at: datetime,
    title: str = "",
    contact: Mapping[str, str | None] | None = None,
    place: str = "",
    area: Body | None = None,
    category: str = "",
    wants_public: bool = True,
    rights_matter: bool = False,
    conduct_matter: bool = False,
    urgency: str = "routine",
    urgency_basis: str = "",
    transferred_at: datetime | None = None,
    source: str = "",
    receipt: bool = True,
) -> Request:
    """Register what came in, at whatever hour and by whatever channel.

    As one electronic record with a number. channel, kind, urgency: values of the rulebook's choices; a
    suggestion is a kind of its own and goes the way of a request for help. contact: keys of Contact (all may
    be missing). urgency is the agent's hint; the dispatcher decides. transferred_at: when 110 handed it over
    (needed for that channel, and for no other). source: the key of an imported record. receipt: tell the
    citizen the number and the code for looking it up. The number is gapless within its day; `day` is the
    working day it counts to. Title and events hold no personal data.
    category: the full name of one in use files the request under it; any other text is kept as it is.
    Errors: NotAllowed, Incomplete (field).
    Source: smx-hotline-ops/2.a, smx-hotline-ops/5.1.a, smx-hotline-ops/5.1.b, smx-hotline-ops/11
    """
    _may_receive(actor, channel)
    chosen("hotline.channel", channel, at, field="channel")
    chosen("hotline.kind", kind, at, field="kind")
    chosen("hotline.urgency", urgency, at, field="urgency")
    _transfer_time(channel, transferred_at, at)
    body_text = needed(texts.clean(content), "诉求内容", field="content", limit=20000)
    person = contact_clean(contact)
    heading = title_for(title, body_text, person)
    filed = category_by_text(category, day=rule_day(at))
    named = filed.path if filed else category.strip()[:60]
    where = texts.clean_line(place)[:200]
    number = number_next("hotline", at)
    day = working_day_of(at)
    matter = matter_open(
        kind=REQUEST,
        number=number,
        title=heading,
        actor=actor,
        at=at,
        facts={
            "channel": channel,
            "kind": kind,
            "urgency": urgency,
            "wants_public": wants_public,
            "area_body": area.pk if area else None,
            "category": named,
        },
        data={
            "day": day.isoformat(),
            "transferred_at": transferred_at,
            "anonymous": not person["name"],
            "source": source or None,
            "imported": True if source else None,
        },
    )
    with door():
        request: Request = Request.objects.create(
            matter=matter,
            channel=channel,
            kind=kind,
            content=body_text,
            place=where,
            area=area,
            category=named,
            filed_as=filed,
            urgency=urgency,
            urgency_basis=urgency_basis.strip()[:200],
            wants_public=wants_public,
            rights_matter=rights_matter,
            conduct_matter=conduct_matter,
            received_at=at,
            transferred_at=transferred_at,
            registered_by=actor.name,
            day=day,
            digest=texts.digest(heading, body_text),
            source=source[:40],
            search=request_vector(heading, body_text, where),
        )
        show_own(request.pk)
        found: Contact = Contact.objects.create(request=request, **person)
    if receipt:
        way = way_to_citizen(channel=channel, number=number, contact=found)
        said = notice_text("hotline.receipt", at, {"number": number, "query_code": query_code(number)})
        tell_citizen(request=request, way=way, text=said, key=f"{number}:1:receipt", at=at)
    return request


@whole
def request_amend(
    *,
    request: Request,
    actor: Actor,
    at: datetime,
    kind: str = "",
    place: str | None = None,
    area: Body | None = None,
    category: str | None = None,
    rights_matter: bool | None = None,
    conduct_matter: bool | None = None,
    wants_public: bool | None = None,
    version: int | None = None,
) -> Request:
    """Put right what was registered, as long as the request waits; what is not given stays.

    A citizen who chose not to be public stays so; one who was content with it may still choose against it.
    The text itself and the contact are kept as they were taken down.
    Errors: Incomplete, NotAllowed, WrongState (it has been decided on).
    """
    if request.matter.state != "received":
        raise wrong_state(request.matter, "note")
    if wants_public and not request.wants_public:
        raise Incomplete(
            "诉求人选择不公开办理,不得改为公开", field="wants_public", cite=cited("smx-hotline-ops/12.3")
        )
    if kind:
        chosen("hotline.kind", kind, at, field="kind")
    filed = category_by_text(category, day=rule_day(at)) if category else None
    given: dict[str, Any] = {
        "kind": kind or None,
        "place": None if place is None else texts.clean_line(place)[:200],
        "area": area,
        "category": None if category is None else (filed.path if filed else category.strip()[:60]),
        "rights_matter": rights_matter,
        "conduct_matter": conduct_matter,
        "wants_public": wants_public,
    }
    changed = {
        key: value for key, value in given.items() if value is not None and value != getattr(request, key)
    }
    if not changed:
        return request
    facts: dict[str, Any] = {
        key: changed[key] for key in ("kind", "wants_public", "category") if key in changed
    }
    if "area" in changed:
        facts["area_body"] = changed["area"].pk
    data = {"amended": sorted(changed), "facts": facts}
    act(matter=request.matter, action="note", actor=actor, at=at, data=data, version=version)
    with door():
        for key, value in changed.items():
            setattr(request, key, value)
        if "category" in changed:
            request.filed_as = filed
        if "place" in changed:
            request.search = request_vector(request.matter.title, request.content, request.place)
        follow = {"place": "search", "category": "filed_as"}
        request.save(update_fields=[*changed, *(also for key, also in follow.items() if key in changed)])
    return request
