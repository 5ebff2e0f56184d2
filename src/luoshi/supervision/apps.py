from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "luoshi.supervision"
    label = "supervision"
    verbose_name = "督查督办"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
