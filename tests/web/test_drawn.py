"""Parts of rows that are put together without a template: what is written in them is escaped, as a template does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.safestring import SafeString

from luoshi.ledger.quick import Quick
from luoshi.web import drawn, due

NASTY = "<b>\"&'"
ESCAPED = "&lt;b&gt;&quot;&amp;&#x27;"
NOW = dt.datetime(2017, 10, 9, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "found",
    [
        drawn.status(NASTY, "info"),
        drawn.status("受理", NASTY),
        drawn.moment(NASTY, "全", "短"),
        drawn.moment("2017", "全", NASTY),
        drawn.icon("home", NASTY),
        drawn.options([(NASTY, "甲")], None),
        drawn.options([("a", NASTY)], None),
        drawn.quick_steps([Quick("c", NASTY, "s", "/x/")], title="标题", here="/", token="t"),
        drawn.quick_steps([Quick("c", "签收", "s", "/x/")], title=NASTY, here="/", token="t"),
        drawn.quick_steps([Quick("c", "签收", "s", "/x/")], title="标题", here=NASTY, token="t"),
        drawn.quick_steps([Quick("c", "签收", "s", "/x/", confirm=NASTY)], title="标题", here="/", token="t"),
        drawn.quick_steps([Quick("c", "签收", "s", NASTY, form=True)], title="标题", here="/", token="t"),
        drawn.due_badge(due.view(due_at=NOW, now=NOW), NASTY),
    ],
)
def test_what_is_written_in_them_is_escaped(found: SafeString) -> None:
    assert isinstance(found, SafeString)
    assert ESCAPED in found
    assert NASTY not in found


def test_the_option_chosen_is_selected_and_no_other() -> None:
    found = drawn.options([(1, "甲"), (2, "乙")], "2")
    assert found == '<option value="1">甲</option><option value="2" selected>乙</option>'
    assert "selected" not in drawn.options([(1, "甲")], None)


def test_a_step_that_needs_a_form_is_a_link_and_another_a_form_of_one_button() -> None:
    link = drawn.quick_steps(
        [Quick("draft", "写答复", "w", "/d/1/#x", form=True)], title="路灯", here="/", token="t"
    )
    assert link.startswith('<a class="btn" href="/d/1/#x" data-key="w"')
    form = drawn.quick_steps(
        [Quick("sign", "签收", "s", "/d/1/do/sign/", fields={"version": "3"})],
        title="路灯",
        here="/work/",
        token="t",
    )
    assert '<form method="post" action="/d/1/do/sign/"' in form
    for name, value in (("csrfmiddlewaretoken", "t"), ("return", "/work/"), ("version", "3")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in form
    assert 'aria-label="签收：路灯"' in form


def test_a_badge_shows_a_number_as_well():
    assert drawn.status(0, "danger") == '<span class="ls-badge ls-tone-danger">0</span>'
