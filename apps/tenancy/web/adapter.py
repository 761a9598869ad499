"""How django-allauth behaves here: members are invited, nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Close public sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
