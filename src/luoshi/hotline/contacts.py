"""The citizen's data in the form in which it is compared; a request's working day and query code."""

from __future__ import annotations

import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from luoshi.hotline import text as texts
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete
from luoshi.organisation.selectors import local_day

CODE_LENGTH = 8
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBERS = ("phone", "mobile", "fax")
TEXTS = ("name", "email", "ip", "account", "address")
_LENGTH = {"name": 60, "phone": 30, "mobile": 30, "email": 120, "fax": 30, "account": 80, "address": 200}
_LABEL = {"name": "姓名", "phone": "联系电话", "mobile": "联系手机", "email": "电子邮箱", "ip": "IP 地址",
          "fax": "传真号码", "account": "微信或微博账号", "address": "住址"}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def number_clean(text: str) -> str:
    """A telephone number as figures alone, without the country's code.

    "+86 138-1234-5678" gives 13812345678.
    """
    figures = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdigit())
    plain = figures.removeprefix("0086") if figures.startswith("0086") else figures
    return plain[2:] if len(plain) == 13 and plain.startswith("861") else plain


def contact_clean(contact: Mapping[str, str | None] | None) -> dict[str, Any]:
    """The citizen's data, each value brought into the one form in which it is compared.

    Keys: name, phone, mobile, email, ip, fax, account, address; all may be missing. Errors: Incomplete with
    field `contact.<key>` for a value that cannot be one.
    """
    given = {key: texts.clean_line(value) for key, value in (contact or {}).items() if value}
    unknown = set(given) - {*NUMBERS, *TEXTS}
    if unknown:
        raise TypeError(f"unknown contact data: {', '.join(sorted(unknown))}")
    for key in NUMBERS:
        if given.get(key):
            given[key] = _number(key, given[key])
    if given.get("email"):
        given["email"] = unicodedata.normalize("NFKC", given["email"]).lower().replace(" ", "")
        if not _EMAIL.fullmatch(given["email"]):
            raise Incomplete("电子邮箱的格式不对", mend="应为 名称@域名", field="contact.email")
    for key, limit in _LENGTH.items():
        if len(given.get(key, "")) > limit:
            raise Incomplete(f"{_LABEL[key]}不能超过{limit}个字", field=f"contact.{key}")
    result: dict[str, Any] = {key: given.get(key, "") for key in (*NUMBERS, *TEXTS)}
    result["ip"] = _ip(given.get("ip", ""))
    return result


def _number(key: str, text: str) -> str:
    figures = number_clean(text)
    if not 3 <= len(figures) <= 20:
        raise Incomplete(
            f"{_LABEL[key]}“{text}”不是电话号码", mend="请只填数字,可带区号", field=f"contact.{key}"
        )
    return figures


def _ip(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Incomplete("IP 地址的格式不对", field="contact.ip") from None


def working_day_of(at: datetime) -> date:
    """The working day to which a request counts.

    Its own, or for one that comes on a day off the next working day.
    """
    calendar = rules.current().worktime.calendar
    day = local_day(at)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def query_code(number: str) -> str:
    """The code with which the citizen may look up a request without a telephone.

    It cannot be guessed from others.
    """
    value = int.from_bytes(
        hmac.digest(settings.SECRET_KEY.encode(), f"query:{number}".encode(), "sha256")[:8], "big"
    )
    letters = []
    for _ in range(CODE_LENGTH):
        value, rest = divmod(value, len(_CODE_LETTERS))
        letters.append(_CODE_LETTERS[rest])
    return "".join(letters)


def is_mobile(number: str) -> bool:
    """Whether a number (figures only) is a mobile one of mainland China."""
    return len(number) == 11 and number[0] == "1" and number[1] in "3456789" and number.isdigit()
