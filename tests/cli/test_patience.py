"""An update waits for a table in use for a while, and then says so instead of holding everybody up."""

from __future__ import annotations

import click
import psycopg
import pytest
from django.db import OperationalError, connection

from luoshi.cli.service import patient


@pytest.mark.django_db(transaction=True)
def test_a_change_of_a_table_in_use_is_given_up_in_words() -> None:
    settings = connection.get_connection_params()
    keep = {key: settings[key] for key in ("dbname", "host", "port", "user", "password") if settings.get(key)}
    with psycopg.connect(**keep) as other:
        other.execute("LOCK TABLE ledger_matter IN ACCESS SHARE MODE")
        with (
            pytest.raises(click.ClickException, match=r"stayed in use for 0\.05 seconds"),
            patient(0.05),
            connection.cursor() as cursor,
        ):
            cursor.execute("ALTER TABLE ledger_matter ADD COLUMN note text")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db
def test_another_error_stays_what_it_is() -> None:
    with pytest.raises(OperationalError, match="something else"), patient(1):
        raise OperationalError("something else")
