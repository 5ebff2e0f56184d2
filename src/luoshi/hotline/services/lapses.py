"""What silence does: handlers for the events that the rulebook names for a lapse."""

from __future__ import annotations

from datetime import datetime

from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.services.reviewing import deem_overdue
from luoshi.hotline.services.steps import LAPSED, PENDING, tell_unit
from luoshi.hotline.services.supervising import urge_overdue
from luoshi.hotline.states import DISPATCH
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.ledger.services import act, on_lapse, on_overdue


def _dispatch(matter: Matter) -> Dispatch:
    found: Dispatch = Dispatch.objects.select_related("body", "request").get(pk=matter.pk)
    found.matter = matter
    return found


def redo_lapsed(matter: Matter, obligation: Obligation, due: datetime) -> None:
    """Three working days without a new reply: the dispatch is overdue; the work goes on."""
    deem_overdue(dispatch=_dispatch(matter), reason="redo_lapsed", at=due)


def county_report_lapsed(matter: Matter, obligation: Obligation, due: datetime) -> None:
    """The platform was silent on a county's report for one working day: not adopted, the county goes on.

    Source: smx-hotline-ops/14.4.d
    """
    dispatch = _dispatch(matter)
    event = act(matter=matter, action="lapse_report", actor=SYSTEM, at=due, data={"rule": obligation.rule})
    with door():
        Application.objects.filter(dispatch=dispatch, kind="county_report", status=PENDING).update(
            status=LAPSED,
            decided_at=due,
            decided_by=SYSTEM.name,
            decision="平台逾期未采纳,由原属地政府负责办理",
        )
    result = "平台1个工作日内未采纳属地政府报告的建议,请继续办理"
    tell_unit(
        dispatch=dispatch, notice="hotline.decision_sms", key=f"{event.seq}:lapsed", at=due, result=result
    )


def register() -> None:
    """Make the handlers known to the ledger; called once, when the app starts."""
    on_lapse("hotline.deemed_overdue", redo_lapsed)
    on_lapse("hotline.county_report_lapsed", county_report_lapsed)
    on_overdue(DISPATCH, urge_overdue)
