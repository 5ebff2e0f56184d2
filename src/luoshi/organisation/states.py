"""The life of a body as a matter, and the Chinese names of the events in its history."""

from __future__ import annotations

from typing import Any

from luoshi.ledger.actors import Actor
from luoshi.ledger.states import SAME, Edge, StateTable, name_events, register
from luoshi.organisation.policies import may_edit_bodies

KIND = "organisation.body"


def _may(actor: Actor, matter: Any) -> bool:
    return may_edit_bodies(actor)


TABLE = StateTable(
    kind=KIND,
    initial="active",
    opening="organisation.body_created",
    labels={"active": "在用", "closed": "已撤销"},
    edges=(
        Edge(("active",), "update", SAME, "organisation.body_updated", _may, "修改"),
        Edge(("active",), "rename", SAME, "organisation.body_renamed", _may, "更名"),
        Edge(("active",), "name", SAME, "organisation.name_added", _may, "登记名称"),
        Edge(("active",), "hand_over", SAME, "organisation.duties_handed_over", _may, "划出职能"),
        Edge(("active",), "take_over", SAME, "organisation.duties_taken_over", _may, "接收职能"),
        Edge(("active",), "merge", "closed", "organisation.body_merged", _may, "合并"),
        Edge(("active",), "close", "closed", "organisation.body_closed", _may, "撤销"),
    ),
    final=frozenset({"closed"}),
)

EVENTS = {
    "organisation.body_created": "设立机构",
    "organisation.body_updated": "修改机构",
    "organisation.body_renamed": "更名",
    "organisation.name_added": "登记名称",
    "organisation.body_closed": "撤销机构",
    "organisation.body_merged": "并入其他机构",
    "organisation.duties_handed_over": "划出职能",
    "organisation.duties_taken_over": "接收职能",
    "organisation.person_moved": "人员转入",
    "organisation.person_handed_over": "离任交接",
    "organisation.person_created": "登记人员",
    "organisation.person_updated": "修改人员联系方式",
    "organisation.person_left": "人员离岗",
    "organisation.post_started": "任职",
    "organisation.post_ended": "免职",
    "organisation.user_created": "开立账号",
    "organisation.user_locked": "停用账号",
    "organisation.user_unlocked": "恢复账号",
    "organisation.password_changed": "修改密码",
    "organisation.password_reset": "重置密码",
    "organisation.sessions_ended": "结束登录",
    "organisation.second_factor_enrolled": "启用两步验证",
    "organisation.second_factor_ended": "停用两步验证",
    "organisation.second_factor_reset": "解除两步验证",
    "organisation.recovery_codes_made": "更换备用码",
    "organisation.recovery_code_used": "用备用码登录",
    "organisation.role_granted": "授予角色",
    "organisation.role_revoked": "收回角色",
    "organisation.sms_tested": "试发短信",
}


ACCOUNT_EVENTS = tuple(
    kind
    for kind in EVENTS
    if kind.partition(".")[2].startswith(("user_", "password_", "sessions_", "role_", "second_", "recovery_"))
)
"""What was done to accounts, for the auditor."""


def register_all() -> None:
    """Make the table and the names known to the ledger."""
    register(TABLE)
    name_events(EVENTS)
