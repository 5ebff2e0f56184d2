from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "luoshi.rounds"
    label = "rounds"
    verbose_name = "考评"

    def ready(self) -> None:
        """Make states, checks, pages and menu entries known."""
        from luoshi.ledger import followers
        from luoshi.rounds.checks import RoundResults
        from luoshi.rounds.pages import register_pages
        from luoshi.rounds.states import register_all

        register_all()
        register_pages()
        followers.register(RoundResults())
