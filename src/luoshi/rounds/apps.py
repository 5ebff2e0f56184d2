from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "luoshi.rounds"
    label = "rounds"
    verbose_name = "考评"
