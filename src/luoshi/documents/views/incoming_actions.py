"""What may be done with incoming papers and what hangs on them: form, when it is offered, which service it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from luoshi.documents import incoming_forms as f
from luoshi.documents import roster, rules
from luoshi.documents.incoming_forms import moment, pick, tick
from luoshi.documents.models import Assignment
from luoshi.documents.outgoing_forms import make, words
from luoshi.documents.policies import is_section
from luoshi.documents.services import (
    checks,
    consulting,
    finishing,
    incoming,
    instructions,
    replies,
    sections,
    urging,
)
from luoshi.documents.services.sections import COLLECT, LEGAL, Way
from luoshi.ledger.actors import Actor
from luoshi.ledger.once import once
from luoshi.ledger.states import table_for
from luoshi.organisation.pagekit import Action

Shows = Callable[[Any, Actor, dt.datetime], bool]


def allowed(action: str) -> Shows:
    """Offer what the state table lets the actor do now."""

    def shows(row: Any, actor: Actor, at: dt.datetime) -> bool:
        matter = row.matter
        edge = table_for(matter.kind).edge(matter.state, action)
        return edge is not None and edge.may(actor, matter)

    return shows


@once
def _gathers(paper_id: int, body_id: int | None) -> bool:
    """Whether a section collects the opinions on a paper."""
    return Assignment.objects.filter(paper_id=paper_id, role=COLLECT, section_id=body_id).exists()


def in_hand(action: str, *, kind: str = "", also: Callable[[Any, Actor], bool] | None = None) -> Shows:
    """Offer to the section that has the paper only what its state lets it do."""

    def shows(row: Any, actor: Actor, at: dt.datetime) -> bool:
        if kind and row.kind != kind:
            return False
        holds = is_section(actor, row.matter) or _gathers(row.pk, actor.body_id)
        return bool(holds and allowed(action)(row, actor, at) and (also is None or also(row, actor)))

    return shows


def _check(row: Any, v: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    points = rules.choice("documents.incoming_check", at).values
    found = {key: v[key] == "yes" for key in points if v[key]}
    notes = {key: v[f"{key}_note"] for key in points}
    return checks.paper_check(paper=row, found=found, notes=notes, actor=actor, at=at)


def way_of(v: dict[str, Any]) -> Way:
    """The way that a form's values name."""
    people = {"finance": [v["finance"]]} if v.get("finance") else {}
    plain = (
        "executive",
        "mayor",
        "coordinated",
        "shortcut",
        "only",
        "large_sum",
        "order",
        "order_reason",
        "deputy",
    )
    return Way(leaders=list(v["leaders"]), people=people, **{key: v[key] for key in plain})


def _topic_form(row: Any) -> Any:
    return make(
        place=pick("会议和议题类别", f.places()), title=words("议题名称", longest=200, required=False)
    )


def _topic(row: Any, v: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    kind, _, category = v["place"].partition(":")
    return finishing.paper_topic(
        paper=row, kind=kind, category=category, title=v["title"], actor=actor, at=at
    )


def _finish_ready(row: Any, actor: Actor) -> bool:
    return bool(row.matter.state == "decided")


PAPER = {
    one.code: one
    for one in (
        Action(
            "accept", "接收", "check", lambda r, v, a, t: incoming.paper_accept(paper=r, actor=a, at=t),
            lambda r, a, t: r.matter.state == "submitted" and allowed("receive")(r, a, t), done="已接收",
        ),
        Action("check", "收文审核", "checklist", _check, allowed("check"), f.check_form, done="已审核"),
        Action(
            "register", "编号登记", "clipboard-list",
            lambda r, v, a, t: checks.paper_register(paper=r, entry=v["entry"], slip=v["slip"], waiver=v["waiver"], actor=a, at=t),
            allowed("register"),
            lambda r: make(
                entry=words("登记内容", longest=300), slip=tick("已填附处理签"),
                waiver=words("审核不合格仍予登记的理由", longest=300, required=False),
            ), done="已编号登记",
        ),
        Action(
            "add_slip", "补填处理签", "clipboard-list", lambda r, v, a, t: checks.slip_add(paper=r, actor=a, at=t),
            lambda r, a, t: not r.slip and r.registered_at is not None and allowed("add_slip")(r, a, t), done="已填附",
        ),
        Action(
            "make_good", "补办登记", "clipboard-list", lambda r, v, a, t: checks.paper_make_good(paper=r, entry=v["entry"],
            actor=a, at=t),
            lambda r, a, t: r.registered_at is None and allowed("make_good")(r, a, t),
            lambda r: make(entry=words("登记内容", longest=300)), done="已补办",
        ),
        Action(
            "return", "退回", "arrow-back-up",
            lambda r, v, a, t: checks.paper_return(paper=r, ground=v["ground"], reason=v["reason"], actor=a, at=t),
            allowed("return"),
            lambda r: make(ground=pick("退回原因", f.ground_options()), reason=words("退回说明", longest=1000, rows=3)),
            tone="danger", done="已退回，已登记并计入通报",
        ),
        Action(
            "refer", "转有关机关办理", "arrow-right",
            lambda r, v, a, t: checks.paper_refer(paper=r, to=v["to"], reason=v["reason"], actor=a, at=t),
            allowed("refer"),
            lambda r: make(to=f.units("转往"), reason=words("转办说明", longest=1000, rows=2)), done="已转办",
        ),
        Action(
            "distribute", "分办", "send",
            lambda r, v, a, t: sections.paper_distribute(
                paper=r, sections=list(v["sections"]), collecting=v["collecting"], note=v["note"], actor=a, at=t
            ),
            allowed("distribute"),
            lambda r: make(
                sections=f.sections("承办科室", several=True), collecting=f.sections("汇总科室（几个科室时选）", required=False),
                note=words("分办意见", longest=300),
            ), done="已分办",
        ),
        Action(
            "direct", "送办公室主任批办", "send", lambda r, v, a, t: sections.reading_direct(paper=r, actor=a, at=t),
            lambda r, a, t: r.kind == "reading" and a.can("documents.reading") and r.matter.state == "registered", done="已送批办",
        ),
        Action(
            "circulate", "按批办意见送阅", "send",
            lambda r, v, a, t: sections.reading_circulate(paper=r, leaders=list(v["leaders"]), actor=a, at=t),
            lambda r, a, t: r.kind == "reading" and a.can("documents.reading") and r.matter.state == "decided",
            lambda r: make(leaders=f.people("送阅领导", sorted(roster.LEADING), several=True)), done="已送阅",
        ),
        Action(
            "legal", "转合法性审查", "gavel",
            lambda r, v, a, t: sections.legal_ask(paper=r, question=v["question"], actor=a, at=t),
            in_hand("add_section", also=lambda r, a: not r.assignments.filter(role=LEGAL).exists()),
            lambda r: make(question=words("需审查的问题", longest=300)), done="已转法制办",
        ),
        Action(
            "mark", "标注重大、法律事项", "alert-triangle",
            lambda r, v, a, t: sections.paper_mark(paper=r, actor=a, at=t, **v), in_hand("mark", kind="handling"),
            lambda r: make(
                major=tick("重大事项"), law=tick("涉及法律法规和政策"), doubtful=tick("重大疑难问题"),
                three_major=tick("属“三重一大”"), reason=words("理由", longest=300),
            ), done="已标注",
        ),
        Action(
            "route", "送批", "send", lambda r, v, a, t: sections.paper_send_up(paper=r, way=way_of(v), actor=a, at=t),
            in_hand("route", kind="handling", also=lambda r, a: r.matter.state != "registered"), f.way_form, done="已送批",
        ),
        Action(
            "send_first", "特殊紧急先行送批", "bolt",
            lambda r, v, a, t: sections.paper_send_first(
                paper=r, way=Way(leaders=list(v["leaders"]), deputy=v["deputy"]), reason=v["reason"], actor=a, at=t
            ),
            lambda r, a, t: r.urgency != "routine" and in_hand("send_first", kind="handling")(r, a, t),
            lambda r: make(
                reason=words("特殊紧急情况", longest=300),
                leaders=f.people(
                    "分管副市长（不选的按分工）", ["vice_mayor", "executive_vice_mayor"], several=True, required=False
                ),
                deputy=f.people("分管副秘书长", ["deputy_secretary_general"], required=False),
            ), tone="danger", done="已送批；请在一个工作日内补办登记",
        ),
        Action(
            "recall", "撤回", "arrow-back", lambda r, v, a, t: sections.paper_recall(paper=r, reason=v["reason"], actor=a, at=t),
            lambda r, a, t: in_hand("recall")(r, a, t), lambda r: make(reason=words("撤回的理由", longest=300)), done="已撤回",
        ),
        Action(
            "ask", "征求单位意见", "message-circle",
            lambda r, v, a, t: instructions.paper_ask_units(
                paper=r, bodies=f.named(v), lead=v["lead"], text=v["text"], due_set=v["due_set"], actor=a, at=t
            ),
            in_hand("propose", kind="handling"),
            lambda r: make(
                text=words("征求意见的内容", longest=2000, rows=3), **f.ordered_units("单位"),
                lead=f.units("牵头单位", required=False),
                due_set=moment("要求的时限"),
            ), done="已转有关单位",
        ),
        Action(
            "finish", "办结", "circle-check", lambda r, v, a, t: finishing.paper_finish(paper=r, outcome=v["outcome"],
            actor=a, at=t),
            in_hand("finish", also=_finish_ready), lambda r: make(outcome=words("办理结果", longest=2000, rows=3)), done="已办结",
        ),
        Action(
            "hand_in", "移交归档", "archive", lambda r, v, a, t: finishing.paper_hand_in(paper=r, note=v["note"], actor=a, at=t),
            lambda r, a, t: not r.matter.facts.get("handed_in") and in_hand("hand_in", kind="handling")(r, a, t),
            lambda r: make(note=words("移交说明", longest=300, required=False)), done="已移交",
        ),
        Action(
            "archive", "整理归档", "archive", lambda r, v, a, t: finishing.paper_archive(paper=r, actor=a, at=t),
            allowed("archive"),
            done="已归档",
        ),
        Action(
            "topic", "提为会议议题", "calendar-event",
            _topic,
            lambda r, a, t: a.can("meetings.organise") and in_hand("topic")(r, a, t), _topic_form, done="已提出议题",
        ),
        Action(
            "task", "交办督办", "list-check",
            lambda r, v, a, t: finishing.paper_task(paper=r, lead=v["lead"], content=v["content"], due_on=v["due_on"],
            actor=a, at=t),
            lambda r, a, t: a.can("supervision.set") and in_hand("task")(r, a, t),
            lambda r: make(
                lead=f.units("牵头单位"), content=words("交办内容", longest=2000, rows=3), due_on=moment("完成时限", required=True),
            ), done="已交办",
        ),
        Action(
            "forward", "提请党委审议", "arrow-right", lambda r, v, a, t: finishing.paper_forward(paper=r, note=v["note"],
            actor=a, at=t),
            in_hand("forward", kind="handling", also=lambda r, a: "mainly_government" in r.answers.get("answers", {})),
            lambda r: make(note=words("提请事由", longest=300)), done="已提请",
        ),
        Action(
            "urge", "催办", "bell",
            lambda r, v, a, t: urging.urge(matter=r.matter, stage=urging.HAND, text=v["text"], actor=a, at=t),
            in_hand("urge"), lambda r: make(text=words("催办内容", longest=300)), done="已催办",
        ),
    )
}  # fmt: skip

ASSIGNMENT = {
    one.code: one
    for one in (
        Action(
            "receive", "签收", "check", lambda r, v, a, t: sections.section_receive(assignment=r, actor=a, at=t),
            allowed("receive"),
            done="已签收",
        ),
        Action(
            "done", "提出意见", "pencil",
            lambda r, v, a, t: sections.section_done(
                assignment=r, background=v.get("background", ""), opinion=v["opinion"], actor=a, at=t
            ),
            allowed("done"),
            lambda r: make(
                **({"background": words("事项背景", longest=4000, rows=3)} if r.role == COLLECT else {}),
                opinion=words("明确的拟办意见或倾向性建议" if r.role == COLLECT else "意见", longest=4000, rows=4),
            ), done="已提出意见",
        ),
        Action(
            "urge", "催办", "bell", lambda r, v, a, t: urging.urge(matter=r.matter, stage=urging.HAND, text=v["text"],
            actor=a, at=t),
            lambda r, a, t: a.can("documents.register") and allowed("urge")(r, a, t),
            lambda r: make(text=words("催办内容", longest=300)),
            done="已催办",
        ),
    )
}  # fmt: skip

INSTRUCTION = {
    "pass_on": Action(
        "pass_on", "转办批示复印件", "send",
        lambda r, v, a, t: instructions.instruction_pass_on(instruction=r, actor=a, at=t),
        lambda r, a, t: (is_section(a, r.matter) or a.can("documents.register")) and allowed("pass_on")(r, a, t), done="已转办",
    ),
}  # fmt: skip


def _collects(row: Any, actor: Actor, at: dt.datetime) -> bool:
    paper = row.paper
    return is_section(actor, paper.matter) or _gathers(paper.pk, actor.body_id)


def _taking(action: str) -> Shows:
    return lambda row, actor, at: allowed(action)(row, actor, at) and _collects(row, actor, at)


TRANSFER = {
    one.code: one
    for one in (
        Action("receive", "签收", "check", lambda r, v, a, t: replies.unit_receive(transfer=r, actor=a, at=t), allowed("receive"),
        done="已签收"),
        Action(
            "reply", "回复政府办", "send",
            lambda r, v, a, t: replies.unit_reply(
                transfer=r, reply=v["reply"], letter=v["letter"], endorsement=v["endorsement"], actor=a, at=t,
                file=(v["file"], v["file"].name) if v.get("file") else None,
            ),
            lambda r, a, t: r.role != "assist" and r.purpose != "know" and allowed("reply")(r, a, t), f.reply_form, done="已回复",
        ),
        Action(
            "contribute", "回复牵头单位", "send",
            lambda r, v, a, t: replies.unit_contribute(transfer=r, reply=v["reply"], actor=a, at=t),
            lambda r, a, t: r.role == "assist" and allowed("contribute")(r, a, t),
            lambda r: make(reply=words("意见", longest=4000, rows=5)), done="已回复牵头单位",
        ),
        Action(
            "know", "已阅知", "check", lambda r, v, a, t: replies.unit_know(transfer=r, actor=a, at=t),
            lambda r, a, t: r.purpose == "know" and allowed("know")(r, a, t), done="已登记",
        ),
        Action(
            "declare_complex", "申报情况复杂", "clock",
            lambda r, v, a, t: replies.unit_declare_complex(transfer=r, reason=v["reason"], actor=a, at=t),
            lambda r, a, t: (
                not r.complex_reason and r.due_set is None and r.purpose != "know" and allowed("declare_complex")(r, a, t)
            ),
            lambda r: make(reason=words("涉及面广、情况复杂的说明", longest=500)), done="已申报，自收文起共5个工作日",
        ),
        Action(
            "return", "不属本单位，退回", "arrow-back-up",
            lambda r, v, a, t: replies.unit_return(transfer=r, reason=v["reason"], actor=a, at=t), allowed("return"),
            lambda r: make(reason=words("书面理由", longest=1000, rows=3)), tone="danger", done="已退回政府办",
        ),
        Action(
            "accept", "接受回复", "check", lambda r, v, a, t: replies.reply_accept(transfer=r, actor=a, at=t), _taking("accept"),
            done="已接受",
        ),
        Action(
            "send_back", "退回补充", "arrow-back",
            lambda r, v, a, t: replies.reply_send_back(transfer=r, reason=v["reason"], actor=a, at=t), _taking("send_back"),
            lambda r: make(reason=words("需补充的内容", longest=300)), done="已退回补充",
        ),
        Action(
            "again", "改转其他单位", "arrow-right",
            lambda r, v, a, t: instructions.transfer_again(transfer=r, to=v["to"], actor=a, at=t),
            lambda r, a, t: r.matter.state == "returned" and _collects(r, a, t), lambda r: make(to=f.units("改转")), done="已改转",
        ),
        Action(
            "urge", "催办", "bell", lambda r, v, a, t: urging.urge(matter=r.matter, stage=urging.HAND, text=v["text"],
            actor=a, at=t),
            _taking("urge"), lambda r: make(text=words("催办内容", longest=300)), done="已催办",
        ),
        Action(
            "urge_leaders", "向单位领导催办", "bell", lambda r, v, a, t: urging.urge_leaders(transfer=r, actor=a, at=t),
            _taking("urge_leaders"), done="已向分管领导和主要负责人催办",
        ),
    )
}  # fmt: skip


CONSULTATION = {
    one.code: one
    for one in (
        Action(
            "answer", "答复", "message-circle",
            lambda r, v, a, t: consulting.consult_answer(
                consultation=r, agrees=v["agrees"] == "yes", opinion=v["opinion"], actor=a, at=t
            ),
            lambda r, a, t: allowed("agree")(r, a, t) or allowed("late")(r, a, t),
            lambda r: make(
                agrees=pick("结论", [("yes", "无不同意见"), ("no", "有不同意见")]),
                opinion=words("不同意见和理据", longest=4000, rows=4, required=False),
            ), done="已答复",
        ),
        Action(
            "defer", "登记商定的延期", "clock",
            lambda r, v, a, t: consulting.consult_defer(consultation=r, until=v["until"], manner=v["manner"], actor=a, at=t),
            allowed("defer"),
            lambda r: make(until=moment("商定的时限", required=True), manner=words("商定的回复方式", longest=100)), done="已登记",
        ),
    )
}  # fmt: skip

PREPARED = {
    one.code: one
    for one in (
        Action(
            "consult", "征求意见或会签", "users",
            lambda r, v, a, t: consulting.consult(
                paper=r, body=v["body"], purpose=v["purpose"], text=v["text"], due_set=v["due_set"], actor=a, at=t
            ),
            allowed("edit"),
            lambda r: make(
                body=f.units("相关单位"), purpose=pick("事由", [("opinions", "征求意见"), ("countersign", "会签")]),
                text=words("内容", longest=2000, rows=3), due_set=moment("要求的时限", help_text="不填的按规定"),
            ), done="已送出",
        ),
        Action(
            "answers", "补充报送说明", "pencil",
            lambda r, v, a, t: consulting.answers_set(
                paper=r, answers={key: value for key, value in v.items() if value}, actor=a, at=t
            ),
            allowed("edit"),
            lambda r: make(
                **{key: tick(label) for key, label in f.ANSWERS},
                **{key: words(label, longest=2000, rows=2, required=False) for key, label in f.TEXTS},
            ), done="已保存",
        ),
        Action("submit", "网上报送", "send", lambda r, v, a, t: incoming.paper_submit(paper=r, actor=a, at=t), allowed("submit"),
        done="已报送"),
        Action(
            "withdraw", "撤回", "arrow-back", lambda r, v, a, t: incoming.paper_withdraw(paper=r, actor=a, at=t),
            allowed("withdraw"),
            confirm="确定撤回这件公文？", done="已撤回",
        ),
    )
}  # fmt: skip

NOTICE = {
    one.code: one
    for one in (
        Action(
            "draw_up", "按记录起草", "file-text", lambda r, v, a, t: urging.notice_draw_up(notice=r, remark=v["remark"],
            actor=a, at=t),
            lambda r, a, t: a.can("documents.register") and allowed("draw_up")(r, a, t),
            lambda r: make(remark=words("说明", longest=4000, rows=3, required=False)), done="已起草",
        ),
        Action(
            "issue", "印发", "send", lambda r, v, a, t: urging.notice_issue(notice=r, actor=a, at=t),
            lambda r, a, t: a.can("documents.register") and allowed("issue")(r, a, t), confirm="印发后不能再改，确定印发？",
            done="已印发",
        ),
    )
}  # fmt: skip

__all__ = ["ASSIGNMENT", "CONSULTATION", "INSTRUCTION", "NOTICE", "PAPER", "PREPARED", "TRANSFER"]
