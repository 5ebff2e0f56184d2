"""A paper's life for tests: brought to any of its states by the people of the trial city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from luoshi.documents.models import Outgoing
from luoshi.documents.services import countersigning, drafting, issue, outgoing, review, signing
from luoshi.ledger.actors import Actor

NEED = {
    "not_oral": True, "not_in_law": True, "has_substance": True, "not_upgraded": True, "beyond_department": True,
    "not_routine": True, "not_repeated": True, "not_relayed": True, "own_measures": True,
}  # fmt: skip
FIRST = {"basis": True, "lawful": True, "consulted": True}
CHECK = {
    "genre": True, "layout": True, "rules": True, "countersigned": True, "attachments": True, "consistent": True,
    "wording": True,
}  # fmt: skip
TEXT = "各县（市、区）人民政府要加强城市管理。\n一、总体要求\n坚持标本兼治。"


class Life:
    """Moves a paper on step by step, an hour after the other."""

    def __init__(self, actor: Callable[..., Actor], bodies: dict[str, Any], start: dt.datetime) -> None:
        self.actor, self.bodies, self.at = actor, bodies, start

    def tick(self) -> dt.datetime:
        self.at += dt.timedelta(minutes=10)
        return self.at

    def open(self, *, body: str = "chengguan", **more: Any) -> Outgoing:
        who = (
            self.actor("liaison", body)
            if body not in ("zonghe1", "zonghe2")
            else self.actor("section_clerk", body)
        )
        given = {
            "title": "关于加强城市管理工作的通知", "genre": "notice", "issued_as": "government", "screen": NEED,
            "purpose": "城市管理需要统一部署", **more,
        }  # fmt: skip
        return outgoing.draft_open(
            body=self.bodies[body], actor=given.pop("actor", who), at=self.tick(), **given
        )

    def agree(self, paper: Outgoing, role: str = "mayor") -> Outgoing:
        return outgoing.issue_agree(paper=paper, opinion="同意", actor=self.actor(role), at=self.tick())

    def draft(self, paper: Outgoing, **values: Any) -> Outgoing:
        given = {
            "text": TEXT, "addressees": "各县（市、区）人民政府，市人民政府各部门", "basis": "市政府工作安排",
            "disclosure": "open", "disclosure_reason": "依法应当公开", **values,
        }  # fmt: skip
        body = paper.drafted_by.code
        who = self.actor("section_clerk" if body.startswith("zonghe") else "liaison", body)
        return drafting.draft_edit(paper=paper, values=given, actor=who, at=self.tick())

    def approve(self, paper: Outgoing, *parts: str) -> Outgoing:
        body = paper.drafted_by.code
        role = "section_head" if body.startswith("zonghe") else "unit_principal"
        for part in parts or ("principal",):
            paper = drafting.part_approve(
                paper=paper, part=part, actor=self.actor(role, body), at=self.tick()
            )
        return paper

    def submit(self, paper: Outgoing) -> Outgoing:
        body = paper.drafted_by.code
        who = self.actor("section_clerk" if body.startswith("zonghe") else "liaison", body)
        return drafting.draft_submit(paper=paper, actor=who, at=self.tick())

    def section(self, paper: Outgoing) -> Actor:
        return self.actor("section_clerk", paper.matter.body)

    def accept(self, paper: Outgoing, **points: bool) -> Outgoing:
        return review.draft_accept(
            paper=paper, points={**FIRST, **points}, actor=self.section(paper), at=self.tick()
        )

    def slip(self, paper: Outgoing, basis: str = "市政府工作安排", head: str = "赵科长") -> Outgoing:
        return review.slip_fill(
            paper=paper, basis=basis, section_head=head, actor=self.section(paper), at=self.tick()
        )

    def check(self, paper: Outgoing, **points: bool) -> Outgoing:
        who = self.section(paper) if paper.genre == "slip" else self.actor("secretariat")
        return review.check_pass(paper=paper, points={**CHECK, **points}, actor=who, at=self.tick())

    def reader(self, paper: Outgoing, part: str) -> Actor:
        return self.account(review.readers_of(paper, self.at)[part])

    def proof(self, paper: Outgoing) -> Outgoing:
        for person in {one.pk: one for one in review.readers_of(paper, self.at).values()}.values():
            paper = review.proof_read(paper=paper, opinion="同意", actor=self.account(person), at=self.tick())
        return paper

    def present(self, paper: Outgoing, **more: Any) -> Outgoing:
        return signing.present(
            paper=paper, opinion="请签发", actor=self.actor("secretary_general"), at=self.tick(), **more
        )

    def sign(self, paper: Outgoing, role: str = "") -> Outgoing:
        """By the first who may, or by that role."""
        who = self.actor(role) if role else self.account(signing.signers(paper, at=self.at).people[0].person)
        return signing.sign(paper=paper, actor=who, at=self.tick(), opinion="同意")

    def account(self, person: Any) -> Actor:
        from luoshi.organisation.models import User
        from luoshi.organisation.selectors import actor_for

        return actor_for(user=User.objects.get(person=person), at=self.at)

    def number(self, paper: Outgoing, **more: Any) -> Outgoing:
        who = self.actor("secretariat")
        paper = issue.copy_prove(paper=paper, actor=who, at=self.tick())
        return issue.paper_number(paper=paper, actor=who, at=self.tick(), **more)

    def print(self, paper: Outgoing, *codes: str, **more: Any) -> Outgoing:
        who = self.section(paper) if paper.genre == "slip" else self.actor("secretariat")
        bodies = [self.bodies[code] for code in codes]
        return issue.paper_print(paper=paper, actor=who, at=self.tick(), bodies=bodies, **more)

    def to(self, state: str, paper: Outgoing | None = None, **more: Any) -> Outgoing:
        """A paper brought to a state by the ordinary way."""
        now = paper or self.open(**more)
        parts = ["principal"] if now.by_department else []
        values: dict[str, Any] = {}
        if now.policy:
            parts += ["interpretation_plan", "interpretation_material"]
            values = {"interpretation_plan": "发布会、图解", "interpretation_material": "文件要点解读"}
        steps: list[tuple[str, Callable[[Outgoing], Outgoing]]] = [
            ("proposed", self.agree),
            (
                "drafting",
                lambda p: self.submit(
                    self.approve(self.draft(p, **values), *parts) if parts else self.draft(p)
                ),
            ),
            ("submitted", self.accept),
            ("reviewed", self.slip),
            ("checking", self.check),
            ("proofing", self.proof),
            ("presenting", self.present),
            ("signing", self.sign),
            ("signed", self.number),
            ("numbered", self.print),
        ]
        for at_state, move in steps:
            if now.matter.state == state:
                break
            if now.matter.state == at_state:
                now = move(now)
        assert now.matter.state == state, (now.matter.state, state)
        return now


__all__ = ["CHECK", "FIRST", "NEED", "TEXT", "Life", "countersigning"]
