"""Log lines: each with the id of the request that it belongs to, as text or as JSON, without values of rows."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")
VALUES = re.compile(r"^(DETAIL|CONTEXT|QUERY|HINT):.*$", re.MULTILINE)
"""What PostgreSQL adds to an error: the values of the row that it stumbled over may be somebody's name or number."""


class RequestId(logging.Filter):
    """Gives every record the id of the request (or background job) during which it was written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; no record is held back."""
        record.request_id = request_id.get() or "-"
        return True


def without_values(text: str) -> str:
    """The text of an error without the lines in which PostgreSQL quotes rows."""
    return VALUES.sub(r"\1: left out", text)


class Line(logging.Formatter):
    """One readable line a record."""

    def formatException(self, ei: Any) -> str:
        """The traceback, without values of rows."""
        return without_values(super().formatException(ei))


class Json(JsonFormatter):
    """One JSON object a record."""

    def formatException(self, ei: Any) -> Any:
        """The traceback, without values of rows."""
        found = super().formatException(ei)
        return without_values(found) if isinstance(found, str) else [without_values(line) for line in found]


def config(*, form: str, level: str, requests: bool) -> dict[str, Any]:
    """Django's LOGGING. form: `line` or `json`; requests: whether each answered request is a line.

    Errors: ValueError for another form.
    """
    if form not in {"line", "json"}:
        raise ValueError(f"LUOSHI_LOG_FORMAT: {form!r} is neither line nor json")
    fields = "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestId}},
        "formatters": {
            "line": {"()": Line, "format": fields},
            "json": {
                "()": Json,
                "fmt": fields,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                "json_ensure_ascii": False,
            },
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]}
        },
        # Refused and missing pages are answered and, where it matters, recorded; they are no failures of the service.
        "loggers": {
            "django.request": {"level": "ERROR"},
            "luoshi.requests": {"level": "INFO" if requests else "WARNING"},
            "luoshi.slow": {"level": "WARNING"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
