"""Settings for tests: a throw-away embedded PostgreSQL, quick passwords, plain static files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("LUOSHI_HOME", str(Path("var/test").resolve()))

from luoshi.web.settings import *  # noqa: F403
from luoshi.web.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"luoshi-test-{os.getpid()}"
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
OUTBOX_WAKE = False
RULE_EDITION_SECONDS = float("inf")  # tests that change rules say when to look again

# Runs side by side on one embedded server get databases of their own.
DATABASES["default"]["TEST"] = {**DATABASES["default"]["TEST"], "NAME": f"test_luoshi_{os.getpid()}"}
