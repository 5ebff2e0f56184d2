"""What is only read: who calls, what may be chosen, bodies, figures of a month, scores of a period."""

import datetime as dt
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Router
from pydantic import Field

from luoshi.api import shown
from luoshi.api.bearer import caller_of
from luoshi.api.endpoints.requests import SEE
from luoshi.api.operations import operation
from luoshi.api.schemas import reading as answers
from luoshi.api.scopes import FIGURES, READ
from luoshi.assessment.policies_sheets import may_read_unit
from luoshi.assessment.selectors.scored import scored
from luoshi.engines.assessment import Period, PeriodError
from luoshi.hotline.selectors.monthly import Period as Month
from luoshi.hotline.selectors.monthly import statistics_of
from luoshi.hotline.services.shared import choice_on, rule_day
from luoshi.organisation.access import SIGNED_IN
from luoshi.organisation.selectors import bodies_dispatchable

router = Router()
MonthText = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
PeriodText = Annotated[str, Field(pattern=r"^20[0-9]{2}(-(0[1-9]|1[0-2]|Q[1-4]))?$")]
CHOICES = {"channel": "channel", "kind": "kind", "urgency": "urgency", "role": "role",
           "principle": "routing_principle", "handling": "handling", "satisfaction": "satisfaction"}  # fmt: skip


@operation(
    router,
    "GET",
    "/me",
    id="me",
    title="令牌的账号和权限",
    need=SIGNED_IN,
    scope=READ,
    out=answers.Me,
    tag="基础",
)
def me(request: HttpRequest) -> dict[str, Any]:
    """令牌属于哪个账号、代表哪个单位、能办什么。"""
    caller = caller_of(request)
    token, actor = caller.token, caller.actor
    return {
        "account": token.user.username,
        "name": actor.name,
        "unit": shown.unit(token.body),
        "roles": sorted(actor.roles),
        "permissions": sorted(actor.permissions),
        "scopes": token.scopes,
        "expires_at": token.expires_at,
    }


@operation(
    router,
    "GET",
    "/choices",
    id="choices",
    title="可选的值",
    need=SEE,
    scope=READ,
    out=answers.ChoicesOut,
    tag="基础",
)
def choices(request: HttpRequest) -> dict[str, Any]:
    """规则书今天规定的各项可选值。"""
    day = rule_day(caller_of(request).at)
    found = {name: choice_on(f"hotline.{id}", day) for name, id in CHOICES.items()}
    return {
        name: [{"value": option.value, "label": option.label} for option in choice.options]
        for name, choice in found.items()
    }


@operation(
    router,
    "GET",
    "/bodies",
    id="body_list",
    title="承办单位",
    need=SEE,
    scope=READ,
    out=list[answers.BodyOut],
    tag="基础",
)
def bodies(request: HttpRequest) -> list[dict[str, str]]:
    """现在能派单的单位；派单、退单时用代码。"""
    return [
        {"code": body.code, "name": body.short_name, "full_name": body.name, "kind": body.kind}
        for body in bodies_dispatchable().order_by("code")
    ]


@operation(router, "GET", "/figures/{month}", id="figures", title="月度统计", need="hotline.read_all", scope=FIGURES,
           out=answers.Figures, tag="统计和成绩")  # fmt: skip
def figures(request: HttpRequest, month: MonthText) -> dict[str, Any]:
    """一个月的受理、办理数，与统计页相同。"""
    found = statistics_of(Month(dt.date(int(month[:4]), int(month[5:]), 1)))
    totals, named = found["totals"], ("body", "code", "unit")
    return {
        "month": found["month"],
        "period": found["period"],
        **{key: totals[key] for key in ("received", "by_channel", "by_kind", "by_state")},
        "units": [
            {
                "unit": {"code": row["code"], "name": row["unit"]},
                "counts": {key: value for key, value in row.items() if key not in named},
            }
            for row in found["units"]
        ],
    }


@operation(router, "GET", "/scores/{period}", id="scores", title="考核成绩", need=("assessment.read", "assessment.read_all"),
           scope=FIGURES, out=answers.Scores, tag="统计和成绩")  # fmt: skip
def scores(request: HttpRequest, period: PeriodText, live: bool = False) -> dict[str, Any]:
    """月（2017-10）、季（2017-Q4）或年（2017）的成绩；能看全部的给全部，单位只给自己的。live：要实时成绩，不要已结账的。"""
    caller = caller_of(request)
    try:
        asked = Period.parse(period)
        if asked.first > rule_day(caller.at):
            raise Http404("该期还没有开始")
        found = scored(asked, now=caller.at, actor=caller.actor, edition="live" if live else "")
    except (PeriodError, LookupError):
        raise Http404("该期没有成绩") from None
    units = [one for one in found.sheet.units if may_read_unit(caller.actor, found.bodies[one.unit].pk)]
    return {
        "period": str(asked),
        "as_of": found.as_of,
        "edition": found.edition,
        "units": [_score(one) for one in units],
    }


def _score(one: Any) -> dict[str, Any]:
    return {
        "unit": {"code": one.unit, "name": one.name},
        "total": str(one.total),
        "rank": one.rank,
        "grade": one.grade or "",
        "items": [
            {"item": line.item.id, "title": line.item.title, "points": str(line.points), "how": line.how}
            for line in one.lines
        ],
    }
