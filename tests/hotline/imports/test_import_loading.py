"""Importing into the database: once each, at their own times, whole or not at all, nothing in the events."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from luoshi.cli import main
from luoshi.hotline import models
from luoshi.hotline.imports import load
from luoshi.hotline.imports.load import File, ImportRefused, Loaded, requests_load
from luoshi.hotline.imports.mapping import find_mapping
from luoshi.hotline.imports.requests import Request
from luoshi.hotline.imports.source import open_source
from luoshi.hotline.states import IMPORT, REQUEST
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.models import Event, Matter, Obligation, Outbox
from luoshi.ledger.verify import Report as VerifyReport
from luoshi.ledger.verify import verify
from tests.hotline.imports.kit import GOOD, NOW, SHANGHAI, messages, write

pytestmark = pytest.mark.django_db
CLERK = Actor(kind=ActorKind.SYSTEM, name="导入(clerk)")
WAITING = "2,游客乙,井盖丢失,2019年7月1日,西街的井盖丢了。,,"
Import = Callable[..., Loaded]


@pytest.fixture
def bring_in(bodies: dict[str, Any], tmp_path: Path) -> Import:
    """Import rows of a file with the columns of `messages`."""

    def call(
        *rows: str, mapping: str = "messages", header: str = "", at: datetime = NOW, **options: Any
    ) -> Loaded:
        path = write(tmp_path, messages(*rows, **({"header": header} if header else {})))
        with open_source(path, find_mapping(mapping), now=at) as source:
            good = [result for _, result in source.results() if isinstance(result, Request)]
        file = File(name=path.name, digest="0" * 64, rows=len(rows), bad=len(rows) - len(good))
        return requests_load(
            requests=good, file=file, mapping=find_mapping(mapping), actor=CLERK, at=at, **options
        )

    return call


def test_a_request_and_its_reply_stand_at_their_own_times(bring_in: Import) -> None:
    assert bring_in(GOOD).counts() | {"pending": 0} == {
        "imported": 1,
        "answered": 1,
        "pending": 0,
        "unchanged": 0,
        "changed": 0,
        "refused": 0,
    }
    request = models.Request.objects.get()
    received, replied = request.matter.events.order_by("seq")
    assert (received.kind, received.at) == (
        "hotline.received",
        datetime(2019, 6, 26, 11, 13, 14, tzinfo=SHANGHAI),
    )
    assert (replied.kind, replied.at) == ("hotline.reply_imported", datetime(2019, 6, 28, 9, tzinfo=SHANGHAI))
    assert received.recorded_at.year >= 2024
    assert (received.data["imported"], replied.data["imported"]) == (True, True)
    assert (request.matter.state, request.matter.closed_at) == ("archived", replied.at)
    assert (request.content, request.outcome) == ("南门外的路灯三天没亮了。", "已修好。")
    assert (request.matter.title, request.contact.account, request.contact.name) == ("路灯不亮", "游客甲", "")


def test_a_reply_known_to_the_day_keeps_that_day(bring_in: Import) -> None:
    bring_in(GOOD.replace("2019/6/28 9:00:00", "2019/6/26"))
    replied = Event.objects.get(kind="hotline.reply_imported")
    assert (replied.data["precision"], replied.at) == ("day", datetime(2019, 6, 26, 18, tzinfo=SHANGHAI))


def test_a_reply_on_the_evening_of_a_late_message_is_not_before_it(bring_in: Import) -> None:
    bring_in(GOOD.replace("11:13:14", "21:13:14").replace("2019/6/28 9:00:00", "2019/6/26"))
    replied = Event.objects.get(kind="hotline.reply_imported")
    assert replied.at == datetime(2019, 6, 26, 21, 13, 14, tzinfo=SHANGHAI)


def test_a_request_without_a_reply_waits_without_a_clock(bring_in: Import) -> None:
    assert bring_in(WAITING).pending == 1
    matter = Matter.objects.get(kind=REQUEST)
    assert matter.state == "received"
    assert not Obligation.objects.exists()


def test_a_request_without_a_reply_is_archived_where_the_mapping_says_so(bring_in: Import) -> None:
    header = "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数"
    loaded = bring_in("3,游客丙,噪音,2019/6/26,夜里施工。,1,25", mapping="hot-topics", header=header)
    assert (loaded.imported, loaded.pending) == (1, 0)
    matter = Matter.objects.get(kind=REQUEST)
    assert (matter.state, matter.closed_at) == ("archived", NOW)
    reference = models.ImportedRequest.objects.get()
    assert (reference.votes_for, reference.votes_against) == (25, 1)


def test_nobody_gets_a_message_and_no_clock_runs(bring_in: Import) -> None:
    bring_in(GOOD, WAITING)
    assert not Outbox.objects.filter(matter__kind__in=[REQUEST, IMPORT]).exists()
    assert not Obligation.objects.exists()


def test_no_personal_data_stands_in_events_or_titles(bring_in: Import) -> None:
    row = "4,赵小明,请联系13812345678,2019/6/26,我叫赵小明，电话13812345678。,已致电13812345678。,2019/6/27"
    bring_in(row)
    for event in Event.objects.all():
        assert "赵小明" not in str(event.data)
        assert "13812345678" not in str(event.data)
    request = models.Request.objects.get()
    assert "13812345678" not in request.matter.title
    assert request.content.startswith("请联系13812345678\n")


def test_importing_again_imports_nothing_twice(bring_in: Import) -> None:
    bring_in(GOOD, WAITING)
    before = Event.objects.count()
    again = bring_in(WAITING, GOOD)
    assert (again.imported, again.unchanged, again.changed) == (0, 2, [])
    assert models.Request.objects.count() == 2
    assert Event.objects.count() == before + 2  # the second import's own


def test_a_row_that_has_changed_is_told_and_left_as_it_was(bring_in: Import) -> None:
    bring_in(WAITING)
    again = bring_in(WAITING.replace("西街", "东街"), GOOD)
    assert (again.imported, again.unchanged, again.changed) == (1, 0, [(2, "2")])
    assert models.Request.objects.get(imported__external_id="2").content == "西街的井盖丢了。"


def test_the_same_number_in_another_source_is_another_request(bring_in: Import) -> None:
    bring_in(GOOD)
    header = "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数"
    assert (
        bring_in("1,游客丙,噪音,2019/6/26,夜里施工。,1,25", mapping="hot-topics", header=header).imported == 1
    )


def test_the_import_is_a_matter_of_its_own(bring_in: Import) -> None:
    loaded = bring_in(GOOD, WAITING, "5,丁,,2019/6/26,没有主题。,,")
    matter = Matter.objects.get(kind=IMPORT)
    started, finished = matter.events.order_by("seq")
    assert (matter.number, matter.state) == (loaded.batch, "finished")
    assert (started.actor_name, started.at) == ("导入(clerk)", NOW)
    assert {key: started.data[key] for key in ("file", "sha256", "facts", "rows", "bad")} == {
        "file": "export.csv",
        "sha256": "0" * 64,
        "facts": {"source": "messages"},
        "rows": 3,
        "bad": 1,
    }
    assert finished.data == loaded.counts()
    assert set(models.ImportedRequest.objects.values_list("batch", flat=True)) == {matter.pk}


def test_the_ledger_holds_after_an_import(bring_in: Import) -> None:
    bring_in(GOOD, WAITING)
    assert list(verify(report=VerifyReport())) == []


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that breaks down at the third request, half-way through it."""
    whole = load._import_reply
    calls: list[int] = []

    def breaks(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(load, "_import_reply", breaks)
    monkeypatch.setattr(load, "CHUNK", 2)


def rows(count: int) -> Iterator[str]:
    return (
        f"{number},游客,路灯{number},2019/6/26,第{number}盏路灯不亮。,," for number in range(1, count + 1)
    )


@pytest.mark.usefixtures("failing")
def test_an_interrupted_all_or_nothing_import_leaves_nothing(bring_in: Import) -> None:
    with pytest.raises(KeyboardInterrupt):
        bring_in(*rows(4), all_or_nothing=True)
    assert not Matter.objects.filter(kind__in=[REQUEST, IMPORT]).exists()
    assert not models.ImportedRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("failing")
def test_an_interrupted_import_leaves_whole_requests_and_goes_on_when_run_again(bring_in: Import) -> None:
    with pytest.raises(KeyboardInterrupt):
        bring_in(*rows(5))
    assert models.Request.objects.count() == models.ImportedRequest.objects.count() == 2
    stopped = Matter.objects.get(kind=IMPORT)
    assert (stopped.state, stopped.events.order_by("seq").last().data["imported"]) == ("stopped", 2)
    again = bring_in(*rows(5))
    assert (again.imported, again.unchanged) == (3, 2)
    assert models.Request.objects.count() == 5


def test_an_import_that_was_killed_is_closed_by_the_next(
    bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(load._Load, "_end", lambda *_: None)
        bring_in(GOOD)
    killed = Matter.objects.get(kind=IMPORT)
    assert killed.state == "running"
    bring_in(GOOD, WAITING)
    killed.refresh_from_db()
    assert (killed.state, killed.events.order_by("seq").last().data) == ("stopped", {"imported": 1})


def test_a_row_that_the_hotline_refuses_is_told(bring_in: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_the_waiting(monkeypatch)
    loaded = bring_in(GOOD, WAITING)
    assert (loaded.imported, [(problem.row, problem.value) for problem in loaded.refused]) == (1, [(3, "2")])
    assert models.Request.objects.count() == 1


def test_all_or_nothing_takes_everything_back_when_a_row_is_refused(
    bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_the_waiting(monkeypatch)
    loaded = bring_in(GOOD, WAITING, all_or_nothing=True)
    assert (loaded.imported, loaded.batch, len(loaded.refused)) == (0, "", 1)
    assert not Matter.objects.filter(kind__in=[REQUEST, IMPORT]).exists()


def refuse_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.ledger.errors import Incomplete

    whole = load.request_receive

    def refuses(**given: Any) -> Any:
        if given["title"] == "井盖丢失":
            raise Incomplete("请填写诉求内容", field="content")
        return whole(**given)

    monkeypatch.setattr(load, "request_receive", refuses)


def test_a_mapping_with_an_unknown_channel_is_refused(bring_in: Import, tmp_path: Path) -> None:
    text = "source: town\nchannel: pigeon\ncolumns: {id: 留言编号, subject: 留言主题, received: 留言时间}\n"
    mapping = write(tmp_path, text, "town.yaml")
    with pytest.raises(ImportRefused, match=r"^mapping town: channel: 请选择来件渠道"):
        bring_in(GOOD, mapping=str(mapping))


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_source_do_not_run_at_once(bring_in: Import) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('luoshi.import:messages'))")
        with pytest.raises(
            ImportRefused, match=r"^another import of messages is running; wait until it has ended$"
        ):
            bring_in(GOOD)
        with other.cursor() as cursor:  # by word: a closed connection's lock goes a moment later
            cursor.execute("SELECT pg_advisory_unlock(hashtext('luoshi.import:messages'))")
    finally:
        other.close()
    assert bring_in(GOOD).imported == 1


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(bodies: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; return exit code, standard output and standard error."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        try:
            code = main(["import-requests", *map(str, arguments)]) or 0
        except SystemExit as stop:
            code = stop.code  # type: ignore[assignment]
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_command_imports_once_confirmed(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD, WAITING, "5,丁,,2019/6/26,没有主题。,,"))
    code, _, err = run(path, "--mapping", "messages")
    assert (code, models.Request.objects.count()) == (2, 0)
    assert "nothing imported: add --yes to import without being asked" in err
    code, out, err = run(path, "--mapping", "messages", "--yes")
    assert (code, models.Request.objects.count()) == (1, 2)
    assert (
        "  imported 2 (with a reply 1, waiting 1), imported before 0, changed 0, refused 0: import 2" in out
    )
    code, out, _ = run(path, "--mapping", "messages", "--yes")
    assert "  imported 0 (with a reply 0, waiting 0), imported before 2, changed 0" in out


class Terminal(io.StringIO):
    """A person at a terminal who types this."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_before_anything_is_imported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, messages(GOOD, WAITING))
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    code, _, err = run(path, "--mapping", "messages")
    assert (code, models.Request.objects.count()) == (130, 0)
    assert "Import 2 requests as messages? 1 without a reply wait for dispatch [y/N]:" in err
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    code, _, _ = run(path, "--mapping", "messages")
    assert (code, models.Request.objects.count()) == (0, 2)


def test_the_command_imports_nothing_by_choice_when_a_row_is_bad(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, messages(GOOD, "5,丁,,2019/6/26,没有主题。,,"))
    code, out, _ = run(path, "--mapping", "messages", "--yes", "--all-or-nothing")
    assert (code, models.Request.objects.count()) == (1, 0)
    assert out.endswith("  nothing imported\n")
    path = write(tmp_path, messages(GOOD))
    code, out, _ = run(path, "--mapping", "messages", "--yes", "--all-or-nothing")
    assert (code, models.Request.objects.count()) == (0, 1)


def test_the_command_reports_an_import_as_json(run: Run, tmp_path: Path) -> None:
    import json

    path = write(tmp_path, messages(GOOD, WAITING))
    code, out, err = run(path, "--mapping", "messages", "--yes", "--json")
    report = json.loads(out)
    assert (code, err, report["imported"], report["answered"], report["changed"]) == (0, "", 2, 1, [])
    write(tmp_path, messages(GOOD, WAITING.replace("西街", "东街")))
    report = json.loads(run(path, "--mapping", "messages", "--yes", "--json")[1])
    assert (report["imported"], report["unchanged"], report["changed"]) == (0, 1, ["2"])
