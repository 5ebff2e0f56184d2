"""`luoshi manage rotate_keys`: seal all personal data with the first key of the ring."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luoshi.ledger import keyring
from luoshi.ledger.resealing import keys_in_use, reseal, sealed_models


class Command(BaseCommand):
    help = "Seal personal data anew with the first key of LUOSHI_KEYS. May run while people work, and be broken off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", help="Only this table.")
        parser.add_argument("--after", metavar="KEY", help="With --table: go on after the row with this key.")
        parser.add_argument("--check", action="store_true", help="Only count the values under each key.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["after"] and not options["table"]:
            raise CommandError("--after needs --table: say of which table the key is")
        if not options["check"]:
            self._reseal(options["table"], options["after"])
        found = keys_in_use()
        active = keyring.active().id
        for id, count in sorted(found.items()):
            self.stdout.write(f"{count} values under {f'key {id}' if id else 'no key: not sealed'}")
        old = sorted(set(found) - {active, ""})
        if found.get("") or old:
            self.stdout.write(f"not all is under key {active}: run `luoshi manage rotate_keys`")
        else:
            spare = [id for id in keyring.ring() if id != active]
            self.stdout.write(
                f"all is under key {active}"
                + (f"; the keys {', '.join(spare)} are needed for older backups only" if spare else "")
            )

    def _reseal(self, table: str | None, after: str | None) -> None:
        models = {model._meta.db_table: model for model in sealed_models()}
        if table is not None and table not in models:
            raise CommandError(f"{table} has nothing sealed; tables: {', '.join(models)}")
        for name, model in models.items():
            if table in (None, name):
                for step in reseal(model, after=after):
                    self.stdout.write(
                        f"{name}: {step.read} rows read, {step.changed} sealed anew; to go on from here:"
                        f" --table {name} --after {step.last}"
                    )
