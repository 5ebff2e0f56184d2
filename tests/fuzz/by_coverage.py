"""`python -m tests.fuzz.by_coverage KIND`: atheris grows files by what they reach in the parser, until one breaks it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["luoshi"]):
    from luoshi.administration.sheets import read_sheet
    from luoshi.engines.expressions import ExpressionError, parse
    from tests.broken.readers import HERE, READERS


def _file(kind: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.yaml"
            path.write_bytes(data)
            READERS[kind](path, folder=Path(folder))

    return read


def _expression(data: bytes) -> None:
    try:
        parse(data.decode(errors="replace"))
    except ExpressionError:
        return


PARSERS: dict[str, Callable[[bytes], object]] = {
    "rulebook": _file("rulebook"),
    "mappings": _file("mappings"),
    "categories": lambda data: read_sheet(data, ("一级分类", "二级分类", "三级分类")),
    "expressions": _expression,
}


def main(kind: str) -> None:
    """Fuzz one kind, beginning with the broken files."""
    seeds = [str(HERE / kind)] if (HERE / kind).is_dir() else []
    atheris.Setup([sys.argv[0], *sys.argv[2:], *seeds], PARSERS[kind])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
