from uuid import UUID

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "apps.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.parties.queries import find_customer, get_customer_names
        from apps.tenancy.customers import CustomerDirectory, register_directory

        def find(text: str) -> UUID | None:
            customer = find_customer(text)
            return customer.id if customer else None

        register_directory(CustomerDirectory(find, get_customer_names, "parties:suggest"))
