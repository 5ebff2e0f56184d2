"""`luoshi manage partition_ledger`: keep events and obligations by month (docs/scaling.md)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from luoshi.ledger.services import partitions


class Command(BaseCommand):
    help = "Keep events and obligations in a table for each month. Stop web and worker first; make a backup first."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            months = partitions.partition(now=timezone.now(), say=self.stdout.write)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"done: {months[0]} to {months[-1]}; the worker begins a new month by itself")
