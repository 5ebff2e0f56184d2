"""The lives of hidden dangers, objects of patrol, bulletins, inspections, letters and lines of the register."""

from __future__ import annotations

from luoshi.ledger.states import SAME, Edge, StateTable
from luoshi.supervision.policies import (
    is_own,
    may_inspect,
    may_manage,
    may_oversee,
    may_read_letter,
    may_recheck,
    may_set,
)

DANGER = "supervision.danger"
PATROL_OBJECT = "supervision.patrol_object"
BULLETIN = "supervision.bulletin"
INSPECTION = "supervision.inspection"
LETTER = "supervision.letter"
ENTRY = "supervision.entry"

RUNNING = ("found", "planned", "reported")

DANGERS = StateTable(
    kind=DANGER,
    initial="found",
    opening="supervision.danger_found",
    labels={"found": "待定整改方案", "planned": "整改中", "reported": "待复查", "closed": "已销号"},
    edges=(
        Edge(("found", "planned"), "plan", "planned", "supervision.danger_planned", is_own, "定整改方案"),
        Edge(("planned",), "step", SAME, "supervision.danger_step_done", is_own, "完成一步"),
        Edge(RUNNING, "attach", SAME, "supervision.danger_evidence_added", is_own, "上传材料"),
        Edge(("planned",), "report", "reported", "supervision.danger_reported", is_own, "报告整改完毕"),
        Edge(("reported",), "pass", "closed", "supervision.danger_closed", may_recheck, "复查通过，销号"),
        Edge(
            ("reported",), "fail", "planned", "supervision.danger_recheck_failed", may_recheck, "复查未通过"
        ),
        Edge(RUNNING, "take_measure", SAME, "supervision.measure_taken", may_recheck, "采取措施"),
        Edge((*RUNNING, "closed"), "lift", SAME, "supervision.measure_lifted", may_recheck, "解除措施"),
        Edge(RUNNING, "remind", SAME, "supervision.reminded", may_manage, "到期提醒"),
    ),
    final=frozenset({"closed"}),
)

PATROL_OBJECTS = StateTable(
    kind=PATROL_OBJECT,
    initial="watched",
    opening="supervision.patrol_listed",
    labels={"watched": "巡查监控", "removed": "已移出"},
    edges=(
        Edge(("watched",), "patrol", SAME, "supervision.patrolled", is_own, "巡查"),
        Edge(("watched",), "remove", "removed", "supervision.patrol_removed", is_own, "移出"),
    ),
    final=frozenset({"removed"}),
)

BULLETINS = StateTable(
    kind=BULLETIN,
    initial="owed",
    opening="supervision.month_ended",
    labels={"owed": "待起草", "drafted": "已起草", "issued": "已印发"},
    edges=(
        Edge(
            ("owed", "drafted"),
            "draw_up",
            "drafted",
            "supervision.bulletin_drafted",
            may_manage,
            "按台账起草",
        ),
        Edge(("drafted",), "issue", "issued", "supervision.bulletin_issued", may_manage, "印发"),
    ),
    final=frozenset({"issued"}),
)

INSPECTIONS = StateTable(
    kind=INSPECTION,
    initial="recorded",
    opening="supervision.inspection_recorded",
    labels={"recorded": "待通报", "reported": "已通报"},
    edges=(
        Edge(
            ("recorded",),
            "report",
            "reported",
            "supervision.inspection_reported",
            may_inspect,
            "向常务会议通报",
        ),
    ),
    final=frozenset({"reported"}),
)

LETTERS = StateTable(
    kind=LETTER,
    initial="registered",
    opening="supervision.letter_registered",
    labels={
        "registered": "待分办", "for_leader": "待领导阅批", "read": "领导已阅批", "routed": "办理中", "answered": "已办结",
    },
    edges=(
        Edge(("registered",), "refer", "for_leader", "supervision.letter_referred", may_set, "呈领导阅批"),
        Edge(("for_leader",), "read", "read", "supervision.letter_read", may_read_letter, "阅批"),
        Edge(("registered", "read"), "route", "routed", "supervision.letter_routed", may_set, "归口交办"),
        Edge(("routed",), "answer", "answered", "supervision.letter_answered", may_set, "办结"),
    ),
    final=frozenset({"answered"}),
)  # fmt: skip

ENTRIES = StateTable(
    kind=ENTRY,
    initial="open",
    opening="supervision.entry_made",
    labels={"open": "办理中", "answered": "已办结"},
    edges=(Edge(("open",), "answer", "answered", "supervision.entry_answered", may_oversee, "登记办理情况"),),
    final=frozenset({"answered"}),
)

MORE = (DANGERS, PATROL_OBJECTS, BULLETINS, INSPECTIONS, LETTERS, ENTRIES)
MORE_OPENINGS = {
    "supervision.danger_found": "列入隐患台账",
    "supervision.patrol_listed": "列入巡查监控",
    "supervision.month_ended": "月终应报",
    "supervision.inspection_recorded": "登记监督检查",
    "supervision.letter_registered": "登记来信来访",
    "supervision.entry_made": "登记",
}
