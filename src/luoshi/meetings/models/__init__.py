"""Meetings: topics and plans before them; the meeting, its agenda, attendance and minutes."""

from luoshi.meetings.models.meetings import AgendaItem, Attendee, LeaveRequest, Meeting, NumberedCopy, Seat
from luoshi.meetings.models.minutes import (
    Archive,
    Minutes,
    PressRelease,
    Record,
    Resolution,
    Review,
    Statement,
    Submission,
)

__all__ = [
    "AgendaItem",
    "Archive",
    "Attendee",
    "LeaveRequest",
    "Meeting",
    "Minutes",
    "NumberedCopy",
    "PressRelease",
    "Record",
    "Resolution",
    "Review",
    "Seat",
    "Statement",
    "Submission",
]
