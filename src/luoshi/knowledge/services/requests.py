"""The platform asks a body for an emergency script or a basic entry; the body delivers by the due time, or late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from luoshi.knowledge import rules
from luoshi.knowledge.models import Entry, SupplyRequest
from luoshi.knowledge.policies import may_edit, may_manage, require
from luoshi.knowledge.services.entries import entry_create
from luoshi.knowledge.states import REQUEST
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import Matter, door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


@transaction.atomic
def request_open(
    *,
    body: Body,
    form: str,
    subject: str,
    due_at: dt.datetime,
    actor: Actor,
    at: dt.datetime,
    detail: str = "",
    cases: Sequence[str] = (),
) -> SupplyRequest:
    """Ask a body to supply a script or a basic entry by `due_at` (a delivery at that very second is in time).

    cases: numbers of citizens' requests. A script may be asked for only where enough of the same kind came within
    the month before (`knowledge.script_trigger`); that they are of the same kind the platform judges.
    Errors: NotAllowed (the platform only), Incomplete naming the field, WrongState (closed body).
    Source: smx-hotline-assessment/4.2.4.2
    """
    require(may_manage(actor), "要求单位报送")
    if not body.active:
        raise WrongState(f"{body.name}已撤销", mend="请选择在用的单位")
    if form not in Entry.Form.values:
        raise Incomplete("请选择报送类别", field="form")
    topic = line(subject, field="subject", label="报送主题", longest=120)
    more = block(detail, field="detail", label="要求说明", longest=1000, required=False)
    if due_at <= at:
        raise Incomplete("报送期限须晚于现在", field="due_at")
    numbers = list(dict.fromkeys(cases))
    if form == Entry.Form.SCRIPT:
        _check_occasion(numbers, at)
    matter = ledger.matter_open(
        kind=REQUEST,
        title=topic,
        body_id=body.pk,
        actor=actor,
        at=at,
        facts={"form": form, "due_set": due_at},
        data={"cases": numbers},
    )
    request = SupplyRequest(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=body,
        form=form,
        subject=topic,
        detail=more,
        cases=numbers,
        requested_at=at,
        requested_by=actor.name,
        due_at=due_at,
    )
    with door():
        request.save(force_insert=True)
    return request


@transaction.atomic
def request_deliver(
    *,
    request: SupplyRequest,
    question: str,
    content: Mapping[str, str],
    actor: Actor,
    at: dt.datetime,
    title: str = "",
    keywords: str = "",
) -> Entry:
    """Deliver what was asked for, complete; it is published as the body's entry at once.

    title: that of the request where none is given.
    Errors: NotAllowed (another body), Incomplete naming the field, WrongState (delivered or cancelled already).
    """
    fresh, matter = locked(request, "body")
    require(may_edit(actor, matter), "报送")
    if matter.state != "asked":
        raise ledger.wrong_state(matter, "deliver")
    entry = entry_create(
        body=fresh.body,
        form=fresh.form,
        title=title or fresh.subject,
        question=question,
        keywords=keywords,
        content=content,
        note="应平台要求报送",
        publish=True,
        actor=actor,
        at=at,
    )
    fresh.delivered_at = at
    fresh.delivered_by = actor.name
    fresh.entry = entry
    with door():
        fresh.save()
    ledger.act(
        matter=matter,
        action="deliver",
        actor=actor,
        at=at,
        data={"entry": entry.pk, "form": fresh.form, "on_time": at <= fresh.due_at},
    )
    return entry


@transaction.atomic
def request_cancel(*, request: SupplyRequest, reason: str, actor: Actor, at: dt.datetime) -> SupplyRequest:
    """Take back a request that was not delivered yet; the body owes nothing any more.

    Errors: Incomplete (no reason), NotAllowed (the platform only), WrongState.
    """
    why = line(reason, field="reason", label="撤销原因", longest=200)
    fresh, matter = locked(request, "body")
    ledger.act(matter=matter, action="cancel", actor=actor, at=at, data={"reason": why})
    fresh.cancelled_at = at
    fresh.cancel_reason = why
    with door():
        fresh.save()
    return fresh


def _check_occasion(numbers: Sequence[str], at: dt.datetime) -> None:
    """At least so many requests, all registered within the rolling month up to now."""
    terms = rules.setting("script_trigger", at)
    least, months = int(terms["count"]), int(terms["months"])
    local = timezone.localtime(at)
    start = dt.datetime.combine(rules.months_later(local_day(at), -months), local.timetz())
    found = dict(
        Matter.objects.filter(
            jurisdiction=settings.JURISDICTION, kind=terms["matter"], number__in=numbers
        ).values_list("number", "opened_at")
    )
    unknown = [number for number in numbers if number not in found]
    if unknown:
        raise Incomplete(f"没有这些诉求件：{'、'.join(unknown)}", field="cases")
    recent = [number for number, opened in found.items() if start <= opened <= at]
    if len(recent) < least:
        raise Incomplete(
            f"近{months}个月内的同类诉求只有{len(recent)}件，满{least}件方可要求报送应急脚本", field="cases"
        )
