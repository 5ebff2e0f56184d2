"""`luoshi manage new_key ID`: a new key for LUOSHI_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luoshi.ledger import keyring


class Command(BaseCommand):
    help = "Print a new key; put it in front of those in LUOSHI_KEYS, then run `luoshi manage rotate_keys`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="1 to 20 of a-z, 0-9 and -, such as 2027a; never used before.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["id"] in keyring.ring():
            raise CommandError(f"key {options['id']} is in the ring already")
        try:
            self.stdout.write(keyring.new_key(options["id"]))
        except ValueError as error:
            raise CommandError(str(error)) from error
