"""Cases that ended long ago, the people who propose and approve, and pages opened as somebody with a role."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.hotline.conftest import MONDAY, agent, dispatch_of, dispatcher, request_of
from tests.hotline.request_side.conftest import concluded, finish
from tests.web.conftest import browser_of

__all__ = ["agent", "browser_of", "concluded", "dispatch_of", "dispatcher", "finish", "request_of"]

if TYPE_CHECKING:
    from luoshi.hotline.models import Request
    from luoshi.ledger.actors import Actor
    from luoshi.ledger.models import Attachment

LATER = MONDAY + dt.timedelta(days=3 * 366)
"""More than three years after the cases of Monday were over."""
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def officer(actor: Callable[..., Actor]) -> Actor:
    return actor("security_officer")


@pytest.fixture
def leader(actor: Callable[..., Actor]) -> Actor:
    return actor("platform_leader")


@pytest.fixture
def ended(request_of: Callable[..., Request], agent: Actor) -> Callable[..., Request]:
    """ended(at=…, …): a request that was refused on the spot, and so is over."""
    from luoshi.hotline.services import request_refuse

    def make(*, at: dt.datetime = MONDAY, **changes: Any) -> Request:
        return request_refuse(
            request=request_of(at=at, **changes), code="8.4", actor=agent, at=at, told_now=True
        )

    return make


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for attachments."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def attach(media: Path, agent: Actor) -> Callable[..., Attachment]:
    """attach(matter, b"…"): a picture of a matter, named after a citizen."""
    from luoshi.ledger.services import attachment_add

    def make(matter: Any, content: bytes = b"one") -> Attachment:
        return attachment_add(
            matter=matter, file=io.BytesIO(PNG + content), name="虞听澜的身份证.png", purpose="诉求人提供", actor=agent, at=MONDAY
        )  # fmt: skip

    return make


@pytest.fixture
def approved(officer: Actor, leader: Actor) -> Callable[..., Any]:
    """approved("retention.contacts"): worked out, proposed and approved."""
    from luoshi.retention import services

    def make(rule: str = "retention.contacts", *, at: dt.datetime = LATER) -> Any:
        run = services.run_draw(rule=rule, actor=officer, at=at)
        services.run_propose(run=run, opinion="已满三年", actor=officer, at=at)
        return services.run_approve(run=run, opinion="同意", actor=leader, at=at)

    return make


@pytest.fixture
def differences(db: None) -> Callable[[], list[str]]:
    """What `luoshi verify` finds."""
    from luoshi.ledger.verify import Report, verify

    return lambda: [str(found) for found in verify(report=Report())]
