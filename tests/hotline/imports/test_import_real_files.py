"""The real files beside the checkout: every row arrives, both times are kept, replies are measured."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from luoshi.hotline.imports.mapping import find_mapping
from luoshi.hotline.imports.requests import Request
from luoshi.hotline.imports.source import open_source
from tests.hotline.imports.kit import NOW, SHANGHAI, check_file

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "citizen-messages"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real data sets (../shared/data) are not here"
)


def requests(name: str, mapping: str) -> list[Request]:
    """The requests in a real file."""
    with open_source(FOLDER / name, find_mapping(mapping), now=NOW) as source:
        return [result for _, result in source.results() if isinstance(result, Request)]


def test_all_messages_with_replies_arrive_clean_and_with_both_times() -> None:
    report = check_file(FOLDER / "messages-with-replies.csv")
    assert (report.rows, report.good, report.errors, report.timeliness.replied) == (2112, 2112, [], 2112)
    for request in requests("messages-with-replies.csv", "messages"):
        assert request.replied is not None
        assert request.received.at <= request.replied.at
        for text in (request.subject, request.text, request.reply):
            assert text == text.strip()
            strange = [
                each for each in text if unicodedata.category(each) in ("Cc", "Zs") and each not in "\n "
            ]
            assert not strange
            assert "\u200b" not in text


def test_replies_in_time_agree_with_another_calendar() -> None:
    def in_time(request: Request) -> bool:
        day: date = request.received.day
        for _ in range(5):
            day += timedelta(1)
            while not chinese_calendar.is_workday(day):
                day += timedelta(1)
        due = datetime.combine(day, time(18), SHANGHAI)
        return request.replied is not None and request.replied.at <= due

    expected = sum(map(in_time, requests("messages-with-replies.csv", "messages")))
    assert check_file(FOLDER / "messages-with-replies.csv").timeliness.in_time == expected == 788


@pytest.mark.parametrize("mapping", ["hot-topics", "messages"])
def test_the_hot_topics_arrive_with_their_mixed_dates(mapping: str) -> None:
    report = check_file(FOLDER / "messages-hot-topics.csv", mapping=mapping)
    assert (report.rows, report.good, report.timeliness.replied) == (4326, 4326, 0)
    assert report.dates_only == 14


def test_the_hot_topics_arrive_with_their_votes() -> None:
    found = requests("messages-hot-topics.csv", "hot-topics")
    assert sum(each.votes_for or 0 for each in found) > 0
    assert all(each.votes_against is not None for each in found)
