"""The year of probation: its end, its reminder, its result."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.appointments import services
from luoshi.appointments.models import Probation
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.organisation.models import Post

from .conftest import NOW, TODAY, on, spec

pytestmark = pytest.mark.django_db
EDU, ENV = "三门峡市教育局", "三门峡市环境保护局"
END = dt.date(2018, 11, 6)


@pytest.fixture
def probation(issue):
    """A probation stated behind the second of two posts."""
    issue(
        spec("方知行", "appoint", EDU, "副局长"), spec("方知行", "appoint", ENV, "副局长", probation=True),
        spec("傅言", "appoint", EDU, "总督学"),
    )  # fmt: skip
    return Probation.objects.get()


def owed(probation):
    return {one.rule: (one.due_at, one.state) for one in probation.matter.obligations.all()}


@pytest.mark.clause("smx-appointments/0.6")
def test_probation_lasts_a_year_from_the_notice_s_date_to_the_same_day(probation, officer):
    assert (probation.since, probation.ends_on) == (TODAY, END)
    assert owed(probation) == {"appointments.probation_result": (on("2018-11-06 18:00"), "open")}
    assert probation.matter.obligations.get().body_id == officer.body_id


@pytest.mark.clause("smx-appointments/0.7")
def test_stated_behind_two_posts_it_covers_both(probation):
    assert [act.printed for act in probation.acts.order_by("position")] == [f"{EDU}副局长", f"{ENV}副局长"]


def test_stated_behind_the_first_post_alone_it_covers_that_one(issue):
    issue(spec("方知行", "appoint", EDU, "副局长", probation=True), spec("方知行", "appoint", ENV, "调研员"))
    assert [act.printed for act in Probation.objects.get().acts.all()] == [f"{EDU}副局长"]


@pytest.mark.clause("smx-appointments/0.6")
def test_it_is_called_to_mind_thirty_days_before_once(probation):
    assert services.probations_remind(actor=SYSTEM, at=on("2018-10-06 08:00")) == []
    assert services.probations_remind(actor=SYSTEM, at=on("2018-10-07 00:05")) == [probation]
    assert services.probations_remind(actor=SYSTEM, at=on("2018-10-08 00:05")) == []
    assert owed(probation)["appointments.probation_review"] == (on("2018-11-06 18:00"), "open")
    probation.refresh_from_db()
    assert probation.reminded_on == dt.date(2018, 10, 7)


def test_a_worker_that_comes_late_still_reminds_with_the_right_end(probation):
    services.probations_remind(actor=SYSTEM, at=on("2018-10-20 00:05"))
    assert owed(probation)["appointments.probation_review"][0] == on("2018-11-06 18:00")


@pytest.mark.clause("smx-appointments/0.6")
def test_its_result_is_to_be_confirmed_extended_or_removed(probation, officer):
    services.probations_remind(actor=SYSTEM, at=on("2018-10-07 00:05"))
    services.probation_assess(probation=probation, opinion="称职", actor=officer, at=on("2018-10-25 09:00"))
    assert owed(probation)["appointments.probation_review"][1] == "met"
    with pytest.raises(Incomplete, match="不得在此之前"):
        services.probation_confirm(
            probation=probation,
            on=dt.date(2018, 11, 5),
            document="甲",
            actor=officer,
            at=on("2018-11-05 09:00"),
        )
    done = services.probation_confirm(
        probation=probation, on=END, document="三人社任〔2018〕3号", actor=officer, at=on("2018-11-06 15:00")
    )
    assert (done.result, done.result_on, done.document) == ("confirmed", END, "三人社任〔2018〕3号")
    assert {state for _, state in owed(probation).values()} == {"met"}
    with pytest.raises(WrongState):
        services.probation_remove(
            probation=probation, on=END, document="乙", actor=officer, at=on("2018-11-07 09:00")
        )
    with pytest.raises(WrongState):
        services.probation_extend(
            probation=probation,
            until=dt.date(2019, 5, 6),
            document="乙",
            actor=officer,
            at=on("2018-11-07 09:00"),
        )


def test_extended_it_is_owed_and_called_to_mind_anew(probation, officer):
    services.probations_remind(actor=SYSTEM, at=on("2018-10-07 00:05"))
    with pytest.raises(Incomplete, match="须晚于"):
        services.probation_extend(
            probation=probation, until=END, document="甲", actor=officer, at=on("2018-11-01 09:00")
        )
    later = services.probation_extend(
        probation=probation,
        until=dt.date(2019, 5, 6),
        document="甲",
        actor=officer,
        at=on("2018-11-01 09:00"),
    )
    assert (later.ends_on, later.extended, later.reminded_on) == (dt.date(2019, 5, 6), 1, None)
    assert owed(probation)["appointments.probation_result"] == (on("2019-05-06 23:59:59"), "open")
    assert services.probations_remind(actor=SYSTEM, at=on("2019-04-06 00:05")) == [probation]
    latest = (
        probation.matter.obligations.filter(rule="appointments.probation_review")
        .order_by("opened_seq")
        .last()
    )
    assert latest.due_at == on("2019-05-06 18:00")


def test_removed_the_person_loses_every_post_that_it_covers(probation, officer, bodies):
    services.probation_remove(
        probation=probation,
        on=dt.date(2018, 3, 1),
        document="三政任〔2018〕2号",
        actor=officer,
        at=on("2018-03-01 09:00"),
    )
    posts = Post.objects.filter(person__name="方知行", kind="appointed")
    assert {post.until for post in posts} == {dt.date(2018, 3, 1)} and posts.count() == 2
    assert Post.objects.get(person__name="傅言").until is None


def test_unmet_it_becomes_overdue(probation):
    from luoshi.ledger.services import sweep

    sweep(now=on("2018-11-06 18:00"))
    assert probation.matter.obligations.get().breached_at is None
    sweep(now=on("2018-11-06 18:01"))
    assert probation.matter.obligations.get().breached_at == on("2018-11-06 18:00")


def test_others_may_not_end_it(probation, actor, officer):
    with pytest.raises(NotAllowed):
        services.probation_assess(probation=probation, opinion="好", actor=actor("mayor"), at=NOW)
    with pytest.raises(NotAllowed):
        services.probation_confirm(
            probation=probation, on=END, document="甲", actor=actor("mayor"), at=on("2018-12-01 09:00")
        )
    for wrong in (dt.date(2017, 11, 5), dt.date(2019, 1, 1)):
        with pytest.raises(Incomplete):
            services.probation_remove(
                probation=probation, on=wrong, document="甲", actor=officer, at=on("2018-12-01 09:00")
            )
