"""The forms of outgoing papers; their options come from the rulebook as of today."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from luoshi.documents import rules
from luoshi.documents.models import Countersign, Outgoing
from luoshi.documents.services.outgoing import section_for
from luoshi.documents.services.review import READERS
from luoshi.documents.services.signing import signers
from luoshi.documents.standing import facts_of
from luoshi.ledger import rules as book
from luoshi.ledger.actors import Actor
from luoshi.organisation import formkit
from luoshi.organisation.inputs import DateTimeLocalInput
from luoshi.organisation.models import Body, Person

__all__ = ["READERS"]
make = formkit.make
words = partial(formkit.text, longest=500)
day = partial(formkit.date, required=False)


def options(rule: str, *, empty: str = "") -> list[tuple[str, str]]:
    """The options of a choice of the rulebook, today."""
    return formkit.pairs(rules.choice(rule, timezone.now()), empty=empty)


def ticks(gate: str, facts: Mapping[str, Any]) -> dict[str, forms.Field]:
    """A tick for each point that a gate asks for; points in principle may be answered with a reason instead."""
    fields: dict[str, forms.Field] = {}
    for need in rules.gate(gate, timezone.now()).asked(facts):
        fields[need.key] = forms.BooleanField(label=need.title, required=False, help_text=need.mend)
        if not need.firm:
            fields[f"{need.key}_reason"] = words(
                f"{need.title}：不能确认的，写明理由", longest=300, required=False
            )
    return fields


def ticked(values: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The points of a form: true, or the reason given."""
    return {
        key: True if values.get(key) else values[f"{key}_reason"]
        for key in keys
        if values.get(key) or values.get(f"{key}_reason")
    }


SCREEN_FACTS = {"implements": True}
SCREEN = (
    "not_oral", "not_in_law", "has_substance", "not_upgraded", "beyond_department", "not_routine", "not_repeated",
    "not_relayed", "own_measures",
)  # fmt: skip


class NeedForm(forms.Form):
    """A need for a paper, with the points against issuing for nothing."""

    title = words("标题", longest=200)
    genre = forms.ChoiceField(label="文种")
    issued_as = forms.ChoiceField(label="发文名义", choices=Outgoing.IssuedAs.choices)
    addressee = forms.ChoiceField(label="行文对象")
    urgency = forms.ChoiceField(label="办理等级", choices=Outgoing.Urgency.choices)
    purpose = words("发文理由", rows=2)
    task = words(
        "工作事项", longest=100, required=False, help_text="同一工作一年内不能多次发文，按此查重；不填按标题"
    )
    repeat_reason = words(
        "再次发文的理由", required=False, help_text="一年内已就同一工作发过文的才填，由秘书长定"
    )
    wanted_on = day("要求发文日期", help_text="有时限的，请按规定提前报送代拟稿")
    policy = forms.BooleanField(label="政策性文件", required=False, help_text="须同时报送解读方案和解读材料")
    normative = forms.BooleanField(
        label="规范性文件", required=False, help_text="须经合法性审查和常务会议审议"
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "genre": options("documents.outgoing_genre"),
            "addressee": options("documents.addressee"),
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        self._bodies(actor)
        self.fields.update(trait_fields())
        if actor.can("documents.secret"):
            kept = rules.setting("documents.secrecy", timezone.now())["kept"]
            self.fields["secret_kind"] = forms.ChoiceField(
                label="涉密类别", required=False, choices=[("", "不涉密"), *kept.items()],
                help_text="国家秘密不得进入本平台",
            )  # fmt: skip
        self.fields.update(ticks("documents.need", SCREEN_FACTS))

    def _bodies(self, actor: Actor) -> None:
        body = Body.objects.filter(pk=actor.body_id or 0).first()
        sections = Body.objects.filter(kind=Body.Kind.SECTION, active=True).order_by("code")
        if body is not None and section_for(body, timezone.now()) is None:
            self.fields["section"] = forms.ModelChoiceField(label="承办科室", queryset=sections)
        if actor.can("documents.handle"):
            self.fields["body"] = forms.ModelChoiceField(
                label="起草单位", queryset=Body.objects.filter(active=True).order_by("kind", "code"), required=False,
                help_text="不填由本科室起草",
            )  # fmt: skip


def trait_fields(paper: Outgoing | None = None) -> dict[str, forms.Field]:
    """What else decides who signs."""
    held = paper.traits if paper is not None else {}
    flags = {
        "implements": "贯彻上级文件",
        "important": "涉及重大事项",
        "overall": "综合性、全局性事项，或者政府有明确要求",
        "formality": "属履行手续",
        "personnel": "人事任免",
        "regulation": "政府规章",
    }
    fields: dict[str, forms.Field] = {
        key: forms.BooleanField(label=label, required=False, initial=bool(held.get(key)))
        for key, label in flags.items()
    }
    fields["government_decision"] = forms.ChoiceField(
        label="政府重要决定",
        required=False,
        choices=options("documents.government_decision", empty="不是"),
        initial=held.get("government_decision", ""),
    )
    fields["speaker"] = forms.ModelChoiceField(
        label="讲话的领导",
        queryset=speakers(),
        required=False,
        initial=held.get("speaker"),
        help_text="印发领导讲话时选",
    )
    return fields


def speakers() -> Any:
    """The leaders whose speeches may be printed."""
    from luoshi.agenda import selectors as agenda
    from luoshi.organisation.selectors import local_day

    offices = ("mayor", "executive_vice_mayor", "vice_mayor")
    leaders = agenda.leaders_on(local_day(timezone.now()))
    return Person.objects.filter(pk__in=[one.person_id for one in leaders if one.office in offices])


def traits_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The traits that a form gives."""
    keys = (
        "implements",
        "important",
        "overall",
        "formality",
        "personnel",
        "regulation",
        "government_decision",
    )
    found = {key: values[key] for key in keys if key in values}
    if values.get("speaker") is not None:
        found["speaker"] = values["speaker"].pk
    return found


class DraftForm(forms.Form):
    """The draft and everything around it."""

    title = words("标题", longest=200)
    addressees = words("主送机关", required=False)
    text = words(
        "正文", longest=50_000, rows=16, required=False, help_text="一行一段；层次用 一、（一）1.（1）"
    )
    annexes = words("附件名称", longest=2000, rows=2, required=False, help_text="一行一个")
    copies = words("抄送机关", required=False)
    remark = words("附注", longest=200, required=False, help_text="不填时按公开属性注明")
    basis = words("发文依据", required=False)
    disclosure = forms.ChoiceField(label="公开属性", required=False)
    disclosure_reason = words(
        "公开属性的理由", required=False, help_text="依申请公开、不予公开的，须依法依规写明理由"
    )
    policy = forms.BooleanField(label="政策性文件", required=False)
    normative = forms.BooleanField(label="规范性文件", required=False)
    interpretation_plan = words("解读方案", longest=20_000, rows=4, required=False)
    interpretation_material = words("解读材料", longest=20_000, rows=6, required=False)
    wanted_on = day("要求发文日期")
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, paper: Outgoing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disclosure"].choices = options("documents.disclosure", empty="请选择")  # type: ignore[attr-defined]
        self.fields.update(trait_fields(paper))


def first_review_form(paper: Outgoing) -> type[forms.Form]:
    """The section's first review."""
    return make(**ticks("documents.first_review", facts_of(paper)), opinion=words("意见", required=False))


def check_form(paper: Outgoing) -> type[forms.Form]:
    """The secretariat's check."""
    return make(**ticks("documents.check", facts_of(paper)), opinion=words("意见", required=False))


def screen_form(paper: Outgoing) -> type[forms.Form]:
    """The points against issuing for nothing."""
    fields = ticks("documents.need", {**facts_of(paper, passed=False), "repeated": False})
    for key, value in paper.screen.items():
        if key in fields:
            fields[key].initial = value is True
    return make(**fields)


def slip_form(paper: Outgoing) -> type[forms.Form]:
    """The slip by which a paper goes up."""
    return make(
        basis=words("发文依据", initial=paper.basis),
        section_head=words("科室负责人姓名", longest=40, initial=paper.section_head),
    )


def raised_field(*, required: bool = False) -> forms.ChoiceField:
    """To whom a paper goes on although another could sign."""
    titles = rules_titles("mayor", "executive_vice_mayor", "vice_mayor")
    return forms.ChoiceField(
        label="报签", required=required, choices=titles if required else [("", "按权限表"), *titles]
    )


def rules_titles(*roles: str) -> list[tuple[str, str]]:
    """Offices with their titles under this rulebook."""
    titles = book.current().roles
    return [(role, titles.get(role, role)) for role in roles]


def present_form(paper: Outgoing) -> type[forms.Form]:
    """The secretary-general's opinion, judgement and choice of who signs."""
    people = signers(paper, at=timezone.now()).people
    return make(
        opinion=words("呈批意见"),
        important=forms.BooleanField(
            label="重要文件", required=False, initial=bool(paper.traits.get("important"))
        ),
        raised_to=raised_field(),
        signer=forms.ModelChoiceField(
            label="送签领导",
            queryset=Person.objects.filter(pk__in=[one.person.pk for one in people]),
            required=False,
            help_text="不选送权限表的第一位；改判重要与否后按新的权限核对",
        ),
    )


def consult_form(paper: Outgoing) -> type[forms.Form]:
    """Whom to ask, how, and until when."""
    bodies = Body.objects.filter(active=True).exclude(pk=paper.drafted_by_id).order_by("kind", "code")
    return make(
        body=forms.ModelChoiceField(label="单位", queryset=bodies),
        kind=forms.ChoiceField(label="方式", choices=Countersign.Kind.choices),
        due=forms.DateTimeField(
            label="回复时限", widget=DateTimeLocalInput(), required=False, help_text="不填按规定的时限"
        ),
    )


def print_form(paper: Outgoing) -> type[forms.Form]:
    """To whom the printed paper goes."""
    bodies = Body.objects.filter(active=True).exclude(kind=Body.Kind.SECTION).order_by("kind", "code")
    return make(
        bodies=forms.ModelMultipleChoiceField(
            label="发送单位", queryset=bodies, required=False, widget=forms.CheckboxSelectMultiple,
            help_text="收文单位在网上签收",
        ),
        printed_on=day("印发日期", help_text="不填为今天"),
    )  # fmt: skip


def disclosure_form(paper: Outgoing) -> type[forms.Form]:
    """A change of the attribute, which is approved anew."""
    return make(
        disclosure=forms.ChoiceField(label="公开属性", choices=options("documents.disclosure")),
        reason=words("变更的依据和理由"),
    )


def topic_form(paper: Outgoing) -> type[forms.Form]:
    """Under which category of the executive meeting the paper is proposed."""
    return make(
        category=forms.ChoiceField(label="议题类别", choices=options("meetings.category_executive")),
        brief=words("内容概要", longest=2000, rows=3, required=False),
    )
