"""What may be done on the page of an erasure."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction

from luoshi.ledger.actors import Actor
from luoshi.organisation import formkit
from luoshi.organisation.pagekit import Action
from luoshi.retention import services
from luoshi.retention.models import Run
from luoshi.retention.policies import may_approve, may_propose
from luoshi.retention.tasks import wake


def _said(name: str, label: str, run: Run, *, required: bool = True) -> Any:
    words = formkit.text(label, longest=500, rows=3, required=required)
    return formkit.make(**{name: words}, version=formkit.seen(run.matter.version))


def _call(service: Any, run: Run, values: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    return service(run=run, **values, actor=actor, at=at)


def _approve(run: Run, values: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    approved = services.run_approve(run=run, **values, actor=actor, at=at)
    transaction.on_commit(wake)
    return approved


def _own(run: Run, actor: Actor) -> bool:
    return run.proposed_by_id is not None and run.proposed_by_id == actor.user_id


RUN: dict[str, Action] = {
    one.code: one
    for one in (
        Action(
            "propose", "提请批准", "send", partial(_call, services.run_propose),
            lambda run, actor, at: run.matter.state == "drawn" and may_propose(actor),
            form=lambda run: _said("opinion", "提请说明", run), done="已提请，待另一人批准",
        ),
        Action(
            "approve", "批准删除", "check", _approve,
            lambda run, actor, at: run.matter.state == "proposed" and may_approve(actor) and not _own(run, actor),
            form=lambda run: _said("opinion", "批准意见", run, required=False), tone="danger",
            done="已批准，后台开始删除", confirm="删除后不能恢复，确认批准？",
        ),
        Action(
            "refuse", "不批准", "x", partial(_call, services.run_refuse),
            lambda run, actor, at: run.matter.state == "proposed" and may_approve(actor),
            form=lambda run: _said("reason", "理由", run), done="已退回，不删除",
        ),
        Action(
            "drop", "作废这一批", "ban", partial(_call, services.run_drop),
            lambda run, actor, at: run.matter.state in ("drawn", "proposed") and may_propose(actor),
            form=lambda run: _said("reason", "理由", run), done="已作废，什么都没有删除",
        ),
    )
}  # fmt: skip
