"""Bodies that keep working time of their own: which, since when, drafted by form, undone before it holds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.administration.forms_own_hours import OwnHoursForm
from luoshi.administration.rulewords import drafted, newest, state_of, versions
from luoshi.administration.views.worktime import newest_rows
from luoshi.engines.rulebook import WorkingHours
from luoshi.engines.worktime import OwnHours
from luoshi.ledger import rules
from luoshi.ledger.services.owing import chain_of
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import actor_of, answer_page, today
from luoshi.rulemaking import services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.said import own_words, spans_words


def rule_id(code: str) -> str:
    """The id of the rule that holds a body's own working time."""
    return f"worktime.hours_of_{code.replace('-', '_')}"


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        ("系统管理", reverse("administration-home")), ("作息时间", reverse("hours")),
        ("单位作息", reverse("own-hours-list")), *more,
    ]  # fmt: skip


def _rules() -> list[WorkingHours]:
    """The last version of each body's own working time."""
    book = rules.current()
    ids = dict.fromkeys(rule.id for rule in book.rules() if isinstance(rule, WorkingHours) and rule.body)
    return [rule for id in ids if isinstance(rule := newest(id), WorkingHours)]


@require_safe
def own_hours_list(request: HttpRequest) -> HttpResponse:
    """The bodies with working time of their own; another one is chosen to set it."""
    chosen = request.GET.get("body", "")
    if chosen:
        return redirect("own-hours", get_object_or_404(Body, code=chosen).code)
    bodies, day = (
        {body.code: body for body in Body.objects.filter(active=True).order_by("kind", "code")},
        today(),
    )
    rows = [
        {
            "body": bodies[rule.body],
            "said": own_words(rule),
            "since": rule.valid_from,
            "coming": rule.valid_from > day,
            "ended": not rule.rows,
        }
        for rule in _rules()
        if rule.body in bodies
    ]
    context = {"rows": rows, "bodies": list(bodies.values()), "crumbs": [*_crumbs()[:-1], ("单位作息", "")]}
    return answer_page(request, "administration/own_hours_list.html", context)


def _holding(body: Body) -> OwnHours | None:
    """The own working time that a body counts by today: its own, or that of the nearest above it."""
    worktime = rules.current().worktime_of(chain_of(body.pk))
    return worktime.own_on(today()) if worktime else None


@require_safe
def own_hours(request: HttpRequest, code: str) -> HttpResponse:
    """What working time a body counts by, whose it is and since when; its versions and the draft under way."""
    body = get_object_or_404(Body, code=code)
    found = _holding(body)
    city = next(row for row in rules.current().hours.rows if row.holds_on(today()))
    context = {
        "body": body,
        "holding": found,
        "own": found is not None and found.body == body.code,
        "owner": Body.objects.filter(code=found.body).first() if found else None,
        "said": own_words(found) if found else f"按全市作息时间，{spans_words(city)}；按工作日历上班",
        "versions": versions(rule_id(code)),
        **state_of(rule_id(code), actor_of(request)),
        "crumbs": _crumbs((body.short_name, "")),
    }
    return answer_page(request, "administration/own_hours.html", context)


@require_http_methods(["GET", "POST"])
def own_hours_change(request: HttpRequest, code: str) -> HttpResponse:
    """Draft other working time for a body."""
    body = get_object_or_404(Body, code=code, active=True)
    rule, found = newest(rule_id(code)), _holding(body)
    own = rule if isinstance(rule, WorkingHours) else None
    rows = (own and own.rows) or (found.rows if found else newest_rows())
    form = OwnHoursForm(request.POST or None, rule=own, rows=rows)

    def draft(values: dict[str, Any], **who: Any) -> Change:
        said = {name: values[name] for name in ("valid_from", "document", "reason")}
        entry = form.entry(id=rule_id(code), body=code)
        return services.worktime_draft(
            kind="working_hours", entry=entry, title=f"{body.short_name}作息时间", **said, **who
        )

    there = drafted(request, form, draft)
    if there is not None:
        return there
    context = {
        "form": form,
        "body": body,
        "back": reverse("own-hours", args=[code]),
        "crumbs": _crumbs((body.short_name, reverse("own-hours", args=[code])), ("修改", "")),
    }
    return answer_page(request, "administration/own_hours_change.html", context, form)
