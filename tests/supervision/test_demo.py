"""The demo city's tasks: every step that its script takes is one that the rules allow."""

from __future__ import annotations

import pytest

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import _until
from luoshi.demo.supervision import TASKS, Seeing
from luoshi.supervision.models import Danger, Letter, Task

from .conftest import on

pytestmark = pytest.mark.django_db


def test_the_script_of_the_demo_s_tasks_is_lived_without_a_refusal(bodies):
    start, end = on("10-16 09:00"), on("11-20 18:00")
    for moment, begin in Seeing(Cast(), start, end).lives():
        life = begin(moment)
        wait = next(life, None)
        while wait is not None:
            moment = _until(moment, wait)
            try:
                wait = life.send(moment)
            except StopIteration:
                wait = None
    assert Task.objects.count() >= len(TASKS) + 3
    assert {"closed", "submitted", "in_hand"} <= set(Task.objects.values_list("matter__state", flat=True))
    assert set(Danger.objects.values_list("matter__state", flat=True)) == {"closed", "planned"}
    assert Letter.objects.get().matter.state == "for_leader"
