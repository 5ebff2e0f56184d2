"""The pages of a round: who sees what, and that each step can be taken there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from luoshi.ledger.models import Matter
from luoshi.organisation.models import Grant
from luoshi.rounds import rules, services
from luoshi.rounds.models import Mark, Record, Rectification, Round
from tests.rounds.conftest import MARKED, NOTICED, PUBLISHED, City, even_points

pytestmark = pytest.mark.django_db


def client(role: str, body: str = "") -> Client:
    grants = Grant.objects.filter(role__code=role)
    grant = (grants.filter(body__code=body) if body else grants).order_by("id").first()
    assert grant is not None
    found = Client()
    found.force_login(grant.user)
    return found


def page(who: Client, name: str, *args: Any, status: int = 200) -> str:
    answer = who.get(reverse(name, args=args))
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


EVERYWHERE = (
    "round",
    "round-plan",
    "round-units",
    "round-records",
    "round-team",
    "round-marks",
    "round-results",
    "round-rectifications",
    "round-uses",
)


@pytest.mark.parametrize(
    "step", ["opened", "drafted", "planned", "running", "marking", "summarised", "published"]
)
def test_every_page_of_a_round_opens_at_every_step(openness: City, step: str) -> None:
    round = getattr(openness, step)()
    office = client("round_office")
    for name in EVERYWHERE:
        assert round.title in page(office, name, round.pk)
    assert "分值" in page(office, "round-points", round.pk, "departments")
    for unit in round.units.all():
        assert unit.name in page(office, "round-unit", round.pk, unit.pk)
    assert round.title in page(office, "rounds")
    assert round.title in page(client("city_leader"), "round", round.pk)


def test_the_web_sites_pages_show_spot_checks(website: City) -> None:
    round = website.running()
    office = client("round_office")
    url = reverse("round-spot", args=[round.pk, "2018-Q1"])
    assert "抽取" in page(office, "round-spot", round.pk, "2018-Q1")
    answer = office.post(url, {"action": "draw-departments"}, follow=True)
    assert "种子和名单已留存" in answer.content.decode()


def test_a_plan_is_written_and_handed_in_on_its_pages(openness: City) -> None:
    office = client("round_office")
    answer = office.post(reverse("round-new"), {"action": "open", "rule": "rounds.openness", "year": 2026})
    assert answer.status_code == 302
    round = Round.objects.get(year=2026)
    form = {"date-start": "2026-12-01", "date-self_due": "2026-11-30", "date-publish_due": "2027-05-01"}
    refused = office.post(reverse("round-plan", args=[round.pk]), form)
    assert refused.status_code == 422
    assert "不得晚于2027年4月30日" in refused.content.decode()
    points = {f"points-{leaf}": str(value) for leaf, value in even_points(round, "departments").items()}
    saved = office.post(
        reverse("round-points", args=[round.pk, "departments"]), {"action": "save", **points}, follow=True
    )
    assert "分值已保存" in saved.content.decode()
    handed_in = office.post(reverse("round", args=[round.pk]), {"action": "submit"})
    assert handed_in.status_code == 422
    assert "没有列入被考评单位" in handed_in.content.decode()


def test_units_are_chosen_from_those_that_the_rulebook_names(openness: City) -> None:
    round = openness.opened()
    office = client("round_office")
    text = page(office, "round-units", round.pk)
    assert "名单中有单位尚未建档" in text
    answer = office.post(
        reverse("round-units", args=[round.pk]),
        {"action": "units-departments", "bodies": [openness.bodies["chengguan"].pk]},
    )
    assert answer.status_code == 302
    assert list(round.units.values_list("body__code", flat=True)) == ["chengguan"]


def test_a_unit_fills_in_and_hands_in_its_papers(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    me = client("liaison", "chengguan")
    url = reverse("round-self", args=[round.pk, unit.pk])
    assert "自查材料" in page(me, "round-self", round.pk, unit.pk)
    data = {f"done-{leaf.id}": "met" for leaf in openness.leaves(unit)}
    data["report"] = "自查报告。"
    refused = me.post(url, {**data, "submit": "1"})
    assert refused.status_code == 422
    assert "没有登记" in refused.content.decode()
    data |= {f"person-{one.value}": "某某" for one in rules.rule_of(round).persons}
    assert me.post(url, {**data, "submit": "1"}).status_code == 302
    assert Matter.objects.get(pk=unit.pk).state == "submitted"
    assert me.post(reverse("round-unit", args=[round.pk, unit.pk]), {"action": "recall"}).status_code in (
        302,
        422,
    )


def test_a_unit_sees_its_own_papers_and_no_other_s(openness: City) -> None:
    round = openness.running()
    me = client("liaison", "chengguan")
    page(me, "round-unit", round.pk, openness.unit(round, "chengguan").pk)
    page(me, "round-unit", round.pk, openness.unit(round, "zhujian").pk, status=403)
    page(me, "round-self", round.pk, openness.unit(round, "zhujian").pk, status=403)
    page(client("liaison", "jiaoyu"), "round", round.pk, status=403)


def test_nothing_of_a_result_is_seen_before_it_is_published(openness: City) -> None:
    round = openness.approved()
    unit = openness.unit(round, "chengguan")
    me = client("liaison", "chengguan")
    page(me, "round-results", round.pk, status=403)
    assert "总分" not in page(me, "round-unit", round.pk, unit.pk)
    page(Client(), "round-public", round.pk, status=404)
    services.result_publish(
        round=round, texts={"situation": "总体情况"}, places=["portal"], actor=openness.office, at=PUBLISHED
    )
    assert "总分" in page(me, "round-unit", round.pk, unit.pk)
    assert unit.name in page(me, "round-results", round.pk)
    text = page(Client(), "round-public", round.pk)
    assert "总体情况" in text
    assert "优秀" in text
    assert round.title in page(Client(), "rounds-public")


def test_an_assessor_marks_on_the_page_what_is_assigned(openness: City) -> None:
    round = openness.marking()
    unit = openness.unit(round, "chengguan")
    me = client("assessor")
    assert unit.name in page(me, "round-marks", round.pk)
    leaf = next(one for one in openness.leaves(unit) if one.kind == "mark")
    url = reverse("round-mark", args=[round.pk, unit.pk])
    assert leaf.title in page(me, "round-mark", round.pk, unit.pk)
    data = {"action": "marks", f"points-{leaf.id}": "99"}
    refused = me.post(url, data)
    assert refused.status_code == 422
    assert "请至少选择一种考核方式" in refused.content.decode()
    refused = me.post(url, {**data, "methods": "files"})
    assert "之间" in refused.content.decode()
    good = {**data, f"points-{leaf.id}": "0.5", "methods": "files"}
    assert me.post(url, good).status_code == 302
    assert Mark.objects.get(unit=unit, leaf=leaf.id).points == Decimal("0.5")


def test_a_record_is_entered_with_what_it_counts_for(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    office = client("round_office")
    leaf = next(one for one in openness.leaves(unit) if one.kind == "mark")
    url = reverse("round-record-new", args=[round.pk])
    page(office, "round-record-new", round.pk)
    data = {
        "class": "departments",
        "unit": unit.pk,
        "kind": "problem",
        "method": "spot",
        "day": "2018-03-01",
        "text": "栏目三个月没有更新。",
        "effect": f"item:{leaf.id}",
        "points": "-0.5",
        "times": "1",
    }
    assert office.post(url, data | {"method": ""}).status_code == 422
    assert office.post(url, data).status_code == 302
    record = Record.objects.get()
    assert "栏目三个月没有更新" in page(office, "round-record", round.pk, record.pk)
    assert "栏目三个月没有更新" in page(office, "round-records", round.pk)
    assert "栏目三个月没有更新" in page(office, "round-period", round.pk, "2018-Q1")
    page(client("liaison", "zhujian"), "round-record", round.pk, record.pk, status=403)
    page(client("liaison", "chengguan"), "round-record", round.pk, record.pk)


def test_the_team_is_put_together_on_its_page(openness: City) -> None:
    round = openness.running()
    office = client("round_office")
    assert "监察机关" in page(office, "round-team", round.pk)
    user = openness.assessor.user_id
    url = reverse("round-team", args=[round.pk])
    assert office.post(url, {"action": "add", "user": user, "pool": "press"}).status_code == 302
    member = round.members.get()
    data = {"action": "assign", "member": member.pk, "what": "departments:", "item": ""}
    assert office.post(url, data).status_code == 302
    task = member.assignments.get()
    office.post(reverse("round-team-leave", args=[round.pk]), {"task": task.pk})
    assert not member.assignments.exists()


def test_problems_are_told_and_put_right_on_their_pages(openness: City) -> None:
    round = openness.running()
    unit = openness.unit(round, "chengguan")
    office, me = client("round_office"), client("liaison", "chengguan")
    told = office.post(reverse("round-tell", args=[round.pk, unit.pk]), {"problems": "栏目不更新\n缺目录"})
    assert told.status_code == 302
    row = Rectification.objects.get()
    url = reverse("rectification", args=[row.pk])
    assert "栏目不更新" in page(me, "rectification", row.pk)
    refused = me.post(url, {"action": "plan", "measure-1": "每周更新", "due-1": "2099-01-01"})
    assert refused.status_code == 422
    assert "第2个问题的整改措施" in refused.content.decode()
    data = {"action": "plan"} | {
        f"{name}-{number}": value
        for number in (1, 2)
        for name, value in (("measure", "每周更新"), ("due", "2099-01-01"))
    }
    assert me.post(url, data).status_code == 302
    for number in (1, 2):
        me.post(url, {"action": "progress", "number": number, "progress": "已更新", "done": "on"})
    assert me.post(url, {"action": "report", "text": "全部整改到位。"}).status_code == 302
    assert office.post(url, {"action": "confirm", "text": "属实。"}).status_code == 302
    assert Matter.objects.get(pk=row.pk).state == "confirmed"
    page(client("liaison", "zhujian"), "rectification", row.pk, status=403)


def test_a_result_is_approved_published_and_used_on_its_pages(openness: City) -> None:
    round = openness.summarised()
    office, leader = client("round_office"), client("city_leader")
    url = reverse("round", args=[round.pk])
    assert office.post(url, {"action": "check", "opinion": "同意。"}).status_code == 302
    assert leader.post(url, {"action": "approve", "opinion": "同意。"}).status_code == 302
    assert "公布内容" in page(office, "round-publish", round.pk)
    answer = office.post(
        reverse("round-publish", args=[round.pk]), {"text-situation": "总体情况", "places": ["portal"]}
    )
    assert answer.status_code == 302
    assert Matter.objects.get(pk=round.pk).state == "published"
    uses = reverse("round-uses", args=[round.pk])
    bad = office.post(uses, {"row": "province:", "day": "2019-01-01"})
    assert bad.status_code == 422
    from luoshi.rounds.views.common import today

    assert office.post(uses, {"row": "province:", "day": today().isoformat()}).status_code == 302
    assert round.uses_done.count() == 1


def test_a_step_that_is_not_offered_is_refused_on_the_page(openness: City) -> None:
    round = openness.running()
    answer = client("round_office").post(
        reverse("round", args=[round.pk]), {"action": "approve_plan"}, follow=True
    )
    assert "这一步现在不能办理" in answer.content.decode()
    assert Round.objects.get(pk=round.pk).planned_at is not None
    assert NOTICED < MARKED
