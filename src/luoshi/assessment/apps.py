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
        from luoshi.assessment.counting.follower import ScoreFollower
        from luoshi.ledger import followers

        for one in (
            dispatch.DispatchTracker(),
            request.RequestTracker(),
            supply.SupplyTracker(),
            supply.CorrectionTracker(),
        ):
            tracker.register(one)
        followers.register(ScoreFollower())

    def _sheets(self) -> None:
        """Closed sheets, appeals and what follows from a year's results."""
        from luoshi.assessment import states_sheets
        from luoshi.assessment.counting import appeals, tracker
        from luoshi.assessment.verifying import SheetFollower
        from luoshi.ledger import followers

        states_sheets.register_all()
        tracker.register(appeals.AppealTracker())
        followers.register(SheetFollower())

    def _records(self) -> None:
        """What is recorded by hand: base work, entries, supervision opinions, reports."""
        from luoshi.assessment import states_records
        from luoshi.assessment.counting import records, tracker

        states_records.register_all()
        for one in records.TRACKERS:
            tracker.register(one)

    def _scores(self) -> None:
        """The pages of the scores in the menu."""
        from luoshi.organisation.navigation import Entry, register

        register(
            Entry("12345考核", "成绩排名", "assessment-league", "chart-bar", 400, "l"),
            Entry("12345考核", "考核方案", "assessment-scheme", "scale", 470),
            Entry("12345考核", "换规则试算", "assessment-whatif", "adjustments", 480),
        )
