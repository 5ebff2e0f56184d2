"""What one owes, may do and finds: right for each role, and no query per row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.selectors import dispatches, worklist
from luoshi.hotline.states import DISPATCHES
from luoshi.web.worklist import owed_by

MINUTE = dt.timedelta(minutes=1)


def actions(life: Any, role: str, now: dt.datetime | None = None) -> set[str]:
    found = dispatches.allowed_actions(dispatch=life.dispatch, actor=life.by(role), now=now or life.at)
    return {one.action for one in found}


def test_a_new_dispatch_offers_its_liaison_officer_the_signing_with_its_countdown(
    life_of: Any, at: Any
) -> None:
    life = life_of()
    found = dispatches.allowed_actions(
        dispatch=life.dispatch, actor=life.by("liaison"), now=at("2017-10-09 15:04:30")
    )
    sign = next(one for one in found if one.action == "sign")
    assert sign.label == "签收"
    (left,) = sign.countdowns
    assert (left.seconds, left.overdue, left.window) == (30, False, False)
    assert "request_return" not in {one.action for one in found}  # only what was signed is returned


def test_a_countdown_turns_overdue_after_the_last_second(life_of: Any, at: Any) -> None:
    row = life_of().owed("hotline.sign_in")
    assert not dispatches.countdown(row, at("2017-10-09 15:05")).overdue
    late = dispatches.countdown(row, at("2017-10-09 15:05:01"))
    assert (late.seconds, late.overdue) == (-1, True)


@pytest.mark.parametrize(
    ("state", "role", "there", "missing"),
    [
        ("sent", "handler", set(), {"sign"}),
        (
            "signed",
            "liaison",
            {"hand_over", "contact", "report_preliminary", "request_return"},
            {"sign", "draft"},
        ),
        ("signed", "handler", {"hand_over", "contact", "request_extension"}, {"report_preliminary"}),
        (
            "handed_over",
            "liaison",
            {"draft", "request_extension"},
            {"submit", "county_report", "request_assist"},
        ),
        ("drafted", "liaison", {"contact"}, {"submit", "send_back"}),
        ("drafted", "unit_leader", {"submit", "send_back"}, {"request_extension"}),
        (
            "submitted",
            "reviewer",
            {"pass", "order_redo", "second_assign"},
            {"grant_extension", "accept_return"},
        ),
        ("submitted", "unit_leader", set(), {"submit", "draft"}),
        ("redo", "handler", {"draft"}, {"request_extension", "request_coordination"}),
        ("passed", "callback", set(), {"order_mend"}),
        ("passed", "command_centre", {"supervise"}, {"urge", "answer_supervision"}),
        ("mending", "unit_leader", {"mend"}, {"submit"}),
        ("recalled", "dispatcher", set(), {"recall"}),
        (
            "handed_over",
            "command_centre",
            {"urge", "supervise", "set_joint"},
            {"pass", "approve_coordination"},
        ),
        ("handed_over", "agent", set(), {"contact", "recall"}),
    ],
)
def test_who_may_do_what_now(life_of: Any, state: str, role: str, there: set[str], missing: set[str]) -> None:
    found = actions(life_of(state=state), role)
    assert there <= found
    assert not missing & found


def test_a_decision_is_offered_only_while_something_waits(life_of: Any, bodies: Any, at: Any) -> None:
    life = life_of(state="signed")
    assert "accept_return" not in actions(life, "dispatcher")
    services.return_request(
        dispatch=life.dispatch,
        reason="非本单位职责",
        proposed_body=bodies["zhujian"],
        actor=life.by("liaison"),
        at=life.when(None),
    )
    assert {"accept_return", "reject_return"} <= actions(life, "dispatcher")
    assert "request_return" not in actions(life, "liaison")


def test_an_extension_is_offered_to_the_last_second_of_the_limit(life_of: Any, at: Any) -> None:
    life = life_of(state="handed_over")
    assert "request_extension" in actions(life, "liaison", at("2017-10-16 18:00"))
    assert "request_extension" not in actions(life, "liaison", at("2017-10-16 18:00:01"))


def test_only_counties_report_and_only_leads_ask_for_units(life_of: Any) -> None:
    assert "county_report" in actions(life_of("lushi"), "liaison")
    assert "county_report" not in actions(life_of("lushi", role="parallel"), "liaison")
    assert "request_assist" in actions(life_of(role="lead"), "liaison")


def test_a_county_report_that_silence_has_decided_offers_no_adoption(life_of: Any, at: Any) -> None:
    life = life_of("lushi", state="signed")
    services.county_report(
        dispatch=life.dispatch, reason="不属本辖区", suggestion="改派", actor=life.by("liaison"), at=life.at
    )
    assert "adopt_report" in actions(life, "dispatcher", at("2017-10-10 18:00"))
    assert "adopt_report" not in actions(life, "dispatcher", at("2017-10-10 18:00:01"))


def test_what_is_offered_can_be_done_as_far_as_state_and_permission_go(life_of: Any, people: Any) -> None:
    for state in DISPATCHES.labels:
        life = life_of(state=state)
        for role in people:
            for one in dispatches.allowed_actions(dispatch=life.dispatch, actor=life.by(role), now=life.at):
                assert DISPATCHES.edge(state, one.action) is one.edge


def test_what_may_be_done_costs_the_same_few_queries_in_every_state(
    life_of: Any, django_assert_max_num_queries: Any
) -> None:
    life = life_of(state="handed_over").contact()
    with django_assert_max_num_queries(5):
        actions(life, "liaison")


def test_a_unit_sees_its_own_dispatches_and_the_platform_all(
    life_of: Any, actor: Any, people: Any, at: Any
) -> None:
    mine = life_of(role="lead")
    other = mine.dispatch.request.dispatches.exclude(pk=mine.dispatch.pk).get()
    now = at("2017-10-09 10:00")

    def seen(who: Any, **query: str) -> list[int]:
        return [one.pk for one in dispatches.dispatch_list(actor=who, query=query, now=now).items]

    assert seen(people["liaison"]) == [mine.dispatch.pk]
    assert seen(actor("liaison", "zhujian")) == [other.pk]
    assert seen(people["dispatcher"]) == [other.pk, mine.dispatch.pk]
    assert seen(people["dispatcher"], body=str(other.body_id)) == [other.pk]
    assert seen(people["liaison"], body=str(other.body_id)) == [mine.dispatch.pk]
    assert seen(people["city_leader"]) == [other.pk, mine.dispatch.pk]
    from luoshi.ledger.actors import CITIZEN

    assert seen(CITIZEN) == []


def test_the_list_filters_searches_and_pages_by_key(life_of: Any, people: Any, at: Any, swept: Any) -> None:
    lives = [
        life_of(state=state, title=f"第{n}件")
        for n, state in enumerate(["sent", "signed", "sent", "submitted"])
    ]
    who = people["dispatcher"]

    def seen(now: str = "2017-10-09 10:00", size: int = 50, **query: str) -> Any:
        return dispatches.dispatch_list(actor=who, query=query, now=at(now), size=size)

    def pks(page: Any) -> list[int]:
        return [one.pk for one in page.items]

    ids = [life.dispatch.pk for life in lives]
    assert pks(seen(state="sent")) == [ids[2], ids[0]]
    assert pks(seen(state="nonsense")) == ids[::-1]
    assert pks(seen(q=lives[1].dispatch.matter.number)) == [ids[1]]
    assert pks(seen(q=lives[1].dispatch.request.matter.number)) == [ids[1]]
    assert pks(seen(q="第3件")) == [ids[3]]
    assert pks(seen(q="从未有人说过的话")) == []
    assert pks(seen(urgency="urgent")) == []
    assert pks(seen(role="sole")) == ids[::-1]
    assert pks(seen("2017-10-09 15:06", overdue="1")) == [ids[2], ids[0]]  # signing ran out at 15:05
    swept(at("2017-10-09 15:06"))
    assert pks(seen("2017-10-09 15:06", overdue="1")) == [ids[2], ids[0]]
    first = seen(size=3)
    second = seen(size=3, after=first.next)
    assert (pks(first), pks(second)) == (ids[:0:-1], ids[:1])
    assert pks(seen(size=3, before=second.previous)) == pks(first)


def test_lists_take_the_same_few_queries_however_long_they_are(
    life_of: Any, people: Any, at: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        life_of(state="signed")
    now = at("2017-10-09 10:00")
    with django_assert_max_num_queries(1):
        page = dispatches.dispatch_list(actor=people["dispatcher"], query={}, now=now)
        assert all(
            one.matter.number and one.body.short_name and one.matter.parent.title for one in page.items
        )
    with django_assert_max_num_queries(1):
        found = dispatches.due_next(page.items, now)
    assert set(found) == {one.pk for one in page.items}


def test_the_duty_that_runs_out_first_is_the_one_shown(life_of: Any, at: Any) -> None:
    life = life_of()
    shown = dispatches.due_next([life.dispatch], at("2017-10-09 10:00"))[life.dispatch.pk]
    assert shown.obligation.rule == "hotline.sign_in"


def owed(who: Any) -> set[str]:
    return {row.rule for row in owed_by(who)}


def test_a_units_people_owe_what_their_unit_owes_soonest_first(life_of: Any, people: Any) -> None:
    life_of(role="assist")
    rows = list(owed_by(people["liaison"]))
    assert rows[0].rule == "hotline.sign_in"
    assert rows[-1].due_at is None  # what has no due time comes last
    assert {row.body_id for row in rows} == {people["liaison"].body_id}
    assert "hotline.return_window" not in owed(people["liaison"])  # a right is no duty


def test_the_platforms_people_owe_what_falls_to_their_role(life_of: Any, people: Any, bodies: Any) -> None:
    life_of(state="submitted")
    returned = life_of(state="signed")
    services.return_request(
        dispatch=returned.dispatch,
        reason="非本单位职责",
        proposed_body=bodies["zhujian"],
        actor=returned.by("liaison"),
        at=returned.when(None),
    )
    assert owed(people["reviewer"]) == {"hotline.review", "hotline.return_decision"}
    assert owed(people["dispatcher"]) == {"hotline.return_decision"}
    assert owed(people["callback"]) == set()
    assert owed(people["agent"]) == set()
    life_of(state="passed")
    assert owed(people["callback"]) == {"hotline.feedback"}


def test_every_duty_of_the_platform_falls_to_somebody() -> None:
    from luoshi.engines.rulebook import Limit
    from luoshi.ledger import rules

    duties = {
        limit.id
        for limit in rules.current().holding(Limit, dt.date(2017, 10, 9))
        if limit.owner == "platform" and limit.matter.startswith("hotline.")
    }
    assert duties == {rule for ids in worklist.BY_PERMISSION.values() for rule in ids}
