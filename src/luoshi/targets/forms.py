"""The forms of the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from luoshi.engines.targets import ASSIGNABLE, PHRASE, Comparison
from luoshi.organisation import formkit
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day
from luoshi.targets import rules
from luoshi.targets.models import Layer, Standing, Target

BooleanField, ChoiceField, FileField = forms.BooleanField, forms.ChoiceField, forms.FileField
IntegerField, ModelChoiceField = forms.IntegerField, forms.ModelChoiceField

text, date, make, bodies = formkit.text, formkit.date, formkit.make, formkit.bodies
COMPARISONS = {one.value: PHRASE[one].format(v="…", r="另一指标", s="有关机关") for one in Comparison}
OUTCOMES = [("met", "完成"), ("not_met", "未完成"), ("not_applicable", "不适用")]
THEME_RESULTS = [("", "不录入"), ("met", "完成"), ("not_met", "未完成")]


def number(label: str, *, required: bool = True, help_text: str = "") -> Any:
    """A number of up to four places; the service says what is wrong with it."""
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.CharField(label=label, max_length=24, required=required, widget=widget, help_text=help_text)


def _day() -> Any:
    return local_day(timezone.now())


def options(rule: str) -> list[tuple[str, str]]:
    """The options of a choice of the rulebook, today."""
    return formkit.pairs(rules.choice(rule, _day()))


def groups_of(layer: str) -> list[tuple[str, str]]:
    """The classes of a layer's targets, with their names."""
    return [(one, str(Target.Group(one).label)) for one in rules.groups_of(layer, _day())]


def sources_field(chosen: Any = None) -> Any:
    """What a plan rests on: boxes of which one at least is ticked."""
    return forms.MultipleChoiceField(
        label="编制依据",
        choices=options("targets.source"),
        initial=chosen,
        widget=forms.CheckboxSelectMultiple,
    )


class PlanForm(forms.Form):
    """A year's plan."""

    year = forms.IntegerField(label="年度", min_value=1990, max_value=2099)
    title = text("标题", longest=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"] = sources_field()


class SheetForm(forms.Form):
    """A body to be given targets."""

    layer = forms.ChoiceField(
        label="层级", choices=[(one.value, one.label) for one in Layer if one != Layer.CITY]
    )
    body = forms.ModelChoiceField(label="责任单位", queryset=Body.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies()  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """A target with one measure; further measures come with an import or an edit."""

    def __init__(self, *args: Any, layer: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = groups_of(layer)
        self.fields["group"] = forms.ChoiceField(label="类别", choices=groups)
        self.fields["text"] = text("目标内容", longest=1000, rows=3)
        self.fields["points"] = number("分值", required=layer == Layer.DEPARTMENT)
        self.fields["basis"] = text(
            "依据文件", longest=200, required=False, help_text="没有依据文件的部门目标列为一般目标"
        )
        self.fields["method"] = text("考核口径", required=False)
        self.fields["data_source"] = text("数据来源", longest=200, required=False)
        self.fields["person"] = text("责任人", longest=40, required=False)
        self.fields.update(measure_fields())


def measure_fields() -> dict[str, forms.Field]:
    """The fields of one measure."""
    kinds = [("", "按目标内容的用词判断"), *COMPARISONS.items()]
    return {
        "indicator": text(
            "指标", longest=120, required=False, help_text="没有可比较数值的目标可不填，由人认定"
        ),
        "comparison": forms.ChoiceField(label="比较方式", choices=kinds, required=False),
        "value": number("目标值", required=False),
        "unit": text("计量单位", longest=20, required=False),
        "set_by": text(
            "下达或认定机关", longest=60, required=False, help_text="数值由其他机关下达或认定的填写"
        ),
        "reference": text("参照指标", longest=60, required=False),
    }


class UploadForm(forms.Form):
    """A file of a year's targets."""

    file = forms.FileField(label="目标文件（YAML）", widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}))


def assign_form() -> type[forms.Form]:
    """The value that somebody above assigned."""
    kinds = [(one, COMPARISONS[one]) for one in sorted(ASSIGNABLE)]
    kinds.sort(key=lambda pair: pair[0] != Comparison.AT_LEAST)
    return make(
        value=number("下达数", required=False),
        comparison=forms.ChoiceField(label="比较方式", choices=kinds),
        text=text("下达要求", longest=200, required=False, help_text="没有数值的，写明要求，由人认定"),
        document=text("下达文件", longest=100),
    )


def outcome_form(label: str) -> type[forms.Form]:
    """An outcome with its reason."""
    return make(outcome=forms.ChoiceField(label="结果", choices=OUTCOMES), reason=text(label))


def tier_form() -> type[forms.Form]:
    """Another tier with its reason."""
    return make(
        tier=forms.TypedChoiceField(label="档次", choices=Standing.Tier.choices, coerce=int),
        reason=text("调整理由"),
    )


def addition_form(layer: str) -> type[forms.Form]:
    """A target to be added in the year."""
    groups = groups_of(layer)
    return make(
        group=forms.ChoiceField(label="类别", choices=groups),
        text=text("目标内容", longest=1000, rows=3),
        points=number("分值", required=layer == Layer.DEPARTMENT),
        basis=text("市委、市政府决策文件", longest=200),
        effective_on=date("生效日"),
        **measure_fields(),
    )


def reduction_form(target: Target) -> type[forms.Form]:
    """An application to lower a target: ground, reason, proof and the new values."""
    fields: dict[str, forms.Field] = {
        "ground": forms.ChoiceField(label="事由", choices=options("targets.ground")),
        "reason": text("具体情况", longest=4000, rows=4),
        "proof": forms.FileField(label="证明材料", help_text="PDF、图片或文档"),
    }
    for row in target.measures.all():
        if row.value is not None:
            label = f"{row.indicator}的新目标值（{row.unit}）"
            fields[f"m{row.pk}"] = number(label, required=False, help_text="都不填的，申请撤销整项目标")
    return make(**fields)
