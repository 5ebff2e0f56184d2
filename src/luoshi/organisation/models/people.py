"""People, and the posts that they hold from one day to another."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.ledger.reading import ReadModel
from luoshi.organisation.models.base import ServiceWrittenQuerySet, dates_in_order
from luoshi.organisation.models.bodies import Body


class Person(ReadModel):
    """Someone who works for a body. Never a citizen: those live in the hotline's contacts."""

    name = models.CharField("姓名", max_length=40)
    body = models.ForeignKey(Body, models.PROTECT, related_name="people", verbose_name="所在机构")
    mobile = models.CharField("手机", max_length=20, blank=True)
    office_phone = models.CharField("办公电话", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    active = models.BooleanField("在岗", default=True)
    version = models.PositiveIntegerField(default=1)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["body", "name", "id"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="organisation_person_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Post(ReadModel):
    """A post that a person holds at a body from `since` until, but not on, `until`."""

    class Kind(models.TextChoices):
        PRINCIPAL_LEADER = "principal_leader", "主要负责人"
        PARTY_LEADER = "party_leader", "主要负责人（党组织）"
        DEPUTY_LEADER = "deputy_leader", "分管领导"
        LIAISON = "liaison", "联络员"
        HANDLER = "handler", "承办人"
        CITY_LEADER = "city_leader", "市领导"
        GROUP_HEAD = "group_head", "领导小组组长"
        GROUP_DEPUTY_HEAD = "group_deputy_head", "领导小组副组长"
        GROUP_MEMBER = "group_member", "领导小组成员"
        OFFICE_HEAD = "office_head", "办公室主任"
        OFFICE_DEPUTY_HEAD = "office_deputy_head", "办公室副主任"
        STAFF = "staff", "工作人员"
        APPOINTED = "appointed", "任命职务"

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name="人员")
    body = models.ForeignKey(Body, models.PROTECT, related_name="posts", verbose_name="任职机构")
    kind = models.CharField("职务类别", max_length=20, choices=Kind)
    title = models.CharField("职务名称", max_length=60, blank=True)
    since = models.DateField("任职日期")
    until = models.DateField("免职日期", null=True, blank=True)
    full_time = models.BooleanField("专职", default=True)
    document = models.CharField("依据文件", max_length=200, blank=True)

    objects = ServiceWrittenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["body", "kind", "since", "id"]
        constraints = [
            dates_in_order("post"),
            models.UniqueConstraint(
                fields=["person", "body", "kind"],
                condition=Q(until__isnull=True) & ~Q(kind="appointed"),
                name="organisation_post_held_once",
            ),
            models.UniqueConstraint(
                fields=["person", "body", "title"],
                condition=Q(until__isnull=True, kind="appointed"),
                name="organisation_post_appointed_once",
            ),
        ]
        indexes = [models.Index(fields=["body", "kind", "since"], name="organisation_post_roster")]

    def __str__(self) -> str:
        return f"{self.person} {self.label}"

    @property
    def label(self) -> str:
        """The title where there is one, else the name of the kind."""
        return self.title or self.get_kind_display()
