"""The live system in the words of the exchange format (docs/exchange.md): rows by table, without personal data.

Written from the hotline's own tables, not from what is remembered for counting, so that scoring the export checks the
live scores. Times are aware, whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

import numpy as np
from django.conf import settings

from luoshi.assessment.counting.dispatch import CLOSING, closing_due, joined_late, moment, seconds
from luoshi.assessment.models import Appeal, Sheet
from luoshi.assessment.selectors.records import records_for_export
from luoshi.engines.assessment import Period
from luoshi.exchange.dues import due_column
from luoshi.exchange.format import CLASSES, ROLES, URGENCIES
from luoshi.exchange.times import NEVER
from luoshi.hotline.models import Application, Callback, DirectAnswer, Dispatch
from luoshi.knowledge.models import Correction, SupplyRequest
from luoshi.ledger import rules
from luoshi.ledger.models import Obligation
from luoshi.ledger.services.derive import owed_from
from luoshi.organisation.models import Body

CHUNK = 1000
Row = dict[str, Any]
OUTCOMES = {"accepted": "accepted", "rejected": "rejected"}
FORMS = {"script": "emergency_kb", "basic": "basic_kb"}
DISSATISFIED, SATISFIED = "dissatisfied", "satisfied"


@dataclass(slots=True)
class Case:
    """One dispatch with what was asked and decided on it. due: by when it had to be closed."""

    row: Any
    returns: list[Any] = field(default_factory=list)
    due: int | None = None

    @property
    def back(self) -> bool:
        """Whether the dispatch was taken back, upon a return or not."""
        return bool(self.row.matter.state == "recalled")

    @property
    def replied(self) -> int | None:
        """When the reply was sent that awaits its review."""
        return seconds(self.row.replied_at) if self.row.matter.state == "submitted" else None

    @property
    def closed(self) -> int | None:
        """When the reply that passed was sent."""
        return seconds(self.row.closed_at) if self.row.closed_at is not None else None

    @property
    def in_time(self) -> bool:
        """Whether it was closed by the due time, with fewer than two failed reviews."""
        return (
            self.closed is not None
            and (self.due is None or self.closed <= self.due)
            and self.row.failed_reviews < 2
        )


def assessed() -> dict[int, Body]:
    """The bodies that are assessed, now or in some earlier period."""
    rows = Body.objects.filter(jurisdiction=settings.JURISDICTION, takes_requests=True)
    return {body.pk: body for body in rows.order_by("code")}


def units() -> Iterator[Row]:
    """The assessed bodies. Whether a unit owes a duty room stands in its base work already."""
    for body in assessed().values():
        kind = body.kind if body.kind in CLASSES else ""
        yield {"unit": body.code, "name": body.name, "class": kind, "onsite": "yes"}


def dispatches() -> Iterator[tuple[str, Row]]:
    """Each dispatch, with its earlier returns: (table, row), in chunks of requests."""
    bodies, last = assessed(), 0
    mine = Dispatch.objects.filter(matter__jurisdiction=settings.JURISDICTION)
    while True:
        found = mine.filter(request_id__gt=last).order_by("request_id").values_list("request_id", flat=True)
        ids = list(found.distinct()[:CHUNK])
        if not ids:
            return
        yield from _dispatches(ids, bodies)
        last = ids[-1]


def _dispatches(requests: list[int], bodies: Mapping[int, Body]) -> Iterator[tuple[str, Row]]:
    cases = _cases(requests)
    calls = _calls(requests)
    rows: list[tuple[Case, Row]] = []
    for order, group in groupby(cases.values(), key=lambda case: case.row.request_id):
        family = list(group)
        for case in family:
            if case.row.body_id in bodies:
                rows.append((case, _row(case, _result(case, family), calls.get(order, []))))
    _extended(rows)
    for case, row in rows:
        yield "dispatches", row
        for asked in case.returns[:-1]:
            yield "returns", {"dispatch_no": row["dispatch_no"], **_returned(asked)}


def _cases(requests: list[int]) -> dict[int, Case]:
    """The dispatches of some requests by id, those of one request together."""
    rows = Dispatch.objects.filter(request_id__in=requests).select_related(
        "matter", "body", "request__matter"
    )
    cases = {row.pk: Case(row) for row in rows.order_by("request_id", "pk")}
    asked = Application.objects.filter(dispatch_id__in=list(cases), kind="return").order_by("pk")
    for one in asked:
        cases[one.dispatch_id].returns.append(one)
    owed = Obligation.objects.filter(matter_id__in=list(cases), rule__in=CLOSING).order_by("matter_id", "id")
    for pk, group in groupby(owed, key=lambda one: one.matter_id):
        cases[pk].due = closing_due([owed_from(one) for one in group])
    return cases


def _calls(requests: list[int]) -> dict[int, list[Any]]:
    rows = Callback.objects.filter(request_id__in=requests, answered=True)
    ordered = rows.order_by("request_id", "round", "pk")
    return {pk: list(group) for pk, group in groupby(ordered, key=lambda one: one.request_id)}


def _result(case: Case, family: Iterable[Case]) -> Case:
    """The dispatch whose result counts: the leading unit's for an assisting unit's."""
    if case.row.role != "assist" or case.back:
        return case
    leads = [one for one in family if one.row.role == "lead" and not one.back]
    start = seconds(case.row.dispatched_at)
    if not leads or joined_late(start, leads[-1].due, leads[-1].replied, leads[-1].closed):
        return case
    return leads[-1]


def _row(case: Case, result: Case, calls: list[Any]) -> Row:
    dispatch, zone = case.row, rules.current().worktime.tz
    last = case.returns[-1] if case.returns else None
    agreed = any(one.status == "accepted" for one in case.returns)
    closed, replied = result.closed, result.replied
    return {
        "dispatch_no": dispatch.matter.number,
        "order_no": dispatch.request.matter.number,
        "unit": dispatch.body.code,
        "urgency": dispatch.urgency,
        "kind": dispatch.matter.facts["kind"],
        "role": dispatch.role if dispatch.role in ROLES else "sole",
        "leader_instruction": "yes" if dispatch.matter.facts.get("leader") else "no",
        "dispatched_at": dispatch.dispatched_at,
        "signed_at": dispatch.signed_at,
        "handed_over_at": dispatch.handed_over_at,
        **(_returned(last) if last is not None else {}),
        "extended_until": result.due,
        "closed_at": moment(closed, zone) if closed is not None else None,
        "failed_reviews": result.row.failed_reviews,
        **_called(result, calls),
        "replied_at": moment(replied, zone) if replied is not None and closed is None else None,
        "withdrawn_at": dispatch.matter.closed_at if case.back and not agreed else None,
    }


def _returned(asked: Any) -> Row:
    return {"returned_at": asked.submitted_at, "return_outcome": OUTCOMES.get(asked.status, "")}


def _called(result: Case, calls: list[Any]) -> Row:
    """The call-back that counts: the first, its result mended by a satisfied later one."""
    mine = [one for one in calls if one.dispatch_id in (None, result.row.pk)]
    if not mine or result.closed is None:
        return {}
    first, last = mine[0], mine[-1]
    mended = first.result == DISSATISFIED and last.result == SATISFIED and result.in_time
    return {
        "callback_at": first.at,
        "callback_answered": "yes",
        "contacted": "yes" if first.contacted else "no",
        "conduct": first.conduct,
        "result": SATISFIED if mended else first.result,
    }


def _extended(rows: list[tuple[Case, Row]]) -> None:
    """Leave the due time of closing to the rulebook where it is the usual one."""
    book = rules.current()
    at = np.array([seconds(row["dispatched_at"]) for _, row in rows], np.int64)
    facts = {
        "urgency": (np.array([URGENCIES.index(row["urgency"]) for _, row in rows]), URGENCIES),
        "role": (np.array([ROLES.index(row["role"]) for _, row in rows]), ROLES),
    }
    everywhere = np.ones(at.size, np.bool_)
    signed, handed = (
        np.array([seconds(row[name]) if row[name] else NEVER for _, row in rows], np.int64)
        for name in ("signed_at", "handed_over_at")
    )
    happened = {"hotline.dispatched": at, "hotline.signed": signed, "hotline.handed_over": handed}
    usual = due_column(
        book, "hotline.close", happened, everywhere, at, facts, tz=book.worktime.tz
    ).tolist() if rows else []  # fmt: skip
    for (_, row), due in zip(rows, usual, strict=True):
        own = row["extended_until"]
        row["extended_until"] = moment(own, book.worktime.tz) if own is not None and own != due else None


def answers() -> Iterator[Row]:
    """Consultations answered at once."""
    bodies = assessed()
    rows = DirectAnswer.objects.filter(request__kind="consultation", body_id__in=list(bodies))
    for one in rows.select_related("request__matter").order_by("pk").iterator(chunk_size=CHUNK):
        number = one.request.matter.number
        yield {"unit": bodies[one.body_id].code, "answered_at": one.answered_at, "order_no": number}


def submissions(*, as_of: datetime) -> Iterator[Row]:
    """What units supplied to the knowledge base, errors found there, and their reports."""
    bodies = assessed()
    asked = SupplyRequest.objects.filter(cancelled_at__isnull=True, body_id__in=list(bodies))
    for one in asked.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "unit": bodies[one.body_id].code,
            "type": FORMS[one.form],
            "requested_at": one.requested_at,
            "due_at": one.due_at,
            "submitted_at": one.delivered_at,
            "complete": "yes" if one.delivered_at is not None else "no",
        }
    found = Correction.objects.filter(body_id__in=list(bodies))
    for error in found.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "unit": bodies[error.body_id].code,
            "type": "correction",
            "submitted_at": error.at,
            "correction_points": error.points,
        }
    yield from records_for_export(as_of=as_of).submissions


def tables(*, now: datetime, period: Period | None = None) -> Iterator[tuple[str, Row]]:
    """Everything, as (table, row); the tables in the format's order but for returns among the dispatches.

    period: base work as it stood at its end; without one, as it stands.
    """
    known = {body.code for body in assessed().values()}
    for row in units():
        yield "units", row
    yield from dispatches()
    for row in answers():
        yield "answers", row
    for row in submissions(as_of=now):
        if row["unit"] in known:
            yield "submissions", row
    records = records_for_export(period, as_of=now)
    for name, rows in (("base", records.base), ("entries", records.entries)):
        for row in rows:
            if row["unit"] in known:
                yield name, row
    for row in corrections():
        if row["unit"] in known:
            yield "corrections", row
    yield from closings(now=now)
    yield from averages()


def corrections() -> Iterator[Row]:
    """What accepted appeals corrected in the counts."""
    for appeal in _accepted():
        for one in appeal.corrections:
            yield {
                "unit": appeal.body.code,
                "count": one["count"],
                "date": date.fromisoformat(one["day"]),
                "counted": one["from"],
                "corrected": one["to"],
                "order_no": one["case"],
            }


def _accepted() -> Iterable[Any]:
    rows: Any = Appeal.objects.order_by("pk")
    rows = rows.filter(matter__jurisdiction=settings.JURISDICTION, matter__state="accepted")
    return list(rows.select_related("body"))


def averages() -> Iterator[tuple[str, Row]]:
    """The averages frozen on the sheets that are closed."""
    closed = Sheet.objects.filter(jurisdiction=settings.JURISDICTION, as_of__isnull=False)
    for sheet in closed.order_by("first", "kind"):
        for item, points in sheet.means.items():
            yield "averages", {"period": sheet.period, "item": item, "points": points}


def closings(*, now: datetime) -> Iterator[tuple[str, Row]]:
    """When each closed period was counted; every other one as of now."""
    closed = Sheet.objects.filter(jurisdiction=settings.JURISDICTION, as_of__isnull=False)
    for sheet in closed.order_by("first", "kind"):
        yield "closings", {"period": sheet.period, "closed_at": sheet.as_of}
    yield "closings", {"period": "", "closed_at": now}
