"""Two calls at the same moment, each on a connection of its own: one does it, the other learns what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from luoshi.hotline import services
from luoshi.hotline.models import Dispatch, Request
from luoshi.ledger.models import Attachment, Event
from tests.api.conftest import Caller
from tests.api.test_life import dispatched
from tests.api.test_more_steps import attach, taken
from tests.hotline.request_side.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def until_somebody_waits() -> None:
    """Go on once another connection to this database waits for a lock that this one holds; at the latest after 20 s."""
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND %s = ANY (pg_blocking_pids(pid))",
                [connection.connection.info.backend_pid],
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited: the two calls did not meet")


@pytest.fixture
def meeting(monkeypatch: Any) -> Callable[[str], None]:
    """meeting("request_receive"): whoever comes first does not commit before the other one waits for it."""

    def make(name: str) -> None:
        real, came = getattr(services, name), []

        def held(**given: Any) -> Any:
            came.append(name)
            first = len(came) == 1
            with transaction.atomic():
                done = real(**given)
                if first:
                    until_somebody_waits()
            return done

        monkeypatch.setattr(services, name, held)

    return make


def alone(one: Caller) -> Caller:
    """The same token in a browser of its own."""
    return Caller(one.token, one.secret, Client())


def test_two_registrations_with_one_key_at_once_give_one_request(caller, good, meeting):
    agent = caller("agent")
    meeting("request_receive")
    answers = at_once(2, lambda n: alone(agent).create(good, "same-key"))
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert sorted(one.headers.get("Idempotent-Replayed", "") for one in answers) == ["", "true"]
    assert Request.objects.count() == 1
    assert Event.objects.filter(kind="hotline.received").count() == 1


def test_two_registrations_with_two_keys_at_once_give_two(caller, good):
    agent = caller("agent")
    answers = at_once(2, lambda n: alone(agent).create(good, f"key-{n}"))
    assert [one.status_code for one in answers] == [201, 201]
    assert len({one.json()["number"] for one in answers}) == Request.objects.count() == 2


def test_of_two_officers_on_one_case_one_dispatches_and_the_other_is_told(caller, good, meeting):
    made = caller("agent").create(good).json()
    officers = [caller("dispatcher"), caller("platform_leader")]
    meeting("request_dispatch")

    def send(n: int) -> Any:
        order = {"unit": ("chengguan", "zhujian")[n], "instruction": "请核实处理并答复"}
        body = {"orders": [order], "principle": "competence"}
        return officers[n].step(f"/requests/{made['id']}/dispatch", body, made["version"])

    answers = at_once(2, send)
    assert sorted(one.status_code for one in answers) == [200, 412]
    told = next(one for one in answers if one.status_code == 412).json()
    assert (told["where"], "已由他人改动" in told["detail"]) == ("If-Match", True)
    assert Dispatch.objects.filter(request_id=made["id"]).count() == 1


def test_of_two_people_of_a_unit_one_drafts_and_nothing_is_overwritten(caller, good):
    _, dispatch = dispatched(caller, good)
    path, version = f"/dispatches/{dispatch.pk}", dispatch.matter.version
    people = [caller("liaison", "chengguan"), caller("handler", "chengguan")]
    for word, body in (("sign", {}), ("hand-over", {"handler": "照明科"})):
        version = taken(people[0].step(f"{path}/{word}", body, version))["version"]

    def draft(n: int) -> Any:
        return people[n].step(
            f"{path}/draft", {"handling": f"第{n}稿", "problems": "老化", "measures": "巡查"}, version
        )

    answers = at_once(2, draft)
    assert sorted(one.status_code for one in answers) == [200, 412]
    winner = next(n for n, one in enumerate(answers) if one.status_code == 200)
    assert [one.measures for one in dispatch.replies.all()] == [f"第{winner}稿"]


def test_one_file_sent_twice_at_once_is_kept_once(caller, good, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    agent = caller("agent")
    made = agent.create(good).json()
    path = f"/requests/{made['id']}/attachments"
    answers = at_once(2, lambda n: attach(alone(agent), path, made["version"], key="file-key"))
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Attachment.objects.count() == 1
