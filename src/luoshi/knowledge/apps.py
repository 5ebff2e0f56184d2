from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "luoshi.knowledge"
    label = "knowledge"
    verbose_name = "业务知识库"
