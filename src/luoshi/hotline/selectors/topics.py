"""What many people complain of: groups of the same trouble, and how they rise against their usual level."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from luoshi.engines.suggest import Group, Item, similar_groups
from luoshi.hotline.models import Dispatch, Request, TopicSheet
from luoshi.ledger.prepared import prepared
from luoshi.organisation.selectors import local_day

BACK_DAYS = 56
"""How far back requests are grouped."""
MOST = 20_000
SHOWN = 60
WEEK = 7
RISING_LEAST, RISING_TIMES = 3, 2.0
LEAST_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """The same trouble of several people, as drawn up at a moment.

    requests: ids, the oldest first; today, week: how many came that day and in the seven days up to it; usual:
    how many a week before. rising: this week at least three and at least twice the usual.
    """

    key: int
    title: str
    words: tuple[str, ...]
    requests: tuple[int, ...]
    people: int
    today: int
    week: int
    usual: float
    heat: float
    last: str

    @property
    def count(self) -> int:
        """The number of requests."""
        return len(self.requests)

    @property
    def others(self) -> int:
        """The requests beside any one of them."""
        return len(self.requests) - 1

    @property
    def rising(self) -> bool:
        """Whether it comes clearly more often than usual."""
        return self.week >= RISING_LEAST and self.week >= RISING_TIMES * self.usual

    @property
    def last_at(self) -> dt.datetime:
        """When the newest request came."""
        return dt.datetime.fromisoformat(self.last)

    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Topic:
        """As it was kept."""
        return cls(**{**data, "words": tuple(data["words"]), "requests": tuple(data["requests"])})


def topics_at(at: dt.datetime) -> list[Topic]:
    """The topics of the weeks up to a moment, the hottest first: two queries, seconds for 20,000 requests.

    A request counts by person: the same telephone or the same account is the same person.
    """
    rows = list(_rows(at))
    items = [
        Item(
            ref=row.pk,
            title=row.matter.title,
            text=row.content,
            at=row.received_at,
            who=_who(row),
            place=row.place,
        )
        for row in rows
    ]
    groups = [group for group in similar_groups(items, now=at) if group.people >= LEAST_PEOPLE]
    return [_topic(group, rows, at) for group in groups[:SHOWN]]


def _rows(at: dt.datetime) -> QuerySet[Request]:
    rows = Request.objects.filter(received_at__gt=at - dt.timedelta(days=BACK_DAYS), received_at__lte=at)
    found: QuerySet[Request] = rows.select_related("matter", "contact").defer("search")
    return found.order_by("-received_at", "-matter")[:MOST]


def _who(row: Request) -> str:
    contact = row.contact
    return str(contact.mobile or contact.phone or contact.account or contact.email or f"#{row.pk}")


def _topic(group: Group, rows: Sequence[Request], at: dt.datetime) -> Topic:
    members = [rows[number] for number in group.items]
    day = local_day(at)
    days = [local_day(row.received_at) for row in members]
    week = sum(day - dt.timedelta(days=WEEK) < one <= day for one in days)
    before = len(days) - week
    return Topic(
        key=members[0].pk,
        title=group.title,
        words=group.words,
        requests=tuple(row.pk for row in members),
        people=group.people,
        today=sum(one == day for one in days),
        week=week,
        usual=round(before / (BACK_DAYS / WEEK - 1), 1),
        heat=group.heat,
        last=members[-1].received_at.isoformat(),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The topics as they were drawn up last, and when."""

    day: dt.date
    drawn_at: dt.datetime
    topics: tuple[Topic, ...]

    def of_request(self, pk: int) -> Topic | None:
        """The topic that a request belongs to."""
        return next((topic for topic in self.topics if pk in topic.requests), None)

    def topic(self, key: int) -> Topic | None:
        """The topic whose oldest request this is."""
        return next((topic for topic in self.topics if topic.key == key), None)


def sheet_latest(until: dt.date | None = None) -> Sheet | None:
    """The newest sheet of topics, up to a day where given. One query."""
    return next(map(_sheet, sheet_rows(until)), None)


def sheet_rows(until: dt.date | None = None) -> QuerySet[TopicSheet]:
    """The newest sheet as it is stored, up to a day where given: a list of one, or of none."""
    return _newest(until)


@prepared
def _newest(until: dt.date | None) -> QuerySet[TopicSheet]:
    rows = TopicSheet.objects.order_by("-day")
    return (rows.filter(day__lte=until) if until else rows)[:1]


def topic_of(request: Request, sheets: Iterable[TopicSheet]) -> Topic | None:
    """The topic of the newest sheet (`sheet_rows`) that a request belongs to."""
    return next((_sheet(sheet).of_request(request.pk) for sheet in sheets), None)


def sheet_of(day: dt.date) -> Sheet | None:
    """The sheet of one day. One query."""
    found = TopicSheet.objects.filter(day=day).first()
    return _sheet(found) if found else None


def _sheet(row: TopicSheet) -> Sheet:
    return Sheet(row.day, row.drawn_at, tuple(Topic.of(data) for data in row.content["topics"]))


def units_of(request_ids: Sequence[int]) -> list[tuple[str, int]]:
    """Which units handle these requests (those recalled left out), the most frequent first. One query."""
    rows = Dispatch.objects.filter(request_id__in=request_ids).exclude(matter__state="recalled")
    found = Counter(rows.values_list("body__short_name", flat=True))
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Day:
    """The numbers of one day: what came, how, what about, what was finished."""

    day: dt.date
    received: int
    before: int
    usual: float
    urgent: int
    dispatched: int
    closed: int
    channels: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]
    units: tuple[tuple[str, int], ...]


def day_numbers(day: dt.date, zone: dt.tzinfo) -> Day:
    """The numbers of a day, beside the day before and the mean of the seven days before. Six queries."""
    start = dt.datetime.combine(day, dt.time(), zone)
    end = start + dt.timedelta(days=1)
    mine = Request.objects.filter(received_at__gte=start, received_at__lt=end)
    one, seven = start - dt.timedelta(days=1), start - dt.timedelta(days=WEEK)
    totals = Request.objects.filter(received_at__gte=seven, received_at__lt=end).aggregate(
        received=Count("pk", filter=Q(received_at__gte=start)),
        before=Count("pk", filter=Q(received_at__gte=one, received_at__lt=start)),
        week=Count("pk", filter=Q(received_at__lt=start)),
        urgent=Count("pk", filter=Q(received_at__gte=start, urgency="urgent")),
    )
    sent = Dispatch.objects.filter(dispatched_at__gte=start, dispatched_at__lt=end)
    return Day(
        day=day,
        received=totals["received"],
        before=totals["before"],
        usual=round(totals["week"] / WEEK, 1),
        urgent=totals["urgent"],
        dispatched=sent.count(),
        closed=Dispatch.objects.filter(closed_at__gte=start, closed_at__lt=end).count(),
        channels=_counted(mine, "channel"),
        kinds=_counted(mine, "kind"),
        categories=_counted(mine.exclude(category=""), "category"),
        units=_counted(sent, "body__short_name"),
    )


def _counted(rows: QuerySet[Any], name: str, most: int = 10) -> tuple[tuple[str, int], ...]:
    found = rows.order_by().values(name).annotate(count=Count("pk")).order_by("-count", name)[:most]
    return tuple((row[name], row["count"]) for row in found)
