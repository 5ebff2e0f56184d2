"""What browser a log-in came from, in words that its owner knows."""

from __future__ import annotations

BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("QQBrowser", "QQ浏览器"), ("360SE", "360浏览器"), ("QIHU", "360浏览器"),
    ("UCBrowser", "UC浏览器"), ("HuaweiBrowser", "华为浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("OpenHarmony", "鸿蒙"), ("HarmonyOS", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("UOS", "统信"), ("Kylin", "麒麟"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words(agent: str) -> str:
    """A User-Agent header as "Chrome（Windows）"; empty where neither browser nor system is known.

    Only for people to recognise a log-in by: the header says what the browser likes, so nothing may depend on it.
    """
    browser = next((words for mark, words in BROWSERS if mark in agent), "")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser}（{system}）"
    return browser or system
