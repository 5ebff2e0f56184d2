"""The search page; the same address gives the list alone to the search box that asks while one types."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST, require_safe

from luoshi.organisation.pagekit import actor_of
from luoshi.search.index import refresh
from luoshi.search.models import SavedView
from luoshi.search.selectors import sections

LONGEST = 80
MOST_VIEWS = 20
PAGING = ("after", "before")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found for `?q=`: matters, bodies, rules."""
    asked = request.GET.get("q", "")[:LONGEST]
    refresh()
    context = {"q": asked, "sections": sections(asked, actor=actor_of(request)) if asked.strip() else []}
    partial = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return render(request, "search/_found.html" if partial else "search/search.html", context)


def _user(request: HttpRequest) -> int:
    """Whose lists these are: every page asks for a login, so there is always somebody."""
    return actor_of(request).user_id or 0


def _conditions(query: str) -> str:
    """The conditions of a list, without the place in it."""
    given = QueryDict(query, mutable=True)
    for name in [name for name, values in given.items() if not values or name in PAGING]:
        del given[name]
    return given.urlencode()


def _list_of(request: HttpRequest) -> str:
    """The list meant: a path of this house. Errors: 404."""
    path = request.POST.get("path", "")
    try:
        resolve(path)
    except Resolver404:
        raise Http404(path) from None
    return path


@require_POST
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the conditions of the list one comes from, under a name; a name that stands already gets the new ones.

    The conditions are those in the browser's address: a list that was filtered in place has them there.
    """
    path, name = _list_of(request), request.POST.get("name", "").strip()[:30]
    came = urlsplit(request.headers.get("Referer", ""))
    query = _conditions(came.query if came.path == path else request.POST.get("query", ""))[:1000]
    mine = SavedView.objects.filter(user_id=_user(request), path=path)
    back = f"{path}?{query}" if query else path
    if not name:
        messages.error(request, "请给这组条件起个名字")
    elif not query:
        messages.error(request, "没有选任何条件，请先筛选再保存")
    elif mine.exclude(name=name).count() >= MOST_VIEWS:
        messages.error(request, f"每个列表最多保存{MOST_VIEWS}组条件，请先删去不用的")
    else:
        SavedView.objects.update_or_create(
            user_id=_user(request), path=path, name=name, defaults={"query": query}
        )
        messages.success(request, f"已保存为“{name}”")
    return redirect(back)


@require_POST
def view_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a set of conditions of one's own. Errors: 404 for another's."""
    found = SavedView.objects.filter(pk=pk, user_id=_user(request)).first()
    if found is None:
        raise Http404
    path, name = found.path, found.name
    found.delete()
    messages.success(request, f"已删去“{name}”")
    return redirect(path)
