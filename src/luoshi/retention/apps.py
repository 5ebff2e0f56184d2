from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "luoshi.retention"
    label = "retention"
    verbose_name = "保存与删除"

    def ready(self) -> None:
        """Make the life of an erasure known, where it is shown, and the line in the menu."""
        from django.urls import reverse

        from luoshi.ledger import links
        from luoshi.organisation.navigation import Entry, register
        from luoshi.retention.policies import may_read
        from luoshi.retention.states import RUN, register_all

        register_all()
        links.register(
            RUN,
            label="到期删除",
            url=lambda matter: reverse("retention-run", args=[matter.pk]),
            may_read=may_read,
        )
        register(Entry("系统", "保存与删除", "retention-home", "archive", position=935))
