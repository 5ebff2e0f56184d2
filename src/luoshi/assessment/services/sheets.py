"""A period's sheet: opened, closed with its inputs frozen, taken back, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from luoshi.assessment import frozen
from luoshi.assessment.models import RulebookCopy, Sheet, SheetRevision, SheetUnit
from luoshi.assessment.policies_sheets import may_close, require, require_authority
from luoshi.assessment.selectors.live import bodies_assessed, counted_until, counts_of, scheme_for
from luoshi.assessment.selectors.sheets import after_day, period_of, sheet_of, unit_rows
from luoshi.assessment.services.closing import open_points
from luoshi.assessment.services.recount import recount
from luoshi.assessment.states_sheets import SHEET
from luoshi.engines.assessment import Period, UnitCounts, evaluate, reranked
from luoshi.engines.assessment import Sheet as EngineSheet
from luoshi.engines.assessment.explain import period_words
from luoshi.engines.expressions import rounded
from luoshi.engines.rulebook import UnknownRule
from luoshi.hotline.services.shared import local_text, tell_liaisons
from luoshi.ledger import chain, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Obligation, door
from luoshi.ledger.services import act, lock, matter_open
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

APPEALABLE = ("month", "year")
ROUNDS = 100


@transaction.atomic
def sheet_open(*, period: Period, actor: Actor, at: datetime) -> Sheet:
    """Open the sheet of a month, quarter or year that has ended, once; opening it again returns what stands.

    Errors: NotAllowed, WrongState while the period runs, or where no scheme held.
    """
    require(may_close(actor), "建立成绩单")
    if local_day(at) <= period.last:
        raise WrongState(f"{period_words(period)}尚未结束", mend="结束后再建立成绩单")
    if not has_scheme(period):
        raise WrongState(
            f"{period_words(period)}还没有生效的考核方案", mend="考核方案生效后的考核期才有成绩单"
        )
    standing = sheet_of(period)
    if standing is not None:
        return standing
    centre = Body.objects.filter(jurisdiction=settings.JURISDICTION, kind=Body.Kind.COMMAND_CENTRE)
    try:
        with transaction.atomic(), door():
            matter = matter_open(
                kind=SHEET,
                number=str(period),
                title=f"{period_words(period)}12345考核成绩",
                body_id=centre.order_by("pk").values_list("pk", flat=True).first(),
                actor=actor,
                at=at,
                facts={"period": period.kind},
                data={"name": str(period)},
            )
            opened: Sheet = Sheet.objects.create(
                matter=matter,
                jurisdiction=matter.jurisdiction,
                period=str(period),
                kind=period.kind,
                first=period.first,
                end=period.end,
            )
    except IntegrityError:
        opened = Sheet.objects.select_related("matter").get(
            jurisdiction=settings.JURISDICTION, period=str(period)
        )
    return opened


@transaction.atomic
def sheets_due(*, actor: Actor, at: datetime) -> list[Sheet]:
    """Open the sheets of the last month, and of the quarter and year that ended with it; none where no scheme held.

    Errors: NotAllowed.
    """
    last = local_day(at).replace(day=1) - timedelta(days=1)
    names = [f"{last:%Y-%m}"]
    if last.month % 3 == 0:
        names.append(f"{last:%Y}-Q{last.month // 3}")
    if last.month == 12:
        names.append(f"{last:%Y}")
    periods = [period for name in names if has_scheme(period := Period.parse(name))]
    return [sheet_open(period=period, actor=actor, at=at) for period in periods]


def has_scheme(period: Period) -> bool:
    """Whether a scheme was in force on the period's last day."""
    try:
        scheme_for(period)
    except UnknownRule:
        return False
    return True


@transaction.atomic
def sheet_close(
    *, sheet: Sheet, actor: Actor, at: datetime, anyway: str = "", version: int | None = None
) -> Sheet:
    """Close a period: counts, averages, points, ranks and the rulebook as they are now are frozen.

    anyway: why it is closed although something is not settled yet. Later events change the live scores, never
    this sheet. Errors: NotAllowed, WrongState, Incomplete (anyway) naming what is not settled.
    Source: smx-hotline-assessment/3.a
    """
    require_authority("assessment.responsible", actor, at)
    matter = lock(sheet.matter_id)
    sheet = _fresh(sheet)
    points = open_points(sheet, at)
    if points and not anyway.strip() and matter.state == "open":
        said = "；".join(point.text for point in points)
        raise Incomplete(f"还不能结账：{said}", mend="待办结后结账，或者写明仍要结账的理由", field="anyway")
    _catch_up(at)
    scored = _scored(period_of(sheet), at)
    digest = chain.sm3(chain.canonical([scored.digest, list(map(str, scored.sheet.means.items()))]))
    act(
        matter=sheet.matter,
        action="close",
        actor=actor,
        at=at,
        version=version,
        data={
            "digest": digest,
            "units": len(scored.units),
            "as_of": scored.as_of,
            "rulebook": rules.stamp(),
            "scheme": scored.sheet.scheme.id,
            "open_points": [point.kind for point in points],
        },
    )
    with door():
        _keep_rulebook()
        book = rules.current()
        sheet.revision, sheet.as_of = 1, scored.as_of
        sheet.closed_at, sheet.closed_by = at, actor.name
        sheet.rulebook, sheet.rulebook_version, sheet.scheme = book.id, book.version, scored.sheet.scheme.id
        sheet.means = {item: str(value) for item, value in scored.sheet.means.items()}
        sheet.closed_anyway = anyway.strip()[:300] if points else ""
        sheet.open_points = [point.as_dict() for point in points]
        sheet.save()
        SheetUnit.objects.bulk_create(_rows(sheet, scored, revision=1))
        SheetRevision.objects.create(
            sheet=sheet, number=1, at=at, by=actor.name, reason="结账", digest=digest
        )
    return sheet


class _Scored:
    """What is frozen: counts by unit key, the engine's sheet, bodies, and totals that were not computed."""

    def __init__(
        self, units: Sequence[UnitCounts], sheet: EngineSheet, bodies: Mapping[str, Body],
        totals: Mapping[str, Decimal], as_of: datetime,
    ) -> None:  # fmt: skip
        self.units = {unit.unit: unit for unit in units}
        self.sheet = sheet
        self.bodies = bodies
        self.totals = totals
        self.as_of = as_of

    def inputs(self, unit: str) -> dict[str, Any]:
        """A unit's inputs as they are kept."""
        found = frozen.inputs_of(self.units[unit])
        if unit in self.totals:
            found["total"] = str(self.totals[unit])
        return found

    @property
    def digest(self) -> str:
        """The digest of all inputs and results."""
        content = {
            score.unit: [self.inputs(score.unit), frozen.stored_of(score)] for score in self.sheet.units
        }
        return chain.sm3(chain.canonical(content))


def _catch_up(at: datetime) -> None:
    """Count what time alone has changed up to now, should the worker be behind."""
    for _ in range(ROUNDS):
        if not recount(now=at):
            return


def _scored(period: Period, at: datetime) -> _Scored:
    """Count and score a period as it stands now."""
    units = counts_of(period, now=at)
    sheet = evaluate(scheme_for(period), units, period=period)
    bodies = {body.code: body for body in bodies_assessed(period)}
    totals = _means_of_months(period, sheet, at) if period.kind == "year" else {}
    scored = reranked(sheet, totals) if totals else sheet
    return _Scored(units, scored, bodies, totals, counted_until(now=at))


def annual_by(at: datetime) -> str:
    """What the annual total is: `reference` (computed from the year's counts) or `total` (mean of the months)."""
    values = rules.current().setting("assessment.annual", local_day(at)).values
    return str(values["monthly_mean"])


def _means_of_months(period: Period, sheet: EngineSheet, at: datetime) -> dict[str, Decimal]:
    """The mean of each unit's published months less what is taken off the year alone, where the rulebook says so."""
    if annual_by(at) != "total":
        return {}
    means = monthly_means(period)
    return {score.unit: means[score.unit] - beyond(score) for score in sheet.units if score.unit in means}


def beyond(score: Any) -> Decimal:
    """What is taken off the total of the year beyond all caps (fraud)."""
    return sum((line.points for line in score.lines if line.item.beyond_cap), Decimal(0))


def monthly_means(period: Period) -> dict[str, Decimal]:
    """The mean of each unit's totals on the published months of a longer period, rounded half up to 0.01."""
    months = Sheet.objects.filter(
        jurisdiction=settings.JURISDICTION,
        kind="month",
        first__gte=period.first,
        end__lte=period.end,
        published_at__isnull=False,
    )
    totals: dict[str, list[Decimal]] = {}
    for month in months:
        for row in unit_rows(month):
            totals.setdefault(row.body.code, []).append(row.total)
    return {
        code: rounded(Fraction(sum(values, Decimal(0))) / len(values), 2, "half_up")
        for code, values in totals.items()
    }


def _rows(sheet: Sheet, scored: _Scored, *, revision: int) -> list[SheetUnit]:
    rows = []
    for score in scored.sheet.units:
        body = scored.bodies[score.unit]
        rows.append(
            SheetUnit(
                sheet=sheet,
                body=body,
                revision=revision,
                name=scored.units[score.unit].name or body.name,
                inputs=scored.inputs(score.unit),
                result=frozen.result_of(score),
                total=score.total,
                rank=score.rank,
                grade=score.grade,
            )
        )
    return rows


def _keep_rulebook() -> None:
    book = rules.current()
    RulebookCopy.objects.get_or_create(
        version=book.version,
        defaults={"rulebook": book.id, "files": rules.files()},
    )


def _fresh(sheet: Sheet) -> Sheet:
    found: Sheet = Sheet.objects.select_related("matter").get(pk=sheet.pk)
    return found


@transaction.atomic
def sheet_reopen(
    *, sheet: Sheet, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Sheet:
    """Take a closing back, as long as it is not published: what was frozen falls away.

    Errors: Incomplete (reason), NotAllowed, WrongState.
    """
    if not reason.strip():
        raise Incomplete("请填写撤销结账的理由", field="reason")
    require_authority("assessment.responsible", actor, at)
    lock(sheet.matter_id)
    sheet = _fresh(sheet)
    act(
        matter=sheet.matter,
        action="reopen",
        actor=actor,
        at=at,
        version=version,
        data={"reason": reason.strip()[:300]},
    )
    with door():
        SheetUnit.objects.filter(sheet=sheet).delete()
        SheetRevision.objects.filter(sheet=sheet).delete()
        sheet.revision, sheet.as_of, sheet.closed_at, sheet.closed_by = 0, None, None, ""
        sheet.rulebook = sheet.rulebook_version = sheet.scheme = sheet.closed_anyway = ""
        sheet.means, sheet.open_points = {}, []
        sheet.save()
    return sheet


def published_from(sheet: Sheet, at: datetime) -> date:
    """The first day on which a period's results may be published: after the reports of its last month are in."""
    return sheet.end.replace(day=after_day(at)) + timedelta(days=1)


@transaction.atomic
def sheet_publish(*, sheet: Sheet, actor: Actor, at: datetime, version: int | None = None) -> Sheet:
    """Publish a closed sheet in the system: from now on every unit sees it, and appeals are counted from today.

    Not before the reports of the last month are in (by default after the 5th). The time of publication is kept.
    Errors: NotAllowed, WrongState.
    Source: smx-hotline-assessment/4.4.1.a
    """
    require_authority("assessment.responsible", actor, at)
    lock(sheet.matter_id)
    sheet = _fresh(sheet)
    earliest = published_from(sheet, at)
    if sheet.matter.state == "closed" and local_day(at) < earliest:
        raise WrongState(
            f"{sheet.matter.title}最早可于{earliest:%Y年%-m月%-d日}公布",
            mend=f"各单位{earliest.month}月{earliest.day - 1}日前可报送上月材料，报送截止后再公布",
        )
    act(
        matter=sheet.matter,
        action="publish",
        actor=actor,
        at=at,
        version=version,
        data={"revision": sheet.revision},
    )
    window = Obligation.objects.filter(matter_id=sheet.pk, rule="assessment.appeal_window").last()
    with door():
        sheet.published_at, sheet.published_by = at, actor.name
        sheet.appeal_until = window.due_at if window is not None else None
        sheet.save(update_fields=["published_at", "published_by", "appeal_until"])
    _tell_units(sheet, at)
    return sheet


def _tell_units(sheet: Sheet, at: datetime) -> None:
    advice = ""
    if sheet.appeal_until is not None:
        what = "单项指标成绩" if sheet.kind == "month" else "考评结果"
        advice = f"对{what}有异议的，请于{local_text(sheet.appeal_until)}前在系统内申诉，逾期不再受理。"
    text = (
        rules.current()
        .notice("assessment.published", local_day(at))
        .render({"period": period_words(period_of(sheet)), "advice": advice})
    )
    for row in unit_rows(sheet):
        tell_liaisons(
            body=row.body,
            text=text,
            key=f"{sheet.pk}:published:{row.body_id}",
            at=at,
            matter=sheet.matter,
        )
