from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "luoshi.administration"
    label = "administration"
    verbose_name = "系统管理"

    def ready(self) -> None:
        """Make the subjects of the entry page known, where the trees are shown, and the line in the menu."""
        from luoshi.administration import facts
        from luoshi.administration.pages import register_pages

        facts.register_all()
        register_pages()
