"""The steps of a request: each calls the service that its page calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from luoshi.api import shown
from luoshi.api.bearer import Caller, caller_of
from luoshi.api.endpoints.requests import TAG, tagged
from luoshi.api.lookup import bodies_by, request_for
from luoshi.api.operations import operation
from luoshi.api.schemas import hotline as given
from luoshi.api.schemas.common import Given, Id, Stepped
from luoshi.api.scopes import WRITE
from luoshi.hotline import services
from luoshi.hotline.models import Request
from luoshi.hotline.services.callbacks import Grade
from luoshi.hotline.services.dispatching import Order, Terms
from luoshi.ledger.models import Matter

router = Router()


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its word in the address, its Chinese name, what it needs and takes, and what it calls."""

    word: str
    title: str
    need: str
    takes: type[Given]
    run: Callable[[Request, Any, dict[str, Any]], object]


def common(caller: Caller) -> dict[str, Any]:
    """What every service takes."""
    return {"actor": caller.actor, "at": caller.at, "version": caller.version}


def _orders(payload: Any) -> list[Order]:
    known = bodies_by([one.unit for one in payload.orders], "orders.{}.unit")
    return [
        Order(
            body=known[one.unit],
            instruction=one.instruction,
            role=one.role,
            part=one.part,
            due_set=one.due_set,
            onsite=one.onsite,
        )
        for one in payload.orders
    ]


def _dispatch(row: Request, payload: given.DispatchIn, how: dict[str, Any]) -> object:
    terms = Terms(payload.principle, payload.urgency, payload.urgency_basis, payload.assist_extra)
    named = {"handling", "internal_ground", "internal_note"}
    return services.request_dispatch(
        request=row, orders=_orders(payload), terms=terms, **payload.model_dump(include=named), **how
    )


def _more(row: Request, payload: given.MoreIn, how: dict[str, Any]) -> object:
    terms = Terms(payload.principle, payload.urgency, payload.urgency_basis)
    return services.request_dispatch_more(request=row, orders=_orders(payload), terms=terms, **how)


def _call_back(row: Request, payload: given.CallbackIn, how: dict[str, Any]) -> object:
    grade = Grade(payload.contacted, payload.conduct, payload.result)
    said = payload.model_dump(include={"opinion", "suggestion"})
    return services.request_call_back(request=row, grades=[grade], **said, **how)


def _note(row: Request, payload: given.NoteIn, how: dict[str, Any]) -> object:
    plain = {key: value for key, value in how.items() if key != "version"}
    return services.request_note(request=row, note=payload.note, **plain)


def _simply(service: Callable[..., object]) -> Callable[[Request, Any, dict[str, Any]], object]:
    """A service that takes just what is sent."""
    return lambda row, payload, how: service(request=row, **payload.model_dump(), **how)


STEPS = (
    Step(
        "classify", "划分办理方式", "hotline.dispatch", given.ClassifyIn, _simply(services.request_classify)
    ),
    Step("dispatch", "派单", "hotline.dispatch", given.DispatchIn, _dispatch),
    Step("dispatch-more", "增派单位", "hotline.dispatch", given.MoreIn, _more),
    Step("note", "备注", "hotline.receive", given.NoteIn, _note),
    Step("feedback", "反馈诉求人", "hotline.callback", given.FeedbackIn, _simply(services.request_feed_back)),
    Step("callback", "回访", "hotline.callback", given.CallbackIn, _call_back),
    Step("archive", "归档", "hotline.callback", given.NothingIn, _simply(services.request_archive)),
)


def _register(step: Step) -> None:
    def view(request: HttpRequest, response: HttpResponse, id: Id, payload: Any) -> dict[str, Any]:
        caller = caller_of(request)
        row = request_for(caller, id)
        step.run(row, payload, common(caller))
        matter = Matter.objects.get(pk=row.pk)
        tagged(response, matter.version)
        return shown.stepped(matter)

    view.__annotations__["payload"] = step.takes
    view.__doc__ = f"{step.title}。If-Match 写诉求的版本。"
    name = step.word.replace("-", "_")
    operation(
        router, "POST", f"/requests/{{id}}/{step.word}", id=f"request_{name}", title=step.title, need=step.need,
        scope=WRITE, out=Stepped, versioned=True, tag=TAG,
    )(view)  # fmt: skip


for one in STEPS:
    _register(one)
