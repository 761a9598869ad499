"""A document on paper: PDF/A-3b, its UBL inside, the same bytes again, texts only ever shown as texts."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from apps.exchange.model import EInvoice
from apps.exchange.paper import glyphs, render_paper
from apps.exchange.paper.words import _WORDS
from apps.exchange.reading import check_file, read_einvoice
from tests.exchange.documents import CREDIT_NOTE, LINE_1, STANDARD, of_category, spoil

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '#panic("x") $y$ *b* [c] \\ ` @ref <l> _u_ // /* #read("/etc/passwd") ] #pdf.attach("a") "'


def opened(document: EInvoice, locale: str = "en-GB") -> PdfReader:
    return PdfReader(io.BytesIO(render_paper(document, locale=locale)))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture(scope="module")
def paper() -> PdfReader:
    return opened(STANDARD)


def test_it_says_that_it_is_pdf_a_3b(paper: PdfReader) -> None:
    packet = paper.root_object["/Metadata"].get_object().get_data().decode()  # type: ignore[attr-defined]
    assert "<pdfaid:part>3</pdfaid:part>" in packet
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in packet
    assert paper.root_object["/OutputIntents"]
    assert not paper.is_encrypted


def test_it_holds_the_ubl_as_an_associated_file(paper: PdfReader) -> None:
    (specification,) = [each.get_object() for each in paper.root_object["/AF"]]  # type: ignore[attr-defined]
    assert (specification["/AFRelationship"], specification["/UF"]) == ("/Alternative", "invoice.xml")
    assert specification["/EF"]["/F"].get_object()["/Subtype"] == "/application/xml"
    assert list(paper.attachments) == ["invoice.xml"]


@pytest.mark.parametrize("document", [STANDARD, CREDIT_NOTE, of_category("O")])
def test_what_is_inside_is_the_document_itself(document: EInvoice) -> None:
    """books.md 63: what we print can be imported again, to the last value."""
    read = read_einvoice(render_paper(document, locale="pt-BR"))
    assert (read.invoice, read.container, check_file(read)) == (document, "invoice.xml", [])


def test_every_font_is_inside_and_nothing_moves_or_leads_out(paper: PdfReader) -> None:
    fonts = [font.get_object() for page in paper.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    names = {str(key) for each in paper.root_object for key in [each]}
    assert not {"/OpenAction", "/AA", "/AcroForm"} & names
    assert all("/Annots" not in page for page in paper.pages)


def test_people_read_what_the_document_says(paper: PdfReader) -> None:
    text = text_of(paper)
    for words in ("Invoice 2026-17", "Norsk Lys AS", "Tax id NO923609016MVA", "Peeters & Zonen BV", "9000 Gent",
                  "13 Apr 2026", "Lantern", "Discount −3.00", "7 kg", "4.1234 / 2", "Tax 20 % on 46.93", "9.39",
                  "161.32", "−20.00", "141.30 EUR", "NO9386011117947", "30 days", "Page 1 / 1"):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("locale,words", [
    ("pt-BR", ("Fatura 2026-17", "13 de abr. de 2026", "141,30 EUR", "Imposto 20 % sobre 46,93", "Valor a pagar")),
    ("vi-VN", ("Hóa đơn 2026-17", "13 thg 4, 2026", "141,30 EUR", "Thuế 20 % trên 46,93", "Số tiền phải trả")),
    ("de-DE", ("Invoice 2026-17", "13.04.2026", "141,30 EUR", "Amount due")),
])  # fmt: skip
def test_numbers_dates_and_words_are_those_of_the_locale(locale: str, words: tuple[str, ...]) -> None:
    text = text_of(opened(STANDARD, locale))
    for each in words:
        assert each in text, text


def test_amounts_have_the_decimals_of_their_currency() -> None:
    note = read_einvoice((ROOT / "tests/exchange/samples/credit_note.xml").read_bytes()).invoice
    text = text_of(opened(note, "vi-VN"))
    assert "150.000 VND" in text
    assert "1,5 kg 100.000" in text


def test_the_same_document_gives_the_same_bytes_also_in_another_process() -> None:
    script = (
        "import hashlib; from apps.exchange.paper import render_paper; from tests.exchange.documents import STANDARD; "
        "print(hashlib.sha256(render_paper(STANDARD, locale='vi')).hexdigest())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = hashlib.sha256(render_paper(STANDARD, locale="vi")).hexdigest()
    assert answer.stdout.strip() == ours


@pytest.mark.parametrize("path", ["seller.name", "buyer.name", "number", "terms", "lines.0.item.name", "lines.0.note",
                                  "notes.0.text", "adjustments.0.reason", "references.buyer",
                                  "payments.0.reference"])  # fmt: skip
def test_texts_cannot_break_out_of_the_template(path: str) -> None:
    """books.md 64."""
    reader = opened(spoil(STANDARD, path, HOSTILE))
    text = "".join(text_of(reader).replace("\u200b", "").split())
    assert "".join(['#read("/etc/passwd")']) in text
    assert list(reader.attachments) == ["invoice.xml"]


def test_vietnamese_and_portuguese_are_drawn_and_what_cannot_be_is_told() -> None:
    words = "Đặng Thị Hương ơưăâêôđ ỹ ₫ São João ção ñ ß €"
    text = text_of(opened(spoil(STANDARD, "buyer.name", words)))
    assert words in text
    assert "□" not in text
    foreign = opened(spoil(STANDARD, "buyer.name", "漢字 Ltd 😀"))
    assert "□□ Ltd □" in text_of(foreign)
    assert "Characters shown as □ are written out" in text_of(foreign)
    assert read_einvoice(foreign.attachments["invoice.xml"][0]).invoice.buyer.name == "漢字 Ltd 😀"  # type: ignore[union-attr]


def test_the_letters_that_are_taken_for_granted_can_be_drawn() -> None:
    assert glyphs._missing("".join(sorted(glyphs._KNOWN))) == ""


def test_a_long_document_goes_over_pages_under_the_same_heading() -> None:
    lines = tuple(replace(LINE_1, number=str(number)) for number in range(1, 61))
    reader = opened(replace(STANDARD, lines=lines))
    assert len(reader.pages) > 3
    for number, page in enumerate(reader.pages, 1):
        assert f"Page {number} / {len(reader.pages)}" in page.extract_text()
    assert "Quantity" in reader.pages[1].extract_text()


def test_a_word_without_an_end_stays_on_the_paper() -> None:
    text = text_of(opened(spoil(STANDARD, "lines.1.item.name", "W" * 400)))
    assert text.replace("\u200b", "").replace(" ", "").count("W") >= 400


def test_every_language_has_every_word() -> None:
    english: Any = _WORDS["en"]
    assert {language: set(words) ^ set(english) for language, words in _WORDS.items()} == {
        language: set() for language in _WORDS
    }
