"""What runs without a person: lapses, the outbox, seals; and the running counts."""

from __future__ import annotations

import datetime as dt
import importlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone

from luoshi.ledger import services
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Event, Outbox, Seal, SinkMessage, Tally
from luoshi.ledger.selectors import (
    obligation_cite,
    obligation_explain,
    obligations_owed,
    tallies_by_body,
)
from luoshi.ledger.services.outbox import HttpGateway, SendFailed, backoff

from .test_chain import superuser

outbox_module = importlib.import_module("luoshi.ledger.services.outbox")
sweep_module = importlib.import_module("luoshi.ledger.services.sweep")
SECOND = dt.timedelta(seconds=1)


# ---- lapses ----
def test_what_ran_out_becomes_an_event_at_its_due_time_once(open_dispatch: Any, at: Any, check: Any) -> None:
    matter = open_dispatch("2017-10-09 09:00", urgency="urgent")
    assert services.sweep(now=at("2017-10-09 09:30")) == 0
    assert services.sweep(now=at("2017-10-10 15:00")) >= 1
    assert services.sweep(now=at("2017-10-10 15:00")) == 0
    events = matter.events.filter(kind="ledger.overdue", data__rule="hotline.sign_in")
    assert [event.at for event in events] == [at("2017-10-09 09:30")]
    row = matter.obligations.get(rule="hotline.sign_in")
    assert (row.state, row.breached_at) == ("open", at("2017-10-09 09:30"))
    assert check() == []


def test_a_lapse_that_cannot_be_recorded_keeps_none_of_the_others_back(
    open_dispatch: Any, at: Any, monkeypatch: Any, caplog: Any
) -> None:
    bad, good = open_dispatch("2017-10-09 09:00"), open_dispatch("2017-10-09 09:10")
    real = sweep_module._lapse

    def fails(pk: int, now: dt.datetime) -> bool:
        if sweep_module.Obligation.objects.get(pk=pk).matter_id == bad.pk:
            raise RuntimeError("broken")
        return real(pk, now)

    with monkeypatch.context() as patched:
        patched.setattr(sweep_module, "_lapse", fails)
        assert services.sweep(now=at("2017-10-09 15:30"), limit=1) == 1
    assert good.events.filter(kind="ledger.overdue").count() == 1
    assert "could not be recorded as overdue" in caplog.text
    services.sweep(now=at("2017-10-09 15:30"))
    assert bad.events.filter(kind="ledger.overdue").count() == 1


def test_settling_one_matter_leaves_the_others_and_returns_the_version_to_go_on_with(
    open_dispatch: Any, at: Any
) -> None:
    mine, other = open_dispatch(), open_dispatch()
    seen = mine.version
    assert services.settle(matter=mine, now=at("2017-10-09 09:01"), version=seen) == seen
    version = services.settle(matter=mine, now=at("2017-10-09 17:00"), version=seen)
    assert version == mine.version
    assert mine.version > seen
    assert services.settle(matter=mine, now=at("2017-10-09 17:00")) is None
    assert mine.events.filter(kind="ledger.overdue").exists()
    assert not other.events.filter(kind="ledger.overdue").exists()
    stale = services.settle(matter=mine, now=at("2017-10-12 17:00"), version=seen)
    assert stale != mine.version  # who had not seen the newest before is still refused


# ---- counts ----
def test_the_running_counts_equal_the_recount(open_dispatch: Any, at: Any, bodies: Any, check: Any) -> None:
    on_time, late = open_dispatch(), open_dispatch()
    services.act(matter=on_time, action="sign", actor=SYSTEM, at=at("2017-10-09 15:00"))
    services.act(matter=late, action="sign", actor=SYSTEM, at=at("2017-10-10 09:00"))
    day, next_day, unit = dt.date(2017, 10, 9), dt.date(2017, 10, 10), bodies["chengguan"].pk

    def count(metric: str, since: dt.date = day, until: dt.date = next_day) -> int:
        name = f"{metric}:hotline.sign_in"
        return tallies_by_body([name], since=since, until=until).get((name, unit), 0)

    assert (count("opened"), count("met"), count("late"), count("breached")) == (2, 1, 1, 1)
    assert (count("breached", day, day), count("late", day, day), count("late", next_day, next_day)) == (
        1,
        0,
        1,
    )
    by_body = tallies_by_body(["opened:hotline.sign_in", "event:hotline.signed"], since=day, until=next_day)
    assert by_body[("opened:hotline.sign_in", unit)] == 2
    assert by_body[("event:hotline.signed", unit)] == 2
    assert check() == []


def test_what_is_recalled_counts_for_nothing(open_dispatch: Any, at: Any, bodies: Any) -> None:
    matter = open_dispatch()
    services.act(matter=matter, action="recall", actor=SYSTEM, at=at("2017-10-11 15:00"))
    rows = Tally.objects.exclude(metric__startswith="event:")
    assert all(row.count == 0 for row in rows)


def test_a_quiet_city_keeps_one_row_for_each_count(open_dispatch: Any, check: Any) -> None:
    for _ in range(3):
        open_dispatch()
    row = Tally.objects.get(metric="event:hotline.dispatched")
    assert (row.count, row.slot) == (3, 0)
    assert check() == []


# ---- reading what is owed ----
def test_what_is_owed_comes_soonest_first(open_dispatch: Any, bodies: Any) -> None:
    for hour in (9, 10, 11):
        open_dispatch(f"2017-10-09 {hour:02d}:00", role="assist")
    unit = bodies["chengguan"].pk
    rows = list(obligations_owed(body_id=unit))
    dues = [row.due_at for row in rows if row.due_at]
    assert dues == sorted(dues)
    assert [row.rule for row in rows if row.due_at is None] == ["hotline.assist_contact_person"] * 3
    assert rows[-1].due_at is None


def test_a_stored_due_time_is_explained_by_the_same_count_and_clauses(open_dispatch: Any) -> None:
    for row in open_dispatch("2017-09-29 17:50").obligations.all():
        due = obligation_explain(row)
        assert due.at == row.due_at
        assert due.steps
    row = open_dispatch().obligations.get(rule="hotline.sign_in")
    assert any("第十四条" in clause for clause in obligation_cite(row))


# ---- the outbox ----
@pytest.fixture
def outbox(db: None) -> None:
    """An outbox in which nothing waits: what the seed of the city queued is sent."""
    services.outbox_flush()


def put(key: str = "k", at: dt.datetime | None = None, **changes: Any) -> Outbox | None:
    values: dict[str, Any] = {
        "channel": "sms",
        "to": "19900000000",
        "text": "您好",
        "at": at or timezone.now(),
    }
    return services.outbox_put(key=key, **{**values, **changes})


class Gateway:
    """Takes messages, or fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.sent = failures, []  # type: ignore[var-annotated]

    def send(self, *, key: str, channel: str, to: str, text: str) -> str:
        if self.failures:
            self.failures -= 1
            raise SendFailed("网关返回 503")
        self.sent.append(key)
        return f"ref-{key}"


def test_a_message_is_queued_once_under_its_key(db: None) -> None:
    assert put("one") is not None
    assert put("one", text="又一次") is None
    assert Outbox.objects.get(key="one").text == "您好"


def test_a_message_leaves_only_with_its_transaction(db: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        put("lost")
        raise RuntimeError
    assert not Outbox.objects.filter(key="lost").exists()


def test_the_trial_sink_keeps_each_message_once(outbox: None) -> None:
    put("a")
    assert services.outbox_flush() == (1, 0)
    assert services.outbox_flush() == (0, 0)
    message = Outbox.objects.get(key="a")
    assert (message.state, message.attempts, message.error) == ("sent", 1, "")
    assert SinkMessage.objects.get(key="a").text == "您好"


def test_a_failed_message_is_tried_again_later_and_then_given_up(outbox: None, settings: Any) -> None:
    settings.OUTBOX_MAX_ATTEMPTS = 3
    now, way = timezone.now(), Gateway(failures=3)
    put("f")
    for attempt in (1, 2, 3):
        assert services.outbox_flush(via=way, clock=lambda now=now: now + SECOND) == (0, 1)
        assert services.outbox_flush(via=way, clock=lambda now=now: now + SECOND) == (0, 0)  # not at once
        message = Outbox.objects.get(key="f")
        assert (message.attempts, message.error) == (attempt, "网关返回 503")
        now += backoff(attempt) + SECOND
    assert message.state == "dead"
    assert services.outbox_flush(via=way, clock=lambda: now + dt.timedelta(days=1)) == (0, 0)
    services.outbox_retry(message=message, at=now)
    assert services.outbox_flush(via=way, clock=lambda: now + SECOND) == (1, 0)
    assert way.sent == ["f"]


def test_waiting_grows_and_stays_within_an_hour() -> None:
    waits = [backoff(attempt) for attempt in range(1, 20)]
    assert waits[0] == dt.timedelta(seconds=10)
    assert waits == sorted(waits)
    assert max(waits) == dt.timedelta(hours=1)


def test_a_message_whose_sender_died_is_sent_again_under_the_same_key(outbox: None) -> None:
    put("dying")
    start = timezone.now() + SECOND
    assert len(outbox_module._claim(start)) == 1  # and then the worker dies
    way = Gateway()
    assert services.outbox_flush(via=way, clock=lambda: start + outbox_module.STALE - SECOND) == (0, 0)
    assert services.outbox_flush(via=way, clock=lambda: start + outbox_module.STALE) == (1, 0)
    assert way.sent == ["dying"]


def test_a_message_that_does_not_open_holds_no_other_back(outbox: None) -> None:
    put("sealed by other keys")
    put("fine")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_outbox SET text = overlay(text placing 'AAAA' from 20 for 4) WHERE key LIKE 's%%'"
        )
    way = Gateway()
    assert services.outbox_flush(via=way) == (1, 1)
    assert way.sent == ["fine"]
    state, error = Outbox.objects.values_list("state", "error").get(key="sealed by other keys")
    assert state == "queued"
    assert "密钥不符" in error


def test_a_fault_of_the_gateway_holds_no_other_message_back(outbox: None) -> None:
    class Odd(Gateway):
        def send(self, *, key: str, channel: str, to: str, text: str) -> str:
            if key == "odd":
                raise ValueError("unexpected")
            return super().send(key=key, channel=channel, to=to, text=text)

    put("odd")
    put("fine")
    way = Odd()
    assert services.outbox_flush(via=way) == (1, 1)
    assert way.sent == ["fine"]
    assert Outbox.objects.get(key="odd").state == "queued"


@pytest.mark.django_db(transaction=True)
def test_workers_that_flush_together_send_each_message_once() -> None:
    services.outbox_flush()
    for n in range(120):
        put(f"m{n}")
    way, ready = Gateway(), threading.Barrier(6)

    def flush() -> None:
        try:
            ready.wait()
            services.outbox_flush(via=way)
        finally:
            connection.close()

    threads = [threading.Thread(target=flush) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(way.sent) == sorted(f"m{n}" for n in range(120))


def test_the_http_gateway_sends_the_key_with_every_attempt(monkeypatch: Any) -> None:
    seen: list[Any] = []

    def post(url: str, **kwargs: Any) -> httpx.Response:
        seen.append((url, kwargs))
        return httpx.Response(200 if len(seen) == 1 else 500, text="r-1")

    monkeypatch.setattr(httpx, "post", post)
    way = HttpGateway("https://sms.example/send", "t")
    message = {"key": "k", "channel": "sms", "to": "1", "text": "x"}
    assert way.send(**message) == "r-1"
    with pytest.raises(SendFailed, match="500"):
        way.send(**message)
    url, sent = seen[0]
    assert url == "https://sms.example/send"
    assert sent["headers"] == {"Authorization": "Bearer t", "Idempotency-Key": "k"}
    assert sent["json"] == message
    assert sent["follow_redirects"] is False


def test_a_gateway_without_a_token_is_spoken_to_without_one() -> None:
    """An empty bearer is no header that can be sent: every message would fail."""
    heard: list[Any] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.headers)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"r-1")

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    way = HttpGateway(f"http://127.0.0.1:{server.server_port}/", "")
    assert way.send(key="k", channel="sms", to="1", text="x") == "r-1"
    thread.join()
    server.server_close()
    assert heard[0]["Idempotency-Key"] == "k"
    assert heard[0]["Authorization"] is None


def test_a_silent_http_gateway_is_a_failed_attempt(monkeypatch: Any) -> None:
    def post(url: str, **kwargs: Any) -> httpx.Response:
        raise httpx.ConnectTimeout("")

    monkeypatch.setattr(httpx, "post", post)
    with pytest.raises(SendFailed, match="无应答"):
        HttpGateway("https://sms.example/send", "t").send(key="k", channel="sms", to="1", text="x")


# ---- seals ----
def test_each_past_day_is_sealed_once_and_chained_and_today_stays_open(open_dispatch: Any) -> None:
    open_dispatch()
    today = timezone.localtime().date()
    now = timezone.now()
    assert [seal.day for seal in services.seal_days(now=now) if seal.day >= today] == []
    made = services.seal_days(now=now + dt.timedelta(days=2))
    assert [seal.day for seal in made] == [today, today + dt.timedelta(days=1)]
    first, second = made
    assert first.events == Event.objects.filter(recorded_at__date=today).count()
    assert (second.events, second.prev_root) == (0, first.root)
    assert services.seal_days(now=now + dt.timedelta(days=2)) == []


def test_a_sealed_day_whose_events_change_is_found(open_dispatch: Any, check: Any) -> None:
    matter = open_dispatch()
    services.seal_days(now=timezone.now() + dt.timedelta(days=1))
    assert check() == []
    superuser("UPDATE ledger_event SET hash = repeat('0', 64) WHERE matter_id = %s", matter.pk)
    assert any(line.startswith("seal") and "the root differs" in line for line in check())


def test_an_event_slipped_into_a_sealed_day_is_found(open_dispatch: Any, check: Any) -> None:
    matter = open_dispatch()
    services.seal_days(now=timezone.now() + dt.timedelta(days=1))
    superuser(
        "INSERT INTO ledger_event (jurisdiction, matter_id, seq, kind, at, recorded_at, state, actor_kind,"
        " actor_name, data, prev_hash, hash) SELECT jurisdiction, matter_id, 2, 'x', at, recorded_at, state,"
        " actor_kind, actor_name, data, hash, hash FROM ledger_event WHERE matter_id = %s",
        matter.pk,
    )
    assert any(line.startswith("seal") and "sealed with" in line for line in check())


def test_a_seal_that_was_replaced_breaks_the_chain_of_seals(open_dispatch: Any, check: Any) -> None:
    open_dispatch()
    services.seal_days(now=timezone.now() + dt.timedelta(days=3))
    first = Seal.objects.order_by("day").first()
    assert first is not None
    superuser("UPDATE ledger_seal SET root = repeat('1', 64) WHERE id = %s", first.pk, table="ledger_seal")
    assert sum(line.startswith("seal") for line in check()) >= 2


def test_a_ledger_without_events_has_nothing_to_seal(transactional_db: None, at: Any) -> None:
    Event.objects.count()
    if not Event.objects.exists():
        assert services.seal_days(now=at("2017-10-09 00:10")) == []
