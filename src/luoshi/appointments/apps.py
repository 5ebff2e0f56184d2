from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "luoshi.appointments"
    label = "appointments"
    verbose_name = "任免与机构"

    def ready(self) -> None:
        """Make states, pages and menu entries known."""
        from luoshi.appointments.pages import register_pages
        from luoshi.appointments.states import register_all

        register_all()
        register_pages()
