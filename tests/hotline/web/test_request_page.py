"""The page of a request: through the list one came from, others of the same person, call-backs unit by unit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoshi.hotline import services
from luoshi.hotline.models import Callback, Dispatch, Request
from luoshi.ledger.models import Matter
from tests.hotline.web.conftest import fresh

Browser = Callable[..., Client]


def near(page: str, key: str) -> str:
    """The address of the neighbour, "" for none."""
    found = re.search(rf'href="([^"]*)" data-near="{key}"', page)
    return found.group(1).replace("&amp;", "&") if found else ""


class TestTheListOneCameFrom:
    """Its neighbours, also after a step."""

    @pytest.fixture
    def three(self, today_request: Callable[..., Request]) -> list[Request]:
        start = timezone.now() - dt.timedelta(hours=3)
        return [today_request(at=start + dt.timedelta(minutes=n)) for n in range(3)]

    def test_a_page_leads_to_the_one_before_and_the_one_after(
        self, browser_of: Browser, three: list[Request]
    ) -> None:
        browser = browser_of("dispatcher")
        listed = browser.get("/waiting/?kind=help").content.decode()
        url = f"/requests/{three[1].pk}/?list=waiting&kind=help"
        assert url.replace("&", "&amp;") in listed
        page = browser.get(url).content.decode()
        assert near(page, "p") == f"/requests/{three[0].pk}/?list=waiting&kind=help"
        assert near(page, "n") == f"/requests/{three[2].pk}/?list=waiting&kind=help"
        newest_first = browser.get(f"/requests/{three[1].pk}/?list=requests").content.decode()
        assert near(newest_first, "n") == f"/requests/{three[0].pk}/?list=requests"

    def test_it_still_leads_on_when_a_step_has_taken_the_request_out_of_the_list(
        self, browser_of: Browser, three: list[Request]
    ) -> None:
        browser = browser_of("dispatcher")
        form = {
            "unit": "城管",
            "mode": "sole",
            "instruction": "请办理",
            "principle": "competence",
            "urgency": "routine",
        }
        answer = browser.post(f"/requests/{three[1].pk}/do/dispatch/?list=waiting", form)
        assert answer["Location"] == f"/requests/{three[1].pk}/?list=waiting"
        assert near(browser.get(answer["Location"]).content.decode(), "n").startswith(
            f"/requests/{three[2].pk}/"
        )

    def test_without_a_list_or_with_one_that_is_not_ones_own_there_are_no_neighbours(
        self, browser_of: Browser, three: list[Request]
    ) -> None:
        for query in ("", "?list=nonsense", "?list=reviews"):
            page = browser_of("agent").get(f"/requests/{three[1].pk}/{query}").content.decode()
            assert not near(page, "n") and not near(page, "p")

    def test_a_unit_goes_through_its_own_dispatches_only(
        self, browser_of: Browser, life: Callable[..., Any]
    ) -> None:
        own, other, foreign = life("sent"), life("sent"), life("sent", unit="zhujian")
        browser = browser_of("liaison", "chengguan")
        pages = [
            browser.get(f"/dispatches/{one.dispatch.pk}/?list=dispatches").content.decode()
            for one in (own, other)
        ]
        seen = {near(page, key) for page in pages for key in ("p", "n")} - {""}
        assert seen == {f"/dispatches/{one.dispatch.pk}/?list=dispatches" for one in (own, other)}
        assert str(foreign.dispatch.pk) not in "".join(seen)


def test_other_requests_of_the_same_person_are_listed_for_the_platform_alone(
    browser_of: Browser, today_request: Callable[..., Request], life: Callable[..., Any]
) -> None:
    other = today_request(content="公交车首末班时间是几点？", title="公交首末班")
    found = life("signed")
    page = browser_of("dispatcher").get(f"/requests/{found.dispatch.request_id}/").content.decode()
    assert "同一诉求人的其他来件" in page and other.matter.number in page
    unit = browser_of("liaison", "chengguan").get(f"/requests/{found.dispatch.request_id}/").content.decode()
    assert "同一诉求人的其他来件" not in unit


class TestCallingBack:
    """One set of grades for each unit that handled it."""

    @pytest.fixture
    def two_units(self, life: Callable[..., Any]) -> Any:
        """A request of a lead and an assisting unit, through and given back."""
        lead = life("sent", role="lead")
        assist = Dispatch.objects.select_related("matter", "body", "request__matter", "request__contact").get(
            request=lead.dispatch.request, role="assist"
        )
        lead.sign().hand_over().contact().preliminary().reply().review()
        second = type(lead)(assist, lead.people)
        return lead, second

    @pytest.fixture
    def both(self, two_units: Any, actor: Callable[..., Any]) -> tuple[Request, list[Dispatch]]:
        lead, second = two_units
        second.people = {
            **lead.people,
            **{role: actor(role, "zhujian") for role in ("liaison", "handler", "unit_leader")},
        }
        second.at = lead.at
        second.sign().hand_over().contact().preliminary().reply().review()
        request = fresh(lead)
        services.request_feed_back(request=request, actor=lead.by("callback"), at=second.when(None))
        return fresh(lead), [lead.dispatch, second.dispatch]

    def form(self, *grades: tuple[Dispatch, str]) -> dict[str, str]:
        found = {"opinion": "无", "suggestion": "无"}
        for dispatch, result in grades:
            found |= {
                f"contacted_{dispatch.pk}": "yes",
                f"conduct_{dispatch.pk}": "satisfied",
                f"result_{dispatch.pk}": result,
            }
        return found

    def test_each_unit_gets_its_own_grade(
        self, browser_of: Browser, both: tuple[Request, list[Dispatch]]
    ) -> None:
        request, (lead, assist) = both
        browser = browser_of("callback")
        page = browser.get(f"/requests/{request.pk}/").content.decode()
        assert f'name="result_{lead.pk}"' in page and assist.body.name in page
        form = self.form((lead, "satisfied"), (assist, "dissatisfied"))
        assert browser.post(f"/requests/{request.pk}/do/call_back/", form).status_code == 302
        rows = Callback.objects.order_by("dispatch_id").values_list("dispatch_id", "result")
        assert list(rows) == [(lead.pk, "satisfied"), (assist.pk, "dissatisfied")]

    def test_at_the_first_call_back_every_unit_is_asked_about(
        self, browser_of: Browser, both: tuple[Request, list[Dispatch]]
    ) -> None:
        request, (lead, _) = both
        answer = browser_of("callback").post(
            f"/requests/{request.pk}/do/call_back/", self.form((lead, "satisfied"))
        )
        assert answer.status_code == 422 and not Callback.objects.exists()
        assert Matter.objects.get(pk=request.pk).state == "fed_back"

    def test_later_only_the_units_that_the_call_was_about_and_each_in_full(
        self, browser_of: Browser, both: tuple[Request, list[Dispatch]]
    ) -> None:
        request, (lead, assist) = both
        browser = browser_of("callback")
        url = f"/requests/{request.pk}/do/call_back_again/"
        browser.post(
            f"/requests/{request.pk}/do/call_back/", self.form((lead, "satisfied"), (assist, "dissatisfied"))
        )
        nobody = browser.post(url, self.form())
        assert nobody.status_code == 422 and "至少登记一个单位" in nobody.content.decode()
        half = {**self.form((assist, "satisfied")), f"conduct_{assist.pk}": ""}
        assert "三项要一起填写" in browser.post(url, half).content.decode()
        assert browser.post(url, self.form((assist, "satisfied"))).status_code == 302
        assert Callback.objects.filter(round=2).get().dispatch_id == assist.pk

    def test_a_single_unit_is_graded_without_being_named(
        self, browser_of: Browser, request_in: Callable[..., Request]
    ) -> None:
        request = request_in("fed_back")
        form = {
            "contacted": "yes",
            "conduct": "satisfied",
            "result": "basically",
            "opinion": "无",
            "suggestion": "无",
        }
        assert browser_of("callback").post(f"/requests/{request.pk}/do/call_back/", form).status_code == 302
        assert Callback.objects.get().dispatch_id is None
