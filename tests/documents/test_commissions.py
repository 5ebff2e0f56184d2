"""A leader has a matter coordinated: who may, the report with its proposal, and who decides what stays disputed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from luoshi.documents.models import Course, Step
from luoshi.documents.services import commissioning, steps
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, Obligation, Secrecy, door
from luoshi.organisation.models import Person, RolePermission, User

from .test_steps import NOW, At, begin, chain, clerk, open_steps, paper, person, probe, vices

__all__ = ["clerk", "paper", "person", "probe", "vices"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Callable[..., Actor], person: Any, at: At
) -> Step:
    """The paper waits on the vice mayor's step."""
    begin(paper, clerk, at(NOW), people=chain(vices, person))
    for role in ("deputy_secretary_general", "secretary_general"):
        (step,) = open_steps(paper)
        steps.step_done(step=step, actor=actor(role), at=at(NOW), mark="agree", opinion="同意拟办意见")
    (step,) = open_steps(paper)
    return step


def coordination(paper: Matter) -> Step:
    return Step.objects.get(paper=paper, stop="coordination", matter__state="open")


@pytest.mark.clause("smx-secretary-rules/1.4")
def test_a_dispute_comes_back_with_a_proposal_and_the_vice_mayor_decides_it(
    paper: Matter, waiting: Step, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    when, deputy = at(NOW), actor("deputy_secretary_general")
    made = commissioning.commission(
        step=waiting,
        to=person("deputy_secretary_general"),
        text="两局对管护责任有争议",
        actor=vices[0],
        at=when,
    )
    assert Obligation.objects.get(matter=made.matter, rule="documents.step").state == "open"
    with pytest.raises(Incomplete, match="还没有报来处理意见") as early:
        steps.step_done(step=waiting, actor=vices[0], at=when, mark="agree", opinion="同意办理")
    assert early.value.cite == ("smx-secretary-rules/1.4",)
    told: dict[str, Any] = {"step": made, "account": "已两次会商", "outcome": "disputed", "at": when}
    with pytest.raises(NotAllowed):
        commissioning.commission_report(**told, proposal="由城管局管护", actor=actor("secretary_general"))
    for empty in ("", "请领导审定"):
        with pytest.raises(Incomplete, match="处理意见") as bare:
            commissioning.commission_report(**told, proposal=empty, actor=deputy)
        assert bare.value.field == "proposal"
    commissioning.commission_report(**told, proposal="由城管局管护", actor=deputy)
    assert Course.objects.get(paper=paper).finished_at is None
    steps.step_done(step=waiting, actor=vices[0], at=when, mark="agree", opinion="同意处理意见")
    assert Course.objects.get(paper=paper).outcome == "agreed"
    assert "处理意见：由城管局管护" in Step.objects.get(pk=made.pk).opinion


@pytest.mark.clause("smx-secretary-rules/1.4")
def test_a_dispute_on_the_mayor_s_step_is_not_decided_by_a_circle_nor_by_another_office(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    when, mayor = at(NOW), actor("mayor")
    facts = {"purpose": "reading"}
    begin(
        paper, clerk, when, route_id="documents.reading", facts=facts, people={"leaders": [person("mayor")]}
    )
    (step,) = open_steps(paper)
    chief = person("secretary_general")
    made = commissioning.commission(step=step, to=chief, text="协调分歧", actor=mayor, at=when)
    commissioning.commission_report(
        step=made, account="意见不一", outcome="disputed", proposal="按甲方案办理", at=when,
        actor=actor("secretary_general"),
    )  # fmt: skip
    with pytest.raises(Incomplete, match="圈阅"):
        steps.step_done(step=step, actor=mayor, at=when, mark="circle")
    moved = steps.step_agree(step=step, manner="other", agreed="电话商定", to=chief, actor=clerk, at=when)
    with pytest.raises(NotAllowed, match="市长、副市长审定") as refusal:
        steps.step_done(
            step=moved, actor=actor("secretary_general"), at=when, mark="agree", opinion="同意办理"
        )
    assert "smx-secretary-rules/1.4" in refusal.value.cite
    steps.step_done(step=moved, actor=mayor, at=when, mark="agree", opinion="同意处理意见")
    assert Course.objects.get(paper=paper).outcome == "agreed"


@pytest.mark.clause("smx-secretary-rules/1.4")
def test_only_mayors_commission_and_only_the_secretaries_are_commissioned(
    paper: Matter, clerk: Actor, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    when, deputy = at(NOW), actor("deputy_secretary_general")
    begin(paper, clerk, when, people=chain(vices, person))
    (step,) = open_steps(paper)
    chief = person("secretary_general")
    with pytest.raises(NotAllowed, match="市长、副市长可以委托"):
        commissioning.commission(step=step, to=chief, text="协调", actor=deputy, at=when)
    for role in ("deputy_secretary_general", "secretary_general"):
        (step,) = open_steps(paper)
        steps.step_done(step=step, actor=actor(role), at=when, mark="agree", opinion="同意拟办意见")
    (step,) = open_steps(paper)
    given: dict[str, Any] = {"step": step, "at": when}
    with pytest.raises(Incomplete, match="秘书长、副秘书长"):
        commissioning.commission(**given, to=person("mayor"), text="协调", actor=vices[0])
    with pytest.raises(NotAllowed):
        commissioning.commission(**given, to=chief, text="协调", actor=vices[1])
    with pytest.raises(WrongState, match="没有正在协调"):
        commissioning.commission_withdraw(**given, reason="不再需要", actor=vices[0])
    with pytest.raises(WrongState, match="不是受托协调"):
        commissioning.commission_report(
            **given, account="情况", outcome="settled", proposal="", actor=vices[0]
        )


def test_a_coordinator_s_step_is_no_stop_and_the_commission_can_be_taken_back(
    paper: Matter, waiting: Step, vices: list[Actor], clerk: Actor, actor: Any, person: Any, at: At
) -> None:
    when, deputy, vice = at(NOW), actor("deputy_secretary_general"), vices[0]
    asked: dict[str, Any] = {
        "step": waiting,
        "to": person("deputy_secretary_general"),
        "actor": vice,
        "at": when,
    }
    made = commissioning.commission(**asked, text="协调分歧")
    with pytest.raises(WrongState, match="已经委托"):
        commissioning.commission(**asked, text="再协调")
    given: dict[str, Any] = {"step": made, "actor": deputy, "at": when}
    for forbidden in (
        lambda: steps.step_done(**given, mark="agree", opinion="同意办理"),
        lambda: steps.step_send_back(**given, reason="退回"),
        lambda: steps.step_refer(**given, to=person("mayor"), reason="转请"),
        lambda: steps.step_agree(**given, manner="wait", agreed="等待"),
        lambda: commissioning.commission(**{**asked, "step": made}, text="再委托"),
    ):
        with pytest.raises(WrongState, match="受托协调"):
            forbidden()
    commissioning.commission_withdraw(step=waiting, reason="双方已商定", actor=vice, at=when)
    assert Matter.objects.get(pk=made.pk).state == "recalled"
    again = commissioning.commission(**asked, text="重新协调")
    commissioning.commission_report(
        step=again, account="已取得一致", outcome="settled", proposal="", actor=deputy, at=when
    )
    steps.step_done(step=waiting, actor=vice, at=when, mark="agree", opinion="同意办理")
    assert Course.objects.get(paper=paper).outcome == "agreed"


def test_the_leader_commissions_and_the_coordinator_reports_in_the_browser(
    paper: Matter, waiting: Step, vices: list[Actor], actor: Any, person: Any, at: At
) -> None:
    leader, helper = Client(), Client()
    leader.force_login(User.objects.get(pk=vices[0].user_id))
    helper.force_login(User.objects.get(pk=actor("deputy_secretary_general").user_id))
    here = reverse("incoming-step", args=[waiting.pk])
    assert "委托协调" in leader.get(here).content.decode()
    to = Person.objects.get(pk=actor("deputy_secretary_general").person_id)
    url = reverse("incoming-step-act", args=[waiting.pk, "commission"])
    assert leader.post(url, {"to": to.pk, "text": "协调管护分歧"}).status_code == 302
    assert "收回委托" in leader.get(here).content.decode()
    made = coordination(paper)
    page = helper.get(reverse("incoming-step", args=[made.pk])).content.decode()
    assert "报协调情况" in page and "退回修改" not in page
    url = reverse("incoming-step-act", args=[made.pk, "report"])
    refused = helper.post(url, {"outcome": "disputed", "account": "已会商", "proposal": ""})
    assert refused.status_code != 302 and "请填写处理意见" in refused.content.decode()
    assert (
        helper.post(url, {"outcome": "disputed", "account": "已会商", "proposal": "由甲局负责"}).status_code
        == 302
    )
    assert Step.objects.get(pk=made.pk).extra["proposal"] == "由甲局负责"
    assert isinstance(Step.objects.get(pk=made.pk).done_at, dt.datetime)


def test_a_paper_with_a_secret_is_coordinated_only_by_who_may_see_it(
    paper: Matter, waiting: Step, vices: list[Actor], person: Any, at: At
) -> None:
    deputy = person("deputy_secretary_general")
    with door():
        Matter.objects.filter(pk=waiting.pk).update(secrecy=Secrecy.SECRET)
    seen = RolePermission.objects.filter(role__code="deputy_secretary_general", code="documents.secret")
    assert seen.exists()
    given: dict[str, Any] = {"step": waiting, "text": "两局有争议", "actor": vices[0], "at": at(NOW)}
    with transaction.atomic():
        seen.delete()
        with pytest.raises(Incomplete, match="没有查阅涉密公文的权限"):
            commissioning.commission(to=deputy, **given)
        transaction.set_rollback(True)
    assert commissioning.commission(to=deputy, **given).person == deputy
