"""The demo city's months are closed and published; units appeal: one with success, one without, one still waits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from docx import Document

from luoshi.assessment.models import Appeal, Sheet
from luoshi.assessment.selectors.sheets import engine_sheet, unit_row
from luoshi.assessment.services import appeals, sheets
from luoshi.assessment.services.revising import Correction, effective, inputs_of_row
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office, before, later
from luoshi.ledger.models import Matter

DAY = 480  # working minutes
WAITING, OTHERS = "chengguan", ("hubin", "zhujian", "shuiwu", "gongdian", "huanbao", "jiaotong", "gongan")
ITEMS = {
    "2.1.1": ("signed_in_time", "sign_in_counted"),
    "2.1.2": ("handed_over_in_time", "hand_over_counted"),
}
"""Items that are appealed against, each with the count corrected and the one it is measured by."""


class Sheets:
    """The sheets of one city."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.centre = cast.actor("command_centre", "command-centre")

    def lives(self) -> Iterator[tuple[datetime, Begin]]:
        """Each month that ended: opened on the first, closed and published once its reports are in."""
        months = self._ended()
        for place, first in enumerate(months):
            after = (first + timedelta(days=32)).replace(day=1)
            opened = datetime.combine(after, time(0, 40), tzinfo=self.end.tzinfo)
            yield opened, self._month(f"{first:%Y-%m}", opened, latest=place == len(months) - 1)

    def _ended(self) -> list[date]:
        first, found = self.start.date().replace(day=1), []
        while (after := (first + timedelta(days=32)).replace(day=1)) < self.end.date():
            found.append(first)
            first = after
        return found

    def _month(self, name: str, opened: datetime, *, latest: bool) -> Begin:
        def life(at: datetime) -> Life:
            sheet = next(one for one in sheets.sheets_due(actor=self.centre, at=at) if one.period == name)
            closing = later(opened.replace(day=6, hour=0, minute=0), 60)
            if latest:
                closing = max(closing, before(self.end, 4 * DAY))
            at = yield closing
            sheet = sheets.sheet_close(
                sheet=sheet, actor=self.centre, at=at, anyway="个别派单时限未到，按期结账，到期后由申诉更正。"
            )
            at = yield Office(30)
            sheet = sheets.sheet_publish(sheet=sheet, actor=self.centre, at=at)
            if latest:
                at = yield Office(DAY)
                self._appeal(sheet, WAITING, at)
                return
            at = yield Office(DAY)
            yield from self._decided(sheet, at)

        return life

    def _decided(self, sheet: Sheet, at: datetime) -> Life:
        """Two units appeal: one proves its case, the other does not."""
        proven = next((code for code in OTHERS if self._gap(sheet, code)), None)
        asked = [code for code in (proven, next(code for code in OTHERS if code != proven)) if code]
        made = [self._appeal(sheet, code, at) for code in asked]
        at = yield Office(DAY)
        for place, appeal in enumerate(made):
            accepts = asked[place] == proven
            appeals.appeal_draft(
                appeal=appeal,
                accepts=accepts,
                corrections=[self._correction(appeal)] if accepts else [],
                opinion="经调取系统日志，所述情况属实，计数应予更正。"
                if accepts
                else "经核对派单和操作记录，计数无误；所附材料不能证明按时办理。",
                actor=self.cast.head,
                at=at,
            )
        at = yield Office(DAY // 2)
        for appeal in made:
            appeals.appeal_approve(appeal=appeal, actor=self.centre, at=at)

    def _gap(self, sheet: Sheet, code: str) -> str:
        """An item in which a unit lost points on some case of its own; empty where there is none."""
        row = unit_row(sheet, self.cast.body(code).pk)
        if row is None or self._case(sheet, code) is None:
            return ""
        counts = row.inputs["counts"]
        return next(
            (item for item, (part, whole) in ITEMS.items() if counts.get(part, 0) < counts.get(whole, 0)), ""
        )

    def _case(self, sheet: Sheet, code: str) -> str | None:
        rows = Matter.objects.filter(
            kind="hotline.dispatch",
            body=self.cast.body(code),
            opened_at__date__gte=sheet.first,
            opened_at__date__lt=sheet.end,
        )
        number: str | None = rows.order_by("pk").values_list("number", flat=True).first()
        return number

    def _appeal(self, sheet: Sheet, code: str, at: datetime) -> Appeal:
        return appeals.appeal_submit(
            sheet=sheet,
            items=[self._gap(sheet, code) or "2.2.1"],
            reason="派单当日单位网络割接，系统操作延后，实际已按时办理，请核对日志。",
            basis="考核办法第四条(四)；单位网络割接通知。",
            demand="按系统日志更正该件的办理时间认定。",
            files=[(_paper("网络割接情况说明", self.cast.body(code).name), "网络割接情况说明.docx")],
            actor=self.cast.actor("liaison", code),
            at=at,
        )

    def _correction(self, appeal: Appeal) -> Correction:
        """One case put right in the item appealed against."""
        sheet, code = appeal.sheet, appeal.body.code
        count = ITEMS[appeal.items[0]][0]
        row = unit_row(sheet, appeal.body_id)
        assert row is not None  # noqa: S101 - the unit has appealed against it
        stands = effective(inputs_of_row(row), engine_sheet(sheet).unit(code), count)
        case = self._case(sheet, code) or ""
        return Correction(
            count, stands, stands + 1, sheet.end - timedelta(days=1), case, "系统日志证实按时办理"
        )


def _paper(title: str, unit: str) -> io.BytesIO:
    """An invented paper of a unit, as a Word file."""
    document = Document()
    document.add_heading(title, level=1)
    document.add_paragraph(f"{unit}（演示数据，内容均为虚构）")
    held = io.BytesIO()
    document.save(held)
    held.seek(0)
    return held
