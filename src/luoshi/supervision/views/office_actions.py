"""What may be done with campaigns, bulletins, inspections, letters and lines of the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from luoshi.agenda import selectors as agenda
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Post
from luoshi.organisation.models.base import in_force
from luoshi.organisation.pagekit import today
from luoshi.supervision import forms, services
from luoshi.supervision.models import Bulletin, Campaign, Letter
from luoshi.supervision.views.common import Action
from luoshi.supervision.views.task_actions import calls, can

Data = dict[str, Any]


def _evaluation_form(row: Campaign) -> Any:
    fields: dict[str, Any] = {
        "kind": forms.ChoiceField(label="种类", choices=forms.options("supervision.evaluation")),
        "day": forms.date("时间"),
        "agency": forms.text(
            "评估机构或受表彰单位", longest=100, required=False, help_text="第三方评估和表彰必填"
        ),
        "conclusion": forms.text("结论", longest=4000, rows=3),
    }
    for one in row.indicators:
        unit = f"（{one.get('unit', '')}）" if one.get("unit") else ""
        fields[f"i{one['number']}"] = forms.text(
            f"{one['name']}{unit}", longest=40, required=False, help_text="年度监测必填"
        )
    return forms.make(**fields)


def _evaluate(row: Campaign, data: Data, actor: Actor, at: dt.datetime) -> None:
    figures = {key[1:]: value for key, value in data.items() if key[:1] == "i" and key[1:].isdecimal()}
    services.evaluation_add(
        campaign=row, kind=data["kind"], day=data["day"], agency=data["agency"], conclusion=data["conclusion"],
        figures=figures, actor=actor, at=at,
    )  # fmt: skip


CAMPAIGN = {
    one.code: one
    for one in (
        Action(
            "evaluate", "登记评估", "chart-line", _evaluate, can("evaluate", lambda row, actor, at: row.kind == "plan"),
            _evaluation_form, done="评估已登记",
        ),
        Action(
            "end", "结束", "flag", calls(services.campaign_end, "campaign"), can("end"),
            lambda row: forms.make(conclusion=forms.text("结论", longest=4000, rows=2)),
        ),
    )
}  # fmt: skip


def _issue(row: Bulletin, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.bulletin_issue(bulletin=row, actor=actor, at=at)


BULLETIN = {
    one.code: one
    for one in (
        Action(
            "draw_up", "按台账起草", "file-text", calls(services.bulletin_draw_up, "bulletin"), can("draw_up"),
            lambda row: forms.make(remark=forms.text("评述", longest=4000, rows=4, required=False)), done="已起草",
        ),
        Action("issue", "印发", "send", _issue, can("issue"), confirm="印发后不能修改，确定？", done="已印发"),
    )
}  # fmt: skip

INSPECTION = {
    "report": Action(
        "report", "向常务会议通报", "speakerphone", calls(services.inspection_report, "inspection"), can("report"),
        lambda row: forms.make(meeting=forms.text("会议", longest=200), day=forms.date("通报日期")), done="已通报",
    )
}  # fmt: skip


def _readers(row: Letter) -> Any:
    day = today()
    ids = [one.person_id for one in agenda.leaders_on(day)]
    heads = Post.objects.filter(in_force(day), Q(kind=Post.Kind.PRINCIPAL_LEADER), body__active=True)
    ids += list(heads.values_list("person_id", flat=True))
    return forms.make(leader=forms.people("阅批领导", ids))


LETTER = {
    one.code: one
    for one in (
        Action(
            "refer", "呈领导阅批", "mail-forward", calls(services.letter_refer, "letter"),
            can("refer", lambda row, actor, at: row.important), _readers, done="已呈领导阅批",
        ),
        Action(
            "read", "阅批", "pencil", calls(services.letter_read, "letter"), can("read"),
            lambda row: forms.make(opinion=forms.text("阅批意见", longest=2000, rows=3)), done="已阅批",
        ),
        Action(
            "route", "归口交办", "share", calls(services.letter_route, "letter"),
            can("route", lambda row, actor, at: not row.important or row.read_at is not None),
            lambda row: forms.make(
                level=forms.ChoiceField(label="办理层级", choices=forms.options("supervision.letter_level")),
                body=forms.body("归口单位"), due_on=forms.date("办结时限", required=False),
            ),
            done="已交办",
        ),
        Action(
            "answer", "办结", "circle-check", calls(services.letter_answer, "letter"), can("answer"),
            lambda row: forms.make(answer=forms.text("办理结果", longest=4000, rows=3)),
        ),
    )
}  # fmt: skip

ENTRY = {
    "answer": Action(
        "answer", "登记办理情况", "message-check", calls(services.entry_answer, "entry"), can("answer"),
        lambda row: forms.make(
            outcome=forms.ChoiceField(label="结果", choices=forms.options("supervision.register_outcome")),
            answer=forms.text("办理情况", longest=4000, rows=3),
        ),
    )
}  # fmt: skip
