"""Files come in without loss: what is read, written and read again says the same, and nothing was left behind."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from apps.exchange.cii import read_cii
from apps.exchange.facturx import read_pdf
from apps.exchange.reading import check_file, read_einvoice
from apps.exchange.ubl import read_ubl, write_ubl
from tests.exchange.documents import CREDIT_NOTE, DEBIT, STANDARD, D
from tests.exchange.pdfs import pdf_with

SAMPLES = Path(__file__).parent / "samples"
OURS = sorted(SAMPLES.glob("*.xml"))
PUBLIC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "einvoice-examples"
FLAGS = {"0": "false", "1": "true"}
SCHEMA_HINT = "{http://www.w3.org/2001/XMLSchema-instance}"
FOURTEEN = sorted(PUBLIC.glob("*.xml"))


def leaves(content: bytes) -> Counter[tuple[str, str, tuple[Any, ...]]]:
    """Return every value of a file with its path; numbers as numbers, spaces around texts left out."""
    root = etree.fromstring(content, etree.XMLParser(remove_comments=True))
    found: Counter[tuple[str, str, tuple[Any, ...]]] = Counter()
    for element in root.iter():
        text = (element.text or "").strip()
        attributes = {
            name: value for name, value in element.attrib.items() if not name.startswith(SCHEMA_HINT)
        }
        if text or attributes:
            path = "/".join(each.tag for each in [*reversed(list(element.iterancestors())), element])
            value = "".join(text.split()) if "BinaryObject" in element.tag else text
            value = FLAGS.get(value, value) if "Indicator" in element.tag else value
            found[(path, value, tuple(sorted(attributes.items())))] += 1
    return found


def test_the_public_examples_are_all_there() -> None:
    if not PUBLIC.is_dir():
        pytest.skip(
            f"Not run: the public examples are not at {PUBLIC.parent.name}/{PUBLIC.name}; ours run instead."
        )
    assert len(FOURTEEN) == 14


@pytest.mark.parametrize("path", [*OURS, *FOURTEEN], ids=lambda path: path.stem)
def test_a_file_is_read_whole_and_has_no_fatal_finding(path: Path) -> None:
    """books.md 17, 18: what the official tests accept is accepted."""
    read = read_einvoice(path.read_bytes())
    assert read.unread == ()
    assert [finding for finding in check_file(read) if finding.severity == "fatal"] == []


@pytest.mark.parametrize("path", [*OURS, *FOURTEEN], ids=lambda path: path.stem)
def test_what_is_read_written_and_read_again_says_the_same(path: Path) -> None:
    """books.md 63: the same values for UBL."""
    first = read_einvoice(path.read_bytes()).invoice
    written = write_ubl(first)
    assert read_ubl(written) == first
    assert write_ubl(read_ubl(written)) == written


@pytest.mark.parametrize(
    "path", [path for path in FOURTEEN if path.stem != "ubl-tc434-example5"], ids=lambda path: path.stem
)
def test_every_value_of_a_public_example_stands_in_what_we_write(path: Path) -> None:
    """books.md 63, looked at from outside: no path, text or attribute is lost or added."""
    content = path.read_bytes()
    assert leaves(write_ubl(read_ubl(content))) == leaves(content)


@pytest.mark.parametrize("document", [STANDARD, CREDIT_NOTE, DEBIT])
def test_a_document_with_every_term_comes_back_from_ubl(document: Any) -> None:
    assert read_ubl(write_ubl(document)) == document


def test_our_own_invoice_says_what_it_says() -> None:
    read = read_einvoice((SAMPLES / "invoice.xml").read_bytes())
    invoice = read.invoice
    assert (read.syntax, invoice.number, str(invoice.issue_date)) == ("UBL", "L-1042", "2026-03-14")
    assert (invoice.notes[0].subject, invoice.notes[0].text) == ("AAI", "Lanterns & candles, <as> ordered")
    assert (invoice.references.order, invoice.references.sales_order) == ("", "SO-7")
    assert (invoice.tax_point_code, invoice.period) == ("35", None)
    assert invoice.seller is not None
    assert [each.scheme for each in invoice.seller.registrations] == ["VAT", "TAX"]
    assert invoice.lines[0].item.name == "Đèn lồng đồng — latão"
    assert invoice.lines[0].price is not None
    assert invoice.lines[0].price.net is not None
    assert str(invoice.lines[0].price.net.value) == "12.500"
    assert check_file(read) == []


def test_our_own_credit_note_says_what_it_says() -> None:
    note = read_ubl((SAMPLES / "credit_note.xml").read_bytes())
    assert (note.kind, note.references.project, str(note.due_date)) == (
        "credit_note",
        "Project X",
        "2026-04-01",
    )
    assert note.totals is not None
    assert note.totals.due is not None
    assert (note.totals.due.value, note.totals.due.currency) == (Decimal(150000), "VND")
    assert note.lines[0].item.category is not None
    assert note.lines[0].item.category.rate is None


def test_our_own_cii_says_what_it_says() -> None:
    read = read_einvoice((SAMPLES / "cii.xml").read_bytes())
    invoice = read.invoice
    assert invoice == read_cii((SAMPLES / "cii.xml").read_bytes())
    assert (read.syntax, invoice.number, str(invoice.issue_date)) == ("CII", "RE-99", "2026-03-14")
    assert (invoice.tax_point_code, str(invoice.due_date), invoice.terms) == (
        "35",
        "2026-04-13",
        "30 Tage netto",
    )
    assert invoice.seller is not None
    assert invoice.seller.vat_number == "DE136695976"
    assert invoice.payee is not None
    assert [each.value for each in invoice.payee.identifiers] == ["DE98ZZZ09999999999"]
    (payment,) = invoice.payments
    assert payment.mandate is not None
    assert (payment.mandate.reference, payment.mandate.debited_account) == ("M-1", "AT611904300234573201")
    (line,) = invoice.lines
    assert line.price is not None
    assert line.price.discount is not None
    assert (line.price.discount.value, line.price.discount.currency) == (D("2.50"), "EUR")
    assert invoice.documents[0].attachment is not None
    assert invoice.documents[0].attachment.content == b"a;b\n"
    assert check_file(read) == []


def test_a_cii_that_takes_back_is_a_credit_note() -> None:
    content = (SAMPLES / "cii.xml").read_bytes().replace(b"<ram:TypeCode>380<", b"<ram:TypeCode>381<")
    assert read_cii(content).kind == "credit_note"


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "anything.XML"])
def test_the_invoice_inside_a_pdf_is_the_same_invoice(name: str) -> None:
    content = (SAMPLES / "cii.xml").read_bytes()
    packed = pdf_with((name, content), ("terms.txt", b"x"))
    assert read_pdf(packed) == read_cii(content)
    assert read_einvoice(packed).container == name


def test_what_the_model_has_no_place_for_is_told_with_its_place() -> None:
    written = write_ubl(STANDARD)
    more = written.replace(b"<cbc:DueDate>", b"<cbc:IssueTime>12:00:00</cbc:IssueTime><cbc:DueDate>", 1)
    more = more.replace(b"<cbc:Name>Wax</cbc:Name>", b'<cbc:Name languageID="en">Wax</cbc:Name>', 1)
    read = read_einvoice(more)
    assert [(each.place, each.value) for each in read.unread] == [
        ("/Invoice/cbc:IssueTime", "12:00:00"),
        ("/Invoice/cac:InvoiceLine[2]/cac:Item/cbc:Name/@languageID", "en"),
    ]
    assert read.invoice == STANDARD


def test_a_second_one_where_there_is_place_for_one_is_told() -> None:
    more = write_ubl(STANDARD).replace(
        b"</cac:PaymentTerms>", b"<cbc:Note>Or else</cbc:Note></cac:PaymentTerms>", 1
    )
    assert [each.value for each in read_einvoice(more).unread] == ["Or else"]


def test_empty_elements_are_told_to_who_claims_peppol() -> None:
    content = write_ubl(STANDARD).replace(b"<cbc:DueDate>", b"<cbc:UUID> </cbc:UUID><cbc:DueDate>", 1)
    read = read_einvoice(content)
    (found,) = check_file(read)
    assert (found.rule, found.severity, found.place) == ("PEPPOL-EN16931-R008", "fatal", "/Invoice/cbc:UUID")
    assert check_file(read, profile="en16931") == []


def test_texts_that_xml_cannot_hold_are_refused_by_the_writer() -> None:
    from apps.exchange.ubl.writing import CannotBeWritten
    from tests.exchange.documents import spoil

    with pytest.raises(CannotBeWritten):
        write_ubl(spoil(STANDARD, "number", "1\x0b2"))
