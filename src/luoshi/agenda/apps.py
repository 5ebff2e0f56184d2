from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "luoshi.agenda"
    label = "agenda"
    verbose_name = "领导与AB角"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.agenda.following import register_following
        from luoshi.agenda.pages import register_pages
        from luoshi.agenda.states import register_all

        register_all()
        register_pages()
        register_following()
