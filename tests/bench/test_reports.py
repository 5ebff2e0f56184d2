"""What the bench says of its figures: medians, ratios, tables, and when the guard fails."""

from __future__ import annotations

import json

import pytest

from bench import figures, guard, report

MACHINE = {
    "cores": 2,
    "processor": "a processor",
    "memory": "25 GB",
    "python": "3.11.7",
    "packages": {"django": "5.2"},
}


def _part(found: dict[str, object], idle: float = 99.0) -> dict[str, object]:
    return {"at": "2026-11-22T19:30:00+00:00", "machine": MACHINE, "idle before, %": idle, "figures": found}


def test_milliseconds_tell_median_and_spread() -> None:
    values = [number / 1000 for number in range(1, 101)]
    assert figures.ms(values) == {"n": 100, "median": 50.5, "least": 1.0, "p95": 95.0, "most": 100.0}
    assert figures.part(values, 0.99) == pytest.approx(0.099)
    assert figures.part([3.0], 0.5) == 3.0


def test_a_ratio_says_how_many_times_longer_the_others_take() -> None:
    assert figures.ratio([0.4, 0.5, 0.6], [0.05, 0.05]) == 10.0


def test_a_side_without_the_operation_is_said_to_have_none() -> None:
    one = figures.ms([0.010, 0.020])
    found = {
        "server of all": "PostgreSQL 18.4",
        "django-helpdesk": {"version": "django-helpdesk 2.6.1", "stored": {"10,000": "10,000 tickets"}},
        "Request Tracker": {"left out": "no root"},
        "Luoshi": {"stored": {"10,000": {"disk_GB": 0.25}}},
        "at 10,000": {
            "load": "0.1, 0.1",
            "read one": {
                "Luoshi": one,
                "django-helpdesk": figures.ms([0.030]),
                "times faster than django-helpdesk": 2.0,
            },
        },
    }
    said = report.peers(_part(found))
    assert "| read one | 15.0 (10.0 to 20.0) | 30.0 (30.0 to 30.0) | has none | 2 |" in said
    assert "Request Tracker: left out, no root." in said
    assert "overloaded" not in said


def test_figures_of_a_busy_machine_are_marked() -> None:
    assert "overloaded" in report.told(_part({"answers a second": 12.5}, idle=31.0))


def test_a_part_is_told_figure_by_figure() -> None:
    said = report.told(_part({"month close": figures.ms([1.0]) | {"dispatches a second": 1_000_000}, "n": 3}))
    line = (
        "| month close | 1,000.0 ms (1,000.0 to 1,000.0, p95 1,000.0, n 1); 1,000,000 dispatches a second |"
    )
    assert line in said
    assert "| n | 3 |" in said


def test_only_its_own_block_of_the_page_is_written_anew() -> None:
    text = "a\n<!-- bench:load -->\nold\n<!-- /bench -->\nb\n<!-- bench:close -->\nkept\n<!-- /bench -->\n"
    new = report.filled(text, "load", "new\n")
    assert new == text.replace("old", "new")
    with pytest.raises(ValueError, match="bench:peers"):
        report.filled(text, "peers", "new")


def test_the_page_has_a_block_for_every_table() -> None:
    text = report.DOCUMENT.read_text(encoding="utf-8")
    for name in report.TABLES:
        report.filled(text, name, "x")


def test_the_guard_fails_what_takes_half_as_long_again() -> None:
    found = guard.compared({"same": 1.4, "slower": 1.6, "new": 9.0}, {"same": 1.0, "slower": 1.0})
    assert [one.slower for one in found] == [False, True, False]
    assert [one.kept for one in found] == [1.0, 1.0, None]


def test_the_guard_keeps_a_ratio_of_everything_that_it_watches() -> None:
    kept = json.loads(guard.KEPT.read_text(encoding="utf-8"))
    assert len(kept) == 6
    assert all(value > 0 for value in kept.values())
