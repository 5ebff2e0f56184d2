"""Taking requests in: channels, numbers, the working day, personal data kept out of events and titles."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.contacts import contact_clean, number_clean, query_code
from luoshi.hotline.models import Contact
from luoshi.hotline.services.shared import choice_on
from luoshi.ledger.actors import CITIZEN
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import Event, Outbox

CHANNELS = ["phone", "web", "wechat", "weibo", "sms", "fax", "email", "transfer_110", "other"]


@pytest.mark.clause("smx-hotline-ops/2.a", "smx-hotline-ops/11")
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_becomes_an_electronic_record_with_a_number(request_of, monday, channel):
    handed_over = monday if channel == "transfer_110" else None
    request = request_of(channel=channel, transferred_at=handed_over)
    assert request.matter.number == "20171009-0001"
    assert (request.channel, request.matter.state) == (channel, "received")
    assert request.content == "崤山路中段的路灯已经三天不亮,晚上走路看不清。"


@pytest.mark.clause("smx-hotline-ops/2.a")
def test_channels_and_kinds_are_the_rulebooks(monday):
    assert list(choice_on("hotline.channel", monday.date()).values) == CHANNELS
    kinds = choice_on("hotline.kind", monday.date())
    assert [kinds.label(kind) for kind in kinds.values] == ["公告", "咨询", "求助", "投诉", "建言"]


@pytest.mark.clause("smx-hotline-ops/2.a")
def test_a_suggestion_is_a_kind_of_its_own_and_goes_the_way_of_a_request_for_help(
    request_of, dispatch_of, agent, bodies, monday
):
    suggestion = request_of(kind="suggestion", title="建议增设公交站")
    with pytest.raises(Incomplete, match="登记转办"):
        services.request_answer(
            request=suggestion,
            means="three_way",
            answer="好",
            body=bodies["chengguan"],
            actor=agent,
            at=monday,
        )
    assert dispatch_of(request=suggestion).matter.facts["kind"] == "suggestion"


@pytest.mark.parametrize(("field", "value"), [("channel", "pigeon"), ("kind", "joke"), ("urgency", "soon")])
def test_a_value_that_is_none_of_the_rulebooks_is_refused(request_of, field, value):
    with pytest.raises(Incomplete) as refused:
        request_of(**{field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("content", ["", "   ", "\u200b\n\t"])
def test_a_request_without_text_is_refused(request_of, content):
    with pytest.raises(Incomplete, match="请填写诉求内容"):
        request_of(content=content)


@pytest.mark.clause("smx-hotline-ops/5.1.b")
def test_what_110_handed_over_keeps_the_time_of_handing_over(request_of, monday):
    earlier = monday - dt.timedelta(minutes=4)
    request = request_of(channel="transfer_110", transferred_at=earlier)
    assert request.transferred_at == earlier
    assert (
        Event.objects.get(matter=request.matter, seq=1).data["transferred_at"] == "2017-10-09T08:56:00+08:00"
    )


@pytest.mark.clause("smx-hotline-ops/5.1.b")
def test_what_110_handed_over_without_a_time_is_refused(request_of):
    with pytest.raises(Incomplete, match="110转来的时间") as refused:
        request_of(channel="transfer_110")
    assert "第五条(一)" in refused.value.cite[0]


def test_a_time_of_handing_over_is_for_that_channel_only_and_not_in_the_future(request_of, monday):
    with pytest.raises(Incomplete):
        request_of(channel="phone", transferred_at=monday)
    with pytest.raises(Incomplete):
        request_of(channel="transfer_110", transferred_at=monday + dt.timedelta(seconds=1))


def test_numbers_run_without_gaps_within_a_day_and_begin_anew_the_next(request_of, monday):
    first, second = request_of(), request_of()
    with pytest.raises(Incomplete):
        request_of(content="")
    third, tomorrow = request_of(), request_of(at=monday + dt.timedelta(days=1))
    numbers = [one.matter.number for one in (first, second, third, tomorrow)]
    assert numbers == ["20171009-0001", "20171009-0002", "20171009-0003", "20171010-0001"]


@pytest.mark.parametrize(
    ("received", "day"),
    [
        ("2017-10-09 23:59", "2017-10-09"),  # a working Monday, late
        ("2017-09-29 20:00", "2017-09-29"),  # the Friday before the make-up Saturday
        ("2017-09-30 10:00", "2017-09-30"),  # the make-up Saturday is worked
        ("2017-10-01 10:00", "2017-10-09"),  # National Day: the first working day is Monday 9 October
        ("2017-10-08 23:59", "2017-10-09"),
        ("2017-10-14 00:00", "2017-10-16"),  # a Saturday
    ],
)
def test_what_comes_on_a_day_off_counts_to_the_next_working_day(request_of, at, received, day):
    assert request_of(at=at(received)).day.isoformat() == day


def test_no_personal_data_stands_in_title_or_events(request_of):
    request = request_of(
        title="虞听澜反映路灯不亮,电话199 0000 7001",
        content="我叫虞听澜,住黄河路3号楼2单元501,电话19900007001",
        contact={
            "name": "虞听澜",
            "mobile": "+86 199-0000-7001",
            "email": "Yu.Tinglan@Example.com",
            "address": "黄河路3号楼2单元501",
        },
    )
    assert request.matter.title == "某某反映路灯不亮,电话***"
    written = str([(event.data, event.actor_name) for event in Event.objects.filter(matter=request.matter)])
    for secret in ("虞听澜", "19900007001", "7001", "example.com", "黄河路"):
        assert secret not in written + request.matter.title
    assert request.contact.email == "yu.tinglan@example.com"
    assert request.contact.mobile == "19900007001"


def test_without_a_title_the_first_words_are_taken_with_personal_data_hidden(request_of):
    request = request_of(title="", content="我的手机19900007001欠费停机,营业厅不给复机。")
    assert request.matter.title == "我的手机***欠费停机,营业厅不给复机。"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("８６１３８１２３４５６７８", "13812345678"),
        ("0086 138 1234 5678", "13812345678"),
        ("0398-2812345", "03982812345"),
        ("(0398) 281 2345", "03982812345"),
        ("12345", "12345"),
    ],
)
def test_numbers_are_kept_in_one_form(given, kept):
    assert number_clean(given) == kept


@pytest.mark.parametrize(
    ("key", "value"),
    [("mobile", "打不通"), ("phone", "12"), ("email", "nobody"), ("ip", "999.1.1.1"), ("name", "长" * 61)],
)
def test_contact_data_that_cannot_be_one_is_refused_with_its_field(key, value):
    with pytest.raises(Incomplete) as refused:
        contact_clean({key: value})
    assert refused.value.field == f"contact.{key}"


def test_an_anonymous_request_is_taken_in(request_of):
    request = request_of(contact=None)
    assert Contact.objects.get(request=request).name == ""


def test_a_citizen_hands_in_over_the_net_but_not_by_other_channels(request_of):
    assert request_of(channel="web", actor=CITIZEN).registered_by == "诉求人"
    with pytest.raises(NotAllowed):
        request_of(channel="phone", actor=CITIZEN)


def test_a_unit_takes_no_requests_in(request_of, liaison):
    with pytest.raises(NotAllowed):
        request_of(actor=liaison)


def test_the_citizen_gets_number_and_query_code_by_the_original_channel(request_of):
    request = request_of()
    message = Outbox.objects.get(matter=request.matter)
    assert (message.channel, message.to) == ("sms", "19900007001")
    assert "20171009-0001" in message.text and query_code("20171009-0001") in message.text


@pytest.mark.parametrize(
    ("channel", "contact", "way"),
    [
        ("web", {"mobile": "19900007001"}, ("web", "20171009-0001")),
        ("wechat", {"account": "weixin-a", "mobile": "19900007001"}, ("wechat", "weixin-a")),
        ("weibo", {"account": "微博甲"}, ("weibo", "微博甲")),
        ("email", {"email": "a@example.com"}, ("email", "a@example.com")),
        ("fax", {"fax": "03982812345"}, ("fax", "03982812345")),
        ("sms", {"mobile": "19900007001"}, ("sms", "19900007001")),
        ("phone", {"phone": "19900007001"}, ("sms", "19900007001")),
        ("phone", {"phone": "03982812345"}, ("voice", "03982812345")),
        ("wechat", {"mobile": "19900007001"}, ("sms", "19900007001")),
        ("other", {"email": "a@example.com"}, ("email", "a@example.com")),
    ],
)
def test_the_way_back_is_the_channel_it_came_by(request_of, channel, contact, way):
    request = request_of(channel=channel, contact=contact)
    message = Outbox.objects.get(matter=request.matter)
    assert (message.channel, message.to) == way


def test_whoever_left_no_address_is_not_written_to(request_of):
    request = request_of(contact=None)
    assert not Outbox.objects.filter(matter=request.matter).exists()


def test_what_was_registered_is_put_right_while_it_waits(request_of, dispatcher, dispatch_of, monday):
    request = request_of()
    services.request_amend(
        request=request, kind="complaint", conduct_matter=True, actor=dispatcher, at=monday
    )
    request.refresh_from_db()
    assert (request.kind, request.conduct_matter, request.matter.facts["kind"]) == (
        "complaint",
        True,
        "complaint",
    )
    dispatch_of(request=request)
    with pytest.raises(Exception, match="不能"):
        services.request_amend(request=request, kind="help", actor=dispatcher, at=monday)


@pytest.mark.clause("smx-hotline-ops/12.3")
def test_a_citizen_who_chose_not_to_be_public_stays_so(request_of, dispatcher, monday):
    request = request_of(wants_public=False)
    with pytest.raises(Incomplete, match="不得改为公开"):
        services.request_amend(request=request, wants_public=True, actor=dispatcher, at=monday)
    with pytest.raises(Incomplete, match="不得改为公开"):
        services.request_classify(request=request, handling="public", actor=dispatcher, at=monday)


@pytest.mark.clause("smx-hotline-ops/7.3")
@pytest.mark.parametrize("kind", ["help", "complaint"])
def test_requests_for_help_and_complaints_are_registered_and_dispatched(request_of, dispatch_of, kind):
    request = request_of(kind=kind)
    dispatch = dispatch_of(request=request)
    assert request.matter.number and request.matter.state == "in_progress"
    assert dispatch.matter.parent_id == request.pk
