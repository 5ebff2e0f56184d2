from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "luoshi.hotline"
    label = "hotline"
    verbose_name = "12345热线"

    def ready(self) -> None:
        from luoshi.hotline import states
        from luoshi.hotline.services import lapses
        from luoshi.ledger.states import name_events, register

        for table in states.TABLES:
            register(table)
            name_events({edge.event: edge.label for edge in table.edges})
        lapses.register()
