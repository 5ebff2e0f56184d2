"""A paper's way through the offices: a course along one route of the rulebook, a step for each stop and person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luoshi.documents.models.base import MatterDetail
from luoshi.ledger.models import LedgerModel


class Course(LedgerModel):
    """One sending of a paper along a route. route: the rule's id. order: as the route says, or as agreed with a reason.

    facts: what the route's stops were chosen by. people: stop -> ids of those who act there, by rank. outcome: agreed |
    refused | read | sent_back | recalled once it is over.
    """

    paper = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="courses")
    turn = models.PositiveSmallIntegerField("第几次")
    route = models.CharField("路径", max_length=60)
    title = models.CharField("名称", max_length=80)
    order = models.CharField("次序", max_length=16)
    order_reason = models.CharField("变更次序的理由", max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    people = models.JSONField("办理人", default=dict)
    begun_at = models.DateTimeField("送出时间")
    begun_by = models.CharField("送出人", max_length=80)
    finished_at = models.DateTimeField("结束时间", null=True)
    outcome = models.CharField("结果", max_length=12, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "传批传阅"
        ordering = ["paper", "turn"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "turn"], name="documents_course_turn"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, outcome="")
                | (Q(finished_at__isnull=False) & ~Q(outcome="")),
                name="documents_course_finished_has_outcome",
            ),
        ]


class Step(MatterDetail):
    """One stop for one person (matter kind documents.step, child of the paper), with its own clock.

    seat: whose turn it is by the route. person: who acts there now: the same, or who stands in (then acts_for is the
    seat). mark: a value of the choice documents.mark. extra: further fields that the stop's content asks for.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="steps")
    paper = models.ForeignKey("ledger.Matter", models.PROTECT, related_name="document_steps")
    stop = models.CharField("环节代码", max_length=40)
    title = models.CharField("环节", max_length=80)
    position = models.PositiveSmallIntegerField("次序")
    role = models.CharField("角色", max_length=40)
    seat = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="应办人")
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name="办理人")
    acts_for = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name="代"
    )
    note = models.CharField("说明", max_length=300, blank=True)
    mark = models.CharField("批示结论", max_length=12, blank=True)
    opinion = models.TextField("意见", blank=True)
    extra = models.JSONField(default=dict)
    opened_at = models.DateTimeField("送达时间")
    done_at = models.DateTimeField("办理时间", null=True)
    done_by = models.CharField("签批人", max_length=80, blank=True)

    class Meta(MatterDetail.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "传批环节"
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["paper", "position"], name="documents_step_paper"),
            models.Index(
                fields=["person", "-matter"],
                name="documents_step_waiting",
                condition=Q(done_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by="") | (Q(done_at__isnull=False) & ~Q(done_by="")),
                name="documents_step_who_and_when",
            )
        ]
