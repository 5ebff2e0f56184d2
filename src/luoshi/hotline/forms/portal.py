"""Forms of the public portal: few questions, plain words."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.hotline.forms.base import line, options, pick, set_options, text
from luoshi.organisation.inputs import PhoneInput


class AskForm(forms.Form):
    """What the citizen hands in."""

    kind = pick("您要办什么", radio=True)
    content = text("请说说是什么事", rows=7, help="时间、地点、经过、希望怎样解决。写清楚，单位办得快。")
    place = line("在哪里发生的", required=False, help="如：湖滨区某某路某某小区门口")
    name = line("您的姓名", required=False, length=60, help="只给承办单位联系您用，不会公开")
    mobile = forms.CharField(
        label="手机号码", max_length=30, widget=PhoneInput, help_text="查询进度、回访时使用，不会公开"
    )
    rights_matter = forms.BooleanField(
        label="这件事关系到我本人的权益", required=False, help_text="需要留下姓名，否则单位无法核实"
    )
    wants_public = forms.BooleanField(
        label="同意在网上公开办理结果（隐去个人信息）", required=False, initial=True
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_options(self, "kind", [one for one in options("hotline.kind") if one[0] != "announcement"])
        self.initial.setdefault("kind", "help")

    def clean(self) -> dict[str, Any]:
        """A matter of one's own rights needs a name; a filled trap field is no person."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("rights_matter") and not data.get("name"):
            self.add_error("name", "关系本人权益的诉求请留下姓名，否则单位无法核实")
        if data.get("website"):
            raise forms.ValidationError("提交没有成功，请刷新页面后再试")
        return data


class TrackForm(forms.Form):
    """Number and telephone, or number and query code."""

    number = line("工单号", length=40, help="登记后短信或页面上告诉您的号码，如 20260105-0012")
    phone = forms.CharField(
        label="手机号码或查询码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class CommentForm(forms.Form):
    """What the citizen thinks of it."""

    grade = pick("您对办理结果", radio=True)
    comment = text("想说的话", rows=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_options(self, "grade", options("hotline.satisfaction"))
