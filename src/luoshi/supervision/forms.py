"""The forms of supervision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from luoshi.organisation import formkit
from luoshi.organisation.models import Body, Person
from luoshi.supervision import rules
from luoshi.supervision.models import Task
from luoshi.supervision.selectors import bodies

BooleanField, ChoiceField, IntegerField = forms.BooleanField, forms.ChoiceField, forms.IntegerField
MultipleChoiceField = forms.MultipleChoiceField
CheckboxSelectMultiple, SelectMultiple = forms.CheckboxSelectMultiple, forms.SelectMultiple
text, date, make = formkit.text, formkit.date, formkit.make
BodiesField = formkit.NamedBodies
LEVELS = [("liaison", "联络员"), ("deputy_leader", "分管领导"), ("principal_leader", "主要负责人")]


def file(label: str = "佐证材料", *, required: bool = False) -> Any:
    """A file."""
    return formkit.file(label, required=required)


def options(rule: str, *, empty: str = "") -> list[tuple[str, str]]:
    """The options of a choice of the rulebook, today; with an empty one before them where it is named."""
    return formkit.pairs(rules.choice(rule, timezone.now()), empty=empty)


def body(label: str, *, required: bool = True) -> Any:
    """A body in use."""
    return formkit.NamedBody(label=label, queryset=bodies(), required=required)


def people(label: str, ids: list[int], *, required: bool = True) -> Any:
    """One of some people."""
    return formkit.NamedPerson(
        label=label, queryset=Person.objects.filter(pk__in=ids).order_by("id"), required=required
    )


class MeasureField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A measure by its kind and reason."""

    def label_from_instance(self, obj: Any) -> str:
        """Kind and reason."""
        return f"{rules.label('supervision.measure', obj.kind, obj.at)}：{obj.text[:30]}"


class TaskForm(forms.Form):
    """A task to be set."""

    title = text("事项", longest=200)
    content = text("工作要求", longest=4000, rows=4)
    reference = text("依据", longest=200, required=False, help_text="会议名称、文号或批示时间")
    due_on = date("办结时限", required=False, help_text="按会议、批示或文件写明的时限；没有写明的由规则给出")
    important = forms.BooleanField(label="重点工作（须明确一位副市长负责）", required=False)

    def __init__(self, *args: Any, leaders: list[int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = bodies()
        self.fields["source_kind"] = forms.ChoiceField(label="来源", choices=options("supervision.source"))
        self.fields["lead"] = formkit.NamedBody(label="牵头单位", queryset=rows)
        self.fields["assisting"] = BodiesField(
            label="配合单位", queryset=rows, required=False, widget=forms.SelectMultiple(attrs={"size": 6})
        )
        self.fields["report_every"] = forms.ChoiceField(
            label="反馈周期", choices=options("supervision.report_every"), initial="month"
        )
        self.fields["setter_person"] = people("交办领导", leaders or [], required=False)
        order = [
            "title",
            "content",
            "source_kind",
            "reference",
            "lead",
            "assisting",
            "due_on",
            "report_every",
        ]
        self.order_fields(order)


def change_form(task: Task) -> type[forms.Form]:
    """A change by a new decision."""
    return make(
        decision=text("新决定（会议、批示或文件）", longest=200),
        reason=text("变更事由"),
        content=text("变更后的工作要求", longest=4000, rows=3, required=False, help_text="不变的不填"),
        due_on=date("变更后的时限", required=False),
    )


def account_form(task: Task) -> type[forms.Form]:
    """Somebody called to account."""
    ids = [pk for pk in (task.body_id, *task.parts.values_list("body_id", flat=True)) if pk]
    return make(
        body=formkit.NamedBody(label="责任单位", queryset=Body.objects.filter(pk__in=ids)),
        person=text("责任人", longest=80),
        fault=forms.ChoiceField(label="情形", choices=options("supervision.fault")),
        text=text("事实和后果", longest=4000, rows=3),
        measure=text("处理", longest=200),
        decided_by=text("决定机关", longest=100),
        document=text("文号", longest=100, required=False),
    )
