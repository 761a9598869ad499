"""Sign-in of people for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import shown
from apps.core.api.views import OpenView
from apps.tenancy.api.serializers import Renewal, SignIn, TokensShown
from apps.tenancy.api.tokens import choose_membership, issue_tokens, renew, sign_in

TAGS = ["sign-in"]
NOT_STORED = {"Cache-Control": "no-store"}


class TokenView(OpenView):
    """A first access token."""

    @extend_schema(
        operation_id="create_token", summary="Sign in", tags=TAGS, request=SignIn, responses=shown(TokensShown),
        description="For people. Programs use an API key, made on the page “API keys”.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = SignIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        user = sign_in(
            request._request, email=given["email"], password=given["password"], code=given.get("code", "")
        )
        membership = choose_membership(user, given.get("tenant", ""))
        return Response(TokensShown(issue_tokens(user, membership.tenant)).data, headers=NOT_STORED)


class RenewalView(OpenView):
    """The next access token."""

    @extend_schema(
        operation_id="renew_token", summary="Renew an access token", tags=TAGS,
        request=Renewal, responses=shown(TokensShown),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = Renewal(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(TokensShown(renew(body.validated_data["refresh"])).data, headers=NOT_STORED)
