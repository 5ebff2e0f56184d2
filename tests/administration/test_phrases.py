"""Standard phrases: kept by the unit, in versions, put into replies and returns without scripts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from luoshi.hotline.models import Phrase
from luoshi.hotline.selectors.phrases import phrase_versions
from luoshi.hotline.services import phrases as services
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event
from tests.administration.conftest import MONDAY
from tests.hotline.conftest import agent, dispatch_of, dispatcher, request_of

__all__ = ["agent", "dispatch_of", "dispatcher", "request_of"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def liaison(actor):
    return actor("liaison", "chengguan")


@pytest.fixture
def phrase(bodies, liaison) -> Phrase:
    return services.phrase_save(
        body=bodies["chengguan"],
        use="reply",
        title="已核实",
        text="{unit}已到现场核实工单{number}。",
        actor=liaison,
        at=MONDAY,
    )


def test_an_edit_ends_one_version_and_begins_the_next(phrase, bodies, liaison):
    again = services.phrase_save(
        body=bodies["chengguan"], use="reply", title="已核实", text="已到现场核实。", phrase=phrase, number=1, actor=liaison,
        at=MONDAY,
    )  # fmt: skip
    assert [one.text for one in phrase_versions(again)] == [
        "已到现场核实。",
        "{unit}已到现场核实工单{number}。",
    ]
    assert (again.number, again.changed_by) == (2, liaison.name)
    kinds = (
        Event.objects.filter(matter__kind="hotline.phrases").order_by("seq").values_list("kind", flat=True)
    )
    assert list(kinds) == ["hotline.phrases_opened", "hotline.phrase_saved", "hotline.phrase_saved"]
    with pytest.raises(WrongState, match="他人修改"):
        services.phrase_save(
            body=bodies["chengguan"],
            use="reply",
            title="已核实",
            text="甲",
            phrase=phrase,
            number=1,
            actor=liaison,
            at=MONDAY,
        )


def test_an_ended_phrase_is_restored_unless_its_name_was_taken(phrase, bodies, liaison):
    services.phrase_end(phrase=phrase, actor=liaison, at=MONDAY)
    services.phrase_restore(phrase=phrase, actor=liaison, at=MONDAY)
    services.phrase_end(phrase=phrase, actor=liaison, at=MONDAY)
    services.phrase_save(
        body=bodies["chengguan"], use="reply", title="已核实", text="甲", actor=liaison, at=MONDAY
    )
    with pytest.raises(WrongState, match="已有名为"):
        services.phrase_restore(phrase=phrase, actor=liaison, at=MONDAY)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text": "见{citizen}"}, "text", "第2个字处没有“{citizen}”"),
        ({"text": " "}, "text", "请填写"),
        ({"title": ""}, "title", "请填写"),
        ({"title": "已核实"}, "title", "已有名为"),
        ({"use": "other"}, "use", "请选择"),
    ],
)
def test_a_phrase_that_cannot_be_is_refused_at_its_field(phrase, bodies, liaison, changes, field, said):
    given = {"use": "reply", "title": "新的", "text": "甲", **changes}
    with pytest.raises(Incomplete, match=said) as refused:
        services.phrase_save(body=bodies["chengguan"], **given, actor=liaison, at=MONDAY)
    assert refused.value.field == field


def test_a_unit_keeps_its_own_phrases_only_and_the_platform_everybodys(phrase, bodies, actor, page):
    other = actor("liaison", "zhujian")
    with pytest.raises(NotAllowed):
        services.phrase_end(phrase=phrase, actor=other, at=MONDAY)
    assert page("liaison", "zhujian").get(reverse("phrase-edit", args=[phrase.pk])).status_code == 403
    assert "已核实" not in page("liaison", "zhujian").get(reverse("phrase-list")).content.decode()
    assert "已核实" in page("platform_leader").get(reverse("phrase-list")).content.decode()
    services.phrase_end(phrase=phrase, actor=actor("platform_leader"), at=MONDAY)
    assert (
        "已核实"
        in page("liaison", "chengguan").get(reverse("phrase-list"), {"which": "ended"}).content.decode()
    )


def test_a_phrase_is_written_and_changed_in_its_pages(page, bodies):
    client = page("liaison", "chengguan")
    client.post(
        reverse("phrase-new"), {"use": "return", "title": "非本单位职责", "text": "此事不属{unit}职责。"}
    )
    row = Phrase.objects.get()
    assert row.body == bodies["chengguan"]
    url = reverse("phrase-edit", args=[row.pk])
    refused = client.post(url, {"use": "return", "title": "非本单位职责", "text": "{无}", "number": "1"})
    assert refused.status_code == 422
    client.post(url, {"use": "return", "title": "非本单位职责", "text": "不属{unit}职责。", "number": "1"})
    assert Phrase.objects.get(until__isnull=True).number == 2
    everybody = page("platform_leader").post(
        reverse("phrase-new"),
        {"body": bodies["zhujian"].pk, "use": "reply", "title": "已办结", "text": "已办结。"},
    )
    assert everybody.status_code == 302
    assert Phrase.objects.filter(body=bodies["zhujian"]).exists()


def test_a_phrase_is_put_behind_what_was_typed_and_nothing_is_done(phrase, page, dispatch_of, liaison):
    from luoshi.hotline.services import dispatch_sign

    dispatch = dispatch_of("chengguan")
    dispatch_sign(dispatch=dispatch, actor=liaison, at=MONDAY + dt.timedelta(minutes=10))
    services.phrase_save(
        body=dispatch.body, use="return", title="非职责", text="不属{unit}职责。", actor=liaison, at=MONDAY
    )
    back = Phrase.objects.get(use="return")
    before = dispatch.matter.events.count()
    answer = page("liaison", "chengguan").post(
        reverse("dispatch-act", args=[dispatch.pk, "request_return"]),
        {"insert": "1", "phrase": back.pk, "reason": "经查，", "proposed_body": "市住建局"},
    )
    said = answer.content.decode()
    assert answer.status_code == 200
    assert f"经查，\n不属{dispatch.body.name}职责。" in said
    assert "市住建局" in said
    assert dispatch.matter.events.count() == before


def test_the_list_of_liaison_officers_shows_who_stands_in_and_what_is_missing(
    page, bodies, django_assert_max_num_queries
):
    client = page("platform_leader")
    client.get(reverse("liaison-list"))
    with django_assert_max_num_queries(12):
        said = client.get(reverse("liaison-list")).content.decode()
    assert bodies["chengguan"].name in said
    assert "没有替补" in said
    assert client.get(reverse("liaison-list"), {"which": "ending"}).status_code == 200
    assert client.get(reverse("liaison-list"), {"which": "gaps", "q": "城"}).status_code == 200
