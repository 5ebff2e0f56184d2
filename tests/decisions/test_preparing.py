"""A matter is put forward, prepared, reviewed and settled; what is missing stops it with the clause."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.decisions import rules, services
from luoshi.decisions.models import Brewing, Weight
from luoshi.decisions.standing import legality_of
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body

from .conftest import NOW, OPTIONS, content, fresh, own, pdf

pytestmark = pytest.mark.django_db


def submit(decision, at=NOW):
    return services.decision_submit(decision=decision, actor=own(decision.body, at), at=at)


def refused(decision, *words, cite="", at=NOW):
    with pytest.raises(Incomplete) as told:
        submit(decision, at)
    assert all(word in str(told.value) for word in words), str(told.value)
    assert not cite or cite in told.value.cite
    return told.value


@pytest.mark.clause("smx-major-decisions/2.2.1")
def test_without_its_basis_and_competence_a_matter_is_not_put_up(proposed, prepare):
    for field, word in (("basis", "法律政策依据"), ("competence", "职权依据")):
        decision = prepare(proposed("city_renewal", **{field: ""}))
        refused(decision, word, cite="smx-major-decisions/2.2.1")


@pytest.mark.clause("smx-major-decisions/2.3")
def test_a_major_decision_compares_two_options_or_says_why_there_is_one(proposed, prepare):
    one = prepare(proposed("city_renewal", options=OPTIONS[:1]))
    refused(one, "至少两个备选方案", cite="smx-major-decisions/2.3")
    submit(prepare(proposed("city_renewal", options=OPTIONS[:1], single_reason="只有一处可选")))
    submit(prepare(proposed("city_renewal")))


PUBLIC = {"traits": ["public_interest"]}
LEFT = (
    pytest.param("research", {}, "调查研究", marks=pytest.mark.clause("smx-major-decisions/4.1.1.1")),
    pytest.param("research", {}, "调查研究", marks=pytest.mark.clause("smx-work-rules/21.p1.1")),
    pytest.param("land", {"traits": ["land_plan"]}, "国土资源管理委员会", marks=pytest.mark.clause("smx-major-decisions/4.1.1.2")),
    pytest.param("city", {"traits": ["city_plan"]}, "城乡规划委员会", marks=pytest.mark.clause("smx-major-decisions/4.1.1.3")),
    pytest.param("expert", {}, "专家论证", marks=pytest.mark.clause("smx-major-decisions/4.1.1.4")),
    pytest.param("hearing", PUBLIC, "听证或网上公示", marks=pytest.mark.clause("smx-major-decisions/4.1.1.5")),
    pytest.param("risk", {}, "风险", marks=pytest.mark.clause("smx-major-decisions/4.1.1.6")),
    pytest.param("hearing_report", {"traits": ["hearing"]}, "听证报告", marks=pytest.mark.clause("smx-major-decisions/4.1.1.7")),
    pytest.param("legality", {}, "合法性审查", marks=pytest.mark.clause("smx-major-decisions/4.1.1.8")),
    pytest.param("participation", {}, "公众参与", marks=pytest.mark.clause("smx-work-rules/17.1")),
)  # fmt: skip


@pytest.mark.parametrize(("left", "said", "word"), LEFT)
def test_a_step_that_is_left_out_stops_the_matter_and_is_named(left, said, word, proposed, prepare):
    decision = prepare(proposed("city_renewal", **said), leave=(left,))
    assert refused(decision, word).cite
    submit(prepare(proposed("city_renewal", **said)))


def test_a_step_s_record_holds_what_the_rule_asks_with_its_paper(proposed):
    decision = proposed("city_renewal", traits=["land_plan"])
    by = own(decision.body)
    with pytest.raises(Incomplete, match="请填写先期研判"):
        services.step_record(
            decision=decision, key="risk", values={"prediction": "x", "assessment": "y"}, actor=by, at=NOW
        )
    with pytest.raises(Incomplete, match="请上传国土资源管理委员会审定的材料"):
        services.step_record(decision=decision, key="land", values={"text": "同意"}, actor=by, at=NOW)
    said = dict.fromkeys(["by_whom", "necessity", "feasibility", "lawfulness"], "x")
    with pytest.raises(Incomplete, match="请选择形式"):
        services.step_record(
            decision=decision, key="expert", form="no", values=said,
            actor=by, at=NOW, file=pdf(), file_name="a.pdf",
        )  # fmt: skip
    with pytest.raises(Incomplete, match="没有这个前期环节"):
        services.step_record(decision=decision, key="no", values={}, actor=by, at=NOW)


def test_a_publicity_runs_its_days_and_also_counts_as_participation_where_it_asks_for_opinions(
    proposed, prepare
):
    decision = prepare(
        proposed("city_renewal", traits=["public_interest"]), leave=("hearing", "participation")
    )
    by, days = own(decision.body), rules.setting("decisions.records", NOW)["days"]

    def record(until, form="publicity_asking"):
        since = dt.date(2017, 10, 10)
        return services.step_record(
            decision=decision, key="hearing", form=form, values={"text": "无异议"}, since=since, until=until, actor=by, at=NOW
        )  # fmt: skip

    with pytest.raises(Incomplete, match="公示不少于"):
        record(dt.date(2017, 10, 10) + dt.timedelta(days=days - 2))
    with pytest.raises(Incomplete, match="公示还没有结束"):
        record(NOW.date())
    record(dt.date(2017, 10, 10) + dt.timedelta(days=days - 1), form="publicity")
    refused(decision, "公众参与")
    record(dt.date(2017, 10, 10) + dt.timedelta(days=days - 1))
    submit(decision)


@pytest.mark.clause("smx-work-rules/17.1")
def test_three_procedures_may_be_waived_with_a_reason_that_the_legal_office_confirms(
    proposed, prepare, actor
):
    decision = prepare(proposed("city_renewal"), leave=("expert", "legality"))
    by, legal = own(decision.body), actor("legal_office")
    with pytest.raises(Incomplete, match="请填写不适用的理由"):
        services.step_waive(decision=decision, key="expert", reason=" ", actor=by, at=NOW)
    for key in ("legality", "research", "hearing"):
        with pytest.raises(Incomplete, match="不得以不适用为由免除"):
            services.step_waive(decision=decision, key=key, reason="不用", actor=by, at=NOW)
    waived = services.step_waive(decision=decision, key="expert", reason="无专业问题", actor=by, at=NOW)
    refused(decision, "专家论证", "合法性审查")
    with pytest.raises(NotAllowed):
        services.step_confirm(step=waived, actor=by, at=NOW)
    with pytest.raises(NotAllowed):
        services.step_confirm(step=waived, actor=actor("mayor_office"), at=NOW)
    services.step_confirm(step=waived, actor=legal, at=NOW)
    with pytest.raises(WrongState):
        services.step_confirm(step=waived, actor=legal, at=NOW)
    services.legality_ask(matter=decision.matter, actor=by, at=NOW)
    refused(decision, "合法性审查", cite="smx-work-rules/27.1")
    services.legality_give(
        review=legality_of(decision.pk), result="amend", opinion="须改", actor=legal, at=NOW
    )
    refused(decision, "合法性审查")
    services.legality_ask(matter=decision.matter, actor=by, at=NOW)
    services.legality_give(
        review=legality_of(decision.pk), result="lawful", opinion="可", actor=legal, at=NOW
    )
    submit(decision)


@pytest.mark.clause("smx-major-decisions/4.1.1.7")
def test_a_hearing_report_counts_once_the_legal_office_has_reviewed_it(proposed, prepare, actor):
    decision = prepare(proposed("city_renewal", traits=["hearing"]), leave=("hearing_report",))
    by = own(decision.body)
    row = services.step_record(
        decision=decision,
        key="hearing_report",
        values={"text": "报告"},
        actor=by,
        at=NOW,
        file=pdf(),
        file_name="a.pdf",
    )
    refused(decision, "听证报告")
    services.step_confirm(step=row, actor=actor("legal_office"), at=NOW)
    submit(decision)


@pytest.mark.clause("smx-major-decisions/4.1.2.3")
@pytest.mark.clause("smx-work-rules/21.p1.3")
@pytest.mark.clause("smx-work-rules/42.4")
def test_bodies_that_a_matter_touches_agree_and_countersign_or_their_differences_go_up(
    proposed, prepare, bodies, speaker
):
    decision = proposed("city_renewal", involved=["chengguan", "huanbao"])
    by = own(decision.body)

    def says(body, agrees, sealed=True, opinion="理据"):
        return services.consultation_record(
            decision=decision, body=bodies[body], agrees=agrees, opinion=opinion, signer="局长", sealed=sealed, actor=by, at=NOW
        )  # fmt: skip

    with pytest.raises(Incomplete, match="不在涉及单位之列"):
        says("gongan", True)
    with pytest.raises(Incomplete, match="请填写意见"):
        says("chengguan", False, opinion="")
    prepare(decision)
    says("huanbao", True, sealed=False)
    refused(decision, "与涉及部门协商一致并会签", cite="smx-major-decisions/4.1.2.3")
    with pytest.raises(Incomplete, match="没有登记不同意见"):
        services.differences_report(decision=decision, text="无", actor=by, at=NOW)
    says("huanbao", False)
    refused(decision, "与涉及部门协商一致并会签")
    services.differences_report(decision=decision, text="环保不同意选址", actor=by, at=NOW)
    assert fresh(decision).matter.state == "coordinating"
    with pytest.raises(WrongState):
        submit(decision)
    services.differences_settle(decision=decision, text="改选址", actor=speaker("vicemayor"), at=NOW)
    says("huanbao", True)
    submit(decision)
    with pytest.raises(NotAllowed):
        services.differences_refer(decision=decision, reason="仍不一致", actor=speaker("vicemayor2"), at=NOW)
    services.differences_refer(decision=decision, reason="仍不一致", actor=speaker("vicemayor"), at=NOW)
    assert fresh(decision).matter.state == "coordinating"


@pytest.mark.clause("smx-work-rules/21.p1.4")
@pytest.mark.clause("smx-work-rules/21.p1.5")
@pytest.mark.clause("smx-work-rules/21.p2")
@pytest.mark.clause("smx-work-rules/27.1")
def test_other_kinds_ask_for_what_their_circumstances_call_for(proposed, prepare):
    traits = ["grassroots", "stability", "own", "public_concern", "legal"]
    for left, word in (
        ("grassroots", "下级或基层"),
        ("stability", "社会稳定"),
        ("prior", "请示或报告"),
        ("legality", "合法性审查"),
    ):
        decision = prepare(proposed("surplus", traits=traits), leave=(left,))
        refused(decision, word)
    submit(prepare(proposed("surplus", traits=traits)))


@pytest.mark.clause("smx-major-decisions/4.1.2.1")
@pytest.mark.clause("smx-major-decisions/4.1.2.2")
def test_brewing_is_noted_and_has_no_place_for_a_conclusion(proposed, speaker):
    decision = proposed("city_renewal")
    services.brewing_add(
        decision=decision,
        form="座谈",
        people="有关局长",
        views="大体可行",
        actor=speaker("vicemayor"),
        at=NOW,
    )
    names = {field.name for field in Brewing._meta.get_fields()}
    assert names == {"id", "decision", "form", "people", "views", "at", "by"}
    assert fresh(decision).matter.state == "preparing" and fresh(decision).outcome == ""
    with pytest.raises(NotAllowed):
        services.brewing_add(
            decision=decision, form="x", people="x", views="x", actor=own(decision.body), at=NOW
        )


@pytest.mark.clause("smx-major-decisions/3.1.5")
@pytest.mark.clause("smx-major-decisions/3.3.2")
def test_the_vice_mayor_in_charge_judges_what_is_only_suggested(proposed, prepare, speaker):
    decision = prepare(proposed("housing", "city_renewal"))
    assert decision.kinds == ["1.5", "1.7"]
    submit(decision)
    with pytest.raises(NotAllowed) as told:
        services.decision_approve(
            decision=decision, kinds=["1.7"], opinion="同意", actor=speaker("vicemayor2"), at=NOW
        )
    assert "应由" in str(told.value)
    with pytest.raises(Incomplete, match="不能不列入"):
        services.decision_approve(
            decision=decision, kinds=["1.5"], opinion="同意", actor=speaker("vicemayor"), at=NOW
        )
    services.decision_approve(
        decision=decision, kinds=["1.7"], opinion="住房部分不重大", actor=speaker("vicemayor"), at=NOW
    )
    assert fresh(decision).kinds == ["1.7"] and fresh(decision).matter.state == "reviewed"


def test_only_the_mayor_settles_a_topic(proposed, prepare, speaker):
    decision = prepare(proposed("city_renewal"))
    submit(decision)
    services.decision_approve(
        decision=decision, kinds=["1.7"], opinion="同意", actor=speaker("vicemayor"), at=NOW
    )
    for name in ("vicemayor", "executive", "secretary"):
        with pytest.raises(NotAllowed):
            services.decision_determine(
                decision=decision, weight=Weight.ORDINARY, actor=speaker(name), at=NOW
            )
    services.decision_determine(decision=decision, weight=Weight.EXCEPTIONAL, actor=speaker("mayor"), at=NOW)
    assert fresh(decision).weight == "exceptional"


@pytest.mark.clause("smx-major-decisions/3.1.10")
@pytest.mark.clause("smx-major-decisions/3.3.5")
@pytest.mark.clause("smx-major-decisions/3.4.5")
@pytest.mark.parametrize("subject", ["other_decision", "other_project", "other_funds"])
def test_a_catch_all_is_settled_by_the_mayor_with_a_reason(subject, proposed, prepare, speaker):
    decision = prepare(proposed(subject))
    submit(decision)
    services.decision_approve(
        decision=decision, kinds=decision.kinds, opinion="同意", actor=speaker("vicemayor"), at=NOW
    )
    with pytest.raises(Incomplete, match="兜底事项须由市长认定并写明理由"):
        services.decision_determine(decision=decision, weight="ordinary", actor=speaker("mayor"), at=NOW)
    services.decision_determine(
        decision=decision, weight="ordinary", kind_reason="影响面大", actor=speaker("mayor"), at=NOW
    )
    assert fresh(decision).kind_reason == "影响面大"


@pytest.mark.clause("smx-major-decisions/2.2.2")
def test_where_the_mayor_asks_for_it_the_consultative_conference_is_heard_before_the_meeting(
    determined, convene, speaker
):
    decision = determined("city_renewal", more={"cppcc": True})
    with pytest.raises(Incomplete, match="与政协协商的情况"):
        services.sitting_open(decision=decision, meeting=convene(), actor=speaker("mayor"), at=NOW)
    services.cppcc_attach(decision=decision, text="已协商", actor=own(decision.body), at=NOW)
    services.sitting_open(decision=decision, meeting=convene(), actor=speaker("mayor"), at=NOW)


@pytest.mark.clause("smx-major-decisions/3.2.1")
@pytest.mark.clause("smx-major-decisions/3.2.2")
@pytest.mark.clause("smx-major-decisions/3.2.3")
def test_staffing_comes_from_its_office_and_personnel_from_its_department_with_the_party_s_decision(
    proposed, prepare, bodies
):
    for subject in ("staffing_department", "functions_change", "appointment"):
        with pytest.raises(NotAllowed, match="机构编制类事项由编制机构提出"):
            proposed(subject)
    for subject in ("staffing_department", "functions_change"):
        made = services.decision_propose(
            content=content(subject), body=bodies["bianban"], actor=SYSTEM, at=NOW
        )
        assert made.kinds in (["2.1"], ["2.2"])
    with pytest.raises(NotAllowed):
        services.decision_propose(
            content=content("appointment"), body=bodies["bianban"], actor=SYSTEM, at=NOW
        )
    renshe = Body(
        code="renshe", kind="department", name="虚构人社局", short_name="人社局", jurisdiction="sanmenxia", since=NOW.date()
    )  # fmt: skip
    renshe.save()
    made = services.decision_propose(content=content("appointment"), body=renshe, actor=SYSTEM, at=NOW)
    made = prepare(made, leave=("party_decision",))
    with pytest.raises(Incomplete, match="市委决定文号"):
        services.decision_submit(decision=made, actor=SYSTEM, at=NOW)
    services.step_record(
        decision=made, key="party_decision", values={"document": "虚组〔2017〕1号"}, actor=SYSTEM, at=NOW
    )
    services.decision_submit(decision=made, actor=SYSTEM, at=NOW)


def test_nobody_puts_forward_for_another_body_and_top_secret_never_enters(bodies, proposed):
    with pytest.raises(NotAllowed):
        services.decision_propose(
            content=content(), body=bodies["gongan"], actor=own(bodies["zhujian"]), at=NOW
        )
    with pytest.raises(Incomplete, match="绝密事项不得进入本系统"):
        proposed("city_renewal", secrecy="top")
    for wrong in ({"amount": "-1"}, {"amount": "x"}, {"funds": "no"}, {"involved": ["no"]}, {"title": " "}):
        with pytest.raises(Incomplete):
            proposed("city_renewal", **wrong)
    with pytest.raises(Incomplete, match="事项内容不在规定的范围内"):
        proposed("no-such")


def test_a_matter_is_changed_and_withdrawn_while_it_is_prepared(proposed, prepare, speaker):
    decision = proposed("city_renewal")
    by = own(decision.body)
    services.decision_edit(decision=decision, content=content("surplus", title="改"), actor=by, at=NOW)
    assert fresh(decision).kinds == ["4.2"] and Matter.objects.get(pk=decision.pk).title == "改"
    prepare(decision)
    submit(decision)
    with pytest.raises(WrongState):
        services.decision_edit(decision=decision, content=content(), actor=by, at=NOW)
    services.decision_send_back(decision=decision, reason="补充", actor=speaker("vicemayor"), at=NOW)
    services.decision_withdraw(decision=decision, reason="不再需要", actor=by, at=NOW)
    assert fresh(decision).matter.state == "withdrawn"
