"""Personal data of citizens: shown to those who handle the case, each look recorded, refused attempts too."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Contact, Dispatch, Request
from luoshi.hotline.policies import may_reveal
from luoshi.hotline.services.shared import cited
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.services import access_record


def handling_bodies(request: Request) -> set[int]:
    """The units that handle a request: those with a dispatch of it that was not recalled."""
    rows = Dispatch.objects.filter(request_id=request.pk).exclude(matter__state="recalled")
    return set(rows.values_list("body_id", flat=True))


def reveal(*, request: Request, actor: Actor, reason: str, at: datetime, path: str = "") -> Contact:
    """The citizen's personal data, for whoever handles the case; the look is recorded with its reason.

    Staff of the platform with the permission, and units with a dispatch of the request that was not recalled,
    may see it. Anybody else is refused, and the attempt is recorded: call this outside of a transaction that
    the refusal would roll back.
    Errors: NotAllowed; WrongState where it was erased by rule.
    Source: smx-hotline-ops/9.a
    """
    allowed = may_reveal(actor, handling_bodies(request))
    access_record(
        actor=actor,
        what="诉求人信息",
        allowed=allowed,
        at=at,
        matter=request.matter,
        reason=reason,
        path=path,
    )
    if not allowed:
        raise NotAllowed(
            "诉求人信息只供经办人员查看,本次查看已记录",
            mend="确需查看的,请联系12345平台",
            cite=cited("smx-hotline-ops/9.a"),
        )
    if request.erased_at is not None:
        raise WrongState("诉求人信息已按规定删除", mend=f"依据：{request.erased_under}")
    found: Contact = Contact.objects.get(request_id=request.pk)
    return found
