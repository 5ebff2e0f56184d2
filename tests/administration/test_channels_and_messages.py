"""Channels and texts of messages: part of the rulebook, changed in their own pages by a draft that another approves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from luoshi.administration.examples import EXAMPLES
from luoshi.administration.services import sms_test
from luoshi.administration.views.channels import channels
from luoshi.administration.wording import filled, sms_parts, wrongs
from luoshi.engines.rulebook import Notice
from luoshi.hotline.services.shared import label_of
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Outbox
from luoshi.organisation.models import Person
from luoshi.organisation.pagekit import today
from luoshi.rulemaking import services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.texts import read_entry
from tests.administration.conftest import MONDAY

pytestmark = pytest.mark.django_db
PAPER = {"document": "示例文件3号", "reason": "试行后调整"}


@pytest.fixture(autouse=True)
def look_again():
    """Editions of a test end with it; the next test's first edition is another one."""
    rules.forget_edition()
    rules._changed.cache_clear()
    yield
    rules.forget_edition()
    rules._changed.cache_clear()


def soon(days: int = 1) -> str:
    return (today() + dt.timedelta(days=days)).isoformat()


def filled_in(client, **changes: str) -> dict[str, str]:
    """What the form of the channels would send unchanged, with what is to be changed; None leaves a field out."""
    form = client.get(reverse("channel-change")).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: ("on" if value is True else value) for name, value in data.items() if value is not False}
    data |= {"valid_from": soon(), **PAPER, **changes}
    return {name: value for name, value in data.items() if value is not None}


def approve(change: Change, actor, capture) -> None:
    now = timezone.now()
    services.change_submit(change=change, actor=actor("rule_editor"), at=now)
    with capture(execute=True):
        services.change_approve(change=change, actor=actor("secretary_general"), at=now)


def test_channels_are_changed_by_a_draft_and_keep_their_dates(
    page, actor, django_capture_on_commit_callbacks
):
    client = page("rule_editor")
    answer = client.post(
        reverse("channel-change"),
        filled_in(client, label_web="政府网站", keep_fax=None, label_new="手机应用", public_new="on"),
    )
    change = Change.objects.get()
    assert answer["Location"] == reverse("rule-change", args=[change.pk])
    assert change.matter.state == "drafting"
    assert "手机应用" in client.get(answer["Location"]).content.decode()
    approve(change, actor, django_capture_on_commit_callbacks)
    found = {channel.code: channel for channel in channels()}
    tomorrow = today() + dt.timedelta(days=1)
    assert (found["web"].label, found["web"].until) == ("政府网站", None)
    assert (found["fax"].until, found["fax"].in_use(today()), found["fax"].in_use(tomorrow)) == (
        tomorrow,
        True,
        False,
    )
    assert (found["channel_1"].label, found["channel_1"].since, found["channel_1"].public) == (
        "手机应用",
        tomorrow,
        True,
    )
    listed = client.get(reverse("channel-list")).content.decode()
    assert "示例文件3号" in listed
    later = timezone.now() + dt.timedelta(days=2)
    assert label_of("hotline.channel", "fax", later) == "传真"
    assert "传真" in page("agent").get(reverse("request-list")).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label_web": ""}, "请填写名称"),
        ({"label_web": "电话"}, "“电话”重复"),
        ({"label_new": "微信"}, "“微信”重复"),
        ({"valid_from": "2017-01-01"}, "不溯及既往"),
        ({"document": ""}, "依据文件"),
    ],
)
def test_a_list_of_channels_that_cannot_be_is_refused_and_keeps_what_was_typed(page, changes, said):
    client = page("rule_editor")
    answer = client.post(reverse("channel-change"), filled_in(client, label_sms="短信息", **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "短信息" in answer.content.decode()
    assert not Change.objects.exists()


def test_a_second_draft_waits_for_the_first(page):
    client = page("rule_editor")
    data = filled_in(client, label_web="政府网站")
    client.post(reverse("channel-change"), data)
    again = client.post(reverse("channel-change"), data)
    assert again.status_code == 422
    assert "已有一份修改草案" in again.content.decode()
    assert "有一份修改草案在办理" in client.get(reverse("channel-list")).content.decode()


def test_a_text_with_an_unknown_placeholder_is_refused_with_its_place(page):
    client = page("rule_editor")
    url = reverse("message-change", args=["hotline.receipt"])
    answer = client.post(url, {"template": "编号{numbre}，请查询", "valid_from": soon(), **PAPER})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "第3个字：没有“{numbre}”这个占位符" in said
    assert "可用：{number}、{query_code}" in said
    assert not Change.objects.exists()


def test_a_text_is_previewed_without_being_drafted(page):
    client = page("rule_editor")
    url = reverse("message-change", args=["hotline.receipt"])
    said = client.post(url, {"template": "编号{number}。", "preview": "1"}).content.decode()
    assert f"编号{EXAMPLES['number']}。" in said
    assert "还没有保存" in said
    assert not Change.objects.exists()


def test_an_approved_text_is_sent_from_its_day_on(page, actor, django_capture_on_commit_callbacks):
    client = page("rule_editor")
    url = reverse("message-change", args=["hotline.receipt"])
    client.post(url, {"template": "已登记，编号{number}。", "valid_from": soon(), **PAPER})
    change = Change.objects.get()
    assert read_entry(change.text)["template"] == "已登记，编号{number}。"
    approve(change, actor, django_capture_on_commit_callbacks)
    book = rules.current()
    assert "查询码" in book.notice("hotline.receipt", today()).template
    assert book.notice("hotline.receipt", today() + dt.timedelta(days=1)).template == "已登记，编号{number}。"
    shown = client.get(reverse("message-detail", args=["hotline.receipt"])).content.decode()
    assert "未施行" in shown
    assert "示例文件3号" in shown
    # a placeholder that a later version left out may come back
    again = client.post(url, {"template": "{query_code}", "preview": "1"})
    assert "没有“{query_code}”" not in again.content.decode()


def test_every_message_that_is_shipped_can_be_previewed():
    for name in ("sanmenxia", "xiping", "yueyang"):
        book = rules.book(name)
        assert set(book.slots) <= set(EXAMPLES), name
        for rule in book.rules():
            if isinstance(rule, Notice):
                assert wrongs(rule.template, book.slots) == []
                assert "{" not in filled(rule.template, EXAMPLES)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("{number}", []),
        ("甲{x}乙{number}{y}", [2, 14]),
        ("甲{", [2]),
        ("甲}乙", [2]),
        ("{number!r}", [1, 10]),
        ("", []),
    ],
)
def test_what_is_wrong_with_placeholders_is_said_by_place(text, places):
    assert [wrong.place for wrong in wrongs(text, {"number": "编号"})] == places


@pytest.mark.parametrize(("length", "parts"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_long_text_takes_several_sms(length, parts):
    assert sms_parts("字" * length) == parts


def test_a_test_message_goes_to_ones_own_number_once_a_minute_and_is_recorded(actor):
    leader = actor("platform_leader")
    person = Person.objects.get(pk=leader.person_id)
    if not person.mobile:
        from luoshi.organisation.services import person_update

        person_update(person=person, mobile="19900007009", actor=leader, at=MONDAY)
        person.refresh_from_db()
    message = sms_test(actor=leader, at=MONDAY)
    assert (message.to, message.channel) == (person.mobile, "sms")
    event = Event.objects.filter(kind="organisation.sms_tested").get()
    assert person.mobile not in str(event.data)
    with pytest.raises(WrongState, match="刚刚"):
        sms_test(actor=leader, at=MONDAY + dt.timedelta(seconds=30))
    assert Outbox.objects.filter(key__startswith="sms-test:").count() == 1
    with pytest.raises(NotAllowed):
        sms_test(actor=actor("agent"), at=MONDAY)


def test_without_a_number_there_is_no_test_message(actor):
    leader = actor("platform_leader")
    person = Person.objects.get(pk=leader.person_id)
    if person.mobile:
        person.mobile = ""
        person.save()
    with pytest.raises(Incomplete, match="没有登记手机"):
        sms_test(actor=leader, at=MONDAY)


def test_lists_open_for_those_who_keep_them(page, django_assert_max_num_queries):
    client = page("platform_leader")
    for name in ("channel-list", "message-list", "administration-home"):
        client.get(reverse(name))
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name)).status_code == 200
    assert "受理回执" in client.get(reverse("message-list"), {"q": "回执"}).content.decode()
    assert "没有符合条件" in client.get(reverse("message-list"), {"q": "没有这样的词"}).content.decode()
