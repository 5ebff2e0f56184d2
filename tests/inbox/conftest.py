from tests.hotline.conftest import (
    agent,
    caller,
    dispatch_of,
    dispatcher,
    handler,
    liaison,
    request_of,
    reviewer,
    unit_leader,
)
from tests.hotline.dispatch_side.conftest import life_of, people
from tests.supervision.conftest import office, set_task, unit
from tests.web.conftest import browser_of

__all__ = [
    "agent",
    "browser_of",
    "caller",
    "dispatch_of",
    "dispatcher",
    "handler",
    "liaison",
    "life_of",
    "office",
    "people",
    "request_of",
    "reviewer",
    "set_task",
    "unit",
    "unit_leader",
]
