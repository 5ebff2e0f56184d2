"""The forms of the pages. What is right is decided by the services; forms only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from luoshi.appointments import rules
from luoshi.appointments.models import Act
from luoshi.decisions.models import Decision
from luoshi.organisation import formkit
from luoshi.organisation.models import Body, Person
from luoshi.organisation.pagekit import today

if TYPE_CHECKING:
    from luoshi.appointments.services import ActSpec

    BodyField = forms.ModelChoiceField[Body]
    DecisionField = forms.ModelChoiceField[Decision]
else:
    BodyField = DecisionField = forms.ModelChoiceField

text, make, day = formkit.text, formkit.make, formkit.date
SEXES = [("", "不写"), ("女", "女"), ("男", "男")]
PASSED_SHOWN = 100


def whole(label: str, *, most: int) -> Any:
    """A whole number from 0 on."""
    return forms.IntegerField(label=label, min_value=0, max_value=most)


def split(value: str) -> list[str]:
    """The lines of a text that lists one thing on each."""
    return [one.strip() for one in value.splitlines() if one.strip()]


def bodies() -> Any:
    """Every body in use."""
    return Body.objects.filter(active=True, jurisdiction=settings.JURISDICTION).order_by("kind", "code")


class BodyChoice(BodyField):
    """Bodies by name."""

    def label_from_instance(self, obj: Body) -> str:
        """三门峡市教育局."""
        return obj.name


class DecisionChoice(DecisionField):
    """Collective decisions by title and day."""

    def label_from_instance(self, obj: Decision) -> str:
        """研究人事任免（2017-11-06）."""
        return f"{obj.matter.title}（{obj.decided_at:%Y-%m-%d}）" if obj.decided_at else str(obj.matter.title)


class NoticeForm(forms.Form):
    """The head of a notice."""

    title = text("标题", longest=120, required=False, help_text="不填则按正文首位姓名和人数自动拟写")
    party_document = text("党委决定文号", longest=100, required=False, help_text="签署前须填写")
    closing = text("结尾所称职务", longest=40, required=False, help_text="如：行政职务、行政及企业职务")
    addressees = text("主送", longest=1000, rows=4, help_text="每行一个")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OpenForm(forms.Form):
    """A new notice."""

    party_document = text("党委决定文号", longest=100, required=False, help_text="可以稍后填写，签署前须有")
    closing = text("结尾所称职务", longest=40, required=False, help_text="如：行政职务、行政及企业职务")


class ActForm(forms.Form):
    """One person, one post, one action."""

    name = text("姓名", longest=40)
    action = forms.ChoiceField(label="动作")
    organisation = text(
        "机构", longest=100, help_text="照印发文字填写；末尾括号内为同一机构的另一名称", required=False
    )
    title = text("职务", longest=60)
    rank = text("职级", longest=20, required=False, help_text="只在须明确时写，如：正县级、副县级")
    sex = forms.ChoiceField(label="性别", choices=SEXES, required=False, help_text="通知在姓名后括注的才填")
    probation = forms.BooleanField(
        label="注明试用期一年", required=False, help_text="一人任两职的，注在最后一职，及于全部任职"
    )
    head = forms.BooleanField(label="该机构的主要负责人", required=False)
    acting = forms.ChoiceField(label="代理或主持工作", choices=Act.Acting.choices, required=False)
    procedure = forms.ChoiceField(
        label="另须程序", required=False, help_text="未完成的显示“待办理”，完成后才生效"
    )
    body = BodyChoice(
        label="机构名册",
        queryset=Body.objects.none(),
        required=False,
        empty_label="按名称查找",
        help_text="名称有出入、按名称找不到时选择",
    )
    person = forms.IntegerField(
        label="人员编号", required=False, help_text="名册中有同名人员时填写", min_value=1
    )
    note = text("说明", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(one.value, one.label) for one in rules.choice("appointments.action", today()).options]
        self.fields["action"].choices = options  # type: ignore[attr-defined]
        self.fields["procedure"].choices = [("auto", "按职务判断"), *Act.Procedure.choices]  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies()  # type: ignore[attr-defined]

    def spec(self) -> ActSpec:
        """What was entered. Errors: Incomplete for a person whom the register does not know."""
        from luoshi.appointments.services import ActSpec
        from luoshi.ledger.errors import Incomplete

        data = dict(self.cleaned_data)
        number = data.pop("person")
        person = Person.objects.filter(pk=number, active=True).first() if number else None
        if number and person is None:
            raise Incomplete(f"名册中没有编号为{number}的在岗人员", field="person")
        procedure = data.pop("procedure") or ""
        return ActSpec(**data, person=person, procedure=None if procedure == "auto" else procedure)


class RenamingForm(forms.Form):
    """A change of name."""

    target = BodyChoice(label="机构", queryset=Body.objects.none(), empty_label="请选择")
    new_name = text("新名称", longest=100)
    new_short_name = text("新简称", longest=40, required=False, help_text="不填则简称不变")
    basis = text("更名依据", longest=1000, rows=3, help_text="上级文件的文号，每行一个")
    plates = text(
        "加挂牌子", longest=1000, rows=2, required=False, help_text="每行一个；指同一个机构，不另设机构"
    )
    aliases = text("简称和习称", longest=1000, rows=2, required=False, help_text="每行一个，检索时可用")
    addressees = text("主送", longest=1000, rows=4, required=False, help_text="每行一个；不填取规定的主送")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = bodies()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the services take: lists for what stands one on each line."""
        listed = {key: split(self.cleaned_data[key]) for key in ("basis", "plates", "aliases", "addressees")}
        return {**self.cleaned_data, **listed}


class RenamingEditForm(RenamingForm):
    """A change of name whose body is settled."""

    target = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)


class PlacementForm(forms.Form):
    """A main member unit."""

    unit = BodyChoice(label="主要成员单位", queryset=Body.objects.none(), empty_label="请选择")
    document = text("名单依据", longest=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = bodies().filter(placement__isnull=True)  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A file of past notices."""

    file = forms.FileField(label="YAML文件", help_text="格式见使用手册“任免通知补录”，不超过2 MB")


def decision_form(row: Any) -> type[forms.Form]:
    """A choice among the latest collective decisions that were passed."""
    newest = Decision.objects.filter(jurisdiction=settings.JURISDICTION, outcome="passed").order_by("-pk")
    rows = Decision.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[:PASSED_SHOWN]))
    return make(
        decision=DecisionChoice(
            label="集体决策",
            queryset=rows.select_related("matter").order_by("-pk"),
            empty_label="请选择",
            help_text="只列会议已通过的事项",
        )
    )
