"""The batch form gives what the single form gives."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.engines.limits import Duration, Unit, due
from luoshi.engines.worktime import WorktimeError
from luoshi.engines.worktime.batch import due_batch, provisional_batch
from tests.engines.samples import TZ, worktime

UNITS = st.sampled_from([Unit.WORKING_MINUTES, Unit.WORKING_HOURS, Unit.WORKING_DAYS])
FIRST = int(datetime(2005, 1, 1, tzinfo=TZ).timestamp())
LAST = int(datetime(2028, 1, 1, tzinfo=TZ).timestamp())
pairs = st.lists(st.tuples(st.integers(FIRST, LAST), st.integers(1, 300)), min_size=1, max_size=40)


@given(pairs, UNITS, st.sampled_from(["standard", "summer", "odd", "round"]))
def test_a_batch_equals_its_single_due_times(pairs: list[tuple[int, int]], unit: Unit, name: str) -> None:
    place = worktime(name)
    starts, amounts = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    dues = due_batch(place, starts, amounts, unit)
    marks = provisional_batch(place, starts, dues, unit)
    for (start, amount), at, mark in zip(pairs, dues.tolist(), marks.tolist(), strict=True):
        single = due(Duration(amount, unit), datetime.fromtimestamp(start, TZ), worktime=place)
        assert single.at is not None
        assert at == int(single.at.timestamp())
        assert mark is single.provisional


@pytest.mark.parametrize("unit", ["working_hours", "working_days"])
def test_one_amount_for_all_equals_as_many_alike_over_several_blocks(unit: str) -> None:
    starts = np.linspace(FIRST, LAST, 30_000).astype(np.int64)
    one = due_batch(worktime(), starts, 5, unit)
    many = due_batch(worktime(), starts, np.full(starts.shape, 5), unit)
    square = due_batch(worktime(), starts.reshape(300, 100), 5, unit)
    assert (one == many).all()
    assert (square.reshape(-1) == one).all()
    assert (np.diff(one) >= 0).all()


def test_an_empty_batch_is_empty() -> None:
    assert due_batch(worktime(), np.array([], dtype=np.int64), 5, "working_days").size == 0


@pytest.mark.parametrize(
    ("starts", "amounts", "unit", "message"),
    [
        ([FIRST], 1, "months", "unit months has no batch form"),
        ([FIRST], 0, "working_days", "amount 0 is too small"),
        ([FIRST, LAST], [1], "working_days", "1 amounts for 2 starts"),
        ([0], 1, "working_hours", "outside 1992 to 2059"),
        ([4_000_000_000], 1, "working_days", "outside 1992 to 2059"),
        ([2_830_000_000], 7_000, "working_days", "outside 1992 to 2059"),
        ([2_830_000_000], 60_000, "working_hours", "outside 1992 to 2059"),
    ],
)
def test_what_a_batch_cannot_compute_is_refused(
    starts: list[int], amounts: int | list[int], unit: str, message: str
) -> None:
    counts = amounts if isinstance(amounts, int) else np.array(amounts)
    with pytest.raises(WorktimeError, match=message):
        due_batch(worktime(), np.array(starts, dtype=np.int64), counts, unit)
