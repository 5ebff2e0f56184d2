"""`make bench`: every figure in one run, as ratios, printed and written to var/bench/PART.json.

python -m bench                    every part, up to 100,000 stored requests
python -m bench engines pages      only these
python -m bench pages --full       pages, peers, load and close with 1,000,000 stored requests
python -m bench guard [--store]    compare ratios with those in bench/ratios.json (or keep today's there)
python -m bench stores [--full]    fill the databases of ours and the peers' beforehand (they stay with BENCH_KEEP=1)
python -m bench report             fill the tables of docs/benchmarks.md from var/bench
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bench import guard, report, server, stores

PARTS = ["engines", "assess", "knowledge", "suggest", "live", "pages", "peers", "load", "close"]
SIZED = {"pages", "peers", "load", "close", "stores"}  # these know --full
PACKAGES = ["luoshi", "django", "psycopg", "numpy", "polars", "pandas", "holidays", "scikit-learn"]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _first(Path("/proc/cpuinfo"), "model name"),
        "cores": os.cpu_count(),
        "memory": f"{int(_first(Path('/proc/meminfo'), 'MemTotal').removesuffix('kB') or 0) / 1e6:.0f} GB",
        "load before, 1 and 5 minutes": ", ".join(f"{one:.1f}" for one in os.getloadavg()[:2]),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _first(path: Path, name: str) -> str:
    """What a line of a file of the kernel says; empty on other systems."""
    if not path.exists():
        return ""
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")


def show(figures: Any, indent: int = 1) -> None:
    """Print nested figures, one a line."""
    for key, value in figures.items():
        if isinstance(value, dict):
            print("  " * indent + f"{key}:")
            show(value, indent + 1)
        else:
            print("  " * indent + f"{key}: {value}")


def main() -> int:
    """Run the parts asked for; 1 when one of them failed, with its reason."""
    ask = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}")
    ask.add_argument("--full", action="store_true", help="also at 1,000,000 stored requests")
    ask.add_argument("--store", action="store_true", help="guard: keep today's ratios")
    args = ask.parse_args()
    if args.parts == ["report"]:
        return report.run()
    if args.parts == ["guard"]:
        return guard.run(store=args.store)
    if args.parts == ["stores"]:
        return 0 if _run("stores", full=args.full) else 1
    unknown = [part for part in args.parts if part not in PARTS]
    if unknown:
        ask.error(f"no part {', '.join(unknown)}; there are: {', '.join(PARTS)}, guard, stores, report")
    failed = [part for part in args.parts or PARTS if not _run(part, full=args.full)]
    if server.started is not None:
        stores.clear(server.started)
    print(f"\nwritten to {server.HOME}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _run(part: str, *, full: bool) -> bool:
    """Run a part, print and write what it found; whether all of it worked."""
    print(f"\n== {part}", flush=True)
    told: dict[str, Any] = {
        "part": part, "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(),
        "idle before, %": idle(),
    }  # fmt: skip
    began = time.perf_counter()
    try:
        module = importlib.import_module(f"bench.{part}")
        figures = module.run(full=full) if part in SIZED else module.run()
    except Exception as error:
        figures = {"failed": f"{type(error).__name__}: {error}"}
    figures["took_s"] = round(time.perf_counter() - began, 1)
    told["figures"] = figures
    show(figures)
    server.HOME.mkdir(parents=True, exist_ok=True)
    path = server.HOME / f"{part}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return "failed" not in figures


def idle(seconds: float = 3.0) -> float:
    """How much of the processor was idle for some seconds, in per cent; 100 where the system does not tell."""
    path = Path("/proc/stat")
    if not path.exists():
        return 100.0
    before, _, after = _ticks(path), time.sleep(seconds), _ticks(path)
    spent = [now - then for then, now in zip(before, after, strict=True)]
    return round(100 * (spent[3] + spent[4]) / max(1, sum(spent)), 1)


def _ticks(path: Path) -> list[int]:
    return [int(one) for one in path.read_text().splitlines()[0].split()[1:9]]


if __name__ == "__main__":
    sys.exit(main())
