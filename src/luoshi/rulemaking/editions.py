"""Editions as the ledger asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from luoshi.rulemaking.models import Edition
from luoshi.rulemaking.texts import file_of


class Editions:
    """The changed rules of this installation."""

    def number(self) -> int:
        """The number of the last edition; 0 where nothing was changed."""
        return Edition.objects.order_by("-number").values_list("number", flat=True).first() or 0

    def files(self, number: int) -> Mapping[str, str]:
        """One file under changes/ for each change up to an edition, save those that were taken back."""
        rows = list(Edition.objects.filter(number__lte=number).select_related("change").order_by("number"))
        undone = {row.change_id for row in rows if row.undoes}
        return dict(
            file_of(row.number, row.change.kind, row.change.text)
            for row in rows
            if row.change_id not in undone
        )
