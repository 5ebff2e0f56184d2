"""What may be done with plans, sheets, notices and changes: form, when it is offered, which service it calls."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.ledger.states import table_for
from luoshi.organisation.selectors import local_day
from luoshi.targets import forms, rules, services, states
from luoshi.targets.imports.model import MeasureSpec
from luoshi.targets.models import Change, Layer, Notice, Plan, Result, Sheet
from luoshi.targets.policies import is_own, may_approve, may_keep, may_manage
from luoshi.targets.services.drafting import measure_from
from luoshi.targets.services.plans import CHAINS, STEPS
from luoshi.targets.views.common import Action

Data = dict[str, Any]
OPINION = forms.make(opinion=forms.text("意见", longest=500, rows=2))
REASON = forms.make(reason=forms.text("原因", longest=300))


def _state(row: Any, *names: str) -> bool:
    return row.matter.state in names


def _issue(plan: Plan, data: Data, actor: Actor, at: dt.datetime) -> str:
    services.plan_issue(plan=plan, document=data["document"], issued_on=data["issued_on"], actor=actor, at=at)
    return "已下达，自下达日起执行，不再修改"


def _edit_form(plan: Plan) -> Any:
    title = forms.text("标题", longest=120, initial=plan.matter.title)
    return forms.make(title=title, sources=forms.sources_field(plan.sources))


def _edit(plan: Plan, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.plan_edit(plan=plan, title=data["title"], sources=data["sources"], actor=actor, at=at)


def _common(plan: Plan, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.plan_set_common(plan=plan, document=data["document"], points=data["points"], actor=actor, at=at)


def _add_sheet(plan: Plan, data: Data, actor: Actor, at: dt.datetime) -> None:
    body = data["body"]
    services.sheet_open(plan=plan, layer=data["layer"], name=body.short_name, body=body, actor=actor, at=at)


def _theme_form(plan: Plan) -> Any:
    fields: dict[str, Any] = {
        "theme": forms.ChoiceField(label="专项", choices=forms.options("targets.theme")),
        "document": forms.text("专项考核通报", longest=100),
    }
    rows = (
        plan.sheets.filter(layer=Layer.DEPARTMENT, body__isnull=False)
        .select_related("body")
        .order_by("position")
    )
    for sheet in rows:
        fields[f"b-{sheet.body.code}"] = forms.ChoiceField(
            label=sheet.name, choices=forms.THEME_RESULTS, required=False
        )
    return forms.make(**fields)


def _theme(plan: Plan, data: Data, actor: Actor, at: dt.datetime) -> str:
    results = {key[2:]: value for key, value in data.items() if key.startswith("b-") and value}
    entered, left = services.theme_enter(
        plan=plan, theme=data["theme"], results=results, document=data["document"], actor=actor, at=at
    )
    said = f"已录入{len(entered)}个单位"
    return f"{said}；没有此项目标、未计入的单位：{'、'.join(left)}" if left else said


def _result(plan: Plan, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.result_open(plan=plan, actor=actor, at=at)


PLAN = {
    one.code: one
    for one in (
        Action(
            "issue", "以市政府文件下达", "send", _issue,
            lambda plan, actor, at: _state(plan, "drafting") and may_manage(actor),
            lambda plan: forms.make(
                document=forms.text("市政府文件文号", longest=60), issued_on=forms.date("下达日期", help_text="即生效日"),
            ),
            confirm="下达后不能再修改目标，确定下达？",
        ),
        Action(
            "edit", "修改标题和依据", "edit", _edit,
            lambda plan, actor, at: _state(plan, "drafting") and may_manage(actor), _edit_form,
        ),
        Action(
            "sheet", "增加责任单位", "plus", _add_sheet,
            lambda plan, actor, at: _state(plan, "drafting") and may_manage(actor), lambda plan: forms.SheetForm,
        ),
        Action(
            "common", "登记共同性目标文件", "file-text", _common,
            lambda plan, actor, at: _state(plan, "drafting", "issued") and may_manage(actor),
            lambda plan: forms.make(
                document=forms.text("文号", longest=100),
                points=forms.number("分值", required=False, help_text="文件没有写明的不填"),
            ),
        ),
        Action(
            "theme", "录入专项考核结果", "checks", _theme,
            lambda plan, actor, at: _state(plan, "issued") and may_manage(actor), _theme_form,
        ),
        Action(
            "result", "开始年终考评", "star", _result,
            lambda plan, actor, at: _state(plan, "issued") and may_manage(actor)
            and not Result.objects.filter(plan=plan).exists(),
        ),
    )
}  # fmt: skip


def _offered(sheet: Sheet, step: str, actor: Actor, at: dt.datetime) -> bool:
    """Whether a step of the chain is next and the actor's."""
    kind = sheet.matter.kind
    if step not in STEPS[kind] or table_for(kind).edge(sheet.matter.state, step) is None:
        return False
    if step == "declare" and not (may_manage(actor) or is_own(actor, sheet.matter)):
        return False
    return rules.may_step(CHAINS[kind], step, actor=actor, at=at)


def _chain(step: str, label: str) -> Action:
    def run(sheet: Sheet, data: Data, actor: Actor, at: dt.datetime) -> None:
        services.sheet_step(sheet=sheet, step=step, opinion=data["opinion"], actor=actor, at=at)

    return Action(
        step,
        label,
        "check",
        run,
        lambda sheet, actor, at: _offered(sheet, step, actor, at),
        lambda sheet: OPINION,
    )


def _send_back(sheet: Sheet, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.sheet_send_back(sheet=sheet, reason=data["reason"], actor=actor, at=at)


def _adopt(sheet: Sheet, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.sheet_adopt(sheet=sheet, document=data["document"], actor=actor, at=at)


def measures_from(data: Data) -> list[MeasureSpec]:
    """The measure that a form holds; none where no indicator is given."""
    if not data["indicator"].strip():
        return []
    keys = ("indicator", "comparison", "value", "unit", "set_by", "reference", "text")
    return [measure_from(**{key: data[key] for key in keys})]


def _propose(sheet: Sheet, data: Data, actor: Actor, at: dt.datetime) -> None:
    keys = ("indicator", "comparison", "value", "unit", "set_by", "reference", "text")
    services.addition_propose(
        sheet=sheet, group=data["group"], text=data["text"], basis=data["basis"], points=data["points"] or None,
        measure={key: data[key] for key in keys} if data["indicator"].strip() else None,
        effective_on=data["effective_on"], actor=actor, at=at,
    )  # fmt: skip


def _self_assess(sheet: Sheet, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.sheet_self_assess(sheet=sheet, text=data["text"], actor=actor, at=at)


def _examine(sheet: Sheet, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.sheet_examine(sheet=sheet, opinion=data["opinion"], actor=actor, at=at)


SHEET = {
    one.code: one
    for one in (
        _chain("declare", "申报本单位目标"),
        _chain("vet", "有关部门把关"),
        _chain("coordinate", "衔接协调"),
        _chain("gate", "目标办把关"),
        _chain("review", "审核"),
        _chain("approve", "审定"),
        Action(
            "adopt", "按已审定文件录入", "file-check", _adopt,
            lambda sheet, actor, at: _state(sheet, "drafting") and may_manage(actor),
            lambda sheet: forms.make(document=forms.text("已审定文件", longest=100)),
        ),
        Action(
            "send_back", "退回修改", "arrow-back-up", _send_back,
            lambda sheet, actor, at: table_for(sheet.matter.kind).edge(sheet.matter.state, "send_back") is not None
            and (may_manage(actor) or may_approve(actor)),
            lambda sheet: REASON, tone="danger",
        ),
        Action(
            "propose", "提出增加目标", "circle-plus", _propose,
            lambda sheet, actor, at: _state(sheet, "in_force") and may_manage(actor),
            lambda sheet: forms.addition_form(sheet.layer), done="已提出，待市政府或领导小组主要领导同意",
        ),
        Action(
            "self_assess", "自查自评", "pencil", _self_assess,
            lambda sheet, actor, at: _state(sheet, "in_force", "self_assessed") and sheet.layer != Layer.CITY
            and may_keep(actor, sheet.matter) and local_day(at) > sheet.plan.due_on,
            lambda sheet: forms.make(text=forms.text("对照目标自查自评", longest=4000, rows=6)),
        ),
        Action(
            "examine", "考核认定", "checklist", _examine,
            lambda sheet, actor, at: _state(sheet, "self_assessed", "examined") and may_manage(actor),
            lambda sheet: forms.make(opinion=forms.text("考核认定意见", longest=4000, rows=4)),
        ),
    )
}  # fmt: skip


def _draw(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.notice_draw_up(notice=notice, remark=data["remark"], actor=actor, at=at)


def _issue_notice(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.notice_issue(notice=notice, actor=actor, at=at)


NOTICE = {
    "draw": Action(
        "draw", "按记录起草", "edit", _draw,
        lambda notice, actor, at: _state(notice, "owed", "drafted") and may_keep(actor, notice.matter),
        lambda notice: forms.make(remark=forms.text("评述", longest=4000, rows=4, required=False)),
    ),
    "issue": Action(
        "issue", "印发", "send", _issue_notice, lambda notice, actor, at: _state(notice, "drafted") and may_manage(actor),
        confirm="印发后不再变动，确定印发？",
    ),
}  # fmt: skip


def _change_step(step: str, state: str, label: str) -> Action:
    def run(change: Change, data: Data, actor: Actor, at: dt.datetime) -> None:
        services.change_step(change=change, step=step, opinion=data["opinion"], actor=actor, at=at)

    return Action(
        step, label, "check", run,
        lambda change, actor, at: change.matter.kind == states.CHANGE and _state(change, state)
        and rules.may_step("targets.reduction_chain", step, actor=actor, at=at),
        lambda change: OPINION,
    )  # fmt: skip


def _grant(change: Change, data: Data, actor: Actor, at: dt.datetime) -> str:
    services.change_grant(change=change, decision=data["decision"], actor=actor, at=at)
    return "已同意，目标自今日起调整"


def _refuse(change: Change, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.change_refuse(change=change, reason=data["reason"], actor=actor, at=at)


def _agree(change: Change, data: Data, actor: Actor, at: dt.datetime) -> str:
    services.addition_agree(
        change=change, approver=data["approver"], opinion=data["opinion"], actor=actor, at=at
    )
    return "已纳入，年终一并考评"


def _withdraw(change: Change, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.change_withdraw(change=change, actor=actor, at=at)


def _may_refuse(change: Change, actor: Actor, at: dt.datetime) -> bool:
    if change.matter.kind == states.ADDITION:
        return _state(change, "proposed") and may_approve(actor)
    step = {"applied": "verify", "verified": "advise", "advised": "decide"}.get(change.matter.state)
    return step is not None and rules.may_step("targets.reduction_chain", step, actor=actor, at=at)


CHANGE = {
    one.code: one
    for one in (
        _change_step("verify", "applied", "核实"),
        _change_step("advise", "verified", "领导小组研究提出意见"),
        Action(
            "grant", "市政府决定同意", "check", _grant,
            lambda change, actor, at: change.matter.kind == states.CHANGE and _state(change, "advised")
            and rules.may_step("targets.reduction_chain", "decide", actor=actor, at=at),
            lambda change: forms.make(decision=forms.text("决定", longest=500, rows=2)),
        ),
        Action(
            "agree", "同意纳入", "check", _agree,
            lambda change, actor, at: change.matter.kind == states.ADDITION and _state(change, "proposed")
            and may_approve(actor),
            lambda change: forms.make(
                approver=forms.ChoiceField(label="同意机关", choices=forms.options("targets.approver")),
                opinion=forms.text("意见", longest=500, rows=2),
            ),
        ),
        Action("refuse", "不同意", "x", _refuse, _may_refuse, lambda change: REASON, tone="danger"),
        Action(
            "withdraw", "撤回申请", "arrow-back", _withdraw,
            lambda change, actor, at: change.matter.kind == states.CHANGE and _state(change, "applied")
            and may_keep(actor, change.matter),
        ),
    )
}  # fmt: skip

__all__ = ["CHANGE", "NOTICE", "PLAN", "SHEET", "measures_from"]
