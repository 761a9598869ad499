from datetime import date

from django.apps import AppConfig
from django.urls import reverse


class InvoicesConfig(AppConfig):
    name = "apps.invoices"
    label = "invoices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.invoices.import_jobs import KIND, work
        from apps.invoices.paper import jobs as paper
        from apps.jobs.registry import register
        from apps.ledger.registries import OpenWork, register_open_work

        register(KIND, work)
        register(paper.KIND, paper.work)
        register_open_work(
            OpenWork("invoices", "drafts of invoices and credit notes", _count_drafts, _list_of_drafts)
        )


def _count_drafts(first_day: date, last_day: date) -> int:
    from apps.invoices.models import Invoice

    return Invoice.objects.filter(state="draft", issue_date__gte=first_day, issue_date__lte=last_day).count()


def _list_of_drafts(first_day: date, last_day: date) -> str:
    return f"{reverse('invoices:list')}?state=draft&from={first_day}&to={last_day}"
