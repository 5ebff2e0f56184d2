"""Luoshi's template filters and components, available in every template without {% load %}.

Usage of each component stands at the top of its template in templates/components/ and in docs/frontend.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.template import Context, Library
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_tag
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, Resolver404, resolve
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from luoshi.ledger import states
from luoshi.ledger.actors import CITIZEN
from luoshi.ledger.addresses import address
from luoshi.ledger.prepared import prepared
from luoshi.ledger.quick import Quick
from luoshi.organisation.access import allows, need_of
from luoshi.organisation.middleware import came_from
from luoshi.organisation.navigation import Part
from luoshi.search.models import SavedView
from luoshi.web import drawn, due, explain, formats, forms

register = Library()
NUMBER = re.compile(r"(?<=/)[0-9]+(?=/)")

for _filter in (
    formats.cn_datetime,
    formats.cn_date,
    formats.cn_weekday,
    formats.duration_cn,
    formats.file_size,
    formats.mask_phone,
    formats.mask_name,
):
    register.filter(_filter.__name__, _filter)


class AddressNode(URLNode):
    """{% url %} as Django draws it, quicker where the address has one argument and that is a number."""

    def render(self, context: Context) -> str:
        """The address, or nothing where it is kept as a variable."""
        if len(self.args) != 1 or self.kwargs:
            return super().render(context)
        name, number = self.view_name.resolve(context), self.args[0].resolve(context)
        if type(number) is not int or number < 0:
            return super().render(context)
        try:
            found = address(name, number)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return found


@register.tag("url")
def address_tag(parser: Parser, token: Token) -> AddressNode:
    """{% url %}"""
    node = url_tag(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


def _component(context: Context, name: str, **values: Any) -> SafeString:
    """Render components/<name>.html with these values, the request and the CSRF token."""
    inherited = {key: context.get(key) for key in ("request", "csrf_token", "actor", "now")}
    return render_to_string(f"components/{name}.html", {**inherited, **values})


def _now(context: Context) -> dt.datetime:
    now = context.get("now")
    return now if isinstance(now, dt.datetime) else timezone.now()


@register.filter
def state_label(matter: Any) -> str:
    """The Chinese name of a matter's state."""
    return states.state_label(matter.kind, matter.state)


@register.filter
def event_label(kind: str) -> str:
    """The Chinese name of a kind of event."""
    return states.event_label(kind)


register.simple_tag(drawn.icon)
register.simple_tag(drawn.options)
register.simple_tag(drawn.status)


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> SafeString:
    """The sections of the workbench's menu with their entries."""
    return _of_menu("menu", tuple(context["menu_parts"]))


@register.simple_tag(takes_context=True)
def menu_keys(context: Context) -> SafeString:
    """The keys that open entries of the menu, for the list of keys."""
    return _of_menu("menu_keys", tuple(context["menu_parts"]))


@lru_cache(maxsize=512)
def _of_menu(name: str, parts: tuple[Part, ...]) -> SafeString:
    return render_to_string(f"components/{name}.html", {"parts": parts})


@register.simple_tag(takes_context=True)
def when(context: Context, value: object) -> SafeString:
    """A moment in short (今天 17:50) inside <time>, the full one as its title."""
    full = formats.cn_datetime(value)
    if not full:
        return format_html('<span class="ls-none">{}</span>', "—")
    iso = value if isinstance(value, str) else getattr(value, "isoformat", str)()
    return drawn.moment(iso, full, formats.short_datetime(value, _now(context)))


@register.simple_tag(takes_context=True)
def quick_steps(context: Context, offered: Iterable[Quick], *, title: str) -> SafeString:
    """The quick actions of a row of the worklist; title: of what they are for."""
    return drawn.quick_steps(
        offered, title=title, here=context["here"], token=str(context.get("csrf_token", ""))
    )


@register.simple_tag(takes_context=True)
def due_badge(
    context: Context,
    obligation: Any = None,
    *,
    at: dt.datetime | None = None,
    state: str = "",
    link: str = "",
) -> SafeString:
    """A due time with its live countdown, from an obligation or from a bare moment (at=).

    link leads to the explanation.
    """
    shown = due.view(
        due_at=getattr(obligation, "due_at", at),
        now=_now(context),
        state=state or getattr(obligation, "state", "open"),
        provisional=getattr(obligation, "provisional", False),
        nature=getattr(obligation, "nature", "duty"),
    )
    return drawn.due_badge(shown, link)


@register.simple_tag(takes_context=True)
def due_explanation(
    context: Context, result: Any, *, title: str = "", owner: str = "", cite: Sequence[str] = ()
) -> SafeString:
    """How a due time was counted, from Due or Due.as_dict(); cite: the clauses in words, else their ids."""
    data = dict(result if isinstance(result, Mapping) else result.as_dict())
    if cite:
        data["cite"] = cite
    return _component(context, "due_explanation", view=explain.explanation(data), title=title, owner=owner)


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Any, *, label: str = "翻页", target: str = "") -> SafeString:
    """Links to the previous and next page of a key-paged list; the other query parameters stay."""
    return _component(
        context,
        "pager",
        previous=query_with(context, before=page.previous, after=None) if page.previous else "",
        following=query_with(context, after=page.next, before=None) if page.next else "",
        label=label,
        target=target,
    )


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """The current query string with some parameters set anew; None takes one out. Begins with "?"."""
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return f"?{query.urlencode()}"


@lru_cache(maxsize=1024)
def _page_at(path: str, urls: str) -> str | None:
    """The name of the page at an address whose numbers are all 1: which number it is makes no difference to its name."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


@register.filter
def may_open(url: str, request: HttpRequest | None) -> bool:
    """Whether the one who asks may open a page of ours, so that no link leads to a refusal."""
    name = _page_at(NUMBER.sub("1", urlsplit(url).path), settings.ROOT_URLCONF)
    if name is None:
        return True  # relative: a part of this page
    need, actor = need_of(name), getattr(request, "actor", CITIZEN)
    return need is None or allows(need, actor, signed_in=actor.user_id is not None)


@register.simple_tag(takes_context=True)
def back_url(context: Context) -> str:
    """The page of ours from which one came, else the front page."""
    request = context.get("request")
    return came_from(request) or "/" if request is not None else "/"


@register.simple_tag(takes_context=True)
def personal(context: Context, masked: str, *, url: str = "", label: str = "", value: str = "") -> SafeString:
    """Personal data, masked; with `url` a button that asks (POST) to show it, which is recorded."""
    return _component(context, "personal", masked=masked, url=url, label=label, value=value)


@register.simple_tag(takes_context=True)
def timeline(context: Context, entries: Iterable[Any]) -> SafeString:
    """What happened, newest or oldest first as given."""
    return _component(context, "timeline", entries=list(entries))


@register.simple_tag(takes_context=True)
def definitions(context: Context, items: Iterable[tuple[str, object]], *, columns: int = 1) -> SafeString:
    """Labels with their values; a value that is empty shows a dash."""
    return _component(context, "definitions", items=list(items), columns=columns)


@register.simple_tag(takes_context=True)
def stepper(context: Context, steps: Sequence[str], current: int) -> SafeString:
    """Where one is in a sequence of steps; `current` counts from 1."""
    return _component(
        context, "stepper", steps=list(enumerate(steps, start=1)), current=current, total=len(steps)
    )


@register.simple_tag(takes_context=True)
def tabs(context: Context, items: Iterable[Mapping[str, Any]], *, label: str = "分类") -> SafeString:
    """Links that look like tabs: {label, url, active, count}."""
    return _component(context, "tabs", items=list(items), label=label)


@register.simple_tag(takes_context=True)
def file_list(context: Context, files: Iterable[Any], *, empty: str = "没有附件") -> SafeString:
    """Attachments with name, size and who added them; `url` on a file makes it a link."""
    return _component(context, "file_list", files=list(files), empty=empty)


@register.simple_tag(takes_context=True)
def empty_state(context: Context, title: str, *, text: str = "", icon_name: str = "inbox") -> SafeString:
    """What stands where a list has nothing: say why it is empty and what one can do."""
    return _component(context, "empty", title=title, text=text, icon_name=icon_name)


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField) -> SafeString:
    """One form field with label, help and errors."""
    return _component(context, "field", field=bound)


@register.simple_tag(takes_context=True)
def form_fields(context: Context, form: Any) -> SafeString:
    """All fields of a form, its general errors first."""
    return _component(context, "form", form=form, errors=form.non_field_errors())


@register.simple_tag
def widget(bound: BoundField) -> SafeString:
    """A field's input with the classes of the design; used by components/field.html."""
    return forms.styled(bound)


@register.filter
def widget_kind(bound: BoundField) -> str:
    """How a field is laid out: choice (radio or several boxes), check (one box) or text."""
    return forms.widget_kind(bound)


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context, content: str, title: str, *, subtitle: str = "", eyebrow: str = ""
) -> SafeString:
    """The head of a page; the block holds its actions."""
    return _component(
        context,
        "page_header",
        content=mark_safe(content.strip()),  # noqa: S308 - the block was escaped when it was rendered
        title=title,
        subtitle=subtitle,
        eyebrow=eyebrow,
    )


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: str,
    title: str = "",
    *,
    icon_name: str = "",
    flush: bool = False,
    tone: str = "",
) -> SafeString:
    """A box with a title; flush: without padding, for a list or a table."""
    return _component(
        context, "card", content=content, title=title, icon_name=icon_name, flush=flush, tone=tone
    )


@register.simple_block_tag(takes_context=True)
def list_table(
    context: Context,
    content: str,
    columns: str,
    *,
    caption: str = "",
    rows: Any = True,
    empty: str = "没有记录",
    empty_text: str = "",
) -> SafeString:
    """A table of a list; the block holds its <tr>s. columns: 编号|标题. Without rows: the empty state."""
    return _component(
        context,
        "list_table",
        content=content,
        columns=columns.split("|"),
        caption=caption,
        filled=bool(rows),
        empty=empty,
        empty_text=empty_text,
    )


@prepared
def _kept_views(user: int, path: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user_id=user, path=path)


def _saved_views(request: HttpRequest | None) -> dict[str, Any] | None:
    """The sets of conditions that the actor kept for this list; None for a visitor."""
    user_id = getattr(getattr(request, "actor", None), "user_id", None)
    if request is None or user_id is None:
        return None
    return {
        "views": list(_kept_views(user_id, request.path)),
        "path": request.path,
        "query": request.GET.urlencode(),
    }


@register.simple_block_tag(takes_context=True)
def filter_bar(
    context: Context,
    content: str,
    *,
    placeholder: str = "",
    name: str = "q",
    target: str = "",
    keep: str = "",
) -> SafeString:
    """A GET form above a list: a search box (with a placeholder) and the filters in the block.

    keep: parameters, separated by commas, that say what the list is of and are no filter: they stay.
    """
    request = context.get("request")
    given = dict(request.GET.items()) if request is not None else {}
    kept = {key: given[key] for key in keep.split(",") if given.get(key)}
    active = any(value for key, value in given.items() if key not in ("after", "before", *kept))
    return _component(
        context,
        "filter_bar",
        content=content,
        placeholder=placeholder,
        field_name=name,
        value=given.get(name, ""),
        active=active,
        saved=_saved_views(request),
        kept=kept,
        kept_query=f"?{urlencode(kept)}" if kept else "",
        path=request.path if request is not None else "",
        target=target,
    )


@register.simple_block_tag(takes_context=True)
def disclosure(
    context: Context, content: str, label: str, *, icon_name: str = "", opened: bool = False, tone: str = ""
) -> SafeString:
    """A button that opens what it hides: a form for one action, or details. Works without JavaScript."""
    return _component(
        context, "disclosure", content=content, label=label, icon_name=icon_name, opened=opened, tone=tone
    )


@register.simple_block_tag(takes_context=True)
def more(context: Context, content: str, *, label: str = "更多") -> SafeString:
    """A button that opens a short list of rarer actions: links and buttons. Works without JavaScript."""
    return _component(context, "more", content=content, label=label)


@register.simple_block_tag(takes_context=True)
def notice(context: Context, content: str, title: str = "", *, tone: str = "info") -> SafeString:
    """A message in the page. tone: info | success | warning | danger."""
    return _component(context, "notice", content=content, title=title, tone=tone)
