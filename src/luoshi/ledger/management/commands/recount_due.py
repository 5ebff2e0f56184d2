"""`luoshi manage recount_due`: bring stored due times to the calendar as it is known now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from luoshi.ledger.services import due_recount


class Command(BaseCommand):
    help = "Count due times anew from a day on, after a calendar file was added. May run while people work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD",
            help="The first day that is worked otherwise than it was counted.",
        )  # fmt: skip
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="Go on after this matter.")

    def handle(self, *args: Any, **options: Any) -> None:
        changed = 0
        for last, changed in due_recount(since=options["since"], now=timezone.now(), after=options["after"]):
            self.stdout.write(f"{changed} due times moved; to go on from here: --after {last}")
        self.stdout.write(f"done: {changed} due times moved")
