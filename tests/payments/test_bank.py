"""Bank statements: read once whole, matched by a person to what is proposed, taken back, never lost from sight."""

from typing import Any

import pytest

from apps.core import clock
from apps.core.errors import InputError, NotFound
from apps.core.scope import current_scope, open_scope
from apps.payments.accounts import create_own_account
from apps.payments.bank import ignore_line, import_statement, match_party, match_payment, undo_match
from apps.payments.errors import MatchRefused
from apps.payments.inputs import PaymentPart
from apps.payments.matching import propose_matches
from apps.payments.models import BankLine, BankStatement, OwnAccount, Payment
from apps.payments.proposals import is_named, propose_parts
from apps.payments.statement_files import read_statement
from tests.factories.books import make_customer
from tests.factories.open_items import DAY, item_input, left, open_these
from tests.factories.pages import state_of
from tests.factories.parties import make_supplier
from tests.factories.payments import pay
from tests.factories.posted_items import agree, balances, post_these
from tests.factories.tenants import Company

CSV = b"""Date,Amount,Reference,Counterparty,IBAN,Entry reference
2026-03-14,100.00,INV-2026-000001 thanks,Ann Other Ltd,GB29NWBK60161331926819,E1
2026-03-15,-25.50,Bank charges,,,E2
2026-03-15,10.00,Coffee,Somebody,,
2026-03-15,10.00,Coffee,Somebody,,
"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>GB33BUKB20201555555555</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">574.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="GBP">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-14</Dt></BookgDt><AcctSvcrRef>S-1</AcctSvcrRef><NtryDtls><TxDtls>
<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties><Dbtr><Pty><Nm>Ann Other Ltd</Nm></Pty></Dbtr>
<DbtrAcct><Id><IBAN>GB29NWBK60161331926819</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>INV-2026-000001</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="GBP">25.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-15</Dt></BookgDt>
<AddtlNtryInf>Charges</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="GBP">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts>
<BookgDt><Dt>2026-03-16</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def own_account() -> OwnAccount:
    return create_own_account(
        name="Main", currency="GBP", holder="Our Company", iban_number="GB33BUKB20201555555555",
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def bring(account: OwnAccount, content: bytes = CSV, name: str = "march.csv") -> BankStatement:
    return import_statement(
        own_account_id=account.id, name=name, content=content, actor=current_scope().actor, now=clock.now()
    )


def lines() -> list[BankLine]:
    return list(BankLine.objects.order_by("statement_id", "position"))


def who() -> dict[str, Any]:
    return {"actor": current_scope().actor, "now": clock.now()}


def test_a_file_is_read_once_and_an_overlapping_one_adds_what_is_new(in_company: Company) -> None:
    """books.md 62."""
    account = own_account()
    first = bring(account)
    assert (first.new_lines, first.known_lines) == (4, 0)
    before = state_of(in_company)
    assert bring(account, name="again.csv").id == first.id
    assert state_of(in_company) == before
    second = bring(account, CSV + b"2026-03-16,1.00,New,,,E9\n")
    assert (second.new_lines, second.known_lines) == (1, 4)
    assert [line.amount_minor for line in lines()] == [10_000, -2_550, 1_000, 1_000, 100]


def test_camt_is_read_with_balances_and_without_what_is_pending(in_company: Company) -> None:
    found = bring(own_account(), CAMT.encode())
    assert (found.format, found.opening_minor, found.closing_minor, found.new_lines) == (
        "camt053",
        50_000,
        57_450,
        2,
    )
    one, two = lines()
    assert (one.amount_minor, one.counterparty, one.reference, one.entry_reference, one.counterparty_iban) == (
        10_000, "Ann Other Ltd", "INV-2026-000001", "S-1", "GB29NWBK60161331926819",
    )  # fmt: skip
    assert (two.amount_minor, two.reference) == (-2_550, "Charges")


@pytest.mark.parametrize(
    "content,code",
    [
        (b"", "empty_file"),
        (b"Datum;Betrag\n2026-03-14;1", "unknown_columns"),
        (b"Date,Amount\n2026-13-14,1.00", "not_a_date"),
        (b"Date,Amount\n2026-03-14,one", "not_an_amount"),
        (b"Date,Amount\n2026-03-14,NaN", "not_an_amount"),
        (b"Date,Amount\n2026-03-14,1.005", "too_many_decimals"),
        (b"Date,Amount\n2026-03-14,0.00", "not_an_amount"),
        (b"Date,Amount,Currency\n2026-03-14,1.00,EUR", "other_currency"),
        (b"Date,Amount\n", "no_lines"),
        (b"Date,Amount\n\xff\xfe", "not_utf8"),
        (b"<a><b/></a>", "not_camt053"),
        (b"<a><b></a>", "not_xml"),
        (CAMT.replace("GB33BUKB20201555555555", "DE89370400440532013000").encode(), "other_account"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', None),
        (b"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><Document/>", None),
    ],
)  # fmt: skip
def test_a_file_that_is_not_understood_leaves_nothing(
    in_company: Company, content: bytes, code: str | None
) -> None:
    account = own_account()
    before = state_of(in_company)
    with pytest.raises(InputError) as refused:
        bring(account, content)
    assert code is None or refused.value.code == code
    assert state_of(in_company) == before


def test_amounts_of_several_habits(in_company: Company) -> None:
    text = "Date;Money in;Money out;Details\n14.03.2026;1.234,50;;A\n14/03/2026;;1,234.50;B\n20260314;7;;C\n"
    found = read_statement(text.encode(), currency="GBP")
    assert [line.amount_minor for line in found.lines] == [123_450, -123_450, 700]
    assert {line.booking_date for line in found.lines} == {DAY}


def test_a_line_is_matched_to_what_it_names_and_taken_back(in_company: Company) -> None:
    customer = make_customer(name="Ann Other Ltd")
    post_these(item_input(party_id=customer.id, amount_minor=999, number="INV-2026-000010"))
    (charge,) = post_these(item_input(party_id=customer.id, number="INV-2026-000001"))
    before = balances()
    bring(own_account())
    line = lines()[0]
    (proposal,) = propose_matches(line)
    assert (proposal.party_id, proposal.why) == (customer.id, "named in the reference")
    assert [(part.item.id, part.amount_minor) for part in proposal.parts] == [(charge.id, 10_000)]
    parts = [PaymentPart(item_id=part.item.id, amount_minor=part.amount_minor) for part in proposal.parts]
    matched = match_party(line_id=line.id, side="receivable", party_id=customer.id, parts=parts, **who())
    assert (matched.state, left(charge)) == ("matched", (0, 0))
    with pytest.raises(MatchRefused):
        match_party(line_id=line.id, side="receivable", party_id=customer.id, parts=(), **who())
    agree(DAY)
    undo_match(line_id=line.id, reason="Wrong customer", **who())
    assert undo_match(line_id=line.id, reason="Again", **who()).state == "open"
    assert (left(charge), balances()) == ((10_000, 10_000), before)
    assert Payment.objects.get().state == "void"
    again = match_party(line_id=line.id, side="receivable", party_id=customer.id, parts=(), **who())
    assert again.state == "matched"
    agree(DAY)


def test_a_recorded_payment_is_proposed_first_and_matched_once(in_company: Company) -> None:
    customer = make_customer()
    made, other = pay(customer.id), pay(customer.id, 9_999)
    bring(own_account())
    line, charges = lines()[:2]
    assert [proposal.payment for proposal in propose_matches(line)] == [made]
    with pytest.raises(MatchRefused) as refused:
        match_payment(line_id=line.id, payment_id=other.id, **who())
    assert refused.value.code == "other_amount"
    match_payment(line_id=line.id, payment_id=made.id, **who())
    before = state_of(in_company)
    match_payment(line_id=line.id, payment_id=made.id, **who())
    assert state_of(in_company) == before
    assert propose_matches(lines()[0]) == []
    undo_match(line_id=line.id, reason="Wrong", **who())
    assert Payment.objects.get(id=made.id).state == "posted"
    assert ignore_line(line_id=charges.id, reason="Charges", **who()).state == "ignored"
    assert undo_match(line_id=charges.id, reason="No", **who()).state == "open"


def test_a_supplier_is_found_by_name_for_money_out(in_company: Company) -> None:
    supplier = make_supplier(name="Wick & Wax Ltd")
    (bill,) = post_these(
        item_input(party_id=supplier.id, amount_minor=9_000, side="payable", source_kind="bill")
    )
    bring(own_account(), b"Date,Amount,Name\n2026-03-14,-30.00,WICK & WAX LTD\n")
    (proposal,) = propose_matches(lines()[0])
    assert (proposal.side, proposal.party_name, proposal.parts[0].amount_minor) == (
        "payable",
        "Wick & Wax Ltd",
        3_000,
    )
    assert proposal.parts[0].item.id == bill.id


def test_proposals_take_the_exact_amount_first_and_leave_disputed_out(
    in_company: Company,
) -> None:
    """books.md 38: never more than is open."""
    party = make_customer().id
    old, exact, early = open_these(
        item_input(party_id=party, amount_minor=500),
        item_input(party_id=party, amount_minor=700),
        item_input(party_id=party, amount_minor=900, discount_minor=90, discount_until=DAY),
    )
    items = [old, exact, early]

    def proposed(minor: int, reference: str = "") -> list[tuple[Any, int, int]]:
        parts = propose_parts(items=items, amount_minor=minor, reference=reference, day=DAY)
        return [(part.item.id, part.amount_minor, part.discount_minor) for part in parts]

    assert proposed(700) == [(exact.id, 700, 0)]
    assert proposed(810) == [(early.id, 810, 90)]
    assert proposed(600) == [(old.id, 500, 0), (exact.id, 100, 0)]
    assert proposed(600, f"for {exact.number}") == [(exact.id, 600, 0)]
    assert proposed(9_999) == [(old.id, 500, 0), (exact.id, 700, 0), (early.id, 810, 90)]
    old.hold = "disputed"
    assert proposed(500) == [(exact.id, 500, 0)]


@pytest.mark.parametrize(
    "number,text,is_meant",
    [("INV-2026-000001", "inv 2026/000001", True), ("INV-2026-1", "INV-2026-10", False),
     ("INV-2026-1", "INV20261", True), ("77", "room 77", True), ("77", "1778", False), ("", "any", False)],
)  # fmt: skip
def test_a_number_is_known_in_a_text(number: str, text: str, is_meant: bool) -> None:
    assert is_named(number, text) is is_meant


def test_a_stranger_matches_nothing(company: Company, stranger: Company) -> None:
    with open_scope(company.scope()):
        bring(own_account())
        line, account = lines()[0], OwnAccount.objects.get()
    with open_scope(stranger.scope()):
        assert lines() == []
        for attempt in (
            lambda: ignore_line(line_id=line.id, reason="No", **who()),
            lambda: undo_match(line_id=line.id, reason="No", **who()),
            lambda: bring(account),
        ):
            with pytest.raises(NotFound):
                attempt()
