from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "luoshi.supervision"
    label = "supervision"
    verbose_name = "督查督办"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.supervision.pages import register_pages
        from luoshi.supervision.states import register_all

        register_all()
        register_pages()
