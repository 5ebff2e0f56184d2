"""`python -m tests.fuzz.by_coverage KIND …`: atheris grows files and texts by what they reach in a reader, until one breaks it.

What follows the kind is libFuzzer's: a folder that keeps what was found, -max_total_time=600, -runs=…; without a kind
the kinds are named.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

READ = (
    "luoshi.administration.sheets", "luoshi.appointments.imports", "luoshi.assessment.whatif", "luoshi.backup.restore",
    "luoshi.engines", "luoshi.exchange", "luoshi.hotline.imports", "luoshi.ledger.services.packages",
    "luoshi.rulemaking.texts", "luoshi.targets.imports",
)  # fmt: skip
"""Modules whose branches are watched; to watch all others as well takes minutes before the first file."""
SOURCES = Path(__file__).parents[2] / "src"
MODULES = [".".join(path.relative_to(SOURCES).with_suffix("").parts) for path in SOURCES.rglob("*.py")]
OTHERS = [
    name.removesuffix(".__init__")
    for name in MODULES
    if not f"{name}.".startswith(tuple(f"{one}." for one in READ))
]

os.environ["DJANGO_SETTINGS_MODULE"] = "luoshi.web.settings_check"
with atheris.instrument_imports(include=["luoshi"], exclude=OTHERS):
    import django

    django.setup()
    from tests.broken.readers import HERE
    from tests.fuzz.test_parsers import PURE, TEXTS, read_file

    for one in PURE:  # readers import what they read with when they are first called
        first = min((HERE / one).iterdir())
        read_file(one, first.name, first.read_bytes())

NAMES = {"exchange": "dispatches.csv", "requests": "x.csv", "rulebook_upload": "x.zip"}
"""What a file is called where its name decides how it is read."""


def _file(kind: str) -> Callable[[bytes], None]:
    name = NAMES.get(kind, min((HERE / kind).iterdir()).name)
    return lambda data: read_file(kind, name, data)


def _text(name: str) -> Callable[[bytes], None]:
    read, _ = TEXTS[name]
    return lambda data: read(data.decode(errors="replace"))


PARSERS = {**{name: _text(name) for name in TEXTS}, **{kind: _file(kind) for kind in PURE}}


def main(kind: str) -> None:
    """Fuzz one kind, beginning with the broken files."""
    seeds = [str(HERE / kind)] if (HERE / kind).is_dir() else []
    atheris.Setup([sys.argv[0], *sys.argv[2:], *seeds], PARSERS[kind])
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("\n".join(PARSERS))
    main(sys.argv[1])
