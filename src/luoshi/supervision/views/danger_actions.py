"""What may be done with a danger, its measures and an object of patrol."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import timezone

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.once import once
from luoshi.supervision import forms, rules, services
from luoshi.supervision.models import Danger, PatrolObject
from luoshi.supervision.services import Found, Responsible
from luoshi.supervision.services.dangers import IN_PLACE
from luoshi.supervision.views.common import Action
from luoshi.supervision.views.task_actions import calls, can

Data = dict[str, Any]
STEP = re.compile(r"\s*(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?[\s,，：:]+(.+)")


def road_of(text: str) -> list[tuple[dt.date, str]]:
    """The steps that were typed, one a line: 2017-10-20 打开出口. Errors: Incomplete naming the line."""
    steps = []
    for number, line in enumerate((one for one in text.splitlines() if one.strip()), start=1):
        found = STEP.match(line)
        try:
            day = dt.date(int(found[1]), int(found[2]), int(found[3])) if found else None
        except ValueError:
            day = None
        if found is None or day is None:
            raise Incomplete(
                f"第{number}步写法不对：{line.strip()[:40]}", mend="每行一步：2017-10-20 步骤", field="road"
            )
        steps.append((day, found[4].strip()))
    return steps


def plan_form(row: Danger) -> Any:
    """Cause, crux, measure, three responsibilities, the road, what is in place."""
    fields: dict[str, Any] = {
        "cause": forms.text("原因", longest=2000, rows=2),
        "crux": forms.text("症结", longest=2000, rows=2),
        "measure": forms.text("措施", longest=2000, rows=2),
        "territorial": forms.body("属地责任单位"),
        "territorial_person": forms.text("属地责任人", longest=60),
        "supervisory": forms.body("监管责任单位"),
        "supervisory_person": forms.text("监管责任人", longest=60),
        "principal": forms.text("主体责任单位", longest=120),
        "principal_person": forms.text("主体责任人", longest=60),
        "road": forms.text(
            "整改时间表和路线图", longest=4000, rows=4, help_text="每行一步，先写日期：2017-10-20 打开出口"
        ),
    }
    fields |= {f"in_{key}": forms.text(f"到位：{label}") for key, label in IN_PLACE.items()}
    return forms.make(**fields)


def _plan(row: Danger, data: Data, actor: Actor, at: dt.datetime) -> None:
    pairs: dict[str, Any] = {
        key: Responsible(data[key], data[f"{key}_person"])
        for key in ("territorial", "supervisory", "principal")
    }
    services.danger_plan(
        danger=row, cause=data["cause"], crux=data["crux"], measure=data["measure"], **pairs, road=road_of(data["road"]),
        in_place={key: data[f"in_{key}"] for key in IN_PLACE}, actor=actor, at=at,
    )  # fmt: skip


@once
def _next_step(row: Danger) -> int | None:
    found: int | None = row.steps.filter(done_at__isnull=True).values_list("position", flat=True).first()
    return found


def _step(row: Danger, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.danger_step(danger=row, position=_next_step(row) or 0, note=data["note"], actor=actor, at=at)


def _recheck(passed: bool) -> Any:
    def run(row: Danger, data: Data, actor: Actor, at: dt.datetime) -> None:
        services.danger_recheck(danger=row, passed=passed, actor=actor, at=at, **data)

    return run


def _lift(row: Danger, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.measure_lift(measure=data["measure"], reason=data["reason"], actor=actor, at=at)


def _lift_form(row: Danger) -> Any:
    rows = row.measures.filter(lifted_at__isnull=True)
    return forms.make(measure=forms.MeasureField(label="措施", queryset=rows), reason=forms.text("解除理由"))


DANGER = {
    one.code: one
    for one in (
        Action("plan", "定整改方案", "clipboard-list", _plan, can("plan"), plan_form, done="方案已定，进入整改"),
        Action(
            "step", "完成下一步", "check", _step, can("step", lambda row, actor, at: _next_step(row) is not None),
            lambda row: forms.make(note=forms.text("完成情况", required=False)),
        ),
        Action(
            "report", "报告整改完毕", "send",
            calls(services.danger_report, "danger"), can("report", lambda row, actor, at: _next_step(row) is None),
            lambda row: forms.make(text=forms.text("整改情况", longest=4000, rows=3), file=forms.file()), done="已报告，等待复查",
        ),
        Action(
            "pass", "复查通过，销号", "circle-check", _recheck(True), can("pass"),
            lambda row: forms.make(opinion=forms.text("复查意见")), done="已销号",
        ),
        Action(
            "fail", "复查未通过", "arrow-back-up", _recheck(False), can("fail"),
            lambda row: forms.make(opinion=forms.text("复查意见"), until=forms.date("整改期限")), tone="danger",
        ),
        Action(
            "measure", "采取措施", "ban", calls(services.measure_take, "danger"), can("take_measure"),
            lambda row: forms.make(
                kind=forms.ChoiceField(label="措施", choices=forms.options("supervision.measure")),
                text=forms.text("事由", longest=2000, rows=2), decided_by=forms.text("决定机关", longest=100),
                document=forms.text("文号", longest=100, required=False),
            ),
            tone="danger", done="已登记",
        ),
        Action(
            "lift", "解除措施", "lock-open", _lift,
            can("lift", lambda row, actor, at: row.measures.filter(lifted_at__isnull=True).exists()), _lift_form,
        ),
    )
}  # fmt: skip


def found_fields() -> dict[str, Any]:
    """What was found."""
    now = timezone.now()
    items = [("", "不属于所列检查内容")]
    for sector, names in rules.setting("supervision.checks", now).items():
        items += [(name, f"{rules.label('supervision.sector', sector, now)}：{name}") for name in names]
    return {
        "place": forms.text("位置", longest=200),
        "text": forms.text("问题", longest=4000, rows=3),
        "element": forms.ChoiceField(label="环节", choices=forms.options("supervision.element")),
        "sector": forms.ChoiceField(label="行业", choices=forms.options("supervision.sector")),
        "item": forms.ChoiceField(label="检查内容", choices=items, required=False),
        "major": forms.BooleanField(label="重大隐患", required=False),
        "illegal": forms.BooleanField(label="违法违规生产", required=False),
    }


def found_of(data: Data) -> Found:
    """What a form says was found."""
    return Found(
        **{key: data[key] for key in ("text", "place", "element", "sector", "item", "major", "illegal")}
    )


def _patrol(row: PatrolObject, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.patrol(object=row, text=data["text"], actor=actor, at=at)


def _patrol_found(row: PatrolObject, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.patrol(
        object=row, text=data["text"], found=found_of({**data, "sector": data["sector"]}), rectifier=data["rectifier"],
        actor=actor, at=at,
    )  # fmt: skip


PATROL = {
    one.code: one
    for one in (
        Action(
            "clear", "巡查，未发现问题", "eye-check", _patrol, can("patrol"),
            lambda row: forms.make(text=forms.text("巡查情况", longest=2000, rows=2)), done="巡查已登记",
        ),
        Action(
            "found", "巡查，发现隐患", "alert-triangle", _patrol_found, can("patrol"),
            lambda row: forms.make(**found_fields(), rectifier=forms.body("整改单位")), done="巡查已登记，隐患已列入台账",
        ),
        Action(
            "remove", "移出", "trash", calls(services.patrol_remove, "object"), can("remove"),
            lambda row: forms.make(reason=forms.text("移出理由")), tone="danger",
        ),
    )
}  # fmt: skip
