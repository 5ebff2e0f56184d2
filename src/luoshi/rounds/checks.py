"""What `luoshi verify` asks of rounds: every kept result equals its inputs computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from luoshi.engines.obligations import Happened, Owed
from luoshi.ledger.models import Matter

if TYPE_CHECKING:
    from luoshi.ledger.verify import Difference


class _Sheets:
    """One run: nothing is asked of single events, the kept results are recomputed at the end."""

    def __init__(self, jurisdiction: str) -> None:
        self.jurisdiction = jurisdiction

    def seen(self, matter: Matter, event: Happened, owed: Sequence[Owed], facts: Mapping[str, Any]) -> None:
        """Events say nothing about kept results."""

    def compare(self, matters: Sequence[Matter]) -> Iterator[Difference]:
        """No matter is compared by itself."""
        return iter(())

    def finish(self) -> Iterator[Difference]:
        """Yield each kept result that its inputs do not give."""
        from luoshi.ledger.verify import Difference
        from luoshi.rounds.models import FrozenSheet
        from luoshi.rounds.services.summary import sheet_problems

        rows = FrozenSheet.objects.filter(round__jurisdiction=self.jurisdiction)
        for sheet in rows.select_related("round", "round__matter").order_by("id"):
            for problem in sheet_problems(sheet):
                yield Difference("round result", f"{sheet.round} {sheet.class_key}", problem)


class RoundResults:
    """Follows nothing; checks the kept results."""

    prefix = "rounds.result:"

    def follow(self, matter: Matter, event: Happened, owed: Sequence[Owed]) -> None:
        """Results are kept by their service, not by events."""

    def check(self, jurisdiction: str) -> _Sheets:
        """Begin a verification."""
        return _Sheets(jurisdiction)
