"""Papers that come in, the sections that handle them, the instructions on them and the units that reply."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.documents.models.base import MatterDetail
from luoshi.documents.models.steps import Step
from luoshi.ledger.models import LedgerModel


class Incoming(MatterDetail):
    """A paper that came in (matter kind documents.incoming). The matter's body is the office that took it.

    kind: reading (阅件) or handling (办件). source, form, genre, subject, addressed, urgency: options of the rulebook's
    choices. sender: the body that sent it, where it is one of ours; sender_name: as it signs. checks: what the office
    found, {key: {ok, note}}. entry: what the register says. slip: which processing slip goes with it.
    """

    kind = models.CharField("类别", max_length=10)
    source = models.CharField("来源", max_length=32)
    form = models.CharField("来文形式", max_length=12)
    genre = models.CharField("文种", max_length=12)
    subject = models.CharField("事项", max_length=16, default="general")
    urgency = models.CharField("紧急程度", max_length=10, default="routine")
    addressed = models.CharField("收件人", max_length=12, default="government")
    addressee = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="收件领导"
    )
    direct_basis = models.CharField("直接报送依据", max_length=12, blank=True)
    sender = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="papers_sent", verbose_name="来文单位"
    )
    sender_name = models.CharField("来文机关", max_length=120)
    reference = models.CharField("来文字号", max_length=80, blank=True)
    content = models.TextField("内容摘要", blank=True)
    amount = models.DecimalField("申请金额（元）", max_digits=16, decimal_places=2, null=True)
    answers = models.JSONField("报送说明", default=dict)
    due_set = models.DateTimeField("来文要求的时限", null=True)
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.CharField("签收人", max_length=80, blank=True)
    opened_by = models.CharField("拆封人", max_length=80, blank=True)
    checks = models.JSONField("审核", default=dict)
    checked_at = models.DateTimeField("审核时间", null=True)
    checked_by = models.CharField("审核人", max_length=80, blank=True)
    entry = models.CharField("登记", max_length=300, blank=True)
    slip = models.CharField("处理签", max_length=60, blank=True)
    registered_at = models.DateTimeField("登记时间", null=True)
    registered_by = models.CharField("登记人", max_length=80, blank=True)
    ground = models.CharField("退回原因", max_length=60, blank=True)
    return_reason = models.TextField("退回说明", blank=True)
    outcome = models.TextField("办理结果", blank=True)
    major = models.BooleanField("重大事项", default=False)
    law = models.BooleanField("涉及法律法规和政策", default=False)
    finished_at = models.DateTimeField("办结时间", null=True)
    archived_at = models.DateTimeField("归档时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "收文"
        indexes = [
            models.Index(fields=["sender", "-matter"], name="documents_incoming_sender"),
            models.Index(fields=["received_at"], name="documents_incoming_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(registered_at__isnull=True, registered_by="")
                | (Q(registered_at__isnull=False) & ~Q(registered_by="")),
                name="documents_incoming_registered",
            )
        ]


class Assignment(MatterDetail):
    """A paper in the hands of one section (matter kind documents.assignment; the section is the matter's body).

    role: collect (汇总) | work | legal (legality review). text: background, opinion: the proposal or the section's view.
    """

    paper = models.ForeignKey(Incoming, models.PROTECT, related_name="assignments")
    section = models.ForeignKey(
        "organisation.Body", models.PROTECT, related_name="+", verbose_name="承办科室"
    )
    role = models.CharField("分工", max_length=8)
    note = models.CharField("分办意见", max_length=300, blank=True)
    background = models.TextField("事项背景", blank=True)
    opinion = models.TextField("意见", blank=True)
    sent_at = models.DateTimeField("分送时间")
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.CharField("签收人", max_length=80, blank=True)
    done_at = models.DateTimeField("提出意见时间", null=True)
    done_by = models.CharField("提出人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "科室承办"
        ordering = ["pk"]


class Instruction(MatterDetail):
    """A leader's instruction that goes to counties or departments (matter kind documents.instruction).

    The matter's body is the section that passes it on. manner: handle | know | opinions. bodies: ids in the order in
    which the instruction names them; lead: the one it names as lead, where it does. moment: parallel | after.
    """

    paper = models.ForeignKey(Incoming, models.PROTECT, related_name="instructions")
    step = models.ForeignKey(Step, models.PROTECT, related_name="instructions")
    leader = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="领导")
    text = models.TextField("批示内容")
    manner = models.CharField("要求", max_length=10)
    bodies = models.JSONField("批示的单位", default=list)
    lead = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="牵头单位"
    )
    follow = models.BooleanField("需督办", default=False)
    moment = models.CharField("转办时机", max_length=10, default="parallel")
    due_set = models.DateTimeField("批示要求的时限", null=True)
    given_at = models.DateTimeField("批示时间")
    passed_at = models.DateTimeField("转办时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "领导批示"
        ordering = ["pk"]


class Transfer(MatterDetail):
    """A paper passed to one unit (matter kind documents.transfer; the unit is the matter's body), with its own clock.

    role: sole | lead | assist. purpose: handle | opinions | know. letter: number of the unit's letter. endorsement:
    how it was endorsed. signer: the principal leader who signed.
    """

    paper = models.ForeignKey(Incoming, models.PROTECT, related_name="transfers")
    instruction = models.ForeignKey(Instruction, models.PROTECT, null=True, related_name="transfers")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="承办单位")
    role = models.CharField("分工", max_length=8)
    purpose = models.CharField("要求", max_length=10)
    text = models.TextField("转办内容")
    due_set = models.DateTimeField("要求的时限", null=True)
    sent_at = models.DateTimeField("转办时间")
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.CharField("签收人", max_length=80, blank=True)
    complex_reason = models.CharField("情况复杂的说明", max_length=500, blank=True)
    return_reason = models.TextField("退回理由", blank=True)
    reply = models.TextField("回复", blank=True)
    letter = models.CharField("函号", max_length=80, blank=True)
    endorsement = models.CharField("签字或盖章", max_length=12, blank=True)
    signer = models.CharField("签发人", max_length=80, blank=True)
    replied_at = models.DateTimeField("回复时间", null=True)
    urged = models.PositiveSmallIntegerField("催办次数", default=0)
    urged_leaders_at = models.DateTimeField("向领导催办时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "转办件"
        ordering = ["pk"]
        indexes = [models.Index(fields=["body", "-matter"], name="documents_transfer_body")]


class Urging(LedgerModel):
    """One urging of what is owed on a paper. stage: before | due | over | hand | leaders. reported: told to leaders."""

    matter = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="urgings")
    paper = models.ForeignKey(Incoming, models.PROTECT, related_name="urgings")
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    stage = models.CharField("阶段", max_length=8)
    text = models.CharField("内容", max_length=300)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    by = models.CharField("催办人", max_length=80)
    reported = models.BooleanField("已向领导汇报", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "stage", "day"],
                condition=Q(stage__in=["before", "due", "over"]),
                name="documents_urging_once_a_day",
            )
        ]


class Fault(LedgerModel):
    """A fault of a unit's paper that the quarterly notice counts. kind: option of documents.fault."""

    paper = models.ForeignKey(Incoming, models.PROTECT, null=True, related_name="faults")
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="faults")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("问题", max_length=10)
    note = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "公文问题"
        ordering = ["pk"]
        indexes = [models.Index(fields=["at", "body"], name="documents_fault_at")]
        constraints = [
            models.UniqueConstraint(fields=["paper", "kind"], name="documents_fault_paper_once"),
            models.UniqueConstraint(fields=["transfer", "kind"], name="documents_fault_transfer_once"),
        ]


class Notice(MatterDetail):
    """A notice drawn from the records and then frozen (matter kind documents.notice).

    kind: quarter (faulty papers by unit and fault) | week (urging and its results, for the leaders). period: its first
    day. figures: the table as it was when drawn up.
    """

    kind = models.CharField("种类", max_length=8)
    period = models.DateField("期间")
    figures = models.JSONField("数据", default=dict)
    remark = models.TextField("说明", blank=True)
    issued_at = models.DateTimeField("发布时间", null=True)
    issued_by = models.CharField("发布人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "公文通报"
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "kind", "period"], name="documents_notice_once"),
        ]


class Consultation(MatterDetail):
    """A unit asks another about its draft (matter kind documents.consultation; the unit asked is the matter's body).

    purpose: opinions | countersign. answer: agree | differ | deemed (silence); late: what came after the time was up.
    """

    paper = models.ForeignKey(Incoming, models.PROTECT, related_name="consultations")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="被征求单位")
    purpose = models.CharField("事由", max_length=12)
    text = models.TextField("征求的内容")
    due_set = models.DateTimeField("主办部门要求的时限", null=True)
    agreed_until = models.DateTimeField("商定的时限", null=True)
    agreed_manner = models.CharField("商定的回复方式", max_length=100, blank=True)
    answer = models.CharField("结论", max_length=10, blank=True)
    opinion = models.TextField("意见", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.CharField("答复人", max_length=80, blank=True)
    late = models.TextField("逾期后的意见", blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "部门间征求意见"
        ordering = ["pk"]
