"""Forms of the records. What an item asks for comes from the rulebook, field by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from luoshi.assessment import rules_records as records
from luoshi.assessment.rules_records import ItemRule
from luoshi.assessment.services.record_checks import LONGEST, Upload
from luoshi.hotline.forms.base import Long, MomentField
from luoshi.knowledge.forms import PREFIX
from luoshi.organisation.inputs import DateInput
from luoshi.organisation.models import Body

FILE = "file-"
MORE = "more"


class FilesInput(forms.ClearableFileInput):
    """One input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files chosen, an empty list for none. Errors: ValidationError where one is required."""
        given = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given if one]
        if not cleaned:
            super().clean(None, initial)
        return cleaned


def uploads(files: list[Any], purpose: str) -> list[Upload]:
    """Files of a form as the services take them."""
    return [Upload(one.name, one.file, purpose) for one in files]


def _files(label: str, *, required: bool = False, help_text: str = "") -> FilesField:
    return FilesField(label=label, required=required, help_text=help_text)


def body_field(bodies: Any) -> forms.Field:
    """The unit that the platform chooses."""
    return forms.ModelChoiceField(bodies, label="责任单位", empty_label="请选择单位")


class BaseFileForm(forms.Form):
    """A unit's material on its base work."""

    material = forms.ChoiceField(label="材料类别")
    papers = _files("文件", required=True, help_text="可一次选多份；PDF、Word、Excel或图片")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, day: dt.date, onsite: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {records.base_proof(day)[point] for point in records.base_owed(day, onsite=onsite)}
        self.fields["material"].choices = [  # type: ignore[attr-defined]
            (one.value, f"{one.label}{'：' if one.hint else ''}{one.hint}")
            for one in records.base_materials(day).options
            if one.value in wanted
        ]


class BaseJudgeForm(forms.Form):
    """The platform's judgement, point by point; what is left alone stays as it is."""

    def __init__(self, *args: Any, day: dt.date, onsite: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in records.base_owed(day, onsite=onsite):
            self.fields[point] = forms.ChoiceField(
                label=records.base_points(day).label(point),
                required=False,
                choices=[("", "不变"), ("met", "改为符合"), ("missing", "改为不符合")],
                widget=forms.Select(attrs={"aria-label": f"{records.base_points(day).label(point)}：改认定"}),
            )
        self.fields["note"] = forms.CharField(label="认定说明", max_length=200, required=False)

    def verdicts(self) -> dict[str, str]:
        """The points that were judged."""
        return {name: value for name, value in self.cleaned_data.items() if name != "note" and value}


def _content_field(field: Any, choice: Any = None) -> forms.Field:
    common = {"label": field.label, "required": field.required}
    if choice is not None:
        options = [(one.value, one.label) for one in choice.options]
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if field.type == "date":
        return forms.DateField(widget=DateInput(), **common)
    if field.type == "time":
        return MomentField(**common)
    if field.type == "person" or field.key in ("title", "outlet", "document", "giver", "subject"):
        return forms.CharField(max_length=120, **common)
    return forms.CharField(max_length=LONGEST, widget=Long(3), **common)


class EntryForm(forms.Form):
    """A deduction or bonus: the fields, conditions and proof that its item asks for."""

    def __init__(self, *args: Any, rule: ItemRule, bodies: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        if bodies is not None:
            self.fields["body"] = body_field(bodies)
        if rule.order != "none":
            self.fields["order_no"] = forms.CharField(
                label="诉求件编号",
                max_length=40,
                required=rule.order == "required",
                help_text="须是派给该单位的诉求件；同一件的扣分只取最高一次"
                if not rule.bonus
                else "须是派给该单位的诉求件",
            )
        self.fields["date"] = forms.DateField(
            label=self._date_label(), widget=DateInput(), help_text=self._date_help()
        )
        for field in rule.fields:
            self.fields[PREFIX + field.key] = _content_field(field, rule.choices.get(field.key))
        if rule.ground.conditions:
            self.fields["conditions"] = forms.MultipleChoiceField(
                label="须逐项确认",
                choices=[(one.key, one.label) for one in rule.ground.conditions],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        for place, material in enumerate(rule.materials):
            self.fields[f"{FILE}{place}"] = _files(material, help_text="没有这份材料不能计分，可先登记后补")
        self.fields[MORE] = _files("其他证明材料" if rule.materials else "证明材料")

    def _date_label(self) -> str:
        if self.rule.code.startswith("award_"):
            return "表彰文件日期"
        return "采用日期" if self.rule.publicity else "日期"

    def _date_help(self) -> str:
        return "当月采用当月上报，过月不计分" if self.rule.publicity else "按这一天归入考核期"

    def content(self) -> dict[str, str]:
        """What was filled in, as texts."""
        found = {}
        for field in self.rule.fields:
            value = self.cleaned_data.get(PREFIX + field.key)
            if isinstance(value, dt.datetime):
                value = f"{value:%Y-%m-%d %H:%M}"
            found[field.key] = str(value or "")
        return found

    def proofs(self) -> list[Upload]:
        """The files by their kind of proof."""
        found = uploads(self.cleaned_data.get(MORE) or [], "证明材料")
        for place, material in enumerate(self.rule.materials):
            found += uploads(self.cleaned_data.get(f"{FILE}{place}") or [], material)
        return found


class SupplementForm(forms.Form):
    """More proof of an entry."""

    material = forms.ChoiceField(label="材料类别")
    papers = _files("文件", required=True)

    def __init__(self, *args: Any, rule: ItemRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [*rule.materials, "证明材料"]
        self.fields["material"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class OpinionForm(forms.Form):
    """A supervision opinion, with its deadline."""

    title = forms.CharField(label="事由", max_length=120)
    text = forms.CharField(label="督查意见", max_length=LONGEST, widget=Long(5))
    due_at = MomentField(label="落实期限", help_text="逾期当月即扣5分，此后每个自然月未落实再扣5分")
    order_no = forms.CharField(label="诉求件编号", max_length=40, required=False)
    papers = _files("附件")

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"] = body_field(bodies)
        self.order_fields(["body"])


class AnswerForm(forms.Form):
    """How an opinion was carried out."""

    text = forms.CharField(label="落实情况", max_length=LONGEST, widget=Long(4))
    papers = _files("证明材料")


class CarriedOutForm(forms.Form):
    """When an opinion was carried out."""

    carried_out_at = MomentField(label="落实时间", required=False, help_text="不填则取单位答复的时间")


class ReportForm(forms.Form):
    """A statistics report: a file, or words."""

    text = forms.CharField(label="统计说明", max_length=LONGEST, widget=Long(6), required=False)
    papers = _files("统计报表文件", help_text="文件和说明至少有一样")


class InformationForm(forms.Form):
    """An item of work information."""

    title = forms.CharField(label="标题", max_length=120)
    text = forms.CharField(label="正文", max_length=LONGEST, widget=Long(8))
    papers = _files("附件")


__all__ = [
    "AnswerForm", "BaseFileForm", "BaseJudgeForm", "CarriedOutForm", "EntryForm", "InformationForm",
    "OpinionForm", "ReportForm", "SupplementForm", "uploads",
]  # fmt: skip


def assessed_bodies() -> Any:
    """The units that the platform may choose from."""
    return Body.objects.filter(active=True, takes_requests=True).order_by("kind", "code")
