"""What may be done with a decision on its page: each step with its form, offered to those who may take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from luoshi.decisions import forms, rules, services, states, who
from luoshi.decisions.models import Decision, Note, Step, Weight
from luoshi.decisions.services.forum import forums
from luoshi.decisions.services.reviewing import suggested_reports
from luoshi.decisions.standing import legality_of
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter
from luoshi.meetings.models import Meeting
from luoshi.organisation.models import Body, Person
from luoshi.organisation.pagekit import Action

Data = dict[str, Any]
Run = Callable[[Decision, Data, Actor, dt.datetime], object]
FORMS = {"circulation": "传阅", "countersigning": "会签", "asking": "个别征求意见"}


def _offered(
    action: str, rule: str = "", own_body: bool = False
) -> Callable[[Decision, Actor, dt.datetime], bool]:
    """Offered where the state table allows it and, if a table names who, to them."""

    def shows(decision: Decision, actor: Actor, at: dt.datetime) -> bool:
        edge = states.DECISIONS.edge(decision.matter.state, action)
        if edge is None or not edge.may(actor, decision.matter):
            return False
        return not rule or who.may_sign(rule, actor=actor, at=at, body=decision.body if own_body else None)

    return shows


def _plain(service: Callable[..., object]) -> Run:
    def run(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
        service(decision=decision, actor=actor, at=at, **data)

    return run


def _reason_form(label: str, name: str = "reason", rows: int = 2) -> Callable[[Any], Any]:
    return lambda row: forms.make(**{name: forms.text(label, longest=4000, rows=rows)})


def _ask(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
    matter: Matter = decision.matter
    services.legality_ask(matter=matter, actor=actor, at=at, materials=data["materials"])


def _may_ask(decision: Decision, actor: Actor, at: dt.datetime) -> bool:
    if decision.matter.state != "preparing" or not _offered("submit")(decision, actor, at):
        return False
    review = legality_of(decision.pk)
    return review is None or bool(review.result)


def _waive_form(decision: Decision) -> Any:
    at = timezone.now()
    gate = {rules.stem(need.key): need.title for need in rules.gate("decisions.proposal", at).needs}
    steps = [(key, gate.get(key, key)) for key in rules.setting("decisions.waivable", at)["steps"]]
    return forms.make(key=forms.one("程序", steps), reason=forms.text("不适用的理由", longest=2000, rows=3))


def _open_steps(decision: Decision) -> list[Step]:
    needed = rules.setting("decisions.records", timezone.now())["confirmed"]
    rows = decision.steps.filter(confirmed_at__isnull=True)
    return [step for step in rows if step.waived or step.key in needed]


def _confirm_form(decision: Decision) -> Any:
    gate = {
        rules.stem(need.key): need.title for need in rules.gate("decisions.proposal", timezone.now()).needs
    }
    steps = [
        (str(step.pk), f"{gate.get(step.key, step.key)}{'（不适用）' if step.waived else ''}")
        for step in _open_steps(decision)
    ]
    return forms.make(step=forms.one("待确认", steps))


def _confirm(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.step_confirm(step=Step.objects.get(pk=int(data["step"])), actor=actor, at=at)


def _consult_form(decision: Decision) -> Any:
    rows = [(body.code, body.name) for body in Body.objects.filter(code__in=decision.involved)]
    return forms.make(
        body=forms.one("单位", rows),
        agrees=forms.flag("同意", initial=True),
        opinion=forms.text("意见", longest=4000, rows=3, required=False),
        signer=forms.text("主要负责人签字", longest=80),
        sealed=forms.flag("已加盖公章"),
    )


def _consult(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
    body = Body.objects.get(code=data.pop("body"))
    services.consultation_record(decision=decision, body=body, actor=actor, at=at, **data)


def _approve_form(decision: Decision) -> Any:
    at = timezone.now()
    return forms.make(
        kinds=forms.many(
            "认定类别",
            forms.kinds(at),
            required=True,
            initial=decision.kinds,
            help_text="按内容自动认定的不能取消",
        ),
        opinion=forms.text("审核意见", longest=2000, rows=3),
    )


def _determine_form(decision: Decision) -> Any:
    at = timezone.now()
    needs = [(need.key, need.title) for need in rules.gate("decisions.congress", at).needs]
    certain, hinted = suggested_reports(decision, at)
    names = dict(needs)
    told = "、".join(names[key] for key in hinted)
    catch = set(decision.kinds) & set(rules.setting("decisions.catch_all", at)["kinds"])
    return forms.make(
        weight=forms.one("程度", list(Weight.choices), initial=decision.weight),
        kind_reason=forms.text("兜底事项的认定理由", longest=1000, rows=2, required=bool(catch)),
        reports=forms.many(
            "出台前向人大报告", needs, initial=certain, help_text=f"可能属于：{told}" if told else ""
        ),
        party=forms.flag(forms.COMMITTEES["party"]),
        congress=forms.flag(forms.COMMITTEES["congress"]),
        cppcc=forms.flag("上会前先与政协协商"),
    )


def _list_form(decision: Decision) -> Any:
    at = timezone.now()
    names = dict(forms.options("meetings.kind", at))
    able = forums(decision, at)
    categories = []
    for kind in able:
        choice = rules.choice_or_none(f"meetings.category_{kind}", at)
        rows = choice.options if choice else ()
        categories.append((names.get(kind, kind), [(f"{kind}:{one.value}", one.label) for one in rows]))
    return forms.make(place=forms.one("会议和议题类别", categories))


def _list(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> str:
    kind, _, category = data["place"].partition(":")
    services.decision_list(decision=decision, kind=kind, category=category, actor=actor, at=at)
    return "已列为议题，请在议题中按程序送审"


def _sitting_form(decision: Decision) -> Any:
    able = forums(decision, timezone.now())
    rows = Meeting.objects.filter(opened_at__isnull=False, closed_at__isnull=True, kind__in=able)
    return forms.make(
        meeting=forms.one("正在进行的会议", [(str(row.pk), row.title) for row in rows[:20]]),
        recorder=forms.text("记录人", longest=80, required=False),
    )


def _take_up(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
    meeting = Meeting.objects.select_related("matter", "chair").get(pk=int(data["meeting"]))
    services.sitting_open(decision=decision, meeting=meeting, recorder=data["recorder"], actor=actor, at=at)


def _write_form(decision: Decision) -> Any:
    sitting = decision.sittings.filter(closed_at__isnull=True).first()
    absent = [pk for pk in sitting.in_post if pk not in sitting.present] if sitting else []
    people = [(str(one.pk), one.name) for one in Person.objects.filter(pk__in=absent)]
    base = forms.opinion_form(decision)
    return type("Form", (base,), {"person": forms.one("未到会成员", people)})


def _write(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
    person = Person.objects.get(pk=int(data.pop("person")))
    services.opinion_write_in(decision=decision, person=person, actor=actor, at=at, **data)


def _answer_form(decision: Decision) -> Any:
    return forms.make(
        approved=forms.flag("审议同意", initial=True),
        answer=forms.text("答复内容", longest=4000, rows=3),
        answered_on=forms.date("答复日期"),
    )


def _ruling_form(decision: Decision) -> Any:
    return forms.make(
        approved=forms.flag("裁决同意", initial=True),
        document=forms.text("裁决文号", longest=100),
        text=forms.text("裁决内容", longest=4000, rows=3),
    )


def _note(kind: str) -> Run:
    def run(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
        services.note_add(decision=decision, kind=kind, actor=actor, at=at, **data)

    return run


def _note_form(label: str, measure: str = "") -> Callable[[Decision], Any]:
    def form(decision: Decision) -> Any:
        fields = {"text": forms.text(label, longest=4000, rows=3)}
        if measure:
            fields["measure"] = forms.text(measure, longest=4000, rows=2)
        return forms.make(**fields)

    return form


def _otherwise(decision: Decision, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.decision_register_result(decision=decision, form=data["form"], actor=actor, at=at)
    raise Incomplete("决定只能由会议记录产生")


def _may_otherwise(decision: Decision, actor: Actor, at: dt.datetime) -> bool:
    return decision.matter.state in ("reviewed", "determined") and actor.can("decisions.record")


def _needs_report(decision: Decision, actor: Actor, at: dt.datetime) -> bool:
    told = decision.submissions.filter(to="report").exists()
    return bool(decision.reports) and not told and _offered("report_congress")(decision, actor, at)


ACTIONS = {
    one.code: one
    for one in (
        Action("ask", "送合法性审查", "scale", _ask, _may_ask,
               lambda row: forms.make(materials=forms.text("送审材料", longest=4000, rows=2)), done="已送审"),
        Action("consult", "登记部门意见", "users", _consult,
               lambda d, a, at: bool(d.involved) and _offered("consult")(d, a, at), _consult_form),
        Action("waive", "说明不适用", "info-circle", _plain(services.step_waive),
               lambda d, a, at: d.matter.state == "preparing" and _offered("record_step")(d, a, at), _waive_form,
               done="已登记，须经确认后有效"),
        Action("confirm", "审查确认", "check", _confirm,
               lambda d, a, at: _offered("confirm_step")(d, a, at) and bool(_open_steps(d)), _confirm_form),
        Action("differences", "上报分歧", "alert-triangle", _plain(services.differences_report),
               lambda d, a, at: bool(d.involved) and _offered("report_differences")(d, a, at),
               _reason_form("各方意见和理据", "text", 4)),
        Action("submit", "提请决策", "send", _plain(services.decision_submit), _offered("submit"), done="已提请分管领导审核"),
        Action("supplement", "补充调研后再提", "send", _plain(services.decision_supplement), _offered("supplement")),
        Action("brew", "登记酝酿", "message", _plain(services.brewing_add), _offered("brew"),
               lambda row: forms.make(form=forms.text("酝酿形式", longest=40), people=forms.text("参加人员", longest=300),
                                      views=forms.text("各方意见", longest=4000, rows=4, help_text="酝酿中不得作出决定"))),
        Action("approve", "审核同意", "check", _plain(services.decision_approve),
               _offered("approve", "decisions.review", True), _approve_form, done="已报请确定议题"),
        Action("refer", "分歧较大，退回协调", "arrow-back-up", _plain(services.differences_refer),
               _offered("refer_differences", "decisions.review", True), _reason_form("主要分歧", rows=3), tone="danger"),
        Action("settle", "登记协调结果", "check", _plain(services.differences_settle), _offered("settle"),
               _reason_form("协调结果", "text", 3)),
        Action("determine", "确定为议题", "check", _plain(services.decision_determine),
               _offered("determine", "decisions.determine"), _determine_form, done="已确定为议题"),
        Action("send-back", "退回", "arrow-back-up", _plain(services.decision_send_back), _offered("send_back"),
               _reason_form("退回原因"), tone="danger"),
        Action("otherwise", "登记其他方式形成的决定", "file-text", _otherwise, _may_otherwise,
               lambda row: forms.make(form=forms.one("方式", list(FORMS.items())))),
        Action("cppcc", "登记政协协商情况", "message", _plain(services.cppcc_attach),
               lambda d, a, at: bool(d.traits.get("cppcc")) and _offered("attach_cppcc")(d, a, at),
               _reason_form("协商情况", "text", 3)),
        Action("list", "列入会议议题", "list-details", _list,
               lambda d, a, at: d.topic_id is None and _offered("list")(d, a, at), _list_form),
        Action("take-up", "开始审议", "users", _take_up, _offered("take_up"), _sitting_form, done="已开始审议，请逐个表态"),
        Action("write-in", "登记书面意见", "file-text", _write, _offered("write_in"), _write_form),
        Action("ruling", "登记裁决", "check", _plain(services.ruling_record), _offered("ruled_for"), _ruling_form),
        Action("send", "提交审议", "send", _plain(services.submission_send),
               _offered("send_on", "decisions.submission_sign"),
               lambda row: forms.make(document=forms.text("文号", longest=100), sent_on=forms.date("报送日期"))),
        Action("answer", "登记审议结果", "check", _plain(services.submission_answer), _offered("answer"), _answer_form),
        Action("congress", "登记向人大报告", "send", _plain(services.congress_report), _needs_report,
               lambda row: forms.make(document=forms.text("报告文号", longest=100), reported_on=forms.date("报告日期"))),
        Action("publish", "公开", "world", _plain(services.decision_publish),
               lambda d, a, at: d.published_at is None and not d.matter.secrecy and _offered("publish")(d, a, at),
               confirm="公开事项、依据和结果？", done="已公开"),
        Action("execution", "报告执行情况", "file-text", _note(Note.Kind.EXECUTION), _offered("report_execution"),
               _note_form("执行情况")),
        Action("finding", "提出新情况新问题", "alert-triangle", _note(Note.Kind.FINDING), _offered("find"),
               _note_form("新情况新问题", "修正完善的意见")),
        Action("dissent", "反映不同意见", "message", _note(Note.Kind.DISSENT), _offered("dissent"),
               _note_form("不同意见")),
        Action("inspect", "登记监督检查", "eye", _note(Note.Kind.INSPECTION), _offered("inspect"),
               _note_form("检查情况", "整改建议")),
        Action("complete", "执行完毕", "check", _plain(services.decision_complete), _offered("complete"),
               _reason_form("执行结果", "text", 3)),
        Action("withdraw", "撤回", "x", _plain(services.decision_withdraw), _offered("withdraw"), _reason_form("撤回原因"),
               tone="danger"),
    )
}  # fmt: skip
