"""Scoring an export of a million dispatches, beside polars parsing the same CSV alone: goals 3 times and 1 GB.

Each side runs in a process of its own, in turn, start of the process left out: what is timed is reading, counting
and scoring. The ratio is the median over the rounds, with the lowest and the highest.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROWS = 1_000_000
UNITS = 100
ROUNDS = 5

_POLARS = """
import json, sys, time, resource
import polars as pl
began = time.perf_counter()
pl.read_csv(sys.argv[1] + "/dispatches.csv")
took = time.perf_counter() - began
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
_LUOSHI = """
import json, sys, time, resource
from pathlib import Path
import polars
from luoshi.cli import books
from luoshi.engines.assessment import Period, evaluate
from luoshi.exchange.count import count
from luoshi.exchange.read import read
book = books.load("sanmenxia")
book.worktime
began = time.perf_counter()
period = Period.parse(sys.argv[2])
counted = count(read(Path(sys.argv[1])), book, period=period)
sheet = evaluate(book.scheme("assessment.hotline", period.last), counted.units, period=period)
took = time.perf_counter() - began
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def run() -> dict[str, Any]:
    """Measure and return seconds, ratios and megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder), ROWS)
        return {
            "dispatches": ROWS,
            **{f"period {period}": _compare(folder, period) for period in ("2017-10", "2017")},
        }


def _compare(folder: str, period: str) -> dict[str, Any]:
    _once(_POLARS, folder), _once(_LUOSHI, folder, period)
    pairs = [(_once(_LUOSHI, folder, period), _once(_POLARS, folder)) for _ in range(ROUNDS)]
    ratios = [ours[0] / theirs[0] for ours, theirs in pairs]
    return {
        "ours_s": round(statistics.median(ours[0] for ours, _ in pairs), 2),
        "polars_parse_s": round(statistics.median(theirs[0] for _, theirs in pairs), 2),
        "ratio (goal: at most 3)": round(statistics.median(ratios), 2),
        "lowest": round(min(ratios), 2),
        "highest": round(max(ratios), 2),
        "ours_mb (goal: at most 1024)": round(max(ours[1] for ours, _ in pairs)),
        "polars_mb": round(max(theirs[1] for _, theirs in pairs)),
    }


def _once(program: str, *words: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    took, size = json.loads(done.stdout)
    return took, size


def export(folder: Path, rows: int) -> None:
    """Write an export of so many dispatches over the year 2017, the same in every run."""
    source = random.Random(20171009)
    units = [f"单位{number:03d}" for number in range(UNITS)]
    (folder / "units.csv").write_text("unit\n" + "\n".join(units) + "\n", encoding="utf-8")
    head = (
        "dispatch_no,order_no,unit,urgency,kind,role,leader_instruction,dispatched_at,signed_at,handed_over_at,"
        "returned_at,return_outcome,extended_until,closed_at,failed_reviews,callback_at,callback_answered,"
        "contacted,conduct,result\n"
    )
    with (folder / "dispatches.csv").open("w", encoding="utf-8") as file:
        file.write(head)
        for number in range(rows):
            file.write(",".join(_row(source, number, source.choice(units))) + "\n")


def _row(source: random.Random, number: int, unit: str) -> list[str]:
    at = datetime(2017, 1, 1) + timedelta(minutes=source.randrange(525_600))  # noqa: DTZ001 - the format is local
    signed = at + timedelta(minutes=source.randrange(600))
    outcome = source.choice(["accepted", "rejected"]) if source.random() < 0.05 else ""
    closed = (
        None
        if outcome == "accepted" or source.random() < 0.05
        else at + timedelta(hours=source.randrange(200))
    )
    called = closed + timedelta(days=source.randrange(5)) if closed and source.random() < 0.6 else None
    words = ["satisfied", "satisfied", "basically", "dissatisfied", ""]
    said = (
        [source.choice(["yes", "no", ""]), source.choice(words), source.choice(words)]
        if called
        else ["", "", ""]
    )
    return [
        f"D{number:08d}",
        f"O{number * 9 // 10:08d}",
        unit,
        "urgent" if source.random() < 0.1 else "routine",
        source.choice(["announcement", "consultation", "help", "complaint", "suggestion"]),
        source.choice(["sole"] * 7 + ["lead", "assist", "volunteer"]),
        "yes" if source.random() < 0.02 else "no",
        _shown(at),
        _shown(signed),
        _shown(signed + timedelta(minutes=source.randrange(600))),
        _shown(signed + timedelta(hours=source.randrange(40))) if outcome else "",
        outcome,
        _shown(at + timedelta(days=12)) if source.random() < 0.03 else "",
        _shown(closed),
        source.choice("0000000012"),
        _shown(called),
        source.choice(["yes"] * 9 + ["no"]) if called else "",
        *said,
    ]


def _shown(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False, indent=2))
