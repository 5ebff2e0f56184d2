"""Where matters of collective decision are shown, and the lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.decisions import states
from luoshi.decisions.models import Filing
from luoshi.decisions.policies import may_inspect, may_read
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Step, steps
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry

SECTION = "集体决策"

QUICK = {
    states.DECISION: steps(
        Step("approve", "p", label="审核", form=True),
        Step("settle", "w", label="登记协调", form=True),
        Step("determine", "p", label="定为议题", form=True),
        Step("report_execution", "w", code="execution", label="报执行情况", form=True),
        url="decision-act",
        page="decision-detail",
    ),
    states.LEGALITY: steps(
        Step("give", "w", label="出具意见", form=True),
        Step("return", "b", label="退回补充", form=True),
        url="legality-act",
        page="legality-detail",
    ),
    states.URGENT: steps(
        Step("confirm", "a", label="确认", form=True), url="decision-urgent-act", page="decision-urgent"
    ),
    states.REPORT: steps(
        Step("report", "w", label="报告", form=True), url="decision-report-act", page="decision-report"
    ),
}


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def _filing(matter: Matter) -> str:
    return reverse(
        "normative-detail", args=[Filing.objects.values_list("normative_id", flat=True).get(pk=matter.pk)]
    )


def _reads_review(actor: Actor, matter: Matter) -> bool:
    """Those who read decisions; a body reads the review of its own matter."""
    own = matter.parent is not None and matter.parent.body_id == actor.body_id and actor.body_id is not None
    return may_read(actor, matter) or own


def _reads_report(actor: Actor, matter: Matter) -> bool:
    own = matter.facts.get("person") == actor.person_id
    return own or actor.can("decisions.record") or may_inspect(actor)


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    for kind, label, name, reads in (
        (states.DECISION, "决策事项", "decision-detail", may_read),
        (states.URGENT, "紧急决定", "decision-urgent", may_read),
        (states.LEGALITY, "合法性审查", "legality-detail", _reads_review),
        (states.NORMATIVE, "规范性文件", "normative-detail", may_read),
        (states.REPORT, "执行情况报告", "decision-report", _reads_report),
        (states.ACCOUNTABILITY, "责任追究", "decision-case", may_inspect),
    ):
        links.register(kind, label=label, url=_address(name), may_read=reads, quick=QUICK.get(kind))
    links.register(states.FILING, label="备案审查", url=_filing, may_read=may_read)
    navigation.register(
        Entry(SECTION, "决策事项", "decision-list", "gavel", 660),
        Entry(SECTION, "合法性审查", "legality-list", "scale", 664),
        Entry(SECTION, "规范性文件", "normative-list", "book-2", 668),
        Entry(SECTION, "紧急决定", "decision-urgents", "urgent", 672),
        Entry(SECTION, "执行情况报告", "decision-reports", "file-text", 676),
        Entry(SECTION, "责任追究", "decision-cases", "shield-check", 680),
        Entry(navigation.PORTAL, "政府决策", "decisions-public", "gavel", 160),
        Entry(navigation.PORTAL, "规范性文件", "normatives-public", "book-2", 162),
    )
