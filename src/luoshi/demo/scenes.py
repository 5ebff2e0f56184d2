"""The city's special cases that are over: each way through the rules is gone at least once."""

from __future__ import annotations

from luoshi.demo import texts
from luoshi.demo.scenes_citizens import CitizenScenes
from luoshi.demo.scenes_units import UnitScenes
from luoshi.demo.script import Scene


class Scenes(UnitScenes, CitizenScenes):
    """Scripted lives; `all()` lists them in the order in which they begin."""

    def all(self) -> list[Scene]:
        """Every scene once, each way of refusing and answering included."""
        refusals = [self._refusal(entry) for entry in texts.refusals()]
        told = [
            self.returned, self.return_not_agreed, self.county_joined, self.county_right, self.county_wrong,
            self.county_silence, self.extended, self.extension_refused, self.assist_granted, self.assist_refused,
            self.coordinated, self.coordination_refused, self.no_more, self.go_on, self.volunteered, self.not_claimed,
            self.hard_case, self.hard_case_in_work, self.redone, self.perfunctory, self.failed_twice,
            self.redo_too_late, self.mended, self.out_of_reach, self.conduct, self.doubtful, self.published_anew,
            self.same_day_repeat, self.repeat_in_progress, self.answered_thrice, self.repeat_after_satisfied,
            self.three_way, self.put_through, self.more_units, self.brought_together, self.supervised,
            self.instructed, self.sent_back, self.recalled, self.put_right,
        ]  # fmt: skip
        mixed: list[Scene] = []
        for place, scene in enumerate(told):
            mixed.append(scene)
            if place % 4 == 3 and refusals:
                mixed.append(refusals.pop(0))
        return mixed + refusals
