"""Who belongs to a meeting, who is there, whether they are enough, and who may be in the chair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from luoshi.agenda.selectors import assistant_of, leader_of, leaders_on, office_head
from luoshi.engines.authority import Decision
from luoshi.ledger import rules
from luoshi.meetings import hooks, rules_sessions
from luoshi.meetings.models import AgendaItem, Meeting
from luoshi.meetings.selectors.sitting import sitting
from luoshi.organisation.membership import members_on
from luoshi.organisation.models import Grant, Person
from luoshi.organisation.models.base import in_force
from luoshi.organisation.selectors import local_day

CHAIR = "meeting_chair"
SECRETARY, DEPUTY = "secretary_general", "deputy_secretary_general"


def _people(offices: Iterable[str], heads: bool, day: dt.date) -> list[Person]:
    """The holders of offices by rank and, for the plenary, the heads of the departments; nobody twice."""
    wanted = frozenset(offices)
    leaders = leaders_on(day)
    found = {one.person_id: one.person for one in leaders if one.office in wanted}
    if heads:
        for member in members_on(day, leaders={one.person_id: one.office for one in leaders}):
            if member.body is not None:
                found.setdefault(member.person.pk, member.person)
    return list(found.values())


def members_in_post(kind: str, *, day: dt.date) -> list[Person]:
    """The members of a kind of meeting who hold their posts on a day: the base of its quorum, leave or no leave.

    A kind without members of its own counts by the kind that the rulebook names (市长办公会议 by 常务会议), so that a
    short invitation list cannot make a quorum.
    Source: smx-work-rules/52.0.1, smx-work-rules/53.0.1, smx-executive-meeting/3.1, smx-secretary-rules/2.1.p2.1,
    xiping-work-rules/39.1, xiping-work-rules/40.1
    """
    like = rules_sessions.kind(kind, day)
    if "quorum_of" in like:
        like = rules_sessions.kind(str(like["quorum_of"]), day)
    return _people(like["composed_of"], like["component_heads"], day)


def members_invited(kind: str, *, day: dt.date) -> list[Person]:
    """The members who are listed for a kind of meeting without further ado; none where it has no fixed members."""
    like = rules_sessions.kind(kind, day)
    return _people(like["composed_of"], like["component_heads"], day)


def present_members(meeting: Meeting) -> list[Person]:
    """The members in post who have signed in and not left. Observers, substitutes and written opinions do not count."""
    here = {
        one.person_id
        for one in sitting(meeting).attendees
        if one.signed_in_at is not None and one.left_at is None and one.in_place_of_id is None
    }
    day = local_day(meeting.planned_at)
    return [one for one in members_in_post(meeting.kind, day=day) if one.pk in here]


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough members are there. in_post: the base, needed: the least number, binding: whether it bars."""

    in_post: int
    needed: int
    present: int
    met: bool
    binding: bool
    cite: tuple[str, ...] = ()


def quorum_of(*, in_post: int, present: int, major: bool, day: dt.date) -> Quorum:
    """Whether `present` of `in_post` members are enough, in whole numbers: 3 × present >= 2 × in post.

    Source: smx-major-decisions/4.0.8
    """
    rule = rules.current().setting("meetings.quorum", day)
    part, whole, inclusive = rule["numerator"], rule["denominator"], rule["inclusive"]
    least = -(-part * in_post // whole) if inclusive else part * in_post // whole + 1
    return Quorum(
        in_post=in_post,
        needed=least,
        present=present,
        met=in_post > 0 and present >= least,
        binding=rule["binds"] == "always" or (rule["binds"] == "major" and major),
        cite=rule.cite,
    )


def quorum(meeting: Meeting) -> Quorum:
    """How the members stand now, in a meeting as it is; binding where it holds three-major topics."""
    day = local_day(meeting.planned_at)
    return quorum_of(
        in_post=len(members_in_post(meeting.kind, day=day)),
        present=len(present_members(meeting)),
        major=holds_major(meeting, at=meeting.opened_at or meeting.planned_at),
        day=day,
    )


def item_facts(item: AgendaItem, *, at: dt.datetime) -> dict[str, Any]:
    """What rules may ask of an item: its topic's own marks and what upper functions know of it."""
    topic = item.topic
    own = {"major": topic.major, "normative": topic.normative, "treatment": item.treatment}
    facts = {**own, **hooks.standing(topic, at=at).facts}
    return {**facts, "major": bool(facts.get("major") or topic.major)}


def holds_major(meeting: Meeting, *, at: dt.datetime) -> bool:
    """Whether a three-major topic is on the agenda, or was and has been settled there."""
    gone = (AgendaItem.Status.CANCELLED, AgendaItem.Status.POSTPONED)
    items = [item for item in sitting(meeting).items if item.status not in gone]
    return any(item_facts(item, at=at)["major"] for item in items)


def chair_of(meeting: Meeting) -> Person:
    """Who is in the chair."""
    chair: Person = meeting.chair
    return chair


def chair_table(
    kind: str, *, day: dt.date, major: bool = False, commissioned: bool = False, head_away: bool = False
) -> Decision:
    """Which offices may call a meeting and be in its chair."""
    facts = {"kind": kind, "major": major, "commissioned": commissioned, "head_away": head_away}
    return rules_sessions.table("meetings.chair", facts, day)


def forum_missing(kind: str, facts: Mapping[str, Any], *, day: dt.date) -> tuple[Any, ...]:
    """What kind of meeting a topic with these facts still needs, when this kind cannot decide it; empty: it can.

    Source: smx-major-decisions/4.0.5, smx-major-decisions/4.0.6, smx-major-decisions/4.0.7
    """
    gate = rules_sessions.gate("meetings.forum", day)
    if gate is None:
        return ()
    return gate.missing(facts, frozenset(rules_sessions.kind(kind, day).get("forums", ())))


def holders(roles: Iterable[str], *, meeting: Meeting, at: dt.datetime) -> dict[int, Person]:
    """The people who hold these roles now: leaders by the roster, `meeting_chair` the one in the chair, others by grants."""
    day = local_day(at)
    found: dict[int, Person] = {}
    leaders = leaders_on(day)
    for role in roles:
        if role == CHAIR:
            found[meeting.chair_id] = meeting.chair
            continue
        own = [one.person for one in leaders if one.office == role]
        if role == SECRETARY and own:
            acting = office_head(at).person
            own += [acting] if acting is not None and acting not in own else []
        if not own:
            grants = Grant.objects.filter(in_force(day), role__code=role, user__is_active=True)
            own = [grant.user.person for grant in grants.select_related("user__person").order_by("id")]
        found.update({person.pk: person for person in own})
    return found


def serving(roles: Iterable[str], *, meeting: Meeting, at: dt.datetime) -> dict[int, Person]:
    """The same, but of the deputies of the secretary-general only the one who assists the leader in the chair.

    Source: smx-meeting-organisation/4.16, xiping-work-rules/44.5
    """
    wanted = tuple(roles)
    people = holders(wanted, meeting=meeting, at=at)
    chair = leader_of(meeting.chair_id, day=local_day(at))
    deputy = assistant_of(chair, day=local_day(at)) if chair is not None else None
    if DEPUTY not in wanted or deputy is None:
        return people
    others = holders([DEPUTY], meeting=meeting, at=at)
    return {pk: one for pk, one in people.items() if pk == deputy.person_id or pk not in others}


__all__ = [
    "CHAIR",
    "Quorum",
    "chair_of",
    "chair_table",
    "forum_missing",
    "holders",
    "holds_major",
    "item_facts",
    "members_in_post",
    "members_invited",
    "present_members",
    "quorum",
    "quorum_of",
    "serving",
]
