"""What may be done with a target and with each of its measures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.engines.targets import Comparison, Outcome
from luoshi.ledger.actors import Actor
from luoshi.targets import forms, services
from luoshi.targets.models import Layer, Target, TargetMeasure
from luoshi.targets.policies import may_keep, may_manage
from luoshi.targets.services.settling import KEY_GROUPS
from luoshi.targets.views.common import Action

Data = dict[str, Any]
BY_OTHERS = {Comparison.ASSIGNED.value, Comparison.AT_MOST_ASSIGNED.value}


def _running(target: Target) -> bool:
    return (
        target.matter.state == "listed"
        and target.plan.issued_on is not None
        and target.plan.matter.state != "closed"
    )


def _follow(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.target_follow_up(
        target=target, progress=data["progress"], advice=data["advice"], actor=actor, at=at
    )


def _evidence(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.evidence_add(target=target, file=data["file"], name=data["file"].name, actor=actor, at=at)


def _doubt(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.doubt_settle(target=target, conclusion=data["conclusion"], actor=actor, at=at)


def _decide(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.target_decide(target=target, outcome=data["outcome"], reason=data["reason"], actor=actor, at=at)


def _points(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.points_set(target=target, points=data["points"], basis=data["basis"], actor=actor, at=at)


def _award(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.points_award(target=target, points=data["points"], reason=data["reason"], actor=actor, at=at)


def _deduct(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.deduction_set(target=target, points=data["points"], reason=data["reason"], actor=actor, at=at)


def _reduce(target: Target, data: Data, actor: Actor, at: dt.datetime) -> str:
    values = {
        int(key[1:]): value for key, value in data.items() if key[0] == "m" and key[1:].isdigit() and value
    }
    file = data["proof"]
    services.reduction_apply(
        target=target, ground=data["ground"], reason=data["reason"], proof=(file, file.name), values=values,
        actor=actor, at=at,
    )  # fmt: skip
    return "申请已提交，待目标办核实"


def _remove(target: Target, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.target_remove(target=target, reason=data["reason"], actor=actor, at=at)


def _drafting(target: Target) -> bool:
    return (
        target.matter.state == "listed"
        and target.plan.issued_on is None
        and target.sheet.matter.state == "drafting"
    )


AMOUNT = forms.make(points=forms.number("分"), reason=forms.text("理由"))

TARGET = {
    one.code: one
    for one in (
        Action(
            "evidence", "上传佐证材料", "upload", _evidence,
            lambda target, actor, at: _running(target) and may_keep(actor, target.matter),
            lambda target: forms.make(file=forms.FileField(label="文件")), done="已上传",
        ),
        Action(
            "doubt", "核对存疑数值", "zoom-question", _doubt,
            lambda target, actor, at: target.doubtful and not target.doubt_settled and may_manage(actor),
            lambda target: forms.make(conclusion=forms.text("核对结论", longest=200)),
        ),
        Action(
            "decide", "人工认定", "gavel", _decide,
            lambda target, actor, at: _running(target) and may_manage(actor) and not target.measures.exists(),
            lambda target: forms.outcome_form("认定理由"),
        ),
        Action(
            "points", "录入分值", "table", _points,
            lambda target, actor, at: target.sheet.layer == Layer.COUNTY and target.group != Target.Group.PRECONDITION
            and target.matter.state == "listed" and may_manage(actor),
            lambda target: forms.make(points=forms.number("分值"), basis=forms.text("分值依据", longest=200)),
        ),
        Action(
            "award", "认定得分", "scale", _award,
            lambda target, actor, at: _running(target) and may_manage(actor) and target.outcome == Outcome.NOT_MET
            and target.points is not None,
            lambda target: AMOUNT,
        ),
        Action(
            "deduct", "录入扣分", "minus", _deduct,
            lambda target, actor, at: _running(target) and may_manage(actor) and target.outcome == Outcome.NOT_MET
            and target.group == Target.Group.PRECONDITION,
            lambda target: AMOUNT, tone="danger",
        ),
        Action(
            "follow", "跟踪督查", "eye-check", _follow,
            lambda target, actor, at: _running(target) and may_manage(actor) and target.group in KEY_GROUPS,
            lambda target: forms.make(
                progress=forms.text("进展情况", longest=4000, rows=3), advice=forms.text("促进落实的建议", longest=4000, rows=3),
            ),
        ),
        Action(
            "reduce", "申请调减", "flag", _reduce,
            lambda target, actor, at: _running(target) and may_keep(actor, target.matter),
            forms.reduction_form, tone="danger",
        ),
        Action(
            "remove", "删减", "trash", _remove,
            lambda target, actor, at: _drafting(target) and may_keep(actor, target.matter),
            lambda target: forms.make(reason=forms.text("删减原因")), tone="danger",
        ),
    )
}  # fmt: skip


def _assign(row: TargetMeasure, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.value_assign(
        measure=row, value=data["value"], comparison=data["comparison"], text=data["text"], document=data["document"],
        actor=actor, at=at,
    )  # fmt: skip


def _base(row: TargetMeasure, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.base_set(measure=row, base=data["base"], actor=actor, at=at)


def _certifier(row: TargetMeasure, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.certifier_name(measure=row, body=data["body"], actor=actor, at=at)


def _certify(row: TargetMeasure, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.measure_certify(measure=row, outcome=data["outcome"], opinion=data["reason"], actor=actor, at=at)


def _decide_measure(row: TargetMeasure, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.measure_decide(measure=row, outcome=data["outcome"], reason=data["reason"], actor=actor, at=at)


GROWING = {
    Comparison.GROWTH_AT_LEAST.value, Comparison.DECREASE_AT_LEAST.value, Comparison.INCREASE_POINTS_AT_LEAST.value,
    Comparison.RANK_RISE_AT_LEAST.value,
}  # fmt: skip

MEASURE = {
    one.code: one
    for one in (
        Action(
            "assign", "录入下达数", "file-import", _assign,
            lambda row, actor, at: _running(row.target) and may_manage(actor) and row.comparison in BY_OTHERS,
            lambda row: forms.assign_form(),
        ),
        Action(
            "base", "录入上年基数", "history", _base,
            lambda row, actor, at: _running(row.target) and may_manage(actor) and row.comparison in GROWING,
            lambda row: forms.make(base=forms.number("上年基数")),
        ),
        Action(
            "certifier", "指定认定部门", "user-check", _certifier,
            lambda row, actor, at: _running(row.target) and may_manage(actor)
            and row.comparison == Comparison.CERTIFIED and not row.certified,
            lambda row: forms.make(body=forms.ModelChoiceField(label="认定部门", queryset=forms.bodies())),
        ),
        Action(
            "certify", "认定", "checklist", _certify,
            lambda row, actor, at: _running(row.target) and actor.can("targets.certify")
            and row.certifier_id is not None and row.certifier_id == actor.body_id,
            lambda row: forms.outcome_form("认定意见"),
        ),
        Action(
            "decide", "人工认定", "gavel", _decide_measure,
            lambda row, actor, at: _running(row.target) and may_manage(actor)
            and (row.expected or row.comparison == Comparison.ABOUT or row.comparison in BY_OTHERS),
            lambda row: forms.outcome_form("认定理由"),
        ),
    )
}  # fmt: skip
