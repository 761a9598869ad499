from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "apps.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.ledger.registries import register_report
        from apps.ledger.reports import render_customers, render_suppliers, render_trial_balance

        register_report("trial-balance", render_trial_balance)
        register_report("customers", render_customers)
        register_report("suppliers", render_suppliers)
