"""What offices change of the hotline by themselves: its categories and phrases, each with its history as a matter."""

from __future__ import annotations

from typing import Any

from luoshi.hotline.policies import holds
from luoshi.ledger.actors import Actor
from luoshi.ledger.states import SAME, Edge, StateTable

CATEGORIES = "hotline.categories"
PHRASES = "hotline.phrases"

manage = holds("hotline.manage")


def may_keep_phrases(actor: Actor, matter: Any) -> bool:
    """A body's own people keep its phrases; the platform keeps everybody's."""
    return actor.can("hotline.manage") or (
        actor.can("hotline.phrases") and actor.body_id is not None and actor.body_id == matter.body_id
    )


CATEGORY_TREE = StateTable(
    kind=CATEGORIES,
    initial="kept",
    opening="hotline.categories_opened",
    labels={"kept": "使用中"},
    edges=tuple(
        Edge(("kept",), action, SAME, f"hotline.category_{event}", manage, label)
        for action, event, label in (
            ("add", "added", "新增分类"),
            ("rename", "renamed", "分类更名"),
            ("move", "moved", "移动分类"),
            ("merge", "merged", "合并分类"),
            ("close", "closed", "停用分类"),
            ("reopen", "reopened", "恢复分类"),
            ("defaults", "defaults_set", "设定默认单位和知识"),
            ("order", "ordered", "调整次序"),
            ("import", "imported", "导入分类"),
        )
    ),
    final=frozenset(),
)

PHRASE_BOOK = StateTable(
    kind=PHRASES,
    initial="kept",
    opening="hotline.phrases_opened",
    labels={"kept": "使用中"},
    edges=(
        Edge(("kept",), "save", SAME, "hotline.phrase_saved", may_keep_phrases, "保存常用语"),
        Edge(("kept",), "end", SAME, "hotline.phrase_ended", may_keep_phrases, "停用常用语"),
        Edge(("kept",), "restore", SAME, "hotline.phrase_restored", may_keep_phrases, "恢复常用语"),
    ),
    final=frozenset(),
)
