"""Calling the API in tests: a client with a key, bodies that are accepted, and what refusals look like."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.api.tokens import issue_tokens
from apps.tenancy.operations import create_api_key
from apps.tenancy.permissions import KEY_SCOPES
from apps.tenancy.queries import TenantInfo
from tests.factories.tenants import Company


@dataclass
class Api:
    """A program that calls the API; each comes from an address of its own, so that throttles count it apart."""

    secret: str = ""
    key_id: UUID | None = None
    client: Client = field(default_factory=lambda: Client(REMOTE_ADDR=some_address()))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call `/api/v1/…`; a body that is bytes is sent as it is."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            given["Authorization"] = f"Bearer {self.secret}"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, f"/api/v1/{path}", raw, "application/json", headers=given)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)


def api_for(
    company: Company,
    scopes: Collection[str] = KEY_SCOPES,
    *,
    customer_id: UUID | None = None,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> Api:
    """Return a caller with a new key of a company."""
    with open_scope(company.scope()):
        key, secret = create_api_key(
            name="test", scopes=scopes, customer_id=customer_id, expires_at=expires_at,
            actor=company.actor(), now=now or clock.now(),
        )  # fmt: skip
    return Api(secret, key.id)


def person_for(company: Company, role: str = "admin") -> Api:
    """Return a caller with the token of a person of a company."""
    return Api(issue_tokens(company.people[role], cast("TenantInfo", company.tenant)).access)


def some_address() -> str:
    """Return a random address of the network for benchmarks (RFC 2544)."""
    return f"198.18.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


def new_document(customer: object, /, **changes: Any) -> dict[str, Any]:
    """Return a body that creates a draft: 6 × 2.55 at 20 %: net 15.30, tax 3.06."""
    return {
        "customer": str(customer),
        "currency": "GBP",
        "issue_date": "2026-03-02",
        "due_date": "2026-04-01",
        "lines": [{"description": "Heart", "quantity": "6", "unit_price": "2.55", "tax_rate": "20"}],
    } | changes


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Check that a response is a problem (RFC 9457) and return its members."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    members: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "detail", "code", "cure", "errors", "request_id"} <= set(members)
    assert (members["status"], members["code"]) == (status, code), members
    assert members["type"] == f"urn:problem-type:bulkhead:{code}"
    assert members["request_id"] == response["X-Request-ID"]
    return members


def faulty_fields(response: HttpResponse, code: str = "invalid_input") -> dict[str, str]:
    """Return the codes by field of a refused body."""
    return {error["field"]: error["code"] for error in problem(response, 422, code)["errors"]}
