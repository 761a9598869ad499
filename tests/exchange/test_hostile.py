"""Files that want to do harm are refused before anything is built from them, with a clear error."""

import codecs

import pytest

from apps.exchange import xml
from apps.exchange.reading import read_einvoice
from apps.exchange.ubl import write_ubl
from apps.exchange.xml import EInvoiceRefused
from tests.exchange.documents import STANDARD
from tests.exchange.pdfs import endless_pdf, pdf_bomb, pdf_with, signed_pdf

RIGHT = write_ubl(STANDARD)
BODY = RIGHT.partition(b"?>")[2].strip()
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Invoice>&c;</Invoice>"""
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Invoice>&e;</Invoice>'
)
PARAMETER = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]><Invoice/>'
DTD = b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/invoice.dtd"><Invoice/>'
XINCLUDE = b"""<Invoice xmlns:xi="http://www.w3.org/2001/XInclude">
<xi:include href="file:///etc/passwd" parse="text"/></Invoice>"""


@pytest.mark.parametrize("code,content", [
    ("file_empty", b""), ("file_empty", b" \r\n\t "),
    ("dtd", LAUGHS), ("dtd", EXTERNAL), ("dtd", PARAMETER), ("dtd", DTD),
    ("dtd", RIGHT.replace(b"<cbc:ID>", b"<cbc:ID><![CDATA[<!DOCTYPE x>]]>", 1)),
    ("xinclude", XINCLUDE),
    ("wrong_encoding", RIGHT.decode().encode("utf-16")), ("wrong_encoding", RIGHT.decode().encode("utf-16-be")),
    ("wrong_encoding", codecs.BOM_UTF32_LE + RIGHT.decode().encode("utf-32-le")),
    ("wrong_encoding", b'<?xml version="1.0" encoding="UTF-16"?>' + BODY),
    ("wrong_encoding", b"<?xml version='1.0' encoding = 'utf-7'?>" + BODY),
    ("wrong_encoding", b'<?xml version="1.0" encoding="ISO-8859-1"?>' + BODY.replace(b"Storgata", b"St\xf8rgata")),
    ("wrong_encoding", RIGHT.replace(b"Storgata", b"St\xf8rgata")),
    ("nul_bytes", RIGHT.replace(b"Storgata", b"Stor\0gata")),
    ("not_xml", RIGHT[: len(RIGHT) // 2]), ("not_xml", b"Invoice 17: 100 EUR"), ("not_xml", RIGHT + b"<more/>"),
    ("not_xml", b"<Invoice>&nbsp;</Invoice>"), ("not_xml", b"<Invoice>&#0;</Invoice>"),
    ("not_xml", b"<Invoice a='1' a='2'/>"), ("not_xml", b"PK\x03\x04 not an invoice"),
    ("not_xml", RIGHT.replace(b"<cbc:Note>", b"<cbc:Note>" + b"n" * 11_000_000, 1)),
    ("too_deep", b"<a>" * 41 + b"</a>" * 41), ("too_deep", b"<a>" * 100_000),
    ("too_many_elements", b"<a>" + b"<b/>" * 400_000 + b"</a>"),
    ("too_many_attributes", b"<a " + b" ".join(b'a%d="1"' % n for n in range(21)) + b"/>"),
    ("name_too_long", b"<" + b"a" * 300 + b"/>"),
    ("wrong_root", b"<html><body/></html>"), ("wrong_root", RIGHT.replace(b"Invoice-2", b"Order-2")),
    ("wrong_root", b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2'/>"),
    ("not_a_number", RIGHT.replace(b">161.32<", b">161,32<")), ("not_a_number", RIGHT.replace(b">161.32<", b">1e9<")),
    ("not_a_number", RIGHT.replace(b">161.32<", b">NaN<")), ("not_a_number", RIGHT.replace(b">161.32<", b">-INF<")),
    ("not_a_number", RIGHT.replace(b">161.32<", b">" + b"9" * 41 + b"<")),
    ("not_a_number", RIGHT.replace(b">161.32<", ">١٦١<".encode())),
    ("not_a_date", RIGHT.replace(b">2026-03-14<", b">14.03.2026<")),
    ("not_a_date", RIGHT.replace(b">2026-03-14<", b">2026-02-30<")),
    ("not_a_flag", RIGHT.replace(b">false</cbc:Charge", b">no</cbc:Charge")),
    ("not_base64", RIGHT.replace(b"filename=\"scan.pdf\">", b"filename=\"scan.pdf\">%%%")),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_a_hostile_or_broken_file_is_refused(code: str, content: bytes) -> None:
    with pytest.raises(EInvoiceRefused) as refused:
        read_einvoice(content)
    assert refused.value.code == code
    assert refused.value.message.endswith("Nothing was imported.")
    assert refused.value.cure


def test_an_encoding_named_where_nobody_looks_is_not_believed() -> None:
    hidden = b'<?xml version="1.0"' + b" " * 500 + b'encoding="utf-7"?><Invoice>+ADwAIQ-DOCTYPE</Invoice>'
    with pytest.raises(EInvoiceRefused) as refused:
        read_einvoice(hidden)
    assert refused.value.code in {"wrong_root", "not_xml"}


def test_a_file_over_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EInvoiceRefused, match="larger than 20 MB"):
        read_einvoice(b" " * xml.MAX_BYTES + b"<a/>")


def test_a_gigabyte_in_one_element_is_cut_off_by_its_size() -> None:
    class Gigabyte(bytes):
        def __len__(self) -> int:
            return 2**30

    with pytest.raises(EInvoiceRefused, match="larger than 20 MB"):
        read_einvoice(Gigabyte(b"<Invoice>"))


def test_a_byte_order_mark_and_a_million_spaces_do_no_harm() -> None:
    assert read_einvoice(codecs.BOM_UTF8 + RIGHT).invoice == STANDARD
    assert read_einvoice(RIGHT + b"\n" * 1_000_000).invoice == STANDARD


def test_processing_instructions_and_comments_are_not_part_of_the_invoice() -> None:
    noisy = RIGHT.replace(b"<cbc:ID>2026", b"<?php echo 1 ?><!-- x --><cbc:ID>2026<!-- y -->", 1)
    assert read_einvoice(noisy).invoice == STANDARD


@pytest.mark.parametrize("code,content", [
    ("pdf_without_xml", pdf_with()), ("pdf_without_xml", pdf_with(("readme.txt", b"x"))),
    ("pdf_encrypted", pdf_with(("factur-x.xml", RIGHT), password="secret")),
    ("pdf_ambiguous", pdf_with(("a.xml", RIGHT), ("b.xml", RIGHT))),
    ("pdf_damaged", b"%PDF-1.7 and then nothing of the kind"), ("pdf_damaged", endless_pdf()),
    ("pdf_damaged", b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 2000),
    ("pdf_bomb", pdf_bomb(25)), ("dtd", pdf_with(("factur-x.xml", LAUGHS))),
    ("wrong_encoding", pdf_with(("factur-x.xml", pdf_with(("factur-x.xml", RIGHT))))),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_a_pdf_without_a_harmless_invoice_is_refused(code: str, content: bytes) -> None:
    with pytest.raises(EInvoiceRefused) as refused:
        read_einvoice(content)
    assert refused.value.code == code


def test_a_signed_pdf_is_read_and_its_signature_is_nobodys_proof() -> None:
    read = read_einvoice(signed_pdf("factur-x.xml", RIGHT))
    assert (read.invoice, read.container) == (STANDARD, "factur-x.xml")


def test_the_named_invoice_is_taken_out_of_several_files() -> None:
    content = pdf_with(("other.xml", b"<a/>"), ("ZUGFeRD-invoice.xml", RIGHT), ("notes.txt", b"x"))
    assert read_einvoice(content).invoice == STANDARD
