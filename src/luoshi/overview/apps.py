from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "luoshi.overview"
    label = "overview"
    verbose_name = "驾驶舱"

    def ready(self) -> None:
        """Count what the dashboard shows, and stand in the menu."""
        from luoshi.ledger import followers
        from luoshi.organisation.navigation import Entry, register
        from luoshi.overview.counting import OverviewFollower

        followers.register(OverviewFollower())
        register(
            Entry("工作台", "领导首页", "overview-leader", "user-check", 1, "b"),
            Entry("总览", "驾驶舱", "overview-city", "layout-dashboard", 12, "o"),
            Entry("总览", "单位全貌", "overview-units", "building-community", 14),
        )
