"""`luoshi suggest`: learn from past cases who is competent, judge the model, and group texts about the same trouble."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from luoshi.engines.suggest import Model

P = ParamSpec("P")
R = TypeVar("R")
ZONE = ZoneInfo("Asia/Shanghai")
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


class Mistake(click.ClickException):
    """What the caller can mend: one line on standard error, exit code 2."""

    exit_code = 2


def _clear_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what is wrong with a file into one line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from luoshi.engines.suggest import SuggestError
        from luoshi.exchange.texts import BadTable

        try:
            return command(*args, **kwargs)
        except (BadTable, SuggestError) as error:
            raise Mistake(str(error)) from None
        except OSError as error:
            raise Mistake(f"{error.filename}: {error.strerror or error}") from None

    return run


@click.group()
def suggest() -> None:
    """Suggest the unit for a request, learned from past ones; find groups of the same trouble.

    \b
    Try:
      luoshi suggest train past.csv --text title --text content --label unit --out city.model
      luoshi suggest train past.csv --more titles.csv --text title --text content --label unit --out city.model
      luoshi suggest evaluate city.model later.csv
      luoshi suggest explain city.model "路灯不亮" "崤山路的路灯三天不亮"
      luoshi suggest groups export.csv --text title --text content --time received
      luoshi suggest train --from-history

    Files are CSV with a header line, UTF-8 or GB18030. Only --from-history needs the database. docs/suggest.md
    """


@suggest.command()
@click.argument("file", required=False, type=FILE)
@click.option("--text", "texts", multiple=True, metavar="COLUMN", help="Repeatable; the title first.")
@click.option("--label", metavar="COLUMN", help="The column that holds the right answer.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the model.")
@click.option(
    "--more",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="Further labelled rows that also teach; may lack some of the --text columns. Repeatable.",
)
@click.option("--from-history", is_flag=True, help="Learn from this city's own dispatches that stood.")
@click.option("--seed", default=20170929, show_default=True, help="The same seed, the same model.")
@_clear_errors
def train(
    file: Path | None,
    texts: tuple[str, ...],
    label: str | None,
    out: Path | None,
    more: tuple[Path, ...],
    from_history: bool,
    seed: int,
) -> None:
    """Learn from FILE which label a text has, and write the model; print what was learned as JSON.

    The figures under held_out are of rows of FILE that the model judged without having seen them or, in the files
    given with --more, anything of the same title.
    """
    if from_history:
        if file or texts or label or out or more:
            raise click.UsageError("--from-history takes no file and no columns: it reads the database")
        _print(_from_history())
        return
    if file is None or not texts or not label or out is None:
        raise click.UsageError("give FILE, --text, --label and --out; or --from-history")
    from luoshi.engines.suggest import dump
    from luoshi.engines.suggest import train as learn
    from luoshi.exchange.texts import labels_of, read_table, texts_of

    table = read_table(file)
    rows, labels = texts_of(table, texts), labels_of(table, label)
    about = {"text_names": list(texts), "label_name": label, "seed": seed}
    model = learn(
        rows,
        labels,
        more=_further(more, texts, label),
        about=about,
        seed=seed,
        tell=lambda said: click.echo(said, err=True),
    )
    data = dump(model)
    _write(out, data)
    _print({"model": str(out), "bytes": len(data), "labels": list(model.labels), **model.about})


def _further(
    files: tuple[Path, ...], texts: tuple[str, ...], label: str
) -> list[tuple[tuple[str, ...], str]]:
    """The texts of further files with their labels; a column that a file lacks is empty."""
    from luoshi.exchange.texts import labels_of, read_table, texts_of

    found: list[tuple[tuple[str, ...], str]] = []
    for table in map(read_table, files):
        there = [name for name in texts if name in table.header] or texts[:1]
        rows = [dict(zip(there, row, strict=True)) for row in texts_of(table, there)]
        given = [tuple(row.get(name, "") for name in texts) for row in rows]
        found += zip(given, labels_of(table, label), strict=True)
    return found


def _from_history() -> dict[str, Any]:
    from luoshi.cli import use_django

    use_django()
    from django.utils import timezone

    from luoshi.hotline.services.suggesting import model_train
    from luoshi.ledger.actors import SYSTEM
    from luoshi.ledger.errors import Refusal

    try:
        return model_train(actor=SYSTEM, at=timezone.localtime()).as_dict()
    except Refusal as refusal:
        raise Mistake(str(refusal)) from None


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all, so that a stop leaves the old file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _load(path: Path) -> Model:
    from luoshi.engines.suggest import load

    return load(path.read_bytes(), name=str(path))


@suggest.command()
@click.argument("model", type=FILE)
@click.argument("file", type=FILE)
@click.option("--text", "texts", multiple=True, metavar="COLUMN", help="As in training, without.")
@click.option("--label", metavar="COLUMN", help="As in training, without.")
@_clear_errors
def evaluate(model: Path, file: Path, texts: tuple[str, ...], label: str | None) -> None:
    """Judge MODEL on the rows of FILE: accuracy, macro-F1 and each label's figures as JSON.

    majority is what always guessing the commonest label of FILE gives.
    """
    from luoshi.engines.suggest import measured
    from luoshi.exchange.texts import labels_of, read_table, texts_of

    trained = _load(model)
    names = texts or tuple(trained.about.get("text_names", ()))
    wanted = label or trained.about.get("label_name", "")
    if not names or not wanted:
        raise click.UsageError(f"{model} was trained on the city's history: name --text and --label")
    if len(names) != trained.about["text_columns"]:
        raise Mistake(f"{model} reads {trained.about['text_columns']} text column(s), {len(names)} given")
    table = read_table(file)
    truth = labels_of(table, wanted)
    told = [trained.label(row) for row in texts_of(table, names)]
    unknown = sorted(set(truth) - set(trained.labels))
    _print({**measured(truth, told), "labels_unknown_to_the_model": unknown})


@suggest.command()
@click.argument("model", type=FILE)
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
@click.option("--limit", default=3, show_default=True, help="How many labels.")
@_clear_errors
def explain(model: Path, texts: tuple[str, ...], limit: int) -> None:
    """Tell which label TEXT has by MODEL, how sure, by which words and which past cases (JSON)."""
    from dataclasses import asdict

    trained = _load(model)
    columns = int(trained.about["text_columns"])
    given = (*texts, *[""] * columns)[:columns]
    _print([asdict(guess) for guess in trained.suggest(given, limit=limit)])


@suggest.command()
@click.argument("file", type=FILE)
@click.option("--text", "texts", multiple=True, required=True, metavar="COLUMN", help="The title first.")
@click.option("--time", "time", metavar="COLUMN", help="When it came: newer ones are hotter.")
@click.option("--who", metavar="COLUMN", help="Who sent it: persons are counted, not messages.")
@click.option("--votes", multiple=True, metavar="COLUMN", help="Agreement; repeatable.")
@click.option("--id", "key", metavar="COLUMN", help="What a row is known by; its line without.")
@click.option("--least", default=2, show_default=True, help="Members of a group at least.")
@click.option("--top", default=50, show_default=True, help="How many groups to print; 0 for all.")
@_clear_errors
def groups(
    file: Path,
    texts: tuple[str, ...],
    time: str | None,
    who: str | None,
    votes: tuple[str, ...],
    key: str | None,
    least: int,
    top: int,
) -> None:
    """Group the rows of FILE that are about the same trouble at the same place, the hottest first (JSON)."""
    from luoshi.engines.suggest import Item, similar_groups
    from luoshi.exchange.texts import moments_of, numbers_of, read_table, texts_of

    table = read_table(file)
    count = len(table.rows)
    moments = moments_of(table, time, ZONE) if time else [None] * count
    people = table.column(who) if who else [""] * count
    agreed = [sum(row) for row in zip(*(numbers_of(table, name) for name in votes), strict=True)]
    ids = table.column(key) if key else [str(line) for line in table.lines]
    items = [
        Item(
            ref=number,
            title=row[0],
            text=" ".join(row[1:]),
            at=moments[number],
            who=people[number],
            votes=agreed[number] if votes else 0,
        )
        for number, row in enumerate(texts_of(table, texts))
    ]
    found = similar_groups(items, least=least)
    shown = found[:top] if top else found
    _print(
        {
            "rows": count,
            "groups": len(found),
            "grouped": sum(len(group.items) for group in found),
            "shown": [
                {
                    "title": group.title,
                    "words": list(group.words),
                    "count": len(group.items),
                    "people": group.people,
                    "votes": group.votes,
                    "heat": group.heat,
                    "first": group.first.isoformat() if group.first else None,
                    "last": group.last.isoformat() if group.last else None,
                    "members": [{"id": ids[n], "title": items[n].title} for n in group.items],
                }
                for group in shown
            ],
        }
    )


def _print(values: Any) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))
