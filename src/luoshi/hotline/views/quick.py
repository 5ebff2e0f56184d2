"""What may be done with requests and dispatches straight from the worklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.services.steps import may_decide
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Offered, Quick, Step, steps

HERE = {"url": "dispatch-act", "page": "dispatch-detail"}
DISPATCH_STEPS = (
    Step("sign", "s"),
    Step("hand_over", "h", form=True),
    Step("draft", "w", label="写答复", form=True),
    Step("submit", "p", label="报送", confirm="报送后由平台审核，确定答复属实、可以报送？"),
    Step("mend", "w", label="报整改", form=True),
    Step("pass", "p", label="通过", confirm="通过后工单办结。答复已经看过，确定通过？"),
    Step("answer_supervision", "y", form=True, only=True),
    Step("report_preliminary", "y", label="报初步意见", form=True, only=True),
    Step("arrive", "y", label="登记到场", form=True, only=True),
    Step("order_redo", "b", label="退回", form=True),
)
DECIDE = {
    "return": Step("accept_return", "a", label="批复退单", form=True),
    "county_report": Step("adopt_report", "a", label="批复报告", form=True),
    "assist": Step("add_assist", "a", label="批复协办", form=True),
    "extension": Step("grant_extension", "a", label="批复延时", form=True),
    "coordination": Step("approve_coordination", "a", label="批复协调", form=True),
    "no_redispatch": Step("accept_no_redispatch", "a", label="批复", form=True),
}
"""What answers an application that waits, by its kind."""

_contact = steps(Step("contact", "l", label="登记联系", form=True), **HERE)
request_quick = steps(
    Step("dispatch", "d", form=True),
    Step("feed_back", "f", label="反馈", form=True),
    Step("call_back", "c", form=True),
    Step("leader_decide", "p", form=True),
    url="request-act",
    page="request-detail",
)


def _asked(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> dict[int, list[Quick]]:
    """Answers to applications that wait, for those who decide them: one query."""
    if not (actor.can("hotline.decide") or actor.can("hotline.escalate")):
        return {}
    mine = {kind: step for kind, step in DECIDE.items() if may_decide(step.action, actor, at)}
    by_pk = {matter.pk: matter for matter in matters}
    waiting = Application.objects.filter(dispatch_id__in=by_pk, status="pending", kind__in=mine)
    found: dict[int, list[Quick]] = {}
    for pk, kind in waiting.order_by("pk").values_list("dispatch_id", "kind"):
        answer = steps(mine[kind], **HERE)
        found.setdefault(pk, []).extend(answer(actor, [by_pk[pk]], at)[pk])
    return found


def dispatch_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """The next step of each dispatch: two queries at most, however many there are.

    Who has not spoken to the citizen yet is offered that before the reply.
    """
    asked = _asked(actor, matters, at)
    mine = [step for step in DISPATCH_STEPS if may_decide(step.action, actor, at)]
    offered = steps(*mine, **HERE)(actor, matters, at)
    silent = set(
        Dispatch.objects.filter(pk__in=[one.pk for one in matters], contacted_at__isnull=True)
        .exclude(matter__state="sent")
        .values_list("pk", flat=True)
    )
    contact = _contact(actor, [one for one in matters if one.pk in silent], at)
    found = {}
    for matter in matters:
        row = [*asked.get(matter.pk, ()), *offered[matter.pk]]
        if contact.get(matter.pk):
            row = [*contact[matter.pk], *(one for one in row if one.code != "draft")]
        found[matter.pk] = row
    return found
