"""City-wide meetings: which are applied for, who approves, and what a host may not do."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.meetings import services
from luoshi.meetings.models import CityMeeting
from luoshi.meetings.selectors.city import joint_gap, too_soon

from .office import LATER, NOW, Office
from .topics import refused

pytestmark = pytest.mark.django_db
PROPOSAL = {
    "content": "部署冬季供暖", "agenda": "动员、表态、讲话", "time": "12月1日上午", "place": "市政府会议室",
    "attendees": "各县（市、区）分管负责人",
    "cost": "5000元", "funding": "部门预算", "speakers": "两人各5分钟",
}  # fmt: skip
STARTS = NOW + dt.timedelta(days=40)


@pytest.fixture
def office(actor, bodies):
    return Office(actor, bodies)


@pytest.fixture
def xiping(under, actor, bodies):
    under("xiping")
    return Office(actor, bodies, at=LATER)


def draw_up(office, sort="deploy", *, unit="chengguan", **given):
    own = {
        "title": "全市供暖工作会议", "form": "video", "starts_at": office.at + dt.timedelta(days=40), "proposal": PROPOSAL,
        "necessity": "关系全市冬季供暖，确有必要",
    } | given  # fmt: skip
    return services.city_open(
        sort=sort, body=office.bodies[unit], actor=office.actor("unit_principal", unit), at=office.at, **own
    )


def submit(office, city, unit="chengguan"):
    return services.city_submit(city=city, actor=office.actor("unit_principal", unit), at=office.at)


def register(office, city, unit="chengguan"):
    return services.city_register(city=city, actor=office.actor("unit_principal", unit), at=office.at)


@pytest.mark.clause("smx-meeting-approval/3.2", "smx-meeting-approval/2.2")
@pytest.mark.parametrize("sort", ["deploy", "general"])
def test_a_proposal_is_checked_countersigned_and_approved_by_the_mayor(office, sort):
    city = submit(office, draw_up(office, sort))
    body = office.bodies["chengguan"]
    chain = [office.deputy(body), office.leader(body), office.actor("mayor")]
    for place, who in enumerate(chain):
        for other in chain[place + 1 :]:
            refused(
                NotAllowed,
                lambda other=other, city=city: services.city_pass(
                    city=city, opinion="同意", actor=other, at=NOW
                ),
            )
        city = services.city_pass(city=city, opinion="同意", actor=who, at=NOW)
    assert office.state(city) == "approved" and city.approved_by == office.actor("mayor").name


@pytest.mark.clause("smx-meeting-approval/3.1.1")
@pytest.mark.parametrize("key", ["content", "agenda", "time", "place", "attendees", "cost", "funding"])
def test_a_proposal_holds_eight_things(office, key):
    refused(Incomplete, lambda: draw_up(office, title=" "), "会议名称")
    city = draw_up(office, proposal=PROPOSAL | {key: " "})
    refused(Incomplete, lambda: submit(office, city), "会议建议方案各项内容")


@pytest.mark.clause("smx-meeting-approval/3.1.2", "smx-meeting-approval/3.1.3")
def test_it_comes_as_a_request_to_the_office_and_there_is_no_other_form(office):
    city = submit(office, draw_up(office))
    event = city.matter.events.get(kind="meetings.city_submitted")
    assert (event.data["document"], event.data["to"]) == ("请示", "zhengfuban")
    said = {getattr(rule, "form", "") + rule.title for rule in rules.current().rules()}
    assert not [one for one in said if "审批单" in one]


@pytest.mark.clause("smx-meeting-approval/1.2")
def test_a_meeting_in_the_city_s_name_is_applied_for_and_not_just_registered(office):
    refused(Incomplete, lambda: register(office, draw_up(office)), "不须向市政府申报")


@pytest.mark.clause("smx-meeting-approval/2.1")
def test_it_says_why_it_is_of_city_wide_weight(office):
    refused(
        Incomplete,
        lambda: submit(office, draw_up(office, necessity="")),
        "确有必要",
        cite="smx-meeting-approval/2.1",
    )


@pytest.mark.clause("smx-work-rules/57.2")
def test_a_department_s_own_meeting_is_not_held_in_the_city_s_name(office):
    refused(
        Incomplete,
        lambda: submit(office, draw_up(office, department_matter=True)),
        "部门",
        cite="smx-work-rules/57.2",
    )
    city = submit(office, draw_up(office))
    services.city_refuse(
        city=city, reason="应由部门召开", actor=office.deputy(office.bodies["chengguan"]), at=NOW
    )
    assert office.state(city) == "refused"


def test_leaders_other_than_the_one_in_charge_attend_for_a_reason(office):
    own, mayor = office.leader(office.bodies["chengguan"]).person_id, office.actor("mayor").person_id
    submit(office, draw_up(office, leaders=[own]))
    refused(Incomplete, lambda: submit(office, draw_up(office, leaders=[own, mayor])), "其他领导参加的理由")
    submit(office, draw_up(office, leaders=[own, mayor], leaders_reason="全市动员"))


@pytest.mark.clause("smx-meeting-approval/3.3")
def test_a_sub_venue_of_a_tele_conference_is_not_applied_for(office):
    city = draw_up(office, "teleconference", proposal={}, necessity="")
    refused(Incomplete, lambda: submit(office, city), "须报市政府批准的情形")
    refused(Incomplete, lambda: register(office, city), "收听收看范围")
    city = draw_up(
        office, "teleconference", superior_notice="省政府办公室通知", audience="各县（市、区）政府及有关部门"
    )
    register(office, city)
    assert office.state(city) == "registered"


@pytest.mark.clause("smx-work-rules/57.3", "smx-work-rules/57.4")
def test_heads_of_counties_are_invited_to_a_department_s_meeting_only_with_approval(office):
    city = draw_up(office, "department", heads=True)
    refused(Incomplete, lambda: register(office, city), "不邀请", cite="smx-work-rules/57.3")
    refused(Incomplete, lambda: submit(office, city), "确需邀请")
    city = submit(office, draw_up(office, "department", heads=True, heads_reason="须当面签订责任书"))
    body = office.bodies["chengguan"]
    refused(
        NotAllowed, lambda: services.city_pass(city=city, opinion="同意", actor=office.actor("mayor"), at=NOW)
    )
    services.city_pass(city=city, opinion="同意", actor=office.leader(body), at=NOW)
    services.city_pass(city=city, opinion="同意", actor=office.actor("mayor"), at=NOW)
    assert office.state(city) == "approved"


@pytest.mark.clause("smx-work-rules/57.6", "smx-meeting-approval/1.1", "smx-work-rules/57.1")
def test_a_department_s_second_meeting_in_a_year_says_why_and_is_approved(office):
    register(office, draw_up(office, "department"))
    submit(office, draw_up(office, "deploy"))
    register(office, draw_up(office, "department", unit="zhujian"), "zhujian")
    again = draw_up(office, "department")
    refused(Incomplete, lambda: register(office, again), "本年度首次召开")
    refused(Incomplete, lambda: submit(office, again), "年内再次召开的理由")
    again = submit(office, draw_up(office, "department", second="上级临时部署"))
    assert again.stop == "lead"
    register(office, draw_up(office, "department", starts_at=dt.datetime(2018, 1, 9, 9, tzinfo=NOW.tzinfo)))


@pytest.mark.clause("smx-work-rules/57.5")
def test_a_meeting_in_a_hall_is_advised_to_be_a_video_meeting(office):
    from luoshi.meetings.services.city import city_ready

    hall, video = draw_up(office, form="hall"), draw_up(office)
    assert [need.key for need in city_ready(hall, "submit", at=NOW).advised] == ["form_reason"]
    assert not city_ready(video, "submit", at=NOW).advised
    submit(office, hall)


def test_ten_working_days_ahead_is_a_hint_and_no_bar(office):
    soon = draw_up(office, starts_at=NOW + dt.timedelta(days=7))
    assert too_soon(soon, at=NOW) == 10 and too_soon(draw_up(office), at=NOW) == 0
    submit(office, soon)


def test_a_proposal_is_sent_back_changed_and_handed_in_anew(office):
    city = submit(office, draw_up(office))
    who = office.deputy(office.bodies["chengguan"])
    refused(
        NotAllowed, lambda: services.city_return(city=city, reason="改", actor=office.actor("mayor"), at=NOW)
    )
    services.city_return(city=city, reason="请压减规模", actor=who, at=NOW)
    own = office.actor("unit_principal", "chengguan")
    refused(
        NotAllowed,
        lambda: services.city_edit(
            city=city,
            title="改",
            sort="deploy",
            form="video",
            actor=office.actor("unit_principal", "zhujian"),
            at=NOW,
        ),
    )
    services.city_edit(
        city=city, title="全市供暖视频会议", sort="deploy", form="video", starts_at=STARTS, proposal=PROPOSAL,
        necessity="确有必要", actor=own, at=NOW,
    )  # fmt: skip
    assert submit(office, CityMeeting.objects.get(pk=city.pk)).stop == "check"
    refused(WrongState, lambda: submit(office, city))
    refused(NotAllowed, lambda: services.city_cancel(city=city, reason="不开", actor=who, at=NOW))
    services.city_cancel(city=city, reason="不开了", actor=own, at=NOW)
    assert office.state(city) == "cancelled"


@pytest.mark.clause("smx-smart-city/2.3.1a", "smx-smart-city/3.1.2")
def test_the_joint_meeting_reports_progress_and_problems_and_says_how_long_ago_the_last_was(office):
    own = office.actor("unit_principal", "chengguan")
    first = register(office, draw_up(office, "joint", starts_at=NOW - dt.timedelta(days=30)))
    services.city_hold(city=first, actor=own, at=NOW)
    report = {"progress": "平台已建成", "problems": "数据共享不足"}
    for key in report:
        refused(
            Incomplete,
            lambda key=key: services.city_report(
                city=first, report=report | {key: ""}, important=False, actor=own, at=NOW
            ),
            cite="smx-smart-city/2.3.1a",
        )
    done = services.city_report(city=first, report=report, important=False, actor=own, at=NOW)
    assert "调度工作进展：平台已建成" in done.findings
    assert joint_gap(draw_up(office, "joint"), at=NOW) == 30
    other = register(office, draw_up(office, "department"))
    services.city_hold(city=other, actor=own, at=NOW)
    refused(
        WrongState,
        lambda: services.city_report(city=other, report=report, important=False, actor=own, at=NOW),
    )


# -- the county


@pytest.mark.clause("xiping-work-rules/41.5", "xiping-work-rules/45.2")
def test_a_county_wide_meeting_is_drawn_up_by_the_office_and_approved_by_vice_head_and_head(xiping):
    city = draw_up(xiping, "county", township_heads=True)
    refused(NotAllowed, lambda: submit(xiping, city), "办公室", cite="xiping-work-rules/41.5")
    clerk = xiping.actor("section_clerk", "zonghe1")
    city = services.city_open(
        title="全县工作会议", sort="county", form="video", starts_at=LATER, proposal=PROPOSAL, township_heads=True,
        body=xiping.bodies["zonghe1"], actor=clerk, at=LATER,
    )  # fmt: skip
    city = services.city_submit(city=city, actor=clerk, at=LATER)
    mayor = xiping.actor("mayor")
    refused(NotAllowed, lambda: services.city_pass(city=city, opinion="同意", actor=mayor, at=LATER))
    services.city_pass(city=city, opinion="同意", actor=xiping.leader(xiping.bodies["zonghe1"]), at=LATER)
    services.city_pass(city=city, opinion="同意", actor=mayor, at=LATER)
    assert xiping.state(city) == "approved"


@pytest.mark.clause("xiping-work-rules/45.2")
def test_principal_leaders_are_called_to_a_department_s_meeting_only_by_the_county_head(xiping):
    city = draw_up(xiping, "department", township_heads=True)
    refused(Incomplete, lambda: register(xiping, city), "主要负责人")
    city = submit(xiping, city)
    assert city.stop == "approve"
    refused(
        NotAllowed,
        lambda: services.city_pass(
            city=city, opinion="同意", actor=xiping.leader(xiping.bodies["chengguan"]), at=LATER
        ),
    )
    services.city_pass(city=city, opinion="同意", actor=xiping.actor("mayor"), at=LATER)


@pytest.mark.clause("xiping-work-rules/41.7", "xiping-work-rules/41.8")
def test_a_meeting_of_a_trade_has_neither_the_county_s_leaders_nor_heads_of_townships(xiping):
    leader = xiping.leader(xiping.bodies["chengguan"]).person_id
    refused(
        Incomplete,
        lambda: register(xiping, draw_up(xiping, "industry", leaders=[leader])),
        "县长、副县长不参加",
    )
    heads = draw_up(xiping, "industry", township_heads=True, heads=True)
    refused(Incomplete, lambda: submit(xiping, heads), "乡镇", cite="xiping-work-rules/41.8")
    refused(
        Incomplete,
        lambda: submit(xiping, draw_up(xiping, "industry", township_heads=True, leaders=[leader])),
        cite="xiping-work-rules/41.7",
    )
    refused(Incomplete, lambda: register(xiping, heads), "乡镇")
    register(xiping, draw_up(xiping, "industry"))


@pytest.mark.clause("xiping-work-rules/41.9", "xiping-work-rules/41.10", "xiping-work-rules/41.11")
def test_a_joint_meeting_has_its_lead_named_and_its_important_findings_settled_by_the_vice_head(xiping):
    from luoshi.meetings.services.city import city_ready

    own = xiping.actor("unit_principal", "chengguan")
    refused(
        Incomplete,
        lambda: register(xiping, draw_up(xiping, "joint")),
        "牵头单位和召集人",
        "成员单位",
        cite="xiping-work-rules/41.9",
    )
    leader = xiping.leader(xiping.bodies["chengguan"])
    city = draw_up(
        xiping,
        "joint",
        superior_notice="县政府〔2020〕3号",
        members=[xiping.bodies["zhujian"]],
        leaders=[leader.person_id],
    )
    assert [need.key for need in city_ready(city, "register", at=LATER).advised] == ["without_leader"]
    register(xiping, city)
    services.city_hold(city=city, actor=own, at=LATER)
    services.city_report(city=city, report={"findings": "共同出资"}, important=True, actor=own, at=LATER)
    refused(
        NotAllowed,
        lambda: services.city_settle(city=city, opinion="同意", actor=own, at=LATER),
        cite="xiping-work-rules/41.10",
    )
    services.city_settle(city=city, opinion="同意", actor=leader, at=LATER)
    assert xiping.state(city) == "settled"


@pytest.mark.clause("xiping-work-rules/45.3", "xiping-work-rules/60.4")
def test_the_county_asks_why_it_is_no_video_meeting_and_from_which_budget_it_is_paid(xiping):
    refused(
        Incomplete,
        lambda: register(xiping, draw_up(xiping, "department", form="hall")),
        "不采用视频形式的理由",
    )
    register(xiping, draw_up(xiping, "department", form="hall", form_reason="须现场演示"))
    refused(
        Incomplete,
        lambda: register(xiping, draw_up(xiping, "department", proposal=PROPOSAL | {"funding": ""})),
        "预算来源",
    )
    submit_without = draw_up(xiping, "department", township_heads=True, proposal=PROPOSAL | {"funding": ""})
    refused(Incomplete, lambda: submit(xiping, submit_without), "建议方案各项内容")


@pytest.mark.clause("xiping-work-rules/41.12", "xiping-work-rules/45.1")
def test_a_county_wide_meeting_is_not_merely_registered_and_is_counted_by_sort(xiping):
    from luoshi.meetings.selectors.city import cities

    refused(Incomplete, lambda: register(xiping, draw_up(xiping, "county")), "不须报批")
    assert cities(actor=xiping.actor("mayor"), sort="county").count() == 1
