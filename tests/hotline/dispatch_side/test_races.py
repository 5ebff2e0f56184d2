"""Fifty people press the same button: it happens once, and the others are told."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from luoshi.hotline import services
from luoshi.hotline.models import Dispatch
from luoshi.ledger.errors import WrongState
from luoshi.ledger.verify import Report, verify

THREADS = 50


def press(button: Callable[[], Any], times: int = THREADS) -> tuple[list[Any], list[Exception]]:
    """Press a button from many threads at once; what came back, and what was refused."""
    done: list[Any] = []
    refused: list[Exception] = []
    ready = threading.Barrier(times)

    def one() -> None:
        try:
            ready.wait()
            done.append(button())
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, refused


def fresh(pk: int) -> Dispatch:
    found: Dispatch = Dispatch.objects.select_related("matter", "body", "request__matter").get(pk=pk)
    return found


@pytest.mark.django_db(transaction=True)
def test_fifty_people_sign_the_same_dispatch_and_one_does(life_of: Any) -> None:
    life = life_of()
    pk, at, liaison = life.dispatch.pk, life.at + dt.timedelta(minutes=1), life.by("liaison")
    done, refused = press(lambda: services.dispatch_sign(dispatch=fresh(pk), actor=liaison, at=at))
    assert (len(done), len(refused)) == (1, THREADS - 1)
    assert all(isinstance(error, WrongState) for error in refused)
    assert all("签收" in str(error) and liaison.name in str(error) for error in refused)
    assert fresh(pk).matter.events.filter(kind="hotline.signed").count() == 1
    assert list(verify(report=Report())) == []


@pytest.mark.django_db(transaction=True)
def test_fifty_people_ask_for_the_same_return_and_one_application_waits(life_of: Any, bodies: Any) -> None:
    life = life_of(state="signed")
    pk, at, liaison, other = life.dispatch.pk, life.at, life.by("liaison"), bodies["zhujian"]

    def ask() -> Any:
        return services.return_request(
            dispatch=fresh(pk), reason="非本单位职责", proposed_body=other, actor=liaison, at=at
        )

    done, refused = press(ask)
    assert (len(done), len(refused)) == (1, THREADS - 1)
    assert all(isinstance(error, WrongState) and "待批复" in str(error) for error in refused)
    assert fresh(pk).matter.events.filter(kind="hotline.return_requested").count() == 1
    assert list(verify(report=Report())) == []


@pytest.mark.django_db(transaction=True)
def test_fifty_people_decide_the_same_return_and_one_decision_stands(life_of: Any, bodies: Any) -> None:
    from luoshi.hotline.models import Application

    life = life_of(state="signed")
    waiting = services.return_request(
        dispatch=life.dispatch,
        reason="非本单位职责",
        proposed_body=bodies["zhujian"],
        actor=life.by("liaison"),
        at=life.at,
    )
    people = [life.by(role) for role in ("dispatcher", "reviewer", "platform_leader")]
    turns = iter(range(10**6))

    def decide() -> Any:
        turn = next(turns)
        application = Application.objects.select_related("dispatch__matter", "dispatch__request__matter").get(
            pk=waiting.pk
        )
        who = people[turn % 3]
        if turn % 2:
            return services.return_accept(application=application, actor=who, at=life.at)
        return services.return_reject(application=application, opinion="属本单位", actor=who, at=life.at)

    done, refused = press(decide)
    assert (len(done), len(refused)) == (1, THREADS - 1)
    assert all(isinstance(error, WrongState) for error in refused)
    kinds = fresh(life.dispatch.pk).matter.events.values_list("kind", flat=True)
    assert sum(kind in {"hotline.return_accepted", "hotline.return_rejected"} for kind in kinds) == 1
    assert list(verify(report=Report())) == []


@pytest.mark.django_db(transaction=True)
def test_two_units_of_one_request_pass_at_the_same_moment_and_it_is_concluded_once(
    life_of: Any, actor: Any
) -> None:
    from .conftest import REACH, Life

    life = life_of(role="parallel", state="submitted")
    other = life.dispatch.request.dispatches.exclude(pk=life.dispatch.pk).get()
    roles = ("liaison", "handler", "unit_leader")
    second = REACH["submitted"](
        Life(other, {**life.people, **{role: actor(role, "zhujian") for role in roles}})
    )
    pks, at = iter([life.dispatch.pk, second.dispatch.pk]), second.at + dt.timedelta(minutes=1)
    done, refused = press(
        lambda: services.review_pass(dispatch=fresh(next(pks)), actor=life.by("reviewer"), at=at), times=2
    )
    assert (len(done), refused) == (2, [])
    request = life.dispatch.request.matter
    request.refresh_from_db()
    assert request.state == "concluded"
    assert request.events.filter(kind="hotline.concluded").count() == 1
    assert list(verify(report=Report())) == []


@pytest.mark.django_db(transaction=True)
def test_workers_that_sweep_at_the_same_time_record_each_lapse_once(life_of: Any, at: Any) -> None:
    from luoshi.ledger.services import sweep

    life = life_of()
    done, refused = press(lambda: sweep(now=at("2017-10-11 09:00")), times=8)
    assert refused == []
    events = life.dispatch.matter.events.filter(kind="ledger.overdue")
    rules = list(events.values_list("data__rule", flat=True))
    assert sorted(rules) == sorted(set(rules))
    assert sum(done) >= len(rules) == 3  # signing, contact, preliminary opinion
    assert list(verify(report=Report())) == []
