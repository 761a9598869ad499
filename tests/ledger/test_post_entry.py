"""Posting an entry: what is written, what is refused (books.md 28, 29, 32)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from apps.core.errors import DomainError, InputError
from apps.core.ids import new_id
from apps.core.scope import open_scope
from apps.ledger.entries import EntryLine, Unbalanced
from apps.ledger.models import Account, AccountRole, Entry, Line
from apps.ledger.posting import AlreadyPosted
from tests.factories.ledgers import book, credit, debit, entry_of, sale
from tests.factories.pages import state_of
from tests.factories.tenants import Company

PARTY = UUID(int=7)


def _lines(entry: Entry) -> list[tuple[Any, ...]]:
    rows = Line.objects.filter(entry=entry).order_by("position").select_related("account")
    return [
        (r.account.code, r.debit_minor, r.credit_minor, r.currency, r.amount_minor, r.tax_code) for r in rows
    ]


def test_an_entry_is_written_with_its_lines(any_company: Company) -> None:
    with open_scope(any_company.scope()):
        entry = book(entry_of(*sale(party_id=PARTY)))
        stored = Entry.objects.get(id=entry.id)

        assert (stored.total_minor, stored.line_count, stored.currency, stored.book_currency) == (
            1200,
            3,
            "GBP",
            "GBP",
        )
        assert _lines(entry) == [
            ("1100", 1200, 0, "GBP", 1200, ""), ("4000", 0, 1000, "GBP", -1000, ""),
            ("2200", 0, 200, "GBP", -200, "S20"),
        ]  # fmt: skip


def test_the_stranger_sees_nothing(in_company: Company, stranger: Company) -> None:
    book(entry_of())
    with open_scope(stranger.scope()):
        assert (Entry.objects.count(), Line.objects.count(), Account.objects.count()) == (0, 0, 0)


def test_the_chart_is_made_at_first_use_and_only_once(in_company: Company) -> None:
    book(entry_of())
    first = (
        set(Account.objects.values_list("id", "code")),
        set(AccountRole.objects.values_list("role", "account_id")),
    )
    book(entry_of())

    assert (len(first[0]), len(first[1])) == (30, 18)
    assert (set(Account.objects.values_list("id", "code")),
            set(AccountRole.objects.values_list("role", "account_id"))) == first  # fmt: skip


@pytest.mark.parametrize(
    "lines,code",
    [
        ((debit("bank", 100), credit("revenue", 99)), "unbalanced"),
        ((debit("bank", 100),), "too_few_lines"),
        ((EntryLine("bank", 5, 5), debit("bank", 1), credit("bank", 1)), "one_side"),
        ((debit("bank", -5), credit("bank", -5)), "one_side"),
        ((debit("nowhere", 5), credit("bank", 5)), "unknown_account"),
        ((debit("receivable", 5), credit("bank", 5)), "party_needed"),
        ((debit("bank", 5, currency="EUR"), credit("bank", 5)), "amount_needed"),
        ((debit("bank", 5, currency="XXQ", amount_minor=5), credit("bank", 5)), "unknown_currency"),
        ((debit("bank", 5, currency="EUR", amount_minor=-5), credit("bank", 5)), "wrong_side"),
        ((debit("bank", 5, amount_minor=6), credit("bank", 5)), "amounts_differ"),
        ((debit("bank", 2**63), credit("bank", 2**63)), "amount_too_large"),
        ((debit("bank", 90, currency="EUR", amount_minor=100), credit("revenue", 90, currency="EUR", amount_minor=99)),
         "unbalanced"),
        ((debit("bank", 5, text="a\x1fb"), credit("bank", 5)), "control_characters"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_and_changes_nothing(
    in_company: Company, lines: tuple[EntryLine, ...], code: str
) -> None:
    """books.md 28, 29."""
    book(entry_of())
    before = state_of(in_company)
    with pytest.raises(DomainError) as refused:
        book(entry_of(*lines))

    assert refused.value.code == code
    assert state_of(in_company) == before


@pytest.mark.parametrize(
    "kind,day", [("reversal", date(2026, 3, 14)), ("gift", date(2026, 3, 14)), ("sales", date(1066, 1, 1))]
)
def test_kinds_and_dates_that_no_entry_has(in_company: Company, kind: str, day: date) -> None:
    with pytest.raises(InputError):
        book(entry_of(kind=kind, day=day))


def test_a_document_has_one_entry_of_a_kind(in_company: Company) -> None:
    """books.md 32."""
    source = new_id()
    book(entry_of(source_id=source))
    before = state_of(in_company)
    with pytest.raises(AlreadyPosted):
        book(entry_of(source_id=source))

    assert state_of(in_company) == before
    book(entry_of(debit("inventory", 5), credit("expense", 5), kind="stock", source_id=source))
    assert Entry.objects.filter(source_id=source).count() == 2


def test_a_foreign_entry_balances_in_both_currencies(in_company: Company) -> None:
    """books.md 28, 37: what the conversion leaves stands on a rounding line in the book currency."""
    entry = book(entry_of(
        debit("receivable", 86, currency="EUR", amount_minor=100, party_id=PARTY),
        credit("revenue", 43, currency="EUR", amount_minor=50), credit("revenue", 42, currency="EUR", amount_minor=50),
        credit("rounding", 1),
    ))  # fmt: skip

    assert (entry.currency, entry.total_minor) == ("EUR", 86)


def test_an_entry_in_two_currencies_balances_in_the_book_currency(in_company: Company) -> None:
    entry = book(entry_of(
        debit("bank", 86), credit("receivable", 86, currency="EUR", amount_minor=100, party_id=PARTY)
    ))  # fmt: skip

    assert entry.currency == ""


def test_a_document_of_nothing_has_its_entry(in_company: Company) -> None:
    entry = book(entry_of(*sale(net=0, tax=0)))

    assert (entry.total_minor, len(_lines(entry))) == (0, 3)


def test_an_account_out_of_use_takes_no_entry(in_company: Company) -> None:
    book(entry_of())
    Account.objects.filter(code="6100").update(is_active=False)
    with pytest.raises(InputError, match="not in use"):
        book(entry_of(debit("6100", 5), credit("bank", 5)))


def test_unbalanced_says_by_how_much(in_company: Company) -> None:
    with pytest.raises(Unbalanced) as refused:
        book(entry_of(debit("bank", 100), credit("revenue", 99)))

    assert refused.value.detail["debit_minor"] == 100
    assert refused.value.status == 422
