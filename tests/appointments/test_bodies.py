"""Changes of name, members of the government, and the bodies that owe disabled people a post."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.appointments import services
from luoshi.appointments.selectors import members, responsible
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.organisation.membership import bodies_subject, principals_of_many
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import body_by_name, body_list
from luoshi.organisation.services import body_update, person_create, post_start

from .conftest import NOW, TODAY, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def rename(bodies, officer):
    """rename(…): a change of name of the education bureau, drawn up."""

    def make(**more):
        given = {
            "target": bodies["jiaoyu"], "new_name": "三门峡市教育体育局", "basis": ["豫发〔2017〕9号", "豫编〔2017〕12号"],
            "plates": ["三门峡市体育局"], "aliases": ["市教体局"], "new_short_name": "市教体局",
        }  # fmt: skip
        return services.renaming_open(**{**given, **more}, actor=officer, at=NOW)

    return make


@pytest.mark.clause("smx-renaming/1", "smx-renaming/2", "smx-renaming/3", "smx-renaming/4")
def test_a_renamed_body_is_the_same_body_with_its_names_by_date(rename, officer, bodies):
    body = bodies["jiaoyu"]
    row = rename()
    assert row.addressees == [
        "各县（市、区）人民政府", "城乡一体化示范区管理委员会", "开发区管理委员会", "市人民政府各部门",
    ]  # fmt: skip
    services.renaming_announce(
        renaming=row, number="三政〔2017〕60号", effective_on=dt.date(2017, 11, 1), actor=officer, at=NOW
    )
    fresh = Body.objects.get(pk=body.pk)
    assert (fresh.name, fresh.short_name, fresh.standing) == (
        "三门峡市教育体育局",
        "市教体局",
        "work_department",
    )
    assert fresh.name_on(dt.date(2017, 10, 31)) == "三门峡市教育局"
    assert fresh.name_on(dt.date(2017, 11, 1)) == "三门峡市教育体育局"
    for name in ("三门峡市教育局", "三门峡市教育体育局", "三门峡市体育局"):
        assert body_by_name(name) == body and list(body_list(search=name)) == [body]
    paper = fresh.names.get(kind="plate").document
    assert all(number in paper for number in ("三政〔2017〕60号", "豫发〔2017〕9号", "豫编〔2017〕12号"))
    assert fresh.grants.count() == bodies["jiaoyu"].grants.count() > 0


@pytest.mark.clause("smx-renaming/1", "smx-renaming/2")
def test_the_bureau_of_2017_has_the_names_of_its_notice(bodies):
    body = bodies["chengguan"]
    assert body.name_on(dt.date(2017, 6, 29)) == "三门峡市城市管理综合执法局"
    assert body.name_on(dt.date(2017, 6, 30)) == "三门峡市城市管理局"
    for name in (
        "三门峡市城市管理综合执法局",
        "三门峡市城市管理局",
        "三门峡市城市综合执法局",
        "市城管执法局",
    ):
        assert body_by_name(name) == body


@pytest.mark.clause("smx-renaming/4")
def test_a_change_of_name_needs_the_papers_that_it_rests_on(rename, officer):
    with pytest.raises(Incomplete, match="更名依据") as refused:
        rename(basis=[" "])
    assert refused.value.cite == ("smx-renaming/4",)
    row = rename()
    with pytest.raises(Incomplete, match="通知文号"):
        services.renaming_announce(renaming=row, number="", effective_on=TODAY, actor=officer, at=NOW)


def test_a_name_announced_for_later_takes_effect_on_its_day(rename, officer, bodies):
    row = rename()
    services.renaming_announce(
        renaming=row, number="三政〔2017〕60号", effective_on=dt.date(2017, 12, 1), actor=officer, at=NOW
    )
    assert Body.objects.get(code="jiaoyu").name == "三门峡市教育局"
    with pytest.raises(WrongState, match="生效日期"):
        services.renaming_effect(renaming=row, actor=officer, at=on("2017-11-30 23:00"))
    assert services.renamings_effect(actor=SYSTEM, at=on("2017-11-30 00:05")) == 0
    assert services.renamings_effect(actor=SYSTEM, at=on("2017-12-01 00:05")) == 1
    assert Body.objects.get(code="jiaoyu").name == "三门峡市教育体育局"


def test_what_a_change_of_name_may_not_be(rename, officer, actor, bodies):
    for more, said in (
        ({"new_name": "三门峡市教育局"}, "相同"), ({"new_name": ""}, "新名称"), ({"plates": ["三门峡市教育体育局"]}, "加挂牌子"),
    ):  # fmt: skip
        with pytest.raises(Incomplete, match=said):
            rename(**more)
    row = rename(new_name="三门峡市环境保护局")
    with pytest.raises(WrongState, match="办理中的更名"):
        rename()
    with pytest.raises(Incomplete, match="已是"):
        services.renaming_announce(renaming=row, number="甲", effective_on=TODAY, actor=officer, at=NOW)
    row.matter.refresh_from_db()
    assert row.matter.state == "drafting"
    services.renaming_edit(renaming=row, new_name="三门峡市教体局", basis=["甲"], actor=officer, at=NOW)
    services.renaming_withdraw(renaming=row, reason="不更名", actor=officer, at=NOW)
    with pytest.raises(NotAllowed):
        services.renaming_open(
            target=bodies["jiaoyu"], new_name="乙", basis=["甲"], actor=actor("mayor"), at=NOW
        )


@pytest.mark.clause("smx-work-rules/3.1")
def test_members_are_the_leaders_and_the_heads_of_departments(bodies, officer):
    found = members(TODAY)
    titles = [one.title for one in found if one.body is None]
    assert titles == ["市长", "常务副市长", "副市长", "副市长", "副市长", "秘书长（办公室主任）"]
    heads = {one.body.code for one in found if one.body is not None}
    assert heads == {"gongan", "chengguan", "zhujian", "huanbao", "jiaoyu"}
    assert not any(one.attends_only for one in found)
    body_update(
        body=bodies["jiaoyu"], takes_requests=True, handles_onsite=False, area="urban", standing="institution",
        actor=officer, at=NOW,
    )  # fmt: skip
    assert "jiaoyu" not in {one.body.code for one in members(TODAY) if one.body}


@pytest.mark.clause("smx-work-rules/11.p1")
def test_a_department_has_one_head_who_answers_for_it(bodies, officer):
    head = principals_of_many([bodies["jiaoyu"]], TODAY).get(bodies["jiaoyu"].pk, [])
    assert len(head) == 1
    other = person_create(body=bodies["jiaoyu"], name="方知行", actor=officer, at=NOW)
    with pytest.raises(WrongState, match="主要负责人现为"):
        post_start(
            person=other, body=bodies["jiaoyu"], kind="principal_leader", since=TODAY, actor=officer, at=NOW
        )
    post_start(person=other, body=bodies["jiaoyu"], kind="party_leader", since=TODAY, actor=officer, at=NOW)
    assert principals_of_many([bodies["jiaoyu"]], TODAY).get(bodies["jiaoyu"].pk, []) == head


@pytest.mark.clause("smx-work-rules/74.p2")
@pytest.mark.parametrize(
    ("standing", "subject"),
    [("work_department", True), ("special", True), ("affiliated", True), ("institution", True), ("dispatched", False),
     ("direct_unit", False), ("", False)],
)  # fmt: skip
def test_the_rules_apply_to_special_affiliated_bodies_and_institutions(bodies, officer, standing, subject):
    body_update(
        body=bodies["reli"], takes_requests=True, handles_onsite=False, area="urban", standing=standing,
        actor=officer, at=NOW,
    )  # fmt: skip
    assert (bodies["reli"] in bodies_subject(TODAY)) is subject
    assert (
        bodies["reli"].name not in {one.body.name for one in members(TODAY) if one.body}
        or standing == "work_department"
    )


@pytest.mark.clause("xiping-work-rules/4")
def test_the_county_s_party_members_sit_in_without_counting(bodies, under, officer):
    from luoshi.organisation.membership import members_on

    under("xiping")
    day = dt.date(2020, 4, 1)
    person = person_create(body=bodies["shizhengfu"], name="方知行", actor=officer, at=NOW)
    mayor = person_create(body=bodies["shizhengfu"], name="傅言", actor=officer, at=NOW)
    secretary = person_create(body=bodies["shizhengfu"], name="尤三", actor=officer, at=NOW)
    leaders = {mayor.pk: "mayor", person.pk: "party_member", secretary.pk: "secretary_general"}
    found = members_on(day, leaders=leaders)
    assert [(one.title, one.attends_only) for one in found[:2]] == [
        ("县长", False),
        ("县政府党组成员", True),
    ] or (found[0].title == "县长" and found[1].attends_only)
    assert secretary not in [one.person for one in found]
    assert {one.body.code for one in found if one.body} == {
        "gongan",
        "chengguan",
        "zhujian",
        "huanbao",
        "jiaoyu",
    }


@pytest.mark.clause("xiping-work-rules/10.1")
def test_a_county_department_may_have_two_heads(bodies, under, officer):
    under("xiping")
    day = dt.date(2020, 4, 1)
    head = principals_of_many([bodies["jiaoyu"]], day).get(bodies["jiaoyu"].pk, [])
    other = person_create(body=bodies["jiaoyu"], name="方知行", actor=officer, at=NOW)
    post_start(
        person=other,
        body=bodies["jiaoyu"],
        kind="party_leader",
        title="党组书记",
        since=TODAY,
        actor=officer,
        at=NOW,
    )
    assert principals_of_many([bodies["jiaoyu"]], day).get(bodies["jiaoyu"].pk, []) == [*head, other]
    third = person_create(body=bodies["jiaoyu"], name="傅言", actor=officer, at=NOW)
    with pytest.raises(WrongState):
        post_start(
            person=third, body=bodies["jiaoyu"], kind="party_leader", since=TODAY, actor=officer, at=NOW
        )


@pytest.mark.clause("xiping-work-rules/66.2")
def test_the_county_s_rules_apply_to_dispatched_bodies_and_direct_units(bodies, under, officer):
    under("xiping")
    day = dt.date(2020, 4, 1)
    for standing, subject in (
        ("dispatched", True),
        ("direct_unit", True),
        ("special", False),
        ("institution", False),
    ):
        body_update(
            body=bodies["reli"], takes_requests=True, handles_onsite=False, area="urban", standing=standing,
            actor=officer, at=NOW,
        )  # fmt: skip
        assert (bodies["reli"] in bodies_subject(day)) is subject


@pytest.mark.clause("smx-disability-plan/3.2.2b")
def test_a_main_member_unit_owes_at_least_one_post_by_the_end_of_2020(bodies, officer, actor):
    row = services.placement_open(unit=bodies["jiaoyu"], document="残工委名单", actor=officer, at=NOW)
    assert (row.minimum, row.due_on) == (1, dt.date(2020, 12, 31))
    owed = row.matter.obligations.get()
    assert (owed.due_at, owed.body, owed.state) == (on("2020-12-31 23:59:59"), bodies["jiaoyu"], "open")
    unit = actor("unit_principal", "jiaoyu")
    report = {"evidence": "编制台账", "actor": unit, "at": on("2018-03-01 09:00"), "on": dt.date(2018, 2, 28)}
    services.placement_report(placement=row, placed=0, **report)
    assert row.matter.obligations.get().state == "open"
    services.placement_report(placement=row, placed=1, **report)
    assert row.matter.obligations.get().state == "met"
    services.placement_report(placement=row, placed=0, **{**report, "at": on("2018-05-01 09:00")})
    assert sorted(one.state for one in row.matter.obligations.all()) == ["met", "open"]
    with pytest.raises(WrongState, match="已在名单"):
        services.placement_open(unit=bodies["jiaoyu"], document="再", actor=officer, at=NOW)
    with pytest.raises(NotAllowed):
        services.placement_report(
            placement=row, placed=1, **{**report, "actor": actor("unit_principal", "huanbao")}
        )
    with pytest.raises(Incomplete):
        services.placement_report(placement=row, placed=1, **{**report, "evidence": ""})
    services.placement_strike(placement=row, reason="机构改革", actor=officer, at=on("2018-06-01 09:00"))
    assert sorted(one.state for one in row.matter.obligations.all()) == ["cancelled", "met"]


@pytest.mark.clause("smx-disability-plan/4.1b")
def test_at_every_level_the_main_leader_answers_overall_and_another_in_particular(bodies, officer, actor):
    own, *counties = responsible(TODAY)
    mayor = actor("mayor")
    assert own.government == "三门峡市人民政府"
    assert own.overall == (mayor.name,) and len(own.specific) <= 1
    assert [one.government for one in counties] == ["湖滨区人民政府", "卢氏县人民政府"]
    assert all(len(one.overall) == 1 and len(one.specific) == 1 for one in counties)
    assert all(one.overall != one.specific for one in counties)
