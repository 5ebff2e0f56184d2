"""The forms of sheets, appeals and what follows from a year's results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from luoshi.assessment.services.revising import Correction, Number
from luoshi.organisation.inputs import DateInput


def _area(label: str, *, rows: int = 3, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class CloseForm(forms.Form):
    """Closing; a reason where something is not settled yet."""

    anyway = _area("仍要结账的理由", rows=2, required=False, help_text="有未尽事项时填写，随成绩单保存")


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = _area("理由", rows=2)


class OpinionForm(forms.Form):
    """Why a draft is sent back."""

    opinion = _area("退回意见", rows=2)


class SeveralFiles(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """All files that were chosen."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Clean each file. Errors: ValidationError for an empty one."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in chosen if one]


class AppealForm(forms.Form):
    """What an appeal holds besides the items; which parts are required the rulebook says."""

    reason = _area("申诉理由", required=False, help_text="必填：哪一件、什么情况、为什么应当更正")
    basis = _area("依据", required=False, help_text="必填：规定的条款或系统记录")
    demand = _area("要求", rows=2, required=False, help_text="必填：要求更正什么")
    attachments = FilesField(
        label="证明材料", required=False, help_text="必填：可选多个文件，PDF、图片、Word、表格"
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A count that a draft may correct: the scheme's name, its label, the value now, and whether it needs no case."""

    name: str
    label: str
    now: Number
    without_case: bool


class DraftForm(forms.Form):
    """A drafted decision: for or against, why, and for each count the new value with case and reason."""

    accepts = forms.ChoiceField(
        label="处理意见",
        choices=[("yes", "申诉成立，更正计数"), ("no", "申诉不成立，维持原分值")],
        widget=forms.RadioSelect,
    )
    opinion = _area("事实和理由", rows=4)

    def __init__(
        self,
        *args: Any,
        counts: Sequence[Counted],
        day: dt.date,
        kept: Mapping[str, Correction] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.counts = counts
        for one in counts:
            stands = (kept or {}).get(one.name)
            self.fields[f"to-{one.name}"] = forms.DecimalField(
                label="更正为（不更正的不填）",
                required=False,
                min_value=Decimal(0),
                max_digits=12,
                decimal_places=2,
                initial=stands.after if stands else None,
            )
            self.fields[f"day-{one.name}"] = forms.DateField(
                label="计入日期", required=False, widget=DateInput(), initial=stands.day if stands else day
            )
            self.fields[f"case-{one.name}"] = forms.CharField(
                label="工单或登记编号（可不填）" if one.without_case else "工单或登记编号",
                required=False,
                max_length=40,
                initial=stands.case if stands else "",
            )
            self.fields[f"why-{one.name}"] = forms.CharField(
                label="更正原因", required=False, max_length=300, initial=stands.why if stands else ""
            )
        self._day = day

    def rows(self) -> list[dict[str, Any]]:
        """Each count with its fields, for the page."""
        return [
            {"count": one, **{key: self[f"{key}-{one.name}"] for key in ("to", "day", "case", "why")}}
            for one in self.counts
        ]

    def corrections(self) -> list[Correction]:
        """What was filled in."""
        data = self.cleaned_data
        return [
            Correction(
                one.name,
                one.now,
                _whole(data[f"to-{one.name}"]),
                data[f"day-{one.name}"] or self._day,
                data[f"case-{one.name}"].strip(),
                data[f"why-{one.name}"].strip(),
            )
            for one in self.counts
            if data.get(f"to-{one.name}") is not None
        ]


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value


class ConsequenceForm(forms.Form):
    """What was decided on a unit, or one of its people."""

    body = forms.TypedChoiceField(label="单位", coerce=int)
    kind = forms.ChoiceField(label="结果运用")
    person = forms.CharField(
        label="个人", required=False, max_length=80, help_text="评先、表彰到个人时填写姓名"
    )
    reason = _area("事由", rows=2)
    document = forms.CharField(label="文件名称和文号", max_length=120)
    dated = forms.DateField(label="文件日期", widget=DateInput())

    def __init__(
        self, *args: Any, bodies: Sequence[tuple[int, str]], kinds: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", "请选择单位"), *bodies]  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
