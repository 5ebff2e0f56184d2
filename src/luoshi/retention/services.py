"""Everything that changes erasures: worked out, proposed by one person, approved by another, carried out in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from luoshi.ledger import rules as rulebook
from luoshi.ledger.actors import SYSTEM, Actor, ActorKind
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.inputs import block, locked
from luoshi.ledger.keeping import Records, records_of
from luoshi.ledger.models import door
from luoshi.ledger.services import act, lock_all, matter_open, record
from luoshi.ledger.whole import whole
from luoshi.organisation.selectors import local_day
from luoshi.retention.models import Run
from luoshi.retention.policies import may_propose, require
from luoshi.retention.rules import Keeping, keeping_on, listed_on
from luoshi.retention.selectors import due, preview
from luoshi.retention.states import ERASED, RUN

BATCH = 100
AHEAD = 10_000
Say = Callable[[Run], None]


def run_draw(*, rule: str, actor: Actor, at: datetime) -> Run:
    """Work out what is due under a rule today; nothing is erased. Of a rule there is one such at a time.

    Errors: NotAllowed; WrongState (no such rule, the rule cannot be used, nothing is due, one is under way, it goes by itself).
    """
    require(may_propose(actor), "提请到期删除")
    keeping = keeping_on(rule, local_day(at))
    if keeping.automatic and actor.kind is not ActorKind.SYSTEM:
        raise WrongState(f"{keeping.records.label}到期后每晚自动删除", mend="不用提请")
    try:
        with transaction.atomic():
            return _drawn(keeping, actor, at)
    except IntegrityError:
        raise WrongState(f"“{keeping.title}”已有一批在办理", mend="请先办完或作废那一批") from None


def _drawn(keeping: Keeping, actor: Actor, at: datetime) -> Run:
    found = preview(keeping, at)
    if not found.count:
        raise WrongState(f"按“{keeping.title}”，现在没有到期的{keeping.records.label}", mend="不用办理")
    data = {
        "rule": keeping.id, "rulebook": rulebook.stamp(), "cite": keeping.cite, "assumption": keeping.assumption,
        "record": keeping.records.code, "keep": str(keeping.keep), "before": found.before, "count": found.count,
        "held": found.held, "oldest": found.oldest, "automatic": keeping.automatic,
    }  # fmt: skip
    matter = matter_open(
        kind=RUN,
        title=f"删除到期的{keeping.records.label}",
        actor=actor,
        at=at,
        body_id=actor.body_id,
        data=data,
    )
    with door():
        run: Run = Run.objects.create(
            matter=matter,
            rule=keeping.id,
            rulebook=data["rulebook"],
            title=keeping.basis,
            record=keeping.records.code,
            keep=data["keep"],
            cite=list(keeping.cite),
            automatic=keeping.automatic,
            before=found.before,
            count=found.count,
            held=found.held,
            oldest=found.oldest,
        )
    return run


def _save(run: Run, **changes: Any) -> None:
    with door():
        for name, value in changes.items():
            setattr(run, name, value)
        run.save(update_fields=list(changes))


@transaction.atomic
def run_propose(*, run: Run, opinion: str, actor: Actor, at: datetime, version: int | None = None) -> Run:
    """Propose to erase what was worked out; another person approves it. Errors: NotAllowed, WrongState, Incomplete."""
    said = block(opinion, field="opinion", label="提请说明", longest=500)
    fresh, matter = locked(run)
    act(matter=matter, action="propose", actor=actor, at=at, version=version, data={"opinion": said})
    _save(fresh, proposed_by_id=actor.user_id)
    return fresh


@transaction.atomic
def run_approve(*, run: Run, opinion: str, actor: Actor, at: datetime, version: int | None = None) -> Run:
    """Approve an erasure that somebody else proposed; the background task carries it out.

    Errors: NotAllowed (also for the one who proposed it), WrongState.
    """
    said = block(opinion, field="opinion", label="批准意见", longest=500, required=False)
    fresh, matter = locked(run, "proposed_by")
    proposer = fresh.proposed_by
    same = proposer is not None and (
        proposer.pk == actor.user_id
        or (actor.person_id is not None and proposer.person_id == actor.person_id)
    )
    if same and matter.state == "proposed":
        raise NotAllowed("提请和批准不能是同一个人", mend="请由另一名有批准权限的人员批准")
    act(matter=matter, action="approve", actor=actor, at=at, version=version, data={"opinion": said})
    return fresh


@transaction.atomic
def run_refuse(*, run: Run, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Run:
    """Refuse a proposed erasure. Errors: NotAllowed, WrongState, Incomplete."""
    return _ended(run, "refuse", reason, actor, at, version)


@transaction.atomic
def run_drop(*, run: Run, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Run:
    """Give up an erasure that is not yet approved. Errors: as run_refuse."""
    return _ended(run, "drop", reason, actor, at, version)


def _ended(run: Run, action: str, reason: str, actor: Actor, at: datetime, version: int | None) -> Run:
    said = block(reason, field="reason", label="理由", longest=500)
    fresh, matter = locked(run)
    act(matter=matter, action=action, actor=actor, at=at, version=version, data={"reason": said})
    _save(fresh, live=False)
    return fresh


def run_carry_out(*, run: Run, at: datetime, say: Say | None = None) -> Run:
    """Erase what was approved, in batches of a transaction each; broken off, it goes on where it stood.

    What has been put on hold since is left out. What is due is looked for AHEAD rows at a time, as the question passes
    over all that was erased before; each batch asks again of its own rows, locked. say: told after each batch.
    Errors: WrongState where it is not approved.
    """
    ahead: list[int] = []
    while True:
        if not ahead:
            rows = due(_records(run), run.before).order_by("pk")
            ahead = list(rows.values_list("pk", flat=True)[:AHEAD])
        run, ids = _batch(run, at, ahead[:BATCH])
        del ahead[:BATCH]
        _records(run).finish(ids)
        if say is not None:
            say(run)
        if not run.live:
            return run


def _records(run: Run) -> Records:
    found = records_of(run.record)
    if found is None:
        raise WrongState(f"这一版程序没有记录“{run.record}”", mend="请作废这一批")
    return found


@whole
def _batch(run: Run, at: datetime, wanted: Sequence[int]) -> tuple[Run, list[int]]:
    """Erase those of the rows that are due; with none wanted the run is done. Returns the run as it stands and what went."""
    fresh, matter = locked(run)
    records = _records(fresh)
    if not wanted:
        data = {"rule": fresh.rule, "cite": fresh.cite, "record": fresh.record, "count": fresh.erased}
        act(matter=matter, action="finish", actor=SYSTEM, at=at, data=data)
        _save(fresh, live=False)
        return fresh, []
    ids = _taken(records, fresh.before, wanted)
    if not ids:
        return fresh, []
    data = {"rule": fresh.rule, "cite": fresh.cite, "record": fresh.record, "count": len(ids), "ids": ids}
    act(matter=matter, action="erase", actor=SYSTEM, at=at, data=data)
    if records.told:
        _tell(records, ids, fresh, at)
    with door():
        records.erase(ids, at, fresh.title)
    _save(fresh, erased=fresh.erased + len(ids))
    return fresh, ids


def _taken(records: Records, before: datetime, wanted: Sequence[int]) -> list[int]:
    """Those of the rows that are due, with their matters locked, so that a hold that came first is seen and a later one waits."""
    if records.matters:
        found: set[int] = set()
        for row in records.due(before).filter(pk__in=wanted).values_list(*records.matters):
            found.update(one for one in row if one is not None)
        lock_all(found)
    return sorted(due(records, before).filter(pk__in=wanted).values_list("pk", flat=True))


def _tell(records: Records, ids: list[int], run: Run, at: datetime) -> None:
    """Leave an event with each matter of which something was erased."""
    own = records.due(run.before).filter(pk__in=ids).values_list(records.matters[0], flat=True)
    for pk in sorted(set(own)):
        data = {"rule": run.rule, "cite": run.cite, "record": run.record, "remark": run.title, "run": run.pk}
        record(matter=pk, kind=ERASED, actor=SYSTEM, at=at, data=data)


def night(*, at: datetime, say: Say | None = None) -> list[Run]:
    """Work out what is due under every rule; where the rule says so, erase it at once. Returns what was begun or gone on with.

    What was approved and broken off is gone on with. A rule with an erasure under way is left alone.
    """
    found = approved_carry_out(at=at, say=say)
    for one in listed_on(local_day(at)):
        if one.keeping is None:
            continue
        try:
            run = _begun(one.setting.id, at)
        except WrongState:  # nothing is due, or one is under way
            continue
        found.append(run_carry_out(run=run, at=at, say=say) if run.automatic else run)
    return found


@transaction.atomic
def _begun(rule: str, at: datetime) -> Run:
    run = run_draw(rule=rule, actor=SYSTEM, at=at)
    if run.automatic:
        act(matter=run.matter, action="start", actor=SYSTEM, at=at, data={"rule": run.rule})
    return run


def approved_carry_out(*, at: datetime, say: Say | None = None) -> list[Run]:
    """Carry out everything that is approved. Returns the runs."""
    waiting = Run.objects.filter(live=True, matter__state="approved").order_by("pk")
    return [run_carry_out(run=run, at=at, say=say) for run in waiting]
