from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "luoshi.inbox"
    label = "inbox"
    verbose_name = "消息"

    def ready(self) -> None:
        """Hear of the ledger's events, and stand in the menu."""
        from luoshi.inbox.sources import register_sources
        from luoshi.inbox.writing import hear
        from luoshi.ledger import followers
        from luoshi.organisation.navigation import Entry, register

        register_sources()
        followers.listen(hear)
        register(Entry("工作台", "消息", "inbox", "bell", position=5, key="n"))
