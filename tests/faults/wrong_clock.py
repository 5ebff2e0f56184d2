"""The web application on a machine whose clock is wrong by as many seconds as the file LUOSHI_TEST_CLOCK says."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from django.utils import timezone

from luoshi.web.wsgi import application

__all__ = ["application"]


def _now() -> dt.datetime:
    wrong_by = float(Path(os.environ["LUOSHI_TEST_CLOCK"]).read_text())
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wrong_by)


timezone.now = _now
