"""Taking in a request: whatever the channel.

It becomes one electronic record with a number and a working day.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from luoshi.hotline import text as texts
from luoshi.hotline.models import Contact, Request
from luoshi.hotline.services.shared import (
    chosen,
    cited,
    needed,
    notice_text,
    query_code,
    rule_day,
    tell_citizen,
    way_to_citizen,
)
from luoshi.hotline.states import REQUEST
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import door
from luoshi.ledger.services import matter_open, number_next
from luoshi.organisation.models import Body

SELF_SERVICE = frozenset({"web", "wechat", "weibo"})
NUMBERS = ("phone", "mobile", "fax")
TEXTS = ("name", "email", "ip", "account", "address")
_LENGTH = {"name": 60, "phone": 30, "mobile": 30, "email": 120, "fax": 30, "account": 80, "address": 200}
_LABEL = {"name": "姓名", "phone": "联系电话", "mobile": "联系手机", "email": "电子邮箱", "ip": "IP 地址",
          "fax": "传真号码", "account": "微信或微博账号", "address": "住址"}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def number_clean(text: str) -> str:
    """A telephone number as figures alone, without the country's code.

    +86 138-1234-5678 gives 13812345678.
    """
    figures = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit())
    plain = figures.removeprefix("0086") if figures.startswith("0086") else figures
    return plain[2:] if len(plain) == 13 and plain.startswith("861") else plain


def contact_clean(contact: Mapping[str, str | None] | None) -> dict[str, Any]:
    """The citizen's data, each value brought into the one form in which it is compared.

    Keys: name, phone, mobile, email, ip, fax, account, address; all may be missing. Errors: Incomplete with
    field `contact.<key>` for a value that cannot be one.
    """
    given = {key: texts.clean_line(value) for key, value in (contact or {}).items() if value}
    unknown = set(given) - {*NUMBERS, *TEXTS}
    if unknown:
        raise TypeError(f"unknown contact data: {', '.join(sorted(unknown))}")
    for key in NUMBERS:
        if given.get(key):
            given[key] = _number(key, given[key])
    if given.get("email"):
        given["email"] = unicodedata.normalize("NFKC", given["email"]).lower().replace(" ", "")
        if not _EMAIL.fullmatch(given["email"]):
            raise Incomplete("电子邮箱的格式不对", mend="应为 名称@域名", field="contact.email")
    for key, limit in _LENGTH.items():
        if len(given.get(key, "")) > limit:
            raise Incomplete(f"{_LABEL[key]}不能超过{limit}个字", field=f"contact.{key}")
    result: dict[str, Any] = {key: given.get(key, "") for key in (*NUMBERS, *TEXTS)}
    result["ip"] = _ip(given.get("ip", ""))
    return result


def _number(key: str, text: str) -> str:
    figures = number_clean(text)
    if not 3 <= len(figures) <= 20:
        raise Incomplete(
            f"{_LABEL[key]}“{text}”不是电话号码", mend="请只填数字,可带区号", field=f"contact.{key}"
        )
    return figures


def _ip(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Incomplete("IP 地址的格式不对", field="contact.ip") from None


def working_day_of(at: datetime) -> date:
    """The working day to which a request counts.

    Its own, or for one that comes on a day off the next working day.
    """
    calendar = rules.current().worktime.calendar
    day = rule_day(at)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def request_vector(title: str, content: str, place: str = "") -> Any:
    """The search vector of a request: words of the title weigh more than those of the text."""
    return SearchVector(Value(" ".join(texts.words(title))), weight="A", config="simple") + SearchVector(
        Value(" ".join(texts.words(f"{place} {content}"))), weight="B", config="simple"
    )


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


@transaction.atomic
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
    """Register what came in, by whatever channel, as one electronic record with a number.

    channel, kind, urgency: values of the rulebook's choices; a suggestion is a kind of its own and goes the
    way of a request for help. contact: keys of Contact (all may be missing). urgency is the agent's hint;
    the dispatcher decides. transferred_at: when 110 handed it over (needed for that channel, and for no
    other). source: the key of an imported record. receipt: tell the citizen the number and the code for
    looking it up. The number is gapless within its day; `day` is the working day it counts to. Title and
    events hold no personal data.
    Errors: NotAllowed, Incomplete (field).
    Source: smx-hotline-ops/2.a, smx-hotline-ops/5.1.b, smx-hotline-ops/11
    """
    _may_receive(actor, channel)
    chosen("hotline.channel", channel, at, field="channel")
    chosen("hotline.kind", kind, at, field="kind")
    chosen("hotline.urgency", urgency, at, field="urgency")
    _transfer_time(channel, transferred_at, at)
    body_text = needed(texts.clean(content), "诉求内容", field="content", limit=20000)
    person = contact_clean(contact)
    heading = title_for(title, body_text, person)
    where = texts.clean_line(place)[:200]
    number = number_next("hotline", at)
    day = working_day_of(at)
    matter = matter_open(
        kind=REQUEST,
        number=number,
        title=heading,
        actor=actor,
        at=at,
        facts={"channel": channel, "kind": kind, "urgency": urgency, "wants_public": wants_public},
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
            category=category.strip()[:60],
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
        found: Contact = Contact.objects.create(request=request, **person)
    if receipt:
        way = way_to_citizen(channel=channel, number=number, contact=found)
        said = notice_text("hotline.receipt", at, {"number": number, "query_code": query_code(number)})
        tell_citizen(request=request, way=way, text=said, key=f"{number}:1:receipt", at=at)
    return request
