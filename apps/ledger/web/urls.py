"""Addresses of the pages of ledger."""

from django.urls import include, path

from apps.ledger.web import accounts, entries, journal, periods, rates, trial
from apps.tenancy.web.records.paths import paths_of

app_name = "ledger"
urlpatterns = [
    path("trial-balance", trial.trial_balance, name="trial_balance"),
    path("trial-balance.csv", trial.trial_balance_export, name="trial_balance_export"),
    path("accounts/roles", accounts.account_roles, name="roles"),
    path("accounts/<uuid:account_id>/lines", accounts.account_lines, name="account_lines"),
    path("accounts/", include(paths_of(accounts.ACCOUNTS))),
    path("rates/published", rates.rate_file, name="rate_file"),
    path("rates/", include(paths_of(rates.RATES))),
    path("periods", periods.period_list, name="periods"),
    path("periods/close", periods.period_close, name="period_close"),
    path("periods/lock", periods.lock_set, name="lock_set"),
    path("periods/exceptions", periods.exception_open, name="exception_open"),
    path("periods/exceptions/<uuid:exception_id>/end", periods.exception_end, name="exception_end"),
    path("periods/settings", periods.settings_change, name="settings_change"),
    path("periods/reports/<uuid:snapshot_id>", periods.period_report, name="period_report"),
    path("entries/new", journal.entry_create, name="entry_create"),
    path("entries/export.csv", entries.entry_export, name="entry_export"),
    path("entries/<uuid:key>", entries.entry_detail, name="entry_detail"),
    path("entries/<uuid:entry_id>/reverse", entries.entry_reverse, name="entry_reverse"),
    path("entries/", include([each for each in paths_of(entries.ENTRIES) if each.name != "entry_detail"])),
]
