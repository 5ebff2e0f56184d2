"""A meeting as a whole: its topics, who attends, seats, papers, statements, results; read by one question."""

from __future__ import annotations

from dataclasses import dataclass

from luoshi.ledger.once import once
from luoshi.ledger.together import fetch
from luoshi.meetings.models import (
    AgendaItem,
    Attendee,
    Meeting,
    Minutes,
    NumberedCopy,
    Resolution,
    Seat,
    Statement,
)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Everything of a meeting. minuted: (item, text) of signed minutes, in their order."""

    items: list[AgendaItem]
    attendees: list[Attendee]
    seats: list[Seat]
    copies: list[NumberedCopy]
    statements: list[Statement]
    minuted: list[tuple[int, str]]
    minutes_signed: bool


@once
def sitting(meeting: Meeting) -> Sitting:
    """The meeting as it stands. One query."""
    items = meeting.items.select_related("topic__matter", "topic__body", "reporter", "submission")
    attendees = meeting.attendees.select_related("person", "body", "in_place_of", "assists")
    copies = meeting.copies.select_related("holder__body").order_by("number")
    statements = meeting.statements.select_related("speaker", "item__topic__matter")
    signed = Minutes.objects.filter(meeting=meeting, signed_at__isnull=False)
    minuted = Resolution.objects.filter(minutes__in=signed.values("pk")).order_by("position")
    seats = Seat.objects.filter(item__meeting=meeting).select_related("item")
    lists = (
        items.order_by("position"), attendees.all(), seats, copies, statements.all(),
        minuted.values_list("item_id", "text"), signed.values_list("pk", flat=True),
    )  # fmt: skip
    fetch(*lists)
    topics, people, seated, out, said, told, papers = map(list, lists)
    return Sitting(topics, people, seated, out, said, told, bool(papers))
