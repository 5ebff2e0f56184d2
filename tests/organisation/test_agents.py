"""The browser of a log-in, in words."""

from __future__ import annotations

import pytest

from luoshi.organisation.agents import browser_words
from luoshi.organisation.models import UserSession

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge（Windows）",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/120.0.0.0 Safari/537.36", "Chrome（Linux）"),
        (
            f"Mozilla/5.0 (Linux; Android 13) {WEBKIT} Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0",
            "微信（安卓）",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
            "Safari（iPhone）",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:120.0) Gecko/20100101 Firefox/120.0",
            "Firefox（macOS）",
        ),
        ("Mozilla/5.0 (compatible)", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, words: str) -> None:
    assert browser_words(agent) == words


def test_an_unknown_browser_shows_what_it_said_of_itself() -> None:
    assert UserSession(agent="LuoshiKiosk/2").browser == "LuoshiKiosk/2"
