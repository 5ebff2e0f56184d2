"""What may be done with a topic, a consultation and meeting papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Refusal
from luoshi.ledger.states import table_for
from luoshi.meetings import forms_topics as fields
from luoshi.meetings import rules_sessions, services
from luoshi.meetings.models import Consultation, Material, Topic
from luoshi.meetings.policies_topics import is_own, may_organise
from luoshi.meetings.services.materials import require_papers_step
from luoshi.meetings.services.reviewing import require_reviewer
from luoshi.organisation.pagekit import Action, today

Data = dict[str, Any]
GROUNDS = "meetings.topic"


def _able(topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    """Whether the topic stands with this actor."""
    try:
        require_reviewer(topic, actor=actor, at=at)
    except Refusal:
        return False
    return True


def can(row: Any, action: str, actor: Actor) -> bool:
    """Whether state and policy allow an action."""
    edge = table_for(row.matter.kind).edge(row.matter.state, action)
    return edge is not None and edge.may(actor, row.matter)


def _at_stop(topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    return topic.matter.state == "reviewing" and _able(topic, actor, at)


def _passes(topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    return not topic.stop.startswith("determine") and _at_stop(topic, actor, at)


def _determines(topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    return topic.stop.startswith("determine") and _at_stop(topic, actor, at)


def _settles(topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    return topic.matter.state == "coordinating" and (
        actor.person_id == topic.leader_id or actor.has_role(rules_sessions.HEAD)
    )


def _pass_form(topic: Topic) -> type[forms.Form]:
    """The opinion, and what this stop has to say besides."""
    like = rules_sessions.setting("meetings.topics", today())
    own: dict[str, forms.Field] = {"opinion": fields.text("意见", longest=500, rows=2)}
    if topic.stop in like["kind_steps"]:
        own["place"] = fields.place_field("提交哪一种会议、属哪一类议题")
        own["place"].initial = f"{topic.kind}:{topic.category}"
    if topic.stop == like["catch_all_step"]:
        own["category_reason"] = fields.text("列入“其他事项”的理由", required=False)
    if topic.stop == "lead" and topic.disagreement != Topic.Disagreement.NONE:
        own["disagreement"] = forms.ChoiceField(label="分歧程度", choices=Topic.Disagreement.choices)
        own["disagreement"].initial = topic.disagreement
    return fields.make(**own)


def _determine_form(topic: Topic) -> type[forms.Form]:
    like = rules_sessions.setting("meetings.topics", today())
    own: dict[str, forms.Field] = {
        "opinion": fields.text("意见", longest=500, rows=2, required=bool(like["determine_opinion"]))
    }
    if like["catch_all_step"] == "determine":
        own["category_reason"] = fields.text("列入“其他事项”的理由", required=False)
    return fields.make(**own)


def _exclude_form(topic: Topic) -> type[forms.Form]:
    grounds = rules.current().grounds(today(), matter=GROUNDS)
    return fields.make(
        ground=forms.ChoiceField(label="情形", choices=[(one.code, one.statement) for one in grounds]),
        reason=fields.text("理由"),
    )


def _set_out_form(topic: Topic) -> type[forms.Form]:
    return fields.make(
        proposal=fields.text("建设性意见", longest=4000, rows=3),
        inclination=fields.text("倾向性意见", longest=4000, rows=3),
    )


def _settle_form(topic: Topic) -> type[forms.Form]:
    left = [one for one in Topic.Disagreement.choices if one[0] != Topic.Disagreement.LARGE]
    return fields.make(
        disagreement=forms.ChoiceField(label="协调后的分歧", choices=left),
        opinion=fields.text("协调结果", longest=500, rows=2),
    )


def _classify_form(topic: Topic) -> type[forms.Form]:
    return fields.make(
        treatment=forms.ChoiceField(label="分类", choices=fields.known_options("meetings.treatment"))
    )


def _reason(label: str) -> Any:
    return lambda row: fields.make(reason=fields.text(label))


def _pass(topic: Topic, data: Data, actor: Actor, at: dt.datetime) -> None:
    own = {key: value for key, value in data.items() if key != "place"}
    if "place" in data:
        own |= fields.split_place(data["place"])
    services.topic_pass(topic=topic, actor=actor, at=at, **own)


def _attach(topic: Topic, data: Data, actor: Actor, at: dt.datetime) -> None:
    file = data["file"]
    services.topic_attach(topic=topic, file=file, name=file.name, purpose=data["purpose"], actor=actor, at=at)


def plain(service: Any, name: str = "topic") -> Any:
    """An action that hands the form's values on as they are."""
    return lambda row, data, actor, at: service(**{name: row}, actor=actor, at=at, **data)


def _classified(topic: Topic, actor: Actor, at: dt.datetime) -> bool:
    like = rules_sessions.setting("meetings.topics", today())
    return topic.kind in like["classified"] and can(topic, "classify", actor)


TOPIC = {
    one.code: one
    for one in (
        Action("submit", "报审", "send", plain(services.topic_submit),
               lambda t, a, at: can(t, "submit", a), done="已报审"),
        Action("consult", "征求会签意见", "users", plain(services.consultation_ask),
               lambda t, a, at: can(t, "consult", a), fields.consult_form),
        Action("set_out", "列明分歧意见", "message-2", plain(services.differences_set_out),
               lambda t, a, at: can(t, "set_out", a) and t.disagreement != Topic.Disagreement.NONE, _set_out_form),
        Action("attach", "上传附件", "upload", _attach, lambda t, a, at: can(t, "attach", a), fields.attach_form, done="已上传"),
        Action("pass", "审查通过", "check", _pass, _passes, _pass_form, done="已报下一环节"),
        Action("determine", "确定议题", "gavel", plain(services.topic_determine), _determines, _determine_form, done="议题已确定"),
        Action("settle", "登记协调结果", "checks", plain(services.differences_settle), _settles, _settle_form),
        Action("classify", "提出分类", "category", plain(services.topic_classify), _classified, _classify_form),
        Action("keep", "收存并通知备料", "inbox", plain(services.topic_keep),
               lambda t, a, at: t.kept_at is None and can(t, "keep", a), done="已收存，已通知汇报单位准备材料"),
        Action("suggest", "提出参会单位", "users-group", plain(services.attendance_suggest),
               lambda t, a, at: can(t, "suggest", a) and t.kept_at is not None,
               lambda t: fields.make(bodies=fields.units("建议参会单位", required=False, help_text="只列与议题紧密相关的单位"))),
        Action("return", "退回修改", "arrow-back-up", plain(services.topic_return), _at_stop, _reason("退回理由"), "danger"),
        Action("coordinate", "退回协调", "switch-horizontal", plain(services.topic_coordinate),
               lambda t, a, at: t.disagreement != Topic.Disagreement.NONE and _at_stop(t, a, at),
               lambda t: fields.make(opinion=fields.text("协调意见", longest=500)), "danger"),
        Action("exclude", "不列入议题", "ban", plain(services.topic_exclude),
               lambda t, a, at: can(t, "exclude", a) and (may_organise(a) or _at_stop(t, a, at)), _exclude_form, "danger"),
        Action("withdraw", "撤回", "x", plain(services.topic_withdraw), lambda t, a, at: can(t, "withdraw", a),
               _reason("撤回理由"), "danger"),
    )
}  # fmt: skip


def _answers(row: Consultation, actor: Actor, at: dt.datetime) -> bool:
    signs = rules_sessions.table("meetings.countersign", {}, today()).who
    return can(row, "answer", actor) and actor.has_role(*signs)


def _discusses(row: Consultation, actor: Actor, at: dt.datetime) -> bool:
    return (
        row.matter.state == "answered"
        and row.reply == Consultation.Reply.DISAGREE
        and row.topic.matter.state in ("draft", "returned", "coordinating")
        and is_own(actor, row.topic.matter)
    )


def _discuss_form(row: Consultation) -> type[forms.Form]:
    return fields.make(
        discussed=fields.text("协商经过", longest=4000, rows=3),
        own_grounds=fields.text("本单位的理由和依据", longest=4000, rows=3),
        again=forms.BooleanField(label="请对方再次会签", required=False),
    )


CONSULTATION = {
    one.code: one
    for one in (
        Action("answer", "会签", "pencil", plain(services.consultation_answer, "consultation"), _answers,
               fields.answer_form, done="已会签"),
        Action("discuss", "登记协商经过", "messages", plain(services.consultation_discuss, "consultation"), _discusses,
               _discuss_form),
        Action("excuse", "确认可不参会", "circle-x", plain(services.unit_excuse, "consultation"),
               lambda c, a, at: c.reply == Consultation.Reply.AGREE and not c.absent_confirmed
               and c.topic.treatment in rules_sessions.setting("meetings.topics", today())["excused"]
               and can(c.topic, "excuse", a)),
        Action("cancel", "撤销会签", "x", plain(services.consultation_cancel, "consultation"),
               lambda c, a, at: c.matter.state == "asked" and is_own(a, c.topic.matter), _reason("理由"), "danger"),
    )
}  # fmt: skip


def _papers_mine(row: Material, actor: Actor, at: dt.datetime) -> bool:
    if row.matter.state not in ("reviewing", "approved") or row.topic.matter.state == "listed":
        return False
    try:
        require_papers_step(row, row.topic, actor=actor, at=at)
    except Refusal:
        return False
    return True


def _papers_attach(row: Material, data: Data, actor: Actor, at: dt.datetime) -> None:
    file = data["file"]
    services.material_attach(
        material=row, file=file, name=file.name, purpose=data["purpose"], actor=actor, at=at
    )


MATERIAL = {
    one.code: one
    for one in (
        Action("submit", "送审", "send", plain(services.material_submit, "material"),
               lambda m, a, at: can(m, "submit", a), done="已送审"),
        Action("attach", "上传材料", "upload", _papers_attach, lambda m, a, at: can(m, "attach", a), fields.attach_form,
               done="已上传"),
        Action("pass", "审核通过", "check", plain(services.material_pass, "material"),
               lambda m, a, at: m.matter.state == "reviewing" and _papers_mine(m, a, at),
               lambda m: fields.make(opinion=fields.text("意见", longest=500, required=False))),
        Action("advance", "提前送阅", "mail-forward", plain(services.material_advance, "material"),
               lambda m, a, at: can(m, "advance", a), lambda m: fields.make(to=fields.text("送阅领导"))),
        Action("read", "填写阅读意见", "message", plain(services.material_read, "material"),
               lambda m, a, at: m.advance_at is not None and can(m, "read", a) and a.can("meetings.attend"),
               lambda m: fields.make(opinion=fields.text("意见", longest=2000, rows=3))),
        Action("deliver", "收取印制材料", "printer", plain(services.material_deliver, "material"),
               lambda m, a, at: m.delivered_at is None and can(m, "deliver", a),
               lambda m: fields.make(late=fields.text("逾期理由", required=False, help_text="过了会前送达的时限才填写"))),
        Action("return", "退回修改", "arrow-back-up", plain(services.material_return, "material"), _papers_mine,
               _reason("退回理由"), "danger"),
    )
}  # fmt: skip
