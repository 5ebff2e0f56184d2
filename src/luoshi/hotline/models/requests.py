"""A citizen's request and what belongs to it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from luoshi.hotline.models.base import HotlineModel
from luoshi.ledger.fields import MarkField, SealedTextField
from luoshi.ledger.models import Matter


class Request(HotlineModel):
    """A request (诉求件). State, number and title stand in its matter; values of the choices in the rulebook."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="request")
    channel = models.CharField("来件渠道", max_length=20)
    kind = models.CharField("诉求类型", max_length=20)
    content = models.TextField("诉求内容")
    place = models.CharField("事发地点", max_length=200, blank=True)
    area = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="属地"
    )
    category = models.CharField("内容分类", max_length=60, blank=True)
    filed_as = models.ForeignKey(
        "hotline.Category", models.PROTECT, null=True, related_name="requests", verbose_name="分类"
    )
    urgency = models.CharField("紧急程度", max_length=10, default="routine")
    urgency_basis = models.CharField("紧急依据", max_length=200, blank=True)
    wants_public = models.BooleanField("愿意公开办理", default=True)
    internal_reason = models.CharField("内部批转理由", max_length=20, blank=True)
    rights_matter = models.BooleanField("维护自身权益", default=False)
    conduct_matter = models.BooleanField("反映机关干部效能", default=False)
    leader_level = models.CharField("领导批示级别", max_length=20, blank=True)
    received_at = models.DateTimeField("受理时间")
    transferred_at = models.DateTimeField("110转来时间", null=True)
    registered_by = models.CharField("登记人", max_length=80)
    refusal_code = models.CharField("不予受理依据", max_length=20, blank=True)
    refusal_reason = models.TextField("不予受理理由", blank=True)
    outcome = models.TextField("反馈内容", blank=True)
    supervised = models.BooleanField("列入督办", default=False)
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="repeats", verbose_name="同一问题首件"
    )
    answers = models.PositiveSmallIntegerField("已反馈次数", default=0)
    day = models.DateField("归入的工作日")
    digest = models.CharField("内容指纹", max_length=64)
    source = models.CharField("导入来源", max_length=40, blank=True)
    erased_at = models.DateTimeField("诉求人信息删除时间", null=True)
    erased_under = models.CharField("删除依据", max_length=120, blank=True)
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="request_search"),
            models.Index(fields=["-received_at", "-matter"], name="request_received"),
            models.Index(fields=["digest"], name="request_digest"),
            models.Index(fields=["same_as"], name="request_same_as"),
        ]


class Contact(HotlineModel):
    """The citizen's personal data: sealed in the database, shown only to those who handle the case, each look recorded.

    Equal values are found by their marks; a telephone and a mobile number are compared with each other.
    """

    request = models.OneToOneField(Request, models.PROTECT, primary_key=True, related_name="contact")
    name = SealedTextField("姓名", max_length=60, blank=True)
    phone = SealedTextField("联系电话", max_length=30, blank=True)
    mobile = SealedTextField("联系手机", max_length=30, blank=True)
    email = SealedTextField("电子邮箱", max_length=120, blank=True)
    ip = SealedTextField("IP 地址", null=True)
    fax = SealedTextField("传真号码", max_length=30, blank=True)
    account = SealedTextField("微信或微博账号", max_length=80, blank=True)
    address = SealedTextField("住址", max_length=200, blank=True)
    name_mark = MarkField(of="name")
    phone_mark = MarkField(of="phone", kind="number")
    mobile_mark = MarkField(of="mobile", kind="number")
    email_mark = MarkField(of="email")
    ip_mark = MarkField(of="ip")
    fax_mark = MarkField(of="fax")

    class Meta:
        # newest first within a value: of a name that thousands have, the newest are read and no others
        indexes = [
            models.Index(
                fields=[f"{name}_mark", "-request"],
                name=f"contact_{name}_marked",
                condition=models.Q(**{f"{name}_mark__isnull": False}),
            )
            for name in ("phone", "mobile", "email", "fax", "name", "ip")
        ]


class RequestLink(HotlineModel):
    """Two requests that a person judged: the same issue of the same person, or not, or a repeat after satisfaction."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="links")
    other = models.ForeignKey(Request, models.PROTECT, related_name="+")
    kind = models.CharField("关系", max_length=20)
    keys = models.JSONField("相同项", default=list)
    note = models.CharField("说明", max_length=300, blank=True)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "other"], name="link_once")]


class DirectAnswer(HotlineModel):
    """A consultation answered at once: from whose knowledge, or by which connected call."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="direct_answer")
    body = models.ForeignKey("organisation.Body", models.PROTECT, related_name="+", verbose_name="计入单位")
    means = models.CharField("答复方式", max_length=20)
    entry = models.ForeignKey(
        "ledger.Matter", models.PROTECT, null=True, related_name="+", verbose_name="知识条目"
    )
    answer = models.TextField("答复内容")
    answered_by = models.CharField(max_length=80)
    answered_at = models.DateTimeField()


class Call(HotlineModel):
    """A three-way call or a transfer: to whom, when, with what result."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="calls")
    kind = models.CharField("方式", max_length=20)
    body = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    to = models.CharField("接通对象", max_length=80)
    connected = models.BooleanField("是否接通")
    note = models.CharField("结果", max_length=300, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()


class Callback(HotlineModel):
    """A call-back: what the citizen says of contact, conduct and result. Each is kept; none replaces another."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="callbacks")
    dispatch = models.ForeignKey("hotline.Dispatch", models.PROTECT, null=True, related_name="callbacks")
    round = models.PositiveSmallIntegerField("第几次")
    answered = models.BooleanField("有答复")
    contacted = models.BooleanField("是否及时联系", null=True)
    conduct = models.CharField("作风", max_length=20, blank=True)
    result = models.CharField("结果", max_length=20, blank=True)
    opinion = models.TextField("意见", blank=True)
    suggestion = models.TextField("建议", blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "dispatch", "round"], name="callback_round", nulls_distinct=False
            )
        ]


class Publication(HotlineModel):
    """What of a publicly handled request stands on the net, with personal data masked.

    body, category, received_at and answered_at are taken over when it is published, so that the public list is
    filtered by indexes of its own.
    """

    request = models.OneToOneField(Request, models.PROTECT, related_name="publication")
    title = models.CharField("标题", max_length=300)
    content = models.TextField("诉求")
    reply = models.TextField("答复")
    published_at = models.DateTimeField(db_index=True)
    published_by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    body = models.ForeignKey(
        "organisation.Body", models.PROTECT, null=True, related_name="+", verbose_name="承办单位"
    )
    category = models.CharField("内容分类", max_length=60, blank=True)
    received_at = models.DateTimeField("受理时间", null=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="publication_search"),
            models.Index(fields=["body", "-published_at", "-id"], name="publication_body_newest"),
            models.Index(fields=["category", "-published_at", "-id"], name="publication_category_newest"),
        ]


class Escalation(HotlineModel):
    """A hard case put to the leaders, and what they decided."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="escalations")
    to = models.CharField("报送", max_length=20)
    summary = models.TextField("综合汇总")
    put_by = models.CharField(max_length=80)
    put_at = models.DateTimeField()
    decision = models.TextField("领导意见", blank=True)
    until = models.DateTimeField("限期", null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)


class Voluntary(HotlineModel):
    """A request on the voluntary list (领办工单): offered to all units, taken by one."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="offers")
    reason = models.TextField("退单理由成立的说明")
    unsuitable = models.TextField("不宜指定协同办理的说明")
    offered_by = models.CharField(max_length=80)
    offered_at = models.DateTimeField(db_index=True)
    claimed_by = models.ForeignKey("organisation.Body", models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["offered_at", "id"],
                name="voluntary_open",
                condition=models.Q(claimed_at__isnull=True, withdrawn_at__isnull=True),
            )
        ]
