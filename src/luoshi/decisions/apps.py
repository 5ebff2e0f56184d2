from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "luoshi.decisions"
    label = "decisions"
    verbose_name = "集体决策"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.decisions.bridge import register_hooks
        from luoshi.decisions.pages import register_pages
        from luoshi.decisions.states import register_all

        register_all()
        register_hooks()
        register_pages()
