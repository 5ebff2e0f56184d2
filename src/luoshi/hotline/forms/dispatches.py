"""Forms on a dispatch: what the unit does and asks, and what the platform answers."""

from __future__ import annotations

from django import forms

from luoshi.hotline.forms.base import MatterForm, MomentField, line, text
from luoshi.hotline.forms.units import UnitField, UnitsField
from luoshi.hotline.models import Phrase
from luoshi.hotline.selectors.phrases import phrase_list
from luoshi.organisation.inputs import PhoneInput
from luoshi.organisation.pagekit import today


class HandOverForm(MatterForm):
    """To which section and person inside the unit."""

    handler = line("交由何部门何人办理", length=120)
    opinion = text("交办意见", rows=2, required=False)


class HandOnForm(MatterForm):
    """To whom else inside the unit, and why."""

    handler = line("改由何部门何人办理", length=120)
    reason = text("改交办的原因", rows=2)


class ContactForm(MatterForm):
    """When the citizen was contacted and what was found."""

    contacted_at = MomentField(label="联系时间", required=False, help_text="不填即现在")
    note = text("核实情况", rows=2)


class PreliminaryForm(MatterForm):
    """The first opinion."""

    opinion = text("初步处理意见", rows=2)


class ArrivalForm(MatterForm):
    """Arrival on the spot."""

    arrived_at = MomentField(label="到达现场时间", required=False, help_text="不填即现在")
    scene = text("现场现状", rows=2)


class ProgressForm(MatterForm):
    """How it goes."""

    note = text("进展情况", rows=2)


class ContactPersonForm(MatterForm):
    """Whom the lead unit may call."""

    name = line("联系人", length=60)
    phone = forms.CharField(label="联系方式", max_length=40, widget=PhoneInput)


class PhrasedForm(MatterForm):
    """A step into whose text a standard phrase of the unit can be put."""

    partial = "hotline/_phrase_form.html"
    phrases_for = ""
    phrases_into = ""

    @property
    def phrases(self) -> list[Phrase]:
        """The unit's phrases in use."""
        if self.subject is None:
            return []
        return list(phrase_list(body=self.subject.body, day=today(), use=self.phrases_for))


class ReplyForm(PhrasedForm):
    """The reply to the platform: three parts, all needed."""

    phrases_for, phrases_into = "reply", "handling"

    handling = text("办理情况", rows=4, help="查清了什么、做了什么、诉求人怎么说")
    problems = text("存在问题", rows=2, help="没有的写“无”")
    measures = text("今后的措施或建议", rows=2)


class OpinionForm(MatterForm):
    """A decision with its reason."""

    opinion = text("意见", rows=2)


class FreeOpinionForm(MatterForm):
    """A decision whose reason may be left out."""

    opinion = text("意见", rows=2, required=False)


class ReasonForm(MatterForm):
    """A step with its reason."""

    reason = text("理由", rows=2)


class NoteForm(MatterForm):
    """A remark that may be left out."""

    note = text("审核意见", rows=2, required=False)


class ReturnForm(PhrasedForm):
    """Not ours: why, and whose it is."""

    phrases_for, phrases_into = "return", "reason"

    reason = text("退单理由", rows=2, help="说明依据的职责")
    proposed_body = UnitField(label="建议承办单位")


class CountyReportForm(MatterForm):
    """A county reports: not its area, or municipal units are needed."""

    reason = text("理由", rows=2)
    suggestion = text("建议", rows=2)
    proposed_body = UnitField(label="建议的单位", required=False)


class UnitsForm(MatterForm):
    """Several units with a reason."""

    reason = text("理由", rows=2)
    proposed_bodies = UnitsField(label="建议协办单位")


class AssistAddForm(MatterForm):
    """Which assisting units are added and what they are to do; those asked for stand in the application."""

    bodies = UnitsField(label="协办单位")
    instruction = text("协办事项", rows=2)
    opinion = text("答复", rows=2, required=False)


class AdoptForm(MatterForm):
    """A county's report is adopted: which units assist it from now on; without any, its dispatch is recalled."""

    bodies = UnitsField(
        label="协办单位", required=False, help_text="选了的，由属地主办；撤回改派的不选，撤回后重新批转"
    )
    instruction = text("协办事项", rows=2, required=False)
    opinion = text("答复", rows=2, required=False)


class ExtensionForm(MatterForm):
    """More time: why, on what legal basis, until when."""

    reason = text("延时理由", rows=2)
    basis = line("法律法规依据", length=300)
    until = MomentField(label="申请延长至")


class GrantForm(MatterForm):
    """Until when."""

    until = MomentField(label="批准办结时限", required=False, help_text="不填即按申请的时间")
    opinion = text("意见", rows=2, required=False)


class WrittenForm(MatterForm):
    """A written opinion, with the stamped paper."""

    reason = text("理由", rows=2)
    file = forms.FileField(label="盖章件", required=False)


class UrgeForm(MatterForm):
    """A word to the unit."""

    text = text("催办内容", rows=2)


class SuperviseForm(MatterForm):
    """A supervision notice with its deadline."""

    text = text("督办内容", rows=2)
    until = MomentField(label="答复期限")


class AnswerForm(MatterForm):
    """The answer to a supervision notice."""

    answer = text("答复", rows=2)


class MendForm(MatterForm):
    """What must be mended, until when."""

    reason = text("整改要求", rows=2)
    until = MomentField(label="整改期限", required=False)
