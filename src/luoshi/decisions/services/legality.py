"""The legal office reviews whether a matter is lawful, with its opinion and what it was given."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO

from django.db import transaction

from luoshi.decisions import rules, states
from luoshi.decisions.models import LegalityReview
from luoshi.decisions.policies import may_ask, require
from luoshi.decisions.services.checks import block
from luoshi.decisions.standing import legality_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.ledger.services import attachment_add
from luoshi.organisation.models import Body


@transaction.atomic
def legality_ask(*, matter: Matter, actor: Actor, at: dt.datetime, materials: str = "") -> LegalityReview:
    """Put a matter before the legal office; one review at a time, and again once one has been given.

    materials: what is handed over. Errors: NotAllowed, WrongState (a review is running).
    """
    require(may_ask(actor), "送合法性审查")
    running = legality_of(matter.pk)
    if running is not None and running.result == "":
        raise WrongState("已经送审，还没有出具意见", mend="请等待审查意见")
    office = Body.objects.filter(code=rules.setting("decisions.legal_office", at)["body"]).first()
    said = block(materials, field="materials", label="送审材料", longest=4000, required=False)
    opened = ledger.matter_open(
        kind=states.LEGALITY, title=f"合法性审查：{matter.title}", body_id=office.pk if office else None,
        parent=matter, secrecy=matter.secrecy, actor=actor, at=at,
        data={"subject": matter.pk, "what": said},
    )  # fmt: skip
    with door():
        made: LegalityReview = LegalityReview.objects.create(
            matter=opened, jurisdiction=opened.jurisdiction, subject=matter, materials=said
        )
    return made


@transaction.atomic
def legality_give(
    *,
    review: LegalityReview,
    result: str,
    opinion: str,
    actor: Actor,
    at: dt.datetime,
    file: BinaryIO | None = None,
    file_name: str = "",
) -> LegalityReview:
    """The legal office gives its opinion: lawful, lawful once amended, or unlawful; it is never changed.

    Only a matter found lawful goes on; what must be amended is amended and reviewed again.
    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-work-rules/25.2, smx-work-rules/27.1
    """
    fresh, matter = locked(review)
    if result not in LegalityReview.Result.values:
        raise Incomplete("请选择审查结论", field="result")
    said = block(opinion, field="opinion", label="审查意见")
    label = LegalityReview.Result(result).label
    ledger.act(matter=matter, action="give", actor=actor, at=at, data={"conclusion": label, "opinion": said})
    if file is not None:
        attachment_add(matter=matter, file=file, name=file_name, purpose="合法性审查报告", actor=actor, at=at)
    with door():
        fresh.result, fresh.opinion, fresh.reviewer, fresh.given_at = result, said, actor.name, at
        fresh.save()
    return fresh


@transaction.atomic
def legality_return(*, review: LegalityReview, reason: str, actor: Actor, at: dt.datetime) -> LegalityReview:
    """The materials are not complete. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(review)
    why = block(reason, field="reason", label="须补充的材料", longest=2000)
    ledger.act(matter=matter, action="return", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def legality_ask_again(
    *, review: LegalityReview, materials: str, actor: Actor, at: dt.datetime
) -> LegalityReview:
    """The materials were completed. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(review)
    said = block(materials, field="materials", label="补充的材料", longest=4000)
    ledger.act(matter=matter, action="ask_again", actor=actor, at=at, data={"what": said})
    with door():
        fresh.materials = f"{fresh.materials}\n{said}".strip()
        fresh.save()
    return fresh
