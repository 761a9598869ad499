"""The description is complete, committed, free of warnings, and readable without the internet."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from tests.api.calls import Api, problem, some_address
from tests.api.routes import ALL

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "docs" / "api" / "openapi.yaml"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMMITTED.read_text())
    return found


@pytest.fixture
def reader() -> Client:
    return Client(REMOTE_ADDR=some_address())


def test_the_committed_description_is_the_code(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    assert made.read_text() == COMMITTED.read_text(), (
        "run: manage.py spectacular --file docs/api/openapi.yaml"
    )


def test_every_route_and_method_is_described(described: dict[str, Any]) -> None:
    found = {
        (re.sub(r"\{\w+\}", "{}", path), method.upper())
        for path, operations in described["paths"].items()
        for method in operations
    }
    wanted = {("/api/v1/" + re.sub(r"\{\w+\}", "{}", call.path), call.method) for call in ALL}
    assert found == wanted | {("/api/v1/token", "POST"), ("/api/v1/token/refresh", "POST")}


def test_every_operation_says_what_it_needs_and_how_it_refuses(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            refusal = operation["responses"]["default"]["content"]["application/problem+json"]
            assert refusal["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert bool(operation.get("security")) == ("token" not in path)
            names = {parameter["name"] for parameter in operation["parameters"]}
            if method == "post" and "token" not in path:
                assert "Idempotency-Key" in names
            if method in {"patch", "delete"}:
                assert "If-Match" in names


def test_answers_and_examples_keep_to_the_description(described: dict[str, Any]) -> None:
    checked = 0
    for operations in described["paths"].values():
        for operation in operations.values():
            for content in [operation.get("requestBody", {}), *operation["responses"].values()]:
                media = content.get("content", {}).get("application/json", {})
                for example in media.get("examples", {}).values():
                    check(example["value"], media["schema"], described)
                    checked += 1
    assert checked >= 12


def test_real_answers_keep_to_the_description(api: Api, customer_id: str, described: dict[str, Any]) -> None:
    from tests.api.calls import new_document

    made = api.post("invoices", new_document(customer_id)).json()
    check(made, {"$ref": "#/components/schemas/Document"}, described)
    listed = api.get("invoices").json()
    check(listed, {"$ref": "#/components/schemas/PaginatedDocumentRowList"}, described)
    refused = problem(api.post("invoices", {}), 422, "invalid_input")
    check(refused, {"$ref": "#/components/schemas/Problem"}, described)


def check(value: Any, schema: dict[str, Any], described: dict[str, Any]) -> None:
    """Validate against OpenAPI 3.0, whose `nullable` plain JSON Schema does not know; nothing may be left out."""
    jsonschema.Draft7Validator({**plain(schema), "components": plain(described["components"])}).validate(
        value
    )


def plain(schema: Any) -> Any:
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: plain(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") is True:
        return {"anyOf": [{"type": "null"}, found]}
    if schema.get("type") == "object" and "properties" in schema:
        found["additionalProperties"] = False
    return found


def test_the_description_is_served_to_everybody(reader: Client) -> None:
    answer = reader.get("/api/schema")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content) == yaml.safe_load(COMMITTED.read_text())
    packed = reader.get("/api/schema", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    as_json = reader.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert as_json.json()["openapi"].startswith("3.")


def test_the_page_for_readers_needs_no_internet(reader: Client) -> None:
    page = reader.get("/api/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assets = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert assets
    assert not [asset for asset in assets if asset.startswith(("http:", "https:", "//"))]
    for asset in assets:
        served = reader.get(asset)
        assert served.status_code == 200, asset
        served.close()
    assert "default-src 'none'" in page["Content-Security-Policy"]
