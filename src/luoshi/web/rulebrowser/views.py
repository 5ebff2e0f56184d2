"""The pages of the rulebook: all rules, one rule in its versions, and the public's deadline calculator."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luoshi.engines.rulebook import Limit, Rule, Rulebook
from luoshi.ledger import rules
from luoshi.organisation.pagekit import actor_of
from luoshi.web.rulebrowser import plain
from luoshi.web.rulebrowser.trial import TrialForm, conditions_of, facts_asked, tried
from luoshi.web.rulebrowser.words import (
    KINDS,
    STATUS,
    compared,
    function_label,
    function_of,
    kind_label,
    rows_of,
)

SEARCH_LENGTH = 60
TRIABLE = ("limit", "authority")
FIRST_SHOWN, ALL = "hotline", "all"
"""Without a wish one function is shown: hundreds of rules at once help nobody."""
PUBLIC_LIMITS = "hotline.public_limits"


def _found(book: Rulebook, query: dict[str, str]) -> list[Rule]:
    """The rules that the list shows, each in its latest version, by function, file and line."""
    latest = {(rule.id, rule.status == "draft"): rule for rule in book.rules()}
    words = query.get("q", "").strip()[:SEARCH_LENGTH].lower()
    found = [
        rule
        for rule in latest.values()
        if (query["function"] in ("", ALL) or function_of(rule) == query["function"])
        and (not query.get("kind") or rule.kind == query["kind"])
        and (not query.get("status") or rule.status.value == query["status"])
        and (not words or _holds(book, rule, words))
    ]
    return sorted(found, key=lambda rule: (function_of(rule), rule.file, rule.line))


def _holds(book: Rulebook, rule: Rule, words: str) -> bool:
    text = [rule.id, rule.title, rule.assumption, *(book.clause(one) for one in rule.cite)]
    return any(words in part.lower() for part in text)


def _row(book: Rulebook, rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule,
        "kind": kind_label(rule),
        "status": STATUS[rule.status.value],
        "clauses": [book.clause(one) for one in rule.cite],
    }


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules of this city's rulebook, found by words, function, kind and status."""
    book = rules.current()
    query = {name: request.GET.get(name, "") for name in ("q", "function", "kind", "status")}
    if not any(request.GET.values()):
        query["function"] = FIRST_SHOWN
    found = _found(book, query)
    groups = [
        {"title": function_label(function), "code": function, "rows": [_row(book, rule) for rule in group]}
        for function, group in groupby(found, key=function_of)
    ]
    functions = Counter(function_of(rule) for rule in book.rules())
    context = {
        "book": book,
        "groups": groups,
        "chosen": query,
        "functions": [(code, function_label(code)) for code in sorted(functions)],
        "kinds": list(KINDS.items()),
        "statuses": [(code, label) for code, (label, _) in STATUS.items()],
        "total": len(found),
    }
    part = request.headers.get("HX-Target") == "rules"
    return render(request, "rules/_groups.html" if part else "rules/list.html", context)


def _version(request: HttpRequest, versions: tuple[Rule, ...]) -> int:
    """The version asked for; without a wish the one that holds today, else the last."""
    wanted = request.GET.get("version", "")
    if wanted.isdecimal() and 1 <= int(wanted) <= len(versions):
        return int(wanted) - 1
    today = timezone.localdate()
    holding = [n for n, rule in enumerate(versions) if rule.status != "draft" and rule.holds_on(today)]
    return holding[-1] if holding else len(versions) - 1


@require_safe
def rule_detail(request: HttpRequest, id: str) -> HttpResponse:
    """One rule: what it says, by which clause, since when; tried on an example; compared with another version."""
    book = rules.current()
    versions = book.versions(id)
    if not versions:
        raise Http404(id)
    place = _version(request, versions)
    rule, now = versions[place], timezone.localtime()
    other = versions[place - 1] if place else None
    form = outcome = None
    if rule.kind in TRIABLE and (rule.kind == "limit" or facts_asked(conditions_of(rule))):
        given = request.GET if "try" in request.GET else None
        form = TrialForm(given, rule=rule, book=book, now=now)
        outcome = tried(rule, form, book) if given is not None else None
    context = {
        **_row(book, rule),
        "book": book,
        "rows": rows_of(book, rule),
        "draws_on": [book.clause(one) for one in rule.see],
        "versions": [
            {"number": n + 1, "rule": one, "status": STATUS[one.status.value], "shown": n == place}
            for n, one in enumerate(versions)
        ],
        "number": place + 1,
        "changes": compared(book, other, rule) if other is not None else [],
        "other": other,
        "form": form,
        "outcome": outcome,
        "more": _more(rule),
        "may_change": actor_of(request).can("rules.edit") and any(v.status == "in_force" for v in versions),
        "crumbs": [("规则", reverse("rule-list")), (rule.title, "")],
    }
    return render(request, "rules/detail.html", context)


def _more(rule: Rule) -> str:
    """Where a scheme stands as a table of its own; empty for other rules."""
    if rule.kind != "scheme":
        return ""
    try:
        draft = "~" if rule.status == "draft" else ""
        return f"{reverse('assessment-scheme')}?scheme={rule.id}@{rule.valid_from}{draft}"
    except NoReverseMatch:
        return ""


@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """The public's calculator: choose what you wait for and since when; it says by when, and how it was counted."""
    book, now = rules.current(), timezone.localtime()
    ids = book.setting(PUBLIC_LIMITS, now.date())["limits"]
    known: dict[str, Limit] = {id: book.limit(id, now.date()) for id in ids}
    chosen = known.get(request.GET.get("limit", ""), next(iter(known.values())))
    given = request.GET if "try" in request.GET else None
    form = TrialForm(given, rule=chosen, book=book, now=now)
    context = {
        "limits": [(limit.id, limit.title) for limit in known.values()],
        "chosen": chosen,
        "plain": plain.plain_rule(book, chosen.id, now.date()),
        "rows": rows_of(book, chosen),
        "form": form,
        "outcome": tried(chosen, form, book) if given is not None else None,
        "crumbs": [("办事规矩", reverse("plain-rules")), ("时限计算器", "")],
    }
    return render(request, "rules/deadlines.html", context)


@require_safe
def plain_rules(request: HttpRequest) -> HttpResponse:
    """The office's rules in plain words, for everybody."""
    book, today = rules.current(), timezone.localdate()
    context = {
        "book": book,
        "functions": plain.public_rules(book, today),
        "refused": list(plain.refused(book, today)),
        "kinds": plain.kinds(book, today),
        "crumbs": [("办事规矩", "")],
    }
    return render(request, "rules/plain.html", context)
