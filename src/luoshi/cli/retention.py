"""`luoshi retention`: what is due under the rules of keeping, and erasing what was approved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from luoshi.retention.models import Run


@click.command()
@click.option(
    "--preview", "mode", flag_value="preview", default="preview", help="Tell what is due (the default)."
)
@click.option(
    "--apply", "mode", flag_value="apply", help="Erase what was approved, and what rules say goes by itself."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def retention(mode: str, as_json: bool) -> None:
    """Tell what is due under the rules of keeping, or erase what was approved.

    Nothing that needs an approval is erased without it: one person proposes and another approves in the workbench.
    Exit code: 1 where a rule cannot be used.

    \b
    Try:
      luoshi retention
      luoshi retention --apply
    """
    from luoshi.cli import use_django

    use_django()
    from django.utils import timezone

    now = timezone.localtime()
    if mode == "apply":
        _apply(now, as_json)
    report = _preview(now)
    if as_json:
        if mode == "preview":
            click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    elif mode == "preview":
        _tell(report)
    if any(row["fault"] for row in report):
        raise SystemExit(1)


def _preview(now: Any) -> list[dict[str, Any]]:
    from luoshi.retention.rules import listed_on
    from luoshi.retention.selectors import preview

    report = []
    for one in listed_on(now.date()):
        row: dict[str, Any] = {"rule": one.setting.id, "title": one.setting.title, "fault": one.fault}
        if one.keeping is not None:
            found = preview(one.keeping, now)
            row |= {
                "record": one.keeping.records.code,
                "keep": str(one.keeping.keep),
                "automatic": one.keeping.automatic,
                "cite": list(one.keeping.cite),
                "before": found.before.isoformat(),
                "due": found.count,
                "held": found.held,
                "oldest": found.oldest.isoformat() if found.oldest else None,
            }
        report.append(row)
    return report


def _tell(report: list[dict[str, Any]]) -> None:
    if not report:
        click.echo("the rulebook says of nothing how long it is kept; nothing is erased")
    for row in report:
        if row["fault"]:
            click.echo(f"{row['rule']}: {row['fault']}", err=True)
            continue
        since = f", the oldest of {row['oldest'][:10]}" if row["oldest"] else ""
        held = f", {row['held']} more on hold" if row["held"] else ""
        how = "goes by itself" if row["automatic"] else "needs approval"
        click.echo(
            f"{row['rule']}: {row['due']} {row['record']} due{since}{held} (kept {row['keep']}; {how})"
        )


def _apply(now: Any, as_json: bool) -> None:
    from luoshi.retention.services import night

    def say(run: Run) -> None:
        if not as_json:
            click.echo(f"{run.rule}: {run.erased} of about {run.count} erased")

    runs = night(at=now, say=say)
    if as_json:
        done = [{"run": run.pk, "rule": run.rule, "erased": run.erased, "live": run.live} for run in runs]
        click.echo(json.dumps(done, ensure_ascii=False, indent=2))
        return
    waiting = [run for run in runs if run.live]
    for run in waiting:
        click.echo(f"{run.rule}: {run.count} due, waits to be proposed and approved")
    if not runs:
        click.echo("nothing was approved, and nothing goes by itself today")
