"""The forms of topics, meeting papers and city-wide meetings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from luoshi.agenda.selectors import leaders_on
from luoshi.ledger import rules
from luoshi.ledger.errors import WrongState
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import Consultation, Topic
from luoshi.meetings.selectors.topics import studied
from luoshi.meetings.services.city import proposal_fields
from luoshi.meetings.services.materials import report_fields
from luoshi.meetings.services.topics import purposes
from luoshi.organisation import formkit
from luoshi.organisation.inputs import DateTimeLocalInput
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import today

text, make, seen = formkit.text, formkit.make, formkit.seen
SCHEMES = 4
PARTS = ("title", "text", "advantages", "drawbacks")


def known_options(rule: str) -> list[tuple[str, str]]:
    """The options of a choice today; none where the rulebook does not know it."""
    try:
        return formkit.pairs(rules_sessions.choice(rule, today()))
    except WrongState:
        return []


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of meeting with its categories, as one grouped choice (`executive:9`)."""
    found = []
    for kind in rules_sessions.kinds(today()).options:
        options = rules_sessions.choice(f"meetings.category_{kind.value}", today()).options
        found.append(
            (kind.label, [(f"{kind.value}:{one.value}", f"{one.value}. {one.label}") for one in options])
        )
    return found


def place_field(label: str = "提交会议和议题类别", *, required: bool = True) -> forms.ChoiceField:
    """Where a topic goes and under which category."""
    choices: list[Any] = places() if required else [("", "不变"), *places()]
    return forms.ChoiceField(label=label, choices=choices, required=required)


def split_place(value: str) -> dict[str, str]:
    """The kind and the category of a grouped choice."""
    kind, _, category = value.partition(":")
    return {"kind": kind, "category": category}


def units(label: str, *, required: bool = True, help_text: str = "") -> forms.ModelMultipleChoiceField[Body]:
    """Several bodies."""
    rows = Body.objects.filter(active=True, kind__in=UNITS).order_by("kind", "code")
    return forms.ModelMultipleChoiceField(
        label=label, queryset=rows, required=required, help_text=help_text,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip


UNITS = ("county", "committee", "department", "public_security", "enterprise", "other", "section")


class TopicForm(forms.Form):
    """A topic as its proposer fills it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = text("议题名称", longest=200)
        self.fields["version"] = seen()
        self.fields["place"] = place_field()
        self.fields["brief"] = text("内容概要", longest=4000, rows=4, required=False)
        self.fields["research"] = text("调研情况", longest=4000, rows=3, required=False)
        self.fields["points"] = text(
            "需议定事项",
            longest=4000,
            rows=4,
            required=False,
            help_text="每行一项，单独写清需要会议议定的事项",
        )
        subjects = known_options("meetings.subject")
        if subjects:
            self.fields["subject"] = forms.ChoiceField(
                label="专项领域", choices=[("", "不涉及"), *subjects], required=False,
                help_text="这些领域的问题，会前尤须与有关单位协商",
            )  # fmt: skip
        reserved = known_options("meetings.reserved")
        if reserved:
            self.fields["reserved"] = forms.ChoiceField(
                label="须经集体讨论的事项", choices=[("", "不属于"), *reserved], required=False,
                help_text="这些事项由全体会议或常务会议讨论决定",
            )  # fmt: skip
        themes = known_options("meetings.theme")
        if themes:
            self.fields["theme"] = forms.ChoiceField(
                label="专题", choices=[("", "无"), *themes], required=False
            )
        self.fields["major"] = forms.BooleanField(label="属“三重一大”事项", required=False)
        self.fields["scheme"] = forms.BooleanField(
            label="属重大决策方案", required=False, help_text="须附比较方案和利弊分析"
        )
        self.fields["normative"] = forms.BooleanField(label="属规范性文件草案", required=False)
        self.fields["studied_in"] = forms.ModelChoiceField(
            label="已由其他会议研究", queryset=studied(), required=False,
            help_text="须先经其他会议研究的，选择所研究的议题",
        )  # fmt: skip
        self.fields["public_attendees"] = text(
            "邀请各界列席",
            required=False,
            help_text="拟邀请的利益相关方、公众代表、专家、媒体等及理由；不邀请的留空",
        )


def topic_initial(topic: Topic) -> dict[str, Any]:
    """A topic as its form shows it."""
    keys = (
        "brief",
        "research",
        "subject",
        "reserved",
        "theme",
        "major",
        "scheme",
        "normative",
        "public_attendees",
    )
    values = {key: getattr(topic, key) for key in keys}
    return values | {
        "title": topic.matter.title,
        "version": topic.matter.version,
        "place": f"{topic.kind}:{topic.category}",
        "points": "\n".join(topic.points),
        "studied_in": topic.studied_in,
    }


def topic_values(data: dict[str, Any]) -> dict[str, Any]:
    """What the services take, from the form."""
    given = {key: value for key, value in data.items() if key not in ("place", "points", "version")}
    return given | split_place(data["place"]) | {"points": data["points"].splitlines()}


class SchemesForm(forms.Form):
    """Schemes side by side; those without a name are left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, SCHEMES + 1):
            self.fields[f"title{number}"] = text(f"方案{number}", longest=120, required=False)
            self.fields[f"text{number}"] = text("内容", longest=4000, rows=3, required=False)
            self.fields[f"advantages{number}"] = text("利", longest=2000, rows=2, required=False)
            self.fields[f"drawbacks{number}"] = text("弊", longest=2000, rows=2, required=False)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The schemes that were filled in."""
        found = []
        for number in range(1, SCHEMES + 1):
            row = {part: self.cleaned_data[f"{part}{number}"] for part in PARTS}
            if any(value.strip() for value in row.values()):
                found.append(row)
        return found


def consult_form(topic: Topic) -> type[forms.Form]:
    """Which units to ask."""
    return make(bodies=units("会签单位", help_text="按住 Ctrl 可多选；包括有关县（市、区）政府"))


def answer_form(row: Consultation) -> type[forms.Form]:
    """How the unit countersigns."""
    return make(
        reply=forms.ChoiceField(label="会签意见", choices=Consultation.Reply.choices),
        text=text("修改意见", longest=4000, rows=3, required=False, help_text="提出修改意见的须填写"),
        grounds=text("理由和依据", longest=4000, rows=3, required=False, help_text="不同意的须填写"),
        sealed=forms.BooleanField(label="本人签字同意上述意见，并已加盖单位公章", required=False),
    )


def attach_form(row: Any) -> type[forms.Form]:
    """A file and what it is for."""
    return make(
        purpose=forms.ChoiceField(label="附件用途", choices=[(one, one) for one in purposes()]),
        file=forms.FileField(label="文件"),
    )


class MaterialForm(forms.Form):
    """Meeting papers, part by part."""

    def __init__(self, *args: Any, normative: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"] = seen()
        for key, label in report_fields(timezone.now()):
            self.fields[key] = text(label, longest=8000, rows=4, required=False)
        self.fields["explanation"] = text(
            "起草说明",
            longest=20000,
            rows=6,
            required=False,
            help_text="规范性文件须提交；审议决定类不超过规定字数",
        )
        self.fields["longer"] = text(
            "超过字数的理由", required=False, help_text="汇报材料原则上控制字数，确需超过的写明理由"
        )
        self.fields["complex"] = forms.BooleanField(
            label="政策性强、内容复杂、涉及面广", required=False, help_text="由市长办提前送有关领导阅读"
        )


class CityForm(forms.Form):
    """A city-wide meeting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = text("会议名称", longest=200)
        self.fields["version"] = seen()
        self.fields["sort"] = forms.ChoiceField(label="会议类别", choices=known_options("meetings.city_sort"))
        self.fields["form"] = forms.ChoiceField(label="会议形式", choices=known_options("meetings.city_form"))
        self.fields["form_reason"] = text("不采用视频形式的理由", required=False)
        self.fields["starts_at"] = forms.DateTimeField(label="拟定时间", widget=DateTimeLocalInput())
        for key, label in proposal_fields(timezone.now()):
            self.fields[f"p_{key}"] = text(label, longest=4000, rows=2, required=False)
        self.fields["necessity"] = text(
            "召开理由",
            longest=2000,
            rows=3,
            required=False,
            help_text="以政府名义召开的，写明涉及全局性重要工作、确有必要的理由",
        )
        self.fields["department_matter"] = forms.BooleanField(
            label="属部门职责范围内应由部门召开的会议", required=False
        )
        self.fields["heads"] = forms.BooleanField(label="邀请县（市、区）政府负责人", required=False)
        self.fields["heads_reason"] = text("邀请的理由", required=False)
        self.fields["township_heads"] = forms.BooleanField(
            label="通知乡镇政府、部门主要负责人参会", required=False
        )
        self.fields["leaders"] = forms.MultipleChoiceField(
            label="拟出席的政府领导", required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.person_id), str(one)) for one in leaders_on(today())],
        )  # fmt: skip
        self.fields["leaders_reason"] = text("安排其他领导出席的理由", required=False)
        self.fields["second"] = text("年内再次召开的理由", required=False)
        self.fields["superior_notice"] = text(
            "通知或确定文件",
            longest=200,
            required=False,
            help_text="电视电话会议填上级通知；联席会议填确定牵头单位和召集人的文件",
        )
        self.fields["audience"] = text("收听收看范围", longest=2000, rows=2, required=False)
        self.fields["members"] = units("成员单位", required=False, help_text="联席会议填写")


def city_values(data: dict[str, Any]) -> dict[str, Any]:
    """What the services take, from the form."""
    own = {key: value for key, value in data.items() if not key.startswith("p_") and key != "version"}
    own["proposal"] = {key[2:]: value for key, value in data.items() if key.startswith("p_")}
    own["leaders"] = [int(one) for one in data["leaders"]]
    return own


def city_initial(city: Any) -> dict[str, Any]:
    """A city-wide meeting as its form shows it."""
    keys = (
        "sort", "form", "form_reason", "starts_at", "necessity", "department_matter", "heads", "heads_reason",
        "township_heads", "leaders_reason", "second", "superior_notice", "audience",
    )  # fmt: skip
    values = {key: getattr(city, key) for key in keys}
    values |= {"title": city.matter.title, "version": city.matter.version}
    values |= {f"p_{key}": value for key, value in city.proposal.items()}
    return values | {"leaders": [str(pk) for pk in city.leaders_attend], "members": city.members.all()}


def report_form(city: Any) -> type[forms.Form]:
    """What a joint meeting came to."""
    fields = {
        one.key: text(one.label, longest=4000, rows=3)
        for one in rules.current().content("meetings.joint_report", today()).fields
    }
    return make(**fields, important=forms.BooleanField(label="属重要事项，报分管领导审定", required=False))
