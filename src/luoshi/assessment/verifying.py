"""`luoshi verify` for closed sheets: every revision computed again from its frozen inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from luoshi.assessment.models import Sheet
from luoshi.assessment.selectors.sheets import differences
from luoshi.engines.obligations import Happened, Owed
from luoshi.ledger.models import Matter
from luoshi.ledger.verify import Difference


class SheetChecker:
    """One verification of the sheets of a jurisdiction."""

    def __init__(self, jurisdiction: str) -> None:
        self._jurisdiction = jurisdiction

    def seen(self, matter: Matter, event: Happened, owed: Sequence[Owed], facts: Mapping[str, Any]) -> None:
        """Events do not move a closed sheet."""

    def compare(self, matters: Sequence[Matter]) -> Iterator[Difference]:
        """Nothing hangs on single matters."""
        return iter(())

    def finish(self) -> Iterator[Difference]:
        """Compare each closed sheet with what its frozen inputs give."""
        rows = Sheet.objects.filter(jurisdiction=self._jurisdiction, closed_at__isnull=False)
        for sheet in rows.order_by("first", "kind"):
            for said in differences(sheet):
                yield Difference("sheet", sheet.period, said)


class SheetFollower:
    """Stands in the ledger's list only to be asked by `luoshi verify`; it keeps no tallies."""

    prefix = "assessment-sheet"

    def follow(self, matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
        """A closed sheet follows no event."""

    def check(self, jurisdiction: str) -> SheetChecker:
        """Begin a verification."""
        return SheetChecker(jurisdiction)
