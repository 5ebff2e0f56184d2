"""Rulebooks: a jurisdiction's rules, read from YAML, checked and compiled for the hot path.

    rulebook = parse(files, calendars=calendars)
    limit = rulebook.limit("hotline.sign_in", on=date(2017, 9, 29))
    touched = rulebook.limits_for("hotline.dispatched", "hotline.dispatch", on=date(2017, 9, 29))

Pure: texts in, a Rulebook out, or a RulebookError that carries every problem. Reading the files is the
caller's work (`luoshi.rulebooks.read`).
"""

from luoshi.engines.rulebook.book import NOTHING, Rulebook, Touched
from luoshi.engines.rulebook.conditions import ALWAYS, Condition
from luoshi.engines.rulebook.flow import Gate, Need, Route, RouteStep
from luoshi.engines.rulebook.model import (
    Authority,
    AuthorityRow,
    Choice,
    Chosen,
    Content,
    ContentField,
    Document,
    DurationCase,
    EventMatch,
    Ground,
    GroundCondition,
    Lapse,
    Limit,
    Notice,
    Option,
    Override,
    Rule,
    Setting,
    Status,
    UnknownRule,
)
from luoshi.engines.rulebook.parse import digest, parse
from luoshi.engines.rulebook.problems import Problem, RulebookError
from luoshi.engines.rulebook.read_worktime import Holidays, WorkingHours
from luoshi.engines.rulebook.rounds import Round
from luoshi.engines.rulebook.scheme import Grade, Item, Scheme, Threshold, Veto

__all__ = [
    "ALWAYS",
    "NOTHING",
    "Authority",
    "AuthorityRow",
    "Choice",
    "Chosen",
    "Condition",
    "Content",
    "ContentField",
    "Document",
    "DurationCase",
    "EventMatch",
    "Gate",
    "Grade",
    "Ground",
    "GroundCondition",
    "Holidays",
    "Item",
    "Lapse",
    "Limit",
    "Need",
    "Notice",
    "Option",
    "Override",
    "Problem",
    "Round",
    "Route",
    "RouteStep",
    "Rule",
    "Rulebook",
    "RulebookError",
    "Scheme",
    "Setting",
    "Status",
    "Threshold",
    "Touched",
    "UnknownRule",
    "Veto",
    "WorkingHours",
    "digest",
    "parse",
]
