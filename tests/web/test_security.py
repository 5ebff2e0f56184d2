"""Headers, cookies, downloads, hashes, keys: what protects every answer."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.urls import reverse

from luoshi.organisation.hashers import Argon2
from luoshi.organisation.models import User
from luoshi.web import settings as production
from tests.conftest import PASSWORD

SOURCES = Path(__file__).resolve().parents[2] / "src" / "luoshi"


@pytest.fixture
def signed_in(client, bodies):
    client.post(reverse("login"), {"username": "chengguan.liaison", "password": PASSWORD})
    return client


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(client, bodies):
    for name in ("login", "portal-home", "healthz"):
        answer = client.get(reverse(name))
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_are_not_for_scripts_nor_for_other_sites(signed_in):
    cookie = signed_in.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


@pytest.mark.parametrize(("https", "secure"), [("1", True), ("0", False)])
def test_behind_tls_cookies_are_secure_and_plain_addresses_lead_there(https, secure):
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from luoshi.web import settings_check as s;"
            "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0)",
        ],
        env={"LUOSHI_HTTPS": https, "PYTHONPATH": str(SOURCES.parent), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == [str(secure)] * 4


def test_passwords_are_hashed_slowly():
    assert production.PASSWORD_HASHERS == ["luoshi.organisation.hashers.Argon2"]
    hashed = make_password("Sonnenblume-7", hasher=Argon2())
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.django_db
def test_a_password_hashed_at_another_cost_still_opens_and_is_hashed_anew(bodies, settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    older = make_password(PASSWORD, hasher=Argon2PasswordHasher())
    account = User.objects.get(username="chengguan.liaison")
    account.password = older
    account.save(update_fields=["password"])
    assert authenticate(None, username="chengguan.liaison", password=PASSWORD)
    kept = User.objects.get(username="chengguan.liaison").password
    assert kept != older and "m=19456,t=2,p=1" in kept
    assert authenticate(None, username="chengguan.liaison", password=PASSWORD)


def test_a_web_process_starts_without_what_few_pages_need():
    """Some hundred megabytes in each process: files are read, papers set and Chinese words cut on demand."""
    begins = "from luoshi.web import wsgi; import sys; from django.urls import get_resolver; get_resolver().url_patterns;"
    told = subprocess.run(
        [sys.executable, "-c", begins + "print([n for n in ('polars', 'jieba', 'typst') if n in sys.modules])"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "luoshi.web.settings_check"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split("\n")[-2] == "[]"


def test_an_attachment_comes_as_a_download():
    """Every view that answers with a stored file says that it is one to keep, not a page to show."""
    found = 0
    for path in SOURCES.glob("*/views/**/*.py"):
        text = path.read_text(encoding="utf-8")
        for call in re.findall(r"FileResponse\(((?:[^()]|\([^()]*\))*)\)", text):
            found += 1
            assert "as_attachment=True" in call, path
    assert found >= 3


def test_the_program_calls_no_address_that_a_visitor_gave():
    """Only adapters with an address from the settings speak HTTP, and none follows a redirect."""
    calls = {
        path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8")
        for path in SOURCES.rglob("*.py")
        if re.search(
            r"\b(httpx\.\w+|urlopen|requests\.(get|post|request))\(", path.read_text(encoding="utf-8")
        )
    }
    assert set(calls) == {"ledger/services/outbox.py"}
    assert "follow_redirects=False" in calls["ledger/services/outbox.py"]


def test_keys_made_at_the_first_start_are_for_their_owner_alone(tmp_path):
    subprocess.run(
        [sys.executable, "-c", "from luoshi.web import settings"],
        env={
            "LUOSHI_HOME": str(tmp_path / "home"),
            "LUOSHI_DATABASE_URL": "postgresql://check@127.0.0.1:1/check",
            "PYTHONPATH": str(SOURCES.parent),
            "PATH": "/usr/bin",
        },
        check=True,
    )
    for name in ("keys", "secret_key"):
        path = tmp_path / "home" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(path.read_text()) > 40
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["keys", "secret_key"]
