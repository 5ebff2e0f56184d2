"""Reading gates and routes."""

from __future__ import annotations

from luoshi.engines.rulebook.conditions import read_condition
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.flow import Gate, Need, Route, RouteStep
from luoshi.engines.rulebook.read_kinds import read_roles, refuse_twins
from luoshi.engines.rulebook.reading import Context, dotted, read_citations, read_head

ORDERS = ("back_to_front", "front_to_back", "any")


def read_gate(fields: Fields, context: Context) -> Gate:
    """Return a gate."""
    head = read_head(fields, context)
    needs: list[Need] = []
    for row in fields.children("needs", required=True):
        needs.append(
            Need(
                key=row.text("key", required=True),
                title=row.text("title", required=True),
                when=read_condition(row),
                unless=read_condition(row, "unless"),
                mend=row.text("mend"),
                firm=row.flag("firm", default=True),
                cite=read_citations(row, context),
            )
        )
        row.finish()
    gate = Gate(
        **head,
        matter=dotted(fields, "matter", "a kind of matter"),
        action=fields.text("action", required=True),
        needs=tuple(needs),
    )
    refuse_twins(fields, "needs", [need.key for need in needs])
    fields.finish()
    return gate


def read_route(fields: Fields, context: Context) -> Route:
    """Return a route."""
    head = read_head(fields, context)
    steps: list[RouteStep] = []
    for row in fields.children("steps", required=True):
        steps.append(
            RouteStep(
                key=row.text("key", required=True),
                title=row.text("title", required=True),
                who=read_roles(row, context, "who", required=True),
                when=read_condition(row),
                unless=read_condition(row, "unless"),
                alongside=row.flag("alongside"),
                content=context.refer(row, "content", "content"),
                cite=read_citations(row, context),
            )
        )
        row.finish()
    refuse_twins(fields, "steps", [step.key for step in steps])
    route = Route(
        **head,
        matter=dotted(fields, "matter", "a kind of matter"),
        order=fields.word("order", ORDERS, default="any"),
        steps=tuple(steps),
    )
    fields.finish()
    return route
