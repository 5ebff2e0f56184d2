"""What follows from a year's results: the system offers the grounds, a person decides, and it is registered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum

from luoshi.assessment.models import Consequence, Sheet
from luoshi.assessment.policies_sheets import may_approve, require
from luoshi.assessment.selectors.sheets import engine_sheet, period_of, unit_row, unit_rows
from luoshi.assessment.services.sheets import monthly_means
from luoshi.assessment.states_sheets import CONSEQUENCE
from luoshi.engines.assessment.explain import period_words
from luoshi.hotline.models import Callback, Dispatch
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Obligation, ObligationState, Tally, door
from luoshi.ledger.services import act, matter_open
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

SECOND = "event:hotline.second_assigned"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a unit's year shows: total, rank, grade, cases not closed in time, second assignments, orders signed in
    time, satisfaction, and for reference the mean of its published months."""

    total: Decimal
    rank: int | None
    grade: str
    overdue: int
    second_assigned: int
    signed: int
    sign_counted: int
    satisfied: int
    callbacks: int
    monthly_mean: Decimal | None

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            key: str(value) if isinstance(value, Decimal) else value for key, value in asdict(self).items()
        }


def grounds_of(sheet: Sheet) -> dict[int, Grounds]:
    """The grounds of every unit on a closed year's sheet, by body."""
    scored = engine_sheet(sheet)
    means = monthly_means(period_of(sheet))
    second = _second_assigned(sheet)
    found = {}
    for row in unit_rows(sheet):
        counts = {name: value for line in scored.unit(row.body.code).lines for name, value in _named(line)}
        found[row.body_id] = Grounds(
            total=row.total,
            rank=row.rank,
            grade=row.grade,
            overdue=int(counts.get("overdue_tickets", 0)),
            second_assigned=second.get(row.body_id, 0),
            signed=int(counts.get("signed_in_time", 0)),
            sign_counted=int(counts.get("sign_in_counted", 0)),
            satisfied=int(counts.get("result_satisfied", 0)),
            callbacks=int(counts.get("result_callbacks", 0)),
            monthly_mean=means.get(row.body.code),
        )
    return found


def _named(line: Any) -> list[tuple[str, Any]]:
    """A line's counts by the scheme's names."""
    return [(line.item.counts.get(name, name), value) for name, value in line.counts.items()]


def _second_assigned(sheet: Sheet) -> dict[int, int]:
    rows = Tally.objects.filter(
        jurisdiction=settings.JURISDICTION, metric=SECOND, day__gte=sheet.first, day__lt=sheet.end
    )
    return {
        row["body_id"]: row["number"]
        for row in rows.values("body_id").annotate(number=Sum("count"))
        if row["body_id"]
    }


def handlers_of(sheet: Sheet, body: Body) -> list[dict[str, Any]]:
    """A unit's ten handlers with most dispatches closed in the year: how many of them were signed in time, passed
    their first review, were closed in time, and found satisfied when called back.

    Source: smx-hotline-ops/18
    """
    start, end = period_of(sheet).bounds(rules.current().worktime.tz)
    rows = Dispatch.objects.filter(body=body, closed_at__gte=start, closed_at__lt=end).exclude(handler="")
    own = Obligation.objects.filter(matter_id=OuterRef("pk"))
    late = own.filter(rule__in=("hotline.close", "hotline.coordination"), breached_at__isnull=False)
    said = Q(dispatch=OuterRef("pk")) | Q(dispatch__isnull=True)  # of this unit, or of all at once
    called = Callback.objects.filter(said, request=OuterRef("request"))
    grouped = rows.values("handler").annotate(
        closed=Count("pk"),
        signed=Count("pk", filter=Exists(own.filter(rule="hotline.sign_in", state=ObligationState.MET))),
        first_time=Count("pk", filter=Q(failed_reviews=0)),
        in_time=Count("pk", filter=Q(~Exists(late), deemed_overdue=False)),
        satisfied=Count("pk", filter=Exists(called.filter(result="satisfied"))),
        called=Count("pk", filter=Exists(called.exclude(result=""))),
    )
    return list(grouped.order_by("-closed", "handler")[:10])


@transaction.atomic
def consequence_register(
    *,
    sheet: Sheet,
    body: Body,
    kind: str,
    reason: str,
    document: str,
    dated: date,
    actor: Actor,
    at: datetime,
    person: str = "",
) -> Consequence:
    """Register what was decided on a year's published results: advanced, commended, criticised, to rectify.

    A person decides; the year's figures at that moment are kept beside the decision. person: where one of the
    unit's people is meant. document, dated: the paper by which it was decided.
    Errors: NotAllowed, WrongState (not a published year), Incomplete naming the field.
    Source: smx-hotline-assessment/5.1, smx-hotline-assessment/5.2.a, smx-hotline-assessment/5.2.b
    """
    require(may_approve(actor), "登记考核结果运用")
    if sheet.kind != "year" or sheet.published_at is None:
        raise WrongState("只对已公布的年度成绩登记结果运用", mend="年度成绩公布后再登记")
    choice = rules.current().choice("assessment.consequence", local_day(at))
    if kind not in choice.values:
        raise Incomplete("请选择结果运用", field="kind")
    for value, label, field in ((reason, "事由", "reason"), (document, "文件名称和文号", "document")):
        if not value.strip():
            raise Incomplete(f"请填写{label}", field=field)
    if dated > local_day(at):
        raise Incomplete("文件日期不得晚于今天", field="dated")
    if unit_row(sheet, body.pk) is None:
        raise Incomplete(f"{body.name}不在这份成绩单上", field="body")
    if person.strip() and kind in ("criticised", "rectify"):
        raise Incomplete("通报批评和责令整改只对单位", field="person")
    offered = grounds_of(sheet)[body.pk].as_dict()
    matter = matter_open(
        kind=CONSEQUENCE,
        title=f"{period_words(period_of(sheet))}考核：{body.short_name}{choice.label(kind)}",
        body_id=body.pk,
        actor=actor,
        at=at,
        facts={"kind": kind},
        data={
            "sheet": sheet.pk,
            "grounds": offered,
            "document": document.strip(),
            "dated": dated.isoformat(),
        },
    )
    with door():
        made: Consequence = Consequence.objects.create(
            matter=matter,
            jurisdiction=matter.jurisdiction,
            sheet=sheet,
            body=body,
            kind=kind,
            person=person.strip(),
            reason=reason.strip(),
            grounds=offered,
            document=document.strip(),
            dated=dated,
            registered_at=at,
            registered_by=actor.name,
        )
    return made


@transaction.atomic
def consequence_revoke(*, consequence: Consequence, reason: str, actor: Actor, at: datetime) -> Consequence:
    """Take a registration back; it stays readable as revoked. Errors: Incomplete (reason), NotAllowed, WrongState."""
    if not reason.strip():
        raise Incomplete("请填写撤销原因", field="reason")
    act(
        matter=consequence.matter,
        action="revoke",
        actor=actor,
        at=at,
        data={"reason": reason.strip()[:300]},
    )
    return consequence
