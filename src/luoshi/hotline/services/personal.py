"""Personal data of citizens: shown to those who handle the case, each look recorded, refused attempts too."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Contact, Dispatch
from luoshi.hotline.policies import may_reveal
from luoshi.hotline.services.shared import cited
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Matter
from luoshi.ledger.services import access_record


def _handling_bodies(matter: Matter) -> set[int]:
    """The units that handle a request: those with a dispatch of it that was not recalled."""
    rows = Dispatch.objects.filter(request_id=matter.pk).exclude(matter__state="recalled")
    return set(rows.values_list("body_id", flat=True))


def reveal(*, matter: Matter, actor: Actor, reason: str, at: datetime, path: str = "") -> Contact:
    """The citizen's personal data, for whoever handles the case; the look is recorded with its reason.

    matter: that of the request, which may be one that the database does not show to who asks.

    Staff of the platform with the permission, and units with a dispatch of the request that was not recalled,
    may see it. Anybody else is refused, and the attempt is recorded: call this outside of a transaction that
    the refusal would roll back.
    Errors: NotAllowed; WrongState where it was erased by rule.
    Source: smx-hotline-ops/9.a
    """
    allowed = may_reveal(actor, _handling_bodies(matter))
    access_record(
        actor=actor,
        what="诉求人信息",
        allowed=allowed,
        at=at,
        matter=matter,
        reason=reason,
        path=path,
    )
    if not allowed:
        raise NotAllowed(
            "诉求人信息只供经办人员查看,本次查看已记录",
            mend="确需查看的,请联系12345平台",
            cite=cited("smx-hotline-ops/9.a"),
        )
    found: Contact = Contact.objects.select_related("request").defer("request__search").get(pk=matter.pk)
    if found.request.erased_at is not None:
        raise WrongState("诉求人信息已按规定删除", mend=f"依据：{found.request.erased_under}")
    return found
