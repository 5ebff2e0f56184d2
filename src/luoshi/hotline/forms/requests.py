"""Forms of the platform for a request: taking it in, classifying, dispatching and what follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from luoshi.hotline.forms.base import (
    MatterForm,
    MomentField,
    Radios,
    line,
    options,
    pick,
    set_options,
    text,
    tick,
)
from luoshi.hotline.forms.categories import CategoryField
from luoshi.hotline.forms.units import UnitField, UnitsField
from luoshi.ledger.prepared import prepared
from luoshi.organisation.inputs import PhoneInput
from luoshi.organisation.models import Body

PARTS = 4


class IntakeForm(forms.Form):
    """What the agent writes down during a call, in the order in which it is said."""

    channel = pick("来件渠道")
    mobile = forms.CharField(
        label="联系手机", required=False, max_length=30, widget=PhoneInput(attrs={"autofocus": True})
    )
    name = line("姓名", required=False, length=60)
    phone = forms.CharField(label="其他电话", required=False, max_length=30, widget=PhoneInput)
    email = line("电子邮箱", required=False, length=120)
    fax = line("传真号码", required=False, length=30)
    account = line("微信或微博账号", required=False, length=80)
    address = line("住址", required=False)
    transferred_at = MomentField(label="110转来时间", required=False)
    kind = pick("诉求类型", radio=True)
    content = text("诉求内容", rows=6)
    title = line("标题", required=False, length=100, help="不填则取内容开头；标题里不要写姓名、电话")
    place = line("事发地点", required=False)
    area = pick("属地", required=False)
    category = CategoryField(label="内容分类", required=False)
    urgency = pick("紧急程度", radio=True)
    urgency_basis = line("紧急依据", required=False, help="紧急件请写明为何紧急")
    wants_public = forms.BooleanField(label="诉求人愿意公开办理", required=False, initial=True)
    rights_matter = tick("属维护自身权益的诉求")
    conduct_matter = tick("反映机关干部效能问题", help="将以内部批转办理")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("channel", "kind", "urgency"):
            set_options(self, name, options(f"hotline.{name}"))
        set_options(self, "area", _areas())
        self.initial.setdefault("channel", "phone")
        self.initial.setdefault("kind", "help")
        self.initial.setdefault("urgency", "routine")


def _areas() -> list[tuple[str, str]]:
    return [("", "未定"), *((str(body.pk), body.short_name) for body in _areas_known())]


@prepared
def _areas_known() -> QuerySet[Body]:
    return Body.objects.filter(active=True, kind__in=["county", "committee"]).order_by("kind", "code")


class ClassifyForm(MatterForm):
    """Internal or public handling."""

    handling = pick("办理方式", radio=True)
    ground = pick("内部批转情形", required=False)
    note = text("理由", rows=2, required=False)

    def prepare(self) -> None:
        """Options of the day."""
        self.set_options("handling", options("hotline.handling"))
        self.set_options("ground", options("hotline.internal_ground", blank="(公开办理不填)"))


class DispatchForm(MatterForm):
    """Which units do what by when: one unit, a lead with assisting units, or a part for each of several."""

    partial = "hotline/_dispatch_form.html"

    mode = forms.ChoiceField(
        label="派单方式",
        widget=Radios(),
        initial="sole",
        choices=[
            ("sole", "一个单位承办"),
            ("lead", "一个主办，其他协办"),
            ("parallel", "分办，各办各的问题"),
        ],
    )
    unit = UnitField(label="承办（主办）单位", required=False)
    assists = UnitsField(label="协办单位", required=False)
    instruction = text("处置指令", rows=3, help="要单位查什么、办什么、答复什么")
    principle = pick("批转依据", radio=True)
    urgency = pick("紧急程度", radio=True)
    urgency_basis = line("紧急依据", required=False, help="定为紧急的，写明为何紧急")
    assist_extra = tick("紧急件也给主协办单位增加2个工作日")
    due_set = MomentField(label="另定办结时限", required=False, help_text="不填则按规定计算")
    onsite = tick("需要现场处置", help="从派单起计算到达现场的时限")
    handling = pick("办理方式", required=False)
    internal_ground = pick("内部批转情形", required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def prepare(self) -> None:
        """Choices of the day, and the rows for parts."""
        self.set_options("principle", options("hotline.routing_principle"))
        self.set_options("urgency", options("hotline.urgency"))
        self.set_options("handling", options("hotline.handling", blank="按规定（默认公开）"))
        self.set_options("internal_ground", options("hotline.internal_ground", blank="公开办理的不填"))
        if self.subject is not None:
            self.initial.setdefault("urgency", self.subject.urgency)
            self.initial.setdefault("urgency_basis", self.subject.urgency_basis)
        for number in range(1, PARTS + 1):
            self.fields[f"unit_{number}"] = UnitField(label=f"分办单位{number}", required=False)
            self.fields[f"part_{number}"] = line(f"所办问题{number}", required=False, length=300)

    @property
    def parts(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows for parts: unit and problem."""
        return [(self[f"unit_{number}"], self[f"part_{number}"]) for number in range(1, PARTS + 1)]

    def clean(self) -> dict[str, Any]:
        """The units fit the way of dispatching."""
        data: dict[str, Any] = super().clean() or {}
        mode = data.get("mode")
        for name in self._unasked(mode):
            self.errors.pop(name, None)
        if mode in {"sole", "lead"} and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "请选择承办单位")
        if mode == "lead" and not data.get("assists"):
            self.add_error("assists", "主协办至少要有一个协办单位")
        if mode == "parallel":
            self._clean_parts(data)
        return data

    def _unasked(self, mode: str | None) -> list[str]:
        """Fields that this way of dispatching does not ask for; what stands in them does not matter."""
        parts = [f"{name}_{number}" for name in ("unit", "part") for number in range(1, PARTS + 1)]
        return ["unit", "assists"] if mode == "parallel" else parts + (["assists"] if mode == "sole" else [])

    def _clean_parts(self, data: dict[str, Any]) -> None:
        for number in range(1, PARTS + 1):
            unit, part = data.get(f"unit_{number}"), data.get(f"part_{number}")
            missing = f"part_{number}" if unit else f"unit_{number}"
            if bool(unit) != bool(part) and missing not in self.errors:
                self.add_error(missing, "单位和所办问题要一起填写")
        if not self.errors and not any(data.get(f"unit_{number}") for number in range(1, PARTS + 1)):
            self.add_error("unit_1", "请填写各单位和所办的问题")


class RefuseForm(MatterForm):
    """On which of the eleven grounds; what each further needs."""

    code = pick("不予受理的情形")
    reason = text("具体理由", rows=2, required=False, help="“其他”一项必须写明；内容会告知诉求人")
    route = pick("应走的法定途径", required=False)
    own_rights = tick("属维护自身权益")
    no_identity = tick("没有提供实名或联系方式")
    cannot_verify = tick("因此无法核实")
    number = pick("已提示或转接的紧急电话", required=False)
    transferred = tick("已转接(不勾选即口头提示)")
    told_now = tick("已在通话中当场告知")

    def prepare(self) -> None:
        """The grounds of the day."""
        from django.utils import timezone

        from luoshi.hotline.services.refusing import grounds_on

        grounds = grounds_on(timezone.now())
        self.set_options("code", [("", "请选择"), *((g.code, f"({g.code}) {g.title}") for g in grounds)])
        if self.subject is not None:
            self.initial.setdefault("own_rights", self.subject.rights_matter)
        routes = [route for ground in grounds for route in ground.routes]
        self.set_options("route", [("", "(不涉及)"), *((route, route) for route in dict.fromkeys(routes))])
        numbers = [number for ground in grounds for number in ground.numbers]
        self.set_options(
            "number", [("", "(不涉及)"), *((number, number) for number in dict.fromkeys(numbers))]
        )


class CallForm(MatterForm):
    """A three-way call or a transfer to a unit."""

    kind = forms.ChoiceField(
        label="方式",
        widget=Radios(),
        choices=[("three_way", "三方通话"), ("transfer", "转接")],
        initial="three_way",
    )
    unit = UnitField(label="接通单位")
    to = line("接听人或部门", length=80)
    connected = forms.BooleanField(label="已接通", required=False, initial=True)
    note = line("结果", required=False)


class AnswerForm(MatterForm):
    """The answer given at once, and from where it came."""

    means = forms.ChoiceField(
        label="答复方式",
        widget=Radios(),
        initial="knowledge",
        choices=[("knowledge", "依据知识库"), ("three_way", "三方通话"), ("transfer", "转接")],
    )
    entry = forms.CharField(
        label="知识条目编号", required=False, max_length=12, help_text="按右侧知识库的“以此答复”，不必填写"
    )
    unit = UnitField(label="接通的单位", required=False, help_text="依据知识库的不填")
    answer = text("答复内容", rows=4, required=False, help="依据知识库的，不填即用条目原文")
    told_now = forms.BooleanField(label="已在通话中当场答复", required=False, initial=True)


class NotAgainForm(MatterForm):
    """Why a repeated request is not dispatched again."""

    ground = pick("依据", radio=True)
    reason = text("理由", rows=2)
    told_now = tick("已在通话中当场告知")

    def prepare(self) -> None:
        """The grounds of the day."""
        self.set_options("ground", options("hotline.no_redispatch_ground"))


class LinkForm(MatterForm):
    """The same issue of the same person as an earlier request, or not."""

    number = line("较早一件的编号", length=40)
    kind = pick("关系", radio=True)
    note = line("说明", required=False, length=300)

    def prepare(self) -> None:
        """The kinds of the day."""
        self.set_options("kind", options("hotline.link_kind"))


class RemarkForm(MatterForm):
    """A remark in the record."""

    note = text("备注", rows=2)


class OfferForm(MatterForm):
    """The conditions of the voluntary list."""

    reason = text("退单理由成立的说明", rows=2)
    unsuitable = text("不宜指定协同办理的说明", rows=2)
    acceptable = tick("不属于平台不予受理的事项")


class ReasonForm(MatterForm):
    """A step with its reason."""

    reason = text("理由", rows=2)


class EscalateForm(MatterForm):
    """A hard case for the leaders."""

    to = pick("报送", radio=True)
    summary = text("综合汇总", rows=4, help="各单位的办理情况、分歧所在、需要协调什么")

    def prepare(self) -> None:
        """The leaders of the day."""
        self.set_options("to", options("hotline.leader_level"))


class DecideForm(MatterForm):
    """What the leader decides."""

    decision = text("批示意见", rows=3)
    until = MomentField(label="限期", required=False)


class InstructForm(MatterForm):
    """An instruction of a leader of the city or above."""

    level = pick("领导批示级别")
    leader = line("批示领导", length=60)
    instruction = text("批示内容", rows=2)

    def prepare(self) -> None:
        """The levels of the day."""
        self.set_options("level", options("hotline.instruction_level"))


class JointForm(MatterForm):
    """The command centre brings units together: who leads, who assists, by when."""

    unit = UnitField(label="主办单位")
    assists = UnitsField(label="协办单位")
    until = MomentField(label="办理时限", required=False, help_text="不填则按主协办的规定时限")
    instruction = text("会办意见", rows=3)


class FeedbackForm(MatterForm):
    """What is told to the citizen."""

    text = text("反馈内容", rows=5)
    told_now = tick("已在通话中告知")

    def prepare(self) -> None:
        """The passed replies, merged, as a start."""
        from luoshi.hotline.services.feedback import outcome_suggested

        if self.subject is not None and self.subject.matter.state == "concluded" and not self.is_bound:
            self.initial.setdefault("text", outcome_suggested(self.subject))


class TriedForm(MatterForm):
    """A call that nobody answered."""

    note = line("情况", required=False)


class PublishForm(MatterForm):
    """What goes on the net: the suggestion with personal data hidden, read and edited by a person."""

    title = line("标题", length=300)
    content = text("诉求", rows=4)
    reply = text("答复", rows=4)
    confirmed = tick("我已通读，其中没有诉求人个人信息")

    def prepare(self) -> None:
        """Texts with what can be told by machine hidden."""
        from luoshi.hotline.services.publishing import publication_suggest

        if self.subject is not None and self.subject.matter.disclosure == "public" and self.subject.outcome:
            found = publication_suggest(self.subject)
            for name in ("title", "content", "reply"):
                self.initial.setdefault(name, getattr(found, name))
