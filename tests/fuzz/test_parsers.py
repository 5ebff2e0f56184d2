"""Whatever a parser is given, it answers or refuses in its documented way: never another exception, never without end.

Files are mutated from the broken ones (tests/broken), texts made from each parser's own alphabet. The long form runs
many more, and with atheris, where it is installed, by coverage.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luoshi.administration.sheets import read_sheet
from luoshi.appointments.imports.read import read_past
from luoshi.engines.assessment import Period, PeriodError
from luoshi.engines.expressions import ExpressionError, NoData
from luoshi.engines.expressions import parse as parse_expression
from luoshi.engines.limits import Duration, LimitError, parse_time
from luoshi.exchange.texts import BadTable, labels_of, read_table, texts_of
from luoshi.hotline.imports.moments import NoMoment, read_moment
from luoshi.ledger.services.packages import MEMBERS, package_fault
from luoshi.rulemaking.texts import TextError, read_entry
from luoshi.targets.imports.read import read_plan
from tests.broken.readers import HERE, READERS

ZONE = ZoneInfo("Asia/Shanghai")
PURE = (
    "requests",
    "mappings",
    "exchange",
    "categories",
    "calendar",
    "rulebook",
    "rulebook_upload",
    "models",
    "backup",
    "targets",
    "appointments",
    "suggest",
    "attachments",
)
QUICK = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(max_examples=1500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
COVERED_S = int(os.environ.get("LUOSHI_FUZZ_S", "30"))
"""Seconds for each kind by coverage."""
SMALL = 20_000
PIECES = [b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"\r", b"\n", b"\t", b",", b";", b"{", b"}", b"[", b"]", b":", b"-",
          b"&a", b"*a", b"!!", b"<<", b"#", b"%", b"9" * 30, b"-1", b"1e999", b"NaN", "二〇一七年".encode(), b"2017-02-30",
          b"PK\x03\x04", b"&#0;", b"=1+1", b"../", b"\xed\xa0\x80", "\u202e".encode(), b"~", b"null", b"true", b"0x1f"]  # fmt: skip


@st.composite
def mutated(draw: Any, kind: str) -> tuple[str, bytes]:
    """A file of the kind with some bytes cut, doubled, turned, or replaced by something odd."""
    paths = sorted(path for path in (HERE / kind).iterdir() if path.stat().st_size <= SMALL)
    path = draw(st.sampled_from(paths))
    data = bytearray(path.read_bytes())
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        what = draw(st.sampled_from(["put", "cut", "turn", "double", "end"]))
        if what == "put":
            data[place:place] = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        elif what == "cut":
            del data[place : place + length]
        elif what == "turn" and place < len(data):
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif what == "double":
            data[place:place] = data[place : place + length]
        elif what == "end":
            del data[max(place, 1) :]
    return path.name, bytes(data)


def _table(path: Path, **_: Any) -> str:
    """Past cases to learn from, without the learning."""
    try:
        table = read_table(path)
        return f"{len(texts_of(table, ['title', 'content']))} {len(labels_of(table, 'unit'))}"
    except BadTable as error:
        return str(error)


ALONE: dict[str, Callable[..., str]] = {
    **READERS,
    "targets": lambda path, **_: str(read_plan(path.name, path.read_bytes(), doubt_words=()).faults),
    "appointments": lambda path, **_: str(read_past(path.read_bytes()).faults),
    "suggest": _table,
    "attachments": lambda path, **_: "".join(package_fault(path, ending) for ending in MEMBERS),
}
"""The readers, those of them that look something up in the database as far as they go without it."""


def read_file(kind: str, name: str, data: bytes) -> None:
    """Read the file as its kind; the reader lets every undocumented exception through."""
    with tempfile.TemporaryDirectory() as folder:
        path, work = Path(folder) / name, Path(folder) / "work"
        work.mkdir()
        path.write_bytes(data if kind != "calendar" else data.decode(errors="replace").encode())
        table = "" if name.endswith(".xlsx") else "units" if name.startswith("units") else "dispatches"
        said = (
            ALONE[kind](path, folder=work, table=table)
            if kind == "exchange"
            else ALONE[kind](path, folder=work)
        )
        assert isinstance(said, str)


def _files(kind: str, how: Any) -> None:
    @how
    @given(mutated(kind))
    def reads(file: tuple[str, bytes]) -> None:
        read_file(kind, *file)

    reads()


@pytest.mark.parametrize("kind", PURE)
def test_a_mutated_file_is_read_or_refused(kind):
    _files(kind, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PURE)
def test_many_mutated_files_are_read_or_refused(kind):
    _files(kind, LONG)


def _or(
    refusals: type[Exception] | tuple[type[Exception], ...], read: Callable[[str], object]
) -> Callable[[str], None]:
    def tried(text: str) -> None:
        try:
            read(text)
        except refusals:
            return

    return tried


def _evaluated(text: str) -> None:
    found = parse_expression(text)
    value = found.evaluate(dict.fromkeys(found.names, 0))
    assert isinstance(value, Fraction | NoData)


def _moment(text: str) -> None:
    assert isinstance(read_moment(text, ZONE).at, dt.datetime)


TEXTS: dict[str, tuple[Callable[[str], None], Any]] = {
    "expressions": (_or(ExpressionError, _evaluated), st.text("abx_019. +-*/(),\u3000\x00minax", max_size=60)),
    "times of imports": (_or(NoMoment, _moment), st.text("0123456789-/.:年月日时分下上午TZ+ \x00", max_size=30)),
    "times of limits": (
        _or(LimitError, lambda text: parse_time(text, ZONE)),
        st.text("0123456789-/:T+Z .", max_size=26),
    ),
    "durations": (_or(LimitError, Duration.parse), st.text("0123456789 workingdayshuminte-.+٣", max_size=30)),
    "periods": (_or(PeriodError, Period.parse), st.text("0123456789-Q年月 ٣", max_size=10)),
    "rules being edited": (_or(TextError, read_entry), st.text("ab:-[]{}&*!#|>\n \t'\"二0\x00", max_size=60)),
    "uploaded sheets": (lambda text: _sheet(text), st.text('甲乙,"\n\r\x00;一级分类 =', max_size=60)),
    "targets": (lambda text: _plan(text), st.text("document:year\n -[]{}&*!'\"二018\x00", max_size=80)),
    "appointments": (lambda text: _past(text), st.text("facts:person\n -[]{}&*!'\"二018\x00", max_size=80)),
}  # fmt: skip


def _sheet(text: str) -> None:
    assert read_sheet(text.encode(), ("一级分类", "二级分类")).faults or text


def _plan(text: str) -> None:
    assert read_plan("x.yaml", text.encode(), doubt_words=()).faults


def _past(text: str) -> None:
    assert read_past(text.encode()).faults


def _texts(name: str, how: Any) -> None:
    read, made = TEXTS[name]

    @how
    @given(made | st.text(max_size=40).filter(lambda text: text.isprintable() or "\x00" in text))
    def reads(text: str) -> None:
        read(text)

    reads()


@pytest.mark.parametrize("name", TEXTS)
def test_any_text_is_read_or_refused(name):
    _texts(name, settings(QUICK, max_examples=60))


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_very_many_texts_are_read_or_refused(name):
    _texts(name, settings(LONG, max_examples=20_000))


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed (pip install atheris)")
@pytest.mark.parametrize("kind", dict.fromkeys([*PURE, *TEXTS]))
def test_coverage_finds_no_other_exception(kind, tmp_path):
    own = [
        kind,
        f"-max_total_time={COVERED_S}",
        "-max_len=2000",
        "-timeout=60",
        f"-artifact_prefix={tmp_path}/",
    ]
    (tmp_path / "found").mkdir()
    command = [sys.executable, "-m", "tests.fuzz.by_coverage", *own, str(tmp_path / "found")]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=HERE.parents[1], timeout=COVERED_S + 600, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
