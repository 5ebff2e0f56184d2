from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "luoshi.api"
    label = "api"
    verbose_name = "接口"

    def ready(self) -> None:
        """Name the events that tokens leave in the history of their bodies; say what goes when its time is over."""
        from luoshi.api.services import ANSWERS
        from luoshi.ledger import keeping
        from luoshi.ledger.states import name_events
        from luoshi.organisation.navigation import Entry, register

        name_events(
            {"organisation.token_issued": "签发接口令牌", "organisation.token_revoked": "吊销接口令牌"}
        )
        keeping.register(ANSWERS)
        register(Entry("系统", "接口令牌", "token-list", "key", position=905))
