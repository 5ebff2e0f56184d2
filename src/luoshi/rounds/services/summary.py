"""Summary, check, approval, publication: the result is computed once, kept with its inputs, and public only last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.engines.assessment import Period, PointsError, Sheet, UnitCounts, evaluate, with_points
from luoshi.engines.rulebook import Scheme
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line
from luoshi.ledger.models import door
from luoshi.rounds import rules
from luoshi.rounds.models import FrozenSheet, Record, Round, RoundUnit
from luoshi.rounds.services.checks import filled, lock_round
from luoshi.rounds.services.counting import unit_counts

COMPUTED = ("ranks", "grades")
"""Contents of a publication that are taken from the frozen sheets, never written."""


def summary_problems(round: Round) -> list[str]:
    """What stands against summing up, in sentences: missing marks, disagreements, records not yet approved."""
    problems: list[str] = []
    for key in classes_in(round):
        problems += unit_counts(round, key)[1]
    waiting = Record.objects.filter(round=round, needs_approval=True, matter__state="entered").count()
    if waiting:
        problems.append(f"还有{waiting}条加减分或否决记录没有批准")
    return problems


def classes_in(round: Round) -> list[str]:
    """The classes that have units, in the rule's order."""
    there = set(round.units.exclude(matter__state="removed").values_list("class_key", flat=True).order_by())
    return [kind.key for kind in rules.rule_of(round).classes if kind.key in there]


@transaction.atomic
def summarise(*, round: Round, actor: Actor, at: dt.datetime, version: int | None = None) -> Round:
    """Compute points, ranks and grades of every unit and keep them with everything they came from.

    Without approved points nothing can be computed. Errors: Incomplete with what is missing, WrongState, NotAllowed.
    Source: smx-openness-assessment/8.1, smx-openness-assessment/11.8
    """
    fresh, matter = lock_round(round)
    if matter.state != "marking":
        raise ledger.wrong_state(matter, "summarise")
    problems = summary_problems(fresh)
    if problems:
        shown = "；".join(problems[:8])
        more = f"；另有{len(problems) - 8}处" if len(problems) > 8 else ""
        raise Incomplete(f"还不能汇总：{shown}{more}")
    totals: dict[str, dict[str, str]] = {}
    sheets: list[FrozenSheet] = []
    for key in classes_in(fresh):
        counts, _ = unit_counts(fresh, key)
        points = rules.points_in(fresh, key)
        inputs = {
            "points": {leaf: str(value) for leaf, value in points.items()},
            "units": [_plain_counts(one) for one in counts],
        }
        sheet = recompute(rules.scheme_of(fresh, key), inputs, fresh.period)
        result = sheet_as_dict(sheet)
        totals[key] = {unit: row["total"] for unit, row in result.items()}
        sheets.append(
            FrozenSheet(
                round=fresh, class_key=key, inputs=inputs, result=result, stamp=ledger_rules.stamp(), at=at
            )
        )
    ledger.act(
        matter=matter, action="summarise", actor=actor, at=at, version=version, data={"totals": totals}
    )
    with door():
        FrozenSheet.objects.filter(round=fresh).delete()
        for one in sheets:
            one.save()
            _keep(fresh, one)
    return fresh


def _keep(round: Round, sheet: FrozenSheet) -> None:
    units = {
        unit.body.code: unit for unit in round.units.filter(class_key=sheet.class_key).select_related("body")
    }
    for code, row in sheet.result.items():
        unit = units[code]
        unit.total, unit.rank, unit.grade = Decimal(row["total"]), row["rank"], row["grade"]
        unit.save(update_fields=["total", "rank", "grade"])


def _plain_counts(one: UnitCounts) -> dict[str, Any]:
    counts = {name: str(value) for name, value in sorted(one.counts.items())}
    return {"unit": one.unit, "name": one.name, "class": one.class_, "counts": counts}


def recompute(scheme: Scheme, inputs: Mapping[str, Any], period: Period) -> Sheet:
    """Compute a sheet from kept inputs: the scheme, the year's points, the counts. Errors: PointsError."""
    points = {leaf: Decimal(text) for leaf, text in inputs["points"].items()}
    units = [
        UnitCounts(
            row["unit"],
            {name: Decimal(value) for name, value in row["counts"].items()},
            class_=row["class"],
            name=row["name"],
        )
        for row in inputs["units"]
    ]
    return evaluate(with_points(scheme, points), units, period=period)


def sheet_as_dict(sheet: Sheet) -> dict[str, Any]:
    """A sheet as plain values, by unit: points as texts, each line with what it came from."""
    return {
        score.unit: {
            "name": score.name,
            "total": str(score.total),
            "rank": score.rank,
            "grade": score.grade,
            "parts": {part: str(points) for part, points in score.parts.items()},
            "vetoes": list(score.vetoes),
            "lines": [
                {
                    "id": line.item.id,
                    "title": line.item.title,
                    "max": None if line.item.max is None else str(line.item.max),
                    "points": str(line.points),
                    "exact": None if line.exact is None else str(line.exact),
                    "counts": {name: str(value) for name, value in line.counts.items()},
                    "formula": str(line.item.formula),
                    "how": line.how,
                    "held": line.held,
                }
                for line in score.lines
            ],
            "groups": [
                {
                    "id": group.item.id,
                    "title": group.item.title,
                    "points": str(group.points),
                    "how": group.how,
                }
                for group in score.groups
            ],
        }
        for score in sheet.units
    }


def sheet_problems(sheet: FrozenSheet) -> list[str]:
    """Where a kept result differs from its inputs computed anew, or from what its units carry; empty when it is
    right."""
    round = sheet.round
    try:
        scheme = rules.scheme_of(round, sheet.class_key)
        anew = sheet_as_dict(recompute(scheme, sheet.inputs, round.period))
    except (PointsError, LookupError, WrongState) as error:
        return [f"computing anew fails: {error} (kept under {sheet.stamp})"]
    problems = [
        f"{code}: kept {row['total']}/{row['rank']}/{row['grade']}, computed anew "
        + (f"{anew[code]['total']}/{anew[code]['rank']}/{anew[code]['grade']}" if code in anew else "nothing")
        + f" (kept under {sheet.stamp})"
        for code, row in sheet.result.items()
        if anew.get(code) != row
    ]
    units = round.units.filter(class_key=sheet.class_key).exclude(matter__state="removed")
    for unit in units.select_related("body"):
        row = sheet.result.get(unit.body.code)
        mine = (unit.total, unit.rank, unit.grade)
        if row is None or mine != (Decimal(row["total"]), row["rank"], row["grade"]):
            problems.append(f"{unit.body.code}: the unit carries {mine}, the kept sheet says otherwise")
    return problems


@transaction.atomic
def summary_check(*, round: Round, opinion: str, actor: Actor, at: dt.datetime) -> Round:
    """The office checks the proposal before it goes to those who approve. Errors: Incomplete, WrongState, NotAllowed."""
    says = block(opinion, field="opinion", label="审核意见", longest=1000)
    fresh, matter = lock_round(round)
    ledger.act(matter=matter, action="check", actor=actor, at=at, data={"note": says})
    return fresh


@transaction.atomic
def summary_return(*, round: Round, reason: str, actor: Actor, at: dt.datetime) -> Round:
    """Send a summary back to marking: by the office at its check, by those who approve afterwards.

    Errors: Incomplete, WrongState, NotAllowed.
    """
    why = block(reason, field="reason", label="退回意见", longest=1000)
    fresh, matter = lock_round(round)
    action = "recheck" if matter.state == "summarised" else "return_result"
    ledger.act(matter=matter, action=action, actor=actor, at=at, data={"reason": why})
    with door():
        FrozenSheet.objects.filter(round=fresh).delete()
        fresh.units.update(total=None, rank=None, grade="")
    return fresh


@transaction.atomic
def result_approve(
    *, round: Round, actor: Actor, at: dt.datetime, opinion: str = "", version: int | None = None
) -> Round:
    """Approve grades and ranks; only now may they be told to anybody.

    Errors: WrongState (not checked by the office yet), NotAllowed.
    Source: smx-openness-assessment/11.9
    """
    says = block(opinion, field="opinion", label="审定意见", longest=1000, required=False)
    fresh, matter = lock_round(round)
    ledger.act(matter=matter, action="approve", actor=actor, at=at, version=version, data={"note": says})
    fresh.approved_at = at
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def result_publish(
    *,
    round: Round,
    texts: Mapping[str, str],
    places: Sequence[str],
    actor: Actor,
    at: dt.datetime,
    number: str = "",
    version: int | None = None,
) -> Round:
    """Publish what the rule asks for at the places that it names (the first of them always).

    Ranks and grades are the frozen ones. Errors: Incomplete naming the field, WrongState (not approved), NotAllowed.
    Source: smx-openness-assessment/14.2, smx-openness-assessment/14.3
    """
    fresh, matter = lock_round(round)
    rule = rules.rule_of(fresh)
    written = tuple(one for one in rule.publication.contents if one.key not in COMPUTED)
    contents = filled(written, texts, whole=True, prefix="text-")
    known = [one.value for one in rule.publication.places]
    chosen = [place for place in known if place in places]
    if known and known[0] not in chosen:
        raise Incomplete(f"必须在{rule.publication.places[0].label}公布", field="places")
    document = line(number, field="number", label="文号", longest=60, required=False)
    data = {"places": chosen, "number": document, "contents": sorted(contents)}
    ledger.act(matter=matter, action="publish", actor=actor, at=at, version=version, data=data)
    fresh.published_at = at
    fresh.publication = {"texts": contents, "places": chosen, "number": document}
    with door():
        fresh.save()
    rows = fresh.units.filter(matter__state__in=("notified", "submitted")).select_related("matter")
    for unit in rows.order_by("matter_id"):
        _settle(unit, actor, at)
    return fresh


def _settle(unit: RoundUnit, actor: Actor, at: dt.datetime) -> None:
    data = {"total": unit.total, "rank": unit.rank, "grade": unit.grade}
    ledger.act(matter=unit.matter, action="settle", actor=actor, at=at, data=data)
