"""`luoshi export`: what it writes, into what, and what it leaves out."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from luoshi.assessment.selectors.exporting import tables
from luoshi.exchange.format import TABLES
from luoshi.exchange.read import read
from luoshi.exchange.write import write

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
Make = Callable[..., Any]


@pytest.fixture
def rows(tmp_path: Path, monday: dt.datetime) -> Callable[..., list[dict[str, str]]]:
    """rows("dispatches"): what the export of 20 November says, read back from the files."""

    def make(table: str, now: dt.datetime = monday + 42 * DAY) -> list[dict[str, str]]:
        write(tmp_path, tables(now=now), now.tzinfo)
        with (tmp_path / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return make


def test_a_dispatch_is_told_in_the_words_of_the_format(
    dispatch_of: Make, office: Any, monday: dt.datetime, rows: Make
) -> None:
    dispatch = dispatch_of()
    office.through(dispatch, monday + HOUR)
    office.fed_back(dispatch.request, monday + 5 * HOUR)
    office.called(dispatch.request, monday + 6 * HOUR, (True, "basically", "satisfied"))
    (row,) = rows("dispatches")
    assert {name: value for name, value in row.items() if value} == {
        "dispatch_no": dispatch.matter.number,
        "order_no": dispatch.request.matter.number,
        "unit": "chengguan",
        "urgency": "routine",
        "kind": "help",
        "role": "sole",
        "leader_instruction": "no",
        "dispatched_at": "2017-10-09 09:05:00",
        "signed_at": "2017-10-09 10:00:00",
        "handed_over_at": "2017-10-09 10:10:00",
        "closed_at": "2017-10-09 11:00:00",
        "failed_reviews": "0",
        "callback_at": "2017-10-09 15:00:00",
        "callback_answered": "yes",
        "contacted": "yes",
        "conduct": "basically",
        "result": "satisfied",
    }


def test_an_extension_stands_in_the_export_and_the_usual_limit_does_not(
    dispatch_of: Make, office: Any, monday: dt.datetime, rows: Make, actor: Make
) -> None:
    from luoshi.hotline.services import extension_grant, extension_request

    plain, extended = dispatch_of(), dispatch_of(urgency="urgent")
    asked = extension_request(
        dispatch=_signed(extended, office, monday), reason="工程量大", basis="某条例第三条", until=monday + 9 * DAY,
        actor=actor("liaison", "chengguan"), at=monday + 2 * HOUR,
    )  # fmt: skip
    extension_grant(application=asked, actor=actor("platform_leader"), at=monday + 3 * HOUR)
    told = {row["dispatch_no"]: row["extended_until"] for row in rows("dispatches")}
    assert told == {plain.matter.number: "", extended.matter.number: "2017-10-18 09:00:00"}


def _signed(dispatch: Any, office: Any, monday: dt.datetime) -> Any:
    office.sign(dispatch, monday + HOUR)
    return dispatch


def test_earlier_returns_have_a_table_of_their_own(
    dispatch_of: Make, office: Any, bodies: Any, monday: dt.datetime, rows: Make
) -> None:
    dispatch = dispatch_of()
    office.sign(dispatch, monday + HOUR)
    office.back(dispatch, monday + 2 * HOUR, other=bodies["zhujian"], accepted=False)
    office.back(dispatch, monday + 4 * HOUR, other=bodies["zhujian"])
    (row,) = rows("dispatches")
    assert (row["returned_at"], row["return_outcome"]) == ("2017-10-09 13:00:00", "")
    (before,) = rows("returns")
    assert before == {
        "dispatch_no": dispatch.matter.number,
        "returned_at": "2017-10-09 11:00:00",
        "return_outcome": "rejected",
    }


@pytest.mark.parametrize("target", ["folder", "book.xlsx"])
def test_no_personal_data_leaves_and_the_export_can_be_read_again(
    dispatch_of: Make, office: Any, monday: dt.datetime, tmp_path: Path, target: str
) -> None:
    dispatch = dispatch_of()
    office.through(dispatch, monday + HOUR)
    path = tmp_path / target
    counted = write(path, tables(now=monday + 3 * DAY), monday.tzinfo)
    assert (counted["dispatches"], counted["units"] > 5, counted["closings"]) == (1, True, 1)
    export = read(path)
    assert not export.bad
    assert len(export.data["dispatches"]) == 1
    if path.is_dir():
        said = "".join(file.read_text(encoding="utf-8") for file in path.iterdir())
        assert sorted(file.stem for file in path.iterdir()) == sorted(table.name for table in TABLES)
        for secret in ("虞听澜", "19900007001", "崤山路"):
            assert secret not in said


def test_the_command_writes_and_says_how_much(
    dispatch_of: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from luoshi.cli import export as command

    dispatch_of()
    monkeypatch.setattr(command, "use_django", lambda: None)
    done = CliRunner().invoke(command.export, [str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "1 dispatches" in done.output
    wrong = CliRunner().invoke(command.export, [str(tmp_path / "out"), "--period", "2017-13"])
    assert wrong.exit_code != 0
    assert "2017-13" in wrong.output


def test_what_an_appeal_corrected_is_exported(
    bodies: Any, monday: dt.datetime, rows: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.assessment.selectors import exporting

    class Accepted:
        body = bodies["chengguan"]
        corrections = [
            {"count": "signed_in_time", "from": "1", "to": "2", "day": "2017-10-31", "case": "G1", "why": ""}
        ]

    monkeypatch.setattr(exporting, "_accepted", lambda: [Accepted])
    (row,) = rows("corrections")
    assert row == {
        "unit": "chengguan", "count": "signed_in_time", "date": "2017-10-31", "counted": "1", "corrected": "2",
        "order_no": "G1",
    }  # fmt: skip
