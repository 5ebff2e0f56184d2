"""Settings for type checks and migration checks: no server is started."""

from __future__ import annotations

import os

os.environ.setdefault("LUOSHI_DATABASE_URL", "postgresql://check@127.0.0.1:1/check")
os.environ.setdefault("LUOSHI_SECRET_KEY", "only-for-checks")
os.environ.setdefault("LUOSHI_KEYS", f"check:{'A' * 43}=")

from luoshi.web.settings import *  # noqa: F403
