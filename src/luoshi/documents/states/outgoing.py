"""The life of a paper that is issued, and of what others owe on it, with the Chinese names of their events."""

from __future__ import annotations

from luoshi.documents.outgoing_policies import (
    may_agree,
    may_answer,
    may_check,
    may_countersign_ask,
    may_draft,
    may_edit,
    may_issue,
    may_lead,
    may_number,
    may_present,
    may_propose,
    may_prove,
    may_publish,
    may_review,
    may_sign,
    may_speak,
    may_unit_sign,
)
from luoshi.ledger.states import SAME, Edge, StateTable

OUTGOING = "documents.outgoing"
ERRAND = "documents.errand"

OUT = ("printed", "archived")

PAPERS = StateTable(
    kind=OUTGOING,
    initial="proposed",
    opening="documents.paper_proposed",
    labels={
        "proposed": "待领导同意发文", "declined": "不予发文", "drafting": "起草中", "submitted": "待承办科室初审",
        "reviewed": "待填呈批签", "checking": "待综合把关", "proofing": "核稿中", "presenting": "待秘书长签署意见",
        "signing": "待签发", "signed": "已签发，待编号", "numbered": "待印发", "printed": "已印发", "archived": "已归档",
        "withdrawn": "已撤回",
    },
    edges=(
        Edge(("proposed",), "screen", SAME, "documents.need_screened", may_propose, "核对发文必要性"),
        Edge(("proposed",), "allow_repeat", SAME, "documents.repeat_allowed", may_present, "同意再次发文"),
        Edge(("proposed",), "agree", "drafting", "documents.issue_agreed", may_agree, "同意发文"),
        Edge(("proposed",), "decline", "declined", "documents.issue_declined", may_agree, "不予发文"),
        Edge(("drafting",), "edit", SAME, "documents.draft_edited", may_edit, "修改文稿"),
        Edge(("drafting", "reviewed"), "attach", SAME, "documents.file_added", may_propose, "上传附件"),
        Edge(("reviewed",), "revise", SAME, "documents.draft_revised", may_review, "修改文稿（科室）"),
        Edge(("drafting",), "approve_part", SAME, "documents.part_approved", may_unit_sign, "主要负责人审定"),
        Edge(
            ("drafting", "submitted", "reviewed"), "consult", SAME, "documents.consultation_asked", may_countersign_ask,
            "征求意见、会签",
        ),
        Edge(("drafting",), "submit", "submitted", "documents.draft_submitted", may_draft, "报送代拟稿"),
        Edge(("submitted", "reviewed"), "return", "drafting", "documents.draft_returned", may_review, "退文"),
        Edge(("submitted",), "accept", "reviewed", "documents.draft_accepted", may_review, "初审通过"),
        Edge(("reviewed",), "fill_slip", "checking", "documents.slip_filled", may_review, "填附呈批签"),
        Edge(("checking",), "pass_check", "proofing", "documents.check_passed", may_check, "综合把关通过"),
        Edge(("checking",), "raise", "reviewed", "documents.problem_raised", may_check, "与科室协商修改"),
        Edge(("proofing",), "raise_proof", "reviewed", "documents.proof_returned", may_lead, "核稿退回修改"),
        Edge(("proofing",), "proof_read", SAME, "documents.proof_read", may_lead, "核稿"),
        Edge(("proofing",), "forward", "presenting", "documents.proofs_complete", may_lead, "核稿完毕"),
        Edge(("presenting",), "present", "signing", "documents.presented", may_present, "签署呈批意见"),
        Edge(("presenting",), "sign_direct", "signed", "documents.signed", may_sign, "直接签发"),
        Edge(("presenting",), "raise_present", "reviewed", "documents.presentation_returned", may_present, "退回修改"),
        Edge(("signing",), "approve_speech", SAME, "documents.speech_approved", may_speak, "审定讲话稿"),
        Edge(("signing",), "ask_mayor", SAME, "documents.mayor_asked", may_sign, "提请领导签发"),
        Edge(("signing",), "sign", "signed", "documents.signed", may_sign, "签发"),
        Edge(("signing",), "refuse", "reviewed", "documents.signing_refused", may_sign, "不予签发，退回修改"),
        Edge(("signed",), "reopen", "reviewed", "documents.reopened", may_review, "改稿重新报批"),
        Edge(("signed",), "prove", SAME, "documents.clean_copy_proved", may_prove, "清样终校"),
        Edge(("signed",), "number", "numbered", "documents.numbered", may_number, "编号"),
        Edge(("signed",), "print_slip", "printed", "documents.printed", may_issue, "发出便签"),
        Edge(("numbered",), "print", "printed", "documents.printed", may_issue, "印发"),
        Edge(
            ("signed", "numbered", *OUT), "ask_disclosure", SAME, "documents.disclosure_change_asked", may_review,
            "报批公开属性变更",
        ),
        Edge(
            ("signed", "numbered", *OUT), "approve_disclosure", SAME, "documents.disclosure_changed", may_sign,
            "批准公开属性变更",
        ),
        Edge(OUT, "publish", SAME, "documents.published", may_publish, "公开发布"),
        Edge(OUT, "receive", SAME, "documents.receipted", may_answer, "签收"),
        Edge(OUT, "correct", SAME, "documents.corrected", may_number, "更正"),
        Edge(OUT, "withdraw", "withdrawn", "documents.withdrawn", may_sign, "撤回"),
        Edge(("printed",), "archive", "archived", "documents.archived", may_issue, "归档"),
    ),
    final=frozenset({"declined", "withdrawn", "archived"}),
)  # fmt: skip

ERRANDS = StateTable(
    kind=ERRAND,
    initial="open",
    opening="documents.errand_opened",
    labels={"open": "待办", "done": "已办", "void": "不再需要"},
    edges=(
        Edge(("open",), "do", "done", "documents.errand_done", may_answer, "办结"),
        Edge(("open",), "drop", "void", "documents.errand_void", may_answer, "撤销"),
        Edge(("open",), "postpone", SAME, "documents.errand_postponed", may_answer, "商定延期"),
        Edge(("open",), "lapse", "done", "documents.errand_lapsed", may_answer, "逾期视为无不同意见"),
        Edge(("done",), "append", SAME, "documents.errand_appended", may_answer, "补充意见备查"),
    ),
    final=frozenset({"done", "void"}),
)

TABLES = (PAPERS, ERRANDS)
OPENINGS = {
    "documents.paper_proposed": "提出发文",
    "documents.errand_opened": "交办",
}
