from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "luoshi.targets"
    label = "targets"
    verbose_name = "目标管理"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.targets.pages import register_pages
        from luoshi.targets.states import register_all

        register_all()
        register_pages()
