# ruff: noqa: E501 - rows of one case each
"""The four notices of 2017, and what a file may get wrong."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from luoshi.appointments.imports.load import Totals, file_check, file_load, totals_of
from luoshi.appointments.models import Act, Notice, Probation
from luoshi.appointments.selectors import career, sought
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.organisation.models import Body, Post

from .conftest import NOW, REGISTER, on

pytestmark = pytest.mark.django_db
SMALL = """
notices:
  - {number: 三政任〔2017〕3号, title: 关于甲一等二人职务任免的通知, persons: 2, actions: 3, gazette: {issue: 2017年第2号, published: 2017-03-01}}
facts:
  - {person: 甲一, action: appoint, organisation: 三门峡市教育局, title: 副局长, rank: 副县级, probation: 1 year, number: 三政任〔2017〕3号, date: 2017-02-01}
  - {person: 甲一, action: remove, organisation: 三门峡市虚构站(虚构所), title: 站长(所长), number: 三政任〔2017〕3号, date: 2017-02-01}
  - {person: 乙二, action: no_longer, organisation: 三门峡市虚构公司, title: 总经理, number: 三政任〔2017〕3号, date: 2017-02-01}
"""


def check(text: str):
    return file_check(content=text.encode(), at=NOW)


@pytest.fixture
def notices():
    if not REGISTER.exists():
        pytest.skip("the clause register is not beside the project")
    return yaml.safe_load(REGISTER.read_text(encoding="utf-8"))["facts"]


@pytest.fixture
def loaded(bodies, notices):
    """The 48 facts of the register, taken over with their bodies set up."""
    checked = check(yaml.safe_dump({"facts": notices}, allow_unicode=True))
    assert checked.file.faults == []
    return file_load(checked=checked, reason="公报补录", actor=SYSTEM, at=NOW, create_missing=True)


@pytest.mark.clause("smx-appointments/0.1")
def test_the_four_notices_hold_thirty_people_and_forty_eight_acts(loaded, notices):
    checked_totals = Totals(4, 30, 48, 24, 20, 4, 22, 8, 9)
    assert totals_of_file(notices) == checked_totals
    assert [notice.number for notice in Notice.objects.order_by("serial")] == [
        f"三政任〔2017〕{serial}号" for serial in (6, 7, 8, 9)
    ]
    acts = Act.objects.all()
    assert acts.count() == 48 and acts.values("name").distinct().count() == 30
    by_action = {action: acts.filter(action=action).count() for action in Act.Action.values}
    assert by_action == {"appoint": 24, "remove": 20, "no_longer": 4}
    assert acts.filter(action="appoint").values("name").distinct().count() == 22
    assert Probation.objects.count() == 9


def totals_of_file(facts):
    return check(yaml.safe_dump({"facts": facts}, allow_unicode=True)).totals


@pytest.mark.parametrize(
    ("serial", "title", "day", "totals"),
    [
        pytest.param(6, "关于骆雪峰等九人职务任免的通知", dt.date(2017, 4, 27), (9, 12, 6, 5, 1, 6, 3, 0), marks=pytest.mark.clause("smx-appointments/6.1")),
        pytest.param(7, "关于王晓等六人职务任免的通知", dt.date(2017, 4, 27), (6, 7, 6, 1, 0, 6, 0, 4), marks=pytest.mark.clause("smx-appointments/7.1")),
        pytest.param(8, "关于唐虎杰等三人职务任免的通知", dt.date(2017, 6, 27), (3, 5, 3, 2, 0, 3, 0, 2), marks=pytest.mark.clause("smx-appointments/8.1")),
        pytest.param(9, "关于刘发亮等十二人职务任免的通知", dt.date(2017, 7, 12), (12, 24, 9, 12, 3, 7, 5, 3), marks=pytest.mark.clause("smx-appointments/9.1")),
    ],
)  # fmt: skip
def test_each_notice_has_its_title_its_date_and_its_counts(loaded, notices, serial, title, day, totals):
    notice = Notice.objects.get(year=2017, serial=serial)
    assert (notice.title, notice.dated, notice.historical, notice.reason) == (title, day, True, "公报补录")
    checked = check(yaml.safe_dump({"facts": notices}, allow_unicode=True))
    facts = [fact for fact in checked.file.facts if fact.get("number") == notice.number]
    assert totals_of(facts) == Totals(1, *totals)
    printed = [fact["post"] for fact in notices if fact["number"] == notice.number]
    assert [act.printed for act in notice.acts.order_by("position")] == printed
    assert notice.probations.count() == totals[-1]
    assert len({act.name for act in notice.acts.all()}) == totals[0] and notice.acts.count() == totals[1]


@pytest.mark.clause("smx-appointments/0.7")
def test_a_probation_behind_two_posts_covers_both(loaded):
    for name in ("张红谱", "韩际东"):
        probation = Probation.objects.get(name=name)
        assert probation.acts.count() == 2
        assert [act.probation for act in probation.acts.order_by("position")] == [False, True]
        assert (probation.since, probation.ends_on) == (dt.date(2017, 7, 12), dt.date(2018, 7, 12))
    ends = set(Probation.objects.values_list("notice__serial", "ends_on"))
    owed = Probation.objects.get(name="王晓").matter.obligations.get()
    assert (owed.due_at, owed.body.code) == (on("2018-04-27 18:00"), "bianban")
    assert ends == {
        (7, dt.date(2018, 4, 27)), (8, dt.date(2018, 6, 27)), (9, dt.date(2018, 7, 12)),
    }  # fmt: skip


@pytest.mark.clause("smx-appointments/0.18")
def test_either_name_in_and_before_the_brackets_finds_the_body(loaded):
    from luoshi.organisation.selectors import body_by_name, body_list

    for main, other in (
        ("河南小秦岭国家级自然保护区管理局", "国有三门峡河西林场"),
        ("三门峡市公安局崤山派出所", "崤山分局"),
        ("三门峡宾馆", "大鹏酒店"),
    ):
        body = body_by_name(main)
        assert body is not None and body_by_name(other) == body
        assert list(body_list(search=other)) == [body] == list(body_list(search=main))
        assert Act.objects.filter(organisation=f"{main}({other})").exclude(body=body).count() == 0
    acts = sought(text="所长")
    assert {act.name for act in acts} == {"王晓", "倪建军"} == {act.name for act in sought(text="分局")}


@pytest.mark.clause("smx-appointments/0.19")
def test_doubtful_names_stay_as_printed_and_are_flagged(loaded):
    told = {(act.name, act.organisation): act.doubts for act in Act.objects.exclude(doubts=[])}
    assert any("写法不一" in one for one in told[("徐玉金", "三门峡市金渠(集团)有限公司")])
    assert any("写法不一" in one for one in told[("徐玉金", "三门峡市金渠集团有限公司")])
    assert "没有印机构名称" in told[("翟海燕", "")]
    assert "不是企业全称" in told[("翟海燕", "三门峡市财经投资公司")]
    assert any("同志" in one for one in told[("南峰", "三门峡市公安局警务保障部")])
    blank = Act.objects.get(name="翟海燕", organisation="")
    assert (blank.printed, blank.body, blank.post, blank.closes) == ("三门峡市副局长", None, None, None)
    one, two = Act.objects.filter(name="徐玉金").order_by("position")
    assert one.body == two.body and one.organisation != two.organisation


@pytest.mark.clause("smx-appointments/0.9")
def test_each_post_of_a_person_is_entered_by_itself(loaded):
    removed = Act.objects.filter(action="remove")
    assert removed.filter(name="翟海燕").count() == 3
    assert {name: removed.filter(name=name).count() for name in ("包明鑫", "李晓波")} == {
        "包明鑫": 2,
        "李晓波": 2,
    }
    for name in ("张红谱", "韩际东"):
        person = Act.objects.filter(name=name, action="appoint").first().person
        posts = Post.objects.filter(person=person, until__isnull=True)
        assert posts.count() == 2 and {post.since for post in posts} == {dt.date(2017, 7, 12)}


@pytest.mark.clause("smx-appointments/0.12")
def test_company_posts_wait_for_the_company(loaded):
    waiting = Act.objects.filter(procedure="company")
    names = {act.organisation for act in waiting}
    for word in (
        "金渠(集团)有限公司", "投资集团有限公司", "城市建设投资开发有限公司", "财经投资公司", "三门峡宾馆(大鹏酒店)", "国有企业监事会",
    ):  # fmt: skip
        assert any(word in name for name in names), word
    assert all(act.pending and act.post is None and act.effective_on is None for act in waiting)
    assert set(waiting.values_list("notice__serial", flat=True)) == {6, 8, 9}
    for body in ("三门峡市第三人民医院", "三门峡行政学院"):
        assert not Act.objects.filter(organisation=body).exclude(procedure="").exists()


@pytest.mark.clause("smx-appointments/0.20")
def test_arrangements_of_pay_and_rank_take_no_post(loaded):
    for act in Act.objects.filter(name="刘建中"):
        assert act.treatment and not act.leading and act.post is None and act.procedure == ""
    assert not Post.objects.filter(title__contains="待遇").exists()


@pytest.mark.clause("smx-appointments/0.17")
def test_successor_and_predecessor_of_one_notice_meet(loaded):
    station = Body.objects.get(name="三门峡市公安局崤山派出所")
    post = Post.objects.get(body=station, until__isnull=True)
    assert (post.person.name, post.title) == ("王晓", "所长(局长)")
    assert [row.name for row in sought(text="崤山派出所")] == ["王晓", "倪建军"]


@pytest.mark.clause("smx-appointments/0.5")
def test_women_are_marked_where_the_text_marks_them_and_nobody_else_is_guessed(loaded):
    assert set(Act.objects.exclude(sex="").values_list("name", "sex")) == {("杨海英", "女"), ("张萍", "女")}


def test_a_career_follows_the_person_through_the_notices(loaded):
    act = Act.objects.filter(name="翟海燕").first()
    assert [one.get_action_display() for one in career(act)] == ["任命", "免去", "免去", "免去"]


def test_without_setting_bodies_up_the_names_stay_and_no_posts_are_written(bodies, notices):
    checked = check(yaml.safe_dump({"facts": notices}, allow_unicode=True))
    before = Body.objects.count()
    file_load(checked=checked, reason="公报补录", actor=SYSTEM, at=NOW)
    assert Body.objects.count() == before and Act.objects.count() == 48
    assert Act.objects.filter(body__isnull=True, post__isnull=False).count() == 0


def test_the_register_s_own_file_is_taken_as_it_is(bodies, notices):
    checked = file_check(content=REGISTER.read_bytes(), at=NOW)
    assert checked.usable and checked.totals.acts == 48


def test_a_second_import_changes_nothing(loaded, notices):
    checked = check(yaml.safe_dump({"facts": notices}, allow_unicode=True))
    assert [fault.message for fault in checked.file.faults] == ["已经录入"] * 4
    with pytest.raises(Incomplete, match="没有导入任何内容"):
        file_load(checked=checked, reason="再次", actor=SYSTEM, at=NOW)
    assert Act.objects.count() == 48


@pytest.mark.clause("smx-appointments/0.16")
def test_the_gazette_is_kept_with_its_lag_and_nothing_is_owed_for_what_is_past(bodies, notices):
    heads = [
        {"number": f"三政任〔2017〕{serial}号", "gazette": {"issue": "2017年第10号(总第141号)", "published": dt.date(2017, 10, 16)}}
        for serial in (6, 7, 8, 9)
    ]  # fmt: skip
    text = yaml.safe_dump({"notices": heads, "facts": notices}, allow_unicode=True)
    made = file_load(checked=check(text), reason="公报补录", actor=SYSTEM, at=NOW)
    assert [one.gazette_lag for one in made] == [172, 172, 111, 96]
    assert {one.gazette_issue for one in made} == {"2017年第10号(总第141号)"}
    assert not [one for notice in made for one in notice.matter.obligations.all()]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("甲一等二人", "甲一等三人", "与正文不符"),
        ("甲一等二人", "乙二等二人", "与正文不符"),
        ("persons: 2", "persons: 3", "写明3人，正文为2人"),
        ("actions: 3", "actions: 2", "写明2个任免动作"),
        ("action: remove", "action: dismiss", "动作应为"),
        ("probation: 1 year", "probation: 6 months", "试用期为一年"),
        ("published: 2017-03-01", "on: 2017-03-01", "published"),
        ("rank: 副县级", "level: 副县级", "不认识的键"),
        ("三政任〔2017〕3号, date: 2017-02-01}\n  - {person: 乙二", "三政任〔2017〕3号, date: 2017-02-02}\n  - {person: 乙二", "前后不一"),
        ("title: 总经理, ", "", "缺title"),
        ("facts:", "fakten:", "不认识的键"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_line_and_keeps_everything_out(bodies, old, new, said):
    assert SMALL.count(old) == 1 or "三政任〔2017〕3号, date" in old
    checked = check(SMALL.replace(old, new))
    assert not checked.usable
    assert any(said in fault.message and fault.line >= 1 for fault in checked.file.faults)
    with pytest.raises(Incomplete):
        file_load(checked=checked, reason="补录", actor=SYSTEM, at=NOW)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"PK\x03\x04", b"- 1\n", b"a: &x 1\nb: *x\n", b"facts: 3\n", b""]
)
def test_a_strange_file_is_refused_with_a_sentence(bodies, content):
    checked = file_check(content=content, at=NOW)
    assert not checked.usable and all(fault.message for fault in checked.file.faults)


@pytest.mark.clause("smx-appointments/0.14")
def test_numbers_rise_with_the_dates_within_a_file_and_beside_what_is_there(bodies):
    file_load(checked=check(SMALL), reason="补录", actor=SYSTEM, at=NOW)
    later = SMALL.replace("〔2017〕3号", "〔2017〕4号").replace("2017-02-01", "2017-01-15")
    checked = check(later)
    with pytest.raises(Incomplete, match="同向递增"):
        file_load(checked=checked, reason="补录", actor=SYSTEM, at=NOW)
    same_day = SMALL.replace("〔2017〕3号", "〔2017〕4号")
    assert file_load(checked=check(same_day), reason="补录", actor=SYSTEM, at=NOW)[0].serial == 4
    foreign = check(SMALL.replace("三政任", "三政"))
    assert any("应为三政任" in fault.message for fault in foreign.file.faults)


def test_all_notices_of_a_file_are_taken_over_or_none(bodies):
    second = SMALL.replace("〔2017〕3号", "〔2017〕5号").split("facts:")[1]
    text = SMALL + second.replace("2017-02-01", "2017-02-05")
    checked = check(text)
    checked.file.notices[1].facts[0].values["sex"] = "未知"
    with pytest.raises(Incomplete, match="性别"):
        file_load(checked=checked, reason="补录", actor=SYSTEM, at=NOW)
    assert not Notice.objects.exists() and not Act.objects.exists()


def test_history_needs_a_reason_and_the_right_to_enter_it(bodies, actor):
    with pytest.raises(Incomplete, match="补录理由"):
        file_load(checked=check(SMALL), reason=" ", actor=SYSTEM, at=NOW)
    with pytest.raises(NotAllowed):
        file_load(checked=check(SMALL), reason="补录", actor=actor("mayor"), at=NOW)
