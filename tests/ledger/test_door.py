"""The one door for writes: opening, recording, acting, numbering, files, access records."""

from __future__ import annotations

import datetime as dt
import io
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from luoshi.ledger import services
from luoshi.ledger.actors import SYSTEM, Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import AccessLog, Attachment, Event, Matter
from luoshi.ledger.selectors import matter_timeline
from luoshi.ledger.services.attachments import path_of


def test_opening_a_matter_records_its_first_event_with_the_facts(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch("2017-10-09 09:00", urgency="urgent")
    event = matter.events.get()
    assert (event.kind, event.seq, event.state) == ("hotline.dispatched", 1, "sent")
    assert event.data["facts"]["urgency"] == matter.facts["urgency"] == "urgent"
    assert (matter.state, matter.version, matter.last_seq) == ("sent", 1, 1)
    assert matter.opened_at == event.at == at("2017-10-09 09:00")


def test_a_kind_without_a_state_table_cannot_be_opened(db: None, at: Any) -> None:
    with pytest.raises(KeyError):
        services.matter_open(kind="no.such", title="x", actor=SYSTEM, at=at("2017-10-09 09:00"))


def test_an_event_needs_a_time_with_its_zone_and_leaves_nothing_behind_without(open_dispatch: Any) -> None:
    matter = open_dispatch()
    naive = dt.datetime(2017, 10, 9, 10)  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(ValueError, match="aware"):
        services.record(matter=matter, kind="hotline.noted", actor=SYSTEM, at=naive)
    with pytest.raises(ValueError, match="aware"):
        services.act(matter=matter, action="sign", actor=SYSTEM, at=naive)
    matter.refresh_from_db()
    assert (matter.state, matter.events.count()) == ("sent", 1)


def test_recording_leaves_the_state_and_merges_the_facts(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch()
    services.record(
        matter=matter,
        kind="hotline.noted",
        actor=SYSTEM,
        at=at("2017-10-09 10:00"),
        data={"facts": {"leader": True}},
    )
    matter.refresh_from_db()
    assert (matter.state, matter.facts["leader"], matter.facts["urgency"]) == ("sent", True, "routine")


def test_data_is_kept_as_json_keeps_it(open_dispatch: Any, at: Any) -> None:
    from decimal import Decimal

    given = {"when": at("2017-10-09 10:00"), "none": None, "set": {1}, "money": Decimal("1.50"), "ok": True}
    event = services.record(
        matter=open_dispatch(), kind="hotline.noted", actor=SYSTEM, at=at("2017-10-09 10:00"), data=given
    )
    event.refresh_from_db()
    expected = {"when": "2017-10-09T10:00:00+08:00", "set": [1], "money": "1.50", "ok": True}
    assert event.data == expected


def test_an_action_the_state_forbids_is_refused_with_who_came_before(
    open_dispatch: Any, actor: Any, at: Any
) -> None:
    matter, liaison = open_dispatch(), actor("liaison", "chengguan")
    services.act(matter=matter, action="sign", actor=liaison, at=at("2017-10-09 09:10"))
    with pytest.raises(WrongState) as refusal:
        services.act(matter=matter, action="sign", actor=liaison, at=at("2017-10-09 09:11"))
    assert "签收" in refusal.value.message
    assert liaison.name in refusal.value.message
    assert refusal.value.mend
    assert matter.events.count() == 2


def test_an_action_unknown_to_the_table_is_refused_too(open_dispatch: Any, at: Any) -> None:
    with pytest.raises(WrongState):
        services.act(matter=open_dispatch(), action="fly", actor=SYSTEM, at=at("2017-10-09 09:10"))


def test_who_may_not_is_refused_and_nothing_happens(open_dispatch: Any, actor: Any, at: Any) -> None:
    matter = open_dispatch()
    for who in (actor("liaison", "zhujian"), actor("agent"), Actor(ActorKind.CITIZEN, "诉求人")):
        with pytest.raises(NotAllowed, match="签收"):
            services.act(matter=matter, action="sign", actor=who, at=at("2017-10-09 09:10"))
    matter.refresh_from_db()
    assert (matter.state, matter.version) == ("sent", 1)


def test_an_action_on_what_one_has_not_seen_is_refused(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch()
    seen = matter.version
    services.record(matter=matter, kind="hotline.noted", actor=SYSTEM, at=at("2017-10-09 09:05"))
    with pytest.raises(WrongState, match="已有变动"):
        services.act(matter=matter, action="sign", actor=SYSTEM, at=at("2017-10-09 09:10"), version=seen)
    matter.refresh_from_db()
    services.act(
        matter=matter, action="sign", actor=SYSTEM, at=at("2017-10-09 09:10"), version=matter.version
    )
    assert matter.state == "signed"


def test_the_matter_handed_in_is_as_the_step_left_it(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch()
    services.act(
        matter=matter, action="recall", actor=SYSTEM, at=at("2017-10-09 09:10"), changes={"title": "另名"}
    )
    stored = Matter.objects.get(pk=matter.pk)
    for name in ("state", "closed_at", "version", "facts", "last_seq", "head_hash", "changed_at", "title"):
        assert getattr(matter, name) == getattr(stored, name), name
    assert matter.closed_at == at("2017-10-09 09:10")


def test_a_step_that_fails_halfway_leaves_nothing(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch()
    with pytest.raises(RuntimeError), transaction.atomic():
        services.act(matter=matter, action="sign", actor=SYSTEM, at=at("2017-10-09 09:10"))
        raise RuntimeError
    matter.refresh_from_db()
    assert (matter.state, matter.events.count()) == ("sent", 1)
    assert matter.obligations.get(rule="hotline.sign_in").state == "open"


def test_two_matters_of_a_kind_never_bear_one_number(open_dispatch: Any) -> None:
    open_dispatch(number="20171009-0001")
    with pytest.raises(IntegrityError), transaction.atomic():
        open_dispatch(number="20171009-0001")


def test_a_timeline_shows_a_matter_with_its_children_in_order(
    open_dispatch: Any, bodies: Any, at: Any
) -> None:
    parent = services.matter_open(
        kind="hotline.request", title="路灯不亮", actor=SYSTEM, at=at("2017-10-09 08:50"), facts={}
    )
    child = services.matter_open(
        kind="hotline.dispatch",
        title="路灯不亮",
        actor=SYSTEM,
        at=at("2017-10-09 09:00"),
        parent=parent,
        body_id=bodies["chengguan"].pk,
        facts={"urgency": "routine", "role": "sole"},
    )
    services.act(matter=child, action="sign", actor=SYSTEM, at=at("2017-10-09 09:10"))
    kinds = [event.kind for event in matter_timeline(parent)]
    assert kinds == ["hotline.received", "hotline.dispatched", "hotline.signed"]


# ---- numbers ----
def test_numbers_count_by_local_day_and_series(db: None, at: Any) -> None:
    late, early = at("2017-10-09 23:59:59"), at("2017-10-10 00:00")
    assert [services.number_next("a", late) for _ in range(2)] == ["20171009-0001", "20171009-0002"]
    assert services.number_next("a", early) == "20171010-0001"
    assert services.number_next("b", late) == "20171009-0001"


def test_a_number_taken_in_a_transaction_that_fails_is_given_again(db: None, at: Any) -> None:
    when = at("2017-10-09 09:00")
    with pytest.raises(RuntimeError), transaction.atomic():
        services.number_next("c", when)
        raise RuntimeError
    assert services.number_next("c", when) == "20171009-0001"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_unique_numbers_without_gaps(at: Any) -> None:
    when, found, threads_ready = at("2017-10-09 09:00"), [], threading.Barrier(20)

    def take() -> None:
        try:
            threads_ready.wait()
            for _ in range(5):
                with transaction.atomic():
                    found.append(services.number_next("race", when))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"20171009-{n:04d}" for n in range(1, 101)]


@pytest.mark.django_db(transaction=True)
def test_twenty_who_write_to_one_matter_at_once_keep_its_chain_whole(
    open_dispatch: Any, at: Any, check: Any
) -> None:
    matter, ready = open_dispatch(), threading.Barrier(20)

    def note() -> None:
        try:
            ready.wait()
            services.record(matter=matter.pk, kind="hotline.noted", actor=SYSTEM, at=at("2017-10-09 10:00"))
        finally:
            connection.close()

    threads = [threading.Thread(target=note) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(matter.events.order_by("seq").values_list("seq", flat=True)) == list(range(1, 22))
    assert check() == []


# ---- files ----
@pytest.fixture
def media(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def attach(matter: Matter, content: bytes, name: str, at: Any) -> Attachment:
    return services.attachment_add(
        matter=matter,
        file=io.BytesIO(content),
        name=name,
        purpose="paper",
        actor=SYSTEM,
        at=at("2017-10-09 10:00"),
    )


def test_a_file_is_kept_once_under_its_digest(open_dispatch: Any, media: Any, at: Any, check: Any) -> None:
    matter = open_dispatch()
    one, two = attach(matter, b"%PDF-1.4 a", "甲.pdf", at), attach(matter, b"%PDF-1.4 a", "../乙.pdf", at)
    assert one.digest == two.digest
    assert two.name == "乙.pdf"
    assert path_of(one.digest).read_bytes() == b"%PDF-1.4 a"
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1
    assert check() == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.4", "a.exe", "不接收"),
        (b"MZ..", "a.pdf", "扩展名不符"),
        (b"", "a.pdf", "空文件"),
        (b"%PDF-" + b"x" * 100, "a.pdf", "超过"),
        (b"%PDF-1.4", "noending", "不接收"),
    ],
)
def test_what_is_no_proper_file_is_refused_and_not_kept(
    open_dispatch: Any, media: Any, at: Any, settings: Any, content: bytes, name: str, said: str
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 64
    matter = open_dispatch()
    with pytest.raises(Incomplete, match=said) as refusal:
        attach(matter, content, name, at)
    assert refusal.value.field == "file"
    assert not matter.attachments.exists()


def test_a_file_that_was_changed_or_lost_on_disk_is_found(
    open_dispatch: Any, media: Any, at: Any, check: Any
) -> None:
    matter = open_dispatch(number="P-11")
    changed, lost = attach(matter, b"%PDF-1.4 b", "b.pdf", at), attach(matter, b"%PDF-1.4 c", "c.pdf", at)
    path_of(changed.digest).write_bytes(b"%PDF-1.4 B")
    path_of(lost.digest).unlink()
    found = "\n".join(check())
    assert "b.pdf was changed on disk" in found
    assert "c.pdf is not on disk" in found


# ---- looks at personal data ----
def test_each_look_is_recorded_and_cannot_be_removed(open_dispatch: Any, actor: Any, at: Any) -> None:
    agent = actor("agent")
    services.access_record(
        actor=agent, what="诉求人信息", allowed=False, at=at("2017-10-09 10:00"), matter=open_dispatch()
    )
    row = AccessLog.objects.get()
    assert (row.actor_id, row.body_id, row.allowed) == (agent.user_id, agent.body_id, False)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM ledger_accesslog")


def test_every_event_says_who_for_which_body(open_dispatch: Any, actor: Any, at: Any) -> None:
    liaison, matter = actor("liaison", "chengguan"), open_dispatch()
    services.act(matter=matter, action="sign", actor=liaison, at=at("2017-10-09 09:10"))
    event = Event.objects.get(matter=matter, seq=2)
    who = (event.actor_kind, event.actor_name, event.actor_id, event.body_id)
    assert who == ("user", liaison.name, liaison.user_id, liaison.body_id)
