"""Every limit of a dispatch on both sides of its boundary, through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.services import Order

from .conftest import Life

SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Case:
    """Dispatched on Monday 9 October 2017 at 09:05; `step` must be taken by `due`."""

    rule: str
    due: str
    step: Callable[[Life, dt.datetime], Any]
    setup: Callable[[Life], Any] = lambda life: life
    unit: str = "chengguan"
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule} {self.facts or ''} {self.unit}"


def arrive(life: Life, at: dt.datetime) -> None:
    services.dispatch_arrive(dispatch=life.dispatch, scene="已到场", actor=life.by("handler"), at=at)


def ask_return(life: Life) -> Any:
    from luoshi.organisation.models import Body

    other = Body.objects.get(code="zhujian")
    return services.return_request(
        dispatch=life.dispatch,
        reason="不属本单位职责",
        proposed_body=other,
        actor=life.by("liaison"),
        at=life.when(None),
    )


def answer_return(life: Life, at: dt.datetime) -> None:
    waiting = life.dispatch.applications.get()
    services.return_reject(application=waiting, opinion="属本单位职责", actor=life.by("dispatcher"), at=at)


def ask_assist(life: Life) -> Any:
    from luoshi.organisation.models import Body

    return services.assist_request(
        dispatch=life.dispatch,
        reason="涉及供水",
        proposed_bodies=[Body.objects.get(code="shuiwu")],
        actor=life.by("liaison"),
        at=life.when(None),
    )


def answer_assist(life: Life, at: dt.datetime) -> None:
    from luoshi.organisation.models import Body

    order = Order(Body.objects.get(code="shuiwu"), "请配合", role="assist")
    waiting = life.dispatch.applications.get()
    services.assist_add(application=waiting, orders=[order], actor=life.by("dispatcher"), at=at)


def report_county(life: Life) -> Any:
    return services.county_report(
        dispatch=life.dispatch,
        reason="不属本辖区",
        suggestion="改派",
        actor=life.by("liaison"),
        at=life.when(None),
    )


def coordinate(life: Life, until: dt.datetime | None = None) -> None:
    waiting = services.coordination_request(
        dispatch=life.dispatch, reason="涉及多个单位", actor=life.by("liaison"), at=life.when(None)
    )
    services.coordination_approve(
        application=waiting, actor=life.by("platform_leader"), at=life.when(None), until=until
    )


def supervise(life: Life) -> None:
    until = dt.datetime(2017, 10, 11, 12, tzinfo=life.at.tzinfo)
    services.dispatch_supervise(
        dispatch=life.dispatch,
        text="久拖不办",
        until=until,
        actor=life.by("command_centre"),
        at=life.when(None),
    )


def answer_supervision(life: Life, at: dt.datetime) -> None:
    notice = life.dispatch.urgings.get(kind="supervision")
    services.supervision_answer(urging=notice, answer="正在办理", actor=life.by("liaison"), at=at)


def mended(life: Life, at: dt.datetime) -> None:
    services.dispatch_mend(
        dispatch=life.dispatch,
        handling="已修好",
        problems="无",
        measures="巡查",
        actor=life.by("unit_leader"),
        at=at,
    )


def order_mend(life: Life) -> None:
    life.sign().hand_over().reply().review().dissatisfied()
    until = dt.datetime(2017, 10, 12, 18, tzinfo=life.at.tzinfo)
    services.review_order_mend(
        dispatch=life.dispatch, reason="仍不亮", until=until, actor=life.by("callback"), at=life.when(None)
    )


def redo_again(life: Life, at: dt.datetime) -> None:
    life.draft(at).submit(at)


CASES = [
    Case("hotline.sign_in", "2017-10-09 15:05", lambda life, at: life.sign(at)),
    Case("hotline.sign_in", "2017-10-09 09:35", lambda life, at: life.sign(at), facts={"urgency": "urgent"}),
    Case("hotline.hand_over", "2017-10-09 15:06", lambda life, at: life.hand_over(at), Life.sign),
    Case("hotline.contact", "2017-10-10 18:00", lambda life, at: life.contact(at), Life.sign),
    Case("hotline.preliminary", "2017-10-10 18:00", lambda life, at: life.preliminary(at), Life.sign),
    Case(
        "hotline.contact_after_handover",
        "2017-10-10 09:07",
        lambda life, at: life.contact(at),
        lambda life: life.sign().hand_over(),
    ),
    Case("hotline.arrival", "2017-10-09 09:35", arrive, Life.sign, facts={"onsite": True}),
    Case("hotline.arrival", "2017-10-09 10:05", arrive, Life.sign, unit="lushi", facts={"onsite": True}),
    Case(
        "hotline.close",
        "2017-10-16 18:00",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
    ),
    Case(
        "hotline.close",
        "2017-10-10 09:05",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
        facts={"urgency": "urgent"},
    ),
    Case(
        "hotline.close",
        "2017-10-18 18:00",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
        facts={"role": "lead"},
    ),
    Case(
        "hotline.close",
        "2017-10-18 18:00",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
        facts={"role": "assist"},
    ),
    Case(
        "hotline.close",
        "2017-10-16 18:00",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
        facts={"role": "parallel"},
    ),
    Case(
        "hotline.close",
        "2017-10-10 09:05",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
        facts={"role": "lead", "urgency": "urgent"},
    ),
    Case(
        "hotline.close",
        "2017-10-12 18:00",
        lambda life, at: life.submit(at),
        lambda life: life.sign().hand_over().draft(),
        facts={"role": "lead", "urgency": "urgent", "assist_extra": True},
    ),
    Case(
        "hotline.coordination",
        "2017-10-16 18:00",
        lambda life, at: life.submit(at),
        lambda life: coordinate(life.sign().hand_over().draft()),
    ),
    Case(
        "hotline.redo",
        "2017-10-12 18:00",
        redo_again,
        lambda life: life.sign().hand_over().reply().redo(),
    ),
    Case("hotline.supervision", "2017-10-11 12:00", answer_supervision, supervise),
    Case("hotline.mend", "2017-10-12 18:00", mended, order_mend),
    Case(
        "hotline.review",
        "2017-10-10 18:00",
        lambda life, at: life.review(at),
        lambda life: life.sign().hand_over().reply(),
    ),
    Case(
        "hotline.review",
        "2017-10-10 18:00",
        lambda life, at: life.redo(at),
        lambda life: life.sign().hand_over().reply(),
    ),
    Case("hotline.return_decision", "2017-10-10 18:00", answer_return, lambda life: ask_return(life.sign())),
    Case(
        "hotline.assist_request_decision",
        "2017-10-10 18:00",
        answer_assist,
        lambda life: ask_assist(life.sign()),
        facts={"role": "lead"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_reaching_the_limit_to_the_second_is_in_time(life_of: Any, at: Any, case: Case) -> None:
    life = life_of(case.unit, **case.facts)
    case.setup(life)
    assert life.owed(case.rule).due_at == at(case.due)
    case.step(life, at(case.due))
    row = life.owed(case.rule)
    assert (row.state, row.met_at, row.breached_at) == ("met", at(case.due), None)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_second_after_the_limit_is_late(life_of: Any, at: Any, case: Case) -> None:
    life = life_of(case.unit, **case.facts)
    case.setup(life)
    case.step(life, at(case.due) + SECOND)
    row = life.owed(case.rule)
    assert (row.state, row.breached_at) == ("late", at(case.due))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_worker_finds_a_lapse_only_after_the_last_second(
    life_of: Any, at: Any, swept: Any, case: Case
) -> None:
    life = life_of(case.unit, **case.facts)
    case.setup(life)
    swept(at(case.due))
    assert life.owed(case.rule).breached_at is None
    swept(at(case.due) + SECOND)
    row = life.owed(case.rule)
    assert (row.state, row.breached_at) == ("open", at(case.due))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_outcome_is_the_same_with_and_without_the_worker(
    life_of: Any, at: Any, swept: Any, clean: Any, case: Case
) -> None:
    life = life_of(case.unit, **case.facts)
    case.setup(life)
    swept(at(case.due) + SECOND)
    case.step(life, at(case.due) + SECOND)
    row = life.owed(case.rule)
    assert (row.state, row.breached_at) == ("late", at(case.due))
    assert clean() == []


def test_every_timed_duty_of_a_dispatch_is_tested_here() -> None:
    from luoshi.engines.rulebook import Limit
    from luoshi.ledger import rules

    day = dt.date(2017, 10, 9)
    timed = {
        limit.id
        for limit in rules.current().holding(Limit, day)
        if limit.matter == "hotline.dispatch"
        and limit.nature == "duty"
        and (limit.override or any(row.duration for row in limit.duration))
    }
    elsewhere = {"hotline.county_report_decision"}  # silence decides there: test_joining
    assert timed - elsewhere == {case.rule for case in CASES}


WINDOWS = [
    ("hotline.return_window", "2017-10-10 18:00", {}),
    ("hotline.assist_request_window", "2017-10-11 18:00", {"role": "lead"}),
    ("hotline.county_report_window", "2017-10-10 18:00", {}),
]


def ask(life: Life, rule: str, at: dt.datetime) -> Any:
    life.at = at - dt.timedelta(minutes=1)
    steps = {
        "hotline.return_window": ask_return,
        "hotline.assist_request_window": ask_assist,
        "hotline.county_report_window": report_county,
    }
    return steps[rule](life)


@pytest.mark.parametrize(("rule", "due", "facts"), WINDOWS)
def test_a_right_is_used_in_time_to_its_last_second_and_marked_late_after_it(
    life_of: Any, at: Any, swept: Any, rule: str, due: str, facts: dict[str, Any]
) -> None:
    unit = "lushi" if "county" in rule else "chengguan"
    in_time, late = life_of(unit, state="signed", **facts), life_of(unit, state="signed", **facts)
    assert ask(in_time, rule, at(due)).late is False
    swept(at(due) + SECOND)
    assert ask(late, rule, at(due) + SECOND).late is True
    assert in_time.state_of(rule) == "met"
    assert late.state_of(rule) == "late"


def test_a_right_that_nobody_uses_is_never_breached(life_of: Any, at: Any, swept: Any) -> None:
    life = life_of(state="signed")
    swept(at("2017-11-09 09:00"))
    row = life.owed("hotline.return_window")
    assert (row.state, row.breached_at) == ("open", None)
    assert not life.dispatch.matter.events.filter(kind="ledger.overdue", data__rule=row.rule).exists()
