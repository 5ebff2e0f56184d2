"""The forms of the pages."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from luoshi.decisions import rules
from luoshi.decisions.models import Decision, Issuer, LegalityReview, Normative, Outcome, View, Weight
from luoshi.decisions.services.proposing import kinds_known
from luoshi.decisions.standing import TRAITS
from luoshi.ledger.models import Secrecy
from luoshi.organisation import formkit

Pairs = formkit.Pairs
one, flag, date, make = formkit.one, formkit.flag, formkit.date, formkit.make
text = partial(formkit.text, longest=200)
file = partial(formkit.file, help_text="PDF、图片或文档")
COMMITTEES = {"party": "在市委审定清单之列", "congress": "在市人大常委会审议清单之列"}


def many(
    label: str, choices: Pairs, *, required: bool = False, help_text: str = "", initial: Any = None
) -> Any:
    """Several of a list, as boxes."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, widget=forms.CheckboxSelectMultiple, help_text=help_text,
        initial=initial,
    )  # fmt: skip


def bodies() -> Pairs:
    """Every body in use."""
    return [(body.code, body.name) for body in formkit.bodies()]


def options(rule: str, at: dt.datetime) -> Pairs:
    """The options of a choice of the rulebook."""
    return formkit.pairs(rules.choice(rule, at))


def subjects(at: dt.datetime) -> list[tuple[str, Pairs]]:
    """What a matter may be about, by category."""
    groups = dict(options("decisions.category", at))
    found: dict[str, Pairs] = {label: [] for label in groups.values()}
    for option in rules.choice("decisions.subject", at).options:
        found[groups[option.hint.partition(".")[0]]].append((option.value, option.label))
    return list(found.items())


def kinds(at: dt.datetime) -> Pairs:
    """Every kind of major matter."""
    return [(key, f"{key} {title}") for key, title in kinds_known(at).items()]


def decision_form(decision: Decision | None = None) -> type[forms.Form]:
    """A matter as it is put forward, or changed."""
    at = timezone.now()
    fields: dict[str, Any] = {
        "title": text("标题"),
        "subjects": forms.MultipleChoiceField(
            label="事项内容",
            choices=subjects(at),
            widget=forms.SelectMultiple(attrs={"size": 12}),
            help_text="可选多项（按住Ctrl或长按）；所属类别由此自动认定，可同时属于几类",
        ),
        "summary": text("主要内容", longest=8000, rows=5),
        "basis": text("法律政策依据", longest=4000, rows=3, required=False),
        "competence": text("职权依据", longest=4000, rows=2, required=False),
        "amount": text("金额（元）", longest=20, required=False),
        "funds": one("资金来源", [("", "不涉及"), *options("decisions.funds", at)], required=False),
        "traits": many("情形", list(TRAITS.items())),
        "involved": forms.MultipleChoiceField(
            label="涉及的其他单位",
            choices=bodies(),
            required=False,
            widget=forms.SelectMultiple(attrs={"size": 8}),
        ),
    }
    for number, label in ((1, "方案一"), (2, "方案二"), (3, "方案三")):
        fields[f"option{number}"] = text(label, required=False)
        fields[f"gains{number}"] = text(f"{label}的利", longest=2000, rows=2, required=False)
        fields[f"drawbacks{number}"] = text(f"{label}的弊", longest=2000, rows=2, required=False)
    fields["single_reason"] = text("只有一个方案的理由", longest=2000, rows=2, required=False)
    if decision is not None:
        fields["version"] = formkit.seen(decision.matter.version)
    else:
        fields["weight"] = one("程度", list(Weight.choices))
        fields["secrecy"] = one("密级", list(Secrecy.choices), required=False)
        fields["replaces"] = forms.IntegerField(
            label="取代的原决定编号", required=False, help_text="因不可预知因素确需变更原决定的填写"
        )
    return make(**fields)


def decision_initial(decision: Decision) -> dict[str, Any]:
    """What stands of a matter, for its form."""
    said: dict[str, Any] = {
        "title": decision.matter.title, "subjects": decision.subjects, "summary": decision.summary,
        "basis": decision.basis, "competence": decision.competence, "amount": decision.amount,
        "funds": decision.funds, "involved": decision.involved, "single_reason": decision.single_reason,
        "traits": [name for name in TRAITS if decision.traits.get(name)],
    }  # fmt: skip
    for number, option in enumerate(decision.options, start=1):
        said |= {
            f"option{number}": option["title"],
            f"gains{number}": option["gains"],
            f"drawbacks{number}": option["drawbacks"],
        }
    return said


def step_form(key: str, at: dt.datetime) -> type[forms.Form]:
    """The record of a step: what the rulebook asks for, its form, days of a publicity, the paper."""
    content = rules.content_or_none(f"decisions.{key}", at)
    fields: dict[str, Any] = {}
    choice = rules.choice_or_none(f"decisions.{key}_form", at)
    if choice is not None:
        fields["form"] = one("形式", [(option.value, option.label) for option in choice.options])
        if set(choice.values) & set(rules.setting("decisions.records", at)["counted_forms"]):
            fields["since"] = date("公示开始日期", required=False)
            fields["until"] = date("公示结束日期", required=False)
    for field in content.fields if content else ():
        fields[field.key] = text(field.label, longest=8000, rows=3, required=field.required)
    fields["file"] = file(required=key in rules.setting("decisions.records", at)["attached"])
    return make(**fields)


def opinion_form(decision: Decision) -> type[forms.Form]:
    """A member's opinion."""
    return make(
        view=forms.ChoiceField(label="我的意见", choices=View.choices, widget=forms.RadioSelect),
        reason=text("理由", longest=4000, rows=4, help_text="同意、不同意、缓议都须说明理由"),
    )


def conclusion_form(decision: Decision) -> type[forms.Form]:
    """The last word of the one in the chair."""
    return make(
        view=forms.ChoiceField(label="本人意见", choices=View.choices, widget=forms.RadioSelect),
        outcome=forms.ChoiceField(label="结论", choices=Outcome.choices, widget=forms.RadioSelect),
        conclusion=text("结论性意见", longest=8000, rows=5, help_text="通过后即为决定内容"),
        divided=flag("意见分歧较大"),
        unclear=flag("有重大问题不清楚"),
        reason=text("与多数表态不同或没有多数时的理由", longest=4000, rows=3, required=False),
    )


def normative_form(normative: Normative | None = None) -> type[forms.Form]:
    """A normative document's draft with what it rests on."""
    at = timezone.now()
    start: Any = normative
    said: dict[str, Any] = (
        {name: getattr(start, name) for name in NORMATIVE_FIELDS} if normative else {"departments": 1}
    )
    fields: dict[str, Any] = {
        "title": text("文件名称", initial=normative.matter.title if normative else ""),
        "issuer": one("制定机关", list(Issuer.choices)),
        "form": one("文种", options("decisions.normative_form", at)),
        "important": flag("属重要的规范性文件"),
        "departments": forms.IntegerField(label="涉及职权的部门数", min_value=1),
        "joint": forms.MultipleChoiceField(
            label="联合制定的单位", choices=bodies(), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
        ),
        "sensitive": many("敏感事项", options("decisions.sensitive", at)),
        "prior": text("事先请示的文号", longest=100, required=False),
        "upper_law": text("上位法依据", longest=4000, rows=3, required=False),
        "competence": text("职权依据", longest=4000, rows=2, required=False),
        "consulted": text("征求意见情况", longest=8000, rows=3, required=False),
        "explanation": text("起草说明", longest=20000, rows=4, required=False),
        "draft": text("待审稿", longest=60000, rows=10, required=False),
    }  # fmt: skip
    for name, value in said.items():
        fields[name].initial = value
    return make(**fields)


NORMATIVE_FIELDS = (
    "issuer", "form", "important", "departments", "joint", "sensitive", "prior", "upper_law", "competence", "consulted",
    "explanation", "draft",
)  # fmt: skip


def review_form(review: LegalityReview) -> type[forms.Form]:
    """The legal office's opinion."""
    return make(
        result=one("结论", list(LegalityReview.Result.choices)),
        opinion=text("审查意见", longest=8000, rows=5),
        file=file("合法性审查报告"),
    )
