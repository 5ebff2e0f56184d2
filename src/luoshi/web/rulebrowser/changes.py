"""Changing rules in the browser: draft, check, what it would have meant, send for approval, put in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.engines.rulebook import Rule
from luoshi.ledger import rules
from luoshi.ledger.inputs import natural
from luoshi.ledger.states import table_for
from luoshi.organisation.pagekit import actor_of, answer_page, own_history, page_of, run, step
from luoshi.rulemaking import selectors, services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.states import CHANGE, may_approve, may_edit
from luoshi.rulemaking.texts import read_entry, written
from luoshi.web.rulebrowser.leaves import LeafForm
from luoshi.web.rulebrowser.words import compared, kind_label, rows_of

TONES = {"drafting": "neutral", "submitted": "warning", "in_force": "success", "withdrawn": "muted",
         "taken_back": "muted"}  # fmt: skip
TRIAL_DAYS = 31


class OpenForm(forms.Form):
    """What a change begins with."""

    valid_from = forms.DateField(label="施行日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
                                 help_text="要在今天之后；在此之前发生的事仍按原规则办理")  # fmt: skip
    document = forms.CharField(label="依据文件", max_length=200, help_text="文件名称和文号")
    reason = forms.CharField(label="修改理由", widget=forms.Textarea({"rows": 3}))


class TextForm(OpenForm):
    """The whole text of a rule."""

    text = forms.CharField(
        label="规则文本（YAML）", strip=False, widget=forms.Textarea({"rows": 24, "spellcheck": "false"})
    )


class BackForm(forms.Form):
    """Why a draft is given back, or what was approved is taken back."""

    reason = forms.CharField(label="理由", widget=forms.Textarea({"rows": 2}))


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("规则", reverse("rule-list")), ("规则修改", reverse("rule-changes")), *more]


def _change(pk: int) -> Change:
    found: Change = get_object_or_404(Change.objects.select_related("matter"), pk=pk)
    return found


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """All changes, newest first."""
    page = page_of(request, selectors.change_list())
    rows = [
        {"change": one, "tone": TONES[one.matter.state], "url": reverse("rule-change", args=[one.pk])}
        for one in page.items
    ]
    return answer_page(
        request,
        "rules/changes.html",
        {"page": page, "rows": rows, "crumbs": [*_crumbs()[:1], ("规则修改", "")]},
    )


@require_http_methods(["GET", "POST"])
def change_new(request: HttpRequest, id: str) -> HttpResponse:
    """Begin a change of the version of a rule that holds last."""
    rule = _newest(id)
    start = {"valid_from": timezone.localdate() + timedelta(days=1)}
    form = OpenForm(request.POST or None, initial=start)
    opened: list[Change] = []

    def service(values: dict[str, Any]) -> None:
        opened.append(services.change_open(rule=rule, **values, actor=actor_of(request), at=timezone.now()))

    if request.method == "POST" and run(form, service):
        messages.success(request, "已拟订草案，请改写要变动的内容")
        return redirect("rule-change-edit", opened[0].pk)
    context = {
        "form": form, "title": f"修改“{rule.title}”", "button": "拟订草案", "back": reverse("rule-detail", args=[id]),
        "crumbs": _crumbs((rule.title, "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def _newest(id: str) -> Rule:
    """The last version in force of a rule. Errors: 404."""
    versions = [rule for rule in rules.current().versions(id) if rule.status == "in_force"]
    if not versions:
        raise Http404(id)
    return versions[-1]


@require_http_methods(["GET", "POST"])
def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change values one by one, or the text as a whole (`?as=text`)."""
    change = _change(pk)
    if change.matter.state != "drafting":
        messages.error(request, "只有拟订中的草案可以修改")
        return redirect("rule-change", pk)
    as_text = request.GET.get("as") == "text"
    form = _text_form(request, change) if as_text else _leaf_form(request, change)
    given = natural(request.POST.get("version", ""))
    version = change.matter.version if given is None else given

    def service(values: dict[str, Any]) -> None:
        text = values["text"] if as_text else written(form.changed_entry())
        services.change_edit(
            change=change, text=text, valid_from=values["valid_from"], document=values["document"],
            reason=values["reason"], actor=actor_of(request), at=timezone.now(), version=version,
        )  # fmt: skip

    if request.method == "POST" and run(form, service):
        messages.success(request, "已保存草案")
        return redirect("rule-change", pk)
    context = {
        "form": form, "change": change, "version": version, "as_text": as_text,
        "crumbs": _crumbs((change.matter.title, reverse("rule-change", args=[pk])), ("改写", "")),
    }  # fmt: skip
    return answer_page(request, "rules/change_edit.html", context, form)


def _given(change: Change) -> dict[str, Any]:
    return {"valid_from": change.valid_from, "document": change.document, "reason": change.reason}


def _text_form(request: HttpRequest, change: Change) -> Any:
    return TextForm(request.POST or None, initial={**_given(change), "text": change.text})


def _leaf_form(request: HttpRequest, change: Change) -> Any:
    book, _ = selectors.checked(change)
    rule = (selectors.proposed(book, change) if book else None) or selectors.replaced(change)
    if rule is None:
        raise Http404(change.rule)
    return LeafForm(
        request.POST or None,
        entry=read_entry(change.text),
        rule=rule,
        book=book or rules.current(),
        initial=_given(change),
    )


@require_safe
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A change: what differs, what is wrong with it, what it would have meant last month, and what may be done now."""
    change, actor, now = _change(pk), actor_of(request), timezone.localtime()
    book, problems = (rules.current(), []) if change.matter.state == "in_force" else selectors.checked(change)
    first = change.base_from == change.valid_from  # the rule is new: nothing stood before it
    old, new = (
        None if first else selectors.replaced(change),
        selectors.proposed(book, change) if book else None,
    )
    shown, trial = new or old, None
    if book is not None and new is not None and "try" in request.GET:
        trial = selectors.tried(change, book, since=now - timedelta(days=TRIAL_DAYS), until=now, now=now)
    state = change.matter.state
    context = {
        "change": change,
        "label": table_for(CHANGE).labels[state],
        "tone": TONES[state],
        "kind": kind_label(shown) if shown else "",
        "problems": problems,
        "changes": _changes(old, new),
        "clauses": [rules.current().clause(one) for one in new.cite] if new else [],
        "triable": shown is not None and shown.kind == "limit",
        "trial": trial,
        "edits": state == "drafting" and may_edit(actor, None),
        "withdraws": state in ("drafting", "submitted") and may_edit(actor, None),
        "approves": state == "submitted" and may_approve(actor, None),
        "takes_back": state == "in_force" and change.valid_from > now.date() and may_approve(actor, None),
        "back_form": BackForm(auto_id="back-%s"),
        "history": own_history(change.matter),
        "crumbs": _crumbs((change.matter.title, "")),
    }
    return answer_page(request, "rules/change.html", context)


def _changes(old: Rule | None, new: Rule | None) -> list[tuple[str, str, str]]:
    """The lines that a change makes: all of a rule that is new."""
    if new is None:
        return []
    if old is None:
        return [(row.label, "—", row.text) for row in rows_of(rules.current(), new)]
    return compared(rules.current(), old, new)


ACTS: dict[str, tuple[str, str]] = {
    "submit": ("已送审", "rules.edit"),
    "withdraw": ("已撤回", "rules.edit"),
    "approve": ("已批准，自施行日期起按新规则办理", "rules.approve"),
    "send_back": ("已退回", "rules.approve"),
    "take_back": ("已收回，仍按原来的规则办理", "rules.approve"),
}


GIVING_REASONS: dict[str, Callable[..., object]] = {
    "send_back": services.change_send_back,
    "take_back": services.change_take_back,
}


@require_POST
def change_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Submit, withdraw, approve, send back, or take back what was approved before its day."""
    if action not in ACTS:
        raise Http404(action)
    change, actor, at = _change(pk), actor_of(request), timezone.now()
    version = natural(request.POST.get("version", ""))

    def service() -> object:
        common: dict[str, Any] = {"change": change, "actor": actor, "at": at, "version": version}
        if action in GIVING_REASONS:
            return GIVING_REASONS[action](reason=request.POST.get("reason", ""), **common)
        return {
            "submit": services.change_submit,
            "withdraw": services.change_withdraw,
            "approve": services.change_approve,
        }[action](**common)

    return step(request, service, back=reverse("rule-change", args=[pk]), done=ACTS[action][0])
