"""Reversals: the exact mirror, once (books.md 32, 33)."""

from collections import Counter
from datetime import date

import pytest

from apps.core import clock
from apps.core.errors import InputError, NotFound
from apps.core.ids import new_id
from apps.core.scope import current_scope, open_scope
from apps.ledger.bulk import bulk_post_entries, bulk_reverse_entries
from apps.ledger.models import Account, Entry, Line
from apps.ledger.posting import AlreadyReversed
from tests.factories.ledgers import DAY, book, credit, debit, entry_of, take_back
from tests.factories.pages import entries_of, state_of
from tests.factories.tenants import Company

LATER = date(2026, 4, 1)


def _sums(*entries: Entry) -> Counter[tuple[object, ...]]:
    sums: Counter[tuple[object, ...]] = Counter()
    for line in Line.objects.filter(entry__in=entries):
        key = (line.account_id, line.currency, line.tax_code, line.dimension)
        sums[key] += line.debit_minor - line.credit_minor
        sums[*key, "in its currency"] += line.amount_minor
    return sums


def test_original_and_reversal_are_zero_on_everything(in_company: Company) -> None:
    """books.md 33."""
    entry = book(entry_of(
        debit("receivable", 86, currency="EUR", amount_minor=100, party_id=new_id(), dimension="north"),
        credit("revenue", 70, currency="EUR", amount_minor=80), credit("rounding", 1),
        credit("tax_output", 15, currency="EUR", amount_minor=20, tax_code="S20"),
    ))  # fmt: skip
    reversal = take_back(entry, day=LATER)

    assert set(_sums(entry, reversal).values()) == {0}
    assert (reversal.kind, reversal.reverses_id, reversal.entry_date) == ("reversal", entry.id, LATER)
    assert entries_of(in_company, "ledger_entry")[-1]["reason"] == "Wrong customer"


def test_an_entry_is_reversed_once(in_company: Company) -> None:
    """books.md 32."""
    entry = book(entry_of())
    take_back(entry)
    before = state_of(in_company)
    with pytest.raises(AlreadyReversed):
        take_back(entry)

    assert state_of(in_company) == before


def test_a_reversal_is_not_dated_before_its_original(in_company: Company) -> None:
    entry = book(entry_of())
    with pytest.raises(InputError):
        take_back(entry, day=date(2026, 3, 13))
    with pytest.raises(InputError):
        take_back(entry, reason=" ")


def test_a_stranger_reverses_nothing(in_company: Company, stranger: Company) -> None:
    entry = book(entry_of())
    before = state_of(in_company)
    with open_scope(stranger.scope()), pytest.raises(NotFound):
        take_back(entry)

    assert state_of(in_company) == before


def test_an_account_out_of_use_is_still_reversed(in_company: Company) -> None:
    entry = book(entry_of(debit("6100", 5), credit("bank", 5)))
    Account.objects.filter(code="6100").update(is_active=False)

    assert take_back(entry).total_minor == 5


def test_many_are_posted_and_reversed_at_once(in_company: Company) -> None:
    sources = [new_id() for _ in range(50)]
    actor, now = current_scope().actor, clock.now()
    ids = bulk_post_entries(entries=[entry_of(source_id=key) for key in sources], actor=actor, now=now)
    made = bulk_reverse_entries(source_kind="invoice", source_ids=sources, kind="sales", entry_date=LATER,
                                reason="Import undone", actor=actor, now=now)  # fmt: skip

    entries = Entry.objects.filter(id__in=[*ids, *made])
    assert entries.count() == 100
    assert set(_sums(*entries).values()) == {0}
    before = state_of(in_company)
    with pytest.raises(AlreadyReversed):
        bulk_reverse_entries(source_kind="invoice", source_ids=[sources[7], sources[8]], kind="sales",
                             entry_date=DAY.replace(year=2027), reason="Again", actor=actor, now=now)  # fmt: skip
    assert state_of(in_company) == before
