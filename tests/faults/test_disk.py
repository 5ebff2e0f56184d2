"""Disks that are full or cannot be written: what people are told, that nothing is by halves, that it goes on after."""

from __future__ import annotations

import subprocess
import time
from collections import Counter

import pytest
from bench.client import Answer, Browser

from tests.conftest import PASSWORD
from tests.faults.place import Place, until
from tests.faults.test_kill import CALL, Writer, at_work, whole_and_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _told(writers: list[Writer]) -> Counter[str]:
    return sum((writer.told for writer in writers), Counter())


def _another_each(writers: list[Writer]) -> None:
    before = {writer.name: len(writer.acknowledged) for writer in writers}
    until(
        lambda: all(len(w.acknowledged) > before[w.name] for w in writers), "everybody has registered another"
    )


def test_database_disk_full_and_free_again(small_disks: Place, agents: list[str]) -> None:
    """PostgreSQL refuses what needs room and stops where it cannot even write its log; nothing is by halves."""
    place = small_disks
    with at_work(place, agents) as writers:
        filler = place.fill("data")
        until(lambda: bool(_told(writers)), "somebody was told that it cannot be stored")
        time.sleep(3)
        filler.unlink()
        place.start("postgres")
        _another_each(writers)
    told = set(_told(writers))
    assert told <= {"507 存储空间已满", "503 数据库暂时连接不上"}
    whole_and_once(place, writers)


def _mount(place: Place, name: str, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place.folder / name)], check=True)


def _stored(place: Place) -> tuple[int, int]:
    ((matters, files),) = place.ask(
        "SELECT (SELECT count(*) FROM ledger_matter WHERE kind = 'hotline.request'),"
        " (SELECT count(*) FROM ledger_attachment)"
    )
    return matters, files


def _with_photo(citizen: Browser) -> Answer:
    """Step one of the portal, with a photograph, as a browser sends it."""
    citizen.get("/portal/ask/")
    parts = {"kind": "help", "content": CALL["content"], "place": CALL["place"]}
    parts |= {"csrfmiddlewaretoken": citizen.cookies["csrftoken"]}
    body = b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts.items()
    )
    photo = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400
    body += b'--edge\r\nContent-Disposition: form-data; name="files"; filename="lamp.jpg"\r\n'
    body += b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n--edge--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=edge"}
    return citizen.send("POST", "/portal/ask/", body.decode("latin-1"), kind)


def test_attachments_disk_full_then_read_only(small_disks: Place) -> None:
    """A citizen's photograph cannot be kept: nothing is handed in, the draft stays, and later it goes through once."""
    place, citizen = small_disks, Browser(small_disks.port)
    assert _with_photo(citizen).location == "/portal/ask/you/"
    who = {"name": CALL["name"], "mobile": CALL["mobile"], "wants_public": "on", "agree": "on"}
    assert citizen.post("/portal/ask/you/", who).location == "/portal/ask/check/"

    filler = place.fill("home")
    answer = citizen.post("/portal/ask/check/", {})
    assert (answer.status, "存储空间已满" in answer.text) == (507, True)
    assert _stored(place) == (0, 0)
    filler.unlink()
    _mount(place, "home", "ro")
    answer = citizen.post("/portal/ask/check/", {})
    assert (answer.status, "系统暂时只能查看" in answer.text) == (503, True)
    assert _stored(place) == (0, 0)
    assert CALL["content"] in citizen.get("/portal/ask/check/").text
    _mount(place, "home", "rw")
    assert citizen.post("/portal/ask/check/", {}).location == "/portal/ask/done/"
    assert citizen.post("/portal/ask/check/", {}).location == "/portal/ask/done/"
    assert _stored(place) == (1, 1)
    found = place.luoshi("verify")
    assert found.returncode == 0, found.stdout + found.stderr


def test_database_that_can_only_be_read(place: Place, agents: list[str]) -> None:
    """As after a failover to a stand-by: pages open, a step is refused in words, and goes through afterwards."""
    ((unit,),) = place.ask("SELECT id::text FROM organisation_body WHERE code = 'chengguan'")
    agent = Browser(place.port).log_in(agents[0], PASSWORD)
    form = CALL | {"title": "路灯不亮", "unit": unit, "key": "readonly01"}
    place.tell("ALTER DATABASE luoshi SET default_transaction_read_only = on")
    place.tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    until(lambda: agent.get("/console/").status == 200, "pages open")
    answer = agent.post("/console/", form)
    assert (answer.status, "系统暂时只能查看" in answer.text) == (503, True)
    place.tell("ALTER DATABASE luoshi RESET default_transaction_read_only")
    place.tell("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    until(lambda: agent.post("/console/", form).status == 302, "the step goes through")
    assert len(place.ask("SELECT 1 FROM ledger_matter WHERE kind = 'hotline.request'")) == 1
