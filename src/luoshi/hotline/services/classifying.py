"""Internal or public handling: decided within the working day, public unless the rule says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from luoshi.engines.authority import decide
from luoshi.hotline.models import Request
from luoshi.hotline.services.shared import (
    chosen,
    cited,
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
from luoshi.ledger.models import Disclosure, door
from luoshi.ledger.services import act, lock
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

PUBLIC, INTERNAL = "public", "internal"
BY_CITIZEN, BY_CONDUCT = "citizen", "conduct"
OPEN_TO_IT = ("received", "escalated")


def must_be_internal(request: Request) -> str:
    """The ground on which a request must go the internal way whatever anybody thinks.

    Empty when there is none.
    """
    if not request.wants_public:
        return BY_CITIZEN
    return BY_CONDUCT if request.conduct_matter else ""


def handling_suggested(request: Request) -> tuple[str, str]:
    """The handling that the rule asks for and its ground: public, unless the request must be internal."""
    ground = must_be_internal(request)
    return (INTERNAL, ground) if ground else (PUBLIC, "")


@whole
def request_classify(
    *,
    request: Request,
    handling: str,
    actor: Actor,
    at: datetime,
    ground: str = "",
    note: str = "",
    version: int | None = None,
) -> Request:
    """Decide whether a request is handled in public or internally; public is the rule.

    handling: public | internal. ground: conduct (of officials), doubtful, platform (its own judgement) or
    citizen (chose so); needed for internal. note: why, needed where the platform judges. A request whose
    citizen chose not to be public, or that concerns officials' conduct, is never public.
    Errors: Incomplete, NotAllowed, WrongState.
    Source: smx-hotline-ops/10.a, smx-hotline-ops/12.1, smx-hotline-ops/12.2, smx-hotline-ops/12.3,
    smx-hotline-ops/13.a
    """
    chosen("hotline.handling", handling, at, field="handling")
    forced = must_be_internal(request)
    if handling == PUBLIC:
        _refuse_public(request, at)
    if handling == INTERNAL:
        ground = forced or ground
        chosen("hotline.internal_ground", ground, at, field="internal_ground")
        _check_ground(request, ground, note)
    else:
        ground = ""
    act(
        matter=request.matter,
        action="classify",
        actor=actor,
        at=at,
        data={"facts": {"handling": handling, "internal_ground": ground}, "note": note.strip() or None},
        version=version,
        changes={"disclosure": Disclosure.INTERNAL if handling == INTERNAL else Disclosure.PUBLIC},
    )
    with door():
        request.internal_reason = ground
        request.save(update_fields=["internal_reason"])
    return request


def _refuse_public(request: Request, at: datetime) -> None:
    """Refuse public handling where the rulebook lets nobody choose it."""
    facts = {
        "citizen_choice": PUBLIC if request.wants_public else INTERNAL,
        "conduct": request.conduct_matter,
    }
    decision = decide(rules.current().authority("hotline.make_public", rule_day(at)), facts)
    if not decision.who:
        raise Incomplete(decision.reason, field="handling", cite=cited(*decision.cite))


def _check_ground(request: Request, ground: str, note: str) -> None:
    if ground == BY_CITIZEN and request.wants_public:
        raise Incomplete("诉求人没有选择不公开办理", mend="请另选内部批转的情形", field="internal_ground")
    if ground not in {BY_CITIZEN, BY_CONDUCT}:
        needed(note, "内部批转的理由", field="note", cite=cited("smx-hotline-ops/12.2"), limit=300)


def classify_for_dispatch(
    *,
    request: Request,
    handling: str,
    ground: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    version: int | None = None,
) -> int | None:
    """Classify at dispatch: as given; else as it stands; else as the rule suggests.

    The matter is locked and read anew first, so that what somebody else decided meanwhile is not undone.
    Returns the version to go on with: None once this step has been taken, because its own event made
    `version` out of date.
    """
    request.matter = lock(request.matter_id)
    if request.matter.state not in OPEN_TO_IT:
        return version
    decided = request.matter.disclosure != Disclosure.UNDECIDED
    if decided and not handling:
        return version
    if not handling:
        handling, ground = handling_suggested(request)
    ground = must_be_internal(request) or ground if handling == INTERNAL else ""
    if decided and request.matter.disclosure == handling and request.internal_reason == ground:
        return version
    request_classify(
        request=request, handling=handling, ground=ground, note=note, actor=actor, at=at, version=version
    )
    return None


def tell_internal(*, request: Request, bodies: Sequence[Body], key: str, at: datetime) -> None:
    """Tell the citizen which unit now handles the request internally, by the channel it came by.

    Source: smx-hotline-ops/12.a
    """
    if request.matter.disclosure != Disclosure.INTERNAL:
        return
    values: dict[str, Any] = {"unit": "、".join(body.name for body in bodies)}
    way = way_to_citizen(channel=request.channel, number=number_of(request), contact=request.contact)
    tell_citizen(
        request=request,
        way=way,
        text=notice_text("hotline.internal_notice", at, values),
        key=f"{number_of(request)}:{key}:internal",
        at=at,
    )
