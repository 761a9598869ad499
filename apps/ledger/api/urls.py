"""Addresses of the API of ledger."""

from django.urls import path

from apps.ledger.api.views import (
    EntriesView,
    EntryReversalView,
    EntryView,
    LedgerAccountsView,
    LedgerAccountView,
    TrialBalanceView,
)

urlpatterns = [
    path("ledger/accounts", LedgerAccountsView.as_view(), name="api-ledger-accounts"),
    path("ledger/accounts/<uuid:account_id>", LedgerAccountView.as_view(), name="api-ledger-account"),
    path("ledger/entries", EntriesView.as_view(), name="api-ledger-entries"),
    path("ledger/entries/<uuid:entry_id>", EntryView.as_view(), name="api-ledger-entry"),
    path(
        "ledger/entries/<uuid:entry_id>/reverse", EntryReversalView.as_view(), name="api-ledger-entry-reverse"
    ),
    path("ledger/trial-balance", TrialBalanceView.as_view(), name="api-ledger-trial-balance"),
]
