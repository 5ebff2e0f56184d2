"""Who answers for a unit: proposed from the organisation, so that every paper names the same people."""

from __future__ import annotations

import datetime as dt

from luoshi.organisation.models import Post
from luoshi.organisation.selectors import holders_on
from luoshi.rounds import rules
from luoshi.rounds.models import RoundUnit

POSTS = {
    "principal": Post.Kind.PRINCIPAL_LEADER,
    "deputy": Post.Kind.DEPUTY_LEADER,
    "handler": Post.Kind.HANDLER,
}
"""Kinds of responsible persons that follow from a post; the others are entered by the unit."""


def leader_changes(unit: RoundUnit, day: dt.date) -> list[str]:
    """Changes of the unit's principal leader registered in the assessed year up to a day, in sentences.

    Source: yueyang-openness-assessment/c02.2
    """
    first, last = unit.round.period.first, min(day, unit.round.last_day)
    posts = Post.objects.filter(
        body=unit.body, kind=Post.Kind.PRINCIPAL_LEADER, since__gte=first, since__lte=last
    ).select_related("person")
    return [
        f"系统登记{post.since:%Y年%-m月%-d日}{post.person.name}任主要负责人，请说明领导小组是否及时调整。"
        for post in posts.order_by("since", "id")
    ]


def persons_proposed(unit: RoundUnit, day: dt.date) -> dict[str, str]:
    """The responsible persons by kind: as registered, else who holds the post on that day.

    Source: smx-openness-assessment/4.1, smx-openness-assessment/4.2, smx-openness-assessment/4.3
    """
    found: dict[str, str] = {}
    for one in rules.rule_of(unit.round).persons:
        name = unit.persons.get(one.value, "")
        if not name and one.value in POSTS:
            holders = holders_on(unit.body, day, POSTS[one.value])
            name = holders[0].name if holders else ""
        if name:
            found[one.value] = name
    return found
