"""Many matters decided on in one go: each by the same service as alone, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from luoshi.hotline.models import BulkRun, Dispatch, Request
from luoshi.hotline.services.dispatching import ASSIST, LEAD, SOLE, Order, Terms, request_dispatch
from luoshi.hotline.services.reviewing import review_pass, review_redo, review_second_assign
from luoshi.hotline.services.steps import may_decide
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.ledger.models import Matter
from luoshi.ledger.states import table_for
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

DISPATCH, REVIEW = "dispatch", "review"
LIMIT = 200
KEEP = timedelta(days=30)
PASS, REDO, SECOND = "pass", "order_redo", "second_assign"
CHANGED = "在您打开页面之后已有变动，请重新核对"


@dataclass(frozen=True, slots=True)
class Pick:
    """One matter chosen from a list: its id, and the version that the list showed."""

    pk: int
    version: int


def _subjects(what: str, pks: Sequence[int]) -> dict[int, Any]:
    if what == DISPATCH:
        rows: Any = Request.objects.select_related("matter", "contact", "area").defer("search")
    else:
        rows = Dispatch.objects.select_related("matter", "body", "request__matter", "request__contact")
    return {row.pk: row for row in rows.filter(pk__in=pks)}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one of those chosen: why not, or "" where nothing stands against it."""

    pick: Pick
    subject: Any
    why_not: str


def bulk_foresee(
    *, what: str, picks: Sequence[Pick], terms: Mapping[str, Any], actor: Actor, at: datetime
) -> list[Foreseen]:
    """What would become of each, as far as state, version, permission and the rulebook's decision tables tell.

    Nothing is written; the services have the last word. One query, however many there are.
    """
    found = _subjects(what, [pick.pk for pick in picks])
    action = "dispatch" if what == DISPATCH else str(terms["decision"])
    return [
        Foreseen(pick, found.get(pick.pk), _why_not(found.get(pick.pk), pick, action, actor, at))
        for pick in picks
    ]


def _why_not(subject: Any, pick: Pick, action: str, actor: Actor, at: datetime) -> str:
    if subject is None:
        return "没有这一件"
    matter: Matter = subject.matter
    table = table_for(matter.kind)
    edge = table.edge(matter.state, action)
    if edge is None:
        return f"现为“{table.labels[matter.state]}”，不能{table.action_label(action)}"
    if matter.version != pick.version:
        return CHANGED
    if not (edge.may(actor, matter) and may_decide(action, actor, at)):
        return f"您没有“{edge.label}”的权限"
    if isinstance(subject, Request) and subject.urgency == "urgent" and not subject.urgency_basis:
        return "紧急件没有写明紧急依据，请单独派单"
    return ""


def _dispatch(request: Request, terms: Mapping[str, Any], version: int, actor: Actor, at: datetime) -> str:
    wanted = [int(pk) for pk in terms["bodies"]]
    by_pk = {body.pk: body for body in Body.objects.filter(pk__in=wanted)}
    bodies = [by_pk[pk] for pk in wanted if pk in by_pk]
    roles = [SOLE] if len(bodies) == 1 else [LEAD, *[ASSIST] * (len(bodies) - 1)]
    orders = [
        Order(body=body, instruction=terms["instruction"], role=role)
        for body, role in zip(bodies, roles, strict=True)
    ]
    own = Terms(principle=terms["principle"], urgency=request.urgency, urgency_basis=request.urgency_basis)
    request_dispatch(request=request, orders=orders, terms=own, actor=actor, at=at, version=version)
    return f"已派{'、'.join(body.short_name for body in bodies)}"


def _review(dispatch: Dispatch, terms: Mapping[str, Any], version: int, actor: Actor, at: datetime) -> str:
    common: dict[str, Any] = {"dispatch": dispatch, "actor": actor, "at": at, "version": version}
    if terms["decision"] == PASS:
        review_pass(note=terms["reason"], **common)
        return "已审核通过"
    if terms["decision"] == REDO:
        review_redo(reason=terms["reason"], **common)
        return "已退回重办"
    if terms["decision"] == SECOND:
        review_second_assign(reason=terms["reason"], **common)
        return "已二次交办并督办"
    raise Incomplete("请选择审核结论", field="decision")


STEPS: dict[str, Callable[[Any, Mapping[str, Any], int, Actor, datetime], str]] = {
    DISPATCH: _dispatch,
    REVIEW: _review,
}
MAY = {DISPATCH: "hotline.dispatch", REVIEW: "hotline.review"}


@whole
def bulk_start(
    *, what: str, key: str, picks: Sequence[Pick], terms: Mapping[str, Any], actor: Actor, at: datetime
) -> BulkRun:
    """Begin a run; the same key again gives the run that was begun with it. Nothing is decided yet.

    what: dispatch | review. terms: bodies (ids, the lead first), instruction, principle; or decision and reason.
    Errors: Incomplete (nothing chosen, more than 200), NotAllowed.
    """
    if actor.user_id is None or not actor.can(MAY[what]):
        raise NotAllowed("您没有办理这一事项的权限")
    if not picks:
        raise Incomplete("请先选择要办理的各件", field="pick")
    if len(picks) > LIMIT:
        raise Incomplete(f"一次最多办理{LIMIT}件", mend=f"现选了{len(picks)}件，请分次办理", field="pick")
    BulkRun.objects.filter(user_id=actor.user_id, started_at__lt=at - KEEP).delete()
    unique = {pick.pk: pick.version for pick in picks}
    run, _ = BulkRun.objects.get_or_create(
        user_id=actor.user_id,
        key=key,
        defaults={
            "what": what,
            "terms": dict(terms),
            "left": [[pk, version] for pk, version in unique.items()],
            "total": len(unique),
            "started_at": at,
        },
    )
    return run


@whole
def bulk_next(*, run: BulkRun, actor: Actor, at: datetime) -> BulkRun:
    """Carry out the next one of a run and write down what became of it, both in this transaction.

    What the services refuse stays undone, with the reason; the others are not touched by it. Two who go on with
    the same run at once take turns. Errors: NotAllowed (somebody else's run).
    """
    locked = BulkRun.objects.select_for_update().get(pk=run.pk)
    if locked.user_id != actor.user_id:
        raise NotAllowed("这是别人的批量办理")
    if not locked.left:
        return locked
    (pk, version), *rest = locked.left
    subject = _subjects(locked.what, [pk]).get(pk)
    done, said = False, "没有这一件"
    if subject is not None:
        try:
            with transaction.atomic():
                said = STEPS[locked.what](subject, locked.terms, version, actor, at)
                done = True
        except Refusal as refusal:
            said = str(refusal)
    row = {
        "pk": pk,
        "number": subject.matter.number if subject else "",
        "title": subject.matter.title if subject else "",
        "done": done,
        "said": said,
    }
    locked.left, locked.results = rest, [*locked.results, row]
    locked.save(update_fields=["left", "results"])
    return locked
