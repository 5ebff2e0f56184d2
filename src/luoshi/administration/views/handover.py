"""Handing over a leaver's duties: the list of all that they hold, who takes it, carried out as it was shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luoshi.administration import handover
from luoshi.ledger.errors import WrongState
from luoshi.organisation import formkit
from luoshi.organisation.models import Person
from luoshi.organisation.pagekit import actor_of, answer_page, run, today
from luoshi.organisation.policies import may_edit_roster, may_manage_accounts, require
from luoshi.organisation.services.merging import LIVING_ON

SHOWN = 200


class HandoverForm(forms.Form):
    """Who takes over, and from when."""

    day = formkit.date("交接日期", initial=today, help_text="职务从这一天起由接办人担任；账号确认后立即停用")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None, *, person: Person, digest: str, grants: bool) -> None:
        super().__init__(data, initial={"seen": digest})
        rows = Person.objects.filter(body=person.body, active=True).exclude(pk=person.pk)
        self.fields["to"] = formkit.NamedPerson(
            queryset=rows.order_by("name", "id"), label="接办人", empty_label="请选择",
            help_text="本单位在岗人员；没有合适的人，先登记人员",
        )  # fmt: skip
        if grants:
            self.fields["with_grants"] = formkit.flag(
                "账号角色一并移交", help_text="不勾选的，角色随账号停用而停止"
            )
        self.order_fields(("to", "day", "with_grants"))


@require_http_methods(["GET", "HEAD", "POST"])
def person_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over what a leaver holds."""
    person = get_object_or_404(Person.objects.select_related("body"), pk=pk)
    actor, day = actor_of(request), today()
    require(may_edit_roster(actor, person.body), "办理离任交接")
    if not person.active:
        raise WrongState(f"{person.name}已离岗", mend="请返回单位页面")
    held = handover.held_by(person, day=day)
    grants = bool(held.grants) and may_manage_accounts(actor)
    form = HandoverForm(request.POST or None, person=person, digest=held.digest, grants=grants)
    back = reverse("body-detail", args=[person.body.code])

    def carry_out(values: dict[str, Any]) -> None:
        handover.hand_over(person=person, actor=actor, at=timezone.now(), **values)

    if request.method == "POST" and run(form, carry_out):
        messages.success(request, f"{person.name}的{len(held.tasks)}件事项已移交，账号已停用")
        return redirect(back)
    context = {
        "person": person, "held": held, "form": form, "back": back, "digest": held.digest, "living_on": LIVING_ON,
        "tasks": held.tasks[:SHOWN], "more": max(0, len(held.tasks) - SHOWN), "grants_too": grants,
        "crumbs": [("机构与名单", reverse("organisation-list")), (person.body.name, back), ("离任交接", "")],
    }  # fmt: skip
    return answer_page(request, "administration/person_handover.html", context, form)
