"""How each kind of file is read: a path in, the first line of what is said against it out ("" where nothing is).

Another exception than the documented one passes through and fails the test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from luoshi.engines.rulebook import RulebookError, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

HERE = Path(__file__).parent
BASE = HERE.parent / "rulebooks" / "base"
UNITS = "unit,name,class\n甲,甲局,department\n乙,乙县,county\n"
DISPATCHES = (
    "dispatch_no,order_no,unit,urgency,kind,role,leader_instruction,dispatched_at,signed_at,handed_over_at,"
    "returned_at,return_outcome,extended_until,closed_at,failed_reviews,callback_at,callback_answered,contacted,"
    "conduct,result\nP1,G1,甲,routine,help,sole,no,2017-10-09 08:00,,,,,,,,,,,,\n"
)


@cache
def _china() -> Calendar:
    return Calendar.parse(calendars.read("china"))


def requests(path: Path, **_: Any) -> str:
    """A city's export of requests, with the mapping `messages`."""
    from luoshi.hotline.imports.table import UnusableFile
    from tests.hotline.imports.kit import check_file

    try:
        report = check_file(path)
    except UnusableFile as error:
        return str(error)
    return str(report.errors[0]) if report.errors else ""


def mappings(path: Path, **_: Any) -> str:
    """A mapping of columns."""
    from luoshi.hotline.imports.mapping import MappingError, read_mapping

    try:
        read_mapping(path)
    except MappingError as error:
        return str(error)
    return ""


def exchange(path: Path, *, folder: Path, table: str) -> str:
    """Another system's export: one table of a sound one replaced, or a workbook."""
    from luoshi.exchange.bad import BadExport
    from luoshi.exchange.read import read

    source = path
    if table:
        source = folder / "export"
        source.mkdir()
        (source / "units.csv").write_text(UNITS, encoding="utf-8")
        (source / "dispatches.csv").write_text(DISPATCHES, encoding="utf-8")
        shutil.copy(path, source / f"{table}.csv")
    try:
        found = read(source)
    except BadExport as error:
        return str(error)
    return str(found.bad[0]) if found.bad else ""


def categories(path: Path, **_: Any) -> str:
    """A list of categories that somebody uploads."""
    from luoshi.administration.views.categories import read_categories

    faults = read_categories(path.read_bytes()).faults
    if not faults:
        return ""
    first = faults[0]
    return f"第{first.line}行 {first.column} {first.what} {first.mend}".strip()


def calendar(path: Path, **_: Any) -> str:
    """A year of a calendar."""
    from luoshi.engines.worktime import WorktimeError

    files = {"calendar.yaml": "id: china\ntitle: 测试\n", "2017.yaml": path.read_text(encoding="utf-8")}
    try:
        Calendar.parse(files)
    except WorktimeError as error:
        return str(error)
    return ""


def rulebook(path: Path, **_: Any) -> str:
    """A file of a rulebook beside sound ones."""
    files: dict[str, str | bytes] = {one.name: one.read_bytes() for one in BASE.glob("*.yaml")}
    files["rules.yaml"] = path.read_bytes()
    try:
        parse(files, calendars={"china": _china()})
    except RulebookError as error:
        return str(error.problems[0])
    return ""


def rulebook_upload(path: Path, **_: Any) -> str:
    """A rulebook uploaded to see what it would change."""
    from luoshi.assessment.whatif import BadUpload, uploaded

    try:
        uploaded(path.name, path.read_bytes(), "sanmenxia")
    except BadUpload as error:
        return str(error)
    except RulebookError as error:
        return str(error.problems[0])
    return ""


def targets(path: Path, *, now: Any, **_: Any) -> str:
    """A year's targets."""
    from luoshi.targets.imports.load import file_check

    faults = sorted(file_check(name=path.name, content=path.read_bytes(), at=now).plan.faults)
    return f"{faults[0].line}: {faults[0].path}: {faults[0].message}" if faults else ""


def appointments(path: Path, *, now: Any, **_: Any) -> str:
    """Past notices of appointments."""
    from luoshi.appointments.imports.load import file_check

    faults = sorted(file_check(content=path.read_bytes(), at=now).file.faults)
    return f"{faults[0].line}: {faults[0].path}: {faults[0].message}" if faults else ""


def suggest(path: Path, **_: Any) -> str:
    """Past cases to learn from."""
    from luoshi.engines.suggest import SuggestError, train
    from luoshi.exchange.texts import BadTable, labels_of, read_table, texts_of

    try:
        table = read_table(path)
        rows, labels = texts_of(table, ["title", "content"]), labels_of(table, "unit")
        train(rows, labels, about={}, seed=1)
    except (BadTable, SuggestError) as error:
        return str(error)
    return ""


def models(path: Path, **_: Any) -> str:
    """A learned model; (MAGIC) stands for how this version's models begin."""
    from luoshi.engines.suggest import SuggestError
    from luoshi.engines.suggest.store import MAGIC, load

    try:
        load(path.read_bytes().replace(b"(MAGIC)", MAGIC, 1), name=path.name)
    except SuggestError as error:
        return str(error)
    return ""


def backup(path: Path, *, folder: Path, **_: Any) -> str:
    """The head of a backup."""
    from luoshi.backup.restore import check
    from luoshi.backup.tools import BackupError

    shutil.copy(path, folder / "manifest.json")
    (folder / "database.dump").write_bytes(b"")
    try:
        check(folder=folder, say=lambda said: None)
    except BackupError as error:
        return str(error)
    return ""


def attachments(path: Path, *, matter: Any, actor: Any, now: Any, **_: Any) -> str:
    """A file that somebody attaches."""
    from luoshi.ledger.errors import Incomplete
    from luoshi.ledger.services import attachment_add

    try:
        with path.open("rb") as file:
            attachment_add(matter=matter, file=file, name=path.name, purpose="test", actor=actor, at=now)
    except Incomplete as refusal:
        return str(refusal)
    return ""


READERS: dict[str, Callable[..., str]] = {
    read.__name__: read
    for read in (requests, mappings, exchange, categories, calendar, rulebook, rulebook_upload, targets, appointments,
                 suggest, models, backup, attachments)
}  # fmt: skip
