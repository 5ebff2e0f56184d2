"""What the rulebook says about records: points of base work, items, what they need, deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from luoshi.engines.assessment.highest import Price, prices
from luoshi.engines.expressions import NoData
from luoshi.engines.rulebook import Choice, Content, ContentField, Ground
from luoshi.engines.rulebook.scheme import Item, Scheme
from luoshi.exchange.format import DEDUCTIONS, ENTRY_COUNTS
from luoshi.ledger import rules

OPINION_ITEM = "unimplemented_opinion"
ENTERED = tuple(item for item in ENTRY_COUNTS if item != OPINION_ITEM)
"""The items entered by hand; an opinion not carried out counts by itself."""


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One item as its form needs it. order: required | optional | none. materials: files without which it never
    counts. choices: the enumerations of fields that are chosen, by key."""

    code: str
    title: str
    hint: str
    bonus: bool
    by_unit: bool
    order: str
    materials: tuple[str, ...]
    publicity: bool
    ground: Ground
    content: Content
    choices: Mapping[str, Choice]
    cite: tuple[str, ...]

    def told(self, key: str, value: str) -> str:
        """A value that was filled in, as people read it."""
        choice = self.choices.get(key)
        return choice.label(value) if choice is not None and value in choice.values else value

    @property
    def fields(self) -> tuple[ContentField, ...]:
        """What is to be filled in."""
        return self.content.fields


def item_rule(code: str, day: dt.date) -> ItemRule | None:
    """The rule of an item on a day; None for an unknown one."""
    if code not in ENTERED:
        return None
    book = rules.current()
    ground = book.ground(f"assessment.{code}", day)
    orders = book.setting("assessment.entry_order", day)
    content = book.content(book.setting("assessment.entry_form", day)[code], day)
    order = next((need for need in ("required", "optional") if code in orders[need]), "none")
    return ItemRule(
        code=code,
        title=ground.title,
        hint=ground.hint,
        bonus=code not in DEDUCTIONS,
        by_unit=code in book.setting("assessment.entry_by_unit", day)["items"],
        order=order,
        materials=tuple(book.setting("assessment.evidence", day).values.get(code, ())),
        publicity=code in book.setting("assessment.publicity", day)["items"],
        ground=ground,
        content=content,
        choices=_choices(content, day),
        cite=tuple(book.clause(clause) for clause in ground.cite),
    )


def _choices(content: Content, day: dt.date) -> dict[str, Choice]:
    """The enumerations of a form's fields: that of the field `kind` of `assessment.entry_fraud` is `assessment.fraud_kind`."""
    named = {field.key: f"{content.id.replace('.entry_', '.')}_{field.key}" for field in content.fields}
    found = {rule.id: rule for rule in rules.current().holding(Choice, day)}
    return {key: found[id] for key, id in named.items() if id in found}


def item_rules(day: dt.date, *, unit: bool = False) -> list[ItemRule]:
    """All items that may be entered; for a unit those that it may claim."""
    found = [rule for code in ENTERED if (rule := item_rule(code, day)) is not None]
    return [rule for rule in found if rule.by_unit] if unit else found


def item_title(code: str, day: dt.date) -> str:
    """The Chinese name of an item."""
    if code not in ENTERED:
        return "督查意见未按时落实" if code == OPINION_ITEM else code
    return rules.current().ground(f"assessment.{code}", day).title


def levels(day: dt.date) -> tuple[str, ...]:
    """The items of publicity from the highest level down."""
    return tuple(rules.current().setting("assessment.publicity", day)["levels"])


def base_points(day: dt.date) -> Choice:
    """The points of base work."""
    return rules.current().choice("assessment.base_point", day)


def base_materials(day: dt.date) -> Choice:
    """The kinds of material on which base work is judged."""
    return rules.current().choice("assessment.base_material", day)


def base_proof(day: dt.date) -> dict[str, str]:
    """Which material proves which point."""
    return dict(rules.current().setting("assessment.base_proof", day).values)


def base_counts(day: dt.date) -> dict[str, str]:
    """Which count a missing point goes into."""
    return dict(rules.current().setting("assessment.base_count", day).values)


def base_owed(day: dt.date, *, onsite: bool) -> tuple[str, ...]:
    """The points that a unit owes: one without on-site duty owes no duty room and no equipment."""
    only_onsite = rules.current().setting("assessment.base_onsite", day)["owed"]
    return tuple(point for point in base_points(day).values if onsite or point not in only_onsite)


def scheme(day: dt.date) -> Scheme:
    """The scheme by which units are scored on a day."""
    return rules.current().scheme("assessment.hotline", day)


def deduction_prices(day: dt.date, *, period: str = "month") -> dict[str, Price]:
    """What one of each deduction costs in a kind of period."""
    groups: Sequence[Item] = scheme(day).items
    found: dict[str, Price] = {}
    for group in groups:
        if group.part == "deduction":
            found |= prices(group, period)
    return found


def item_points(code: str, day: dt.date) -> Decimal | None:
    """What one entry of an item is worth on its own, before caps and the rule of the highest; None if unknown."""
    name = ENTRY_COUNTS[code]
    if code in DEDUCTIONS:
        price = deduction_prices(day, period="year").get(name)
        return None if price is None else Decimal(price.points.numerator) / price.points.denominator
    for top in scheme(day).items:
        for leaf in top.leaves() if top.part == "bonus" else ():
            if leaf.formula is None or name not in leaf.counts.values():
                continue
            one = {slot: int(leaf.counts[slot] == name) for slot in leaf.formula.names}
            value = leaf.formula.evaluate(one)
            return None if isinstance(value, NoData) else Decimal(value.numerator) / value.denominator
    return None


def report_due(month: dt.date, at: dt.datetime) -> dt.datetime:
    """When the report on a month is due: the end of the 5th of the month after, the 5th included, holidays or not.

    month: any day of the month that it tells of. at: the moment as of which the rule holds.
    Source: smx-hotline-assessment/4.2.4.1
    """
    zone = rules.current().worktime.tz
    terms = rules.current().setting("assessment.monthly_report", at.astimezone(zone).date())
    total = month.year * 12 + month.month - 1 + int(terms["months_before"])
    day = dt.date(total // 12, total % 12 + 1, int(terms["due_day"]))
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=zone)


def month_before(day: dt.date) -> dt.date:
    """The first day of the month before."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
