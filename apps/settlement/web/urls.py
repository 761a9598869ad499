"""Addresses of the pages of settlement."""

from django.urls import path

from apps.settlement.web import accounts, ageing, dunning, items

app_name = "settlement"
urlpatterns = [
    path("receivables", ageing.receivables, name="receivables"),
    path("receivables/export.csv", ageing.receivables_export, name="receivables_export"),
    path("receivables/items", ageing.receivable_items, name="receivable_items"),
    path("receivables/parties/<uuid:party_id>", accounts.receivable_party, name="receivable_party"),
    path(
        "receivables/parties/<uuid:party_id>/statement.csv",
        accounts.receivable_statement,
        name="receivable_statement",
    ),
    path("receivables/parties/<uuid:party_id>/reminders", accounts.receivable_stop, name="receivable_stop"),
    path("receivables/reminders", dunning.dunning_list, name="receivable_dunning"),
    path("receivables/reminders/run", dunning.dunning_run, name="receivable_dunning_run"),
    path("receivables/reminders/levels", dunning.level_list, name="receivable_levels"),
    path("receivables/reminders/<uuid:run_id>", dunning.dunning_detail, name="receivable_dunning_detail"),
    path(
        "receivables/reminders/<uuid:run_id>/export.csv",
        dunning.dunning_export,
        name="receivable_dunning_export",
    ),
    path("receivables/letters/<uuid:letter_id>", dunning.letter_detail, name="receivable_letter"),
    path("receivables/letters/<uuid:letter_id>/sent", dunning.letter_sent, name="receivable_letter_sent"),
    path("payables", ageing.payables, name="payables"),
    path("payables/export.csv", ageing.payables_export, name="payables_export"),
    path("payables/items", ageing.payable_items, name="payable_items"),
    path("payables/parties/<uuid:party_id>", accounts.payable_party, name="payable_party"),
    path(
        "payables/parties/<uuid:party_id>/statement.csv", accounts.payable_statement, name="payable_statement"
    ),
    path("items/<uuid:item_id>", items.item_detail, name="item_detail"),
    path("items/<uuid:item_id>/allocate", items.item_allocate, name="item_allocate"),
    path("items/<uuid:item_id>/write-off", items.item_write_off, name="item_write_off"),
    path("items/<uuid:item_id>/hold", items.item_hold, name="item_hold"),
    path("allocations/<uuid:allocation_id>/undo", items.allocation_undo, name="allocation_undo"),
]
