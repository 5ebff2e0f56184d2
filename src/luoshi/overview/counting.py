"""What the dashboard counts beside the ledger's own tallies: requests by place, category and hour, call-backs by grade.

A request counts on the day on which it was received; where it is amended, its count moves. The tallies stand in the
ledger's table under metrics of this function, and equal the lists that the dashboard opens: `luoshi verify` compares
those of requests with their rows and those of call-backs with the events, and `rebuild_overview` makes all anew from the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import ExtractHour, TruncDate

from luoshi.engines.obligations import Happened, Owed
from luoshi.hotline.models import Callback, Request
from luoshi.hotline.states import REQUEST
from luoshi.ledger import rules
from luoshi.ledger.models import Matter, Tally
from luoshi.ledger.services.derive import tallies_add
from luoshi.ledger.verify import Difference

PREFIX = "view:"
RECEIVED = f"{PREFIX}received"
CHECK = "overview"
Move = tuple[str, int | None, date]

_GRADED = frozenset({"hotline.called_back", "hotline.called_back_again"})


def category_metric(category: str) -> str:
    """The tally of requests of a category; the empty one for those without."""
    return f"{PREFIX}category:{category}"


def hour_metric(hour: int) -> str:
    """The tally of requests received within an hour of the day, on the city's clock."""
    return f"{PREFIX}hour:{hour:02d}"


def grade_metric(grade: str) -> str:
    """The tally of call-backs whose result was graded so."""
    return f"{PREFIX}result:{grade}"


def _local(at: datetime) -> datetime:
    return at.astimezone(rules.current().worktime.tz)


def _received(at: datetime, area: int | None, category: str) -> list[Move]:
    """What a request counts for, but for its hour."""
    day = _local(at).date()
    return [(RECEIVED, area, day), (category_metric(category), None, day)]


def _grades(event: Happened) -> list[Move]:
    """What a call-back counts for: each grade of the result that was given."""
    day = _local(event.at).date()
    return [(grade_metric(grade), None, day) for grade in event.data.get("results", ())]


class OverviewFollower:
    """The ledger's follower for the dashboard."""

    prefix = PREFIX

    def follow(self, matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
        """Count a request that came in, one that was amended, one that was called back."""
        if matter.kind != REQUEST:
            return
        change: Counter[Move] = Counter()
        if event.kind == "hotline.received":
            facts = matter.facts
            change.update(_received(event.at, facts.get("area_body"), facts.get("category", "")))
            change[hour_metric(_local(event.at).hour), None, _local(event.at).date()] += 1
        elif event.kind in _GRADED:
            change.update(_grades(event))
        elif {"area", "category"} & set(event.data.get("amended", ())):
            # the request's own row is written after the event, and still says what it counted for
            area, category = Request.objects.values_list("area", "category").get(pk=matter.pk)
            said: Mapping[str, Any] = event.data.get("facts", {})
            after = said.get("area_body", area), said.get("category", category)
            change.update(_received(matter.opened_at, *after))
            change.subtract(_received(matter.opened_at, area, category))
        tallies_add(matter.jurisdiction, change)

    def check(self, jurisdiction: str) -> OverviewChecker:
        """Begin a verification."""
        return OverviewChecker(jurisdiction)


class OverviewChecker:
    """One verification: tallies of requests against the rows of the lists, of call-backs against the events."""

    def __init__(self, jurisdiction: str) -> None:
        self._jurisdiction = jurisdiction
        self._graded: Counter[Move] = Counter()

    def seen(self, matter: Matter, event: Happened, owed: Sequence[Owed], facts: Mapping[str, Any]) -> None:
        """Count what a call-back said."""
        if matter.kind == REQUEST and event.kind in _GRADED:
            self._graded.update(_grades(event))

    def compare(self, matters: Sequence[Matter]) -> Iterator[Difference]:
        """Nothing hangs on single matters."""
        return iter(())

    def finish(self) -> Iterator[Difference]:
        """Compare every tally."""
        counts, stands = counted_requests(self._jurisdiction) + self._graded, standing(self._jurisdiction)
        for key in sorted(counts.keys() | stands.keys(), key=str):
            if counts[key] != stands.get(key, 0):
                metric, body, day = key
                said = f"stands at {stands.get(key, 0)}, counted anew it is {counts[key]}"
                yield Difference(CHECK, f"{metric}, body {body}, {day}", said)


def standing(jurisdiction: str) -> dict[Move, int]:
    """The tallies as they stand."""
    rows = Tally.objects.filter(jurisdiction=jurisdiction, metric__startswith=PREFIX)
    totals = rows.values_list("metric", "body_id", "day").annotate(total=Sum("count")).order_by()
    return {(metric, body, day): int(total) for metric, body, day, total in totals}


def counted_requests(jurisdiction: str) -> Counter[Move]:
    """What the hotline's requests count for: three queries over all of them."""
    tz, found = rules.current().worktime.tz, Counter[Move]()
    requests = Request.objects.filter(matter__jurisdiction=jurisdiction).order_by()
    requests = requests.annotate(on=TruncDate("received_at", tzinfo=tz))
    for area, on, number in requests.values_list("area", "on").annotate(number=Count("pk")):
        found[RECEIVED, area, on] += number
    for category, on, number in requests.values_list("category", "on").annotate(number=Count("pk")):
        found[category_metric(category), None, on] += number
    hours = requests.annotate(hour=ExtractHour("received_at", tzinfo=tz)).values_list("hour", "on")
    for hour, on, number in hours.annotate(number=Count("pk")):
        found[hour_metric(hour), None, on] += number
    return found


def counted_grades(jurisdiction: str) -> Counter[Move]:
    """What the call-backs count for: one query over all of them."""
    tz, found = rules.current().worktime.tz, Counter[Move]()
    graded = Callback.objects.filter(request__matter__jurisdiction=jurisdiction, answered=True).order_by()
    graded = graded.annotate(on=TruncDate("at", tzinfo=tz))
    for grade, on, number in graded.values_list("result", "on").annotate(number=Count("pk")):
        found[grade_metric(grade), None, on] += number
    return found
