"""The forms of the pages; the services say what is wrong with what was typed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms

from luoshi.agenda import rules
from luoshi.agenda.models import Delegation, Leader
from luoshi.agenda.selectors.roster import on_day
from luoshi.agenda.services.delegations import signable
from luoshi.ledger.errors import WrongState
from luoshi.organisation import formkit
from luoshi.organisation.models import Body, Person
from luoshi.organisation.pagekit import today

text, make = formkit.text, formkit.make
date = partial(formkit.date, initial=today)
VICES = (
    Leader.Office.MAYOR,
    Leader.Office.EXECUTIVE_VICE_MAYOR,
    Leader.Office.VICE_MAYOR,
    Leader.Office.PARTY_MEMBER,
)


def options(rule: str) -> list[tuple[str, str]]:
    """The options of a choice of the rulebook, today; none where it has no such rule."""
    try:
        return formkit.pairs(rules.choice(rule, today()))
    except WrongState:
        return []


def choose(label: str, rule: str, *, help_text: str = "") -> Any:
    """One of the rulebook's options."""
    return forms.ChoiceField(label=label, choices=[("", "请选择"), *options(rule)], help_text=help_text)


def leader(label: str, *offices: str, required: bool = True, help_text: str = "") -> Any:
    """A leader in office today, of these offices where some are given."""
    rows = on_day(today())
    if offices:
        rows = rows.filter(office__in=offices)
    return forms.ModelChoiceField(label=label, queryset=rows, required=required, help_text=help_text)


def person(label: str, *, bodies: Any = None) -> Any:
    """Somebody at the government or its office."""
    rows = Person.objects.filter(active=True).select_related("body")
    rows = rows.filter(body__in=bodies) if bodies is not None else rows.filter(body__takes_requests=False)
    return NamedPerson(label=label, queryset=rows.order_by("body", "id"))


class NamedPerson(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People with their body, since two may bear one name."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and body."""
        return f"{obj.name}（{obj.body.short_name}）"


def body(label: str, *, sections: bool = False, required: bool = True) -> Any:
    """A body in use: sections of the office, or all others."""
    rows = Body.objects.filter(active=True)
    kind = Body.Kind.SECTION
    rows = rows.filter(kind=kind) if sections else rows.exclude(kind=kind)
    return formkit.NamedBody(label=label, queryset=rows.order_by("kind", "code"), required=required)


def number(label: str) -> Any:
    """A rank."""
    return forms.IntegerField(label=label, min_value=1, max_value=200, help_text="全体领导统一排序，1为最前")


def offices() -> list[tuple[str, str]]:
    """The leading offices as this rulebook calls them."""
    return [(value, rules.role_title(value)) for value in Leader.Office.values]


def new_leader_form() -> type[forms.Form]:
    """Somebody who takes a leading office."""
    return make(
        person=person("人员"),
        office=forms.ChoiceField(label="职务", choices=offices()),
        title=text(
            "职务名称", longest=60, required=False, help_text="与职务不同的写法，如“市政府秘书长、办公室主任”"
        ),
        rank=number("排序"),
        portfolio=text("分管工作", longest=500, rows=2, required=False),
        since=date("任职日期"),
        document=text("依据", longest=200, required=False),
    )


def leave_form(*, others: bool, register: bool = False) -> type[forms.Form]:
    """Leave for oneself; with `others` for a leader whom one picks; to register: without the office's own procedure."""
    fields: dict[str, Any] = {}
    if others:
        fields["leader"] = leader("领导", required=register, help_text="" if register else "为本人申请的不选")
    fields |= {
        "kind": choose("外出类别", "agenda.leave_kind"),
        "reason": text("事由"),
        "destination": text("去往地点", longest=100),
        "leaves_seat": forms.BooleanField(label="离开任职所在地", required=False, initial=True),
        "starts_on": date("开始日期"),
        "ends_on": date("结束日期", help_text="含当日"),
    }
    if register:
        fields["stands_in"] = forms.BooleanField(label="不离开任职所在地，但其间由他人代行", required=False)
    else:
        fields["late_reason"] = text("晚于时限的理由", required=False, help_text="按时申请的不填")
    return make(**fields)


def delegation_form() -> type[forms.Form]:
    """A written authorisation or commission."""
    tables = [("", "不涉及审签"), *((rule.id, rule.title) for rule in signable(today()))]
    return make(
        by=leader("授权（委托）人"),
        to=person("被授权（受托）人"),
        kind=forms.ChoiceField(label="类别", choices=Delegation.Kind.choices),
        scope=text("事项", longest=500, rows=2),
        rule=forms.ChoiceField(label="可审签", choices=tables, required=False),
        powers=forms.MultipleChoiceField(
            label="可代行",
            choices=options("agenda.power"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
        since=date("开始日期"),
        until=date("截止日期", help_text="含当日"),
        document=text("书面依据", longest=200, help_text="文号、批示或委托书的名称"),
    )


def clearance_form(*, others: bool) -> type[forms.Form]:
    """Something for which one asks beforehand."""
    fields: dict[str, Any] = {}
    if others:
        fields["leader"] = leader("领导", required=False, help_text="为本人报批的不选")
    fields |= {
        "kind": choose("报批事项", "agenda.clearance_kind"),
        "subject": text("名称", longest=200, help_text="讲话、文章的题目，或会议、活动的名称"),
        "text": text(
            "内容", longest=4000, rows=6, required=False, help_text="讲话、文章的全文或要点，或活动方案"
        ),
        "on": date("日期", help_text="发表或举行的日期"),
        "host": body("主办单位", required=False),
        "basis": text("依据", longest=200, required=False, help_text="上级或党委统一安排的，写明依据"),
    }
    return make(**fields)


def activity_form() -> type[forms.Form]:
    """An appearance of a leader."""
    return make(
        leader=leader("领导"),
        activity=choose("活动类别", "agenda.activity"),
        subject=text("名称", longest=200),
        on=date("日期"),
        host=body("主办单位", required=False),
    )
