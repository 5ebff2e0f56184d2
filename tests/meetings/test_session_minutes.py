"""Minutes: drawn up, checked, signed, issued, read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.engines.authority import decide
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import NotAllowed, WrongState
from luoshi.ledger.models import Matter, Obligation
from luoshi.meetings import selectors, services
from luoshi.meetings.models import Minutes
from luoshi.meetings.policies_papers import may_read_minutes
from luoshi.meetings.selectors.sessions import results_shown
from luoshi.supervision.models import Task
from tests.meetings.room import LATER, NOW, WHEN, Room, person

from .sessions_after import AFTER, _minutes, clause, room

__all__ = ["room"]

pytestmark = pytest.mark.django_db


@clause(
    "smx-executive-meeting/6.1.1", "smx-meeting-organisation/6.3", "smx-work-rules/56.2", "smx-document-flow/23.5.1",
    "smx-major-decisions/4.2.4.4", "smx-meeting-organisation/6.1", "smx-work-rules/56.1",
)  # fmt: skip
def test_minutes_of_an_executive_meeting_are_checked_signed_by_the_chair_and_issued(room: Room) -> None:
    meeting = room.held()
    owed = Obligation.objects.get(rule="meetings.minutes_due", matter=meeting.matter)
    assert owed.due_at is not None and owed.due_at.date() == dt.date(2017, 10, 27)
    paper = _minutes(room)
    assert paper.title == "市政府常务会议纪要（2017年第1次）"
    mayor, clerk = room.actor("mayor"), room.actor("secretariat")
    with pytest.raises(WrongState, match="秘书长审核"):
        services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_check(
            minutes=paper, opinion="", actor=room.actor("deputy_secretary_general"), at=AFTER
        )
    services.minutes_check(minutes=paper, opinion="同意", actor=room.actor("secretary_general"), at=AFTER)
    for role in ("executive_vice_mayor", "secretary_general"):
        with pytest.raises(NotAllowed) as caught:
            services.minutes_sign(minutes=paper, actor=room.actor(role), at=AFTER)
        assert "smx-work-rules/56.2" in caught.value.cite
    with pytest.raises(WrongState, match="没有签发"):
        services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    assert not paper.copy_owed
    assert Matter.objects.get(pk=meeting.pk).state == "minuted"
    with pytest.raises(NotAllowed):
        services.minutes_issue(minutes=paper, actor=room.staff, at=AFTER)
    paper = services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert paper.number == "市政府常务会议纪要〔2017〕1号"


@clause("smx-document-flow/21.2")
def test_minutes_are_worked_out_by_the_organising_section_and_numbered_by_the_secretariat_once_signed(
    room: Room,
) -> None:
    meeting = room.held()
    other, clerk = room.actor("section_clerk", "zonghe2"), room.actor("secretariat")
    with pytest.raises(NotAllowed):
        services.minutes_open(meeting=meeting, actor=room.actor("unit_principal", "chengguan"), at=AFTER)
    paper = _minutes(room)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    with pytest.raises(WrongState, match="没有签发") as early:
        services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert early.value.mend == "请先报签发"
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert paper.number == ""
    for stranger in (room.staff, other, room.actor("confidential_office"), room.actor("mayor")):
        with pytest.raises(NotAllowed):
            services.minutes_issue(minutes=paper, actor=stranger, at=AFTER)
    paper = services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert (paper.number, paper.issued_by) == ("市政府常务会议纪要〔2017〕1号", clerk.name)
    assert Matter.objects.get(pk=paper.pk).state == "issued"
    with pytest.raises(WrongState):
        services.minutes_issue(minutes=paper, actor=clerk, at=AFTER)
    assert Minutes.objects.get(pk=paper.pk).number == paper.number


@clause("smx-meeting-organisation/6.9", "smx-executive-meeting/6.1.2")
def test_only_signed_minutes_make_tasks_and_nobody_edits_them_afterwards(room: Room) -> None:
    room.held()
    paper = _minutes(room)
    with pytest.raises(WrongState, match="签发前"):
        services.tasks_set(minutes=paper, actor=room.staff, at=AFTER)
    one = paper.resolutions.get()
    assert selectors.passed(one.item.topic) is None
    with pytest.raises(WrongState, match="送审"):
        services.minutes_edit(minutes=paper, title="改", text="改", actor=room.staff, at=AFTER)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    for change in (
        lambda: services.minutes_edit(minutes=paper, title="改", text="改", actor=room.staff, at=AFTER),
        lambda: services.resolution_edit(
            resolution=one, text="改", lead=None, assisting=[], due_on=None, actor=room.staff, at=AFTER
        ),
        lambda: services.resolution_add(minutes=paper, item=one.item, text="改", actor=room.staff, at=AFTER),
        lambda: services.minutes_return(minutes=paper, reason="改", actor=room.actor("mayor"), at=AFTER),
    ):
        with pytest.raises(WrongState):
            change()
    assert not Task.objects.exists()
    services.minutes_issue(minutes=paper, actor=room.actor("secretariat"), at=AFTER)
    task = Task.objects.get()
    assert (task.source_id, task.source_kind, task.body.code) == (paper.pk, "minutes", "chengguan")
    found = selectors.passed(one.item.topic)
    assert found is not None and (found.number, found.date) == (1, WHEN.date())


@clause("smx-meeting-organisation/6.5", "smx-document-flow/23.5.1", "smx-work-rules/56.2")
def test_the_commissioned_executive_vice_mayor_signs_and_the_mayor_takes_note(room: Room) -> None:
    room.plan(chair="executive_vice_mayor")
    room.add()
    executive = room.actor("executive_vice_mayor")
    services.meeting_commission(
        meeting=room.meeting, to=person(executive), document="委托书", actor=room.actor("mayor"), at=NOW
    )
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=executive, at=AFTER)
    assert paper.copy_owed
    owed = Obligation.objects.get(rule="meetings.mayor_record")
    assert owed.person_id == room.actor("mayor").person_id
    with pytest.raises(NotAllowed):
        services.minutes_note(minutes=paper, actor=executive, at=AFTER)
    services.minutes_note(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert Obligation.objects.get(pk=owed.pk).state == "met"


@clause("smx-meeting-organisation/6.4", "smx-document-flow/23.5.2", "smx-work-rules/56.4")
@pytest.mark.parametrize("kind", ["coordination", "mayor_office"])
def test_within_their_field_a_vice_mayor_signs(room: Room, kind: str) -> None:
    room.plan(kind, chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    vice = room.actor("vice_mayor")
    if kind == "mayor_office":
        services.meeting_commission(
            meeting=room.meeting, to=person(vice), document="委托", actor=room.actor("mayor"), at=NOW
        )
    room.add()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    assert not paper.beyond
    with pytest.raises(NotAllowed):
        services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("deputy_secretary_general"), at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert services.minutes_sign(minutes=paper, actor=vice, at=AFTER).copy_owed


@clause("smx-document-flow/23.5.3", "smx-meeting-organisation/6.4", "smx-work-rules/56.4")
def test_beyond_their_field_it_takes_the_secretary_the_vice_mayors_concerned_and_the_mayor(
    room: Room,
) -> None:
    room.plan("coordination", chair="vice_mayor", staff=("section_clerk", "zonghe1"))
    room.add(unit="gongan")
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    assert paper.beyond
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("deputy_secretary_general"), at=AFTER)
    mayor = room.actor("mayor")
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("vice_mayor"), at=AFTER)
    with pytest.raises(WrongState, match="秘书长签署意见") as caught:
        services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    assert "smx-document-flow/23.5.3" in caught.value.cite
    services.minutes_opine(minutes=paper, opinion="拟同意", actor=room.actor("secretary_general"), at=AFTER)
    review = paper.reviews.get()
    concerned = _actor_of(room, review.person_id)
    with pytest.raises(WrongState, match="没有审核"):
        services.minutes_sign(minutes=paper, actor=mayor, at=AFTER)
    with pytest.raises(NotAllowed):
        services.minutes_review(minutes=paper, opinion="", actor=room.actor("vice_mayor"), at=AFTER)
    services.minutes_review(minutes=paper, opinion="同意", actor=concerned, at=AFTER)
    assert services.minutes_sign(minutes=paper, actor=mayor, at=AFTER).signed_by == person(mayor).name


def _actor_of(room: Room, person_id: int) -> Actor:
    from luoshi.organisation.models import User
    from luoshi.organisation.selectors import actor_for

    return actor_for(user=User.objects.get(person_id=person_id), at=AFTER)


@clause("smx-meeting-organisation/6.2", "smx-work-rules/56.3", "smx-meeting-organisation/6.1")
def test_which_meetings_need_minutes(room: Room) -> None:
    own = {"staff": ("section_clerk", "zonghe1")}
    for kind, outcome, required in (
        ("executive", "noted", True),
        ("mayor_office", "passed", True),
        ("mayor_office", "noted", False),
        ("coordination", "passed", False),
    ):
        meeting = room.plan(kind, **({} if kind == "executive" else own))
        room.add(f"{kind}{outcome}")
        room.call()
        room.sign_in()
        room.open()
        room.pass_items(outcome)
        room.close()
        owed = Obligation.objects.filter(rule="meetings.minutes_due", matter=meeting.matter).exists()
        assert owed is required, kind
        if required:
            with pytest.raises(WrongState, match="须编印"):
                services.minutes_waive(meeting=meeting, reason="不必", actor=room.chair(), at=AFTER)
        else:
            with pytest.raises(NotAllowed):
                services.minutes_waive(meeting=meeting, reason="不必", actor=room.staff, at=AFTER)
            services.minutes_waive(meeting=meeting, reason="没有决定事项", actor=room.chair(), at=AFTER)


@clause(
    "smx-secretary-rules/2.1.p4.2",
    "smx-secretary-rules/2.1.p1.1",
    "smx-secretary-rules/2.1.p2.2",
    "smx-secretary-rules/2.1.p3.1",
)
def test_the_secretary_general_signs_even_where_a_deputy_presided(room: Room) -> None:
    room.plan("secretary_office", chair="deputy_secretary_general", staff=("supervision_office", "duchashi"))
    deputy, chief = room.actor("deputy_secretary_general"), room.actor("secretary_general")
    services.meeting_commission(meeting=room.meeting, to=person(deputy), document="委托", actor=chief, at=NOW)
    room.add()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    paper = _minutes(room)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=deputy, at=AFTER)
    assert not services.minutes_sign(minutes=paper, actor=chief, at=AFTER).copy_owed


@clause("smx-meeting-organisation/6.4", "smx-work-rules/56.2")
@pytest.mark.parametrize(
    ("facts", "who", "copied"),
    [
        ({"kind": "plenary", "chair": "other"}, ("mayor",), ()),
        ({"kind": "executive", "chair": "head"}, ("meeting_chair",), ()),
        ({"kind": "executive", "chair": "other"}, ("meeting_chair",), ("mayor",)),
        ({"kind": "coordination", "chair": "other", "beyond": True}, ("mayor", "executive_vice_mayor"), ()),
        ({"kind": "secretary_office", "chair": "other"}, ("secretary_general",), ()),
    ],
)
def test_the_table_of_signatories(
    facts: dict[str, Any], who: tuple[str, ...], copied: tuple[str, ...]
) -> None:
    found = decide(
        rules.current().authority("meetings.minutes_sign", WHEN.date()), {"beyond": False, **facts}
    )
    assert (found.who, found.copied) == (who, copied)


@clause("xiping-work-rules/42.4", "xiping-work-rules/42.5")
@pytest.mark.parametrize(
    ("kind", "chair", "checker"),
    [
        ("executive", "mayor", "secretary_general"),
        ("mayor_office", "mayor", "secretary_general"),
        ("mayor_office", "vice_mayor", "vice_mayor"),
    ],
)
def test_in_the_county_the_head_signs_all_minutes(
    room: Room, under: Callable[[str], None], kind: str, chair: str, checker: str
) -> None:
    under("xiping")
    when = LATER + dt.timedelta(days=3)
    room.plan(kind, chair=chair, now=LATER, when=when)
    mayor = room.actor("mayor")
    if chair != "mayor":
        services.meeting_commission(
            meeting=room.meeting, to=person(room.actor(chair)), document="委托", actor=mayor, at=LATER
        )
    room.add()
    room.call()
    room.sign_in()
    room.open()
    room.pass_items()
    room.close()
    owed = Obligation.objects.filter(rule="meetings.minutes_due", matter_id=room.meeting.pk).exists()
    assert owed is (chair == "mayor")
    paper = _minutes(room, when + dt.timedelta(days=1))
    at = when + dt.timedelta(days=1)
    with pytest.raises(WrongState, match="审核"):
        services.minutes_sign(minutes=paper, actor=mayor, at=at)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor(checker), at=at)
    with pytest.raises(NotAllowed):
        services.minutes_sign(minutes=paper, actor=room.actor("executive_vice_mayor"), at=at)
    assert services.minutes_sign(minutes=paper, actor=mayor, at=at).signed_at == at


@clause("smx-meeting-organisation/6.6")
def test_minutes_go_to_the_organs_and_the_units_that_came_or_as_the_chair_says(room: Room) -> None:
    room.held()
    paper = _minutes(room)
    assert paper.distribution[:4] == ["市委", "市人大", "市政府", "市政协"]
    assert "市城管局" in paper.distribution
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    with pytest.raises(NotAllowed):
        services.distribution_set(
            minutes=paper, receivers=["市委"], actor=room.actor("secretary_general"), at=AFTER
        )
    assert services.distribution_set(
        minutes=paper, receivers=["市委", "市委"], actor=room.actor("mayor"), at=AFTER
    ).distribution == ["市委"]  # fmt: skip


@clause("smx-executive-meeting/5.6.1", "smx-major-decisions/4.2.1.7")
def test_what_is_not_in_signed_minutes_is_seen_by_the_staff_only(room: Room) -> None:
    meeting = room.held()
    paper = _minutes(room)
    principal, vice = room.actor("unit_principal", "chengguan"), room.actor("vice_mayor")
    for actor in (principal, vice, room.actor("confidential_office")):
        assert not results_shown(meeting, actor)
        assert not may_read_minutes(actor, paper.matter)
    assert results_shown(meeting, room.staff)
    services.minutes_check(minutes=paper, opinion="", actor=room.actor("secretary_general"), at=AFTER)
    paper = services.minutes_sign(minutes=paper, actor=room.actor("mayor"), at=AFTER)
    assert results_shown(meeting, principal)
    assert may_read_minutes(principal, paper.matter)
    assert not may_read_minutes(room.actor("unit_principal", "jiaoyu"), paper.matter)
