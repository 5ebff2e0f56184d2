"""luoshi manage rebuild_search: index all matters anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from luoshi.search.index import rebuild


class Command(BaseCommand):
    help = "Index all matters anew: after an upgrade, or when words are cut otherwise."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many."""
        self.stdout.write(f"{rebuild()} matters indexed")
