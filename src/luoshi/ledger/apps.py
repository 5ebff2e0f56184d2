from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "luoshi.ledger"
    label = "ledger"
    verbose_name = "账本"

    def ready(self) -> None:
        """Make known what of the ledger may be erased when its time is over."""
        from luoshi.ledger import erasing, keeping

        keeping.register(erasing.MESSAGES)
