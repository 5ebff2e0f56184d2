"""`luoshi manage rebuild_scores`: count all matters from their events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from luoshi.assessment.services.rebuilding import scores_build, scores_forget


class Command(BaseCommand):
    help = "Count all matters from their events: standings and score tallies. May run while people work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="Go on after this matter.")
        parser.add_argument(
            "--afresh",
            action="store_true",
            help="First take away all that was counted (scores are 0 meanwhile).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["afresh"]:
            self.stdout.write(f"{scores_forget()} standings taken away")
        counted = 0
        for last, counted in scores_build(now=timezone.now(), after=options["after"]):
            self.stdout.write(f"{counted} matters counted; to go on from here: --after {last}")
        self.stdout.write(f"done: {counted} matters counted")
