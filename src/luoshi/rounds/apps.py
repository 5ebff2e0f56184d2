from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "luoshi.rounds"
    label = "rounds"
    verbose_name = "考评"

    def ready(self) -> None:
        """Make states, checks, pages and menu entries known."""
        from luoshi.rounds.states import register_all

        register_all()
