"""Channels by which requests come in: listed with their dates, changed as a whole by a draft that another approves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from luoshi.administration.rulewords import DraftFields, drafted, newest, state_of, versions
from luoshi.engines.rulebook import Choice
from luoshi.ledger import rules
from luoshi.organisation.pagekit import actor_of, answer_page, today
from luoshi.rulemaking import services
from luoshi.rulemaking.models import Change
from luoshi.rulemaking.texts import read_entry, rule_text

RULE = "hotline.channel"
FIXED = frozenset({"phone", "web", "wechat", "weibo", "email", "fax", "transfer_110", "other"})
"""Channels to which the program gives an own way back to the citizen, or asks more: closed, but never reused."""


@dataclass(slots=True)
class Channel:
    """A channel. since: the first version that has it; until: the day from which it is no longer chosen."""

    code: str
    label: str
    public: bool
    since: dt.date
    until: dt.date | None

    def in_use(self, day: dt.date) -> bool:
        """Whether requests may come in by it on a day."""
        return self.since <= day and (self.until is None or day < self.until)


def channels() -> list[Channel]:
    """All channels that ever were, in the order of the last version, former ones last."""
    found: dict[str, Channel] = {}
    for rule in reversed([version.rule for version in versions(RULE)]):
        named = {option.value: option for option in rule.options}
        for channel in found.values():
            if channel.code not in named and channel.until is None:
                channel.until = rule.valid_from
        for option in rule.options:
            since = found[option.value].since if option.value in found else rule.valid_from
            found.pop(option.value, None)
            found[option.value] = Channel(option.value, option.label, option.public, since, None)
    return sorted(found.values(), key=lambda channel: channel.until is not None)


class ChannelsForm(DraftFields):
    """Every channel in use, and one more."""

    def __init__(self, data: Any, rule: Choice) -> None:
        super().__init__(data)
        self.codes = [option.value for option in rule.options]
        for option in rule.options:
            self._ask(option.value, option.label, public=option.public)
            self.fields[f"keep_{option.value}"] = forms.BooleanField(
                label="使用", required=False, initial=True
            )
        self._ask("new", "", public=False)

    def _ask(self, code: str, label: str, *, public: bool) -> None:
        self.fields[f"label_{code}"] = forms.CharField(
            label="名称", max_length=12, initial=label, required=False,
            widget=forms.TextInput({"aria-label": f"{label or '新渠道'}的名称", "class": "form-control"}),
        )  # fmt: skip
        self.fields[f"public_{code}"] = forms.BooleanField(label="群众可用", required=False, initial=public)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each channel in use."""
        return [
            {"label": self[f"label_{code}"], "public": self[f"public_{code}"], "keep": self[f"keep_{code}"]}
            for code in self.codes
        ]

    def clean(self) -> dict[str, Any]:
        """Names are given, and given once; one channel at least stays."""
        data = super().clean() or {}
        kept = [code for code in self.codes if data.get(f"keep_{code}")]
        if not kept:
            self.add_error(None, "至少要保留一个渠道")
        seen: dict[str, str] = {}
        for code in [*kept, "new"]:
            name = str(data.get(f"label_{code}") or "").strip()
            if not name and code != "new":
                self.add_error(f"label_{code}", "请填写名称")
            elif name in seen:
                self.add_error(f"label_{code}", f"名称“{name}”重复")
            elif name:
                seen[name] = code
        return data


def _entry(rule: Choice, data: Mapping[str, Any]) -> dict[str, Any]:
    """The enumeration as the form wants it."""
    entry = read_entry(rule_text(rule, rules.files())[1])
    kept = [one for one in entry["options"] if data[f"keep_{one['value']}"]]
    for one in kept:
        one["label"] = data[f"label_{one['value']}"].strip()
        one.pop("public", None)
        if data[f"public_{one['value']}"]:
            one["public"] = True
    if data["label_new"].strip():
        taken = {channel.code for channel in channels()}
        code = next(f"channel_{n}" for n in range(1, 1000) if f"channel_{n}" not in taken)
        added = {"value": code, "label": data["label_new"].strip()}
        kept.append({**added, "public": True} if data["public_new"] else added)
    return {**entry, "options": kept}


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("系统管理", reverse("administration-home")), ("来件渠道", reverse("channel-list")), *more]


@require_safe
def channel_index(request: HttpRequest) -> HttpResponse:
    """All channels with their dates, and the versions of the list with their papers."""
    day = today()
    context = {
        "rows": [{"channel": one, "used": one.in_use(day)} for one in channels()],
        "versions": versions(RULE),
        **state_of(RULE, actor_of(request)),
        "crumbs": [*_crumbs()[:1], ("来件渠道", "")],
    }
    return answer_page(request, "administration/channel_list.html", context)


@require_http_methods(["GET", "POST"])
def channel_change(request: HttpRequest) -> HttpResponse:
    """Draft a change of the list."""
    rule = newest(RULE)
    if not isinstance(rule, Choice):
        raise Http404(RULE)
    form = ChannelsForm(request.POST or None, rule)

    def draft(values: dict[str, Any], **who: Any) -> Change:
        said = {name: values[name] for name in ("valid_from", "document", "reason")}
        return services.change_draft(rule=rule, entry=_entry(rule, values), **said, **who)

    there = drafted(request, form, draft)
    if there is not None:
        return there
    context = {"form": form, "crumbs": _crumbs(("修改", "")), "back": reverse("channel-list")}
    return answer_page(request, "administration/channel_change.html", context, form)
