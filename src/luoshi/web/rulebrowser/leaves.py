"""A rule's values as fields of a form: durations, numbers, people, texts, each labelled as users call it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from luoshi.engines.limits import Duration, LimitError, Unit
from luoshi.engines.rulebook import Authority, Condition, Gate, Limit, Route, Rule, Rulebook
from luoshi.rulemaking.texts import Path, leaves, name_of, put
from luoshi.web.rulebrowser.words import condition, fact_label

KEYS = {
    "title": "名称", "assumption": "没有写明处的读法", "duration": "时限", "add": "另加", "then": "再加", "is": "",
    "values": "", "table": "", "who": "由谁", "copied": "抄送", "stands_in": "代行", "in_person": "须本人办理", "reason": "理由",
    "fields": "要件", "label": "名称", "required": "必填", "min_length": "最少字数", "options": "选项", "hint": "说明",
    "template": "通知内容", "to": "发给", "statement": "情形", "advice": "告知的途径", "needs_reason": "须说明理由",
    "numbers": "电话", "conditions": "条件", "needs": "条件", "mend": "怎样补正", "firm": "必须具备", "steps": "环节",
    "alongside": "可同时进行", "order": "先后", "form": "表式", "routes": "途径", "subjects": "对象",
}  # fmt: skip
PEOPLE = frozenset({"who", "copied", "stands_in"})
SPLIT = "、"


class DurationWidget(forms.MultiWidget):
    """A number and its unit."""

    template_name = "rules/duration_widget.html"

    def __init__(self) -> None:
        units = [("none", "没有时限"), *((unit.value, unit.label) for unit in Unit)]
        super().__init__(
            [forms.NumberInput({"min": 1, "class": "form-control", "aria-label": "数量"}),
             forms.Select({"class": "form-select", "aria-label": "单位"}, units)]
        )  # fmt: skip

    def decompress(self, value: Any) -> list[Any]:
        """Split `4 working hours`."""
        try:
            duration = Duration.parse(str(value))
        except LimitError:
            return [None, "none"]
        return [duration.amount, duration.unit.value]


class DurationField(forms.MultiValueField):
    """A duration, or none."""

    def __init__(self, **more: Any) -> None:
        units = [("none", "没有时限"), *((unit.value, unit.label) for unit in Unit)]
        super().__init__(
            [forms.IntegerField(min_value=1, required=False), forms.ChoiceField(choices=units)],
            widget=DurationWidget(),
            require_all_fields=False,
            **more,
        )

    def compress(self, given: list[Any]) -> str:
        """Write `4 working hours`."""
        amount, unit = given if given else (None, "none")
        if unit == "none":
            return "none"
        if not amount:
            raise forms.ValidationError("请填写数量，或选“没有时限”")
        return str(Duration(amount, Unit(unit)))


class LeafForm(forms.Form):
    """The values of a rule that can be changed one by one, with the day, the document and the reason."""

    valid_from = forms.DateField(
        label="施行日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    document = forms.CharField(label="依据文件", max_length=200, help_text="文件名称和文号")
    reason = forms.CharField(label="修改理由", widget=forms.Textarea({"rows": 2}))

    def __init__(
        self, data: Any = None, *, entry: Mapping[str, Any], rule: Rule, book: Rulebook, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.entry = entry
        self.paths: dict[str, Path] = {}
        for path, value in leaves(entry):
            name = name_of(path)
            self.paths[name] = path
            self.fields[name] = _field(path, value, label=label_of(path, rule, book), book=book)

    def changed_entry(self) -> dict[str, Any]:
        """The rule with the values of the form."""
        import copy

        entry: dict[str, Any] = copy.deepcopy(dict(self.entry))
        for name, path in self.paths.items():
            put(entry, path, _kept(self.cleaned_data[name]))
        return entry


def _kept(value: Any) -> Any:
    """A form's value as YAML keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _field(path: Path, value: Any, *, label: str, book: Rulebook) -> forms.Field:
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    durations = {"duration", "add", "then"} & set(path)
    if durations and (key == "is" or path == ("duration",)):
        return DurationField(label=label, initial=value)
    if isinstance(value, list) and key in PEOPLE:
        return forms.MultipleChoiceField(
            label=label,
            choices=list(book.roles.items()),
            initial=value,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if isinstance(value, list):
        return ListField(label=label, initial=value, required=False)
    if isinstance(value, bool):
        return forms.BooleanField(label=label, initial=value, required=False)
    if isinstance(value, int | float):
        return forms.DecimalField(label=label, initial=value)
    if isinstance(value, date):
        return forms.DateField(
            label=label, initial=value, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        )
    text = "" if value is None else str(value)
    if len(text) > 40:
        return forms.CharField(label=label, initial=text, required=False, widget=forms.Textarea({"rows": 3}))
    return forms.CharField(label=label, initial=text, required=False)


class ListField(forms.CharField):
    """Several plain values with 、 between them; numbers stay numbers."""

    def prepare_value(self, value: Any) -> Any:
        """Join the values."""
        return SPLIT.join(str(item) for item in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Split the values."""
        parts = [part.strip() for part in str(super().clean(value) or "").split(SPLIT) if part.strip()]
        numbers = isinstance(self.initial, list) and all(type(item) is int for item in self.initial)
        if numbers and not all(part.lstrip("-").isdecimal() for part in parts):
            raise forms.ValidationError(f"这里写整数，用“{SPLIT}”隔开")
        return [int(part) for part in parts] if numbers else parts


def label_of(path: Path, rule: Rule, book: Rulebook) -> str:
    """What people call a value: the name of the key, with the case in which it holds."""
    said: list[str] = []
    for place, part in enumerate(path):
        if isinstance(part, int):
            said.append(_case(path[:place], part, rule, book) or f"第{part + 1}项")
        elif place and path[place - 1] == "values":
            said.append(fact_label(book, part))
        else:
            said.append(KEYS.get(part, fact_label(book, part)))
    return "：".join(word for word in said if word)


def _case(path: Path, number: int, rule: Rule, book: Rulebook) -> str:
    """The condition of a row of a table, or the title of a need, a step, a field."""
    rows: Any = None
    if isinstance(rule, Limit):
        named: dict[Path, Any] = {("duration",): rule.duration, ("add",): rule.add, ("then",): rule.then}
        rows = named.get(path)
    elif isinstance(rule, Authority) and path == ("table",):
        rows = rule.table
    elif isinstance(rule, Gate) and path == ("needs",):
        return rule.needs[number].title
    elif isinstance(rule, Route) and path == ("steps",):
        return rule.steps[number].title
    if rows is None or number >= len(rows):
        return ""
    when: Condition = rows[number].when
    return condition(book, rule, when) or "其他情形"
