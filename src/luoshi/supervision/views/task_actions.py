"""What may be done with a task and with a part: form, when it is offered, which service it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from luoshi.agenda import selectors as agenda
from luoshi.ledger.actors import Actor
from luoshi.ledger.states import table_for
from luoshi.organisation.selectors import local_day
from luoshi.supervision import forms, rules, services
from luoshi.supervision.models import Part, Task
from luoshi.supervision.policies import may_check, may_manage, may_oversee
from luoshi.supervision.services.campaigns import checks_of
from luoshi.supervision.services.shared import waiting
from luoshi.supervision.views.common import Action

Data = dict[str, Any]
Run = Callable[[Any, Data, Actor, dt.datetime], object]


def can(action: str, extra: Callable[[Any, Actor, dt.datetime], bool] = lambda row, actor, at: True) -> Any:
    """Offered when the state table allows the action to the actor now, and `extra` holds."""

    def shows(row: Any, actor: Actor, at: dt.datetime) -> bool:
        edge = table_for(row.matter.kind).edge(row.matter.state, action)
        return edge is not None and edge.may(actor, row.matter) and extra(row, actor, at)

    return shows


def _files(data: Data) -> list[tuple[Any, str]]:
    file = data.pop("file", None)
    return [(file, file.name)] if file is not None else []


def calls(service: Callable[..., object], name: str = "task") -> Run:
    """The service with the form's values; a file of the form goes along as evidence."""

    def run(row: Any, data: Data, actor: Actor, at: dt.datetime) -> None:
        given = dict(data)
        if "file" in given:
            given["files"] = _files(given)
        service(**{name: row}, **given, actor=actor, at=at)

    return run


def _extension(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return waiting(row.matter, "extension") is not None


def _problem(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return waiting(row.matter, "problem") is not None


def _grant(row: Task, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.extension_decide(task=row, grant=True, actor=actor, at=at, **data)


def _refuse(row: Task, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.extension_decide(task=row, grant=False, actor=actor, at=at, **data)


def _names(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return row.leader_open and rules.may_step(
        "supervision.leader", {"overlap": True, "important": True}, actor=actor, at=at
    )


def _leader_form(row: Task) -> Any:
    day = local_day(row.set_at)
    ids = [
        one.person_id
        for one in agenda.leaders_on(day)
        if one.office in {"executive_vice_mayor", "vice_mayor"}
    ]
    return forms.make(leader=forms.people("牵头副市长", ids))


def _change(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return may_check(actor, row.matter)


def _survey_form(row: Task) -> Any:
    checks = [(one, one) for one in checks_of(row, timezone.now())]
    return forms.make(
        checked=forms.MultipleChoiceField(
            label="逐项查过", choices=checks, widget=forms.CheckboxSelectMultiple
        ),
        found=forms.IntegerField(label="查出隐患（条）", min_value=0, help_text="须与台账登记的条数一致"),
        text=forms.text("排查情况", longest=4000, rows=3),
        file=forms.file(),
    )


def _is_survey(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return bool(row.matter.facts.get("survey"))


def _plain(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return not _is_survey(row, actor, at)


def _orders(row: Task, actor: Actor, at: dt.datetime) -> bool:
    return actor.can("supervision.read_all") and waiting(row.matter, "inspection") is None


WORK = forms.make(text=forms.text("情况", longest=4000, rows=4), file=forms.file())
REASON = forms.make(reason=forms.text("理由"))

TASK = {
    one.code: one
    for one in (
        Action("receive", "签收", "check", calls(services.task_receive), can("receive"), done="已签收"),
        Action(
            "progress", "报告进展", "message-plus", calls(services.task_progress), can("progress"), lambda row: WORK,
            done="进展已报告",
        ),
        Action(
            "submit", "报结", "send", calls(services.task_submit), can("submit", _plain), lambda row: WORK,
            done="已报结，等待交办方核查",
        ),
        Action(
            "survey", "排查报结", "clipboard-list", calls(services.survey_submit), can("submit", _is_survey), _survey_form,
            done="已报结，等待核查",
        ),
        Action(
            "attach", "上传佐证材料", "paperclip", calls(services.task_attach), can("attach"),
            lambda row: forms.make(file=forms.file(required=True)),
        ),
        Action(
            "extend", "申请延期", "clock-pause", calls(services.extension_ask),
            can("ask_extension", lambda row, actor, at: not _extension(row, actor, at)),
            lambda row: forms.make(until=forms.date("申请延至"), reason=forms.text("延期理由")), done="延期申请已提交",
        ),
        Action(
            "problem", "报告问题", "alert-circle", calls(services.problem_report),
            can("report_problem", lambda row, actor, at: not _problem(row, actor, at)),
            lambda row: forms.make(text=forms.text("执行中的问题", longest=4000, rows=3)), done="已报告",
        ),
        Action(
            "close", "核查销号", "circle-check", calls(services.task_close), can("close"),
            lambda row: forms.make(opinion=forms.text("核查意见")), done="已销号",
        ),
        Action(
            "return", "退回续办", "arrow-back-up", calls(services.task_return), can("return"),
            lambda row: forms.make(
                reason=forms.text("退回原因"), until=forms.date("续办时限"),
                falsified=forms.BooleanField(label="报结内容不实（弄虚作假）", required=False),
            ),
            tone="danger", done="已退回",
        ),
        Action(
            "grant", "同意延期", "calendar-event", _grant, can("grant_extension", _extension),
            lambda row: forms.make(
                until=forms.date("延至", required=False, help_text="不填的，按申请的时间"),
                reason=forms.text("意见", required=False),
            ),
        ),
        Action("refuse", "不同意延期", "circle-x", _refuse, can("refuse_extension", _extension), lambda row: REASON),
        Action(
            "answer", "答复问题", "message-check", calls(services.problem_answer), can("answer_problem", _problem),
            lambda row: forms.make(text=forms.text("答复", longest=4000, rows=3)),
        ),
        Action("leader", "明确牵头领导", "user-check", calls(services.leader_name), can("name_leader", _names), _leader_form),
        Action(
            "urge", "催办", "bell", calls(services.task_urge), can("urge"),
            lambda row: forms.make(
                text=forms.text("催办内容"), level=forms.ChoiceField(label="对象", choices=forms.LEVELS),
            ),
            done="已催办",
        ),
        Action(
            "order", "布置督查", "eye", calls(services.inspection_order), can("order_inspection", _orders),
            lambda row: forms.make(text=forms.text("督查要求", longest=2000, rows=2), until=forms.date("反馈时限")),
            done="已布置",
        ),
        Action(
            "inspect", "督查", "eye-check", calls(services.task_inspect), can("inspect"),
            lambda row: forms.make(text=forms.text("督查情况", longest=4000, rows=3)),
        ),
        Action(
            "views", "登记各方意见", "messages", calls(services.views_take), can("take_views"),
            lambda row: forms.make(
                of_whom=forms.ChoiceField(label="对象", choices=forms.options("supervision.views_of")),
                text=forms.text("意见", longest=4000, rows=3),
            ),
        ),
        Action(
            "evaluate", "评估执行效果", "chart-line", calls(services.task_evaluate), can("evaluate"),
            lambda row: forms.make(
                text=forms.text("执行效果", longest=2000, rows=3), advice=forms.text("调整完善意见", longest=2000, rows=2),
            ),
        ),
        Action("change", "按新决定变更", "edit", calls(services.task_change), can("change", _change), forms.change_form),
        Action(
            "cancel", "撤销", "trash", calls(services.task_cancel), can("cancel"),
            lambda row: forms.make(decision=forms.text("新决定", longest=200), reason=forms.text("撤销事由")),
            tone="danger", confirm="撤销后不再办理，确定？",
        ),
        Action("account", "责任追究", "gavel", calls(services.account), can("account"), forms.account_form),
        Action(
            "place", "明确牵头单位", "building", calls(services.task_place), can("place"),
            lambda row: forms.make(body=forms.body("牵头单位")), done="已明确，事项转到该单位",
        ),
    )
}  # fmt: skip

PART = {
    one.code: one
    for one in (
        Action("receive", "签收", "check", calls(services.part_receive, "part"), can("receive"), done="已签收"),
        Action(
            "reply", "回复牵头单位", "send", calls(services.part_reply, "part"), can("reply"), lambda row: WORK,
            done="已回复牵头单位",
        ),
        Action(
            "send_back", "请其补充", "arrow-back", calls(services.part_send_back, "part"), can("send_back"),
            lambda row: forms.make(reason=forms.text("需要补充的内容")),
        ),
        Action(
            "urge", "催促", "bell", calls(services.part_urge, "part"), can("urge"),
            lambda row: forms.make(text=forms.text("催促内容")), done="已催促",
        ),
    )
}  # fmt: skip


def may_name(part: Part, task: Task, actor: Actor) -> bool:
    """Whether the actor says which body a printed name means."""
    return part.matter_id is None and (may_manage(actor) or may_oversee(actor, task.matter))
