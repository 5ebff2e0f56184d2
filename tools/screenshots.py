"""Takes the pictures of docs/screenshots from the demo city in LUOSHI_HOME (var/demo; built first where it does not stand).

Runs the demo as people do, logs in by the log-in page, and saves compressed WebP pictures by Chromium itself.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
PASSWORD = "Luoshi-demo-12345"  # noqa: S105 - of the demo accounts, printed by the demo itself
DESK, PHONE, WALL = (1440, 900), (375, 760), (1920, 1080)
QUALITY = 62
PATIENCE = 1800  # seconds: a city is built first where none stands
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: of which page, as whom (nobody: the public), how wide. follow: a link to press first."""

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    follow: str = ""


PICTURES = (
    Picture("home", "/work/", "chengguan.liaison"),
    Picture("console", "/console/", "agent"),
    Picture("request", "/requests/", "dispatcher", follow=".ls-main-cell a"),
    Picture("overview", "/overview/", "mayor"),
    Picture("wall", "/overview/wall/", "mayor", WALL),
    Picture("league", "/assessment/", "command"),
    Picture("rule", "/rules/hotline.sign_in/?try=1&start=2017-09-29T17:50&urgency=routine", "rules"),
    Picture("portal", "/portal/"),
    Picture("phone-dispatch", "/dispatches/", "chengguan.liaison", PHONE, ".ls-main-cell a"),
    Picture("phone-portal", "/portal/ask/", size=PHONE),
)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the city answers. Errors: SystemExit when the demo ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit("screenshots: the demo ended by itself; see its messages above")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(1)
    sys.exit(f"screenshots: {url} does not answer")


def signed_in(browser: Any, address: str, who: str, size: tuple[int, int]) -> Any:
    """A window of this size, signed in by the log-in page."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    if who:
        page.goto("/login/")
        page.get_by_label("用户名").fill(who)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login/" not in url)
    return page


def take(page: Any, picture: Picture) -> None:
    """Open the page and save what stands in the window."""
    page.goto(picture.path)
    if picture.follow:
        page.locator(picture.follow).first.click()
    page.wait_for_load_state("networkidle")
    shot = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
    )
    (FOLDER / f"{picture.name}.webp").write_bytes(base64.b64decode(shot["data"]))


def main() -> int:
    """All pictures; 0 when they are taken."""
    from playwright.sync_api import sync_playwright

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("screenshots: no Chromium found: run `make browser`")
    FOLDER.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {"LUOSHI_HOME": str(ROOT / "var" / "demo"), **os.environ}
    demo = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "luoshi.cli.entry", "demo", "--port", str(port)], env=environment
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/readyz", demo)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
            for picture in PICTURES:
                page = signed_in(browser, address, picture.who, picture.size)
                take(page, picture)
                page.context.close()
            browser.close()
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
