"""A change of a rule, and the editions of the rulebook that approved changes make."""

from __future__ import annotations

from django.db import models

from luoshi.ledger.models import LedgerModel, Matter


class Change(LedgerModel):
    """A proposed version of one rule. text: the rule alone, as YAML; kind: the key it stands under (limits …).

    base_from: first day of the version that it was drafted from.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="+")
    rule = models.CharField("规则", max_length=80)
    kind = models.CharField(max_length=20)
    base_from = models.DateField("原版本生效日期")
    valid_from = models.DateField("施行日期")
    text = models.TextField("内容")
    document = models.CharField("依据文件", max_length=200)
    reason = models.TextField("修改理由")

    def __str__(self) -> str:
        return f"{self.rule} {self.valid_from}"


class Edition(LedgerModel):
    """The rulebook after one more change. Numbered without gaps; never edited.

    undoes: the change was taken back before its day came; the rulebook is again as it was without it.
    """

    number = models.PositiveIntegerField(primary_key=True)
    change = models.ForeignKey(Change, models.PROTECT, related_name="editions")
    undoes = models.BooleanField("收回", default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "undoes"], name="edition_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)
