"""Reading what is supervised."""

from luoshi.supervision.selectors.tasks import (
    board_by_body,
    board_by_source,
    board_total,
    bodies,
    part_get,
    parts_of,
    readable,
    task_get,
    task_list,
    tasks_of,
)

__all__ = [
    "board_by_body",
    "board_by_source",
    "board_total",
    "bodies",
    "part_get",
    "parts_of",
    "readable",
    "task_get",
    "task_list",
    "tasks_of",
]
