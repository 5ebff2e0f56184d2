"""The lives of topics, consultations, meeting papers and city-wide meetings, with the Chinese names of their events."""

from __future__ import annotations

from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.meetings.policies_topics import (
    is_own,
    may_answer,
    may_organise,
    may_prepare,
    may_propose,
    may_review,
)

TOPIC = "meetings.topic"
CONSULTATION = "meetings.consultation"
MATERIAL = "meetings.material"
CITY = "meetings.city"

OWN = ("draft", "returned")
UNDER_WAY = ("reviewing", "determined")
OPEN = (*OWN, "coordinating", "reviewing")

TOPICS = StateTable(
    kind=TOPIC,
    initial="draft",
    opening="meetings.topic_proposed",
    labels={
        "draft": "拟报", "reviewing": "审查中", "returned": "退回修改", "coordinating": "退回协调", "determined": "已确定",
        "listed": "已列入议程", "concluded": "已议", "excluded": "不列入议题", "withdrawn": "已撤回",
    },
    edges=(
        Edge(OWN, "edit", SAME, "meetings.topic_edited", is_own, "修改议题"),
        Edge((*OWN, "coordinating"), "consult", SAME, "meetings.topic_consulted", is_own, "征求会签意见"),
        Edge((*OWN, "coordinating"), "set_out", SAME, "meetings.differences_set_out", is_own, "列明分歧和建议"),
        Edge((*OWN, *UNDER_WAY), "attach", SAME, "meetings.topic_attached", may_prepare, "上传附件"),
        Edge((*OWN, "coordinating"), "submit", "reviewing", "meetings.topic_submitted", is_own, "报审"),
        Edge(("reviewing",), "pass", SAME, "meetings.topic_passed", may_review, "审查通过"),
        Edge(("reviewing",), "determine", "determined", "meetings.topic_determined", may_review, "确定议题"),
        Edge(("reviewing",), "return", "returned", "meetings.topic_returned", may_review, "退回修改"),
        Edge(("reviewing",), "coordinate", "coordinating", "meetings.topic_to_coordinate", may_review, "退回协调"),
        Edge(("coordinating",), "settle", SAME, "meetings.differences_settled", may_review, "登记协调结果"),
        Edge(("reviewing", "determined"), "exclude", "excluded", "meetings.topic_excluded", may_review, "不列入议题"),
        Edge(("reviewing", "determined"), "classify", SAME, "meetings.topic_classified", may_organise, "提出分类"),
        Edge(("determined",), "keep", SAME, "meetings.topic_kept", may_organise, "收存并通知备料"),
        Edge(("determined",), "suggest", SAME, "meetings.attendance_suggested", is_own, "提出参会单位建议名单"),
        Edge(("determined", "listed"), "excuse", SAME, "meetings.unit_excused", may_organise, "确认可不参会"),
        Edge(("determined",), "consent", SAME, "meetings.motion_consented", may_review, "同意临时动议"),
        Edge(("determined",), "list", "listed", "meetings.topic_listed", may_review, "列入议程"),
        Edge(("listed",), "unlist", "determined", "meetings.topic_unlisted", may_review, "移出议程"),
        Edge(("listed",), "conclude", "concluded", "meetings.topic_concluded", may_review, "登记审议结果"),
        Edge((*OPEN, "determined"), "withdraw", "withdrawn", "meetings.topic_withdrawn", is_own, "撤回"),
    ),
    final=frozenset({"concluded", "excluded", "withdrawn"}),
)  # fmt: skip

CONSULTATIONS = StateTable(
    kind=CONSULTATION,
    initial="asked",
    opening="meetings.consultation_asked",
    labels={"asked": "待会签", "answered": "已会签", "cancelled": "已撤销"},
    edges=(
        Edge(("asked",), "answer", "answered", "meetings.consultation_answered", may_answer, "会签"),
        Edge(("answered",), "ask_again", "asked", "meetings.consultation_reopened", may_propose, "重新协商"),
        Edge(
            ("asked", "answered"),
            "cancel",
            "cancelled",
            "meetings.consultation_cancelled",
            may_propose,
            "撤销会签",
        ),
    ),
    final=frozenset({"cancelled"}),
)

MATERIALS = StateTable(
    kind=MATERIAL,
    initial="owed",
    opening="meetings.material_asked",
    labels={"owed": "待报送", "reviewing": "待审定", "approved": "已审定", "cancelled": "已撤销"},
    edges=(
        Edge(("owed",), "draft", SAME, "meetings.material_drafted", is_own, "编写材料"),
        Edge(("owed",), "attach", SAME, "meetings.material_attached", is_own, "上传材料"),
        Edge(("owed",), "submit", "reviewing", "meetings.material_submitted", is_own, "报送审核"),
        Edge(("reviewing",), "pass", SAME, "meetings.material_passed", may_review, "审核通过"),
        Edge(("reviewing",), "approve", "approved", "meetings.material_approved", may_review, "审定"),
        Edge(("reviewing", "approved"), "return", "owed", "meetings.material_returned", may_review, "退回修改"),
        Edge(("reviewing", "approved"), "advance", SAME, "meetings.material_advanced", may_organise, "提前送阅"),
        Edge(("reviewing", "approved"), "read", SAME, "meetings.material_read", may_review, "阅读意见"),
        Edge(("approved",), "deliver", SAME, "meetings.material_delivered", may_organise, "收取印制材料"),
        Edge(("owed", "reviewing", "approved"), "schedule", SAME, "meetings.material_scheduled", may_review, "会期确定"),
        Edge(("owed", "reviewing", "approved"), "unschedule", SAME, "meetings.material_unscheduled", may_review, "会期变动"),
        Edge(("owed", "reviewing", "approved"), "cancel", "cancelled", "meetings.material_cancelled", may_prepare, "撤销"),
    ),
    final=frozenset({"cancelled"}),
)  # fmt: skip

CITIES = StateTable(
    kind=CITY,
    initial="draft",
    opening="meetings.city_opened",
    labels={
        "draft": "拟定方案", "reviewing": "审批中", "returned": "退回修改", "approved": "已批准", "registered": "已登记",
        "held": "已召开", "refused": "不予批准", "reported": "意见待审定", "settled": "意见已审定", "cancelled": "已取消",
    },
    edges=(
        Edge(("draft", "returned"), "edit", SAME, "meetings.city_edited", is_own, "修改方案"),
        Edge(("draft", "returned"), "submit", "reviewing", "meetings.city_submitted", is_own, "以请示报送"),
        Edge(("draft", "returned"), "register", "registered", "meetings.city_registered", is_own, "登记"),
        Edge(("reviewing",), "pass", SAME, "meetings.city_passed", may_review, "审核通过"),
        Edge(("reviewing",), "approve", "approved", "meetings.city_approved", may_review, "批准"),
        Edge(("reviewing",), "return", "returned", "meetings.city_returned", may_review, "退回修改"),
        Edge(("reviewing",), "refuse", "refused", "meetings.city_refused", may_review, "不予批准"),
        Edge(("approved", "registered"), "hold", "held", "meetings.city_held", is_own, "登记已召开"),
        Edge(("held",), "report", "reported", "meetings.city_reported", is_own, "报送研究意见"),
        Edge(("reported",), "settle", "settled", "meetings.city_settled", may_review, "审定意见"),
        Edge(("reported",), "send_back", "held", "meetings.city_sent_back", may_review, "退回研究"),
        Edge(
            ("draft", "returned", "reviewing", "approved", "registered"),
            "cancel", "cancelled", "meetings.city_cancelled", is_own, "取消会议",
        ),
    ),
    final=frozenset({"settled", "refused", "cancelled"}),
)  # fmt: skip

TABLES = (TOPICS, CONSULTATIONS, MATERIALS, CITIES)
OPENINGS = {
    "meetings.topic_proposed": "提出议题",
    "meetings.consultation_asked": "征求会签意见",
    "meetings.material_asked": "通知准备会议材料",
    "meetings.city_opened": "拟召开全市性会议",
}


def register_all() -> None:
    """Make the tables and the names of their events known to the ledger."""
    for table in TABLES:
        register(table)
        name_events({edge.event: edge.label for edge in table.edges})
    name_events(OPENINGS)
