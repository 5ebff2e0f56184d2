"""Findings that the hotline's own records show, and that a person only has to confirm as deductions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Prefetch, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from luoshi.assessment import rules_records as records
from luoshi.assessment.models import Dismissal, Entry
from luoshi.hotline.models import Application, Dispatch, RequestLink
from luoshi.ledger.models import Matter, Obligation
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding. order: the citizen's request; matter: the case on which it is recorded; shows: what the records say."""

    key: str
    item: str
    body: Body
    order: Matter
    matter: Matter
    date: dt.date
    at: dt.datetime
    shows: str

    @property
    def title(self) -> str:
        """The title of the request."""
        return self.order.title

    @property
    def conditions(self) -> tuple[str, ...]:
        """What whoever confirms it vouches for."""
        rule = records.item_rule(self.item, local_day(self.at))
        return tuple(one.key for one in rule.ground.conditions) if rule else ()


def _said(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y年%-m月%-d日 %H:%M}" if at else ""


def _overdue(rule: str) -> QuerySet[Any]:
    rows = Obligation.objects.filter(rule=rule, breached_at__isnull=False, due_at__isnull=False)
    rows = rows.exclude(state="cancelled").exclude(body=None)
    return rows.select_related("body", "matter__parent")


def _late(row: Obligation) -> Candidate:
    came = f"{_said(row.met_at)}到场" if row.met_at else "至今未登记到场"
    return _from_obligation(row, "late_arrival", f"应于{_said(row.due_at)}前到达现场，{came}")


def _unanswered(row: Obligation) -> Candidate:
    came = f"{_said(row.met_at)}才答复" if row.met_at else "至今未答复"
    return _from_obligation(row, "unexecuted_order", f"督办通知要求{_said(row.due_at)}前答复，{came}")


def _from_obligation(row: Any, item: str, shows: str) -> Candidate:
    at = row.breached_at
    return Candidate(
        f"{item}:{row.pk}", item, row.body, row.matter.parent, row.matter, local_day(at), at, shows
    )


def _shirked_rows() -> QuerySet[Any]:
    rows = Application.objects.filter(kind="return", status="rejected", decided_at__isnull=False)
    return rows.select_related("dispatch__body", "dispatch__matter__parent")


def _shirked(row: Any) -> Candidate:
    at, dispatch = row.decided_at, row.dispatch
    shows = f"{_said(row.submitted_at)}申请退单，{_said(at)}审核认定应由该单位办理"
    return Candidate(
        f"shirked_return:{row.pk}",
        "shirked_return",
        dispatch.body,
        dispatch.matter.parent,
        dispatch.matter,
        local_day(at),
        at,
        shows,
    )


def _repeat_rows() -> QuerySet[Any]:
    """Links of a repeat, each with the unit that had answered for the first request."""
    main = Dispatch.objects.exclude(matter__state="recalled").select_related("body").order_by("role", "pk")
    rows = RequestLink.objects.filter(kind="repeat").filter(
        Exists(Dispatch.objects.filter(request=OuterRef("other")).exclude(matter__state="recalled"))
    )
    return rows.select_related("other__matter", "request__matter").prefetch_related(
        Prefetch("other__dispatches", main, to_attr="answered_by")
    )


def _repeat(row: Any) -> Candidate:
    units: list[Dispatch] = row.other.answered_by
    unit = next((one for one in units if one.role in ("lead", "sole", "volunteer")), units[0])
    shows = f"回访满意后，诉求人于{_said(row.request.received_at)}再次投诉（{row.request.matter.number}）"
    return Candidate(
        f"repeat_complaint:{row.pk}",
        "repeat_complaint",
        unit.body,
        row.other.matter,
        row.other.matter,
        local_day(row.decided_at),
        row.decided_at,
        shows,
    )


SOURCES: dict[str, tuple[Callable[[], QuerySet[Any]], Callable[[Any], Candidate]]] = {
    "late_arrival": (lambda: _overdue("hotline.arrival"), _late),
    "repeat_complaint": (_repeat_rows, _repeat),
    "shirked_return": (_shirked_rows, _shirked),
    "unexecuted_order": (lambda: _overdue("hotline.supervision"), _unanswered),
}


def candidate_rows(item: str) -> QuerySet[Any]:
    """The records behind the open findings of an item, on which nobody has decided yet."""
    rows = SOURCES[item][0]()
    key = Concat(Value(f"{item}:"), Cast("pk", CharField()))
    rows = rows.annotate(candidate_key=key)
    entered = Entry.objects.filter(source=OuterRef("candidate_key"))
    let_go = Dismissal.objects.filter(key=OuterRef("candidate_key"))
    found: QuerySet[Any] = rows.exclude(Exists(entered)).exclude(Exists(let_go))
    return found


def candidate_of(item: str, row: Any) -> Candidate:
    """A record as a finding."""
    return SOURCES[item][1](row)


def candidate_get(key: str) -> Candidate | None:
    """An open finding by its key; None when there is none, or somebody has decided on it."""
    item, _, pk = key.partition(":")
    if item not in SOURCES or not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    row = candidate_rows(item).filter(pk=int(pk)).first()
    return candidate_of(item, row) if row is not None else None


def candidate_counts() -> dict[str, int]:
    """How many findings are open, by item."""
    return {item: candidate_rows(item).count() for item in SOURCES}


def dismissed_list() -> QuerySet[Any]:
    """What was let go, newest first, with its case."""
    found: QuerySet[Any] = Dismissal.objects.select_related("matter__parent")
    return found
