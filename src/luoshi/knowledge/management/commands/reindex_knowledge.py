"""luoshi manage reindex_knowledge: make the search columns of the knowledge base anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luoshi.knowledge.services import search_rebuild
from luoshi.organisation.models import Body


class Command(BaseCommand):
    help = "Make the search columns anew: after a unit was renamed, or the words are cut otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        """--body CODE limits it to one unit."""
        parser.add_argument("--body", default="", help="code of one unit; all units without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many rows."""
        code = options["body"]
        body = Body.objects.filter(code=code).first()
        if code and body is None:
            raise CommandError(f"no unit with the code {code}")
        self.stdout.write(f"{search_rebuild(body=body)} entries and bulletins indexed")
