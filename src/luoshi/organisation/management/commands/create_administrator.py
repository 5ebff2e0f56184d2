"""`luoshi manage create_administrator`: the first accounts of a new installation."""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from luoshi.ledger.errors import Refusal
from luoshi.organisation.services import administrator_first

PASSWORD = "LUOSHI_ADMIN_PASSWORD"  # noqa: S105 - the name of the variable


class Command(BaseCommand):
    """Opens the first account with the role; the password is asked for, or taken from the environment."""

    help = (
        f"Open the first administrator's or security officer's account (password: asked for, or {PASSWORD})."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and at which body."""
        parser.add_argument("--username", default="admin")
        parser.add_argument(
            "--role",
            choices=("administrator", "security_officer"),
            default="administrator",
            help="The administrator opens accounts, the security officer grants roles: two people.",
        )
        parser.add_argument("--name", required=True, help="name of the person")
        parser.add_argument(
            "--body-code", required=True, help="short Latin code of the body, such as zhengfuban"
        )
        parser.add_argument(
            "--body-name", required=True, help="full name of the body; it is set up if it is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the account, or say in one line why not."""
        password = os.environ.get(PASSWORD) or getpass.getpass("Password: ")
        try:
            user = administrator_first(
                username=options["username"],
                password=password,
                name=options["name"],
                body_code=options["body_code"],
                body_name=options["body_name"],
                at=timezone.now(),
                role=options["role"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Account {user.username} is open; its password is to be changed at the first log-in."
        )
