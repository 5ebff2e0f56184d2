"""Many at once: chosen, previewed, done each by itself; what cannot be done stays and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luoshi.hotline.models import BulkRun, Dispatch, Reply, Request
from luoshi.hotline.services import bulk
from luoshi.ledger.models import Event, Matter

Browser = Callable[..., Client]
TO_UNIT = {"unit": "城管", "assists": "", "principle": "competence", "instruction": "请核实办理。"}
MOST_QUERIES = 12
KEY = "a1b2c3d4"


def pick(matter_id: int) -> str:
    return f"{matter_id}:{Matter.objects.get(pk=matter_id).version}"


def begin(browser: Client, what: str, picks: list[str], form: dict[str, Any], key: str = KEY) -> Any:
    return browser.post("/bulk/", {**form, "what": what, "key": key, "pick": picks}, follow=True)


def state(pk: int) -> str:
    return str(Matter.objects.get(pk=pk).state)


class TestDispatching:
    """Requests that wait."""

    def test_the_preview_says_what_will_be_done_and_writes_nothing(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        one, other = today_request(), today_request(urgency="urgent", urgency_basis="")
        browser = browser_of("dispatcher")
        assert f'value="{pick(one.pk)}"' in browser.get("/waiting/").content.decode()
        page = browser.post("/waiting/", {**TO_UNIT, "pick": [pick(one.pk), pick(other.pk)]}).content.decode()
        assert "确定派单 1 件" in page and "前办结" in page and "没有写明紧急依据" in page
        assert not Dispatch.objects.exists() and not BulkRun.objects.exists()

    def test_all_that_can_are_dispatched_with_the_assisting_unit(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        rows = [today_request() for _ in range(3)]
        page = begin(
            browser_of("dispatcher"),
            "dispatch",
            [pick(row.pk) for row in rows],
            {**TO_UNIT, "assists": "住建"},
        )
        assert "3 件已办" in page.content.decode()
        assert [state(row.pk) for row in rows] == ["in_progress"] * 3
        assert Dispatch.objects.filter(role="lead", body__code="chengguan").count() == 3
        assert Dispatch.objects.filter(role="assist", body__code="zhujian").count() == 3

    def test_one_that_changed_meanwhile_is_refused_with_the_reason_and_the_others_are_done(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        one, changed, gone = today_request(), today_request(), today_request()
        picks = [pick(row.pk) for row in (one, changed, gone)]
        dispatcher = browser_of("dispatcher")
        dispatcher.post(f"/requests/{changed.pk}/do/note/", {"note": "来电补充"})
        dispatcher.post(
            f"/requests/{gone.pk}/do/dispatch/", {**TO_UNIT, "mode": "sole", "urgency": "routine"}
        )
        assert state(gone.pk) == "in_progress"
        page = begin(dispatcher, "dispatch", picks, TO_UNIT).content.decode()
        assert "1 件已办" in page and "2 件未办" in page and "已有变动" in page
        assert (state(one.pk), state(changed.pk)) == ("in_progress", "received")
        assert Dispatch.objects.filter(request=gone).count() == 1

    def test_sent_twice_it_runs_once(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        row = today_request()
        picks = [pick(row.pk)]
        dispatcher = browser_of("dispatcher")
        first = begin(dispatcher, "dispatch", picks, TO_UNIT).content.decode()
        second = begin(dispatcher, "dispatch", picks, TO_UNIT).content.decode()
        assert "1 件已办" in first and "1 件已办" in second and "未办" not in second
        assert BulkRun.objects.count() == 1 and Dispatch.objects.count() == 1

    def test_a_long_run_goes_on_where_it_stopped(
        self,
        browser_of: Browser,
        today_request: Callable[..., Request],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("luoshi.hotline.views.bulk.ONE_GO", 1)
        rows = [today_request() for _ in range(2)]
        dispatcher = browser_of("dispatcher")
        page = begin(dispatcher, "dispatch", [pick(row.pk) for row in rows], TO_UNIT).content.decode()
        assert "继续（还有 1 件）" in page
        page = dispatcher.post(f"/bulk/{KEY}/", follow=True).content.decode()
        assert "2 件已办" in page and "继续" not in page
        dispatcher.post(f"/bulk/{KEY}/")
        assert Dispatch.objects.count() == 2

    def test_somebody_elses_run_is_not_found(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        begin(browser_of("dispatcher"), "dispatch", [pick(today_request().pk)], TO_UNIT)
        assert browser_of("reviewer").get(f"/bulk/{KEY}/").status_code == 404

    def test_nothing_chosen_too_many_or_no_unit_is_said_and_the_ticks_stay(
        self, browser_of: Browser, today_request: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row, dispatcher = today_request(), browser_of("dispatcher")
        answer = dispatcher.post("/waiting/", TO_UNIT)
        assert answer.status_code == 422 and "请先选择" in answer.content.decode()
        answer = dispatcher.post("/waiting/", {**TO_UNIT, "unit": "", "pick": pick(row.pk)})
        assert answer.status_code == 422 and 'aria-label="选 ' in answer.content.decode()
        assert (
            f'value="{pick(row.pk)}" aria-label="选 {row.matter.number}" checked' in answer.content.decode()
        )
        monkeypatch.setattr(bulk, "LIMIT", 0)
        answer = dispatcher.post("/waiting/", {**TO_UNIT, "pick": pick(row.pk)})
        assert "一次最多办理 0 件" in answer.content.decode()
        assert begin(dispatcher, "dispatch", [pick(row.pk)], TO_UNIT).status_code == 422

    def test_who_may_only_review_does_not_dispatch(
        self, browser_of: Browser, today_request: Callable[..., Request]
    ) -> None:
        row = today_request()
        assert begin(browser_of("reviewer"), "dispatch", [pick(row.pk)], TO_UNIT).status_code == 403
        assert state(row.pk) == "received"


class TestReviewing:
    """Replies that wait."""

    def test_they_stand_in_the_list_to_be_read(self, browser_of: Browser, life: Callable[..., Any]) -> None:
        found = life("submitted")
        reply = Reply.objects.get(dispatch=found.dispatch)
        page = browser_of("reviewer").get("/reviews/").content.decode()
        assert pick(found.dispatch.pk) in page and reply.measures in page

    def test_all_pass_and_each_request_follows(self, browser_of: Browser, life: Callable[..., Any]) -> None:
        rows = [life("submitted").dispatch for _ in range(2)]
        form = {"decision": "pass", "reason": ""}
        page = begin(browser_of("reviewer"), "review", [pick(row.pk) for row in rows], form)
        assert "2 件已办" in page.content.decode()
        assert [state(row.pk) for row in rows] == ["passed", "passed"]
        assert [state(row.request_id) for row in rows] == ["concluded", "concluded"]

    @pytest.mark.parametrize("decision", ["order_redo", "second_assign"])
    def test_what_goes_back_needs_its_reason(
        self, browser_of: Browser, life: Callable[..., Any], decision: str
    ) -> None:
        row, reviewer = life("submitted").dispatch, browser_of("reviewer")
        bare = {"decision": decision, "reason": " "}
        answer = reviewer.post("/reviews/", {**bare, "pick": pick(row.pk)})
        assert answer.status_code == 422 and "退回的须写明理由" in answer.content.decode()
        assert begin(reviewer, "review", [pick(row.pk)], bare).status_code == 422
        assert state(row.pk) == "submitted"
        begin(reviewer, "review", [pick(row.pk)], {"decision": decision, "reason": "没有说明何时修复"})
        assert state(row.pk) == "redo"
        assert Reply.objects.get(dispatch=row).review_note == "没有说明何时修复"

    def test_a_reply_reviewed_meanwhile_is_left_alone(
        self, browser_of: Browser, life: Callable[..., Any]
    ) -> None:
        one, other = life("submitted").dispatch, life("submitted").dispatch
        picks, reviewer = [pick(one.pk), pick(other.pk)], browser_of("reviewer")
        reviewer.post(f"/dispatches/{other.pk}/do/pass/", {"note": ""})
        preview = reviewer.post("/reviews/", {"decision": "order_redo", "reason": "再查", "pick": picks})
        assert "现为“已办结”" in preview.content.decode()
        page = begin(reviewer, "review", picks, {"decision": "order_redo", "reason": "再查"}).content.decode()
        assert "1 件已办" in page and "1 件未办" in page
        assert (state(one.pk), state(other.pk)) == ("redo", "passed")
        assert not Event.objects.filter(matter_id=other.pk, kind="hotline.redo_ordered").exists()


@pytest.mark.parametrize(
    ("url", "role", "what"), [("/waiting/", "dispatcher", "r"), ("/reviews/", "reviewer", "d")]
)
def test_the_lists_ask_as_many_questions_for_five_rows_as_for_two(
    browser_of: Browser,
    today_request: Callable[..., Request],
    life: Callable[..., Any],
    url: str,
    role: str,
    what: str,
) -> None:
    browser = browser_of(role)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(url).status_code == 200
        return len(found)

    def more(count: int) -> None:
        for _ in range(count):
            today_request() if what == "r" else life("submitted")

    more(2)
    asked()
    few = asked()
    more(3)
    assert asked() == few <= MOST_QUERIES
