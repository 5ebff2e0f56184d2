"""What may be done at the end of a year, with the result and with each body's standing."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.states import table_for
from luoshi.targets import forms, grading, rules, services
from luoshi.targets.models import Layer, Result, Standing
from luoshi.targets.policies import may_approve, may_manage
from luoshi.targets.selectors.results import POOLS
from luoshi.targets.services.results import ORDER, RULE
from luoshi.targets.views.common import Action

Data = dict[str, Any]
METRICS = [("", "不定档"), ("points", "按得分"), ("rate", "按完成率")]
BRANCH = re.compile(r"\s*(.+?)\s*[:：]\s*(\d{1,3})\s*\Z")


def _standard_form(result: Result) -> Any:
    fields: dict[str, Any] = {"document": forms.text("考评方案文号", longest=100)}
    for pool in POOLS:
        name = Layer(pool).label
        fields |= {
            f"{pool}-metric": forms.ChoiceField(label=f"{name}：定档口径", choices=METRICS, required=False),
            f"{pool}-bounds": forms.text(
                f"{name}：三条线",
                longest=40,
                required=False,
                help_text="全面完成、完成、基本完成的最低分，百分制，用空格隔开",
            ),
            f"{pool}-regular": forms.number(f"{name}：平时考核权重（%）", required=False),
            f"{pool}-all": forms.BooleanField(label=f"{name}：全面完成须每项目标都完成", required=False),
        }
    fields["county_honours"] = forms.IntegerField(label="县（市、区）先进名额", required=False, min_value=0)
    fields["branches"] = forms.text(
        "部门分口名额", longest=400, rows=3, required=False, help_text="每行一口，如：综合口：2；不分口的不填"
    )
    return forms.make(**fields)


def _standards(data: Data) -> dict[str, grading.Standard]:
    found = {}
    for pool in POOLS:
        if not data[f"{pool}-metric"]:
            continue
        try:
            first, second, third = (
                Decimal(one) for one in re.split(r"[\s,，、]+", data[f"{pool}-bounds"].strip())
            )
            regular = Decimal(data[f"{pool}-regular"] or "")
        except (ValueError, InvalidOperation):
            raise Incomplete("请填写三条线（用空格隔开）和平时考核权重", field=f"{pool}-bounds") from None
        found[pool] = grading.Standard(
            metric=data[f"{pool}-metric"],
            bounds=(first, second, third),
            regular=regular,
            all_met=data[f"{pool}-all"],
        )
    return found


def _branches(text: str) -> dict[str, int]:
    found = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        match = BRANCH.match(line)
        if match is None:
            raise Incomplete(f"“{line}”看不懂，每行写“口：名额”", field="branches")
        found[match[1][:30]] = int(match[2])
    return found


def _set(result: Result, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.standard_set(
        result=result, standards=_standards(data), document=data["document"], county_honours=data["county_honours"],
        branches=_branches(data["branches"]), actor=actor, at=at,
    )  # fmt: skip


def _approve(result: Result, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.standard_approve(result=result, actor=actor, at=at)


def _propose(result: Result, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.tiers_propose(result=result, actor=actor, at=at)


def _recommend_form(result: Result) -> Any:
    fields: dict[str, Any] = {}
    tier = rules.setting("targets.honours", timezone.localdate())["department_tier"]
    rows = Standing.objects.filter(result=result, fraud="").select_related("sheet").order_by("pool", "-score")
    branches = [("", "不推荐"), *((name, f"推荐（{name}）") for name in result.branches)]
    plain = [("", "不推荐"), ("-", "推荐")]
    for row in rows:
        if row.pool == Layer.DEPARTMENT and row.tier != tier:
            continue
        choices = branches if row.pool == Layer.DEPARTMENT and result.branches else plain
        label = f"{row.sheet.name}（{row.score}分，{Standing.Tier(row.tier).label}）"
        fields[f"s{row.pk}"] = forms.ChoiceField(label=label, choices=choices, required=False)
    return forms.make(**fields)


def _recommend(result: Result, data: Data, actor: Actor, at: dt.datetime) -> None:
    chosen = {int(key[1:]): ("" if value == "-" else value) for key, value in data.items() if value}
    services.honours_recommend(result=result, chosen=chosen, actor=actor, at=at)


def _offered(result: Result, step: str, actor: Actor, at: dt.datetime) -> bool:
    if table_for(result.matter.kind).edge(result.matter.state, step) is None:
        return False
    return rules.may_step(RULE, step, actor=actor, at=at)


def _step(step: str, label: str) -> Action:
    def run(result: Result, data: Data, actor: Actor, at: dt.datetime) -> None:
        services.result_step(
            result=result, step=step, opinion=data["opinion"], document=data["document"], actor=actor, at=at
        )

    form = forms.make(
        opinion=forms.text("意见", longest=4000, rows=3),
        document=forms.text("文号", longest=100, required=False),
    )
    return Action(
        step,
        label,
        "check",
        run,
        lambda result, actor, at: _offered(result, step, actor, at),
        lambda result: form,
    )


LABELS = {
    "fix": "领导小组审定档次", "draft_awards": "提出奖惩初步方案", "study": "领导小组和市政府研究",
    "collect": "市党政系统领导小组审核汇总", "decide": "市委常委会决定",
}  # fmt: skip

RESULT = {
    one.code: one
    for one in (
        Action(
            "standard", "录入定档标准", "adjustments", _set,
            lambda result, actor, at: result.matter.state == "open" and may_manage(actor), _standard_form,
        ),
        Action(
            "approve", "批准标准", "check", _approve,
            lambda result, actor, at: result.matter.state == "open" and may_approve(actor) and bool(result.standards),
        ),
        Action("propose", "提出档次意见", "list-check", _propose, lambda result, actor, at: _offered(result, "propose", actor, at)),
        Action(
            "recommend", "推荐先进单位", "star", _recommend,
            lambda result, actor, at: _offered(result, "recommend", actor, at), _recommend_form,
        ),
        *(_step(step, LABELS[step]) for step in ORDER),
    )
}  # fmt: skip


def _adjust(row: Standing, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.tier_adjust(standing=row, tier=data["tier"], reason=data["reason"], actor=actor, at=at)


def _fraud(row: Standing, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.fraud_note(standing=row, what=data["what"], actor=actor, at=at)


STANDING = {
    "adjust": Action(
        "adjust", "调整档次意见", "switch-horizontal", _adjust,
        lambda row, actor, at: row.result.matter.state == "proposed" and may_manage(actor), lambda row: forms.tier_form(),
    ),
    "fraud": Action(
        "fraud", "登记弄虚作假", "alert-triangle", _fraud,
        lambda row, actor, at: not row.fraud and row.result.matter.state not in {"open", "standard_approved"}
        and may_manage(actor),
        lambda row: forms.make(what=forms.text("弄虚作假情形")), tone="danger",
        confirm="登记后取消评先资格；表彰后发现的取消荣誉、追回奖励。确定登记？",
    ),
}  # fmt: skip
