"""Publishing: public results with personal data hidden; internal ones never.

Search and lists for the public.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luoshi.hotline import services
from luoshi.hotline.models import Publication
from luoshi.hotline.selectors.public import publication_get, publication_list, tracking
from luoshi.hotline.selectors.requests import request_list
from luoshi.hotline.selectors.search import publication_search, request_search
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.paging import key_page

HOURS = dt.timedelta(hours=3)


@pytest.fixture
def publish(reviewer, monday):
    def make(request, **changes):
        made = services.publication_suggest(request)
        values = {"title": made.title, "content": made.content, "reply": made.reply, "confirmed": True}
        return services.request_publish(
            request=request, **{**values, "actor": reviewer, "at": monday + HOURS, **changes}
        )

    return make


@pytest.mark.clause("smx-hotline-ops/15.b")
def test_the_result_of_a_public_request_that_passed_is_published(fed_back, publish):
    request = fed_back(content="我叫虞听澜,电话19900007001,崤山路路灯不亮。")
    published = publish(request)
    assert list(publication_list()) == [published]
    assert published.content == "我叫某某,电话***,崤山路路灯不亮。"
    assert "已更换灯具" in published.reply


@pytest.mark.clause("smx-hotline-ops/15.b")
def test_what_has_not_passed_is_not_published(dispatch_of, publish):
    request = dispatch_of().request
    with pytest.raises((WrongState, Incomplete)):
        publish(request, reply="正在办")
    assert not Publication.objects.exists()


@pytest.mark.clause("smx-hotline-ops/15.c")
@pytest.mark.parametrize("why", [{"wants_public": False}, {"conduct_matter": True}])
def test_the_result_of_an_internal_request_is_never_published(fed_back, publish, why):
    with pytest.raises(WrongState, match="不上网公开") as refused:
        publish(fed_back(**why))
    assert "第十五条" in refused.value.cite[0]
    assert not Publication.objects.exists()


@pytest.mark.parametrize("field", ["title", "content", "reply"])
@pytest.mark.parametrize(
    "left", ["虞听澜", "虞女士", "199-0000-7001", "１９９００００７００１", "黄河路3号楼"]
)
def test_a_text_with_the_citizens_data_in_it_is_not_published(fed_back, publish, field, left):
    request = fed_back(contact={"name": "虞听澜", "mobile": "19900007001", "address": "黄河路3号楼"})
    with pytest.raises(Incomplete, match="还有诉求人的") as refused:
        publish(request, **{field: f"已与{left}联系"})
    assert refused.value.field == field


def test_somebody_must_have_read_it(fed_back, publish):
    with pytest.raises(Incomplete, match="请确认"):
        publish(fed_back(), confirmed=False)


def test_only_who_may_publish_publishes(fed_back, publish, caller, liaison):
    for somebody in (caller, liaison):
        with pytest.raises(NotAllowed):
            publish(fed_back(), actor=somebody)


def test_it_is_withdrawn_with_a_reason_and_published_anew(fed_back, publish, reviewer, monday):
    request = fed_back()
    published = publish(request)
    with pytest.raises(WrongState, match="已经公开"):
        publish(request)
    with pytest.raises(Incomplete):
        services.request_unpublish(request=request, reason=" ", actor=reviewer, at=monday + HOURS)
    services.request_unpublish(request=request, reason="诉求人要求", actor=reviewer, at=monday + HOURS)
    assert publication_get(published.pk) is None
    assert list(publication_list()) == [] == publication_search("路灯")
    with pytest.raises(WrongState):
        services.request_unpublish(request=request, reason="再撤", actor=reviewer, at=monday + HOURS)
    publish(request, title="路灯修复")
    assert publication_get(published.pk).title == "路灯修复"


def test_the_public_finds_it_by_chinese_words_with_the_words_marked(fed_back, publish):
    publish(fed_back())
    publish(fed_back(title="水管漏水", content="小区门口水管漏水两天。"))
    [hit] = publication_search("水管 漏水")
    assert hit.item.title == "水管漏水"
    assert "<mark>" in hit.title
    assert publication_search("<script>") == []


def test_staff_find_requests_by_words_and_by_number(request_of):
    lamp, pipe = request_of(), request_of(title="水管漏水", content="小区门口水管漏水两天。")
    assert [hit.item for hit in request_search("路灯")] == [lamp]
    assert list(request_list(q="漏水")) == [pipe]
    assert list(request_list(q=pipe.matter.number)) == [pipe]
    assert list(request_list(q=f"{pipe.matter.number}-01")) == [pipe]
    assert list(request_list(q="，")) == []


def test_hits_in_the_title_come_first(request_of):
    below = request_of(
        title="夜间行路难", content="小区门口漆黑一片,路灯坏了很久,老人出行不便,请尽快派人来看看并修好。"
    )
    above = request_of(title="路灯不亮", content="崤山路路灯。")
    assert [hit.item for hit in request_search("路灯")] == [above, below]


def test_a_page_of_the_list_costs_one_query_however_many_rows(request_of):
    for count in (2, 8):
        while request_list().count() < count:
            request_of()
        with CaptureQueriesContext(connection) as queries:
            page = key_page(request_list(), keys=("-received_at", "-matter_id"), size=5)
            shown = [(row.matter.number, row.matter.title, row.area) for row in page.items]
        assert (len(queries), len(shown)) == (1, min(count, 5))


def test_pages_follow_each_other_without_gap_or_repetition(request_of, monday):
    made = [request_of(at=monday + dt.timedelta(minutes=n // 2)) for n in range(7)]
    seen, after = [], ""
    while True:
        page = key_page(request_list(), after=after, keys=("-received_at", "-matter_id"), size=3)
        seen += [row.pk for row in page.items]
        after = page.next
        if not after:
            break
    assert seen == sorted((one.pk for one in made), reverse=True)


def test_lists_are_filtered(request_of, dispatch_of, bodies, monday):
    urgent = request_of(urgency="urgent", channel="web", kind="complaint", area=bodies["hubin"])
    sent = dispatch_of("zhujian").request
    assert list(request_list(urgency="urgent")) == [urgent]
    assert list(request_list(channel="web", kind="complaint", area=bodies["hubin"].pk)) == [urgent]
    assert list(request_list(state="in_progress")) == [sent] == list(request_list(body=bodies["zhujian"].pk))
    assert list(request_list(handling="public")) == [sent]
    assert list(request_list(since=monday + dt.timedelta(seconds=1))) == []
    assert list(request_list(until=monday)) == []


@pytest.mark.parametrize("way", [{"phone": "199 0000 7001"}, {"code": "right"}])
def test_a_citizen_follows_the_own_request(fed_back, way):
    from luoshi.hotline.contacts import query_code

    request = fed_back()
    number = request.matter.number
    found = tracking(number=number, **({"code": query_code(number).lower()} if "code" in way else way))
    assert (found.number, found.progress, found.may_rate) == (number, "已反馈", True)
    assert "已更换灯具" in found.outcome
    assert [step.label for step in found.steps] == ["登记受理", "转承办单位办理", "办结", "反馈结果"]


@pytest.mark.parametrize(
    "asked",
    [
        {"number": "20171009-0001", "phone": "19900007002"},
        {"number": "20171009-0001", "phone": ""},
        {"number": "20171009-0001", "code": "AAAAAAAA"},
        {"number": "20171009-0002", "phone": "19900007001"},
        {"number": "20171009-0001-01", "phone": "19900007001"},
        {"number": "", "phone": ""},
    ],
)
def test_whoever_asks_with_a_wrong_number_or_telephone_learns_nothing(dispatch_of, asked):
    dispatch_of()
    assert tracking(**asked) is None


def test_a_request_without_a_telephone_is_not_found_by_an_empty_one(request_of):
    request = request_of(contact=None)
    assert tracking(number=request.matter.number, phone="-") is None


def test_the_result_shows_only_once_it_was_given_back(concluded):
    request = concluded()
    found = tracking(number=request.matter.number, phone="19900007001")
    assert (found.outcome, found.may_rate, found.progress) == ("", False, "已办结，正在反馈")
