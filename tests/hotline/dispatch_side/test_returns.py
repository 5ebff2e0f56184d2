"""Returns, withdrawals, and what should no longer be dispatched."""

from __future__ import annotations

import io
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Outbox

from .conftest import Life


@pytest.fixture
def ask(bodies: Any) -> Any:
    """ask(life, at=…): the unit asks to return its dispatch, because it is zhujian's duty."""

    def run(life: Life, at: Any = None, **changes: Any) -> Any:
        values = {"reason": "路灯由住建部门管理", "proposed_body": bodies["zhujian"], **changes}
        return services.return_request(
            dispatch=life.dispatch, actor=life.by("liaison"), at=life.when(at), **values
        )

    return run


@pytest.mark.clause("smx-hotline-ops/14.4")
def test_a_return_names_reason_and_unit_and_is_marked_when_it_comes_after_one_working_day(
    life_of: Any, at: Any, ask: Any
) -> None:
    for changes, field in (({"reason": ""}, "reason"), ({"proposed_body": None}, "proposed_body")):
        with pytest.raises(Incomplete) as refusal:
            ask(life_of(state="signed"), **changes)
        assert refusal.value.field == field
    in_time = life_of(state="signed")
    process, scoring = in_time.owed("hotline.return_window"), in_time.owed("hotline.return_window_scoring")
    assert process.due_at == at("2017-10-10 18:00")
    assert scoring.due_at == at("2017-10-10 09:06")  # 24 hours after signing
    assert process.title != scoring.title  # both stand on the page, told apart
    asked = ask(in_time, at("2017-10-10 18:00"))
    assert (asked.late, asked.status) == (False, "pending")
    assert (
        in_time.dispatch.matter.events.get(kind="hotline.return_requested").data["within_24_hours"] is False
    )
    late = ask(life_of(state="signed"), at("2017-10-10 18:00:01"))
    assert (late.late, late.status) == (True, "pending")


def test_signed_on_friday_returned_on_monday_keeps_the_process_and_loses_the_score(
    life_of: Any, at: Any, ask: Any
) -> None:
    life = life_of(at=at("2017-10-13 09:05")).sign(at("2017-10-13 09:30"))
    asked = ask(life, at("2017-10-16 10:00"))
    assert asked.late is False
    assert life.dispatch.matter.events.get(kind="hotline.return_requested").data["within_24_hours"] is False


@pytest.mark.parametrize("code", ["chengguan", "platform"])
def test_the_proposed_unit_is_another_one_that_takes_requests(
    life_of: Any, bodies: Any, ask: Any, code: str
) -> None:
    with pytest.raises(Incomplete) as refusal:
        ask(life_of(state="signed"), proposed_body=bodies[code])
    assert refusal.value.field == "proposed_body"


def test_one_return_waits_at_a_time(life_of: Any, ask: Any) -> None:
    life = life_of(state="signed")
    ask(life)
    with pytest.raises(WrongState, match="待批复"):
        ask(life)
    assert life.dispatch.matter.events.filter(kind="hotline.return_requested").count() == 1


@pytest.mark.clause("smx-hotline-ops/14.4.a")
def test_an_accepted_return_is_recalled_and_the_request_can_be_dispatched_anew_with_new_clocks(
    life_of: Any, at: Any, ask: Any, bodies: Any, people: Any, dispatch_of: Any, clean: Any
) -> None:
    life = life_of(state="signed")
    waiting = ask(life, at("2017-10-09 10:00"))
    assert life.owed("hotline.return_decision").due_at == at("2017-10-10 18:00")
    services.return_accept(application=waiting, actor=people["dispatcher"], at=at("2017-10-10 09:00"))
    life.dispatch.matter.refresh_from_db()
    request = life.dispatch.request
    request.matter.refresh_from_db()
    assert (life.dispatch.matter.state, request.matter.state) == ("recalled", "received")
    assert set(life.dispatch.matter.obligations.values_list("state", flat=True)) <= {"met", "cancelled"}
    texts = Outbox.objects.filter(key__startswith=f"{life.dispatch.matter.number}:")
    assert any("撤回" in message.text for message in texts)
    anew = dispatch_of("zhujian", request=request, at=at("2017-10-10 10:00"))
    assert anew.matter.obligations.get(rule="hotline.close").due_at == at("2017-10-17 18:00")
    assert anew.matter.obligations.get(rule="hotline.sign_in").due_at == at("2017-10-10 16:00")
    request.matter.refresh_from_db()
    assert request.matter.state == "in_progress"
    assert clean() == []


def test_a_reopened_request_is_owed_a_dispatch_within_one_working_day(
    life_of: Any, at: Any, ask: Any, people: Any
) -> None:
    life = life_of(state="signed")
    services.return_accept(application=ask(life), actor=people["dispatcher"], at=at("2017-10-10 09:00"))
    row = life.dispatch.request.matter.obligations.filter(rule="hotline.dispatch").latest("opened_seq")
    assert (row.state, row.due_at) == ("open", at("2017-10-11 18:00"))


def test_a_recall_of_one_of_two_leaves_the_request_with_the_other(life_of: Any, people: Any) -> None:
    life = life_of(role="parallel").recall()
    life.dispatch.request.matter.refresh_from_db()
    assert life.dispatch.request.matter.state == "in_progress"


def test_the_recall_of_the_last_open_dispatch_concludes_what_the_others_finished(
    life_of: Any, actor: Any
) -> None:
    life = life_of(role="parallel")
    life.sign().hand_over().reply().review()
    other = life.dispatch.request.dispatches.exclude(pk=life.dispatch.pk).get()
    services.dispatch_recall(
        dispatch=other, reason="已一并解决", actor=life.by("dispatcher"), at=life.when(None)
    )
    life.dispatch.request.matter.refresh_from_db()
    assert life.dispatch.request.matter.state == "concluded"


@pytest.mark.clause("smx-hotline-ops/14.4.b")
@pytest.mark.parametrize("answer", ["rejected", "silence"])
def test_without_consent_the_unit_goes_on_and_no_clock_stops(
    life_of: Any, at: Any, ask: Any, people: Any, swept: Any, answer: str
) -> None:
    life = life_of(state="signed")
    before = {row.rule: row.due_at for row in life.dispatch.matter.obligations.filter(owner="body")}
    waiting = ask(life, at("2017-10-09 10:00"))
    if answer == "rejected":
        with pytest.raises(Incomplete):
            services.return_reject(
                application=waiting, opinion="", actor=people["dispatcher"], at=at("2017-10-10 09:00")
            )
        services.return_reject(
            application=waiting, opinion="属你单位职责", actor=people["dispatcher"], at=at("2017-10-10 09:00")
        )
        event = life.dispatch.matter.events.get(kind="hotline.return_rejected")
        assert event.data["counts_as_dispatched_again"] is True
    else:
        swept(at("2017-10-11 09:00"))
        waiting.refresh_from_db()
        assert waiting.status == "pending"  # silence is no consent
        assert life.owed("hotline.return_decision").breached_at == at("2017-10-10 18:00")
    life.dispatch.matter.refresh_from_db()
    assert life.dispatch.matter.state == "signed"
    after = {row.rule: row.due_at for row in life.dispatch.matter.obligations.filter(owner="body")}
    assert all(after[rule] == due for rule, due in before.items())
    life.hand_over(at("2017-10-11 10:00")).reply(at("2017-10-12 10:00")).review(at("2017-10-12 11:00"))
    waiting.refresh_from_db()
    assert waiting.status == ("rejected" if answer == "rejected" else "moot")


def test_a_return_is_decided_once(life_of: Any, ask: Any, people: Any) -> None:
    life = life_of(state="signed")
    waiting = ask(life)
    services.return_reject(
        application=waiting, opinion="属你单位职责", actor=people["dispatcher"], at=life.when(None)
    )
    with pytest.raises(WrongState, match=people["dispatcher"].name):
        services.return_accept(application=waiting, actor=people["reviewer"], at=life.when(None))


def test_a_unit_cannot_decide_its_own_return(life_of: Any, ask: Any) -> None:
    life = life_of(state="signed")
    waiting = ask(life)
    with pytest.raises(NotAllowed):
        services.return_accept(application=waiting, actor=life.by("unit_leader"), at=life.when(None))
    waiting.refresh_from_db()
    assert waiting.status == "pending"


def test_an_application_of_another_kind_is_not_taken_for_a_return(life_of: Any, people: Any) -> None:
    life = life_of(state="signed")
    other = services.coordination_request(
        dispatch=life.dispatch, reason="涉及多个单位", actor=life.by("liaison"), at=life.when(None)
    )
    with pytest.raises(WrongState, match="协调办理"):
        services.return_accept(application=other, actor=people["dispatcher"], at=life.when(None))


@pytest.fixture
def written(settings: Any, tmp_path: Any) -> Any:
    """written(life, …): the unit holds in writing that the matter should not be dispatched any more."""
    settings.MEDIA_ROOT = tmp_path

    def run(life: Life, **changes: Any) -> Any:
        values: dict[str, Any] = {
            "reason": "已三次答复",
            "file": io.BytesIO(b"%PDF-1.4 stamped"),
            "file_name": "意见.pdf",
            **changes,
        }
        return services.no_redispatch_request(
            dispatch=life.dispatch, actor=life.by("liaison"), at=life.when(None), **values
        )

    return run


@pytest.mark.clause("smx-hotline-ops/14.6.f")
def test_a_unit_says_in_writing_and_with_the_reason_what_should_not_be_dispatched_and_the_platform_decides(
    life_of: Any, written: Any, people: Any, clean: Any
) -> None:
    for changes, field in (({"reason": " "}, "reason"), ({"file": None}, "file")):
        with pytest.raises(Incomplete) as refusal:
            written(life_of(state="signed"), **changes)
        assert refusal.value.field == field
    rejected, accepted = life_of(state="signed"), life_of(state="signed")
    no, yes = written(rejected), written(accepted)
    assert rejected.dispatch.matter.attachments.get().purpose == "no_redispatch"
    services.no_redispatch_reject(
        application=no, opinion="群众仍不满意", actor=people["dispatcher"], at=rejected.when(None)
    )
    services.no_redispatch_accept(application=yes, actor=people["dispatcher"], at=accepted.when(None))
    assert rejected.refused() == "signed"
    assert accepted.refused() == "recalled"
    accepted.dispatch.request.matter.refresh_from_db()
    assert (
        accepted.dispatch.request.matter.state == "received"
    )  # the dispatcher ends it and tells the citizen
    assert clean() == []


def test_a_broken_paper_leaves_no_application(life_of: Any, written: Any) -> None:
    life = life_of(state="signed")
    with pytest.raises(Incomplete, match="扩展名不符"):
        written(life, file=io.BytesIO(b"no pdf"))
    assert not life.dispatch.applications.exists()
    assert not life.dispatch.matter.events.filter(kind="hotline.no_redispatch_requested").exists()


def test_a_withdrawal_says_why_and_voids_all_that_was_owed(life_of: Any, people: Any) -> None:
    life = life_of(state="handed_over")
    with pytest.raises(Incomplete):
        services.dispatch_recall(dispatch=life.dispatch, reason="", actor=people["dispatcher"], at=life.at)
    life.recall()
    assert not life.dispatch.matter.obligations.filter(state="open").exists()
    with pytest.raises(WrongState):
        life.hand_over()
