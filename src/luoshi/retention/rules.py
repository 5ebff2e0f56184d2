"""What the rulebook says of how long records are kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from luoshi.engines.keeping import BadPeriod, Period
from luoshi.engines.rulebook import Setting
from luoshi.ledger import rules
from luoshi.ledger.errors import WrongState
from luoshi.ledger.keeping import Records, records_of

PREFIX = "retention."
MEND = "请由规则编辑修改这条规则"
ASK = rules.RulesOf("保存期限的规定")


@dataclass(frozen=True, slots=True)
class Keeping:
    """A rule of keeping, with the kind of record that it is about."""

    id: str
    title: str
    records: Records
    keep: Period
    automatic: bool
    cite: tuple[str, ...]
    assumption: str

    def before(self, at: dt.datetime) -> dt.datetime:
        """What began before this moment is due at `at`."""
        return self.keep.over_before(at.astimezone(rules.current().worktime.tz))

    @property
    def basis(self) -> str:
        """How the rule is named where something was erased under it."""
        return f"{self.title}（{self.keep}）"


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule as the page lists it; fault: why it cannot be used, "" for a good one."""

    setting: Setting
    keeping: Keeping | None
    fault: str


def settings_on(day: dt.date) -> list[Setting]:
    """The rules of keeping that hold on a day, in the order in which they are written."""
    found = [one for one in rules.current().holding(Setting, day) if one.id.startswith(PREFIX)]
    return sorted(found, key=lambda one: (one.file, one.line))


def keeping_of(setting: Setting) -> Keeping:
    """A rule as it is used. Errors: WrongState for one that names unknown records or is no period."""
    values = setting.values
    records = records_of(str(values.get("record", "")))
    if records is None:
        raise WrongState(f"规则“{setting.title}”写的记录“{values.get('record')}”不存在", mend=MEND)
    try:
        keep = Period.parse(str(values.get("keep", "")))
    except BadPeriod as error:
        raise WrongState(f"规则“{setting.title}”的期限“{error}”不对", mend=MEND) from None
    return Keeping(
        id=setting.id,
        title=setting.title,
        records=records,
        keep=keep,
        automatic=values.get("automatic") is True,
        cite=setting.cite,
        assumption=setting.assumption,
    )


def listed_on(day: dt.date) -> list[Listed]:
    """Every rule that holds on a day, good or not. Of two about the same records the second is not used."""
    found: list[Listed] = []
    taken: dict[str, str] = {}
    for setting in settings_on(day):
        try:
            keeping = keeping_of(setting)
            first = taken.setdefault(keeping.records.code, setting.title)
            if first != setting.title:
                raise WrongState(f"{keeping.records.label}已由规则“{first}”规定", mend="请只保留一条")
        except WrongState as refusal:
            found.append(Listed(setting, None, str(refusal)))
        else:
            found.append(Listed(setting, keeping, ""))
    return found


def keeping_on(id: str, day: dt.date) -> Keeping:
    """The rule with this id that holds on a day. Errors: WrongState where there is none or it cannot be used."""
    for one in listed_on(day):
        if one.setting.id == id:
            if one.keeping is None:
                raise WrongState(one.fault)
            return one.keeping
    raise WrongState("没有这条保存期限的规则", mend="请从保存与删除页面进入")
