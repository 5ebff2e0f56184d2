"""Supervision opinions: with a deadline, answered, confirmed; and what they cost until then."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.assessment import services
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Obligation, Outbox
from luoshi.ledger.services import sweep

from .conftest import MONDAY

DUE = MONDAY + dt.timedelta(days=3)
DAY = dt.timedelta(days=1)


def owed(opinion):
    return Obligation.objects.get(matter=opinion.matter_id)


@pytest.mark.clause("smx-hotline-assessment/4.3.1.7.b")
def test_an_opinion_is_owed_by_its_unit_until_its_deadline_and_the_liaison_is_told(opinion_of):
    opinion = opinion_of()
    found = owed(opinion)
    assert (found.rule, found.body_id, found.due_at) == ("assessment.opinion_limit", opinion.body_id, DUE)
    assert opinion.matter.number in Outbox.objects.get(matter=opinion.matter_id).text


def test_an_opinion_needs_subject_text_and_a_deadline_ahead(opinion_of):
    for field, value in (("title", " "), ("text", ""), ("due_at", MONDAY)):
        with pytest.raises(Incomplete) as refused:
            opinion_of(**{field: value})
        assert refused.value.field == field


@pytest.mark.clause("smx-hotline-assessment/4.3.1.7.b", "smx-hotline-assessment-annex/3.6.b")
def test_five_points_in_each_month_until_it_is_carried_out(opinion_of, live, platform_leader, differences):
    opinion = opinion_of()
    december = dt.datetime(2017, 12, 5, 9, 0, tzinfo=MONDAY.tzinfo)
    sheets = ("2017-10", "2017-11", "2017-12", "2017")
    assert [live(one, now=DUE)["points"]["3.6.b"] for one in sheets] == [0, 0, 0, 0]
    assert [live(one, now=DUE + DAY)["points"]["3.6.b"] for one in sheets] == [5, 0, 0, 5]
    assert [live(one, now=december)["points"]["3.6.b"] for one in sheets] == [5, 5, 5, 15]
    done = december - dt.timedelta(days=3)
    services.opinion_confirm(opinion=opinion, carried_out_at=done, actor=platform_leader, at=december)
    assert [live(one, now=december)["points"]["3.6.b"] for one in sheets] == [5, 5, 0, 10]
    assert differences() == []


def test_an_answer_in_time_that_is_confirmed_later_is_in_time(opinion_of, liaison, platform_leader, live):
    opinion = opinion_of()
    services.opinion_answer(opinion=opinion, text="已清运并建立制度。", actor=liaison, at=DUE)
    sweep(now=DUE + DAY)
    assert owed(opinion).breached_at == DUE
    services.opinion_confirm(opinion=opinion, actor=platform_leader, at=DUE + 2 * DAY)
    assert (owed(opinion).state, owed(opinion).breached_at) == ("met", None)
    assert live(now=DUE + 2 * DAY)["points"]["3.6.b"] == 0


def test_an_answer_that_is_turned_down_does_not_count(opinion_of, liaison, platform_leader, live):
    opinion = opinion_of()
    services.opinion_answer(opinion=opinion, text="已清运。", actor=liaison, at=DUE - DAY)
    services.opinion_turn_down(opinion=opinion, reason="现场仍有堆积", actor=platform_leader, at=DUE)
    assert opinion.matter.events.last().kind == "assessment.opinion_turned_down"
    assert live(now=DUE + DAY)["points"]["3.6.b"] == 5
    services.opinion_answer(opinion=opinion, text="已再次清运。", actor=liaison, at=DUE + DAY)
    services.opinion_confirm(opinion=opinion, actor=platform_leader, at=DUE + 2 * DAY)
    assert owed(opinion).state == "late"


def test_the_time_of_carrying_out_lies_between_issue_and_now(opinion_of, platform_leader):
    opinion = opinion_of()
    for done in (MONDAY - DAY, DUE + DAY):
        with pytest.raises(Incomplete):
            services.opinion_confirm(opinion=opinion, carried_out_at=done, actor=platform_leader, at=DUE)


def test_an_opinion_on_an_order_is_settled_with_its_other_deductions(opinion_of, approved, dispatch_of, live):
    number = dispatch_of().request.matter.number
    opinion_of(order_no=number)
    approved("shirked_return", order_no=number)
    now = MONDAY + 5 * DAY
    assert live(now=now)["score"].parts["deduction"] == 5
    november = dt.datetime(2017, 11, 2, 9, 0, tzinfo=MONDAY.tzinfo)
    assert live("2017-11", now=november)["score"].parts["deduction"] == 5


def test_a_withdrawn_opinion_costs_nothing_and_is_owed_no_more(opinion_of, command, live):
    opinion = opinion_of()
    services.opinion_withdraw(opinion=opinion, reason="下达有误", actor=command, at=DUE + DAY)
    assert live(now=DUE + 2 * DAY)["points"]["3.6.b"] == 0
    assert owed(opinion).state == "cancelled"
    with pytest.raises(WrongState):
        services.opinion_withdraw(opinion=opinion, reason="下达有误", actor=command, at=DUE + DAY)


def test_who_may_do_what(opinion_of, liaison, other_liaison, platform_leader, reviewer):
    with pytest.raises(NotAllowed):
        opinion_of(actor=liaison)
    opinion = opinion_of(actor=reviewer)
    for who in (other_liaison, platform_leader):
        with pytest.raises(NotAllowed):
            services.opinion_answer(opinion=opinion, text="已清运。", actor=who, at=DUE)
    with pytest.raises(NotAllowed):
        services.opinion_confirm(opinion=opinion, actor=liaison, at=DUE)
    with pytest.raises(NotAllowed):
        services.opinion_withdraw(opinion=opinion, reason="有误", actor=platform_leader, at=DUE)
