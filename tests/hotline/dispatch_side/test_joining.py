"""More units at work: counties' reports, further assisting units, the command centre's decision."""

from __future__ import annotations

from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.services import Order
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

from .conftest import Life


@pytest.fixture
def report(bodies: Any) -> Any:
    def run(life: Life, at: Any = None, **changes: Any) -> Any:
        values = {"reason": "涉及市直管网", "suggestion": "请加批供水公司", **changes}
        return services.county_report(
            dispatch=life.dispatch, actor=life.by("liaison"), at=life.when(at), **values
        )

    return run


@pytest.fixture
def ask(bodies: Any) -> Any:
    def run(life: Life, at: Any = None, **changes: Any) -> Any:
        values = {"reason": "涉及供水", "proposed_bodies": [bodies["shuiwu"]], **changes}
        return services.assist_request(
            dispatch=life.dispatch, actor=life.by("liaison"), at=life.when(at), **values
        )

    return run


@pytest.mark.clause("smx-hotline-ops/14.4.c")
def test_a_county_that_is_alone_reports_within_one_working_day_with_reason_and_suggestion(
    life_of: Any, at: Any, report: Any
) -> None:
    for changes, field in (({"reason": ""}, "reason"), ({"suggestion": ""}, "suggestion")):
        with pytest.raises(Incomplete) as refusal:
            report(life_of("lushi"), **changes)
        assert refusal.value.field == field
    assert report(life_of("lushi"), at("2017-10-10 18:00")).late is False
    assert report(life_of("lushi"), at("2017-10-10 18:00:01")).late is True
    for life in (life_of("chengguan"), life_of("lushi", role="lead"), life_of("lushi", role="parallel")):
        with pytest.raises(WrongState, match="单一承办单位"):
            report(life)


def test_a_committee_reports_like_a_county(life_of: Any, report: Any) -> None:
    assert report(life_of("shifanqu")).status == "pending"


@pytest.mark.clause("smx-hotline-ops/14.4.d")
@pytest.mark.parametrize("worker", [True, False], ids=["worker in time", "worker late"])
def test_the_platforms_silence_for_one_working_day_leaves_the_request_with_the_county(
    life_of: Any, at: Any, report: Any, swept: Any, people: Any, clean: Any, worker: bool
) -> None:
    life = life_of("lushi", state="signed")
    waiting = report(life, at("2017-10-09 10:00"))
    assert life.owed("hotline.county_report_decision").due_at == at("2017-10-10 18:00")
    if worker:
        swept(at("2017-10-10 18:00"))
        waiting.refresh_from_db()
        assert waiting.status == "pending"
        swept(at("2017-10-10 18:00:01"))
        waiting.refresh_from_db()
        assert (waiting.status, waiting.decided_at) == ("lapsed", at("2017-10-10 18:00"))
        with pytest.raises(WrongState, match="已有结果"):
            services.county_report_adopt(
                application=waiting, actor=people["dispatcher"], at=at("2017-10-10 18:00:01")
            )
    else:
        with pytest.raises(WrongState, match="已有结果"):
            services.county_report_adopt(
                application=waiting, actor=people["dispatcher"], at=at("2017-10-10 18:00:01")
            )
        swept(at("2017-10-11 09:00"))
    life.dispatch.matter.refresh_from_db()
    assert life.dispatch.matter.state == "signed"
    assert life.dispatch.matter.events.filter(kind="hotline.county_report_lapsed").count() == 1
    assert life.state_of("hotline.county_report_decision") == "cancelled"  # silence is an answer, no fault
    assert life.owed("hotline.close").due_at == at("2017-10-16 18:00")
    assert clean() == []


def test_a_report_adopted_at_the_last_second_counts(life_of: Any, at: Any, report: Any, people: Any) -> None:
    life = life_of("lushi", state="signed")
    waiting = report(life, at("2017-10-09 10:00"))
    services.county_report_adopt(application=waiting, actor=people["dispatcher"], at=at("2017-10-10 18:00"))
    assert waiting.status == "accepted"
    assert life.refused() == "recalled"
    life.dispatch.request.matter.refresh_from_db()
    assert life.dispatch.request.matter.state == "received"


def test_a_report_adopted_with_further_units_makes_the_county_their_lead(
    life_of: Any, at: Any, report: Any, people: Any, bodies: Any, clean: Any
) -> None:
    life = life_of("lushi", state="signed")
    waiting = report(life, at("2017-10-09 10:00"))
    order = Order(bodies["shuiwu"], "请配合抢修", role="assist")
    services.county_report_adopt(
        application=waiting, orders=[order], actor=people["dispatcher"], at=at("2017-10-09 11:00")
    )
    life.dispatch.refresh_from_db()
    assert life.dispatch.role == "lead"
    assert life.owed("hotline.close").due_at == at("2017-10-18 18:00")
    joined = life.dispatch.request.dispatches.get(body=bodies["shuiwu"])
    assert (joined.role, joined.matter.state) == ("assist", "sent")
    assert joined.matter.obligations.get(rule="hotline.close").due_at == at("2017-10-18 18:00")
    assert clean() == []


def test_a_report_declined_leaves_all_as_it_was(life_of: Any, at: Any, report: Any, people: Any) -> None:
    life = life_of("lushi", state="signed")
    waiting = report(life)
    services.county_report_decline(
        application=waiting, opinion="属本辖区", actor=people["dispatcher"], at=life.when(None)
    )
    assert (waiting.status, life.refused()) == ("rejected", "signed")
    assert life.state_of("hotline.county_report_decision") == "met"


@pytest.mark.clause("smx-hotline-ops/14.7.c")
def test_only_the_leading_unit_asks_for_assisting_units_within_two_working_days(
    life_of: Any, at: Any, ask: Any, bodies: Any
) -> None:
    with pytest.raises(Incomplete) as refusal:
        ask(life_of(role="lead"), proposed_bodies=[])
    assert refusal.value.field == "proposed_bodies"
    assert ask(life_of(role="lead"), at("2017-10-11 18:00")).late is False
    assert ask(life_of(role="lead"), at("2017-10-11 18:00:01")).late is True
    for role in ("sole", "assist", "parallel"):
        with pytest.raises(WrongState, match="主办单位"):
            ask(life_of(role=role))
    assert ask(life_of("lushi", role="lead", other="chengguan")).status == "pending"  # a county that leads


@pytest.mark.clause("smx-hotline-ops/14.7.d")
def test_the_platform_must_answer_a_request_for_assisting_units_and_silence_decides_nothing(
    life_of: Any, at: Any, ask: Any, people: Any, bodies: Any, swept: Any, clean: Any
) -> None:
    life = life_of(role="lead")
    waiting = ask(life, at("2017-10-09 10:00"))
    assert life.owed("hotline.assist_request_decision").due_at == at("2017-10-10 18:00")
    swept(at("2017-10-11 09:00"))
    waiting.refresh_from_db()
    assert waiting.status == "pending"
    assert life.owed("hotline.assist_request_decision").breached_at == at("2017-10-10 18:00")
    order = Order(bodies["shuiwu"], "请配合", role="assist")
    joined = services.assist_add(
        application=waiting, orders=[order], actor=people["dispatcher"], at=at("2017-10-11 10:00")
    )
    assert [(one.body.code, one.role, one.urgency) for one in joined] == [("shuiwu", "assist", "routine")]
    assert life.state_of("hotline.assist_request_decision") == "late"
    assert clean() == []


def test_declining_assisting_units_says_why(life_of: Any, ask: Any, people: Any) -> None:
    life = life_of(role="lead")
    waiting = ask(life)
    with pytest.raises(Incomplete) as refusal:
        services.assist_decline(application=waiting, opinion="", actor=people["dispatcher"], at=life.at)
    assert refusal.value.field == "opinion"
    services.assist_decline(
        application=waiting, opinion="不涉及供水", actor=people["dispatcher"], at=life.when(None)
    )
    assert waiting.status == "rejected"


def test_the_reviewer_does_not_add_units(life_of: Any, ask: Any, people: Any, bodies: Any) -> None:
    life = life_of(role="lead")
    waiting = ask(life)
    order = Order(bodies["shuiwu"], "请配合", role="assist")
    with pytest.raises(NotAllowed, match="派单员"):
        services.assist_add(application=waiting, orders=[order], actor=people["reviewer"], at=life.at)


@pytest.mark.parametrize("orders", [[], ["parallel"]])
def test_added_units_only_assist(life_of: Any, ask: Any, people: Any, bodies: Any, orders: list[str]) -> None:
    life = life_of(role="lead")
    waiting = ask(life)
    given = [Order(bodies["shuiwu"], "请配合", role=role, part="供水") for role in orders]
    with pytest.raises(Incomplete):
        services.assist_add(application=waiting, orders=given, actor=people["dispatcher"], at=life.at)


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.1.c")
def test_lead_and_assisting_units_have_two_working_days_more_on_routine_work_without_asking(
    life_of: Any, at: Any
) -> None:
    for role in ("lead", "assist"):
        life = life_of(role=role)
        assert life.owed("hotline.close").due_at == at("2017-10-18 18:00")
        assert not life.dispatch.applications.exists()
        urgent = life_of(role=role, urgency="urgent")
        assert urgent.owed("hotline.close").due_at == at("2017-10-10 09:05")  # the platform decides
        longer = life_of(role=role, urgency="urgent", assist_extra=True)
        assert longer.owed("hotline.close").due_at == at("2017-10-12 18:00")
    for role in ("sole", "parallel"):
        assert life_of(role=role).owed("hotline.close").due_at == at("2017-10-16 18:00")


@pytest.fixture
def determine(bodies: Any, people: Any) -> Any:
    def run(
        life: Life, *, lead: str, assisting: list[str], by: str = "command_centre", **changes: Any
    ) -> Any:
        return services.joint_determine(
            request=life.dispatch.request,
            lead=bodies[lead],
            assisting=[bodies[code] for code in assisting],
            instruction="会办确定分工",
            actor=people[by],
            at=life.when(None),
            **changes,
        )

    return run


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.1.d")
def test_the_command_centre_sets_lead_assisting_units_and_limit_of_what_it_brings_together(
    life_of: Any, at: Any, determine: Any, clean: Any
) -> None:
    life = life_of(state="handed_over")
    until = at("2017-10-25 12:00")
    made = determine(life, lead="shuiwu", assisting=["chengguan", "zhujian"], until=until)
    assert [(one.body.code, one.role) for one in made] == [
        ("shuiwu", "lead"),
        ("chengguan", "assist"),
        ("zhujian", "assist"),
    ]
    for one in made:
        row = one.matter.obligations.get(rule="hotline.close")
        assert (row.due_at, row.state) == (until, "open")
    life.dispatch.matter.refresh_from_db()
    assert life.dispatch.matter.state == "handed_over"  # what was begun goes on
    assert clean() == []


def test_without_a_limit_of_its_own_the_command_centres_units_have_the_usual_one(
    life_of: Any, at: Any, determine: Any
) -> None:
    life = life_of(state="signed")
    made = determine(life, lead="chengguan", assisting=["zhujian"])
    for one in made:
        assert one.matter.obligations.get(rule="hotline.close").due_at == at("2017-10-18 18:00")


@pytest.mark.parametrize("role", ["dispatcher", "platform_leader", "reviewer"])
def test_nobody_but_the_command_centre_determines(life_of: Any, determine: Any, role: str) -> None:
    with pytest.raises(NotAllowed, match="指挥中心"):
        determine(life_of(state="signed"), lead="chengguan", assisting=["zhujian"], by=role)


@pytest.mark.parametrize("assisting", [[], ["chengguan"]])
def test_joint_handling_takes_one_lead_and_another_unit(
    life_of: Any, determine: Any, assisting: list[str]
) -> None:
    with pytest.raises(Incomplete):
        determine(life_of(state="signed"), lead="chengguan", assisting=assisting)


def test_a_lead_that_is_there_already_must_be_named(life_of: Any, determine: Any) -> None:
    with pytest.raises(Incomplete, match="现为主办单位"):
        determine(life_of(role="lead"), lead="zhujian", assisting=["shuiwu"])


def test_a_unit_that_holds_the_request_already_is_not_added_once_more(
    life_of: Any, ask: Any, people: Any, bodies: Any
) -> None:
    life = life_of(role="lead")
    waiting = ask(life)
    order = Order(bodies["zhujian"], "请配合", role="assist")
    with pytest.raises(Incomplete, match="已是本件的承办单位"):
        services.assist_add(application=waiting, orders=[order], actor=people["dispatcher"], at=life.at)


def test_the_command_centre_overwrites_nothing_it_has_not_seen(
    life_of: Any, determine: Any, people: Any
) -> None:
    from luoshi.ledger.services import record

    life = life_of(state="signed")
    matter = life.dispatch.request.matter
    matter.refresh_from_db()
    seen = matter.version
    record(matter=matter, kind="hotline.noted", actor=people["agent"], at=life.at)
    with pytest.raises(WrongState, match="已有变动"):
        determine(life, lead="chengguan", assisting=["shuiwu"], version=seen)
    determine(life, lead="chengguan", assisting=["shuiwu"], version=seen + 1)
