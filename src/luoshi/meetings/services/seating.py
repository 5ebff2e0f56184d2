"""Who reports a topic stands on the meeting's list for it, from the moment at which it is on the agenda."""

from __future__ import annotations

import datetime as dt

from luoshi.ledger.models import door
from luoshi.meetings.models import AgendaItem, Attendee, Seat
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.models.base import in_force

PART = Attendee.Part
BY_ITEM = (PART.OBSERVER, PART.REPORTER, PART.GUEST)


def head_of(body: Body, day: dt.date) -> Person | None:
    """The principal leader of a unit on a day; None where none is entered."""
    posts = Post.objects.filter(in_force(day), body=body, kind=Post.Kind.PRINCIPAL_LEADER)
    post = posts.select_related("person").order_by("since", "id").first()
    return post.person if post else None


def reporter_seat(item: AgendaItem, person: Person | None, *, day: dt.date, at: dt.datetime) -> Person | None:
    """Let somebody report an item, the head of its proposer where nobody is named, and list them for it.

    Topics that are only adopted are not reported. Members stand on the list already.
    """
    if item.treatment == "adopt":
        return None
    chosen = person or head_of(item.topic.body, day)
    if chosen is None:
        return None
    with door():
        item.reporter = chosen
        item.save(update_fields=["reporter"])
        row = Attendee.objects.filter(meeting_id=item.meeting_id, person=chosen).first()
        if row is None:
            row = Attendee.objects.create(
                meeting_id=item.meeting_id,
                part=PART.REPORTER,
                person=chosen,
                name=chosen.name,
                body=item.topic.body,
                notified_at=at if item.meeting.convened_at else None,
            )
        if row.part in BY_ITEM:
            Seat.objects.get_or_create(attendee=row, item=item)
    return chosen


def seats_release(item: AgendaItem) -> None:
    """Free the seats of an item that leaves the agenda; whoever was listed for it alone leaves the list."""
    with door():
        people = list(Attendee.objects.filter(seats__item=item, part__in=BY_ITEM))
        Seat.objects.filter(item=item).delete()
        for row in people:
            bound = (row.leaves, row.copies, row.substitutes, row.assistants, row.seats)
            if not any(one.exists() for one in bound):
                row.delete()
