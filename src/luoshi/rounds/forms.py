"""The forms of rounds' pages; what a plan or a mark must hold comes from the rulebook, field by field."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.engines.rulebook import Round as RoundRule
from luoshi.organisation.inputs import DateInput
from luoshi.organisation.models import Body
from luoshi.rounds.models import Round, RoundUnit


def area(label: str, *, rows: int = 4, required: bool = True, help_text: str = "") -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DateInput())


class NoForm(forms.Form):
    """A step that asks nothing."""


class ReasonForm(forms.Form):
    """Why something goes back or ends."""

    reason = area("意见", rows=3)


class OpinionForm(forms.Form):
    """What somebody says to what he passes."""

    opinion = area("意见", rows=3)


class NumberForm(forms.Form):
    """The number of the document by which something is issued."""

    number = forms.CharField(label="印发文号", max_length=60, required=False)


class TextForm(forms.Form):
    """A text."""

    text = area("内容", rows=6)


class NoticeForm(forms.Form):
    """The notice to the units."""

    text = area(
        "通知内容", rows=8, help_text="写明考核内容、自查要求、报送材料和截止时间；下发后各单位联络员收到短信"
    )


class NewRoundForm(forms.Form):
    """A new round."""

    rule = forms.ChoiceField(label="考评办法")
    year = forms.IntegerField(label="考评年度", min_value=2017, max_value=2099)

    def __init__(self, *args: Any, kinds: list[RoundRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [(kind.id, kind.title) for kind in kinds]  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """What the rule asks of a plan: texts, dates, figures. Everything may stay open until it is handed in."""

    def __init__(self, *args: Any, rule: RoundRule, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in rule.dates:
            latest = f"不晚于次年{one.latest[0]}月{one.latest[1]}日" if one.latest else ""
            field = day(one.label, required=False, help_text=latest or ("" if one.required else "可不填"))
            field.initial = round.day(one.key)
            self.fields[f"date-{one.key}"] = field
        for figure in rule.figures:
            self.fields[f"figure-{figure.key}"] = forms.CharField(
                label=figure.label,
                required=False,
                max_length=12,
                initial=round.figures.get(figure.key, ""),
                help_text="原文没有规定，由方案确定" if figure.required else "可不填",
            )
        for text in rule.contents:
            self.fields[f"text-{text.key}"] = area(text.label, required=False)
            self.fields[f"text-{text.key}"].initial = round.texts.get(text.key, "")

    def parts(self) -> dict[str, Any]:
        """The arguments of the service."""
        found: dict[str, dict[str, Any]] = {"text": {}, "date": {}, "figure": {}}
        for name, value in self.cleaned_data.items():
            part, _, key = name.partition("-")
            found[part][key] = value
        return {"texts": found["text"], "dates": found["date"], "figures": found["figure"]}


class UnitsForm(forms.Form):
    """The units of a class."""

    bodies = forms.ModelMultipleChoiceField(
        Body.objects.none(), label="被考评单位", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bodies"].queryset = bodies  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    """Points from a file."""

    file = forms.FileField(label="CSV 文件", help_text="每行：指标编号,分值,评分标准；UTF-8 或 GB18030 编码")

    def clean_file(self) -> str:
        """The text of the file, as UTF-8 or as GB18030."""
        raw: bytes = self.cleaned_data["file"].read(1 << 20)
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError("文件既不是UTF-8也不是GB18030编码，请另存后再试")


class RecordForm(forms.Form):
    """A daily record."""

    unit = forms.ModelChoiceField(RoundUnit.objects.none(), label="单位", empty_label="请选择单位")
    kind = forms.ChoiceField(label="类别")
    method = forms.ChoiceField(label="方式")
    day = day("发生日期")
    text = area("情况")
    cause = forms.CharField(
        label="事由",
        max_length=200,
        required=False,
        help_text="哪一篇报道、哪一件批示或通报；总分之外的加减分，同一事由在一项中只计一次",
    )
    file = forms.FileField(label="证据", required=False)

    def __init__(self, *args: Any, round: Round, rule: RoundRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = round.units.exclude(matter__state="removed").order_by("class_key", "body__code")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        for name, options in (("kind", rule.records.kinds), ("method", rule.records.methods)):
            self.fields[name].choices = [(one.value, one.label) for one in options]  # type: ignore[attr-defined]


class EffectForm(forms.Form):
    """What a record counts for: an item with points or a failure, or a veto."""

    effect = forms.ChoiceField(label="计分", required=False)
    points = forms.DecimalField(
        label="加减分",
        required=False,
        max_digits=6,
        decimal_places=2,
        help_text="加分填正数，减分填负数；只记录情况的留空",
    )
    times = forms.IntegerField(label="次数", initial=1, min_value=1, max_value=999)
    established_by = forms.CharField(
        label="认定人（机关）", max_length=80, required=False, help_text="否决情形必填"
    )

    def __init__(self, *args: Any, choices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effect"].choices = [("", "只记录，不计分"), *choices]  # type: ignore[attr-defined]

    def effect_of(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        kind, _, rest = data["effect"].partition(":")
        leaf, _, failure = rest.partition(":")
        found: dict[str, Any] = {"times": data["times"]}
        if kind == "veto":
            return found | {"veto": rest, "established_by": data["established_by"]}
        return found | {"leaf": leaf, "failure": failure, "points": data["points"]}


class FileForm(forms.Form):
    """A file to add."""

    file = forms.FileField(label="材料")


class MemberForm(forms.Form):
    """A new member of the team."""

    user = forms.ModelChoiceField(RoundUnit.objects.none(), label="账号", empty_label="请选择")
    pool = forms.ChoiceField(label="来源")

    def __init__(self, *args: Any, users: Any, rule: RoundRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = users
        field.label_from_instance = lambda user: f"{user.person.name}（{user.person.body.name}）"
        self.fields["pool"].choices = [(one.key, one.label) for one in rule.team.pools]  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """What a member marks."""

    member = forms.ModelChoiceField(RoundUnit.objects.none(), label="成员", empty_label="请选择")
    what = forms.ChoiceField(label="单位")
    item = forms.ChoiceField(label="栏目", required=False)

    def __init__(self, *args: Any, members: Any, whats: list[Any], items: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["what"].choices = whats  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", "全部栏目"), *items]  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """What is published and where."""

    def __init__(self, *args: Any, rule: RoundRule, computed: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in rule.publication.contents:
            if one.key not in computed:
                self.fields[f"text-{one.key}"] = area(one.label, rows=8, required=one.required)
        self.fields["places"] = forms.MultipleChoiceField(
            label="公布方式",
            choices=[(one.value, one.label) for one in rule.publication.places],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["number"] = forms.CharField(label="印发文号", max_length=60, required=False)

    def texts(self) -> dict[str, str]:
        """The written contents by key."""
        return {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("text-")}


class UseForm(forms.Form):
    """A use that was made."""

    day = day("日期")
    note = forms.CharField(label="说明", max_length=300, required=False)
    row = forms.CharField(widget=forms.HiddenInput())


class TellForm(forms.Form):
    """Problems that are told, one a line."""

    problems = area("发现的问题", rows=8, required=False, help_text="一行写一个问题")
    due = day("整改期限", required=False, help_text="不指定的，以单位整改方案所填日期为准")


class RedoForm(forms.Form):
    """What is not right yet."""

    text = area("核查意见", rows=3)
    due = day("新的期限", required=False)


class SpotForm(forms.Form):
    """What a spot check gave."""

    unit = forms.ModelChoiceField(RoundUnit.objects.none(), label="抽中单位", empty_label="请选择")
    points = forms.DecimalField(label="得分（百分制）", min_value=0, max_value=100, decimal_places=2)
    text = area("发现情况", rows=3, required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class ContentForm(forms.Form):
    """How a unit kept its columns filled."""

    points = forms.DecimalField(label="评分", min_value=0, max_digits=6, decimal_places=2)
    note = forms.CharField(label="依据", max_length=500, help_text="按逐月登记的内容保障落实情况写明")


class ExemptForm(forms.Form):
    """A task that a unit does not have."""

    leaf = forms.ChoiceField(label="指标")
    reason = forms.CharField(
        label="理由", max_length=300, required=False, help_text="留空并提交，即取消原来的认定"
    )

    def __init__(self, *args: Any, leaves: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaf"].choices = leaves  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """An answer to an objection."""

    answer = area("答复", rows=3)


class AgreeForm(forms.Form):
    """A mark that the team agreed on."""

    leaf = forms.ChoiceField(label="指标")
    points = forms.DecimalField(label="评分", required=False, max_digits=7, decimal_places=2)
    note = forms.CharField(label="合议理由", max_length=500)

    def __init__(self, *args: Any, leaves: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaf"].choices = leaves  # type: ignore[attr-defined]
