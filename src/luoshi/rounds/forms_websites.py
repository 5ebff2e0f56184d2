"""The forms of rounds on web sites."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.rounds.models import RoundUnit


class DutyForm(forms.Form):
    """Who keeps a column of the portal filled."""

    unit = forms.ModelChoiceField(RoundUnit.objects.none(), label="责任单位", empty_label="请选择单位")
    column = forms.CharField(label="栏目", max_length=100)
    document = forms.CharField(label="责任分工文件", max_length=200, help_text="写明文件名称和文号")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    """The comment on a month."""

    text = forms.CharField(label="分析点评", widget=forms.Textarea(attrs={"rows": 6}))


class BranchForm(forms.Form):
    """A branch site."""

    name = forms.CharField(label="网站名称", max_length=100)
    owner = forms.CharField(label="所属单位", max_length=100, help_text="参照公务员法管理的下属事业单位")
    address = forms.CharField(label="网址", max_length=200, help_text="如 http://www.example.gov.cn")
