"""Erasing what is due: what goes, what stays, what is recorded, and that it is done once."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from luoshi.hotline.models import Contact, Draft, Request
from luoshi.hotline.selectors.public import tracking
from luoshi.hotline.services import request_publish, reveal
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import AccessLog, Attachment, Event, Outbox, SinkMessage, door
from luoshi.ledger.services import outbox_put
from luoshi.ledger.services.attachments import path_of
from luoshi.organisation.models import User
from luoshi.retention import holding, selectors, services
from luoshi.retention.models import Run
from luoshi.retention.rules import keeping_on
from luoshi.retention.states import RUN
from tests.hotline.conftest import MONDAY
from tests.retention.conftest import LATER

pytestmark = pytest.mark.django_db
PERSONAL = {"name": "虞听澜", "mobile": "19900007001", "email": "yu@example.com", "address": "崤山路7号"}


def kinds(matter) -> list[str]:
    return list(matter.events.order_by("seq").values_list("kind", flat=True))


def test_the_citizen_s_data_go_and_the_case_stays(ended, approved, differences):
    request = ended(contact=PERSONAL)
    before = Request.objects.values("content", "received_at", "refusal_code").get(pk=request.pk)
    run = services.run_carry_out(run=approved(), at=LATER)
    contact = Contact.objects.get(pk=request.pk)
    empty = {one.name: getattr(contact, one.attname) for one in contact._meta.concrete_fields}
    assert {name for name, value in empty.items() if value} == {"request"}
    assert Request.objects.values("content", "received_at", "refusal_code").get(pk=request.pk) == before
    request.refresh_from_db()
    assert (request.erased_at, request.erased_under) == (LATER, "诉求人信息的保存（3年）")
    assert (run.erased, run.live, run.matter.state) == (1, False, "done")
    assert kinds(request.matter)[-1] == "retention.erased"
    assert differences() == []


def test_the_events_say_rule_count_and_ids_and_nothing_personal(ended, approved):
    request = ended(contact=PERSONAL)
    run = services.run_carry_out(run=approved(), at=LATER)
    batch = Event.objects.get(matter=run.matter, kind="retention.batch_erased")
    assert batch.data == {
        "rule": "retention.contacts", "cite": [], "record": "hotline.contact", "count": 1, "ids": [request.pk],
    }  # fmt: skip
    told = Event.objects.get(matter=request.matter, kind="retention.erased")
    assert (told.data["rule"], told.data["run"], told.at) == ("retention.contacts", run.pk, LATER)
    rows = Event.objects.filter(kind__startswith="retention.").values_list("data", "actor_name")
    said = json.dumps([list(row) for row in rows], ensure_ascii=False)
    assert not [value for value in PERSONAL.values() if value in said]


def test_the_last_day_is_kept_in_full(ended, officer):
    ended()
    day = dt.datetime(2020, 10, 9, 23, 59, tzinfo=MONDAY.tzinfo)
    with pytest.raises(WrongState, match="没有到期"):
        services.run_draw(rule="retention.contacts", actor=officer, at=day)
    assert (
        services.run_draw(rule="retention.contacts", actor=officer, at=day + dt.timedelta(minutes=1)).count
        == 1
    )


def test_what_is_not_over_is_not_due(request_of, concluded, officer):
    request_of()
    concluded()
    assert selectors.preview(keeping_on("retention.contacts", LATER.date()), LATER).count == 0


def test_what_is_due_is_counted_before_anything_goes(ended, officer):
    ended()
    held = ended()
    holding.hold_place(
        number=held.matter.number, ground="lawsuit", reason="（2020）豫12行初1号", actor=officer, at=LATER
    )
    run = services.run_draw(rule="retention.contacts", actor=officer, at=LATER)
    assert (run.count, run.held, run.oldest) == (1, 1, MONDAY)
    assert run.before == dt.datetime(2017, 10, 11, tzinfo=MONDAY.tzinfo)
    assert Contact.objects.exclude(name="").count() == 2


def test_whoever_looks_is_told_and_the_look_is_recorded(ended, approved, agent):
    request = ended(contact=PERSONAL)
    services.run_carry_out(run=approved(), at=LATER)
    request.refresh_from_db()
    looks = AccessLog.objects.count()
    with pytest.raises(WrongState, match=r"已按规定删除.*诉求人信息的保存"):
        reveal(matter=request.matter, actor=agent, reason="mobile", at=LATER)
    assert AccessLog.objects.count() == looks + 1


def test_nothing_more_is_published_of_it(ended, approved, actor):
    request = ended(contact=PERSONAL)
    services.run_carry_out(run=approved(), at=LATER)
    request.refresh_from_db()
    request.matter.disclosure = "public"
    with pytest.raises(WrongState, match="无法核对"):
        request_publish(
            request=request,
            title="甲",
            content="乙",
            reply="丙",
            confirmed=True,
            actor=actor("reviewer"),
            at=LATER,
        )


def test_an_erased_telephone_opens_nothing(ended, approved):
    request = ended(contact=PERSONAL)
    number = request.matter.number
    assert tracking(number=number, phone=PERSONAL["mobile"])
    services.run_carry_out(run=approved(), at=LATER)
    assert tracking(number=number, phone=PERSONAL["mobile"]) is None
    assert tracking(number=number, phone="") is None


def test_files_go_except_those_that_another_case_still_has(ended, request_of, attach, approved, differences):
    request, young = ended(), request_of(at=LATER - dt.timedelta(days=1))
    alone, shared, kept = attach(request.matter), attach(request.matter, b"two"), attach(young.matter, b"two")
    services.run_carry_out(run=approved("retention.attachments"), at=LATER)
    alone.refresh_from_db()
    shared.refresh_from_db()
    kept.refresh_from_db()
    assert (alone.name, alone.erased_under) == ("已删除的附件.png", "诉求附件的保存（3年）")
    assert (shared.erased_at, kept.erased_at) == (LATER, None)
    assert (path_of(alone.digest).exists(), path_of(kept.digest).exists()) == (False, True)
    assert kinds(request.matter).count("retention.erased") == 1
    assert "retention.erased" not in kinds(young.matter)
    assert differences() == []


def test_attachments_of_a_dispatch_wait_until_the_whole_case_is_over(concluded, attach, actor):
    from luoshi.hotline.services import request_archive, request_call_back, request_feed_back
    from luoshi.hotline.services.callbacks import Grade

    request = concluded()
    dispatch = request.dispatches.get()
    attach(dispatch.matter)
    keeping, caller = keeping_on("retention.attachments", LATER.date()), actor("callback")
    assert selectors.preview(keeping, LATER).count == 0
    for step, more in (
        (request_feed_back, {"text": "已办好", "told_now": True}),
        (
            request_call_back,
            {"grades": [Grade(True, "satisfied", "satisfied")], "opinion": "好", "suggestion": "无"},
        ),
        (request_archive, {}),
    ):
        step(request=request, actor=caller, at=MONDAY + dt.timedelta(days=1), **more)
    assert selectors.preview(keeping, LATER).count == 1


def test_sent_messages_lose_number_and_text_and_keep_their_key(ended, approved, differences):
    ended(contact=PERSONAL)
    message = outbox_put(
        channel="sms", to="19900007001", to_name="虞听澜", text="您的诉求已办结", key="told-once", at=MONDAY
    )
    waiting = outbox_put(channel="sms", to="19900007002", text="您的诉求已受理", key="waits", at=MONDAY)
    with door():
        Outbox.objects.filter(pk=message.pk).update(state="sent", sent_at=MONDAY)
        SinkMessage.objects.create(key="told-once", channel="sms", to="19900007001", text="您的诉求已办结")
    services.run_carry_out(run=approved("retention.messages"), at=LATER)
    message.refresh_from_db()
    waiting.refresh_from_db()
    assert (message.to, message.to_name, message.text, message.key) == ("", "", "", "told-once")
    assert (waiting.to, waiting.text) == ("19900007002", "您的诉求已受理")
    assert not SinkMessage.objects.filter(key="told-once").exists()
    assert differences() == []


def test_many_rows_go_in_batches_that_are_counted_as_they_go(ended, approved, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(5):
        ended()
    seen: list[int] = []
    run = services.run_carry_out(run=approved(), at=LATER, say=lambda run: seen.append(run.erased))
    assert seen == [2, 4, 5, 5]
    counts = Event.objects.filter(matter=run.matter, kind="retention.batch_erased").order_by("seq")
    assert [event.data["count"] for event in counts] == [2, 2, 1]


def test_a_run_that_broke_off_goes_on_and_erases_nothing_twice(ended, approved, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    requests = [ended(), ended()]
    run = approved()

    def stop(run: Run) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.run_carry_out(run=run, at=LATER, say=stop)
    assert services.approved_carry_out(at=LATER)[0].erased == 2
    assert services.approved_carry_out(at=LATER) == []
    assert [kinds(one.matter).count("retention.erased") for one in requests] == [1, 1]


def test_what_was_put_on_hold_after_the_approval_is_left(ended, approved, officer):
    gone, kept = ended(), ended()
    run = approved()
    hold = holding.hold_place(
        number=kept.matter.number, ground="appeal", reason="信访复查中", actor=officer, at=LATER
    )
    services.run_carry_out(run=run, at=LATER)
    assert set(Contact.objects.filter(name="").values_list("pk", flat=True)) == {gone.pk}
    holding.hold_lift(hold=hold, reason="复查终结", actor=officer, at=LATER)
    assert kinds(kept.matter)[-2:] == ["retention.held", "retention.released"]
    assert selectors.preview(keeping_on("retention.contacts", LATER.date()), LATER).count == 1


def test_at_night_what_goes_by_itself_goes_and_the_rest_is_worked_out(ended, agent):
    ended()
    user = User.objects.get(pk=agent.user_id)
    Draft.objects.create(user=user, key="a", data={"name": "虞听澜"}, saved_at=MONDAY)
    Draft.objects.create(user=user, key="b", data={}, saved_at=LATER)
    found = {run.rule: run.matter for run in services.night(at=LATER)}
    assert found["retention.drafts"].kind == RUN
    assert {rule: Run.objects.get(rule=rule).matter.state for rule in ("retention.drafts", "retention.contacts")} == {
        "retention.drafts": "done", "retention.contacts": "drawn",
    }  # fmt: skip
    assert list(Draft.objects.values_list("key", flat=True)) == ["b"]
    assert Contact.objects.exclude(name="").count() == 1
    again = [run.rule for run in services.night(at=LATER + dt.timedelta(days=1))]
    assert "retention.contacts" not in again


def test_attachments_of_other_functions_are_never_due(attach, bodies):
    from luoshi.ledger.models import Matter, door

    with door():
        other = Matter.objects.create(
            jurisdiction="sanmenxia", kind="meetings.topic", title="议题", state="x", opened_at=MONDAY,
            closed_at=MONDAY, changed_at=MONDAY,
        )  # fmt: skip
    attach(other)
    assert selectors.preview(keeping_on("retention.attachments", LATER.date()), LATER).count == 0
    assert Attachment.objects.filter(erased_at__isnull=True).count() == 1


def test_what_is_freed_meanwhile_goes_too_though_later_rows_went_before(
    ended, approved, officer, monkeypatch
):
    monkeypatch.setattr(services, "BATCH", 1)
    monkeypatch.setattr(services, "AHEAD", 2)
    first, second, third = ended(contact=PERSONAL), ended(contact=PERSONAL), ended(contact=PERSONAL)
    run = approved()
    hold = holding.hold_place(
        number=first.matter.number, ground="lawsuit", reason="（2020）豫12行初1号", actor=officer, at=LATER
    )
    gone = []

    def say(now):
        gone.append(now.erased)
        if now.erased == 2 and now.live:
            assert list(Contact.objects.exclude(name="").values_list("pk", flat=True)) == [first.pk]
            holding.hold_lift(hold=hold, reason="结案", actor=officer, at=LATER)

    services.run_carry_out(run=run, at=LATER, say=say)
    ids = Event.objects.filter(matter=run.matter, kind="retention.batch_erased").order_by("seq")
    assert [event.data["ids"] for event in ids] == [[second.pk], [third.pk], [first.pk]]
    assert gone == [1, 2, 3, 3]
    assert not Contact.objects.exclude(name="").exists()
