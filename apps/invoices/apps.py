from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "apps.invoices"
    label = "invoices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.invoices.import_jobs import KIND, work
        from apps.invoices.paper import jobs as paper
        from apps.jobs.registry import register

        register(KIND, work)
        register(paper.KIND, paper.work)
