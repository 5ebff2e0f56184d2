"""A notice from its draft to its effects, with what is refused on the way."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.appointments import rules, services
from luoshi.appointments.models import Act, Notice
from luoshi.appointments.paper import sentences
from luoshi.appointments.selectors import hints_of, holders_of, notice_totals
from luoshi.appointments.services.checks import acts_of
from luoshi.ledger import rules as books
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.organisation.models import Post

from .conftest import NOW, TODAY, decided, on, spec

pytestmark = pytest.mark.django_db
EDU, WATER = "三门峡市教育局", "三门峡市供水公司"
DEPUTY = spec("方知行", "appoint", EDU, "副局长", rank="副县级", probation=True)


def seats(body):
    rows = Post.objects.filter(body=body, kind="appointed").select_related("person").order_by("since", "id")
    return [(post.person.name, post.title, post.since, post.until) for post in rows]


@pytest.mark.clause("smx-appointments/0.3")
def test_a_record_holds_name_body_post_action_number_and_date(issue, officer, draft):
    notice = issue(DEPUTY)
    act = notice.acts.get()
    assert (act.name, act.organisation, act.title, act.action) == ("方知行", EDU, "副局长", "appoint")
    assert (notice.number, notice.dated, act.effective_on) == ("三政任〔2017〕1号", TODAY, TODAY)
    content = rules.content("appointments.act", TODAY)
    full = {
        "name": "甲",
        "organisation": EDU,
        "title": "副局长",
        "action": "appoint",
        "number": "三政任〔2017〕1号",
        "dated": "2017-11-06",
    }
    assert content.missing(full) == ()
    for key, label in (
        ("name", "姓名"),
        ("organisation", "机构"),
        ("title", "职务"),
        ("action", "动作"),
        ("number", "文号"),
        ("dated", "日期"),
    ):
        assert [field.label for field in content.missing({**full, key: ""})] == [label]
    empty = draft()
    for wrong, field in (
        (spec("", "appoint", EDU, "副局长"), "name"), (spec("甲", "appoint", "", "副局长"), "organisation"),
        (spec("甲", "appoint", EDU, ""), "title"), (spec("甲", "sack", EDU, "副局长"), "action"),
    ):  # fmt: skip
        with pytest.raises(Incomplete) as refused:
            services.act_add(notice=empty, spec=wrong, actor=officer, at=NOW)
        assert refused.value.field == field


@pytest.mark.clause("smx-appointments/0.10")
def test_removal_and_no_longer_are_kept_apart(issue, bodies):
    assert books.current().choice("appointments.action", TODAY).values == ("appoint", "remove", "no_longer")
    issue(spec("方知行", "appoint", EDU, "副局长"), spec("傅言", "appoint", EDU, "总督学"))
    later = issue(
        spec("方知行", "remove", EDU, "副局长"),
        spec("傅言", "no_longer", EDU, "总督学"),
        at=on("2017-11-20 09:00"),
    )
    totals = notice_totals(acts_of(later))
    assert (totals.appoint, totals.remove, totals.no_longer) == (0, 1, 1)
    assert sentences(acts_of(later)) == [f"免去方知行{EDU}副局长职务。", f"傅言不再担任{EDU}总督学职务。"]
    assert {until for *_, until in seats(bodies["jiaoyu"])} == {dt.date(2017, 11, 20)}


@pytest.mark.clause("smx-appointments/0.8")
def test_the_new_post_and_the_old_one_change_on_one_day_or_not_at_all(issue, draft, officer, mayor, bodies):
    issue(spec("方知行", "appoint", EDU, "副局长"))
    move = (
        spec("方知行", "appoint", "三门峡市环境保护局", "副局长"),
        spec("方知行", "remove", EDU, "副局长"),
    )
    later = on("2017-12-01 10:00")
    issue(*move, at=later)
    assert seats(bodies["jiaoyu"]) == [("方知行", "副局长", TODAY, later.date())]
    assert seats(bodies["huanbao"]) == [("方知行", "副局长", later.date(), None)]
    broken = draft(
        spec("方知行", "remove", "三门峡市环境保护局", "副局长"),
        spec("方知行", "appoint", "三门峡市社会公共服务联动工作领导小组", "专职副组长"),
        spec("傅言", "appoint", EDU, "局长", head=True, procedure=""),
    )
    services.decision_link(notice=broken, decision=decided(), actor=officer, at=later)
    services.notice_submit(notice=broken, actor=officer, at=later)
    services.notice_sign(notice=broken, actor=mayor, at=later)
    with pytest.raises(WrongState, match="主要负责人现为"):
        services.notice_issue(notice=broken, dated=later.date(), actor=officer, at=later)
    broken.refresh_from_db()
    assert (broken.number, broken.matter.state) == ("", "signed")
    assert seats(bodies["huanbao"])[0][3] is None and not seats(bodies["leading-group"])


@pytest.mark.clause("smx-appointments/0.13")
def test_the_title_names_the_first_person_and_counts_distinct_people(draft, officer):
    notice = draft(
        DEPUTY,
        spec("方知行", "remove", "三门峡市环境保护局", "副局长"),
        spec("傅言", "remove", EDU, "副局长"),
    )
    for wrong in ("关于方知行等三人职务任免的通知", "关于傅言等二人职务任免的通知"):
        edit(notice, officer, title=wrong)
        with pytest.raises(Incomplete, match="与正文不符") as refused:
            services.notice_submit(notice=notice, actor=officer, at=NOW)
        assert "关于方知行等二人职务任免的通知" in str(refused.value)
        assert refused.value.cite == ("smx-appointments/0.13",)
    edit(notice, officer, title="")
    assert (
        services.notice_submit(notice=notice, actor=officer, at=NOW).title == "关于方知行等二人职务任免的通知"
    )


def edit(notice, officer, **more):
    values = {
        "title": "",
        "addressees": notice.addressees,
        "closing": "",
        "party_document": "三文任〔2017〕20号",
    }
    services.notice_edit(notice=notice, **{**values, **more}, actor=officer, at=NOW)


@pytest.mark.clause("smx-appointments/0.15")
def test_a_notice_is_addressed_to_counties_zones_and_departments(draft, officer):
    notice = draft(DEPUTY)
    assert notice.addressees == [
        "各县（市、区）人民政府", "城乡一体化示范区管理委员会", "开发区管理委员会", "市人民政府各部门",
    ]  # fmt: skip
    with pytest.raises(Incomplete, match="主送") as refused:
        edit(notice, officer, addressees=["", " "])
    assert refused.value.cite == ("smx-appointments/0.15",)


@pytest.mark.clause("smx-appointments/0.14")
def test_numbers_run_by_year_without_gaps_and_rise_with_the_dates(issue, draft, officer, mayor):
    assert issue(DEPUTY).number == "三政任〔2017〕1号"
    assert issue(spec("甲", "appoint", EDU, "总督学")).number == "三政任〔2017〕2号"
    waiting = draft(spec("乙", "appoint", EDU, "副调研员"))
    services.decision_link(notice=waiting, decision=decided(), actor=officer, at=NOW)
    services.notice_submit(notice=waiting, actor=officer, at=NOW)
    services.notice_sign(notice=waiting, actor=mayor, at=NOW)
    third = issue(spec("丙", "appoint", EDU, "调研员"), at=on("2017-11-08 09:00"))
    assert third.serial == 3
    with pytest.raises(Incomplete, match="不得早于上一号") as refused:
        services.notice_issue(notice=waiting, dated=TODAY, actor=officer, at=on("2017-11-08 10:00"))
    assert refused.value.cite == ("smx-appointments/0.14",)
    late = services.notice_issue(
        notice=waiting, dated=dt.date(2017, 11, 8), actor=officer, at=on("2017-11-08 10:00")
    )
    assert late.serial == 4
    assert (
        issue(spec("丁", "appoint", EDU, "调研员"), at=on("2018-01-05 09:00")).number == "三政任〔2018〕1号"
    )
    for dated in (dt.date(2017, 11, 5), dt.date(2018, 3, 1)):
        other = draft(spec("戊", "appoint", EDU, "调研员"), at=on("2018-01-06 09:00"))
        services.decision_link(notice=other, decision=decided(), actor=officer, at=on("2018-01-06 09:00"))
        services.notice_submit(notice=other, actor=officer, at=on("2018-01-06 09:00"))
        services.notice_sign(notice=other, actor=mayor, at=on("2018-01-06 09:00"))
        with pytest.raises(Incomplete, match="签署日至今日"):
            services.notice_issue(notice=other, dated=dated, actor=officer, at=on("2018-01-06 10:00"))
    assert list(Notice.objects.filter(year=2017).order_by("serial").values_list("serial", flat=True)) == [
        1,
        2,
        3,
        4,
    ]


@pytest.mark.clause("smx-appointments/0.2")
def test_nothing_is_signed_without_a_collective_decision_that_was_passed(draft, officer, mayor):
    notice = draft(DEPUTY)
    services.notice_submit(notice=notice, actor=officer, at=NOW)
    with pytest.raises(Incomplete, match="集体决策会议") as refused:
        services.notice_sign(notice=notice, actor=mayor, at=NOW)
    assert "smx-appointments/0.2" in refused.value.cite and refused.value.mend
    for outcome in ("", "rejected", "reconsider"):
        with pytest.raises(Incomplete, match="没有通过") as refused:
            services.decision_link(notice=notice, decision=decided(outcome), actor=officer, at=NOW)
        assert refused.value.cite == ("smx-appointments/0.2",)
    with pytest.raises(Incomplete, match="没有这项"):
        services.decision_link(notice=notice, decision=notice.matter, actor=officer, at=NOW)
    services.decision_link(notice=notice, decision=decided(), actor=officer, at=NOW)
    assert services.notice_sign(notice=notice, actor=mayor, at=NOW).signed_by == mayor.name


def test_only_the_mayor_signs_and_the_party_s_document_comes_first(draft, officer, actor):
    notice = draft(DEPUTY)
    edit(notice, officer, party_document="")
    services.decision_link(notice=notice, decision=decided(), actor=officer, at=NOW)
    services.notice_submit(notice=notice, actor=officer, at=NOW)
    for other in (actor("executive_vice_mayor"), actor("vice_mayor"), officer):
        with pytest.raises(NotAllowed):
            services.notice_sign(notice=notice, actor=other, at=NOW)
    with pytest.raises(Incomplete, match="党委决定文号"):
        services.notice_sign(notice=notice, actor=actor("mayor"), at=NOW)


def test_an_unsigned_notice_is_not_issued_and_a_signed_one_is_not_edited(draft, officer, mayor):
    notice = draft(DEPUTY)
    with pytest.raises(WrongState, match="还没有签署"):
        services.notice_issue(notice=notice, dated=TODAY, actor=officer, at=NOW)
    services.decision_link(notice=notice, decision=decided(), actor=officer, at=NOW)
    services.notice_submit(notice=notice, actor=officer, at=NOW)
    services.notice_sign(notice=notice, actor=mayor, at=NOW)
    act = notice.acts.get()
    for change in (
        lambda: services.act_add(
            notice=notice, spec=spec("乙", "appoint", EDU, "调研员"), actor=officer, at=NOW
        ),
        lambda: services.act_change(
            act=act, spec=spec("乙", "appoint", EDU, "调研员"), actor=officer, at=NOW
        ),
        lambda: services.act_drop(act=act, actor=officer, at=NOW),
        lambda: edit(notice, officer, title="甲"),
        lambda: services.notice_withdraw(notice=notice, reason="改主意", actor=officer, at=NOW),
    ):
        with pytest.raises(WrongState):
            change()


def test_a_draft_is_changed_sent_back_and_withdrawn(draft, officer, mayor):
    notice = draft(DEPUTY, spec("傅言", "remove", EDU, "副局长"))
    first, second = acts_of(notice)
    services.act_change(act=first, spec=spec("方知行", "appoint", EDU, "总督学"), actor=officer, at=NOW)
    services.act_drop(act=second, actor=officer, at=NOW)
    services.act_drop(act=second, actor=officer, at=NOW)
    assert [act.printed for act in acts_of(notice)] == [f"{EDU}总督学"]
    with pytest.raises(Incomplete, match="已有"):
        services.act_add(notice=notice, spec=spec("方知行", "appoint", EDU, "总督学"), actor=officer, at=NOW)
    services.notice_submit(notice=notice, actor=officer, at=NOW)
    services.notice_send_back(notice=notice, reason="职级未写", actor=mayor, at=NOW)
    services.notice_withdraw(notice=notice, reason="不再研究", actor=officer, at=NOW)
    notice.matter.refresh_from_db()
    assert notice.matter.state == "withdrawn"


def test_an_empty_notice_is_not_sent_and_an_outsider_drafts_none(draft, officer, actor):
    with pytest.raises(Incomplete, match="还没有任免事项"):
        services.notice_submit(notice=draft(), actor=officer, at=NOW)
    with pytest.raises(NotAllowed):
        services.notice_open(actor=actor("section_clerk", "zonghe1"), at=NOW)
    with pytest.raises(NotAllowed):
        services.act_add(notice=draft(), spec=DEPUTY, actor=actor("mayor"), at=NOW)


@pytest.mark.clause("smx-appointments/0.11")
def test_the_head_of_a_department_waits_for_the_congress(issue, officer, bodies):
    notice = issue(spec("方知行", "appoint", EDU, "局长", head=True), spec("傅言", "appoint", EDU, "副局长"))
    head, deputy = acts_of(notice)
    assert (head.procedure, head.pending, head.post, head.effective_on) == ("congress", True, None, None)
    assert (deputy.procedure, deputy.effective_on) == ("", TODAY)
    before = Post.objects.get(body=bodies["jiaoyu"], kind="principal_leader", until__isnull=True)
    from luoshi.organisation.services import post_end

    post_end(post=before, until=dt.date(2017, 11, 30), actor=officer, at=on("2017-11-30 09:00"))
    with pytest.raises(Incomplete, match="人大任命文号"):
        services.procedure_complete(
            act=head, document=" ", on=dt.date(2017, 11, 30), actor=officer, at=on("2017-12-01 09:00")
        )
    done = services.procedure_complete(
        act=head,
        document="三人常〔2017〕30号",
        on=dt.date(2017, 11, 30),
        actor=officer,
        at=on("2017-12-01 09:00"),
    )
    assert done.effective_on == dt.date(2017, 11, 30) and not done.pending
    now = Post.objects.get(body=bodies["jiaoyu"], kind="principal_leader", until__isnull=True)
    assert (now.person.name, now.title, now.since) == ("方知行", "局长", dt.date(2017, 11, 30))
    with pytest.raises(WrongState, match="已登记"):
        services.procedure_complete(
            act=head, document="再", on=TODAY, actor=officer, at=on("2017-12-01 09:00")
        )


@pytest.mark.clause("smx-appointments/0.12")
def test_a_company_s_post_shows_that_it_waits_until_the_company_has_done_its_part(issue, officer, bodies):
    notice = issue(spec("方知行", "appoint", WATER, "总经理"))
    act = notice.acts.get()
    assert (act.procedure, act.pending, act.post) == ("company", True, None)
    services.procedure_complete(
        act=act, document="董事会决议", on=dt.date(2017, 11, 20), actor=officer, at=on("2017-11-21 09:00")
    )
    assert seats(bodies["shuiwu"]) == [("方知行", "总经理", dt.date(2017, 11, 20), None)]


@pytest.mark.clause("smx-appointments/0.17")
def test_a_post_is_hinted_at_but_never_refused_within_one_notice(issue, draft, bodies):
    issue(spec("方知行", "appoint", EDU, "总督学"))
    later = on("2017-12-01 09:00")
    both = (spec("傅言", "appoint", EDU, "总督学"), spec("方知行", "remove", EDU, "总督学"))
    assert hints_of(acts_of(draft(*both)), later.date()) == []
    alone = hints_of(acts_of(draft(both[0])), later.date())
    assert len(alone) == 1 and "现由方知行担任" in alone[0].text
    notice = issue(*both, at=later)
    assert seats(bodies["jiaoyu"]) == [
        ("方知行", "总督学", TODAY, later.date()), ("傅言", "总督学", later.date(), None),
    ]  # fmt: skip
    line = [(one.name, bool(one.came), bool(one.went)) for one in holders_of(notice.acts.first())]
    assert line == [("方知行", True, True), ("傅言", True, False)]
    issue(spec("尤三", "appoint", EDU, "总督学"), at=on("2017-12-02 09:00"))
    assert len([one for one in seats(bodies["jiaoyu"]) if one[3] is None]) == 2


def test_a_head_of_the_same_notice_follows_the_one_who_leaves(issue, bodies, officer):
    platform = bodies["platform"].name
    old = Post.objects.get(body=bodies["platform"], kind="principal_leader").person
    notice = issue(
        spec("方知行", "appoint", platform, "主任", head=True),
        spec(old.name, "remove", platform, "平台负责人", head=True, person=old),
    )
    heads = Post.objects.filter(body=bodies["platform"], kind="principal_leader").order_by("since")
    assert [(post.person.name, post.until) for post in heads] == [(old.name, TODAY), ("方知行", None)]
    assert notice.acts.first().post == heads.last()


def test_acting_posts_are_known_by_their_words_and_ask_no_congress(issue, bodies):
    notice = issue(
        spec("方知行", "appoint", EDU, "代理局长"), spec("傅言", "appoint", EDU, "副局长（主持工作）"),
        spec("尤三", "appoint", EDU, "副局长", acting="in_charge"),
    )  # fmt: skip
    assert [act.acting for act in acts_of(notice)] == ["acting", "in_charge", "in_charge"]
    assert not any(act.procedure for act in acts_of(notice))
    assert [one.acting for one in holders_of(acts_of(notice)[0])] == [True]


@pytest.mark.clause("smx-appointments/0.20")
def test_pay_and_rank_alone_take_no_post_and_no_leading_seat(issue, bodies):
    notice = issue(
        spec("方知行", "appoint", EDU, "保留原职级待遇干部"), spec("傅言", "appoint", EDU, "正县级非领导职务待遇干部"),
        spec("尤三", "appoint", EDU, "调研员"), spec("甘露", "appoint", EDU, "副局长"),
    )  # fmt: skip
    assert [(act.treatment, act.leading) for act in acts_of(notice)] == [
        (True, False), (True, False), (False, False), (False, True),
    ]  # fmt: skip
    assert {name for name, *_ in seats(bodies["jiaoyu"])} == {"尤三", "甘露"}
    assert not Act.objects.filter(treatment=True).exclude(post=None).exists()


@pytest.mark.clause("smx-appointments/0.18")
def test_a_body_is_found_by_the_name_before_and_in_the_brackets(draft, bodies, officer):
    from luoshi.organisation.services import body_name_add

    body_name_add(
        body=bodies["jiaoyu"], kind="alias", name="市教委", since=dt.date(2015, 1, 1), actor=officer, at=NOW
    )
    notice = draft(
        spec("方知行", "appoint", "市教委", "副局长"), spec("傅言", "appoint", f"{EDU}(市教委)", "所长(局长)"),
    )  # fmt: skip
    assert {act.body for act in acts_of(notice)} == {bodies["jiaoyu"]}
    assert acts_of(notice)[1].printed == f"{EDU}(市教委)所长(局长)"


@pytest.mark.clause("smx-appointments/0.19")
def test_a_doubtful_name_is_settled_only_by_the_original(issue, officer, bodies):
    notice = issue(
        spec("方知行", "appoint", "三门峡市虚构(集团)中心", "主任"),
        spec("方知行", "remove", "三门峡市虚构集团中心", "副主任"),
    )
    first, second = acts_of(notice)
    assert [act.doubts for act in (second, first)] == [["与“三门峡市虚构(集团)中心”写法不一"], []]
    assert second.doubtful
    with pytest.raises(Incomplete, match="原件") as refused:
        services.doubt_settle(act=second, evidence=" ", body=bodies["jiaoyu"], actor=officer, at=NOW)
    assert refused.value.cite == ("smx-appointments/0.18", "smx-appointments/0.19")
    done = services.doubt_settle(
        act=second, evidence="三政任〔2017〕1号原件", body=bodies["jiaoyu"], actor=officer, at=NOW
    )
    assert (done.organisation, done.body, done.doubtful) == ("三门峡市虚构集团中心", bodies["jiaoyu"], False)
    with pytest.raises(WrongState):
        services.doubt_settle(act=done, evidence="再看", body=None, actor=officer, at=NOW)
    with pytest.raises(WrongState):
        services.doubt_settle(act=first, evidence="原件", body=None, actor=officer, at=NOW)


@pytest.mark.clause("smx-appointments/0.16")
def test_an_issued_notice_is_owed_to_the_site_that_day_and_to_the_gazette(issue, officer):
    notice = issue(DEPUTY)
    owed = {one.rule: one for one in notice.matter.obligations.all()}
    assert set(owed) == {"appointments.site", "appointments.gazette"}
    assert owed["appointments.site"].due_at == on("2017-11-06 23:59:59")
    assert owed["appointments.gazette"].due_at is None
    with pytest.raises(Incomplete, match="理由"):
        services.site_publish(
            notice=notice, on=dt.date(2017, 11, 7), actor=officer, at=on("2017-11-07 09:00")
        )
    services.site_publish(notice=notice, on=TODAY, actor=officer, at=NOW)
    for wrong in (dt.date(2017, 11, 5), dt.date(2018, 1, 1)):
        with pytest.raises(Incomplete, match="至今日"):
            services.gazette_publish(
                notice=notice, issue="2017年第11号", on=wrong, actor=officer, at=on("2017-11-30 09:00")
            )
    done = services.gazette_publish(
        notice=notice,
        issue="2017年第11号",
        on=dt.date(2017, 11, 30),
        actor=officer,
        at=on("2017-11-30 09:00"),
    )
    assert done.gazette_lag == 24
    assert {one.state for one in notice.matter.obligations.all()} == {"met"}
    assert books.current().limit("appointments.gazette", TODAY).title == "任免通知在公报“人事任免”栏刊载"


@pytest.mark.clause("smx-appointments/0.4", "smx-appointments/0.5")
def test_rank_and_sex_stand_in_brackets_only_where_they_were_entered(draft):
    notice = draft(
        spec("方知行", "appoint", EDU, "副局长", rank="副县级", sex="女"), spec("傅言", "appoint", EDU, "副调研员"),
    )  # fmt: skip
    assert sentences(acts_of(notice)) == [f"方知行（女）任{EDU}副局长（副县级）。", f"傅言任{EDU}副调研员。"]
    assert [(act.rank, act.sex) for act in acts_of(notice)] == [("副县级", "女"), ("", "")]


def test_people_of_one_name_are_told_apart(draft, officer, bodies):
    from luoshi.organisation.services import person_create

    for code in ("jiaoyu", "huanbao"):
        person_create(body=bodies[code], name="同名", actor=officer, at=NOW)
    notice = draft(spec("同名", "appoint", EDU, "副局长"))
    assert notice.acts.get().person.body == bodies["jiaoyu"]
    with pytest.raises(Incomplete, match="2名同名") as refused:
        services.act_add(notice=notice, spec=spec("同名", "appoint", WATER, "总经理"), actor=officer, at=NOW)
    assert refused.value.field == "person"


def test_two_who_issue_at_once_get_two_numbers(issue):
    numbers = [issue(spec(name, "appoint", EDU, "调研员")).number for name in ("甲", "乙", "丙")]
    assert numbers == [f"三政任〔2017〕{serial}号" for serial in (1, 2, 3)]


def test_a_refusal_is_a_sentence_with_its_mend(draft, officer):
    with pytest.raises(Refusal) as refused:
        services.act_add(
            notice=draft(), spec=spec("甲", "appoint", EDU, "副局长", sex="?"), actor=officer, at=NOW
        )
    assert "性别" in str(refused.value)
    with pytest.raises(Incomplete, match="试用期只随任命"):
        services.act_add(
            notice=draft(), spec=spec("甲", "remove", EDU, "副局长", probation=True), actor=officer, at=NOW
        )
