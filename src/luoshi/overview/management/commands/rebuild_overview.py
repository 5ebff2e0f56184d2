"""`luoshi manage rebuild_overview`: count the dashboard's figures anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from luoshi.overview.services import counts_rebuild


class Command(BaseCommand):
    help = "Count requests by place, category and hour and call-backs by grade anew, from the hotline's rows."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and say how many tallies there are."""
        self.stdout.write(f"{counts_rebuild()} tallies counted")
