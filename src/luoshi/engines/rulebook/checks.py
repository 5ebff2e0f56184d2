"""What can only be checked once all rules are read: ids, validity, references."""

from __future__ import annotations

from luoshi.engines.rulebook.model import Ground, Rule, Status
from luoshi.engines.rulebook.problems import Problems, one_of
from luoshi.engines.rulebook.reading import Context


def check_ids(rules: list[Rule], problems: Problems) -> None:
    """Refuse an id of two kinds, and two versions of a rule that hold on the same day."""
    seen: dict[str, list[Rule]] = {}
    for rule in rules:
        if not rule.id:
            continue
        for other in seen.setdefault(rule.id, []):
            place = f"{other.file}:{other.line}"
            if other.kind != rule.kind:
                problems.add(
                    rule.file,
                    rule.line,
                    rule.id,
                    f"the id is already taken by another kind of rule, {other.kind} ({place})",
                    "choose another id",
                )
            elif (other.status is Status.DRAFT) == (rule.status is Status.DRAFT) and _overlap(rule, other):
                problems.add(
                    rule.file,
                    rule.line,
                    f"{rule.id}.valid",
                    f"overlaps the version that holds {_span(other)} ({place})",
                    "end one version the day before the other begins, or remove one",
                )
        seen[rule.id].append(rule)


def _overlap(a: Rule, b: Rule) -> bool:
    return not (
        (a.valid_until is not None and a.valid_until < b.valid_from)
        or (b.valid_until is not None and b.valid_until < a.valid_from)
    )


def _span(rule: Rule) -> str:
    return f"from {rule.valid_from}" + (f" to {rule.valid_until}" if rule.valid_until else "")


def check_references(rules: list[Rule], context: Context) -> None:
    """Refuse the id of a content or notice that does not exist."""
    for kind, id, file, line, key in context.references:
        known = {rule.id for rule in rules if rule.kind == kind}
        if id not in known:
            context.problems.add(file, line, key, f"unknown {kind} {id}", one_of(id, known))


def check_codes(rules: list[Rule], problems: Problems) -> None:
    """Refuse two grounds of a matter with one code."""
    codes: dict[tuple[str, str], Ground] = {}
    for rule in rules:
        if not isinstance(rule, Ground) or not rule.code:
            continue
        twin = codes.setdefault((rule.matter, rule.code), rule)
        if twin.id != rule.id:
            message = f"{rule.code} is already the code of {twin.id}"
            problems.add(rule.file, rule.line, f"{rule.id}.code", message, "choose another code")
