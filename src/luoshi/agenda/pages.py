"""Where matters of the agenda are shown, and its lines in the menu."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from luoshi.agenda import states
from luoshi.agenda.policies import may_read, may_read_roster
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Offered, Quick, Step, anchor, steps
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry

SECTION = "领导与AB角"
PAGES = {
    states.DELEGATION: ("授权委托", "agenda-delegation"),
    states.LEAVE: ("请假外出", "agenda-leave"),
    states.CLEARANCE: ("报批事项", "agenda-clearance"),
    states.OVERLAP: ("同时外出", "agenda-overlap"),
    states.ACTIVITY: ("领导活动", "agenda-activity"),
}
OPEN_TO_READERS = (states.DELEGATION, states.OVERLAP, states.ACTIVITY)

LEAVE_QUICK = steps(Step("return", "b", form=True), url="agenda-leave-act", page="agenda-leave")


def _step_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """Agree to a request on the spot, or open the form that says why not."""
    agree = Step("agree", "a", confirm="确定同意这项申请？")
    found = {}
    for one in matters:
        row = [agree.at(one, "agenda-step-act", "")] if agree.may(actor, one) else []
        if row and one.parent is not None:
            place = f"{_url(one.parent)}#{anchor('refuse', one.pk)}"
            row.append(Quick("refuse", "不同意", "b", place, form=True))
        found[one.pk] = row
    return found


def _url(matter: Matter) -> str:
    return reverse(PAGES[matter.kind][1], args=[matter.pk])


def _step_url(matter: Matter) -> str:
    """A stop is shown on the page of its request."""
    return _url(matter.parent) if matter.parent is not None else ""


def _step_read(actor: Actor, matter: Matter) -> bool:
    named = actor.person_id is not None and matter.facts.get("person") == actor.person_id
    own_place = "person" not in matter.facts and matter.body_id == actor.body_id
    return named or own_place or actor.can("agenda.approve") or actor.can("agenda.manage")


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    for kind, (label, _) in PAGES.items():
        reads = may_read_roster if kind in OPEN_TO_READERS else may_read
        quick = LEAVE_QUICK if kind == states.LEAVE else None
        links.register(kind, label=label, url=_url, may_read=reads, quick=quick)
    links.register(
        states.STEP, label="请假和报批的审批", url=_step_url, may_read=_step_read, quick=_step_quick
    )
    links.register(
        states.ROSTER, label="领导名单", url=lambda matter: reverse("agenda-board"), may_read=may_read_roster
    )
    navigation.register(
        Entry(SECTION, "领导分工", "agenda-board", "users-group", 720),
        Entry(SECTION, "请假外出", "agenda-leaves", "calendar-due", 725),
        Entry(SECTION, "报批事项", "agenda-clearances", "clipboard-text", 730),
        Entry(SECTION, "授权委托", "agenda-delegations", "shield-check", 735),
    )
