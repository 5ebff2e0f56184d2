"""The same question is asked once while a page is read, and anew everywhere else."""

from __future__ import annotations

import pytest

from luoshi.ledger.once import once, reading


@pytest.fixture
def asked():
    """A function that counts how often it is really asked."""

    @once
    def ask(number: int, *, name: str = "") -> list[int]:
        ask.times += 1
        return [number]

    ask.times = 0
    return ask


def test_while_a_page_is_read_the_same_question_is_asked_once(asked):
    with reading():
        assert asked(1) is asked(1)
        asked(1, name="a")
        asked(1, name="a")
        asked(2)
    assert asked.times == 3


def test_outside_every_call_asks(asked):
    asked(1)
    asked(1)
    assert asked.times == 2


def test_the_next_page_asks_anew(asked):
    for _ in range(2):
        with reading():
            asked(1)
    assert asked.times == 2


def test_a_failure_is_not_kept():
    @once
    def fails() -> None:
        raise ValueError("now")

    with reading():
        for _ in range(2):
            with pytest.raises(ValueError, match="now"):
                fails()


def test_a_page_that_changes_something_keeps_nothing(rf):
    from luoshi.web.middleware import ReadOnce

    seen = []

    @once
    def ask() -> None:
        seen.append(1)

    def view(request):
        ask()
        ask()

    ReadOnce(view)(rf.get("/"))
    assert len(seen) == 1
    ReadOnce(view)(rf.post("/"))
    assert len(seen) == 3
