"""Papers that the government or its office issues, with everything that was said of them on their way."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.documents.models.base import MatterDetail
from luoshi.ledger.models import LedgerModel


class Outgoing(MatterDetail):
    """A paper to be issued (matter kind documents.outgoing). The matter's body is the section that handles it.

    genre, addressee, disclosure, government_decision: options of the rulebook's choices. task: the work that it is
    about, by which repetition within a year is found. screen: what was confirmed against issuing for nothing.
    edition: number of the text as it stands; marks and a signature count for their own edition only.
    """

    class IssuedAs(models.TextChoices):
        GOVERNMENT = "government", "市政府"
        OFFICE = "office", "市政府办公室"

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "平件"
        URGENT = "urgent", "急件"
        SPECIAL = "special", "特件"

    genre = models.CharField("文种", max_length=20)
    issued_as = models.CharField("发文名义", max_length=12, choices=IssuedAs)
    addressee = models.CharField("行文对象", max_length=12)
    urgency = models.CharField("办理等级", max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    drafted_by = models.ForeignKey(
        "organisation.Body", models.PROTECT, related_name="+", verbose_name="起草单位"
    )
    by_department = models.BooleanField("部门代拟")
    source = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="来源事项"
    )
    purpose = models.CharField("发文理由", max_length=500)
    task = models.CharField("工作事项", max_length=100)
    screen = models.JSONField("不发文情形核对", default=dict)
    repeated = models.BooleanField("一年内同一工作再次发文", default=False)
    repeat_reason = models.CharField("再次发文的理由", max_length=500, blank=True)
    repeat_allowed_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    agreed_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField("同意时间", null=True)

    text = models.TextField("正文", blank=True)
    addressees = models.CharField("主送机关", max_length=500, blank=True)
    copies = models.CharField("抄送机关", max_length=500, blank=True)
    annexes = models.JSONField("附件", default=list)
    remark = models.CharField("附注", max_length=200, blank=True)
    basis = models.CharField("发文依据", max_length=500, blank=True)
    edition = models.PositiveSmallIntegerField("版次", default=1)

    disclosure = models.CharField("公开属性", max_length=12, blank=True)
    disclosure_reason = models.CharField("公开属性的理由", max_length=500, blank=True)
    disclosure_asked = models.JSONField("拟变更的公开属性", default=dict)
    policy = models.BooleanField("政策性文件", default=False)
    interpretation_plan = models.TextField("解读方案", blank=True)
    interpretation_material = models.TextField("解读材料", blank=True)
    normative = models.BooleanField("规范性文件", default=False)
    traits = models.JSONField("其他要素", default=dict)
    secret_kind = models.CharField("涉密类别", max_length=12, blank=True)
    wanted_on = models.DateField("要求发文日期", null=True)
    submitted_at = models.DateTimeField("报送时间", null=True)
    late = models.BooleanField("未提前报送", default=False)

    section_head = models.CharField("科室负责人", max_length=40, blank=True)
    signed_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    signed_role = models.CharField("签发职务", max_length=40, blank=True)
    signed_for = models.CharField("代何人签发", max_length=80, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True)
    signed_edition = models.PositiveSmallIntegerField("签发版次", null=True)

    series = models.CharField("机关代字", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True)
    serial = models.PositiveIntegerField("序号", null=True)
    sealed_on = models.DateField("成文日期", null=True)
    printed_on = models.DateField("印发日期", null=True)
    passed_note = models.CharField("会议审议注明", max_length=120, blank=True)
    published_at = models.DateTimeField("公开时间", null=True)
    publish_late_reason = models.CharField("未当日公开的理由", max_length=300, blank=True)
    corrections = models.JSONField("更正", default=list)
    withdrawn_reason = models.CharField("撤回理由", max_length=300, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "发文"
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "series", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="documents_number_unique",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True, signed_edition__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False, signed_edition__isnull=False),
                name="documents_signed_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(serial__isnull=True) | Q(signed_by__isnull=False),
                name="documents_numbered_after_signing",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="documents_agreed_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["task", "-matter"], name="documents_task"),
            models.Index(fields=["published_at", "-matter"], name="documents_published"),
            models.Index(fields=["drafted_by", "-matter"], name="documents_drafter"),
        ]

    def __str__(self) -> str:
        return str(self.matter)


class Edition(LedgerModel):
    """A text as it stood: kept for good, whatever came after."""

    paper = models.ForeignKey(Outgoing, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField("版次")
    title = models.CharField("标题", max_length=300)
    text = models.TextField("正文")
    disclosure = models.CharField("公开属性", max_length=12, blank=True)
    at = models.DateTimeField("时间")
    by = models.CharField("修改人", max_length=80)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="documents_edition_once")]


class Mark(LedgerModel):
    """What somebody approved, checked or said of one edition.

    part: principal, interpretation_plan, interpretation_material (the drafting unit's principal leader approves each),
    first_review, slip, check, assisting, documents (the two deputies), present, speaker, sign, proof.
    """

    paper = models.ForeignKey(Outgoing, models.PROTECT, related_name="marks")
    edition = models.PositiveSmallIntegerField("版次")
    part = models.CharField("环节", max_length=30)
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    name = models.CharField("姓名", max_length=80)
    text = models.CharField("意见", max_length=1000, blank=True)
    points = models.JSONField("逐项结果", default=dict)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["paper", "edition", "part"], name="documents_mark_part")]


class Countersign(MatterDetail):
    """A department asked for its view or its countersignature (matter kind documents.errand is its key)."""

    class Kind(models.TextChoices):
        CONSULT = "consult", "征求意见"
        COUNTERSIGN = "countersign", "会签"

    class View(models.TextChoices):
        AGREED = "agreed", "同意"
        DIFFERS = "differs", "有不同意见"
        DEEMED = "deemed", "视为无不同意见（逾期）"

    paper = models.ForeignKey(Outgoing, models.PROTECT, related_name="countersigns")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("方式", max_length=12, choices=Kind)
    asked_at = models.DateTimeField("送达时间")
    view = models.CharField("意见", max_length=10, choices=View, blank=True)
    text = models.CharField("意见内容", max_length=1000, blank=True)
    answered_by = models.CharField("回复人", max_length=80, blank=True)
    answered_at = models.DateTimeField("回复时间", null=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        ordering = ["asked_at", "pk"]


class Delivery(MatterDetail):
    """A printed paper sent to one body, which receipts it (its key is an errand's matter)."""

    paper = models.ForeignKey(Outgoing, models.PROTECT, related_name="deliveries")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="收文单位")
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.CharField("签收人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "body"], name="documents_delivery_once")]


class Errand(MatterDetail):
    """One thing that somebody owes on a paper now (matter kind documents.errand), with its own clock."""

    paper = models.ForeignKey(Outgoing, models.PROTECT, related_name="errands")
    what = models.CharField("事项", max_length=20)
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")

    class Meta(MatterDetail.Meta):
        abstract = False
        ordering = ["pk"]
        indexes = [models.Index(fields=["paper", "what"], name="documents_errand_what")]
