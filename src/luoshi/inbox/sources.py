"""Who hears of which event of the functions below; a function may say more for itself (luoshi.ledger.notices.tell)."""

from __future__ import annotations

from luoshi.engines.obligations import Happened
from luoshi.ledger.models import Matter
from luoshi.ledger.notices import Recipient, tell, to_body, to_fact_body, to_opener, to_parent, to_person
from luoshi.meetings.models import Attendee

BODY = {
    "urged": (
        "hotline.urged", "hotline.supervised", "supervision.urged", "supervision.part_urged", "documents.urged",
        "documents.urged_leaders", "rounds.rectify_urged",
    ),
    "near": ("supervision.reminded",),
    "returned": (
        "hotline.redo_ordered", "hotline.second_assigned", "hotline.mend_ordered", "hotline.reply_sent_back",
        "supervision.returned", "supervision.part_sent_back", "supervision.danger_recheck_failed",
        "documents.reply_sent_back", "documents.section_reopened", "documents.sent_back",
        "meetings.topic_returned", "meetings.topic_to_coordinate", "meetings.topic_excluded",
        "meetings.material_returned", "meetings.city_returned", "meetings.minutes_returned", "meetings.plan_sent_back",
        "meetings.consultation_reopened", "decisions.sent_back", "decisions.differences_found",
        "assessment.opinion_turned_down", "rounds.rectify_returned", "targets.report_returned",
        "targets.sheet_sent_back", "appointments.notice_sent_back",
    ),
    "decided": (
        "hotline.review_passed", "hotline.recalled", "hotline.joint_set",
        "hotline.return_accepted", "hotline.return_rejected", "hotline.county_report_adopted",
        "hotline.county_report_declined", "hotline.county_report_lapsed", "hotline.assist_added",
        "hotline.assist_declined", "hotline.extension_granted", "hotline.extension_refused",
        "hotline.no_redispatch_accepted", "hotline.no_redispatch_rejected", "hotline.coordination_approved",
        "hotline.coordination_refused", "supervision.extension_granted", "supervision.extension_refused",
        "supervision.problem_answered", "supervision.closed", "supervision.cancelled", "supervision.changed",
        "documents.reply_accepted", "meetings.topic_determined", "meetings.topic_concluded",
        "meetings.city_approved", "meetings.city_refused", "decisions.passed", "decisions.passed_on",
        "decisions.rejected", "decisions.postponed", "assessment.appeal_accepted", "assessment.appeal_rejected",
        "assessment.entry_approved", "assessment.entry_rejected", "rounds.remark_answered", "rounds.unit_settled",
        "targets.change_granted", "targets.change_refused", "targets.addition_agreed", "targets.addition_refused",
    ),
}  # fmt: skip
"""Told to the matter's own body, by topic."""

DRAFTER = {
    "returned": ("documents.draft_returned", "documents.presentation_returned", "documents.signing_refused"),
    "decided": (
        "documents.issue_agreed",
        "documents.issue_declined",
        "documents.signed",
        "documents.disclosure_changed",
    ),
}
"""Told to the body that drafted the paper."""

ABOVE = {"returned": ("decisions.legality_returned",), "decided": ("decisions.legality_given",)}
"""Told to the body of the matter that was reviewed."""

PERSON = (
    "agenda.leave_granted",
    "agenda.leave_refused",
    "agenda.clearance_granted",
    "agenda.clearance_refused",
)
"""Decided on the request of the person whom the matter names."""

OPENER = {
    "returned": ("rules.change_sent_back",),
    "decided": ("rules.change_approved", "meetings.leave_granted", "meetings.leave_refused"),
}
"""Told to the one who opened the matter."""

MEETING = ("meetings.convened", "meetings.meeting_cancelled")
LEAD = ("supervision.part_replied",)


def to_attendees(matter: Matter, event: Happened) -> list[Recipient]:
    """Everybody with an account on the list of a meeting (one query)."""
    rows = Attendee.objects.filter(meeting_id=matter.pk, person__isnull=False)
    return [(None, person) for person in rows.values_list("person_id", flat=True).distinct()]


def register_sources() -> None:
    """Called once, when the app starts."""
    for table, to in (
        (BODY, to_body),
        (DRAFTER, to_fact_body("drafted_by")),
        (ABOVE, to_parent),
        (OPENER, to_opener),
    ):
        for topic, events in table.items():
            tell(*events, topic=topic, to=to)
    tell(*PERSON, topic="decided", to=to_person)
    tell(*MEETING, topic="meeting", to=to_attendees)
    tell(*LEAD, topic="decided", to=to_fact_body("lead"))
