"""What may be done on the pages: form, when it is offered, which service it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from luoshi.appointments import forms, services
from luoshi.appointments.models import Act, Notice, Placement, Probation, Renaming
from luoshi.appointments.policies import may_manage, may_report, may_return, may_sign
from luoshi.ledger.actors import Actor
from luoshi.organisation.pagekit import Action, today

Data = dict[str, Any]
Shows = Callable[[Any, Actor, dt.datetime], bool]


def _in(*states: str, may: Callable[[Actor, Any], bool] = may_manage) -> Shows:
    return lambda row, actor, at: row.matter.state in states and may(actor, row.matter)


def _reason(label: str) -> Callable[[Any], Any]:
    return lambda row: forms.make(reason=forms.text(label))


def _today(label: str, **more: Any) -> Any:
    return forms.day(label, initial=today, **more)


def _table(*actions: Action) -> dict[str, Action]:
    return {one.code: one for one in actions}


def _link(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.decision_link(notice=notice, decision=data["decision"].matter, actor=actor, at=at)


def _submit(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.notice_submit(notice=notice, actor=actor, at=at)


def _sign(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.notice_sign(notice=notice, actor=actor, at=at)


def _issue(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> str:
    done = services.notice_issue(notice=notice, dated=data["dated"], actor=actor, at=at)
    return f"已印发{done.number}，任免自{done.dated:%Y年%-m月%-d日}起生效"


def _send_back(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.notice_send_back(notice=notice, reason=data["reason"], actor=actor, at=at)


def _withdraw(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.notice_withdraw(notice=notice, reason=data["reason"], actor=actor, at=at)


def _site(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.site_publish(notice=notice, on=data["on"], reason=data["reason"], actor=actor, at=at)


def _gazette(notice: Notice, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.gazette_publish(notice=notice, issue=data["issue"], on=data["on"], actor=actor, at=at)


NOTICE = _table(
    Action("link", "关联集体决策", "link", _link, _in("drafting", "submitted"), forms.decision_form),
    Action("submit", "送签署", "send", _submit, _in("drafting"), confirm="送签署后不能修改，确定送签署？"),
    Action("sign", "签署", "check", _sign, _in("submitted", may=may_sign), confirm="确定签署这份任免通知？"),
    Action(
        "issue", "编号印发", "gavel", _issue, _in("signed"),
        lambda row: forms.make(dated=_today("成文日期", help_text="即任免生效日期和试用期起算日期")),
        confirm="印发后任免即生效，确定印发？",
    ),
    Action("site", "登记网站公开", "world", _site, _in("issued"), lambda row: forms.make(
        on=_today("公开日期"), reason=forms.text("未当日公开的理由", longest=200, required=False),
    )),
    Action("gazette", "登记公报刊载", "news", _gazette, _in("issued"), lambda row: forms.make(
        issue=forms.text("公报期次", longest=60, help_text="如：2017年第10号（总第141号），刊于“人事任免”栏"),
        on=_today("刊载日期"),
    )),
    Action("send_back", "退回修改", "arrow-back-up", _send_back, _in("submitted", may=may_return), _reason("退回理由")),
    Action(
        "withdraw", "撤回", "trash", _withdraw, _in("drafting", "submitted"), _reason("撤回理由"), tone="danger",
        confirm="撤回后这份通知不再办理，确定撤回？",
    ),
)  # fmt: skip


def _drop(act: Act, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.act_drop(act=act, actor=actor, at=at)


def _complete(act: Act, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.procedure_complete(act=act, document=data["document"], on=data["on"], actor=actor, at=at)


def _settle(act: Act, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.doubt_settle(act=act, evidence=data["evidence"], body=data["body"], actor=actor, at=at)


def _complete_form(act: Act) -> Any:
    congress = act.procedure == Act.Procedure.CONGRESS
    return forms.make(
        document=forms.text("人大任命文号" if congress else "企业程序依据", longest=100),
        on=_today("人大任命日期" if congress else "企业程序完成日"),
    )


def _settle_form(act: Act) -> Any:
    return forms.make(
        evidence=forms.text("据以核对的原件", longest=200, help_text="更正须附原件依据；原文照旧保存"),
        body=forms.BodyChoice(
            label="所指机构",
            queryset=forms.bodies(),
            required=False,
            empty_label="不改变",
            initial=act.body_id,
        ),
    )


ACT = _table(
    Action(
        "drop", "删去", "trash", _drop,
        lambda act, actor, at: act.notice.matter.state == "drafting" and may_manage(actor), confirm="删去这一项？",
    ),
    Action(
        "complete", "登记程序完成", "checks", _complete,
        lambda act, actor, at: act.pending and act.notice.matter.state == "issued" and may_manage(actor), _complete_form,
    ),
    Action(
        "settle", "核对名称", "zoom-question", _settle,
        lambda act, actor, at: act.doubtful and act.notice.matter.state == "issued" and may_manage(actor), _settle_form,
    ),
)  # fmt: skip


def _assess(row: Probation, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.probation_assess(probation=row, opinion=data["opinion"], actor=actor, at=at)


def _confirm(row: Probation, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.probation_confirm(probation=row, on=data["on"], document=data["document"], actor=actor, at=at)


def _extend(row: Probation, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.probation_extend(
        probation=row, until=data["until"], document=data["document"], actor=actor, at=at
    )


def _remove(row: Probation, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.probation_remove(probation=row, on=data["on"], document=data["document"], actor=actor, at=at)


def _result(label: str) -> Callable[[Any], Any]:
    return lambda row: forms.make(on=_today(label), document=forms.text("文号", longest=100))


PROBATION = _table(
    Action("assess", "登记考核意见", "clipboard-text", _assess, _in("running"), lambda row: forms.make(
        opinion=forms.text("考核意见", longest=1000, rows=3),
    )),
    Action("confirm", "转正", "check", _confirm, _in("running"), _result("转正日期")),
    Action("extend", "延长试用期", "calendar-event", _extend, _in("running"), lambda row: forms.make(
        until=forms.day("延长后的届满日"), document=forms.text("文号", longest=100),
    )),
    Action(
        "remove", "免职", "x", _remove, _in("running"), _result("免职日期"), tone="danger",
        confirm="免职后试用期所及的任职同日结束，确定？",
    ),
)  # fmt: skip


def _announce(row: Renaming, data: Data, actor: Actor, at: dt.datetime) -> str:
    done = services.renaming_announce(
        renaming=row, number=data["number"], effective_on=data["effective_on"], actor=actor, at=at
    )
    state = "已更名" if done.effective_on and done.effective_on <= today() else "到生效日期自动更名"
    return f"已公布，{state}"


def _withdraw_renaming(row: Renaming, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.renaming_withdraw(renaming=row, reason=data["reason"], actor=actor, at=at)


RENAMING = _table(
    Action("announce", "以政府通知公布", "send", _announce, _in("drafting"), lambda row: forms.make(
        number=forms.text("通知文号", longest=60),
        effective_on=_today("生效日期", help_text="没有写明生效日的，填印发日期；此前的文件保留旧名称"),
    )),
    Action(
        "withdraw", "撤回", "trash", _withdraw_renaming, _in("drafting", "announced"), _reason("撤回理由"), tone="danger",
    ),
)  # fmt: skip


def _report(row: Placement, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.placement_report(
        placement=row, placed=data["placed"], on=data["on"], evidence=data["evidence"], actor=actor, at=at
    )


def _strike(row: Placement, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.placement_strike(placement=row, reason=data["reason"], actor=actor, at=at)


PLACEMENT = _table(
    Action("report", "报告安排人数", "edit", _report, _in("owed", "met", may=may_report), lambda row: forms.make(
        placed=forms.whole("在岗残疾人", most=9999),
        on=_today("截至日期"), evidence=forms.text("依据材料", longest=200),
    )),
    Action("strike", "移出名单", "trash", _strike, _in("owed", "met"), _reason("理由"), tone="danger"),
)  # fmt: skip
