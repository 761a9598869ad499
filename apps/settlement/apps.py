from datetime import date
from functools import partial
from uuid import UUID

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "apps.settlement"
    label = "settlement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.ledger.registries import register_open_items
        from apps.settlement.ageing import control_balances_by_party
        from apps.settlement.models import CONTROLS

        def items(control: str, as_of: date) -> dict[UUID, int]:
            return control_balances_by_party(control=control, as_of=as_of)

        for control in CONTROLS:
            register_open_items(control, partial(items, control))
