"""The forms of incoming papers; their options come from the rulebook and the roster as of today."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from luoshi.documents import commissions, roster, rules
from luoshi.documents.outgoing_forms import make, options, words
from luoshi.documents.services.checks import grounds
from luoshi.documents.services.incoming import Letterhead
from luoshi.organisation import formkit
from luoshi.organisation.models import Body, Person

moment = partial(formkit.moment, required=False)
tick, pick = formkit.flag, formkit.one
BELOW = ("county", "township")
"""The governments below: a city's counties, a county's townships."""
ORDERED = 6
"""How many units an instruction on a page may name, in their order."""
ANSWERS = (
    ("concerns_others", "涉及其他部门职权"), ("joint", "与相关部门联合报文"), ("differences", "部门间有分歧"),
    ("request_inside", "报告中有请示事项"), ("skips_level", "越级行文"), ("mainly_government", "内容主要涉及政府职责"),
    ("drafted_by_department", "由政府部门牵头起草"),
)  # fmt: skip
TEXTS = (
    ("talked_text", "主要负责人协商的情况"), ("positions_text", "各方理据"), ("advice_text", "办理建议"),
    ("skip_approved_text", "越级行文的批准记录"),
)  # fmt: skip
APPLICANTS = [("", "不涉及"), ("government", "政府部门、县（市、区）"), ("party", "党委部门、党群、团体")]


def people(label: str, roles: Sequence[str], *, several: bool = False, required: bool = True) -> Any:
    """Leaders who hold one of the roles today, by rank."""
    found = roster.holders(roles, timezone.now())
    rows = Person.objects.filter(pk__in=[one.pk for one in found]).order_by("pk")
    if several:
        return forms.ModelMultipleChoiceField(
            rows, label=label, required=required, widget=forms.CheckboxSelectMultiple
        )
    return forms.ModelChoiceField(rows, label=label, required=required)


def units(label: str, *, required: bool = True) -> Any:
    """A county, department or other unit in use."""
    rows = Body.objects.filter(active=True).exclude(kind=Body.Kind.SECTION).order_by("kind", "code")
    return forms.ModelChoiceField(rows, label=label, required=required)


def sections(label: str, *, several: bool = False, required: bool = True) -> Any:
    """A section of the office, or several."""
    rows = Body.objects.filter(active=True, kind=Body.Kind.SECTION).order_by("code")
    if several:
        return forms.ModelMultipleChoiceField(
            rows, label=label, required=required, widget=forms.CheckboxSelectMultiple
        )
    return forms.ModelChoiceField(rows, label=label, required=required)


def class_of(body: Body) -> str:
    """What class of sender a body usually is: the government below this one, its department, or another unit."""
    units = rules.setting("documents.offices", timezone.now())["units"]
    below = next(one for one in units if one in BELOW)
    if body.kind in (Body.Kind.COUNTY, Body.Kind.COMMITTEE):
        return str(below)
    return "department" if body.kind in (Body.Kind.DEPARTMENT, Body.Kind.PUBLIC_SECURITY) else "unrelated"


def _own_class(body: Body) -> Any:
    """The classes that a unit here may be of, its own chosen already."""
    own = {*rules.setting("documents.offices", timezone.now())["units"], "unrelated"}
    found = [(value, label) for value, label in options("documents.source") if value in own]
    return pick("本单位类别", found, initial=class_of(body))


def head_form(unit: Body | None = None) -> type[forms.Form]:
    """What a paper says of itself: as the desk enters it, or as a unit reports its own."""
    fields: dict[str, forms.Field] = {"title": words("标题", longest=300)}
    urgency = rules.choice("documents.urgency", timezone.now())
    if unit is None:
        fields |= {
            "source": pick("来文机关类别", options("documents.source")),
            "sender": units("来文单位（本市单位请选择）", required=False),
            "sender_name": words(
                "来文机关名称", longest=120, required=False, help_text="选了来文单位的可不填"
            ),
            "form": pick("来文形式", options("documents.form")),
        }
    else:
        fields["source"] = _own_class(unit)
    fields |= {
        "reference": words("来文字号", longest=80, required=False),
        "genre": pick("文种", options("documents.genre")),
        "subject": pick("事项", options("documents.subject")),
        "urgency": pick("办理等级", formkit.pairs(urgency), initial=urgency.default),
        "content": words("内容摘要", longest=4000, rows=5, required=False),
        "due_set": moment("要求的时限", help_text="来文或上级明确时限的填写"),
        "amount": forms.DecimalField(
            label="申请金额（元）", required=False, max_digits=16, decimal_places=2, min_value=0
        ),
        "applicant": pick("资金申请单位", APPLICANTS, required=False),
        "addressed": pick("收件人", options("documents.addressed")),
        "addressee": people("收件领导", sorted(roster.LEADING), required=False),
        "direct_basis": pick(
            "直接报送领导的依据", options("documents.direct_basis", empty="没有"), required=False
        ),
        "multiple": tick("同时送了几位领导或几个机关"),
        "secrecy": pick("涉密情况", _secrecy(), required=False),
    }
    if unit is not None:
        fields["matters"] = forms.IntegerField(label="请示的事项数", required=False, min_value=1, initial=1)
        fields |= {key: tick(label) for key, label in ANSWERS}
        fields |= {key: words(label, longest=2000, rows=2, required=False) for key, label in TEXTS}
    else:
        fields |= {
            "section_matter": tick("属本科室对口事项（本级部门来文）"),
            "leader_sent": tick("领导已签批转财政部门办理（资金请示）"),
        }
    return make(**fields)


def _secrecy() -> list[tuple[str, str]]:
    known = rules.setting("documents.incoming_secrecy", timezone.now())
    refused = [(key, f"{label}（不进本平台）") for key, label in known["refused"].items()]
    return [("", "不涉密"), *known["kept"].items(), *refused]


def letterhead(values: dict[str, Any], *, unit: bool) -> Letterhead:
    """The letterhead that a form's values make."""
    plain = {
        key: values[key]
        for key in values
        if key in Letterhead.__dataclass_fields__ and values[key] is not None
    }
    answers: dict[str, Any] = {}
    if unit:
        plain["form"] = "online"
        answers = {key: True for key, _ in ANSWERS if values.get(key)}
        answers |= {key: values[key] for key, _ in TEXTS if values.get(key)}
        if values.get("matters"):
            answers["matters"] = values["matters"]
    return Letterhead(**{**plain, "answers": answers})


def letter_form() -> type[forms.Form]:
    """An unopened letter to a leader."""
    return make(
        addressee=people("收件领导", sorted(roster.LEADING)),
        form=pick("来文形式", options("documents.form")),
        sender_name=words("信封所写寄件人", longest=120, required=False),
    )


def check_form(row: Any) -> type[forms.Form]:
    """Each point of the check with its answer and note."""
    fields: dict[str, forms.Field] = {}
    for point in rules.choice("documents.incoming_check", timezone.now()).options:
        fields[point.value] = pick(
            point.label, [("", "请选择"), ("yes", "合格"), ("no", "不合格")], required=False
        )
        fields[f"{point.value}_note"] = words(
            "问题说明", longest=300, required=False, help_text="不合格的填写"
        )
    return make(**fields)


def ground_options() -> list[tuple[str, str]]:
    """The grounds of a return, with their codes."""
    return [(rule.id, f"{rule.code} {rule.title}") for rule in grounds(timezone.now())]


def way_form(row: Any) -> type[forms.Form]:
    """To whom a paper goes."""
    return make(
        leaders=people(
            "分管副市长（不选的按分工）", ["vice_mayor", "executive_vice_mayor"], several=True, required=False
        ),
        deputy=people("分管副秘书长（不选的按协助关系）", ["deputy_secretary_general"], required=False),
        executive=tick("再送常务副市长"),
        mayor=tick("再送市长"),
        coordinated=words(
            "与有关科室协调的情况", longest=1000, rows=2, required=False, help_text="重大或工作交叉事项填写"
        ),
        shortcut=words(
            "跳过秘书长的依据", longest=200, required=False, help_text="只限单一副市长分管的一般事项"
        ),
        only=pick(
            "议事协调机构来文送",
            [("", "逐级"), ("deputy", "只送分管副秘书长"), ("vice_mayor", "只送分管副市长")],
            required=False,
        ),
        finance=people("市财政局初审人（资金事项）", ["unit_principal"], required=False),
        large_sum=tick("列为大额资金"),
        order=pick(
            "次序", [("", "按规定"), ("front_to_back", "由前向后"), ("any", "不分先后")], required=False
        ),
        order_reason=words("变更次序的理由", longest=200, required=False),
    )


def step_form(row: Any) -> type[forms.Form]:
    """A leader's mark and opinion, with an instruction to units where there is one."""
    from luoshi.documents.services.steps import stop_of

    marks = options("documents.mark")
    wanted = commissions.wanted(row, stop_of(row).content)
    if wanted:
        marks = [one for one in marks if one[0] != "circle"]
    fields: dict[str, forms.Field] = {
        "mark": pick("批示结论", marks),
        "opinion": words("意见", longest=4000, rows=4, required=False),
    }
    if wanted and "coordination" in {one.key for one in rules.content(wanted, timezone.now()).fields}:
        fields["coordination"] = pick("协调的结果", options("documents.coordination"))
    if row.paper.kind != "documents.incoming":
        return make(**fields)
    fields["instruction"] = words("批示转办（没有的不填）", longest=2000, rows=2, required=False)
    fields["manner"] = pick("要求", options("documents.instruction_manner"), required=False)
    for number in range(1, ORDERED + 1):
        fields[f"body{number}"] = units(f"批示的第{number}个单位", required=False)
    fields["lead"] = units("牵头单位（批示明确的）", required=False)
    fields["order_due"] = moment("批示要求的时限")
    fields["follow"] = tick("需督办")
    if row.course.facts.get("purpose") == "reading":
        fields["moment"] = pick("转办时机", options("documents.instruction_moment"), required=False)
    return make(**fields)


def coordinators() -> Any:
    """Whom a leader may commission to coordinate."""
    able = rules.who(commissions.AUTHORITY, {"action": "coordinate"}, timezone.now())
    return people("受托人", able.who)


def report_form() -> type[forms.Form]:
    """What came of the coordination; a dispute goes to the leader with a proposal."""
    return make(
        outcome=pick("协调结果", options("documents.dispute")),
        account=words("协调情况", longest=2000, rows=4),
        proposal=words("处理意见（仍有争议的须填）", longest=2000, rows=3, required=False),
    )


def places() -> list[tuple[str, str]]:
    """Every kind of meeting with its categories of topics, as one choice (`executive:9`)."""
    now = timezone.now()
    found = []
    for kind in rules.choice("meetings.kind", now).options:
        for one in rules.choice(f"meetings.category_{kind.value}", now).options:
            found.append((f"{kind.value}:{one.value}", f"{kind.label}：{one.label}"))
    return found


def ordered_units(label: str, count: int = ORDERED) -> dict[str, forms.Field]:
    """Several units in their order."""
    return {
        f"body{number}": units(f"{label}（第{number}个）", required=number == 1)
        for number in range(1, count + 1)
    }


def named(values: dict[str, Any]) -> list[Body]:
    """The units of a form in their order."""
    return [values[f"body{number}"] for number in range(1, ORDERED + 1) if values.get(f"body{number}")]


def reply_form(row: Any) -> type[forms.Form]:
    """A unit's reply."""
    return make(
        letter=words("函号", longest=80),
        reply=words("回复内容", longest=8000, rows=8),
        endorsement=pick("签字或盖章", options("documents.endorsement"), required=False),
        file=forms.FileField(label="盖章的函件", required=False, help_text="以盖章回复的上传"),
    )
