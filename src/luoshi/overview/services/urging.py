"""Urging everything that a unit has overdue, each matter through the service of its own function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luoshi.hotline.models import Dispatch
from luoshi.hotline.services import dispatch_urge
from luoshi.hotline.states import DISPATCH, DISPATCHES
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.ledger.models import Matter, Obligation
from luoshi.organisation.models import Body
from luoshi.overview.selectors.lists import Asked, duties
from luoshi.supervision.models import Task
from luoshi.supervision.policies import may_oversee
from luoshi.supervision.services import task_urge
from luoshi.supervision.states import TASK, TASKS

LARGEST = 100
"""How many matters are urged at once."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A matter with what of it is overdue. may: whether the actor may urge it now."""

    matter: Matter
    obligations: tuple[Obligation, ...]
    may: bool


@dataclass(frozen=True, slots=True)
class Urged:
    """How many matters were urged, and what could not be, each with the reason."""

    done: int
    refused: tuple[tuple[Matter, str], ...]


def overdue_of(*, body: Body, actor: Actor, at: dt.datetime) -> list[Overdue]:
    """What a unit has overdue that can be urged here: requests' dispatches and supervised tasks, the oldest first.

    Matter by matter, however many limits of it ran out; LARGEST at most. Secret ones only for those who may read them.
    """
    rows = duties(Asked("overdue", body=body.pk), actor=actor)
    rows = rows.filter(due_at__lt=at.replace(microsecond=0), matter_kind__in=(DISPATCH, TASK))
    found: dict[int, list[Obligation]] = {}
    for row in rows.order_by("due_at", "id")[: LARGEST * 4]:
        found.setdefault(row.matter_id, []).append(row)
    return [
        Overdue(owed[0].matter, tuple(owed), may_urge(actor, owed[0].matter))
        for owed in list(found.values())[:LARGEST]
    ]


def may_urge(actor: Actor, matter: Matter) -> bool:
    """Whether the actor may urge a matter as it stands."""
    if matter.kind == DISPATCH:
        edge = DISPATCHES.edge(matter.state, "urge")
        return edge is not None and edge.may(actor, matter)
    edge = TASKS.edge(matter.state, "urge")
    return edge is not None and may_oversee(actor, matter)


def unit_urge(*, body: Body, matters: Iterable[int], text: str, actor: Actor, at: dt.datetime) -> Urged:
    """Urge a unit over some of the matters that it has overdue: one urging for each, by its own service.

    matters: ids out of those overdue; what is no longer overdue is passed over. text: what is said, for all the same.
    Each is urged or refused for itself, and a refusal leaves the others urged.
    Errors: Incomplete (text, or nothing chosen), NotAllowed (the actor may urge none of them).
    Source: smx-hotline-ops/17.a
    """
    said = " ".join(text.split())
    if not said:
        raise Incomplete("请填写催办内容", field="text")
    if len(said) > 300:
        raise Incomplete("催办内容不能超过300字", field="text")
    wanted = set(matters)
    chosen = [one for one in overdue_of(body=body, actor=actor, at=at) if one.matter.pk in wanted]
    if not chosen:
        raise Incomplete("请至少选择一件仍然逾期的事项", field="matters")
    if not any(one.may for one in chosen):
        raise NotAllowed("您没有催办所选事项的权限", mend="12345工单由平台催办，督办事项由督查室催办")
    refused: list[tuple[Matter, str]] = []
    for one in chosen:
        try:
            with transaction.atomic():
                _urge(one.matter, said, actor, at)
        except Refusal as refusal:
            refused.append((one.matter, str(refusal)))
    return Urged(len(chosen) - len(refused), tuple(refused))


def _urge(matter: Matter, text: str, actor: Actor, at: dt.datetime) -> Any:
    if matter.kind == DISPATCH:
        dispatch = Dispatch.objects.select_related("matter", "body", "request__matter").get(pk=matter.pk)
        return dispatch_urge(dispatch=dispatch, text=text, actor=actor, at=at)
    task = Task.objects.select_related("matter", "body").get(pk=matter.pk)
    return task_urge(task=task, text=text, actor=actor, at=at)
