from django.apps import AppConfig


class RulemakingConfig(AppConfig):
    name = "luoshi.rulemaking"
    label = "rulemaking"
    verbose_name = "规则修改"

    def ready(self) -> None:
        """Make states known, and let approved changes take the place of shipped rules."""
        from luoshi.ledger import rules
        from luoshi.rulemaking.editions import Editions
        from luoshi.rulemaking.states import register_all

        register_all()
        rules.register_changes(Editions())
