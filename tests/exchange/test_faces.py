"""Command, page and API tell the same report about a file."""

import base64
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from apps.exchange.ubl import write_ubl
from tests.api.calls import api_for, problem
from tests.exchange.documents import STANDARD, eur, spoil
from tests.exchange.pdfs import pdf_with
from tests.factories.pages import SignIn, names_in, state_of, summary_of
from tests.factories.tenants import Company

RIGHT = write_ubl(STANDARD)
WRONG = write_ubl(spoil(STANDARD, "totals.due", eur("141.32")))
WARNED = write_ubl(spoil(STANDARD, "payments.1.card.number", "41111111111"))


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("validate_einvoice", *arguments, stdout=out)
    return int(ended.value.code or 0), out.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    made = {
        "right": RIGHT,
        "wrong": WRONG,
        "warned": WARNED,
        "torn": RIGHT[:500],
        "pdf": pdf_with(("factur-x.xml", RIGHT)),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in [*made, "missing"]}


@pytest.mark.parametrize("names,code", [
    (["right"], 0), (["warned"], 0), (["pdf"], 0), (["wrong"], 1), (["right", "wrong"], 1), (["torn"], 2),
    (["missing"], 2), (["wrong", "torn", "right"], 2),
])  # fmt: skip
def test_the_command_says_by_its_exit_code_how_bad_it_is(
    files: dict[str, str], names: list[str], code: int
) -> None:
    chosen = [files[name] for name in names]
    assert run(*chosen)[0] == code
    assert run(*chosen, "--json")[0] == code


def test_the_command_prints_json_for_programs(files: dict[str, str]) -> None:
    _, out = run(files["wrong"], files["torn"], "--json")
    wrong, torn = json.loads(out)["files"]
    assert (wrong["valid"], wrong["fatal"], wrong["syntax"], wrong["summary"]["number"]) == (
        False,
        1,
        "UBL",
        "2026-17",
    )
    assert wrong["findings"] == [{
        "rule": "BR-CO-16", "severity": "fatal", "place": "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",
        "expected": "141.30", "found": "141.32 EUR",
        "text": "The amount due (BT-115) is the total with tax − paid + rounding (BT-112, BT-113, BT-114).",
    }]  # fmt: skip
    assert torn["error"]["code"] == "not_xml"


def test_the_command_prints_lines_for_people(files: dict[str, str]) -> None:
    _, out = run(files["right"], files["wrong"], files["missing"])
    first, *_ = out.splitlines()
    assert first == f"{files['right']}: valid, UBL, 0 fatal, 0 warnings"
    assert "fatal   BR-CO-16 at /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount" in out
    assert "Expected 141.30, found 141.32 EUR." in out
    assert "not read (file_missing). The file cannot be opened" in out


def sent(content: bytes, **more: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("in.xml", content), **more}


def test_the_page_shows_findings_and_keeps_nothing(company: Company, sign_in: SignIn) -> None:
    before, client = state_of(company), sign_in(company, "support")
    page = names_in(client.post("/e-invoices/", sent(WRONG)))
    for text in (
        "1 fatal finding",
        "BR-CO-16",
        "141.32 EUR",
        "Norsk Lys AS",
        "Peeters &amp; Zonen BV",
        "161.32 EUR",
    ):
        assert text in page
    assert "No fatal finding" in names_in(client.post("/e-invoices/", sent(RIGHT, profile="peppol")))
    assert state_of(company) == before


def test_the_page_says_why_a_file_is_not_read(company: Company, sign_in: SignIn) -> None:
    answer = sign_in(company).post("/e-invoices/", sent(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'))
    assert answer.status_code == 422
    assert "document type declaration" in names_in(answer) + summary_of(answer)


def test_what_a_file_says_is_shown_as_text(company: Company, sign_in: SignIn) -> None:
    """books.md 64: a file changes nothing of the page it is shown on."""
    bad = write_ubl(
        spoil(spoil(STANDARD, "seller.name", "<script>alert(1)</script>"), "type_code", "<b>x</b>")
    )
    page = names_in(sign_in(company).post("/e-invoices/", sent(bad)))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "kind", ["application/json", "application/xml", "text/xml", "application/octet-stream"]
)
def test_the_api_takes_a_file_raw_or_in_json(company: Company, kind: str) -> None:
    api = api_for(company, ["invoices.read"])
    body = json.dumps({"name": "x.xml", "content": base64.b64encode(WRONG).decode()}).encode()
    answer = api.client.generic(
        "POST", "/api/v1/einvoices/validate", body if kind == "application/json" else WRONG, kind,
        headers={"Authorization": f"Bearer {api.secret}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["valid"], told["fatal"], told["findings"][0]["rule"]) == (False, 1, "BR-CO-16")


def test_the_api_holds_a_file_to_the_rules_that_are_asked_for(company: Company) -> None:
    plain = write_ubl(spoil(STANDARD, "specification", "urn:cen.eu:en16931:2017"))
    api = api_for(company, ["invoices.read"])
    body = {"name": "x.xml", "content": base64.b64encode(plain).decode()}
    assert api.post("einvoices/validate", body).json()["valid"] is True
    strict = api.post("einvoices/validate", {**body, "profile": "peppol"}).json()
    assert [each["rule"] for each in strict["findings"]] == ["PEPPOL-EN16931-R004"]


def test_the_api_refuses_what_cannot_be_read(company: Company) -> None:
    api = api_for(company, ["invoices.read"])
    told = problem(api.post("einvoices/validate", {"name": "x", "content": "PGEvPg=="}), 422, "wrong_root")
    assert "its root is “a”" in told["detail"]
    assert api.post("einvoices/validate", {"name": "x", "content": "%%"}).status_code == 422
    assert api.post("einvoices/validate", {"name": "x"}).status_code == 422
