"""What leaders ask for before they speak, publish, write greetings or appear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.agenda import services
from luoshi.agenda.models import Clearance, Leader, Step
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.organisation import services as organisation
from luoshi.organisation.models import Body, Grant, Post, User
from luoshi.organisation.selectors import actor_for

Moment = Callable[[str], dt.datetime]
Leaders = dict[str, Leader]
Signed = Callable[[str], Actor]
Apply = Callable[..., Clearance]


@pytest.fixture
def apply(signed: Signed, at: Moment) -> Apply:
    """apply("vicemayor", "speech_government"): asked for by themselves, for the 15th."""

    def make(name: str, kind: str, *, day: str = "2017-11-06 09:00", by: str = "", **more: Any) -> Clearance:
        on = dt.date.fromisoformat(day[:10]) + dt.timedelta(days=9)
        values = {"subject": "在论坛上的讲话", "text": "讲话稿全文", "on": on, **more}
        person = User.objects.select_related("person__body").get(username=name).person
        return services.clearance_apply(
            person=person, kind=kind, actor=signed(by or name), at=at(day), **values
        )

    return make


def keys(row: Clearance) -> list[str]:
    rows = Step.objects.filter(paper=row.matter).exclude(matter__state="left_out")
    return list(rows.order_by("position", "pk").values_list("key", flat=True))


@pytest.mark.clause("smx-work-rules/66.2", "smx-work-rules/66.3")
@pytest.mark.parametrize("kind", ["speech_government", "speech_personal"])
@pytest.mark.parametrize("name", ["executive", "vicemayor", "secretary", "chengguan.principal"])
def test_a_speech_or_article_is_approved_before_it_is_given(
    apply: Apply, leaders: Leaders, signed: Signed, at: Moment, kind: str, name: str
) -> None:
    row = apply(name, kind)
    assert keys(row) == (["mayor"] if name == "secretary" else ["secretary", "mayor"])
    assert row.matter.state == "applied"
    step = Step.objects.get(paper=row.matter, key="mayor")
    with pytest.raises((NotAllowed, WrongState)):
        services.step_agree(step=step, actor=signed("vicemayor2"), at=at("2017-11-07 09:00"))
    assert agree_all_of(row, at("2017-11-07 09:00")) == "granted"


def agree_all_of(row: Clearance, at: dt.datetime) -> str:
    while True:
        step = Step.objects.filter(paper=row.matter, matter__state="open").order_by("position", "pk").first()
        if step is None:
            break
        user = User.objects.filter(person=step.person).first() if step.person else None
        user = user or Grant.objects.filter(role__code__in=step.roles)[0].user
        services.step_agree(step=step, opinion="同意", actor=actor_for(user=user, at=at), at=at)
    row.matter.refresh_from_db()
    return str(row.matter.state)


@pytest.mark.clause("smx-work-rules/66.2", "smx-work-rules/66.3")
def test_nothing_is_approved_afterwards_or_without_its_text(apply: Apply, at: Moment) -> None:
    with pytest.raises(Incomplete, match="事先报批"):
        apply("vicemayor", "speech_government", on=dt.date(2017, 11, 5))
    with pytest.raises(Incomplete, match="内容"):
        apply("vicemayor", "speech_government", text=" ")
    with pytest.raises(WrongState, match="不按这一程序"):
        apply("mayor", "speech_government")
    with pytest.raises(WrongState, match="不按这一程序"):
        apply("zonghe1", "speech_government")
    row = apply("vicemayor", "speech_government")
    with pytest.raises(WrongState, match="不能事后核准"):
        agree_all_of(row, at("2017-11-16 00:00"))


def test_a_request_is_made_for_oneself_by_the_office_or_by_the_serving_section(
    apply: Apply, leaders: Leaders, signed: Signed, at: Moment
) -> None:
    for name in ("vicemayor2", "zonghe2", "mishu"):
        with pytest.raises(NotAllowed):
            apply("vicemayor", "speech_government", by=name)
    for name in ("zonghe1", "shizhangban"):
        row = apply("vicemayor", "speech_government", by=name)
        services.clearance_withdraw(clearance=row, actor=signed(name), at=at("2017-11-06 10:00"))
        row.matter.refresh_from_db()
        assert row.matter.state == "withdrawn"


@pytest.fixture
def xiping(under: Callable[[str], None], apply: Apply) -> Apply:
    """Like apply, under the county's rules in June 2020."""
    under("xiping")
    return lambda name, kind, **more: apply(name, kind, **{"day": "2020-06-01 09:00", **more})


@pytest.mark.clause("xiping-work-rules/46.1")
def test_the_county_head_s_activities_are_proposed_by_the_office_and_submitted_by_its_head(
    xiping: Apply, at: Moment
) -> None:
    row = xiping("mayor", "schedule", by="shizhangban")
    rows = Step.objects.filter(paper=row.matter).order_by("position").values_list("key", "matter__state")
    assert list(rows) == [("office", "agreed"), ("secretary", "open"), ("mayor", "waiting")]
    assert agree_all_of(row, at("2020-06-02 09:00")) == "granted"
    with pytest.raises(WrongState):
        xiping("vicemayor", "schedule", by="shizhangban")


@pytest.mark.clause("xiping-work-rules/46.2")
def test_a_joint_event_is_settled_with_the_party_office_first_and_the_vice_head_comes_before_the_head(
    xiping: Apply, bodies: dict[str, Body], at: Moment
) -> None:
    row = xiping("mayor", "joint", by="shizhangban", host=bodies["chengguan"])
    assert keys(row) == ["liaise", "secretary", "in_charge", "mayor"]
    assert agree_all_of(row, at("2020-06-02 09:00")) == "granted"


@pytest.mark.clause("xiping-work-rules/46.3")
def test_a_vice_head_s_attendance_goes_from_the_section_over_deputy_head_and_vice_head_to_the_county_head(
    xiping: Apply, leaders: Leaders, bodies: dict[str, Body], at: Moment
) -> None:
    row = xiping("vicemayor", "attend", by="zonghe1", host=bodies["jiaoyu"], subject="全县教育工作会议")
    assert keys(row) == ["section", "assistant", "secretary", "in_charge", "mayor"]
    people = Step.objects.filter(paper=row.matter, person__isnull=False).order_by("position")
    expected = [leaders[name].person_id for name in ("deputy", "secretary", "vicemayor3", "mayor")]
    assert list(people.values_list("person", flat=True)) == expected
    assert agree_all_of(row, at("2020-06-02 09:00")) == "granted"


ACTIVITIES = [
    pytest.param("fair", "festival", marks=pytest.mark.clause("xiping-work-rules/46.4")),
    pytest.param("exhibition", "festival", marks=pytest.mark.clause("xiping-work-rules/46.4")),
    pytest.param("festivity", "festival", marks=pytest.mark.clause("xiping-work-rules/46.4")),
    pytest.param("department_meeting", "department_meeting", marks=pytest.mark.clause("xiping-work-rules/46.5")),
    *(
        pytest.param(one, "ceremony", marks=pytest.mark.clause("xiping-work-rules/46.6"))
        for one in (
            "ribbon", "foundation", "celebration", "commemoration", "commendation", "seminar", "forum",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("activity", "kind"), ACTIVITIES)
def test_a_vice_head_does_not_appear_at_these_without_the_county_head_s_approval(
    xiping: Apply,
    leaders: Leaders,
    bodies: dict[str, Body],
    signed: Signed,
    at: Moment,
    activity: str,
    kind: str,
) -> None:
    values: dict[str, Any] = {
        "person": leaders["vicemayor"].person, "activity": activity, "subject": "开幕活动", "on": dt.date(2020, 6, 10),
        "host": bodies["chengguan"], "actor": signed("zonghe1"), "at": at("2020-06-02 10:00"),
    }  # fmt: skip
    with pytest.raises(Refusal, match="缺少县长批准") as refusal:
        services.activity_plan(**values)
    assert len(refusal.value.cite) == 1
    row = xiping("vicemayor", kind, by="zonghe1", host=bodies["chengguan"])
    with pytest.raises(Refusal, match="缺少县长批准"):
        services.activity_plan(**values, clearance=row)
    assert agree_all_of(row, at("2020-06-02 09:00")) == "granted"
    with pytest.raises(Refusal, match="缺少县长批准"):
        services.activity_plan(**{**values, "on": dt.date(2020, 6, 11)}, clearance=row)
    planned = services.activity_plan(**values, clearance=Clearance.objects.get(pk=row.pk))
    assert planned.matter.state == "planned"
    services.activity_cancel(
        activity=planned, reason="改期", actor=signed("zonghe1"), at=at("2020-06-03 09:00")
    )
    free = services.activity_plan(**{**values, "person": leaders["mayor"].person, "actor": signed("mayor")})
    assert free.clearance is None


@pytest.mark.clause("xiping-work-rules/46.5")
def test_a_vice_head_with_a_post_in_the_department_attends_its_meeting_freely(
    under: Callable[[str], None], leaders: Leaders, bodies: dict[str, Body], signed: Signed, at: Moment
) -> None:
    under("xiping")
    organisation.post_start(
        person=leaders["vicemayor2"].person, body=bodies["gongan"], kind=Post.Kind.STAFF, title="局长",
        since=dt.date(2020, 1, 1), full_time=False, actor=SYSTEM, at=at("2020-06-01 09:00"),
    )  # fmt: skip
    values: dict[str, Any] = {
        "activity": "department_meeting", "subject": "全县公安工作会议", "on": dt.date(2020, 6, 10),
        "actor": signed("shizhangban"), "at": at("2020-06-02 10:00"),
    }  # fmt: skip
    services.activity_plan(person=leaders["vicemayor2"].person, host=bodies["gongan"], **values)
    with pytest.raises(Refusal, match="非兼职部门"):  # in charge of it, but without a post there
        services.activity_plan(person=leaders["vicemayor"].person, host=bodies["chengguan"], **values)
    with pytest.raises(Incomplete, match="部门"):
        services.activity_plan(person=leaders["vicemayor"].person, host=None, **values)


@pytest.mark.clause("xiping-work-rules/54.2")
@pytest.mark.parametrize("kind", ["speech_government", "speech_personal"])
def test_a_county_leader_s_speech_goes_to_the_county_head_whose_own_is_no_matter_of_the_system(
    xiping: Apply, leaders: Leaders, at: Moment, kind: str
) -> None:
    row = xiping("vicemayor", kind)
    assert [step.person for step in Step.objects.filter(paper=row.matter)] == [leaders["mayor"].person]
    assert agree_all_of(row, at("2020-06-02 09:00")) == "granted"
    with pytest.raises(WrongState, match="党委程序"):
        xiping("mayor", kind)


@pytest.mark.clause("xiping-work-rules/54.3")
def test_other_members_ask_for_speeches_in_the_county_s_name_and_on_undecided_questions(
    xiping: Apply, at: Moment
) -> None:
    for kind in ("speech_government", "speech_undecided"):
        assert agree_all_of(xiping("chengguan.principal", kind), at("2020-06-02 09:00")) == "granted"
    with pytest.raises(WrongState, match="不按这一程序"):
        xiping("chengguan.principal", "speech_personal")


@pytest.mark.clause("xiping-work-rules/65.1")
def test_no_greetings_or_inscriptions_but_what_the_party_committee_arranged(xiping: Apply) -> None:
    for name in ("mayor", "executive", "vicemayor"):
        with pytest.raises(Refusal, match="县委统一安排") as refusal:
            xiping(name, "greeting", subject="贺信")
        assert refusal.value.cite == ("xiping-work-rules/65.1",)
        row = xiping(name, "greeting", subject="贺信", basis="县委办通知")
        assert row.matter.state == "granted"


@pytest.mark.clause("xiping-work-rules/8.3")
def test_a_vice_head_represents_the_county_abroad_by_commission_or_approval(
    xiping: Apply, leaders: Leaders, signed: Signed, at: Moment
) -> None:
    values: dict[str, Any] = {
        "person": leaders["vicemayor"].person, "activity": "foreign", "subject": "友城访问",
        "on": dt.date(2020, 6, 10), "actor": signed("zonghe1"), "at": at("2020-06-02 10:00"),
    }  # fmt: skip
    with pytest.raises(Refusal, match="委托或批准") as refusal:
        services.activity_plan(**values)
    assert refusal.value.cite == ("xiping-work-rules/8.3",)
    row = xiping("vicemayor", "attend", by="zonghe1")
    assert agree_all_of(row, at("2020-06-02 09:00")) == "granted"
    services.activity_plan(**values, clearance=Clearance.objects.get(pk=row.pk))
    services.delegation_add(
        by=leaders["mayor"], to=leaders["vicemayor2"].person, kind="commission", scope="接待友城代表团",
        powers=["represent"], since=dt.date(2020, 6, 10), until=dt.date(2020, 6, 10), document="县长委托书",
        actor=signed("mayor"), at=at("2020-06-02 09:00"),
    )  # fmt: skip
    other = {**values, "person": leaders["vicemayor2"].person, "actor": signed("zonghe2")}
    services.activity_plan(**other)
    with pytest.raises(Refusal, match="委托或批准"):
        services.activity_plan(**{**other, "on": dt.date(2020, 6, 11)})
