"""`luoshi export`: the live system in the exchange format, for `luoshi assess` or another system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from luoshi.cli import use_django

if TYPE_CHECKING:
    from luoshi.engines.assessment import Period


@click.command()
@click.argument("target", metavar="FOLDER_OR_XLSX", type=click.Path(path_type=Path))
@click.option(
    "--period", metavar="PERIOD", help="Base work as it stood at this period's end: 2017-10, 2017-Q4, 2017."
)
def export(target: Path, period: str | None) -> None:
    """Write units, dispatches, answers, reports, base work and entries in the exchange format.

    \b
    Example:
    luoshi export export/ && luoshi assess export/ --period 2017-10

    CSV files into a folder (made if need be; its files of the same names are replaced), or one .xlsx. No personal
    data is written. docs/exchange.md describes the format.
    """
    use_django()
    from django.utils import timezone

    from luoshi.assessment.selectors.exporting import tables
    from luoshi.engines.assessment import Period, PeriodError
    from luoshi.exchange.write import write
    from luoshi.ledger import rules
    from luoshi.ledger.verify import snapshot

    span: Period | None = None
    try:
        span = Period.parse(period) if period else None
    except PeriodError as error:
        raise click.ClickException(str(error)) from None
    now = timezone.now().replace(microsecond=0)
    try:
        with snapshot():
            counted = write(target, tables(now=now, period=span), rules.current().worktime.tz)
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror or error}") from None
    click.echo(f"{target}: " + ", ".join(f"{number} {name}" for name, number in counted.items()))
