from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "luoshi.inbox"
    label = "inbox"
    verbose_name = "消息"

    def ready(self) -> None:
        """Hear of the ledger's events, stand in the menu, and say what goes when its time is over."""
        from luoshi.inbox.services import MESSAGES
        from luoshi.inbox.sources import register_sources
        from luoshi.inbox.writing import hear
        from luoshi.ledger import followers, keeping
        from luoshi.organisation.navigation import Entry, register

        register_sources()
        keeping.register(MESSAGES)
        followers.listen(hear)
        register(Entry("工作台", "消息", "inbox", "bell", position=5, key="n"))
