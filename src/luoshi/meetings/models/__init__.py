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
from luoshi.meetings.models.plans import CityMeeting
from luoshi.meetings.models.topics import Consultation, Material, Scheme, Topic

__all__ = [
    "AgendaItem",
    "Archive",
    "Attendee",
    "CityMeeting",
    "Consultation",
    "LeaveRequest",
    "Material",
    "Meeting",
    "Minutes",
    "NumberedCopy",
    "PressRelease",
    "Record",
    "Resolution",
    "Review",
    "Scheme",
    "Seat",
    "Statement",
    "Submission",
    "Topic",
]
