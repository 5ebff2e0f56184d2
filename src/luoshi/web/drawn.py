"""Parts of pages that stand in each row of a list: put together without a template, which would cost more than the row.

Every value is escaped here where it is put in; what comes back is safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString

from luoshi.ledger.quick import Quick
from luoshi.web import due

PROVISIONAL = '<span class="ls-due-flag">暂定</span>'


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite; without a label it is decoration and hidden from screen readers."""
    href = escape(f"{static('vendor/icons.svg')}#{name}")
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
    return SafeString(f'<svg class="icon" {told}><use href="{href}"></use></svg>')


def status(label: object, tone: str = "neutral") -> SafeString:
    """A badge for a state or a number. tone: neutral | info | progress | success | warning | danger | muted."""
    return SafeString(f'<span class="ls-badge ls-tone-{escape(tone)}">{escape(str(label))}</span>')


def moment(iso: str, full: str, short: str) -> SafeString:
    """A moment in short, the full one as its title."""
    return SafeString(f'<time datetime="{escape(iso)}" title="{escape(full)}">{escape(short)}</time>')


def due_badge(shown: due.DueView, link: str) -> SafeString:
    """A due time; JavaScript counts it down by data-due. link: to its explanation."""
    label = escape(shown.label)
    if shown.running and shown.due_at:
        at, window = timezone.localtime(shown.due_at).isoformat(), " data-window" if shown.window else ""
        label = f'<time datetime="{at}" data-due="{at}"{window}>{label}</time>'
    flag = PROVISIONAL if shown.provisional else ""
    why = ""
    if link:
        asked = icon("help-circle")
        why = f'<a class="ls-due-why" href="{escape(link)}" aria-label="这个时限怎么算">{asked}</a>'
    return SafeString(
        f'<span class="ls-due ls-tone-{shown.tone}" data-code="{shown.code}" title="{escape(shown.title)}">'
        f"{label}{flag}{why}</span>"
    )


def options(pairs: Iterable[tuple[object, object]], chosen: object) -> SafeString:
    """The options of a select, from (value, words); the one whose value is `chosen` is selected."""
    wanted = "" if chosen is None else str(chosen)
    return SafeString("".join(_option(str(value), str(words), wanted) for value, words in pairs))


def _option(value: str, words: str, wanted: str) -> str:
    return f'<option value="{escape(value)}"{" selected" if value == wanted else ""}>{escape(words)}</option>'


def quick_steps(offered: Iterable[Quick], *, title: str, here: str, token: str) -> SafeString:
    """The quick actions of a row: a link where one needs a form, else a form of one button.

    title: of what they are for; here: where one comes back to; token: against forged forms.
    """
    return SafeString("".join(_quick(quick, escape(title), escape(here), escape(token)) for quick in offered))


def _quick(quick: Quick, title: str, here: str, token: str) -> str:
    label, key, url = escape(quick.label), escape(quick.key), escape(quick.url)
    inner = f'{label}<kbd aria-hidden="true">{key}</kbd>'
    keys = f'data-key="{key}" aria-keyshortcuts="{key}" aria-label="{label}：{title}"'
    if quick.form:
        return f'<a class="btn" href="{url}" {keys}>{inner}</a>\n'
    confirm = f' data-confirm="{escape(quick.confirm)}"' if quick.confirm else ""
    sent = {"csrfmiddlewaretoken": token, "return": here}
    fields = "".join(_hidden(name, value) for name, value in sent.items())
    fields += "".join(_hidden(escape(name), escape(value)) for name, value in quick.fields.items())
    button = f'<button class="btn btn-primary" type="submit" {keys}>{inner}</button>'
    return f'<form method="post" action="{url}" hx-post="{url}" hx-target="#worklist"{confirm}>{fields}{button}</form>\n'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{value}">'
