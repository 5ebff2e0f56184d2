"""Forms of the public portal: few questions, plain words, one group of questions on a page."""

from __future__ import annotations

from typing import Any

from django import forms

from luoshi.hotline import text as texts
from luoshi.hotline.contacts import is_mobile, number_clean
from luoshi.hotline.forms.base import Long, options, pick, set_options
from luoshi.hotline.services.feedback import SUPPLEMENT
from luoshi.organisation.inputs import PhoneInput

LONGEST = 5000
KINDS = {
    "consultation": "我想问问（咨询）",
    "help": "我有困难，请帮助解决（求助）",
    "complaint": "我要投诉",
    "suggestion": "我有建议",
}
"""How the kinds of request are asked for in plain words; one that is not here keeps the rulebook's label."""


class CleanField(forms.CharField):
    """Text from the street: without control characters, not longer than allowed, said in plain words."""

    def __init__(self, *, longest: int, lines: int = 1, **kwargs: Any) -> None:
        self.longest, self.lines = longest, lines
        widget = kwargs.pop("widget", None) or (Long(lines) if lines > 1 else forms.TextInput())
        super().__init__(widget=widget, **kwargs)
        self.validators = []  # clean() below leaves nothing for Django's own to find

    def to_python(self, value: Any) -> str:
        """The text, cleaned."""
        return (texts.clean if self.lines > 1 else texts.clean_line)(value if isinstance(value, str) else "")

    def validate(self, value: Any) -> None:
        """Required, and within its length."""
        super().validate(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                f"写得太长了：最多{self.longest}个字，现在是{len(value)}个字，请缩短一些"
            )


def _phone() -> CleanField:
    return CleanField(
        label="手机号码",
        longest=30,
        widget=PhoneInput(attrs={"autocomplete": "tel"}),
        help_text="用来联系您、让您查进度。不会公开。没有手机的填固定电话，带区号",
        error_messages={"required": "请填写电话号码，单位要靠它联系您"},
    )


class Trap(forms.Form):
    """A field that no person sees; who fills it is a program."""

    website = forms.CharField(
        label="请不要填写这一栏",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def trapped(self) -> bool:
        """Whether the hidden field was filled."""
        return bool(self.data.get("website"))


class WhatForm(Trap):
    """Step one: what happened, and where."""

    kind = pick("您要办什么", radio=True)
    content = CleanField(
        label="是什么事",
        longest=LONGEST,
        lines=7,
        help_text="什么时候、发生了什么、希望怎样解决。写清楚，单位办得快。不用写姓名电话，下一步再填。",
        error_messages={"required": "请写明是什么事"},
    )
    place = CleanField(
        label="在哪里（可不填）",
        longest=200,
        required=False,
        help_text="例如：湖滨区崤山路，某某小区东门口",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [one for one in options("hotline.kind") if one[0] != "announcement"]
        set_options(self, "kind", [(value, KINDS.get(value, label)) for value, label in found])
        self.fields["kind"].error_messages["required"] = "请选择您要办什么"

    def clean_content(self) -> str:
        """Some words are needed before anybody can go there and look."""
        said: str = self.cleaned_data["content"]
        if len(texts.essence(said)) < 4:
            raise forms.ValidationError("写得太短了，单位看不明白，请再写几个字")
        return said


class WhoForm(Trap):
    """Step two: who asks, and how to reach them."""

    mobile = _phone()
    name = CleanField(
        label="姓名（可不填）",
        longest=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="只给办理的单位看，不会公开",
    )
    rights_matter = forms.BooleanField(
        label="这件事关系到我本人的权益", required=False, help_text="勾选后要留姓名，单位才能核实"
    )
    wants_public = forms.BooleanField(
        label="办好后可以在网上公开，让别人参考",
        required=False,
        help_text="公开前由人工隐去个人信息。不勾选的只答复您本人",
    )

    def clean_mobile(self) -> str:
        """A telephone number, in figures."""
        given: str = self.cleaned_data["mobile"]
        figures = number_clean(given)
        if figures.startswith("1") and len(figures) >= 10 and not is_mobile(figures):
            raise forms.ValidationError(f"手机号码应是11位数字，现在是{len(figures)}位，请核对")
        if not 7 <= len(figures) <= 20:
            raise forms.ValidationError("这不是电话号码，请只填数字，固定电话带区号")
        return figures

    def clean(self) -> dict[str, Any]:
        """A matter of one's own rights needs a name."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("rights_matter") and "name" in data and not data["name"]:
            self.add_error("name", "您勾选了“关系到我本人的权益”，请留下姓名，否则单位无法核实")
        return data


class TrackForm(Trap):
    """Number and telephone, or number and query code."""

    number = CleanField(
        label="工单号",
        longest=40,
        help_text="提交后页面上或短信里的号码，例如 20260105-0012",
        error_messages={"required": "请填写工单号"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
    )
    phone = CleanField(
        label="手机号码或查询码",
        longest=40,
        help_text="提交时留的手机号码；没留手机的填查询码",
        error_messages={"required": "请填写手机号码或查询码"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CommentForm(forms.Form):
    """What the citizen thinks of it."""

    grade = pick("您对办理结果满意吗", radio=True)
    comment = CleanField(label="想说的话（可不填）", longest=1000, lines=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_options(self, "grade", options("hotline.satisfaction"))
        self.fields["grade"].error_messages["required"] = "请选一个"


class SupplementForm(forms.Form):
    """What the citizen forgot to say."""

    text = CleanField(
        label="要补充的情况",
        longest=SUPPLEMENT,
        lines=4,
        help_text="会转给办理的单位。原来写的内容不变",
        error_messages={"required": "请写明要补充的情况"},
    )
