"""The reply, its approval, and the platform's review: what counts as closed, on time and overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Reply, Urging
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Outbox

from .conftest import PAPER, Life

SECOND = dt.timedelta(seconds=1)


def on_time(life: Life) -> bool:
    return bool(life.dispatch.matter.events.get(kind="hotline.review_passed").data["on_time"])


@pytest.mark.clause("smx-hotline-ops/14.3.b")
@pytest.mark.parametrize("part", PAPER)
def test_a_reply_says_what_was_done_what_remains_and_what_will_be_done(life_of: Any, part: str) -> None:
    life = life_of(state="handed_over")
    with pytest.raises(Incomplete) as refusal:
        services.reply_draft(
            dispatch=life.dispatch, **{**PAPER, part: " \n"}, actor=life.by("handler"), at=life.at
        )
    assert refusal.value.field == part
    life.draft()
    reply = life.dispatch.replies.get()
    assert [reply.measures, reply.problems, reply.plans] == list(PAPER.values())


@pytest.mark.clause("smx-hotline-ops/14.3.c")
@pytest.mark.parametrize("role", ["liaison", "handler"])
def test_only_the_responsible_leader_approves_and_sends_a_reply(life_of: Any, role: str) -> None:
    life = life_of(state="drafted")
    with pytest.raises(NotAllowed):
        services.reply_submit(dispatch=life.dispatch, actor=life.by(role), at=life.at)
    assert life.refused() == "drafted"
    life.submit()
    reply = life.dispatch.replies.get()
    assert (reply.approved_by, reply.approved_at) == (life.by("unit_leader").name, life.at)
    assert life.dispatch.replied_at == life.at


def test_a_leader_sends_a_draft_back_and_the_next_one_is_kept_beside_it(life_of: Any) -> None:
    life = life_of(state="drafted")
    services.reply_send_back(
        dispatch=life.dispatch, opinion="请写明更换数量", actor=life.by("unit_leader"), at=life.when(None)
    )
    assert life.dispatch.matter.state == "handed_over"
    life.draft().submit()
    first, second = life.dispatch.replies.order_by("round")
    assert (first.sent_back, first.approved_at) == ("请写明更换数量", None)
    assert second.approved_at == life.at


def test_sending_back_needs_an_opinion(life_of: Any) -> None:
    life = life_of(state="drafted")
    with pytest.raises(Incomplete) as refusal:
        services.reply_send_back(dispatch=life.dispatch, opinion="", actor=life.by("unit_leader"), at=life.at)
    assert refusal.value.field == "opinion"


def test_a_reply_that_somebody_changes_later_no_longer_fits_its_digest(life_of: Any) -> None:
    from luoshi.hotline.services.replying import reply_digest

    life = life_of(state="submitted")
    reply = life.dispatch.replies.get()
    event = life.dispatch.matter.events.get(kind="hotline.replied")
    assert event.data["sm3"] == reply_digest(reply)
    reply.measures = "已全部更换"
    assert event.data["sm3"] != reply_digest(reply)


@pytest.mark.clause("smx-hotline-ops/14.3")
def test_the_closing_time_is_when_the_reply_that_passed_was_sent(life_of: Any, at: Any) -> None:
    life = life_of(state="signed")
    life.hand_over(at("2017-10-13 10:00"))  # late handing over inside the unit moves nothing
    assert life.owed("hotline.close").due_at == at("2017-10-16 18:00")
    life.draft(at("2017-10-16 17:00")).submit(at("2017-10-16 18:00")).review(at("2017-10-18 09:00"))
    assert life.dispatch.closed_at == at("2017-10-16 18:00")
    assert life.state_of("hotline.close") == "met"
    assert on_time(life)


@pytest.mark.clause("smx-hotline-assessment/4.2.2.a")
def test_an_urgent_dispatch_is_closed_within_24_hours_by_the_clock(life_of: Any, at: Any) -> None:
    saturday = at("2017-10-14 15:00")
    early = life_of(urgency="urgent", at=saturday).sign().hand_over().draft()
    late = life_of(urgency="urgent", at=saturday).sign().hand_over().draft()
    early.submit(at("2017-10-15 15:00"))
    late.submit(at("2017-10-15 15:00:01"))
    assert (early.state_of("hotline.close"), late.state_of("hotline.close")) == ("met", "late")


@pytest.mark.clause("smx-hotline-ops/5.5.a", "smx-hotline-ops/14.5")
def test_nothing_goes_to_the_public_before_the_review_and_silence_is_no_approval(
    life_of: Any, swept: Any, at: Any, people: Any
) -> None:
    from luoshi.ledger.services import act

    life = life_of(state="submitted")
    swept(at("2017-10-20 09:00"))
    assert life.refused() == "submitted"
    assert life.owed("hotline.review").breached_at == at("2017-10-10 18:00")  # the platform's own timeliness
    request = life.dispatch.request
    for action, role in (("feed_back", "callback"), ("publish", "reviewer")):
        with pytest.raises(WrongState):
            act(matter=request.matter_id, action=action, actor=people[role], at=at("2017-10-20 09:00"))
    life.review(at("2017-10-20 10:00"))
    request.matter.refresh_from_db()
    assert request.matter.state == "concluded"


def test_a_draft_is_taken_back_until_the_leader_has_judged_it(life_of: Any) -> None:
    life = life_of(state="drafted")
    services.reply_take_back(dispatch=life.dispatch, actor=life.by("handler"), at=life.when(None))
    life.dispatch.matter.refresh_from_db()
    assert life.dispatch.matter.state == "handed_over"
    life.reply()
    assert list(life.dispatch.replies.order_by("round").values_list("round", flat=True)) == [1, 2]
    with pytest.raises(WrongState):
        services.reply_take_back(dispatch=life.dispatch, actor=life.by("handler"), at=life.when(None))


@pytest.mark.clause("smx-hotline-ops/14.5.a")
def test_a_reply_sent_back_once_and_redone_within_three_working_days_is_on_time(
    life_of: Any, at: Any
) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-16 17:00"))
    life.redo(at("2017-10-17 10:00"))  # the day of the return is not counted
    assert life.owed("hotline.redo").due_at == at("2017-10-20 18:00")
    life.reply(at("2017-10-20 18:00")).review(at("2017-10-23 10:00"))
    assert life.dispatch.closed_at == at("2017-10-20 18:00")
    assert on_time(life)
    assert not life.dispatch.deemed_overdue
    assert (life.state_of("hotline.close"), life.state_of("hotline.redo")) == ("met", "met")


def test_a_first_reply_that_came_late_stays_late_however_well_it_is_redone(life_of: Any, at: Any) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-16 18:00:01"))
    life.redo(at("2017-10-17 10:00")).reply(at("2017-10-18 10:00")).review(at("2017-10-18 11:00"))
    assert not on_time(life)
    assert life.state_of("hotline.close") == "late"


@pytest.mark.clause("smx-hotline-ops/14.5.b")
def test_a_second_failed_review_is_overdue_at_once_and_the_work_goes_on(
    life_of: Any, at: Any, clean: Any
) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-10 10:00")).redo(at("2017-10-10 11:00"))
    assert not life.dispatch.deemed_overdue
    life.reply(at("2017-10-11 10:00")).redo(at("2017-10-11 11:00"))
    assert life.dispatch.deemed_overdue
    assert life.dispatch.failed_reviews == 2
    assert (life.state_of("hotline.close"), life.owed("hotline.close").breached_at) == (
        "breached",
        at("2017-10-11 11:00"),
    )
    life.reply(at("2017-10-12 10:00")).review(at("2017-10-12 11:00"))  # until a reply passes
    assert life.dispatch.matter.state == "passed"
    assert not on_time(life)
    assert life.dispatch.matter.events.filter(kind="hotline.deemed_overdue").count() == 1
    assert clean() == []


@pytest.mark.parametrize("worker", [True, False], ids=["worker in time", "worker late"])
def test_three_working_days_without_a_new_reply_are_overdue(
    life_of: Any, at: Any, swept: Any, clean: Any, worker: bool
) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-10 10:00")).redo(at("2017-10-10 11:00"))
    if worker:
        swept(at("2017-10-13 18:00"))
        life.dispatch.refresh_from_db()
        assert not life.dispatch.deemed_overdue
        swept(at("2017-10-13 18:00:01"))
    life.draft(at("2017-10-16 09:00")).submit(at("2017-10-16 09:30"))
    life.dispatch.refresh_from_db()
    assert life.dispatch.deemed_overdue
    event = life.dispatch.matter.events.get(kind="hotline.deemed_overdue")
    assert (event.at, event.data["reason"]) == (at("2017-10-13 18:00"), "redo_lapsed")
    life.review(at("2017-10-16 10:00"))
    assert not on_time(life)
    assert life.state_of("hotline.close") == "breached"
    assert clean() == []


def test_a_reply_on_the_third_day_reviewed_on_the_fourth_is_in_time(life_of: Any, at: Any) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-10 10:00")).redo(at("2017-10-10 11:00"))
    life.reply(at("2017-10-13 17:59")).review(at("2017-10-16 15:00"))
    assert life.state_of("hotline.redo") == "met"
    assert on_time(life)


def test_the_unit_is_told_by_when_and_why_it_must_redo(life_of: Any, at: Any) -> None:
    life_of(state="submitted").redo(at("2017-10-10 11:00"))
    texts = [message.text for message in Outbox.objects.filter(key__contains=":redo:")]
    assert len(texts) == 2  # liaison officer and leader
    assert all("10月13日 18:00" in text and "没有写明原因" in text for text in texts)


@pytest.mark.parametrize("service", [services.review_redo, services.review_second_assign])
def test_a_failed_review_says_why(life_of: Any, service: Any) -> None:
    life = life_of(state="submitted")
    with pytest.raises(Incomplete) as refusal:
        service(dispatch=life.dispatch, reason="", actor=life.by("reviewer"), at=life.at)
    assert refusal.value.field == "reason"


@pytest.mark.clause("smx-hotline-ops/5.5.b")
def test_a_perfunctory_reply_is_assigned_a_second_time_and_supervised(
    life_of: Any, at: Any, clean: Any
) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-10 10:00"))
    services.review_second_assign(
        dispatch=life.dispatch, reason="敷衍应付", actor=life.by("reviewer"), at=at("2017-10-10 11:00")
    )
    request = life.dispatch.request
    request.refresh_from_db()
    assert request.supervised
    assert life.dispatch.matter.state == "redo"
    assert life.owed("hotline.redo").due_at == at("2017-10-13 18:00")
    notice = Urging.objects.get(dispatch=life.dispatch, kind="supervision")
    assert notice.due_set == at("2017-10-13 18:00")
    assert life.owed("hotline.supervision").due_at == at("2017-10-13 18:00")
    assert life.dispatch.failed_reviews == 1
    assert request.dispatches.count() == 1  # no dispatching anew, so nothing for wrong returns
    assert life.dispatch.turn == 1
    life.reply(at("2017-10-12 10:00")).review(at("2017-10-12 11:00"))
    assert on_time(life)
    assert clean() == []


def test_a_second_assignment_after_a_redo_is_the_second_failure(life_of: Any) -> None:
    life = life_of(state="redo").reply()
    services.review_second_assign(
        dispatch=life.dispatch, reason="敷衍应付", actor=life.by("reviewer"), at=life.when(None)
    )
    assert life.dispatch.deemed_overdue


def test_the_request_waits_until_all_its_units_are_through(life_of: Any, actor: Any) -> None:
    life = life_of(role="parallel")
    other_dispatch = life.dispatch.request.dispatches.exclude(pk=life.dispatch.pk).get()
    roles = ("liaison", "handler", "unit_leader")
    other = Life(other_dispatch, {**life.people, **{role: actor(role, "zhujian") for role in roles}})
    matter = life.dispatch.request.matter
    life.sign().hand_over().reply().review()
    matter.refresh_from_db()
    assert matter.state == "in_progress"
    other.sign().hand_over().reply().review()
    matter.refresh_from_db()
    assert matter.state == "concluded"


@pytest.mark.clause("smx-hotline-ops/14.8.b")
def test_each_of_several_units_answers_for_its_own_part_and_its_own_clocks(life_of: Any, at: Any) -> None:
    life = life_of(role="parallel")
    other = life.dispatch.request.dispatches.exclude(pk=life.dispatch.pk).get()
    assert (life.dispatch.part, other.part) == ("第一个问题", "第二个问题")
    life.sign().hand_over().reply(at("2017-10-11 10:00")).review(at("2017-10-11 11:00"))
    assert life.dispatch.replies.get().verdict == "passed"
    assert not other.replies.exists()
    assert other.matter.obligations.get(rule="hotline.close").state == "open"


def test_what_was_still_owed_when_the_review_passes_ends(life_of: Any, at: Any, clean: Any) -> None:
    life = life_of(state="handed_over").reply(at("2017-10-09 11:00")).review(at("2017-10-10 09:06"))
    assert life.state_of("hotline.contact") == "cancelled"  # its day was not over
    assert life.state_of("hotline.return_window") == "cancelled"
    late = life_of(state="handed_over").reply(at("2017-10-12 11:00")).review(at("2017-10-12 12:00"))
    row = late.owed("hotline.contact")
    assert (row.state, row.breached_at) == ("breached", at("2017-10-10 18:00"))
    assert not late.dispatch.matter.obligations.filter(state="open").exists()
    assert clean() == []


def test_mending_needs_a_call_back_that_was_not_satisfied(life_of: Any) -> None:
    life = life_of(state="passed")
    with pytest.raises(WrongState, match="不满意"):
        life.order_mend()
    life.dissatisfied().order_mend()
    assert life.dispatch.matter.state == "mending"


def test_a_mended_result_is_kept_beside_the_reply_and_the_closing_time_stays(life_of: Any) -> None:
    life = life_of(state="passed")
    closed = life.dispatch.closed_at
    life.dissatisfied().order_mend()
    with pytest.raises(NotAllowed):
        services.dispatch_mend(dispatch=life.dispatch, **PAPER, actor=life.by("liaison"), at=life.at)
    services.dispatch_mend(dispatch=life.dispatch, **PAPER, actor=life.by("unit_leader"), at=life.when(None))
    verdicts = (
        Reply.objects.filter(dispatch=life.dispatch).order_by("round").values_list("verdict", flat=True)
    )
    assert list(verdicts) == ["passed", "mended"]
    life.dispatch.refresh_from_db()
    assert life.dispatch.closed_at == closed
    assert life.state_of("hotline.mend") == "met"


@pytest.mark.clause("smx-hotline-ops/16.b")
def test_every_stage_of_a_dispatch_has_its_time_limit_on_record(life_of: Any, at: Any) -> None:
    life = life_of(state="handed_over").contact().preliminary().reply().redo().reply().review()
    rows = {row.rule: row for row in life.dispatch.matter.obligations.all()}
    stages = ("sign_in", "hand_over", "contact", "preliminary", "close", "redo", "review")
    for stage in stages:
        row = rows[f"hotline.{stage}"]
        assert row.opened_at < row.due_at
        assert (row.state, row.met_at is not None) == ("met", True)
