"""What base work, entries, supervision opinions and reports count for: pure folds over their events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from luoshi.assessment.counting.tracker import Count, Facts, Held, Standing
from luoshi.assessment.states_records import BASE, ENTRY, OPINION, REPORT
from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook
from luoshi.exchange.format import DEDUCTIONS, ENTRY_COUNTS

MONTHS_HELD = "unimplemented_opinion_months"


def local_day(text: str, zone: tzinfo) -> date:
    """The calendar day of a moment in ISO."""
    return datetime.fromisoformat(text).astimezone(zone).date()


def _utc(at: datetime) -> str:
    """A moment as it is remembered: the same text whichever zone it came in."""
    return at.astimezone(UTC).isoformat()


class BaseTracker:
    """Base work stands: what is missing goes on counting until a later judgement says otherwise.

    A judgement holds from the day on which it was registered; the period's end decides. A struck judgement
    never held. What was not judged is not missing.
    Source: smx-hotline-assessment/4.1
    """

    kind = BASE

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember the judgements in order and which of them were struck."""
        if event.kind == "assessment.base_judged":
            said = {
                "seq": event.seq,
                "at": _utc(event.at),
                "onsite": bool(event.data.get("onsite")),
                "points": dict(event.data.get("points", {})),
            }
            return {**facts, "judged": [*facts.get("judged", []), said]}
        if event.kind == "assessment.base_struck":
            struck = [str(event.data["point"]), int(event.data["seq"])]
            return {**facts, "struck": [*facts.get("struck", []), struck]}
        return facts

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """A change up or down on the day of each judgement that turned a point."""
        missing: set[str] = set()
        counts: list[Count] = []
        struck = [tuple(pair) for pair in facts.get("struck", [])]
        for said in facts.get("judged", []):
            day = local_day(said["at"], book.worktime.tz)
            names = book.setting("assessment.base_count", day).values
            only_onsite = book.setting("assessment.base_onsite", day)["counted"]
            for point, verdict in sorted(said["points"].items()):
                if (point, said["seq"]) in struck:
                    continue
                lacks = verdict == "missing" and (said["onsite"] or point not in only_onsite)
                if lacks == (point in missing):
                    continue
                (missing.add if lacks else missing.discard)(point)
                counts.append(Count(names[point], day, 1 if lacks else -1, running=True))
        return Standing(counts=tuple(counts))


class EntryTracker:
    """An entry counts on its date while it stands approved; deductions on an order are settled with its others."""

    kind = ENTRY

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember what was entered and whether it stands."""
        if event.kind == "assessment.entry_proposed":
            given = event.data["facts"]
            return {"item": given["item"], "date": given["date"], "order": given.get("order", 0)}
        stands = {
            "assessment.entry_approved": True,
            "assessment.entry_restored": True,
            "assessment.entry_superseded": False,
            "assessment.entry_revoked": False,
        }.get(event.kind)
        return facts if stands is None else {**facts, "stands": stands}

    def order_of(self, facts: Facts) -> int | None:
        """The request that it concerns, also before it is charged."""
        return facts.get("order") or None

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """One count or one charge, on the date of what is entered."""
        if not facts.get("stands"):
            return Standing()
        name, day = ENTRY_COUNTS[facts["item"]], date.fromisoformat(facts["date"])
        if facts["item"] in DEDUCTIONS:
            return Standing(charges=(Held(name, day, order=facts["order"]),))
        return Standing(counts=(Count(name, day),))


class OpinionTracker:
    """An opinion not carried out in time counts in the month it ran out and in each month after, until it is.

    The month in which it is carried out does not count again.
    Source: smx-hotline-assessment/4.3.1.7.b
    """

    kind = OPINION

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember the due time, and when it was carried out."""
        if event.kind == "assessment.opinion_issued":
            given = event.data["facts"]
            return {"due": given["due_set"], "order": given.get("order", 0)}
        if event.kind == "assessment.opinion_carried_out":
            return {**facts, "done": _utc(event.at)}
        if event.kind == "assessment.opinion_withdrawn":
            return {**facts, "withdrawn": True}
        return facts

    def order_of(self, facts: Facts) -> int | None:
        """The request that it concerns, also before it is charged."""
        return facts.get("order") or None

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """A charge for each month that has begun."""
        if facts.get("withdrawn") or "due" not in facts:
            return Standing()
        zone = book.worktime.tz
        overdue = overdue_from(datetime.fromisoformat(facts["due"])).astimezone(zone)
        done = datetime.fromisoformat(facts["done"]).astimezone(zone) if "done" in facts else None
        if done is not None and done < overdue:
            return Standing()
        if now < overdue:
            return Standing(changes_at=overdue)
        days = list(open_days(overdue, done, now.astimezone(zone)))
        charges = tuple(Held(MONTHS_HELD, day, order=facts["order"]) for day in days)
        following = None if done is not None else month_start(days[-1], 1, zone)
        return Standing(charges=charges, changes_at=following)


def overdue_from(due: datetime) -> datetime:
    """The first moment after a due time: reaching it to the second is in time."""
    return due.replace(microsecond=0) + timedelta(seconds=1)


def month_start(day: date, months: int, zone: tzinfo) -> datetime:
    """Midnight of the first day of the month some months after a day's."""
    total = day.year * 12 + day.month - 1 + months
    return datetime.combine(date(total // 12, total % 12 + 1, 1), time(0), tzinfo=zone)


def open_days(overdue: datetime, done: datetime | None, now: datetime) -> Iterator[date]:
    """The day it ran out; then the first day of each month that has begun, up to the one before it was carried out."""
    yield overdue.date()
    first = month_start(overdue.date(), 1, overdue.tzinfo or now.tzinfo)  # type: ignore[arg-type]
    until = done.date().replace(day=1) if done is not None else None
    while first <= now and (until is None or first.date() < until):
        yield first.date()
        first = month_start(first.date(), 1, first.tzinfo)  # type: ignore[arg-type]


class ReportTracker:
    """A statistics report counts when it was filed in time, information when it was filed; each on the day of filing.

    Source: smx-hotline-assessment-annex/2.4.1
    """

    kind = REPORT

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember when it was filed, whether in time, and whether it was struck."""
        if event.kind == "assessment.report_opened":
            return {"type": event.data["facts"]["type"]}
        if event.kind == "assessment.report_filed":
            in_time = all(one.state == "met" for one in owed)
            return {**facts, "filed": _utc(event.at), "in_time": in_time}
        if event.kind == "assessment.report_struck":
            return {**facts, "struck": True}
        return facts

    def standing(self, facts: Facts, *, now: datetime, book: Rulebook) -> Standing:
        """One report or one item on the day of filing."""
        if "filed" not in facts or facts.get("struck"):
            return Standing()
        day = local_day(facts["filed"], book.worktime.tz)
        if facts["type"] == "information":
            return Standing(counts=(Count("information_items", day),))
        return Standing(counts=(Count("reports_on_time", day),) if facts["in_time"] else ())


TRACKERS = (BaseTracker(), EntryTracker(), OpinionTracker(), ReportTracker())
