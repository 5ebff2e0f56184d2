"""What an operator sees: request ids, log lines without personal data, slow statements, figures."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from luoshi.ledger.models import Outbox, OutboxState, door
from luoshi.web.observe import logs
from luoshi.web.observe.logs import Json, RequestId
from tests.conftest import SEEDED_AT

TOKEN = "t0ken-of-the-monitoring"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The log lines of answered requests and slow statements, as JSON."""
    lines: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(self.format(record)))

    handler = Keep()
    handler.addFilter(RequestId())
    handler.setFormatter(Json(**{"fmt": "%(levelname)s %(name)s %(request_id)s %(message)s"}))
    for name in ("luoshi.requests", "luoshi.slow"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "level", logging.INFO)
        logger.manager._clear_cache()  # type: ignore[attr-defined]
    return lines


def test_each_answer_names_its_request_and_a_proxy_may_name_it(db):
    browser = Client()
    first = browser.get("/portal/")["X-Request-ID"]
    assert len(first) == 32 and browser.get("/portal/")["X-Request-ID"] != first
    given = browser.get("/portal/", headers={"X-Request-ID": "proxy-0001"})
    assert given["X-Request-ID"] == "proxy-0001"
    forged = browser.get("/portal/", headers={"X-Request-ID": "a b\tc"})
    assert forged["X-Request-ID"] != "a b\tc"


def test_a_line_says_route_time_and_statements_but_nothing_that_was_searched_for(told, browser_of):
    answer = browser_of("agent").get("/requests/", {"q": "虞听澜 19900007001"})
    [line] = told
    assert (line["route"], line["status"], line["method"]) == ("request-list", 200, "GET")
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["statements"] > 0 and line["ms"] >= line["database_ms"] >= 0
    assert isinstance(line["user"], int)
    assert "虞" not in json.dumps(line, ensure_ascii=False) and "1990" not in json.dumps(line)


def test_health_checks_write_no_lines(told, db):
    assert Client().get("/healthz").status_code == Client().get("/readyz").status_code == 200
    assert told == []


def test_a_slow_statement_is_told_without_its_values(told, db, settings):
    settings.SLOW_STATEMENT_MS = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text", ["虞听澜"])
    line = next(line for line in told if "::text" in line["sql"])
    assert line["sql"] == "SELECT %s::text" and line["ms"] >= 0
    settings.SLOW_STATEMENT_MS = 60_000
    told.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert told == []


def test_errors_of_the_database_are_logged_without_the_row(db):
    try:
        raise IntegrityError(
            'duplicate key value violates unique constraint "x"\nDETAIL:  Key (mobile)=(19900007001) already exists.'
        )
    except IntegrityError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    for formatter in (logs.Line("%(message)s"), Json("%(message)s")):
        text = formatter.format(record)
        assert "duplicate key" in text and "19900007001" not in text


@pytest.mark.parametrize("form", ["line", "json"])
def test_logging_can_be_set_to_either_form(form):
    made = logs.config(form=form, level="INFO", requests=True)
    assert made["handlers"]["console"]["formatter"] == form
    assert made["loggers"]["luoshi.requests"]["level"] == "INFO"


def test_another_form_of_logging_is_refused():
    with pytest.raises(ValueError, match="LUOSHI_LOG_FORMAT"):
        logs.config(form="xml", level="INFO", requests=False)


def test_figures_are_given_to_who_brings_the_token_alone(db, settings):
    browser = Client()
    assert browser.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def figures(settings: Any) -> dict[str, float]:
    settings.METRICS_TOKEN = TOKEN
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    return {
        line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
        for line in text.splitlines()
        if line and line[0] != "#"
    }


def test_requests_are_counted_by_route_and_messages_that_wait_are_shown(db, settings, bodies):
    key = 'luoshi_requests_total{method="GET",route="portal-home",status="200"}'
    before = figures(settings)
    Client().get("/portal/")
    common = {"jurisdiction": "sanmenxia", "channel": "sms", "to": "1", "text": "x"}
    with door():
        for state in (OutboxState.QUEUED, OutboxState.DEAD):
            Outbox.objects.create(
                **common, key=f"k{state}", state=state, queued_at=SEEDED_AT, next_at=SEEDED_AT
            )
    after = figures(settings)
    assert after[key] == before.get(key, 0) + 1
    for name in ("luoshi_outbox_waiting", "luoshi_outbox_dead"):
        assert after[name] == before[name] + 1
    assert after["luoshi_outbox_oldest_seconds"] > 0
    assert after["luoshi_worker_minute_timestamp_seconds"] == 0
