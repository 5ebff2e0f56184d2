"""Reading base work, entries, opinions and reports; and the same as rows of the exchange format."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from luoshi.assessment import rules_records as records
from luoshi.assessment.counting.records import BaseTracker, month_start, open_days, overdue_from
from luoshi.assessment.models import BasePoint, BaseRecord, Entry, Opinion, Report
from luoshi.assessment.states_records import BASE
from luoshi.engines.assessment import Period
from luoshi.engines.obligations import Happened
from luoshi.exchange.format import BASE_ITEMS
from luoshi.ledger import rules
from luoshi.ledger.models import Attachment, Event
from luoshi.ledger.selectors import tallies_by_body
from luoshi.organisation.models import Body, Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import bodies_assessed


# ---- base work ----
@dataclass(slots=True)
class PointView:
    """A point of base work as a page shows it. known: what the organisation's records say; field: its input."""

    key: str
    label: str
    hint: str
    count: str
    material: str
    owed: bool
    judged: BasePoint | None = None
    known: str = ""
    field: Any = None

    @property
    def verdict(self) -> str:
        """met | missing | open | not_owed"""
        if not self.owed:
            return "not_owed"
        return self.judged.verdict if self.judged else "open"


@dataclass(slots=True)
class PointGroup:
    """The points of one item of the scheme, with the material on which they are judged."""

    id: str
    title: str
    points: list[PointView] = dataclasses.field(default_factory=list)
    materials: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    files: list[dict[str, Any]] = dataclasses.field(default_factory=list)


def base_get(body: Body) -> BaseRecord | None:
    """The base work of a unit; None before anything was filed or judged."""
    return BaseRecord.objects.select_related("matter", "body").filter(body=body).first()


def base_groups(body: Body, day: dt.date) -> list[PointGroup]:
    """The points of a unit's base work by item of the scheme, with what is judged of each and what is known."""
    record = base_get(body)
    judged = {}
    if record is not None:
        judged = {row.point: row for row in record.points.filter(struck_at__isnull=True).order_by("seq")}
    owed, counts = records.base_owed(day, onsite=body.handles_onsite), records.base_counts(day)
    proof, materials, known = records.base_proof(day), records.base_materials(day), known_of(body, day)
    groups: list[PointGroup] = []
    for leaf in next(top for top in records.scheme(day).items if top.part == "base").leaves():
        group = PointGroup(leaf.id, leaf.title)
        for option in records.base_points(day).options:
            if counts[option.value] not in leaf.counts.values():
                continue
            view = PointView(
                key=option.value,
                label=option.label,
                hint=option.hint,
                count=counts[option.value],
                material=materials.label(proof[option.value]),
                owed=option.value in owed,
                judged=judged.get(option.value),
                known=known.get(option.value, ""),
            )
            group.points.append(view)
            pair = (proof[option.value], view.material)
            if pair not in group.materials:
                group.materials.append(pair)
        groups.append(group)
    return groups


def known_of(body: Body, day: dt.date) -> dict[str, str]:
    """What the organisation's records say on points of base work: who is deputy leader and liaison, who answers first.

    The principal leader answers first for the unit's part in the joint work.
    Source: smx-hotline-assessment/4.1.1.a
    """
    kinds = {Post.Kind.DEPUTY_LEADER: "deputy_leader", Post.Kind.LIAISON: "liaison"}
    wanted = [*kinds, Post.Kind.PRINCIPAL_LEADER]
    rows = Post.objects.filter(in_force(day), body=body, kind__in=wanted).select_related("person")
    found: dict[str, list[str]] = {}
    for post in rows.order_by("since", "id"):
        name = post.person.name
        if post.kind == Post.Kind.LIAISON:
            name += "（专职）" if post.full_time else "（兼职）"
        found.setdefault(kinds.get(post.kind, "first"), []).append(name)  # type: ignore[call-overload]
    said = {
        "deputy_leader": _roster("分管领导", found.get("deputy_leader", [])),
        "liaison": _roster("联络员", found.get("liaison", [])),
    }
    said["first"] = "、".join(found.get("first", []))
    return said


def _roster(label: str, names: list[str]) -> str:
    return f"在册{label}：{'、'.join(names)}" if names else f"在册名单中没有{label}"


def base_list(day: dt.date, *, which: str = "") -> QuerySet[Any]:
    """The assessed units, each with how many points are missing, and when it last filed and was last judged.

    which: "" | missing | unjudged.
    """
    held = BasePoint.objects.filter(struck_at__isnull=True)
    later = held.filter(record=OuterRef("record"), point=OuterRef("point"), seq__gt=OuterRef("seq"))
    missing = held.filter(record__body=OuterRef("pk"), verdict="missing").exclude(Exists(later))
    counted = missing.order_by().values("record__body").annotate(n=Count("pk")).values("n")
    record = BaseRecord.objects.filter(body=OuterRef("pk"))
    rows: QuerySet[Any] = bodies_assessed(day).annotate(
        missing=Subquery(counted),
        filed_at=Subquery(record.values("filed_at")),
        judged_at=Subquery(record.values("judged_at")),
    )
    chosen = {"missing": Q(missing__gt=0), "unjudged": Q(judged_at__isnull=True)}
    return rows.filter(chosen.get(which, Q()))


def all_points(record: BaseRecord) -> QuerySet[BasePoint]:
    """All judgements of a record, newest first."""
    return record.points.order_by("-seq", "point")


def files_of(matter_id: int) -> QuerySet[Attachment]:
    """The files of a record, oldest first."""
    return Attachment.objects.filter(matter=matter_id).order_by("pk")


# ---- entries ----
def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related("matter", "body", "order")


def entry_get(pk: int) -> Entry | None:
    """An entry with its unit and request."""
    return _entries().select_related("superseded_by__matter").filter(pk=pk).first()


def entry_list(
    *,
    body_id: int | None = None,
    side: str = "",
    item: str = "",
    state: str = "",
    month: dt.date | None = None,
    text: str = "",
) -> QuerySet[Entry]:
    """Entries of a unit (None: of all) by side, item, state, month of their date, and words in number or unit."""
    rows = _entries()
    for name, value in (("body_id", body_id), ("side", side), ("item", item), ("matter__state", state)):
        if value not in (None, ""):
            rows = rows.filter(**{name: value})
    if month is not None:
        rows = rows.filter(date__year=month.year, date__month=month.month)
    if text:
        rows = rows.filter(
            Q(matter__number__contains=text) | Q(order__number__contains=text) | Q(body__name__contains=text)
        )
    return rows


def entries_waiting() -> int:
    """How many entries wait for approval."""
    return Entry.objects.filter(matter__state="proposed").count()


# ---- opinions and reports ----
def opinion_get(pk: int) -> Opinion | None:
    """An opinion with its unit and request."""
    return Opinion.objects.select_related("matter", "body", "order").filter(pk=pk).first()


def opinion_list(*, body_id: int | None = None, which: str = "", at: dt.datetime) -> QuerySet[Opinion]:
    """Opinions to a unit (None: to all). which: "" | issued | answered | carried_out | withdrawn | overdue."""
    rows = Opinion.objects.select_related("matter", "body", "order")
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    if which == "overdue":
        return rows.filter(due_at__lt=at, matter__state__in=("issued", "answered"))
    return rows.filter(matter__state=which) if which else rows


def months_held(opinion: Opinion, now: dt.datetime) -> list[dt.date]:
    """The months in which an opinion costs points, by the first day each counts."""
    if opinion.withdrawn_at is not None:
        return []
    zone = rules.current().worktime.tz
    overdue, done = overdue_from(opinion.due_at), opinion.carried_out_at
    if now < overdue or (done is not None and done < overdue):
        return []
    local_done = done.astimezone(zone) if done is not None else None
    return list(open_days(overdue.astimezone(zone), local_done, now.astimezone(zone)))


FIGURES = {
    "event:hotline.dispatched": "派单",
    "event:hotline.review_passed": "审核通过",
    "breached:hotline.close": "逾期办结",
    "event:hotline.return_requested": "申请退单",
    "event:hotline.redo_ordered": "退回重办",
    "event:hotline.second_assigned": "二次交办",
    "event:hotline.supervised": "督办",
}


def figures_of(report: Report) -> list[tuple[str, int]]:
    """What the system itself counted for the unit in the month of a report, to check it against: one query."""
    last = month_start(report.month, 1, rules.current().worktime.tz).date() - dt.timedelta(days=1)
    found = tallies_by_body(FIGURES, since=report.month, until=last)
    return [(label, found.get((metric, report.body_id), 0)) for metric, label in FIGURES.items()]


def report_get(pk: int) -> Report | None:
    """A report with its unit."""
    return Report.objects.select_related("matter", "body").filter(pk=pk).first()


def report_list(
    *,
    body_id: int | None = None,
    type: str = "",
    which: str = "",
    month: dt.date | None = None,
    at: dt.datetime,
) -> QuerySet[Report]:
    """Reports of a unit (None: of all). which: "" | due | late (not filed, or filed too late) | filed | struck."""
    rows = Report.objects.select_related("matter", "body")
    if body_id is not None:
        rows = rows.filter(body_id=body_id)
    if type:
        rows = rows.filter(type=type)
    if month is not None:
        rows = rows.filter(month=month)
    if which == "late":
        late = Q(filed_at__isnull=True, due_at__lt=at) | Q(filed_at__gte=_after("due_at"))
        return rows.filter(late)
    return rows.filter(matter__state=which) if which else rows


def _after(name: str) -> Any:
    return F(name) + dt.timedelta(seconds=1)


# ---- the exchange format ----
@dataclass(frozen=True, slots=True)
class ExportedRecords:
    """Rows of the tables base, entries and submissions, by column name; units by their code, times aware."""

    base: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    submissions: list[dict[str, Any]]


def records_for_export(period: Period | None = None, *, as_of: dt.datetime) -> ExportedRecords:
    """What the records hold, as another system would read it in the exchange format.

    period: base work as it stood at its end (or at `as_of`, if that is earlier); without one, as it stands at
    `as_of`. Entries, opinions and reports are all exported, whatever their period; what happened later than
    `as_of` is not.
    """
    zone = rules.current().worktime.tz
    last = as_of.astimezone(zone).date()
    if period is not None:
        last = min(last, period.last)
    return ExportedRecords(
        base=_base_rows(last, as_of),
        entries=sorted([*_entry_rows(as_of), *_opinion_rows(as_of, zone)], key=lambda row: row["ref"]),
        submissions=_submission_rows(as_of),
    )


def _base_rows(last: dt.date, as_of: dt.datetime) -> list[dict[str, Any]]:
    tracker, book = BaseTracker(), rules.current()
    kinds = ("assessment.base_judged", "assessment.base_struck")
    events = Event.objects.filter(matter__kind=BASE, kind__in=kinds, at__lte=as_of)
    facts: dict[str, dict[str, Any]] = {}
    for event in events.select_related("matter__body").order_by("matter_id", "seq"):
        code = event.matter.body.code
        happened = Happened(event.seq, event.kind, event.at, event.data)
        facts[code] = tracker.step(facts.get(code, {}), happened, (), {})
    rows = []
    for code, known in sorted(facts.items()):
        sums = dict.fromkeys(BASE_ITEMS, 0)
        for count in tracker.standing(known, now=as_of, book=book).counts:
            sums[count.name] += count.amount if count.day <= last else 0
        rows += [{"unit": code, "item": item, "count": number} for item, number in sums.items() if number]
    return rows


def _number(matter: Any) -> str:
    return (matter.number or "") if matter is not None else ""


def _entry_rows(as_of: dt.datetime) -> Iterable[dict[str, Any]]:
    for entry in _entries().filter(matter__state="approved", decided_at__lte=as_of):
        yield {
            "unit": entry.body.code,
            "item": entry.item,
            "date": entry.date,
            "order_no": _number(entry.order),
            "count": 1,
            "until": None,
            "evidence": entry.matter.number or "",
            "entered_at": entry.decided_at,
            "ref": entry.pk,
        }


def _opinion_rows(as_of: dt.datetime, zone: dt.tzinfo) -> Iterable[dict[str, Any]]:
    rows = Opinion.objects.select_related("matter", "body", "order").filter(withdrawn_at__isnull=True)
    for opinion in rows.filter(due_at__lt=as_of):
        overdue, done = overdue_from(opinion.due_at), opinion.carried_out_at
        if as_of < overdue or (done is not None and done < overdue):
            continue
        yield {
            "unit": opinion.body.code,
            "item": records.OPINION_ITEM,
            "date": overdue.astimezone(zone).date(),
            "order_no": _number(opinion.order),
            "count": 1,
            "until": done.astimezone(zone).date() if done is not None and done <= as_of else None,
            "evidence": opinion.matter.number or "",
            "entered_at": None,
            "ref": opinion.pk,
        }


def _submission_rows(as_of: dt.datetime) -> list[dict[str, Any]]:
    rows = Report.objects.select_related("body").filter(filed_at__lte=as_of, struck_at__isnull=True)
    return [
        {
            "unit": report.body.code,
            "type": report.type,
            "requested_at": None,
            "due_at": report.due_at,
            "submitted_at": report.filed_at,
            "complete": None,
            "correction_points": None,
        }
        for report in rows.order_by("pk")
    ]
