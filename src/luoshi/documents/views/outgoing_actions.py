"""What may be done on a paper's page: each action with its form, its service and when it is offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms

from luoshi.documents import above
from luoshi.documents import outgoing_forms as f
from luoshi.documents import outgoing_policies as may
from luoshi.documents.models import Outgoing
from luoshi.documents.services import countersigning, drafting, issue, outgoing, review, signing, upward
from luoshi.documents.states.outgoing import PAPERS
from luoshi.ledger.actors import Actor
from luoshi.ledger.once import once
from luoshi.organisation.pagekit import Action

Values = dict[str, Any]
REASON = f.make(reason=f.words("理由", rows=2))
OPINION = f.make(opinion=f.words("意见", required=False))
SAID = f.make(opinion=f.words("意见"))
NOTE = f.make(note=f.words("说明", longest=300, required=False))
WHAT = f.make(what=f.words("更正内容", longest=1000, rows=3))


def _offered(action: str, *more: Callable[[Outgoing, Actor, dt.datetime], bool]) -> Any:
    """Offered where the state table lets the actor take it, and whatever else must hold does."""

    def shows(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
        edge = PAPERS.edge(paper.matter.state, action)
        return (
            edge is not None and edge.may(actor, paper.matter) and all(one(paper, actor, at) for one in more)
        )

    return shows


def _signer(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
    return signing.signers(paper, at=at).of(actor.person_id) is not None


def _agrees(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
    return actor.has_role("mayor", "executive_vice_mayor", "vice_mayor")


def _head(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
    return actor.has_role("secretary_general")


def _reader(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
    return actor.person_id in {person.pk for person in review.readers_of(paper, at).values()}


def _unread(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
    """Whether one of the two readings is the actor's and still to be done."""
    own = {part for part, person in review.readers_of(paper, at).items() if person.pk == actor.person_id}
    return bool(own - _given(paper))


def _open(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
    return paper.disclosure == "open" and paper.published_at is None and not paper.matter.secrecy


@once
def _given(paper: Outgoing) -> frozenset[str]:
    """What was marked on the edition as it stands."""
    return frozenset(paper.marks.filter(edition=paper.edition).values_list("part", flat=True))


def _part(part: str) -> Action:
    label = f"审定{drafting.PARTS[part]}"
    wanted = part == "principal"

    def shows(paper: Outgoing, actor: Actor, at: dt.datetime) -> bool:
        needed = paper.by_department if wanted else paper.policy
        return needed and part not in _given(paper) and _offered("approve_part")(paper, actor, at)

    def run(paper: Outgoing, values: Values, actor: Actor, at: dt.datetime) -> object:
        return drafting.part_approve(paper=paper, part=part, actor=actor, at=at, **values)

    return Action(f"approve-{part.replace('_', '-')}", label, "check", run, shows, lambda _: OPINION)


def _plain(service: Callable[..., object]) -> Callable[[Outgoing, Values, Actor, dt.datetime], object]:
    """The service takes the paper and the form's values."""
    return lambda paper, values, actor, at: service(paper=paper, actor=actor, at=at, **values)


def _points(
    service: Callable[..., object], *keys: str
) -> Callable[[Outgoing, Values, Actor, dt.datetime], object]:
    def run(paper: Outgoing, values: Values, actor: Actor, at: dt.datetime) -> object:
        ticks = f.ticked(
            values, tuple(key for key in values if not key.endswith("_reason") and key not in keys)
        )
        points = {key: value for key, value in ticks.items() if value is True}
        return service(paper=paper, points=points, actor=actor, at=at, opinion=values.get("opinion", ""))

    return run


def _screen(paper: Outgoing, values: Values, actor: Actor, at: dt.datetime) -> object:
    return outgoing.need_screen(paper=paper, screen=f.ticked(values, f.SCREEN), actor=actor, at=at)


def _submit(paper: Outgoing, values: Values, actor: Actor, at: dt.datetime) -> str:
    sent = drafting.draft_submit(paper=paper, actor=actor, at=at)
    if sent.matter.state == "drafting":
        lacking = "、".join(need.title for need in drafting.faults(sent, at=at))
        return f"材料不齐，已按规定退文：缺{lacking}。补齐后可再次报送"
    return "已报送承办科室" + ("；报送晚于规定的提前天数，已记录" if sent.late else "")


def _sign(paper: Outgoing, values: Values, actor: Actor, at: dt.datetime) -> object:
    return signing.sign(paper=paper, actor=actor, at=at, **values)


def _raise_form(paper: Outgoing) -> type[forms.Form]:
    return f.make(raised_to=f.raised_field(required=True), opinion=f.words("意见"))


ACTIONS: dict[str, Action] = {
    one.code: one
    for one in (
        Action("screen", "核对发文必要性", "checklist", _screen, _offered("screen"), f.screen_form),
        Action("allow-repeat", "同意再次发文", "check", _plain(outgoing.repeat_allow),
               _offered("allow_repeat", _head, lambda p, a, t: p.repeated and p.repeat_allowed_by_id is None),
               lambda _: SAID),
        Action("agree", "同意发文", "check", _plain(outgoing.issue_agree), _offered("agree", _agrees), lambda _: OPINION),
        Action("decline", "不予发文", "x", _plain(outgoing.issue_decline), _offered("decline", _agrees),
               lambda _: REASON, tone="danger"),
        _part("principal"), _part("interpretation_plan"), _part("interpretation_material"),
        Action("consult", "征求意见、会签", "users", _plain(countersigning.consult_ask), _offered("consult"), f.consult_form),
        Action("submit", "报送代拟稿", "send", _submit, _offered("submit")),
        Action("accept", "初审通过", "check", _points(review.draft_accept, "opinion"), _offered("accept"),
               f.first_review_form),
        Action(
            "send-legality",
            "送合法性审查",
            "gavel",
            _plain(upward.legality_send),
            _offered("fill_slip", lambda p, a, t: p.normative and above.legality(p) is None),
            lambda _: f.make(materials=f.words("送审材料", longest=2000, rows=3)),
        ),
        Action(
            "send-topic",
            "提请常务会议",
            "users",
            _plain(upward.topic_send),
            _offered("fill_slip", lambda p, a, t: above.passed_by_executive(p) is None),
            f.topic_form,
        ),
        Action("fill-slip", "填附呈批签", "file-text", _plain(review.slip_fill), _offered("fill_slip"), f.slip_form),
        Action("return", "退文", "arrow-back-up", _plain(review.draft_return), _offered("return"), lambda _: REASON,
               tone="danger"),
        Action("pass-check", "综合把关通过", "checklist", _points(review.check_pass, "opinion"), _offered("pass_check"),
               f.check_form),
        Action("raise", "与科室协商修改", "arrow-back-up", _plain(review.problem_raise), _offered("raise"),
               lambda _: REASON),
        Action("proof-read", "核稿", "check", _plain(review.proof_read), _offered("proof_read", _unread), lambda _: SAID),
        Action("raise-proof", "核稿退回修改", "arrow-back-up", _plain(review.problem_raise),
               _offered("raise_proof", _reader), lambda _: REASON),
        Action("present", "签署呈批意见", "pencil", _plain(signing.present), _offered("present", _head), f.present_form),
        Action("sign-direct", "直接签发", "pencil", _sign, _offered("sign_direct", _signer), lambda _: OPINION),
        Action("raise-present", "退回修改", "arrow-back-up", _plain(review.problem_raise),
               _offered("raise_present", _head), lambda _: REASON),
        Action("approve-speech", "审定讲话稿", "check", _plain(signing.speech_approve),
               _offered("approve_speech", lambda p, a, t: p.traits.get("speaker") == a.person_id), lambda _: OPINION),
        Action("sign", "签发", "pencil", _sign, _offered("sign", _signer), lambda _: OPINION),
        Action("ask-mayor", "提请领导签发", "send", _plain(signing.signature_raise),
               _offered("ask_mayor", _signer, lambda p, a, t: not a.has_role("mayor")), _raise_form),
        Action("refuse", "不予签发", "x", _plain(signing.signing_refuse), _offered("refuse", _signer),
               lambda _: REASON, tone="danger"),
        Action("prove", "清样终校", "checklist", _plain(issue.copy_prove),
               _offered("prove", lambda p, a, t: "proof" not in _given(p)),
               lambda _: NOTE),
        Action("number", "编号", "printer", _plain(issue.paper_number),
               _offered("number", lambda p, a, t: p.genre != "slip"),
               lambda _: f.make(sealed_on=f.day("成文日期", help_text="不填为签发日"))),
        Action("print", "印发", "printer", _plain(issue.paper_print), _offered("print"), f.print_form),
        Action("print-slip", "发出便签", "send", _plain(issue.paper_print),
               _offered("print_slip", lambda p, a, t: p.genre == "slip"), f.print_form),
        Action("publish", "公开发布", "world", _plain(issue.paper_publish), _offered("publish", _open),
               lambda _: f.make(late_reason=f.words("未当日公开的理由", longest=300, required=False,
                                                   help_text="印发当日公开的不填"))),
        Action("archive", "归档", "archive", _plain(issue.paper_archive), _offered("archive")),
        Action("correct", "更正", "pencil", _plain(issue.paper_correct), _offered("correct"), lambda _: WHAT),
        Action("ask-disclosure", "变更公开属性", "eye", _plain(signing.disclosure_ask), _offered("ask_disclosure"),
               f.disclosure_form),
        Action("approve-disclosure", "批准公开属性变更", "check", _plain(signing.disclosure_decide),
               _offered("approve_disclosure", _signer, lambda p, a, t: bool(p.disclosure_asked)), lambda _: OPINION),
        Action("reopen", "改稿重新报批", "arrow-back-up", _plain(signing.paper_reopen), _offered("reopen"),
               lambda _: REASON, tone="danger"),
        Action("withdraw", "撤回", "x", _plain(issue.paper_withdraw), _offered("withdraw", _signer), lambda _: REASON,
               tone="danger"),
    )
}  # fmt: skip


def may_edit_now(paper: Outgoing, actor: Actor) -> bool:
    """Whether the draft may be edited by the actor where it stands."""
    return any(
        (edge := PAPERS.edge(paper.matter.state, action)) is not None and edge.may(actor, paper.matter)
        for action in ("edit", "revise")
    ) and may.cleared(actor, paper.matter)
