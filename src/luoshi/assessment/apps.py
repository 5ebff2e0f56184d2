from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "luoshi.assessment"
    label = "assessment"
    verbose_name = "12345考核"

    def ready(self) -> None:
        self._count()

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
