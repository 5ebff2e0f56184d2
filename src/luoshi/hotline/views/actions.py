"""Steps of a matter as forms: what the state table allows this actor now, each with its form and its service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from luoshi.hotline.forms.base import MatterForm
from luoshi.hotline.forms.units import UnitField, Units
from luoshi.hotline.selectors.dispatches import Countdown, Possible
from luoshi.hotline.services.steps import may_decide
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal
from luoshi.ledger.states import table_for

CONFLICT, UNPROCESSABLE = 409, 422
FIELDS = {
    "ground": "code", "pointing": "number", "other": "number", "body": "unit", "unit": "bodies",
    "internal_ground": "ground",
}  # fmt: skip
"""Where a form calls an input by another name than the service."""


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that a service needs: the request or dispatch, the form's values, who, when, which version; the form."""

    subject: Any
    data: Mapping[str, Any]
    actor: Actor
    at: datetime
    version: int | None
    form: Any = None


@dataclass(frozen=True, slots=True)
class Action:
    """A step that a page offers. code: the state table's action; several may share one edge (`edge`).

    first: the step that comes next, open at once; rare: behind 更多; when: whether it makes sense now; free: it has
    no edge of its own in this matter's table, the rulebook alone says who takes it.
    """

    code: str
    form: type[MatterForm]
    run: Callable[[Step], object]
    icon: str = "chevron-right"
    tone: str = ""
    confirm: str = ""
    label: str = ""
    edge: str = ""
    first: bool = False
    rare: bool = False
    when: Callable[[Any], bool] | None = None
    free: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """An action with its form, as the page shows it. countdowns: the due times that it would meet."""

    action: Action
    label: str
    form: MatterForm
    opened: bool
    countdowns: tuple[Countdown, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the step needs nothing but its button."""
        return not self.form.visible_fields()


@dataclass(frozen=True, slots=True)
class Menu:
    """The steps possible now: those of every day, then the rare ones; units: what their fields suggest."""

    main: list[Offer]
    rare: list[Offer]
    units: Units
    asks_units: bool

    @property
    def codes(self) -> set[str]:
        """The codes of all steps offered."""
        return {offer.action.code for offer in (*self.main, *self.rare)}

    @property
    def rare_opened(self) -> bool:
        """Whether one of the rare steps is open."""
        return any(offer.opened for offer in self.rare)


def offers(
    subject: Any,
    actions: Iterable[Action],
    actor: Actor,
    *,
    failed: tuple[str, MatterForm] | None = None,
    wanted: str = "",
    possible: Mapping[str, Possible] | None = None,
) -> Menu:
    """The steps possible now for this actor, in the order of `actions`.

    possible: by action what makes sense on the matter as it stands, where a selector knows more than the
    state table. A form that failed stays open and filled; `wanted` is the code of a step to open. What is open comes first.
    """
    matter = subject.matter
    table = table_for(matter.kind).actions(matter.state, actor, matter)
    allowed = {edge.action: edge for edge in table if possible is None or edge.action in possible}
    units, now = failed[1].units if failed else Units(), timezone.now()
    found = []
    for action in actions:
        edge = allowed.get(action.edge or action.code)
        may = (edge is not None or action.free) and may_decide(action.edge or action.code, actor, now)
        if not may or (action.when is not None and not action.when(subject)):
            continue
        code = action.code
        mine = failed is not None and failed[0] == code
        form = (
            failed[1] if failed and mine else action.form(subject=subject, units=units, auto_id=f"{code}_%s")
        )
        opened = mine or (code == wanted if wanted or failed else action.first)
        left = possible[edge.action].countdowns if possible is not None and edge is not None else ()
        found.append(Offer(action, action.label or (edge.label if edge else code), form, opened, left))
    asks = any(isinstance(field, UnitField) for offer in found for field in offer.form.fields.values())
    main = sorted((offer for offer in found if not offer.action.rare), key=lambda offer: not offer.opened)
    return Menu(main, [offer for offer in found if offer.action.rare], units, asks)


def take(
    request: HttpRequest,
    *,
    subject: Any,
    actions: Iterable[Action],
    code: str,
    actor: Actor,
    back: str,
    again: Callable[[tuple[str, MatterForm], int], HttpResponse],
    possible: Callable[[], Mapping[str, Possible]] | None = None,
) -> HttpResponse:
    """Carry out a posted step: redirect with a message when done, else the page again with the form kept.

    possible: see `offers`, asked again after a step that was refused.

    Errors: Http404 for an unknown step; NotAllowed passes through, for the gate.
    """
    action = next((action for action in actions if action.code == code), None)
    if action is None:
        raise Http404(code)
    form = action.form(request.POST, request.FILES or None, subject=subject, auto_id=f"{code}_%s")
    status = UNPROCESSABLE
    if form.is_valid():
        step = Step(subject, form.cleaned_data, actor, timezone.now(), form.cleaned_data.get("version"), form)
        try:
            action.run(step)
        except NotAllowed:
            raise
        except Incomplete as refusal:
            name = FIELDS.get(refusal.field, refusal.field)
            known = next((one for one in (refusal.field, name) if one in form.fields), None)
            form.add_error(known, _said(refusal))
        except Refusal as refusal:
            form.add_error(None, _said(refusal))
            status = CONFLICT
        else:
            label = action.label or table_for(subject.matter.kind).action_label(action.edge or code)
            messages.success(request, f"已{label}" if not label.startswith("已") else label)
            return redirect(back)
    if not subject.matter.pk:
        raise Http404(code)
    subject.matter.refresh_from_db()
    form.renew()
    now_possible = possible() if possible else None
    if code not in offers(subject, actions, actor, possible=now_possible).codes:
        _say_all(request, form)
    return again((code, form), status)


def _say_all(request: HttpRequest, form: MatterForm) -> None:
    """What was wrong and what was typed, for a step that the page no longer offers."""
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))
    typed = [
        f"{bound.label}：{bound.value()}"
        for bound in form.visible_fields()
        if isinstance(bound.field.widget, forms.Textarea) and bound.value()
    ]
    if typed:
        messages.info(request, "您填写的内容：" + "；".join(typed))


def _said(refusal: Refusal) -> str:
    cite = f"（{'；'.join(refusal.cite)}）" if refusal.cite else ""
    return f"{refusal.message}{cite}{'。' + refusal.mend if refusal.mend else ''}"
