"""Base work: a unit files its material, the platform judges point by point; it stands until it is judged anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from luoshi.assessment import rules_records as records
from luoshi.assessment.models import BasePoint, BaseRecord
from luoshi.assessment.policies_records import may_approve, may_file_for, may_record, require
from luoshi.assessment.services.record_checks import Upload, attach, check_assessed, local_day, reason_of
from luoshi.assessment.states_records import BASE
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body

MET, MISSING = BasePoint.Verdict.MET.value, BasePoint.Verdict.MISSING.value


def _record_of(body: Body, at: dt.datetime) -> BaseRecord:
    """The unit's record, opened when it is first needed."""
    check_assessed(body)
    # the body's row is the lock under which the first record of a unit is made once
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    found: BaseRecord | None = BaseRecord.objects.filter(body=body).first()
    if found is not None:
        return found
    matter = ledger.matter_open(
        kind=BASE, number=body.code, title=f"{body.short_name}基础工作", body_id=body.pk, actor=SYSTEM, at=at
    )
    made = BaseRecord(matter=matter, jurisdiction=matter.jurisdiction, body=body)
    with door():
        made.save(force_insert=True)
    return made


def standing_points(record: BaseRecord) -> dict[str, BasePoint]:
    """The judgement that holds now of each point that was judged."""
    rows = record.points.filter(struck_at__isnull=True).order_by("seq", "pk")
    return {row.point: row for row in rows}


@transaction.atomic
def base_file(
    *,
    body: Body,
    material: str,
    files: Sequence[Upload],
    actor: Actor,
    at: dt.datetime,
    note: str = "",
) -> BaseRecord:
    """A unit files material on its base work: the list of its leading group, papers of the duty room, the team list.

    Errors: NotAllowed (another unit), Incomplete (kind of material, no file), WrongState (not assessed).
    Source: smx-hotline-assessment-annex/1.1.a, smx-hotline-assessment-annex/1.2.a, smx-hotline-assessment-annex/1.3.a
    """
    require(may_file_for(actor, body.pk), "报送基础工作材料")
    kinds = records.base_materials(local_day(at))
    if material not in kinds.values:
        raise Incomplete("请选择材料类别", field="material")
    if not files:
        raise Incomplete(f"请上传{kinds.label(material)}的文件", field="papers")
    said = line(note, field="note", label="说明", longest=200, required=False)
    record = _record_of(body, at)
    data = {"material": material, "files": len(files), "note": said}
    ledger.act(matter=record.matter, action="file", actor=actor, at=at, data=data)
    attach(record.matter, [Upload(one.name, one.file, material) for one in files], actor=actor, at=at)
    with door():
        record.filed_at = at
        record.save(update_fields=["filed_at"])
    return record


def _proved(matter: Matter) -> set[str]:
    return set(matter.attachments.values_list("purpose", flat=True))


def _check_verdicts(verdicts: Mapping[str, str], body: Body, matter: Matter, day: dt.date) -> None:
    points, owed = records.base_points(day), records.base_owed(day, onsite=body.handles_onsite)
    proof, materials, filed = records.base_proof(day), records.base_materials(day), _proved(matter)
    for point, verdict in verdicts.items():
        if point not in points.values or verdict not in BasePoint.Verdict.values:
            raise Incomplete("请对要点选择“符合”或“不符合”", field=point)
        if point not in owed:
            raise Incomplete(f"{body.short_name}不担负处置任务，不检查{points.label(point)}", field=point)
        if verdict == MET and proof[point] not in filed:
            raise Incomplete(
                f"没有{materials.label(proof[point])}，不能认定“{points.label(point)}”符合",
                mend="请先由单位报送材料",
                field=point,
            )


@transaction.atomic
def base_judge(
    *, body: Body, verdicts: Mapping[str, str], actor: Actor, at: dt.datetime, note: str = ""
) -> BaseRecord:
    """The platform judges points (met or missing) on the material filed; from this day on it holds until changed.

    Only what differs from the present judgement is recorded. A point counts as met only where the unit has filed
    its material. What a unit no longer owes (it has no on-site duty any more) is cleared with it.
    Errors: NotAllowed, Incomplete naming the point, WrongState (not assessed).
    Source: smx-hotline-assessment/4.1, smx-hotline-assessment-annex/1.2
    """
    require(may_record(actor), "认定基础工作")
    day, record = local_day(at), _record_of(body, at)
    fresh, matter = locked(record, "body")
    said = line(note, field="note", label="说明", longest=200, required=False)
    _check_verdicts(verdicts, body, matter, day)
    now = standing_points(fresh)
    owed = records.base_owed(day, onsite=body.handles_onsite)
    cleared = {p: MET for p, row in now.items() if row.verdict == MISSING and p not in owed}
    given = {p: v for p, v in verdicts.items() if p not in now or now[p].verdict != v}
    changed = given | cleared
    if not changed:
        raise Incomplete("所选认定与现有认定相同，没有变动", mend="请先选择有变动的要点")
    data = {"points": changed, "onsite": body.handles_onsite, "note": said}
    event = ledger.act(matter=matter, action="judge", actor=actor, at=at, data=data)
    with door():
        BasePoint.objects.bulk_create(
            BasePoint(record=fresh, point=p, verdict=v, note=said, seq=event.seq, at=at, by=actor.name)
            for p, v in changed.items()
        )
        fresh.judged_at = at
        fresh.save(update_fields=["judged_at"])
    return fresh


@transaction.atomic
def base_strike(*, point: BasePoint, reason: str, actor: Actor, at: dt.datetime) -> BasePoint:
    """The command centre takes a judgement back, as if it had never been made: an appeal was right, say.

    Errors: NotAllowed, Incomplete (reason), WrongState (struck already).
    """
    require(may_approve(actor), "撤销认定")
    why = reason_of(reason)
    record = BaseRecord.objects.get(pk=point.record_id)
    _, matter = locked(record, "body")
    fresh: BasePoint = BasePoint.objects.get(pk=point.pk)
    if fresh.struck_at is not None:
        raise WrongState("这条认定已经撤销", mend="请刷新页面")
    data = {"point": fresh.point, "seq": fresh.seq, "reason": why}
    ledger.act(matter=matter, action="strike", actor=actor, at=at, data=data)
    with door():
        fresh.struck_at, fresh.struck_by, fresh.struck_reason = at, actor.name, why
        fresh.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    return fresh
