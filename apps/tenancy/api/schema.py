"""How callers prove themselves, for the API's description."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """An API key, in one of two headers."""

    target_class = "apps.tenancy.api.authentication.ApiKeyAuthentication"
    name = ["ApiKey", "ApiKeyHeader"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        return [{"ApiKey": []}, {"ApiKeyHeader": []}]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "An API key (`bh_…`) as bearer."},
            {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key (`bh_…`)."},
        ]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A person's access token."""

    target_class = "apps.tenancy.api.authentication.TokenAuthentication"
    name = "AccessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "From `/api/v1/token`.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session."""

    target_class = "apps.tenancy.api.authentication.PageSessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        description = "The browser's session; writes need the header `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": description}
