"""Compares the live scores of a demo city that was built with those of its export, and prints JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from django.utils import timezone

from luoshi.assessment.selectors.live import live
from luoshi.assessment.services.recount import recount
from luoshi.engines.assessment import Period
from tests.assessment.counting.comparing import differences_of

now = timezone.now().replace(microsecond=0)
while recount(now=now):
    pass
today = timezone.localdate(now)
before = f"{today.year - (today.month == 1)}-{(today.month - 2) % 12 + 1:02d}"
periods = [before, f"{today:%Y-%m}", f"{today.year}-Q{(today.month + 2) // 3}", f"{today.year}"]
with tempfile.TemporaryDirectory() as folder:
    found = differences_of(Path(folder), now, periods)
totals = [str(score.total) for score in live(Period.parse(f"{today.year}"), now=now).sheet.units]
json.dump({"differences": found, "totals": totals}, sys.stdout, ensure_ascii=False)
