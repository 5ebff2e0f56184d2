"""Asking in three steps: what is kept, what is said when it is wrong, and that it is sent once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luoshi.hotline import sealing, services
from luoshi.hotline.contacts import query_code
from luoshi.hotline.models import CitizenDraft, CitizenDraftFile, Request
from luoshi.hotline.selectors.citizen_drafts import citizen_draft_of

WHAT = {"kind": "help", "content": "小区门口的路灯不亮。", "place": "崤山路"}
WHO = {"mobile": "19900007001", "name": "虞听澜", "wants_public": "on"}
JPEG = b"\xff\xd8\xff\xe0" + b"invented" * 8
MOST_QUERIES = 12
pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(bodies: dict[str, Any]) -> Client:
    return Client()


def write(citizen: Client, **changes: Any) -> None:
    """Fill in the first two steps."""
    assert citizen.post("/portal/ask/", {**WHAT, **changes})["Location"] == "/portal/ask/you/"
    assert citizen.post("/portal/ask/you/", WHO)["Location"] == "/portal/ask/check/"


def photo(name: str = "路灯.jpg", content: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_three_steps_lead_to_a_number_and_a_receipt(citizen: Client) -> None:
    write(citizen)
    check = citizen.get("/portal/ask/check/").content.decode()
    assert "小区门口的路灯不亮" in check and "19900007001" in check and "5个工作日" in check
    done = citizen.post("/portal/ask/check/", follow=True).content.decode()
    request = Request.objects.get()
    assert request.matter.number in done and query_code(request.matter.number) in done
    assert (request.channel, request.wants_public, request.place) == ("web", True, "崤山路")
    assert request.contact.name == "虞听澜"


def test_pressed_twice_it_is_sent_once(citizen: Client) -> None:
    write(citizen)
    first = citizen.post("/portal/ask/check/")
    again = citizen.post("/portal/ask/check/")
    assert first["Location"] == again["Location"] == "/portal/ask/done/"
    assert Request.objects.count() == 1
    assert not CitizenDraft.objects.get().sealed, "what was typed is gone once it is sent"


def test_the_service_itself_sends_a_draft_once(bodies: dict[str, Any]) -> None:
    from luoshi.ledger.actors import CITIZEN

    now, token = timezone.now(), sealing.new_token()
    services.citizen_draft_save(token=token, values={**WHAT, **WHO}, at=now)
    sent = [services.citizen_draft_send(token=token, address="", actor=CITIZEN, at=now) for _ in range(2)]
    assert sent[0].pk == sent[1].pk and Request.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": ""}, "请写明是什么事"),
        ({"content": "\x00\x07 "}, "请写明是什么事"),
        ({"content": "坏了"}, "写得太短了"),
        ({"content": "路" * 5001}, "最多5000个字，现在是5001个字"),
        ({"kind": "nonsense"}, "选择"),
    ],
)
def test_what_is_wrong_is_said_on_top_and_at_its_field_and_the_rest_is_kept(
    citizen: Client, change: dict[str, str], said: str
) -> None:
    answer = citizen.post("/portal/ask/", {**WHAT, **change})
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count(said) >= 2 and "崤山路" in page
    assert "autofocus" in page and 'aria-describedby="id_' in page
    assert "<title>要改：" in page
    assert "崤山路" in citizen.get("/portal/ask/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mobile": "一二三"}, "不是电话号码"),
        ({"mobile": "138000"}, "不是电话号码"),
        ({"mobile": "1380000111"}, "手机号码应是11位数字，现在是10位"),
        ({"mobile": ""}, "请填写电话号码"),
        ({"rights_matter": "on", "name": ""}, "请留下姓名"),
    ],
)
def test_a_number_that_nobody_can_call_is_said_in_plain_words(
    citizen: Client, change: dict[str, str], said: str
) -> None:
    citizen.post("/portal/ask/", WHAT)
    answer = citizen.post("/portal/ask/you/", {**WHO, **change})
    assert answer.status_code == 422 and said in answer.content.decode()


def test_a_landline_will_do(citizen: Client) -> None:
    citizen.post("/portal/ask/", WHAT)
    assert citizen.post("/portal/ask/you/", {**WHO, "mobile": "0398-2812345"}).status_code == 302


def test_no_step_is_skipped(citizen: Client) -> None:
    assert citizen.get("/portal/ask/you/")["Location"] == "/portal/ask/"
    assert citizen.get("/portal/ask/check/")["Location"] == "/portal/ask/"
    citizen.post("/portal/ask/", WHAT)
    assert citizen.get("/portal/ask/check/")["Location"] == "/portal/ask/you/"
    assert citizen.post("/portal/ask/check/")["Location"] == "/portal/ask/you/"
    assert not Request.objects.exists()


def test_a_half_written_request_is_kept_offered_again_and_deleted_at_will(citizen: Client) -> None:
    kept = citizen.post("/portal/ask/", {"content": "写了一半", "later": "1"}, follow=True)
    assert "已经存下" in kept.content.decode()
    home = citizen.get("/portal/")
    assert "您有一件没写完的诉求" in home.content.decode() and "private" in home["Cache-Control"]
    assert "写了一半" in citizen.get("/portal/ask/").content.decode()
    assert "写了一半" not in Client().get("/portal/ask/").content.decode()
    citizen.post("/portal/ask/discard/")
    assert not CitizenDraft.objects.exists()
    assert "写了一半" not in citizen.get("/portal/ask/").content.decode()


def test_nobody_reads_a_draft_without_its_token(citizen: Client) -> None:
    citizen.post("/portal/ask/", WHAT, REMOTE_ADDR="10.1.1.1")
    citizen.post("/portal/ask/", {**WHAT, "add": "1", "files": photo()})
    row, file = CitizenDraft.objects.get(), CitizenDraftFile.objects.get()
    for kept in (row.sealed, file.name, file.content):
        assert "路灯".encode() not in bytes(kept) and JPEG not in bytes(kept)
    assert citizen_draft_of(sealing.new_token(), timezone.now()) is None
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealing.new_token(), row.sealed)
    assert citizen.cookies["ls_draft"].value.split(":")[0] not in row.key


def test_a_forged_cookie_opens_nothing(citizen: Client) -> None:
    citizen.post("/portal/ask/", WHAT)
    citizen.cookies["ls_draft"] = "forged"
    assert "小区门口" not in citizen.get("/portal/ask/").content.decode()


def test_a_draft_lasts_thirty_days_and_goes_with_its_files(citizen: Client) -> None:
    citizen.post("/portal/ask/", {**WHAT, "files": photo()})
    assert services.citizen_drafts_purge(at=timezone.now() + dt.timedelta(days=29)) == 0
    assert services.citizen_drafts_purge(at=timezone.now() + dt.timedelta(days=31)) == 1
    assert not CitizenDraftFile.objects.exists()


def test_pictures_go_with_the_request(citizen: Client) -> None:
    write(citizen, files=photo())
    assert "路灯.jpg" in citizen.get("/portal/ask/check/").content.decode()
    citizen.post("/portal/ask/check/")
    attached = Request.objects.get().matter.attachments.get()
    assert (attached.name, attached.content_type) == ("路灯.jpg", "image/jpeg")
    assert not CitizenDraftFile.objects.exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("病毒.exe", JPEG), "不能添加"),
        (("路灯.jpg", b""), "空文件"),
        (("路灯.jpg", b"MZ" * 20), "内容和扩展名不符"),
        (("路灯.jpg", JPEG + b"0" * (10 * 1024 * 1024)), "超过10 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_said_and_the_words_are_kept(
    citizen: Client, file: tuple[str, bytes], said: str
) -> None:
    answer = citizen.post("/portal/ask/", {**WHAT, "files": photo(*file)})
    # an empty upload is no file to Django; the step goes on without it
    if not file[1]:
        assert not CitizenDraftFile.objects.exists()
        return
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "小区门口的路灯不亮" in page
    assert not CitizenDraftFile.objects.exists()


def test_three_files_at_most_and_each_can_be_taken_out(citizen: Client) -> None:
    citizen.post("/portal/ask/", {**WHAT, "add": "1", "files": [photo(f"{n}.jpg") for n in range(3)]})
    more = citizen.post("/portal/ask/", {**WHAT, "files": photo("4.jpg")})
    assert "最多添加3个附件" in more.content.decode()
    first = CitizenDraftFile.objects.order_by("pk").first()
    assert first is not None
    other = Client()
    other.post("/portal/ask/", WHAT)
    other.post("/portal/ask/", {**WHAT, "remove": str(first.pk)})
    assert CitizenDraftFile.objects.count() == 3, "nobody takes out another's file"
    citizen.post("/portal/ask/", {**WHAT, "remove": str(first.pk)})
    assert CitizenDraftFile.objects.count() == 2


def test_a_program_that_fills_every_field_gets_nothing_kept_or_registered(citizen: Client) -> None:
    trap = {"website": "http://example.org"}
    assert citizen.post("/portal/ask/", {**WHAT, **trap}).status_code == 422
    assert not CitizenDraft.objects.exists()
    write(citizen)
    assert citizen.post("/portal/ask/you/", {**WHO, **trap}).status_code == 422
    assert citizen.post("/portal/ask/check/", trap).status_code == 422
    assert not Request.objects.exists()


def test_the_eleventh_request_within_ten_minutes_waits_and_keeps_its_text(citizen: Client) -> None:
    for _ in range(10):
        write(citizen)
        assert citizen.post("/portal/ask/check/").status_code == 302
    write(citizen)
    late = citizen.post("/portal/ask/check/")
    assert late.status_code == 422
    assert "次数太多了" in late.content.decode() and "小区门口的路灯不亮" in late.content.decode()
    assert Request.objects.count() == 10


def test_uses_are_counted_for_each_address_and_the_count_begins_anew(bodies: dict[str, Any]) -> None:
    now = timezone.now()

    def used(whose: str, at: dt.datetime) -> bool:
        return services.throttle(what="ask", whose=whose, limit=2, at=at)

    assert [used("10.0.0.1", now) for _ in range(3)] == [False, False, True]
    assert not used("10.0.0.2", now)
    later = now + dt.timedelta(minutes=10)
    assert not used("10.0.0.1", later)
    assert services.throttles_purge(at=later + dt.timedelta(minutes=10)) == 2


def test_asking_again_names_the_earlier_request(citizen: Client) -> None:
    page = citizen.get("/portal/ask/?again=20260105-0012").content.decode()
    assert "工单20260105-0012反映的问题没有解决" in page


def test_after_one_request_the_next_begins_empty(citizen: Client) -> None:
    write(citizen)
    citizen.post("/portal/ask/check/")
    assert "小区门口的路灯不亮" not in citizen.get("/portal/ask/").content.decode()
    assert citizen.get("/portal/ask/check/")["Location"] == "/portal/ask/done/"


def test_the_receipt_is_gone_after_an_hour(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    write(citizen)
    citizen.post("/portal/ask/check/")
    assert citizen.get("/portal/ask/done/").status_code == 200
    monkeypatch.setattr("luoshi.hotline.views.portal.ask.RECEIPT", dt.timedelta(0))
    assert citizen.get("/portal/ask/done/").status_code == 302


def test_each_step_costs_few_queries(citizen: Client) -> None:
    write(citizen)
    for url in ("/portal/", "/portal/ask/", "/portal/ask/you/", "/portal/ask/check/"):
        with CaptureQueriesContext(connection) as spent:
            assert citizen.get(url).status_code == 200
        assert len(spent) <= MOST_QUERIES, url
