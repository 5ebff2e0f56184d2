"""What may be done with meetings and their papers straight from the worklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Offered, Quick, Step, steps
from luoshi.meetings import states_sessions, states_topics
from luoshi.meetings.models import Attendee
from luoshi.meetings.states_sessions import AROUND

_meeting = steps(
    Step("review", "p", label="审核方案", form=True),
    Step("convene", "t", label="发会议通知", confirm="通知发给名单上的所有人。"),
    url="meeting-act",
    page="meeting-detail",
)


def meeting_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """Answer the notice of a meeting, check its plan, send its notice: one query."""
    mine = Attendee.objects.filter(
        meeting_id__in=[one.pk for one in matters], meeting__matter__state__in=AROUND, person_id=actor.person_id or 0,
        notified_at__isnull=False, receipt_at__isnull=True,
    )  # fmt: skip
    called = {
        meeting: Quick(
            "acknowledge", "回执", "a", reverse("meeting-attendee-act", args=[pk, "acknowledge"]),
        )
        for meeting, pk in mine.values_list("meeting_id", "pk")
    }  # fmt: skip
    plans = _meeting(actor, matters, at)
    return {one.pk: [*([called[one.pk]] if one.pk in called else []), *plans[one.pk]] for one in matters}


QUICK = {
    states_sessions.MEETING: meeting_quick,
    states_sessions.MINUTES: steps(
        Step("submit", "t", label="送审"),
        Step("check", "p", label="审核", form=True),
        Step("issue", "t", label="编号印发", confirm="编号印发后，议定事项转为督办任务。"),
        url="meeting-minutes-act",
        page="meeting-minutes",
    ),
    states_sessions.LEAVE: steps(
        Step("grant", "a", form=True),
        Step("refuse", "b", form=True),
        url="meeting-leave-act",
        page="meeting-leave",
    ),
    states_sessions.ARCHIVE: steps(
        Step("receive", "s"),
        Step("hand_over", "t", code="hand-over", form=True),
        url="meeting-archive-act",
        page="meeting-archive",
    ),
    states_topics.TOPIC: steps(
        Step("pass", "p", label="审查", form=True),
        Step("determine", "a", label="定为议题", form=True),
        url="topic-act",
        page="topic-detail",
    ),
    states_topics.CONSULTATION: steps(
        Step("answer", "w", label="会签", form=True), url="consultation-act", page="topic-consultation"
    ),
    states_topics.MATERIAL: steps(
        Step("submit", "t", label="送审", form=True),
        Step("pass", "p", label="审核", form=True),
        url="material-act",
        page="topic-material",
    ),
}
"""By kind of matter."""
