"""Where matters of the agenda are shown, and its lines in the menu."""

from __future__ import annotations

from django.urls import reverse

from luoshi.agenda import states
from luoshi.agenda.policies import may_read, may_read_roster
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
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
        links.register(kind, label=label, url=_url, may_read=reads)
    links.register(states.STEP, label="请假和报批的审批", url=_step_url, may_read=_step_read)
    links.register(
        states.ROSTER, label="领导名单", url=lambda matter: reverse("agenda-board"), may_read=may_read_roster
    )
    navigation.register(
        Entry(SECTION, "领导分工", "agenda-board", "users-group", 720),
        Entry(SECTION, "请假外出", "agenda-leaves", "calendar-due", 725),
        Entry(SECTION, "报批事项", "agenda-clearances", "clipboard-text", 730),
        Entry(SECTION, "授权委托", "agenda-delegations", "shield-check", 735),
    )
