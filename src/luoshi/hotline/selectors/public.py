"""What the public sees: published results, and a citizen's own request by number and telephone or code."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, Exists, F, Min, OuterRef, Q, QuerySet

from luoshi.hotline.contacts import number_clean, query_code
from luoshi.hotline.models import Contact, Publication, Request
from luoshi.hotline.services.shared import rule_day
from luoshi.hotline.states import REQUEST
from luoshi.ledger import rules
from luoshi.ledger.models import Event, Outbox
from luoshi.ledger.rows import show_request
from luoshi.organisation.models import Body

MOST_MONTHS, MOST_CATEGORIES = 24, 60
PUBLIC_KEYS = ("-published_at", "-id")
NOTICE_CHANNELS = ("web", "sms", "voice", "wechat", "weibo", "email", "fax")
PROGRESS = {
    "received": "已受理，正在确定承办单位",
    "answered": "已答复",
    "refused": "不予受理",
    "not_redispatched": "不再批转",
    "in_progress": "正在办理",
    "offered": "正在办理",
    "escalated": "正在办理",
    "concluded": "已办结，正在反馈",
    "fed_back": "已反馈",
    "called_back": "已反馈",
    "archived": "已反馈",
}
STEPS = {
    "hotline.received": "登记受理",
    "hotline.dispatched_out": "转承办单位办理",
    "hotline.dispatched_more": "增派承办单位",
    "hotline.claimed": "承办单位领办",
    "hotline.concluded": "办结",
    "hotline.fed_back": "反馈结果",
    "hotline.called_back": "回访",
    "hotline.answered": "答复",
    "hotline.refused": "不予受理",
    "hotline.not_redispatched": "不再批转",
    "hotline.supplemented": "您补充了情况",
}


def publication_list() -> QuerySet[Publication]:
    """Published results, newest first (order PUBLIC_KEYS); what was withdrawn is left out.

    A page costs one query.
    """
    rows: QuerySet[Publication] = Publication.objects.filter(withdrawn_at__isnull=True).defer("search")
    return rows.select_related("body").order_by("-published_at", "-id")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the public list can be filtered by: (value, label) of units, categories and months."""

    units: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    months: tuple[tuple[str, str], ...]


def publication_choices(today: date) -> Choices:
    """The units, categories and months under which something is published. Three queries over indexes."""
    rows = Publication.objects.filter(withdrawn_at__isnull=True)
    units = Body.objects.filter(Exists(rows.filter(body_id=OuterRef("pk")))).order_by("kind", "code")
    named = rows.exclude(category="").order_by("category").values_list("category", flat=True).distinct()
    oldest = rows.aggregate(first=Min("published_at"))["first"]
    return Choices(
        units=tuple((str(pk), name) for pk, name in units.values_list("pk", "short_name")),
        categories=tuple(named[:MOST_CATEGORIES]),
        months=tuple(_months(oldest, today)) if oldest else (),
    )


def _months(oldest: datetime, today: date) -> Iterator[tuple[str, str]]:
    """The months from today back to the oldest, two years at most."""
    first, month = rule_day(oldest).replace(day=1), today.replace(day=1)
    for _ in range(MOST_MONTHS):
        if month < first:
            return
        yield f"{month:%Y-%m}", f"{month.year}年{month.month}月"
        month = (month - timedelta(days=1)).replace(day=1)


def publication_filter(
    rows: QuerySet[Publication], *, unit: str = "", category: str = "", month: str = ""
) -> QuerySet[Publication]:
    """Only those of a unit (its id), a category, a month (2026-01); what makes no sense finds nothing."""
    if unit:
        rows = rows.filter(body_id=int(unit)) if unit.isdecimal() and len(unit) < 10 else rows.none()
    if category:
        rows = rows.filter(category=category)
    if month:
        span = _span(month)
        rows = rows.filter(published_at__gte=span[0], published_at__lt=span[1]) if span else rows.none()
    return rows


def _span(month: str) -> tuple[datetime, datetime] | None:
    """The first moment of a month and of the next one."""
    year, _, number = month.partition("-")
    if not (year.isdecimal() and number.isdecimal() and 2000 <= int(year) < 2100 and 1 <= int(number) <= 12):
        return None
    zone = rules.current().worktime.tz
    start = datetime(int(year), int(number), 1, tzinfo=zone)
    return start, (start + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was published: in all, this month, and how long answers of the last thirty days took on average."""

    total: int
    this_month: int
    days: Decimal | None


def publication_figures(now: datetime) -> Figures:
    """Counts of what is published now; each can be counted over in the public list. One query."""
    zone = rules.current().worktime.tz
    start = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    recent = Q(published_at__gte=now - timedelta(days=30), answered_at__isnull=False)
    found = Publication.objects.filter(withdrawn_at__isnull=True).aggregate(
        total=Count("pk"),
        month=Count("pk", filter=Q(published_at__gte=start)),
        taken=Avg(F("answered_at") - F("received_at"), filter=recent),
    )
    taken: timedelta | None = found["taken"]
    days = None if taken is None else (Decimal(int(taken.total_seconds())) / 86400).quantize(Decimal("0.1"))
    return Figures(found["total"], found["month"], days)


def publication_get(pk: int) -> Publication | None:
    """A published result; None when there is none or it was withdrawn."""
    found: Publication | None = publication_list().filter(pk=pk).first()
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One step that the citizen may know of."""

    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """A citizen's own request.

    Where it stands, the steps so far, what was told, and the result once it is given.
    """

    request: Request
    number: str
    title: str
    progress: str
    received_at: datetime
    steps: tuple[Step, ...]
    told: tuple[str, ...]
    outcome: str
    may_rate: bool


def tracking(*, number: str, phone: str = "", code: str = "") -> Tracking | None:
    """The citizen's own request, by its number and the telephone that was left, or the code that was told.

    None for a number that does not exist, for a wrong telephone and for a wrong code alike: whoever asks
    learns nothing of which numbers exist.
    """
    wanted = number.strip()
    show_request(kind=REQUEST, number=wanted)
    rows = Contact.objects.filter(request__matter__kind=REQUEST, request__matter__number=wanted)
    contact = rows.select_related("request__matter").defer("request__search").first()
    given = number_clean(phone)
    known = {contact.phone, contact.mobile} - {""} if contact else set()
    by_phone = any([hmac.compare_digest(given, one) for one in sorted(known)]) if given else False
    by_code = hmac.compare_digest(code.strip().upper().encode(), query_code(wanted).encode())
    if contact is None or not (by_phone or by_code):
        show_request(kind=REQUEST, number="")
        return None
    return _tracking(contact.request, wanted)


def _tracking(request: Request, number: str) -> Tracking:
    events = Event.objects.filter(matter_id=request.pk, kind__in=STEPS).order_by("seq")
    steps = tuple(Step(at, STEPS[kind]) for at, kind in events.values_list("at", "kind"))
    sent = Outbox.objects.filter(matter_id=request.pk, channel__in=NOTICE_CHANNELS, body__isnull=True)
    state = request.matter.state
    given = state in {"fed_back", "called_back", "archived", "answered", "not_redispatched"}
    return Tracking(
        request=request,
        number=number,
        title=request.matter.title,
        progress=PROGRESS.get(state, "正在办理"),
        received_at=request.received_at,
        steps=steps,
        told=tuple(sent.exclude(text="").order_by("pk").values_list("text", flat=True)),
        outcome=request.outcome if given else (request.refusal_reason if state == "refused" else ""),
        may_rate=given and request.answers > 0,
    )


def terms_on(day: date) -> dict[str, str]:
    """The time limits that the public is told of, in words, as the rulebook has them on a day."""
    book = rules.current()

    def term(id: str, **facts: str) -> str:
        chosen = book.limit(id, day).choose(facts)
        return chosen.duration.label if chosen.duration else "没有明文时限"

    return {
        "dispatch": term("hotline.dispatch"),
        "contact": term("hotline.contact"),
        "routine": term("hotline.close", urgency="routine"),
        "urgent": term("hotline.close", urgency="urgent"),
    }


def channels_on(day: date) -> tuple[str, ...]:
    """By which ways the public may reach the platform on a day, in the order and the words of the rulebook."""
    return tuple(one.label for one in rules.current().choice("hotline.channel", day).options if one.public)
