"""Who may see the city, a unit, and what lies behind a number."""

from __future__ import annotations

import datetime as dt

from luoshi.agenda.selectors import in_charge_of
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body

READ_ALL = {
    "hotline.": "hotline.read_all",
    "documents.": "documents.read_all",
    "supervision.": "supervision.read_all",
    "meetings.": "meetings.read_all",
    "decisions.": "decisions.read_all",
    "targets.": "targets.read_all",
    "rounds.": "rounds.read_all",
    "assessment.": "assessment.read_all",
    "knowledge.request": "knowledge.manage",
    "knowledge.": "knowledge.read",
    "appointments.": "appointments.read",
    "agenda.": "agenda.read",
}
"""Which permission lets somebody read all matters of a function; the first that a kind begins with holds."""


def may_see_unit(actor: Actor, body: Body, *, day: dt.date) -> bool:
    """Whether somebody may see a unit with all that it owes.

    Those who supervise see every unit, a vice mayor those in their charge, a unit's leaders their own.
    """
    if actor.can("overview.units"):
        return True
    if not actor.can("overview.unit"):
        return False
    if actor.body_id == body.pk:
        return True
    leader = in_charge_of(body, day=day) if actor.person_id is not None else None
    return leader is not None and leader.person_id == actor.person_id


def may_read_kind(actor: Actor, kind: str, body_id: int | None) -> bool:
    """Whether somebody may read the titles of matters of a kind that a body handles: their own body's, and all where
    their permission says so."""
    if actor.body_id is not None and actor.body_id == body_id:
        return True
    needed = next((code for prefix, code in READ_ALL.items() if kind.startswith(prefix)), None)
    return needed is not None and actor.can(needed)
