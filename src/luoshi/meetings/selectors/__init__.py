"""Reading meetings: who belongs to them, whether they are enough, what they passed."""

from luoshi.meetings.selectors.members import (
    Quorum,
    chair_of,
    forum_missing,
    item_facts,
    members_in_post,
    present_members,
    quorum,
)
from luoshi.meetings.selectors.passed import Passed, full_name, passed

__all__ = [
    "Passed",
    "Quorum",
    "chair_of",
    "forum_missing",
    "full_name",
    "item_facts",
    "members_in_post",
    "passed",
    "present_members",
    "quorum",
]
