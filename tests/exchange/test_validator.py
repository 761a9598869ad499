"""The validator: right documents have no finding, each rule catches its flaw, tolerances are those of the tests."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.exchange.model import EInvoice
from apps.exchange.validator import check
from apps.exchange.validator.rules import CATEGORIES, RULES
from tests.exchange import mutations
from tests.exchange.documents import CREDIT_NOTE, DEBIT, STANDARD, eur, of_category, spoil
from tests.exchange.flaws import flawed

# Found in the file, not in what it says: tests/exchange/test_reading.py.
OF_THE_FILE = {"PEPPOL-EN16931-R008"}
WARNINGS = {"BR-51"}


def rules_of(document: EInvoice) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in check(document)}


@pytest.mark.parametrize("document", [STANDARD, CREDIT_NOTE, DEBIT, *map(of_category, CATEGORIES)])
def test_a_right_document_has_no_finding(document: EInvoice) -> None:
    assert check(document) == []


@pytest.mark.parametrize(
    "rule,document,path,value", mutations.ALL, ids=[f"{m[0]} {m[2]}" for m in mutations.ALL]
)
def test_each_rule_catches_its_flaw(rule: str, document: EInvoice, path: str, value: Any) -> None:
    """books.md 1–13, one flaw at a time."""
    found = rules_of(flawed(document, path, value))
    assert found.get(rule) == ("warning" if rule in WARNINGS else "fatal"), found


def test_every_rule_has_a_flaw_that_it_must_catch() -> None:
    assert {rule for rule, *_ in mutations.ALL} | OF_THE_FILE == set(RULES)


@pytest.mark.parametrize("rule,path,value,severity", [
    ("BR-CO-17", "tax_totals.0.subtotals.0.tax", "10.38", "warning"),
    ("BR-CO-17", "tax_totals.0.subtotals.0.tax", "8.40", "warning"),
    ("BR-CO-17", "tax_totals.0.subtotals.0.tax", "8.39", "fatal"),
    ("BR-S-09", "tax_totals.0.subtotals.0.tax", "10.38", "warning"),
    ("BR-S-09", "tax_totals.0.subtotals.0.tax", "10.39", "fatal"),
    ("BR-S-08", "tax_totals.0.subtotals.0.base", "47.92", "warning"),
    ("BR-S-08", "tax_totals.0.subtotals.0.base", "47.93", "fatal"),
    ("PEPPOL-EN16931-R040", "adjustments.0.amount", "2.02", "warning"),
    ("PEPPOL-EN16931-R040", "adjustments.0.amount", "2.03", "fatal"),
    ("PEPPOL-EN16931-R120", "lines.0.net", "28.52", "warning"),
    ("PEPPOL-EN16931-R120", "lines.0.net", "28.53", "fatal"),
])  # fmt: skip
def test_what_the_official_tests_accept_is_accepted_and_told(
    rule: str, path: str, value: str, severity: str
) -> None:
    """books.md 18."""
    found = {each.rule: each for each in check(spoil(STANDARD, path, eur(value)))}
    assert found[rule].severity == severity
    assert found[rule].found.startswith(value)
    assert ("The official test accepts it" in found[rule].text) == (severity == "warning")


def test_a_finding_says_rule_place_expected_found_and_a_sentence() -> None:
    (finding,) = check(spoil(STANDARD, "totals.due", eur("141.32")))
    assert finding.rule == "BR-CO-16"
    assert finding.place == "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"
    assert (finding.expected, finding.found) == ("141.30", "141.32 EUR")
    assert finding.text == (
        "The amount due (BT-115) is the total with tax − paid + rounding (BT-112, BT-113, BT-114)."
    )


def test_the_third_line_of_a_credit_note_is_named_as_in_its_file() -> None:
    found = check(spoil(CREDIT_NOTE, "lines.2.item.name", ""))
    assert [(each.rule, each.place) for each in found] == [
        ("BR-25", "/CreditNote/cac:CreditNoteLine[3]/cac:Item/cbc:Name")
    ]


def test_who_does_not_claim_peppol_is_not_held_to_its_form_and_only_warned_of_its_arithmetic() -> None:
    plain = replace(STANDARD, specification="urn:cen.eu:en16931:2017", process="")
    assert check(plain) == []
    assert rules_of(spoil(plain, "lines.1.net", eur("14.93")))["PEPPOL-EN16931-R120"] == "warning"
    strict = {each.rule for each in check(plain, profile="peppol")}
    assert strict == {"PEPPOL-EN16931-R001", "PEPPOL-EN16931-R004"}


def test_fatal_findings_come_first() -> None:
    spoiled = spoil(spoil(STANDARD, "payments.1.card.number", "41111111111"), "number", "")
    assert [finding.rule for finding in check(spoiled)] == ["BR-02", "BR-51"]


def test_an_empty_document_breaks_many_rules_and_nothing_else() -> None:
    found = rules_of(EInvoice())
    assert {"BR-01", "BR-02", "BR-06", "BR-08", "BR-12", "BR-16", "BR-CO-18", "BR-CO-15"} - {
        "BR-CO-15"
    } <= set(found)


def test_numbers_of_forty_digits_are_compared_exactly() -> None:
    """books.md 3: no digit is lost on the way."""
    long = "9" * 30 + ".99"
    document = spoil(of_category("Z"), "lines.0.net", eur(long))
    (found,) = [each for each in check(document) if each.rule == "BR-CO-10"]
    assert found.expected == long
    assert Decimal(found.expected) - Decimal(long) == 0
