"""The forms of the knowledge base's pages. What a paper must hold comes from the rulebook, field by field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms

from luoshi.knowledge import rules
from luoshi.knowledge.models import Bulletin, Entry
from luoshi.knowledge.services.entries import LONGEST
from luoshi.organisation.inputs import DateTimeLocalInput
from luoshi.organisation.models import Body

PREFIX = "content-"


def _moment(label: str, *, required: bool = True, help_text: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DateTimeLocalInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


def _area(label: str, *, rows: int = 4, longest: int, required: bool = True, help_text: str = "") -> Any:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ContentForm(forms.Form):
    """A question with the parts of its answer that the rulebook names for its form.

    Everything may stay open in a draft; what is missing for publication the service says, beside its field.
    """

    title = forms.CharField(label="事项名称", max_length=120)
    question = forms.CharField(
        label="群众常问", max_length=300, required=False, help_text="群众会怎么问，一两句即可"
    )
    keywords = forms.CharField(
        label="别名和关键词", max_length=200, required=False, help_text="群众的习惯叫法，用空格隔开，便于查到"
    )

    def __init__(
        self, *args: Any, form: str, at: dt.datetime, entry: Entry | None = None, **kwargs: Any
    ) -> None:
        if entry is not None:
            own = {name: getattr(entry, name) for name in ("title", "question", "keywords")}
            parts = {PREFIX + key: text for key, text in entry.content.items()}
            kwargs["initial"] = {**own, **parts, "version": entry.matter.version}
        super().__init__(*args, **kwargs)
        self.parts = [PREFIX + field.key for field in rules.fields(form, at)]
        for field in rules.fields(form, at):
            self.fields[PREFIX + field.key] = _area(
                field.label,
                longest=LONGEST,
                required=False,
                help_text="发布前必填" if field.required else "",
            )
        self.fields["note"] = forms.CharField(label="修改说明", max_length=200, required=False)
        self.fields["version"] = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def texts(self) -> dict[str, Any]:
        """The arguments of the services."""
        data = self.cleaned_data
        content = {name.removeprefix(PREFIX): data.get(name, "") for name in self.parts}
        return {name: data[name] for name in ("title", "question", "keywords")} | {"content": content}


class NewEntryForm(ContentForm):
    """A new entry; the platform names the body for which it is entered."""

    def __init__(self, *args: Any, bodies: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"], self.fields["version"]
        if bodies is not None:
            self.fields["body"] = forms.ModelChoiceField(bodies, label="单位", empty_label="请选择单位")
            self.order_fields(["body"])


class EditEntryForm(ContentForm):
    """An edit; errors that the platform registered can be ticked as put right."""

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, form=entry.form, **kwargs)
        open_ones = list(entry.corrections.filter(mended_at__isnull=True))
        if open_ones:
            self.fields["mended"] = forms.TypedMultipleChoiceField(
                label="本次改正的错误",
                required=False,
                coerce=int,
                choices=[(row.pk, f"{row.what}（{row.by}）") for row in open_ones],
                widget=forms.CheckboxSelectMultiple,
            )
            self.order_fields(["mended"])


class DeliverForm(ContentForm):
    """What the platform asked for; everything is required, because it is published at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"], self.fields["version"]
        for name in ("question", *self.parts):
            self.fields[name].required = True
            if name in self.parts:
                self.fields[name].help_text = ""


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label="原因", max_length=200)


class CorrectionForm(forms.Form):
    """An error in an entry, with its points."""

    what = _area("错误内容", rows=2, longest=300)
    points = forms.DecimalField(label="扣分", max_digits=5, decimal_places=2, min_value=Decimal(0))


class RequestForm(forms.Form):
    """What the platform asks of units, by when."""

    form = forms.ChoiceField(label="报送类别", widget=forms.RadioSelect)
    bodies = forms.ModelMultipleChoiceField(
        Body.objects.none(), label="报送单位", widget=forms.CheckboxSelectMultiple
    )
    subject = forms.CharField(label="报送主题", max_length=120)
    detail = _area("要求说明", rows=3, longest=1000, required=False)
    cases = _area("同类诉求件编号", rows=3, longest=2000, required=False)
    due_at = _moment("报送期限", help_text="到时未报送的计为逾期")

    def __init__(self, *args: Any, bodies: Any, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = rules.setting("script_trigger", at)
        self.fields["bodies"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["form"].choices = [(o.value, o.label) for o in rules.forms(at).options]  # type: ignore[attr-defined]
        self.fields[
            "cases"
        ].help_text = f"要求报送应急脚本的须填：近{terms['months']}个月内登记的同类诉求至少{terms['count']}件，编号用空格或换行隔开"

    def clean_cases(self) -> list[str]:
        """The numbers, each once."""
        text = self.cleaned_data["cases"].replace("，", " ").replace("、", " ").replace(",", " ")
        return list(dict.fromkeys(text.split()))


class BulletinForm(forms.Form):
    """A bulletin: kind, text, from when until when it holds."""

    topic = forms.ChoiceField(label="类别", widget=forms.RadioSelect)
    title = forms.CharField(label="标题", max_length=120)
    text = _area("内容", rows=8, longest=8000)
    valid_from = _moment("生效时间")
    valid_until = _moment("失效时间", required=False, help_text="不填则长期有效，直到撤回")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, at: dt.datetime, bulletin: Bulletin | None = None, bodies: Any = None, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"valid_from": at, "topic": rules.topics(at).default}
        if bulletin is not None:
            names = ("topic", "title", "text", "valid_from", "valid_until")
            initial = {name: getattr(bulletin, name) for name in names} | {"version": bulletin.matter.version}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [(o.value, o.label) for o in rules.topics(at).options]  # type: ignore[attr-defined]
        if bodies is not None:
            self.fields["body"] = forms.ModelChoiceField(bodies, label="单位", empty_label="请选择单位")
            self.order_fields(["body"])


class IssueForm(forms.Form):
    """When the public was told, where that was elsewhere."""

    announced_at = _moment(
        "已在别处面向社会发布的，填发布时间",
        required=False,
        help_text="不填即现在发布；发布的同时抄告12345平台",
    )
