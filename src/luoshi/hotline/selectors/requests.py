"""Lists of requests, newest first, for the platform; the citizen's data masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from luoshi.hotline import text as texts
from luoshi.hotline.models import Callback, Category, Dispatch, Request, Voluntary
from luoshi.hotline.selectors.categories import under
from luoshi.hotline.selectors.search import matching
from luoshi.hotline.services.shared import options_ever
from luoshi.hotline.states import REQUESTS
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Event, Matter
from luoshi.ledger.paging import Page, first_page, key_page
from luoshi.ledger.prepared import prepared
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import liaisons_on

FILTERS = ("state", "channel", "kind", "urgency", "q")
"""What the platform's list is filtered by, beside the class."""
KEYS = ("-received_at", "-matter_id")
LISTED = (
    "channel", "kind", "urgency", "category", "place", "received_at", "supervised",
    "matter__number", "matter__title", "matter__kind", "matter__state", "matter__version", "matter__disclosure",
)  # fmt: skip
"""What lists of requests are paged by (ledger.paging.key_page)."""


@dataclass(frozen=True, slots=True)
class MaskedContact:
    """The citizen's data with all hidden that would tell who it is. Empty texts: nothing was left."""

    name: str
    phone: str
    mobile: str
    email: str
    ip: str
    fax: str
    account: str
    address: str


def masked_contact(request: Request) -> MaskedContact:
    """The citizen's data masked; the full data is shown by services.reveal only."""
    contact = request.contact
    return MaskedContact(
        name=texts.mask_name(contact.name),
        phone=texts.mask_phone(contact.phone),
        mobile=texts.mask_phone(contact.mobile),
        email=texts.mask_email(contact.email),
        ip=texts.mask_ip(contact.ip),
        fax=texts.mask_phone(contact.fax),
        account=texts.mask_name(contact.account),
        address=texts.mask_address(contact.address),
    )


def _rows() -> QuerySet[Request]:
    rows: QuerySet[Request] = Request.objects.select_related("matter", "area").defer("search")
    return rows


def request_list(
    *,
    state: str = "",
    channel: str = "",
    kind: str = "",
    urgency: str = "",
    handling: str = "",
    category: str = "",
    filed: int | None = None,
    area: int | None = None,
    body: int | None = None,
    supervised: bool | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    q: str = "",
) -> QuerySet[Request]:
    """Requests with matter and place, newest first (order KEYS); a page costs one query, a search two.

    filed: id of a category, with all below it and merged into it.
    state: a state of REQUESTS. handling: public | internal | undecided. body: id of a unit to which it was
    dispatched. since (included), until (not included): when it was received. q: a number, or words of title,
    place or text.
    """
    rows = _rows().order_by("-received_at", "-matter")
    plain = {
        "matter__state": state,
        "matter__disclosure": handling,
        "channel": channel,
        "kind": kind,
        "urgency": urgency,
        "category": category,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if filed is not None:
        category_row = Category.objects.filter(pk=filed).first()
        rows = rows.filter(filed_as__in=under(category_row) if category_row else [])
    if area is not None:
        rows = rows.filter(area_id=area)
    if body is not None:
        rows = rows.filter(Exists(Dispatch.objects.filter(request=OuterRef("pk"), body_id=body)))
    if supervised is not None:
        rows = rows.filter(supervised=supervised)
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    if until is not None:
        rows = rows.filter(received_at__lt=until)
    if not q.strip():
        return rows
    # all matches are sorted, one page is shown: the matters are fetched for the page alone
    return matching(rows, q).select_related(None).select_related("area").prefetch_related("matter")


def request_page(*, query: Mapping[str, str], filed: int | None = None, size: int) -> Page[Request]:
    """A page of the list that the platform sees. query: state, channel, kind, urgency, q, after, before.

    The first page of all, or of those with one value that there is, is asked for by a prepared question: what is asked
    all day. One query, a search two.
    """
    chosen = {name: query[name].strip() for name in FILTERS if query.get(name, "").strip()}
    after, before = query.get("after", ""), query.get("before", "")
    if not (after or before) and filed is None and (not chosen or _plain(chosen)):
        return first_page(_first(size=size, **chosen), keys=KEYS, size=size)
    return key_page(request_list(filed=filed, **chosen), keys=KEYS, after=after, before=before, size=size)  # type: ignore[arg-type]


@prepared
def _first(*, size: int, **chosen: str) -> QuerySet[Request]:
    rows = request_list(**chosen).select_related(None).select_related("matter")  # type: ignore[arg-type]
    return rows.only(*LISTED)[: size + 1]


def _plain(chosen: Mapping[str, str]) -> bool:
    """Whether one value is chosen, and it is one of those that there are: so many statements the server may keep."""
    if len(chosen) != 1:
        return False
    (name, value), *_ = chosen.items()
    if name == "state":
        return value in REQUESTS.labels
    return name != "q" and value in dict(options_ever(f"hotline.{name}"))


def request_by_number(number: str) -> Request | None:
    """The request with exactly this number, with matter and contact."""
    rows = Request.objects.select_related("matter", "contact", "area").defer("search")
    found: Request | None = rows.filter(matter__kind="hotline.request", matter__number=number.strip()).first()
    return found


def is_hidden(kind: str, pk: int) -> bool:
    """Whether there is such a request or dispatch, for somebody to whom the database shows none (ADR 16)."""
    return bool(Matter.objects.filter(pk=pk, kind=kind).exists())


def may_read(actor: Actor, request: Request) -> bool:
    """Whether an actor may read a request: the platform all, a unit those that it handles."""
    if actor.can("hotline.read_all"):
        return True
    if not actor.can("hotline.unit") or actor.body_id is None:
        return False
    mine = Dispatch.objects.filter(request_id=request.pk, body_id=actor.body_id)
    return mine.exclude(matter__state="recalled").exists()


def callback_queue() -> QuerySet[Request]:
    """Every request whose result was given back and who was not yet called back, the longest waiting first.

    Source: smx-hotline-ops/17.b
    """
    return _rows().filter(matter__state="fed_back").order_by("received_at", "matter")


def callback_again() -> QuerySet[Request]:
    """Requests called back whose result was mended since: they are called back again."""
    since = Callback.objects.filter(request=OuterRef("matter__parent"), answered=True, at__gte=OuterRef("at"))
    mended = Event.objects.filter(~Exists(since), matter__parent=OuterRef("pk"), kind="hotline.mended")
    return _rows().filter(Exists(mended), matter__state="called_back").order_by("received_at", "matter")


def called_back() -> QuerySet[Request]:
    """Requests called back and not yet filed."""
    return _rows().filter(matter__state="called_back").order_by("received_at", "matter")


def feedback_queue() -> QuerySet[Request]:
    """Requests whose dispatches all passed the review and whose result is not yet given back."""
    return _rows().filter(matter__state="concluded").order_by("received_at", "matter")


def offers_open() -> QuerySet[Voluntary]:
    """The voluntary list: requests that any unit may take, the longest waiting first."""
    rows: QuerySet[Voluntary] = Voluntary.objects.filter(
        claimed_at__isnull=True, withdrawn_at__isnull=True
    ).select_related("request__matter", "request__area")
    return rows.order_by("offered_at", "id")


def units_without_liaison(bodies: Iterable[Body], day: dt.date) -> list[Body]:
    """Which of the units have no liaison officer with a mobile number that day.

    Nobody there would be told of a dispatch by SMS.
    """
    return [body for body in bodies if not any(person.mobile for person in liaisons_on(body, day))]
