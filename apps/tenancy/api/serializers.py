"""Sign-in over HTTP as the API takes and shows it."""

from rest_framework import serializers

from apps.core.api.fields import Text
from apps.core.api.serializers import Body, Shown


class SignIn(Body):
    """A person's proof; `code` where the account has a second factor, `tenant` where there are several."""

    email = Text(max_length=254)
    password = Text(max_length=1000, trim_whitespace=False)
    code = Text(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="From the authenticator app, or a recovery code.",
    )
    tenant = Text(max_length=64, required=False, help_text="The company's short name or id.")


class Renewal(Body):
    """A refresh token."""

    refresh = Text(max_length=4000)


class TenantShown(Shown):
    """A company that keeps its books here."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class TokensShown(Shown):
    """Send `access` as `Authorization: Bearer …`; renew it with `refresh`."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until `access` ends.")
    tenant = TenantShown()
