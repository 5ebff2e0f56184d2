from typing import Any

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "luoshi.assessment"
    label = "assessment"
    verbose_name = "12345考核"

    def ready(self) -> None:
        self._count()
        self._sheets()
        self._records()
        self._scores()

    def _count(self) -> None:
        """Let scores follow the ledger's events."""
        from luoshi.assessment.counting import dispatch, request, supply, tracker
        from luoshi.assessment.counting.follower import ScoreFollower, count_afresh
        from luoshi.ledger import followers

        for one in (
            dispatch.DispatchTracker(),
            request.RequestTracker(),
            supply.SupplyTracker(),
            supply.CorrectionTracker(),
        ):
            tracker.register(one)
        followers.register(ScoreFollower())
        followers.on_recount(count_afresh)

    def _sheets(self) -> None:
        """Closed sheets, appeals and what follows from a year's results."""
        from luoshi.assessment import states_sheets
        from luoshi.assessment.counting import appeals, tracker
        from luoshi.assessment.pages_sheets import register_pages
        from luoshi.assessment.verifying import SheetFollower
        from luoshi.ledger import followers

        states_sheets.register_all()
        tracker.register(appeals.AppealTracker())
        followers.register(SheetFollower())
        register_pages()

    def _records(self) -> None:
        """What is recorded by hand: base work, entries, supervision opinions, reports."""
        from luoshi.assessment import states_records
        from luoshi.assessment.counting import records, tracker

        states_records.register_all()
        for one in records.TRACKERS:
            tracker.register(one)
        self._show_records()

    def _show_records(self) -> None:
        """Where records are shown, and their lines in the menu."""
        from django.urls import reverse

        from luoshi.assessment import states_records
        from luoshi.assessment.policies_records import may_read
        from luoshi.assessment.quick import QUICK
        from luoshi.ledger import links
        from luoshi.organisation.navigation import Entry, register

        def base(matter: Any) -> str:
            return reverse("assessment-base", args=[matter.body_id])

        def at(name: str) -> Any:
            return lambda matter: reverse(name, args=[matter.pk])

        for kind, label, url in (
            (states_records.BASE, "基础工作", base),
            (states_records.ENTRY, "加减分", at("assessment-entry")),
            (states_records.OPINION, "督查意见", at("assessment-opinion")),
            (states_records.REPORT, "每月报送", at("assessment-report")),
        ):
            links.register(kind, label=label, url=url, may_read=may_read, quick=QUICK.get(kind))
        section = "12345考核"
        register(
            Entry(section, "加减分", "assessment-entries", "list-check", 420),
            Entry(section, "待核情形", "assessment-candidates", "zoom-question", 422),
            Entry(section, "督查意见", "assessment-opinions", "eye-check", 424),
            Entry(section, "每月报送", "assessment-reports", "report", 426),
            Entry(section, "基础工作", "assessment-base-list", "clipboard-list", 428),
            Entry(section, "本单位基础工作", "assessment-base-mine", "clipboard-list", 429),
        )

    def _scores(self) -> None:
        """The pages of the scores in the menu."""
        from luoshi.organisation.navigation import Entry, register

        register(
            Entry("12345考核", "成绩排名", "assessment-league", "chart-bar", 400, "l"),
            Entry("12345考核", "考核方案", "assessment-scheme", "scale", 470),
            Entry("12345考核", "换规则试算", "assessment-whatif", "adjustments", 480),
        )
