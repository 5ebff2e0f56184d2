"""`luoshi backup`, `luoshi restore` and `luoshi export-everything`."""

from __future__ import annotations

from pathlib import Path

import click

from luoshi.cli import use_django


def _say(text: str) -> None:
    click.echo(f"  {text}", err=True)


@click.command()
@click.argument("target", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="Afterwards take away all but the N newest."
)
def backup(target: Path, keep: int | None) -> None:
    """Write the database, all attachments and the suggestion model, as of this moment, into a new folder below FOLDER.

    \b
    Example:
    luoshi backup /srv/backup/luoshi --keep 30

    People go on working meanwhile. Attachments that the last backup in FOLDER has are linked to, so that keeping many
    costs little. Nothing that is not checked gets a name: an unfinished backup ends in .partial. Exit code 1 when
    an attachment was missing or damaged in the system itself; the backup is made all the same.

    The secret keys are not in it: keep them apart (docs/operations.md).
    """
    use_django()
    from django.utils import timezone

    from luoshi.backup import make
    from luoshi.backup.tools import BackupError

    try:
        folder, found = make.backup(target=target, at=timezone.localtime(), say=_say)
        if keep is not None:
            make.prune(target=target, keep=keep, say=_say)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror or error}") from None
    click.echo(
        f"{folder}: {found.rows['matters']} matters, {found.rows['events']} events, {len(found.files)} files"
    )
    for digest in found.damaged:
        click.echo(f"missing or damaged in the system: attachment {digest}", err=True)
    raise click.exceptions.Exit(1 if found.damaged else 0)


@click.command()
@click.argument("folder", metavar="BACKUP", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--check-only", is_flag=True, help="Read the backup through and compare digests; change nothing."
)
def restore(folder: Path, check_only: bool) -> None:
    """Bring a backup back into an empty database and verify it.

    \b
    Example:
    LUOSHI_DATABASE_URL=postgresql://luoshi@db/luoshi_new luoshi restore /srv/backup/luoshi/luoshi-20171009-010000

    Refused where the database holds anything. A backup of an older version is brought up to date. At the end everything
    is verified as by `luoshi verify`; exit code 1 when anything differs. Everybody signs in anew.
    """
    use_django()
    from luoshi.backup import restore as bringing
    from luoshi.backup.tools import BackupError

    try:
        if check_only:
            found = bringing.check(folder=folder, say=_say)
            click.echo(f"{folder}: whole; as of {found.made_at}, {found.rows['matters']} matters")
            return
        found = bringing.restore(folder=folder, say=_say)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or folder}: {error.strerror or error}") from None
    from luoshi.cli.service import migrate, verify
    from luoshi.hotline.selectors.suggestions import model_standing

    migrate()
    standing = model_standing()
    if standing and not standing[1].is_file():
        click.echo(
            "The dispatch suggestion's model is not in this backup; until it is learned anew (each Sunday, or "
            "`luoshi suggest train --from-history`), suggestions come from similar requests"
        )
    click.echo(f"Brought back as of {found.made_at}; verifying …")
    click.get_current_context().invoke(verify, matter=None, as_json=False)


@click.command("export-everything")
@click.argument("target", metavar="FOLDER", type=click.Path(path_type=Path))
def export_everything(target: Path) -> None:
    """Write all that is stored into a new FOLDER in open formats, for another system or for good.

    \b
    Example:
    luoshi export-everything /srv/leaving/2026-11

    A CSV file (UTF-8) for each table, datapackage.json with types, titles and keys of their columns, and attachments/ with the
    files under their digests. Passwords and other secrets stay out. It holds citizens' personal data in clear: the
    folder is readable by its owner only, and the export is recorded. Exit code 1 when an attachment was missing or
    damaged in the system.
    """
    use_django()
    from django.utils import timezone

    from luoshi.backup import everything
    from luoshi.backup.tools import BackupError

    try:
        rows, damaged = everything.export(target=target, at=timezone.localtime(), say=_say)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or target}: {error.strerror or error}") from None
    click.echo(f"{target}: {len(rows)} tables, {sum(rows.values())} rows")
    for digest in damaged:
        click.echo(f"missing or damaged in the system: attachment {digest}", err=True)
    raise click.exceptions.Exit(1 if damaged else 0)
