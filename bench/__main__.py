"""`make bench`: every figure in one run, as ratios, written to var/bench/latest.json and printed.

python -m bench                    everything that fits in some minutes
python -m bench engines pages      only these
python -m bench pages --full       pages and life cycles also at 1,000,000 stored requests
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PARTS = ["engines", "assess", "knowledge", "suggest", "live", "pages"]
PACKAGES = ["luoshi", "django", "psycopg", "numpy", "polars", "pandas", "holidays", "scikit-learn"]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    import os

    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "packages": {name: version(name) for name in PACKAGES},
    }


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
    args = ask.parse_args()
    unknown = [part for part in args.parts if part not in PARTS]
    if unknown:
        ask.error(f"no part {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    result: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    failed = False
    for part in args.parts or PARTS:
        print(f"\n== {part}", flush=True)
        began = time.perf_counter()
        module = importlib.import_module(f"bench.{part}")
        try:
            figures = module.run(full=args.full) if part == "pages" else module.run()
        except Exception as error:
            failed = True
            figures = {"failed": f"{type(error).__name__}: {error}"}
        figures["took_s"] = round(time.perf_counter() - began, 1)
        result[part] = figures
        show(figures)
    path = Path("var/bench/latest.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, indent=2))
    print(f"\nwritten to {path}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
