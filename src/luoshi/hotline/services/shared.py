"""What the hotline's services share: rules as of a moment, checks of input, and telling the citizen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from luoshi.engines.rulebook import Choice, Rulebook, UnknownRule
from luoshi.hotline import text as texts
from luoshi.hotline.contacts import is_mobile
from luoshi.hotline.models import Contact, Request
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter
from luoshi.ledger.services import outbox_put
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import liaisons_on

SPOKEN, UNREACHABLE = "spoken", "none"


def rule_day(at: datetime) -> date:
    """The local day of a moment: the day whose rules hold."""
    return at.astimezone(rules.current().worktime.tz).date()


def local_text(at: datetime | None) -> str:
    """A moment as a message says it: 10月9日 11:50; "无" for none."""
    return f"{at.astimezone(rules.current().worktime.tz):%-m月%-d日 %H:%M}" if at else "无"


def choice_on(id: str, day: date, *, book: Rulebook | None = None) -> Choice:
    """The enumeration as it is on a day.

    For a day before its first version (an imported record), that version.
    """
    rulebook = book or rules.current()
    try:
        return rulebook.choice(id, day)
    except UnknownRule:
        first = next((rule for rule in rulebook.versions(id) if isinstance(rule, Choice)), None)
        if first is None or day >= first.valid_from:
            raise
        return first


def chosen(id: str, value: str, at: datetime, *, field: str) -> str:
    """The value, when it is one of the enumeration's.

    Errors: Incomplete naming the field and what may be chosen.
    """
    choice = choice_on(id, rule_day(at))
    if value not in choice.values:
        offered = "、".join(option.label for option in choice.options)
        raise Incomplete(f"请选择{choice.title}", mend=f"可选:{offered}", field=field)
    return value


def label_of(id: str, value: str, at: datetime) -> str:
    """The Chinese label of a value of an enumeration, also of one that is no longer chosen; else the value itself."""
    try:
        return choice_on(id, rule_day(at)).label(value)
    except KeyError:
        return dict(options_ever(id)).get(value, value)


def options_ever(id: str) -> list[tuple[str, str]]:
    """Every value that an enumeration has, had or will have, with its last label."""
    versions = [rule for rule in rules.current().versions(id) if isinstance(rule, Choice)]
    return list({option.value: option.label for rule in versions for option in rule.options}.items())


def needed(
    value: str, label: str, *, field: str, cite: tuple[str, ...] = (), mend: str = "", limit: int = 0
) -> str:
    """The text, stripped. limit: how many characters it may have (0: any number).

    Errors: Incomplete when it is blank or too long.
    """
    text = value.strip()
    if not text:
        raise Incomplete(f"请填写{label}", mend=mend, field=field, cite=cite)
    if limit and len(text) > limit:
        raise Incomplete(
            f"{label}不能超过{limit}个字", mend=f"现有{len(text)}个字,请缩短", field=field, cite=cite
        )
    return text


def cited(*clauses: str) -> tuple[str, ...]:
    """Clauses as an official would cite them, for a refusal."""
    book = rules.current()
    return tuple(book.clause(clause) for clause in clauses)


@dataclass(frozen=True, slots=True)
class Way:
    """How a citizen is told: outbox channel and address; without an address it is said, or cannot be."""

    means: str
    to: str = ""


def way_to_citizen(*, channel: str, number: str, contact: Contact, told_now: bool = False) -> Way:
    """The way back by the channel through which the request came in.

    A caller is told at once (`told_now`), else by SMS, or by a spoken call to a landline. What came over the
    net stands on the page where the citizen follows the request. Where the channel has no way back, a mobile
    number serves; without any address the way is `none`, and the record says so.
    """
    mobile = contact.mobile or (contact.phone if is_mobile(contact.phone) else "")
    if channel == "phone" and told_now:
        return Way(SPOKEN)
    direct = {
        "web": Way("web", number),
        "wechat": Way("wechat", contact.account),
        "weibo": Way("weibo", contact.account),
        "email": Way("email", contact.email),
        "fax": Way("fax", contact.fax),
    }.get(channel)
    if direct and direct.to:
        return direct
    if mobile:
        return Way("sms", mobile)
    if contact.phone:
        return Way("voice", contact.phone)
    return next(
        (Way(means, to) for means, to in (("email", contact.email), ("fax", contact.fax)) if to),
        Way(UNREACHABLE),
    )


def notice_text(id: str, at: datetime, values: Mapping[str, Any]) -> str:
    """The text of a notice of the rulebook with its slots filled."""
    return rules.current().notice(id, rule_day(at)).render(values)


def tell_citizen(*, request: Request, way: Way, text: str, key: str, at: datetime) -> None:
    """Queue a message to the citizen by the way found.

    What was said in the call or cannot be sent is not queued.
    """
    if way.to:
        outbox_put(
            channel=way.means, to=way.to, text=text, key=key, at=at, to_name="诉求人", matter=request.matter
        )


def reachable_liaisons(body: Body, at: datetime) -> list[Person]:
    """The liaison officers of a body on that day who can be reached by SMS."""
    return [person for person in liaisons_on(body, rule_day(at)) if person.mobile]


def tell_people(
    *, people: Iterable[Person], body: Body, text: str, key: str, at: datetime, matter: Matter
) -> None:
    """Queue an SMS to each of these people of a unit."""
    for person in people:
        outbox_put(
            channel="sms",
            to=person.mobile,
            to_name=person.name,
            text=text,
            key=f"{key}:{person.pk}",
            at=at,
            matter=matter,
            body_id=body.pk,
        )


def number_of(request: Request) -> str:
    """The number under which the request is known."""
    return request.matter.number or ""


def tell_liaisons(*, body: Body, text: str, key: str, at: datetime, matter: Matter) -> int:
    """Queue an SMS to every liaison officer of a unit who has a mobile number; return how many were found."""
    people = reachable_liaisons(body, at)
    tell_people(people=people, body=body, text=text, key=key, at=at, matter=matter)
    return len(people)


def known_secrets(contact: Contact) -> list[str]:
    """What of a citizen's data must not stand in a text: numbers, addresses, accounts (names apart)."""
    numbers = (contact.phone, contact.mobile, contact.fax)
    values = (*numbers, contact.email, contact.account, contact.address, contact.ip)
    return [value for value in values if value]


def masked_for(request: Request, text: str) -> str:
    """A text fit for an event, which cannot be changed later: the citizen's personal data hidden."""
    contact = request.contact
    return texts.mask_text(texts.clean(text), names=[contact.name], secrets=known_secrets(contact)).text
