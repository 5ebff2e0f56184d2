"""The same person, the same issue.

What a person decides about it, and when a request need not be dispatched.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from luoshi.hotline.models import Application, Callback, Request, RequestLink
from luoshi.hotline.selectors.duplicates import (
    LABELS,
    chain_answers,
    evidence,
    identity_on,
    likeness_of,
    root_of,
    time_left,
)
from luoshi.hotline.services.shared import (
    chosen,
    cited,
    label_of,
    masked_for,
    needed,
    notice_text,
    number_of,
    rule_day,
    tell_citizen,
    way_to_citizen,
)
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import door
from luoshi.ledger.services import act
from luoshi.ledger.whole import whole

SAME, DIFFERENT, REPEAT = "same", "different", "repeat"
BY_UNIT = "unit"
CONTENT = frozenset({"satisfied", "basically"})


@whole
def request_link(
    *, request: Request, other: Request, kind: str, actor: Actor, at: datetime, note: str = ""
) -> RequestLink:
    """Decide whether two requests are the same person's same issue; the later decision stands.

    kind: same | different | repeat (a new complaint about the same after the citizen had said to be
    satisfied, which the assessment looks into). request: the later one of the two; other: an earlier one.
    The identity keys and the likeness found are kept with the decision.
    Errors: Incomplete, NotAllowed.
    """
    chosen("hotline.link_kind", kind, at, field="kind")
    if request.pk == other.pk or other.received_at > request.received_at:
        raise Incomplete("请选择更早的一件诉求", field="other")
    if kind == REPEAT and not was_satisfied(other):
        raise Incomplete(
            "该件回访未表示满意,不属回访满意后再次投诉", mend="请选“同一人同一问题”", field="kind"
        )
    keys, weak, likeness = evidence(request, other, rule_day(at))
    data = {
        "other": number_of(other),
        "kind": kind,
        "keys": keys,
        "weak": weak,
        "likeness": f"{likeness:.2f}",
    }
    act(matter=request.matter, action="link", actor=actor, at=at, data=data)
    root = root_of(other)
    with door():
        found: RequestLink
        found, _ = RequestLink.objects.update_or_create(
            request=request,
            other=other,
            defaults={
                "kind": kind,
                "keys": [LABELS[key] for key in keys],
                "note": note.strip()[:300],
                "decided_by": actor.name,
                "decided_at": at,
            },
        )
        if kind != DIFFERENT:
            _join(request, root)
        elif request.same_as_id == root:
            _part(request)
    return found


def _join(request: Request, root: int) -> None:
    """Count the request, and whatever was counted to it, to the issue's first request."""
    request.same_as_id = root if root != request.pk else None
    request.save(update_fields=["same_as"])
    Request.objects.filter(same_as_id=request.pk).update(same_as_id=root)


def _part(request: Request) -> None:
    """Take the request out of the issue, or count it to another that a person also decided on."""
    kept = RequestLink.objects.filter(request=request).exclude(kind=DIFFERENT).select_related("other").first()
    request.same_as_id = root_of(kept.other) if kept else None
    request.save(update_fields=["same_as"])


def was_satisfied(request: Request) -> bool:
    """Whether the citizen said at the last call-back to be satisfied, or mostly so, with the result."""
    last = Callback.objects.filter(request=request, answered=True).order_by("-round", "-pk").first()
    return last is not None and last.result in CONTENT


@whole
def request_not_redispatch(
    *,
    request: Request,
    ground: str,
    reason: str,
    actor: Actor,
    at: datetime,
    told_now: bool = False,
    version: int | None = None,
) -> Request:
    """Decide not to dispatch a repeated request again; only a person does, and only on one of these grounds.

    ground: answered (the same person's same issue was answered more than twice) | in_progress (a unit is at
    work on it within its time; one that is late is urged instead) | same_day (another of the same working
    day with the same or a similar content was taken in) | unit (the unit asked for it in writing and the
    platform agreed). The request must have been linked to the earlier one before. One that came after the
    citizen had been satisfied must have been looked into for that first (link kind repeat). The citizen is
    told why.
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-ops/14.6.c, smx-hotline-ops/14.6.d, smx-hotline-ops/14.6.e, smx-hotline-ops/14.6.f
    """
    chosen("hotline.no_redispatch_ground", ground, at, field="ground")
    said = needed(reason, "理由", field="reason", limit=500)
    if request.same_as_id is None and ground != BY_UNIT:
        raise Incomplete("尚未认定与哪一件是同一人同一问题", mend="请先认定", field="other")
    chain = _earlier(request)
    _look_into_satisfied(request, chain)
    CHECKS[ground](request, chain, at)
    way = way_to_citizen(
        channel=request.channel, number=number_of(request), contact=request.contact, told_now=told_now
    )
    data = {"ground": ground, "reason": masked_for(request, said), "means": way.means}
    event = act(
        matter=request.matter, action="not_redispatch", actor=actor, at=at, data=data, version=version
    )
    with door():
        request.outcome = said
        request.save(update_fields=["outcome"])
    why = f"{label_of('hotline.no_redispatch_ground', ground, at)}。{said.rstrip('。')}"
    text = notice_text("hotline.not_redispatched_notice", at, {"number": number_of(request), "reason": why})
    tell_citizen(request=request, way=way, text=text, key=f"{number_of(request)}:{event.seq}:no", at=at)
    return request


def _earlier(request: Request) -> list[Request]:
    """The other requests of the same issue, the first one first."""
    root = root_of(request)
    rows = Request.objects.filter(Q(pk=root) | Q(same_as_id=root)).exclude(pk=request.pk)
    return list(rows.select_related("matter", "contact").defer("search").order_by("received_at", "pk"))


def _look_into_satisfied(request: Request, chain: list[Request]) -> None:
    """A complaint after satisfaction may show that the answer was not true: it is looked into first."""
    judged = RequestLink.objects.filter(request=request, kind=REPEAT).exists()
    if not judged and any(was_satisfied(earlier) for earlier in chain):
        raise Incomplete(
            "此前回访已表示满意,须先核查是否属满意后再次投诉",
            mend="请把两件的关系认定为“回访满意后就原内容再次投诉”,核查后再决定",
            field="ground",
            cite=cited("smx-hotline-assessment-annex/3.1.3"),
        )


def _check_answered(request: Request, chain: list[Request], at: datetime) -> None:
    least = rules.current().setting("hotline.redispatch", rule_day(at))["answers_at_least"]
    told = chain_answers([root_of(request)])[root_of(request)]
    if told < least:
        raise Incomplete(
            f"同一问题只答复过{told}次,满{least}次才可不再批转",
            field="ground",
            cite=cited("smx-hotline-ops/14.6.c"),
        )


def _check_in_progress(request: Request, chain: list[Request], at: datetime) -> None:
    standings = time_left([earlier.pk for earlier in chain], at)
    cite = cited("smx-hotline-ops/14.6.d")
    if any(late for _, late in standings.values()):
        raise Incomplete(
            "承办单位已超过规定时限,不适用本项", mend="请对原工单催办", field="ground", cite=cite
        )
    if not standings:
        raise Incomplete("没有单位正在办理同一问题", field="ground", cite=cite)


def _check_same_day(request: Request, chain: list[Request], at: datetime) -> None:
    threshold = float(identity_on(rule_day(at))["content_similarity"])
    taken = [one for one in chain if one.matter.state not in {"refused", "not_redispatched"}]
    if any(one.day == request.day and likeness_of(request, one) >= threshold for one in taken):
        return
    raise Incomplete(
        "同一工作日内没有已受理的内容相同或相近的来件", field="ground", cite=cited("smx-hotline-ops/14.6.e")
    )


def _check_unit(request: Request, chain: list[Request], at: datetime) -> None:
    asked = Application.objects.filter(
        kind="no_redispatch",
        status="accepted",
        dispatch__request__in=[request.pk, *(earlier.pk for earlier in chain)],
    )
    if not asked.exists():
        raise Incomplete(
            "没有承办单位书面提出并经平台同意的意见", field="ground", cite=cited("smx-hotline-ops/14.6.f")
        )


CHECKS = {
    "answered": _check_answered,
    "in_progress": _check_in_progress,
    "same_day": _check_same_day,
    "unit": _check_unit,
}
