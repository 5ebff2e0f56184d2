"""Texts of messages to citizens and officials: listed, previewed, changed by a draft that another approves."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.administration.examples import EXAMPLES
from luoshi.administration.rulewords import DraftFields, drafted, newest, state_of, versions
from luoshi.administration.services import sms_test
from luoshi.administration.wording import filled, sms_parts, wrongs
from luoshi.engines.rulebook import Notice
from luoshi.ledger import rules
from luoshi.ledger.errors import NotAllowed, Refusal
from luoshi.organisation.pagekit import actor_of, answer_page, today
from luoshi.rulemaking import services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.texts import read_entry, rule_text

LONGEST = 500
WAYS = {"sms": "短信", "original": "原来件渠道", "internal": "站内消息", "screen": "页面提示"}
FUNCTIONS = {
    "hotline": "12345热线", "assessment": "12345考核", "supervision": "督查督办", "meetings": "会议",
    "agenda": "请假外出",
}  # fmt: skip


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("系统管理", reverse("administration-home")), ("消息文字", reverse("message-list")), *more]


def receiver(notice: Notice) -> str:
    """Who gets it."""
    return "诉求人" if notice.to == "citizen" else rules.current().roles.get(notice.to, notice.to)


@require_safe
def message_index(request: HttpRequest) -> HttpResponse:
    """All messages that hold today, by function."""
    search = request.GET.get("q", "").strip()
    found = [
        notice
        for notice in rules.current().holding(Notice, today())
        if search in notice.title or search in notice.template
    ]
    order = {function: place for place, function in enumerate(FUNCTIONS)}
    found.sort(key=lambda notice: (order.get(_function(notice), len(order)), _function(notice), notice.id))
    groups = [
        {"title": FUNCTIONS.get(function, function), "rows": [_row(notice) for notice in rows]}
        for function, rows in groupby(found, key=_function)
    ]
    context = {"groups": groups, "crumbs": [*_crumbs()[:1], ("消息文字", "")]}
    return answer_page(request, "administration/message_list.html", context)


def _function(notice: Notice) -> str:
    return notice.id.partition(".")[0]


def _row(notice: Notice) -> dict[str, Any]:
    example = filled(notice.template, EXAMPLES)
    return {
        "notice": notice, "receiver": receiver(notice), "way": WAYS.get(notice.channel, notice.channel),
        "example": example, "parts": sms_parts(example), "length": len(example),
    }  # fmt: skip


def _notice(id: str) -> Notice:
    found = newest(id)
    if not isinstance(found, Notice):
        raise Http404(id)
    return found


@require_safe
def message_detail(request: HttpRequest, id: str) -> HttpResponse:
    """A message: its text, what it may say, an example, and all its versions."""
    notice = _notice(id)
    context = {
        **_row(notice),
        "slots": [(name, rules.current().slots[name], EXAMPLES.get(name, "")) for name in notice.slots],
        "versions": versions(id),
        **state_of(id, actor_of(request)),
        "crumbs": _crumbs((notice.title, "")),
    }
    return answer_page(request, "administration/message_detail.html", context)


class MessageForm(DraftFields):
    """A new text."""

    field_order = ["template", "valid_from", "document", "reason"]
    template = forms.CharField(
        label="内容", max_length=LONGEST, widget=forms.Textarea({"rows": 4}),
        help_text="占位符写成{名称}，发送时换成实际内容",
    )  # fmt: skip

    def __init__(self, data: Any, notice: Notice) -> None:
        super().__init__(data, initial={"template": notice.template})
        self.notice = notice

    def clean_template(self) -> str:
        """Only placeholders that this message has: for others there would be nothing to fill in."""
        text = " ".join(str(self.cleaned_data["template"]).split())
        known = {name: rules.current().slots[name] for name in _fillable(self.notice)}
        said = [str(wrong) for wrong in wrongs(text, known)]
        if said:
            raise forms.ValidationError([*said, f"可用：{'、'.join('{' + name + '}' for name in known)}"])
        return text


def _fillable(notice: Notice) -> list[str]:
    """The placeholders that the program fills for a message: those that any of its versions has used."""
    return list(dict.fromkeys(slot for version in versions(notice.id) for slot in version.rule.slots))


@require_http_methods(["GET", "POST"])
def message_change(request: HttpRequest, id: str) -> HttpResponse:
    """Draft a new text; `preview` shows it without drafting anything."""
    notice = _notice(id)
    form = MessageForm(request.POST or None, notice)
    example = ""
    if request.method == "POST" and "preview" in request.POST:
        form.is_valid()
        for name in set(form.errors) - {"template"}:  # what a preview does not need
            form.errors.pop(name)
        example = filled(form.cleaned_data.get("template", ""), EXAMPLES)
    else:
        there = drafted(request, form, lambda values, **who: _draft(notice, values, **who))
        if there is not None:
            return there
    context = {
        "form": form, "notice": notice, "example": example, "parts": sms_parts(example), "length": len(example),
        "slots": [(name, rules.current().slots[name], EXAMPLES.get(name, "")) for name in _fillable(notice)],
        "back": reverse("message-detail", args=[id]),
        "crumbs": _crumbs((notice.title, reverse("message-detail", args=[id])), ("修改", "")),
    }  # fmt: skip
    return answer_page(request, "administration/message_change.html", context, form)


def _draft(notice: Notice, values: dict[str, Any], **who: Any) -> Change:
    entry = read_entry(rule_text(notice, rules.files())[1])
    said = {name: values[name] for name in ("valid_from", "document", "reason")}
    return services.change_draft(rule=notice, entry={**entry, "template": values["template"]}, **said, **who)


@require_POST
def message_test(request: HttpRequest) -> HttpResponse:
    """Send a test message to one's own number."""
    try:
        sms_test(actor=actor_of(request), at=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "试发短信已排入发件箱，发往您本人登记的手机")
    return redirect("message-list")
