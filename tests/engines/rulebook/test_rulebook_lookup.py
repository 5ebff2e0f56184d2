"""Rules are looked up as of a day, never as "the latest"; drafts only when asked for."""

from __future__ import annotations

from datetime import date

import pytest

from luoshi.engines.rulebook import NOTHING, Rulebook, RulebookError, Status, UnknownRule

from .rulebook_kit import LIMIT, limit, rulebook

FIRST = LIMIT.replace("{from: 2020-01-01}", "{from: 2020-01-01, until: 2020-12-31}")
SECOND = limit(duration="2 working hours", valid="{from: 2021-01-01}")
DRAFT = limit(duration="1 working hour", valid="{from: 2022-01-01}", status="draft")
EVENT = ("demo.sent", "demo.task")


@pytest.fixture
def book() -> Rulebook:
    return rulebook(FIRST + SECOND + DRAFT)


@pytest.mark.parametrize(
    ("day", "duration"),
    [
        (date(2020, 1, 1), "4 working hours"),
        (date(2020, 12, 31), "4 working hours"),
        (date(2021, 1, 1), "2 working hours"),
        (date(2023, 1, 1), "2 working hours"),
    ],
)
def test_a_rule_is_that_of_the_day_with_both_ends_of_its_validity(
    book: Rulebook, day: date, duration: str
) -> None:
    assert str(book.limit("demo.sign", day).duration[0].duration) == duration
    assert [str(one.duration[0].duration) for one in book.limits_for(*EVENT, day).opens] == [duration]


def test_before_the_first_version_there_is_no_rule_and_the_message_says_when_it_holds(book: Rulebook) -> None:
    with pytest.raises(UnknownRule) as caught:
        book.limit("demo.sign", date(2019, 12, 31))
    assert str(caught.value) == (
        "limit demo.sign does not hold on 2019-12-31 in rulebook demo "
        "(it holds 2020-01-01 to 2020-12-31, 2021-01-01 to now)"
    )
    assert book.limits_for(*EVENT, date(2019, 12, 31)) is NOTHING
    assert not NOTHING


def test_a_draft_is_found_only_when_asked_for_and_then_before_the_rule_in_force(book: Rulebook) -> None:
    day = date(2022, 6, 1)
    assert str(book.limit("demo.sign", day).duration[0].duration) == "2 working hours"
    assert str(book.limit("demo.sign", day, drafts=True).duration[0].duration) == "1 working hour"
    assert book.limit("demo.sign", date(2021, 6, 1), drafts=True).status is Status.IN_FORCE


def test_a_what_if_run_over_limits_takes_the_draft_in_place_of_the_rule_in_force(book: Rulebook) -> None:
    day = date(2022, 6, 1)
    opened = book.limits_for(*EVENT, day, drafts=True).opens
    assert [str(one.duration[0].duration) for one in opened] == ["1 working hour"]


def test_a_draft_from_a_later_day_leaves_the_rule_in_force_before_that_day_in_a_what_if_run(
    book: Rulebook,
) -> None:
    opened = book.limits_for(*EVENT, date(2021, 6, 1), drafts=True).opens
    assert [str(one.duration[0].duration) for one in opened] == ["2 working hours"]


def test_a_draft_alone_is_called_a_draft() -> None:
    book = rulebook(DRAFT)
    with pytest.raises(UnknownRule, match=r"^limit demo.sign is only a draft in rulebook demo$"):
        book.limit("demo.sign", date(2022, 6, 1))


def test_an_unknown_rule_is_told_with_the_nearest_one(book: Rulebook) -> None:
    with pytest.raises(UnknownRule, match=r"^no limit demo.sing in rulebook demo; did you mean demo.sign?"):
        book.limit("demo.sing", date(2022, 6, 1))


def test_a_rule_of_another_kind_is_not_found(book: Rulebook) -> None:
    with pytest.raises(UnknownRule, match=r"^no setting demo.sign in rulebook demo$"):
        book.setting("demo.sign", date(2022, 6, 1))


def test_a_repealed_rule_still_holds_for_the_days_on_which_it_held() -> None:
    text = limit(valid="{from: 2020-01-01, until: 2020-06-30}", status="repealed")
    book = rulebook(text)
    assert book.limit("demo.sign", date(2020, 6, 30)).status is Status.REPEALED
    with pytest.raises(UnknownRule):
        book.limit("demo.sign", date(2020, 7, 1))


def test_a_rule_may_hold_until_the_last_day_there_is() -> None:
    book = rulebook(limit(valid="{from: 2020-01-01, until: 9999-12-31}"))
    assert book.limits_for(*EVENT, date.max).opens


def test_an_event_touches_limits_by_what_it_does_to_them() -> None:
    text = limit(extra="    cancels: [demo.recalled]\n    ends: [demo.closed]\n    breaks: [demo.spoilt]\n")
    book = rulebook(text)
    day = date(2020, 5, 1)
    for kind, effect in {
        "demo.sent": "opens",
        "demo.signed": "meets",
        "demo.recalled": "cancels",
        "demo.closed": "ends",
        "demo.spoilt": "breaks",
    }.items():
        touched = book.limits_for(kind, "demo.task", day)
        assert [one.id for one in getattr(touched, effect)] == ["demo.sign"]
        assert sum(len(getattr(touched, name)) for name in touched.__slots__) == 1
    assert not book.limits_for("demo.sent", "demo.other", day)
    assert not book.limits_for("demo.unheard", "demo.task", day)


def test_all_watched_and_recorded_events_can_be_asked_for() -> None:
    book = rulebook(limit(extra="    lapse: {event: demo.lapsed}\n"))
    assert book.event_kinds() == {"demo.sent", "demo.signed", "demo.lapsed"}
    assert book.matter_kinds == {"demo.task"}


def test_the_version_changes_with_every_word_but_not_with_line_ends(book: Rulebook) -> None:
    same = rulebook((FIRST + SECOND + DRAFT).replace("\n", "\r\n"))
    other = rulebook((FIRST + SECOND + DRAFT).replace("签收", "签 收"))
    assert same.version == book.version
    assert other.version != book.version


def test_a_clause_is_named_as_an_official_would_cite_it(book: Rulebook) -> None:
    assert book.clause("demo-rules/2.1") == "《示例办法》第二条(一)"
    with pytest.raises(KeyError):
        book.clause("demo-rules/9")


def test_two_drafts_that_overlap_are_refused_like_two_rules_in_force() -> None:
    with pytest.raises(RulebookError, match="overlaps the version that holds from 2022-01-01"):
        rulebook(DRAFT + DRAFT)
