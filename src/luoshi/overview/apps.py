from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "luoshi.overview"
    label = "overview"
    verbose_name = "驾驶舱"
