"""What the pages of settings that stand in the rulebook share: versions with their papers, and a draft to be approved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from luoshi.engines.rulebook import Rule
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.organisation.inputs import DateInput
from luoshi.organisation.pagekit import actor_of, run, today
from luoshi.rulemaking import selectors
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.states import may_edit


def tomorrow() -> date:
    """The first day on which a change may begin."""
    return today() + timedelta(days=1)


class DraftFields(forms.Form):
    """From when a change holds, on which paper, and why."""

    valid_from = forms.DateField(
        label="施行日期", widget=DateInput(), initial=tomorrow, help_text="要在今天之后"
    )
    document = forms.CharField(label="依据文件", max_length=200, help_text="文件名称和文号")
    reason = forms.CharField(label="修改理由", widget=forms.Textarea({"rows": 2}))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a rule: when it holds, and the change that made it (None: it came with the rulebook)."""

    rule: Any
    change: Change | None
    now: bool
    coming: bool


def versions(id: str) -> list[Version]:
    """The versions of a rule, newest first."""
    day, changes = today(), selectors.changes_of(id)
    found = [rule for rule in rules.current().versions(id) if rule.status == "in_force"]
    return [
        Version(rule, changes.get(rule.valid_from), rule.holds_on(day), rule.valid_from > day)
        for rule in reversed(found)
    ]


def newest(id: str) -> Rule | None:
    """The last version of a rule that is in force or will be."""
    found = [rule for rule in rules.current().versions(id) if rule.status == "in_force"]
    return found[-1] if found else None


def state_of(id: str, actor: Actor) -> dict[str, Any]:
    """What a page says of changes of a rule: the one under way, and whether one may be drafted."""
    pending = selectors.change_under_way(id)
    return {
        "pending": pending,
        "pending_url": reverse("rule-change", args=[pending.pk]) if pending else "",
        "may_draft": pending is None and may_edit(actor, None),
    }


def drafted(
    request: HttpRequest, form: forms.Form, draft: Callable[..., Change]
) -> HttpResponseRedirect | None:
    """Draft a change from a posted form and lead to its page; None where the form is not, or not well, posted."""
    made: list[Change] = []

    def service(values: dict[str, Any]) -> None:
        made.append(draft(values, actor=actor_of(request), at=timezone.now()))

    if request.method != "POST" or not run(form, service):
        return None
    messages.success(request, "已拟好草案，请核对后送审；由另一位有权批准的人批准后施行")
    return redirect("rule-change", made[0].pk)
