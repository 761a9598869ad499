"""People sign in with password, lock-out and second factor; their token ends with their membership."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from apps.core import clock
from apps.core.scope import SYSTEM, open_scope
from apps.tenancy.models import Membership, User
from apps.tenancy.operations import add_member, end_membership, set_role_permission
from tests.api.calls import Api, faulty_fields, problem, some_address
from tests.factories.books import make_customer
from tests.factories.tenants import Company

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """Hash passwords quickly: how long it takes is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(company: Company) -> User:
    """The company's finance person, with a password."""
    user = company.people["finance"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in(user: User, api: Api | None = None, **more: str) -> Any:
    body = {"email": user.email, "password": PASSWORD} | more
    return (api or Api()).post("token", body)


def bearer(tokens: Any) -> Api:
    return Api(tokens.json()["access"])


def test_a_token_opens_the_books_with_the_persons_role(company: Company, person: User) -> None:
    answer = sign_in(person)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["tenant"]["slug"] == company.tenant.slug
    api = bearer(answer)
    assert api.get("invoices").status_code == 200
    problem(api.post("products", {}), 403, "forbidden")


def test_address_and_password_are_not_told_apart(person: User) -> None:
    wrong = sign_in(person, password="something else")
    unknown = Api().post("token", {"email": "nobody@example.com", "password": PASSWORD})
    for answer in (wrong, unknown):
        problem(answer, 401, "sign_in_refused")
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_an_ended_membership_ends_the_token_at_once(company: Company, person: User) -> None:
    tokens = sign_in(person)
    api = bearer(tokens)
    assert api.get("invoices").status_code == 200
    with open_scope(company.scope()):
        membership = Membership.objects.get(user=person, ended_at=None)
        end_membership(membership_id=membership.id, actor=company.actor(), now=clock.now())
    problem(api.get("invoices"), 401, "membership_ended")
    problem(Api().post("token/refresh", {"refresh": tokens.json()["refresh"]}), 401, "token_invalid")


def test_a_permission_taken_from_the_role_is_gone_at_once(company: Company, person: User) -> None:
    api = bearer(sign_in(person))
    with open_scope(company.scope()):
        set_role_permission(
            role="finance", permission="invoices.read", granted=False, actor=SYSTEM, now=clock.now()
        )
    problem(api.get("invoices"), 403, "forbidden")


def test_a_changed_password_ends_earlier_tokens(person: User) -> None:
    api = bearer(sign_in(person))
    person.set_password("another password entirely")
    person.save(update_fields=["password"])
    problem(api.get("invoices"), 401, "token_invalid")


def test_a_person_who_was_switched_off_is_refused(person: User) -> None:
    api = bearer(sign_in(person))
    person.is_active = False
    person.save(update_fields=["is_active"])
    problem(api.get("invoices"), 401, "token_invalid")
    problem(sign_in(person), 401, "sign_in_refused")


def test_a_token_is_renewed_and_ends(person: User) -> None:
    tokens = sign_in(person).json()
    renewed = Api().post("token/refresh", {"refresh": tokens["refresh"]})
    assert bearer(renewed).get("invoices").status_code == 200
    problem(Api(tokens["refresh"]).get("invoices"), 401, "token_invalid")
    problem(Api().post("token/refresh", {"refresh": tokens["access"]}), 401, "token_invalid")
    old = AccessToken(tokens["access"].encode())
    old.set_exp(from_time=clock.now() - timedelta(hours=1), lifetime=timedelta(minutes=15))
    problem(Api(str(old)).get("invoices"), 401, "token_invalid")


def test_a_token_is_for_one_tenant(company: Company, stranger: Company, person: User) -> None:
    with open_scope(stranger.scope()):
        add_member(user=person, role="support", actor=SYSTEM, now=clock.now())
        theirs = str(make_customer().id)
    assert faulty_fields(sign_in(person), "tenant_needed") == {"tenant": "tenant_needed"}
    api = bearer(sign_in(person, tenant=company.tenant.slug))
    problem(api.get(f"customers/{theirs}"), 404, "not_found")
    assert bearer(sign_in(person, tenant=str(stranger.id))).get(f"customers/{theirs}").status_code == 200


def test_a_company_one_is_no_member_of_is_unknown(stranger: Company, person: User) -> None:
    real, made_up = sign_in(person, tenant=stranger.tenant.slug), sign_in(person, tenant="no-such-company")
    assert faulty_fields(real, "unknown_tenant") == faulty_fields(made_up, "unknown_tenant")
    assert real.json()["detail"] == made_up.json()["detail"]


def test_a_second_factor_is_asked_for(person: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    problem(sign_in(person), 401, "code_needed")
    problem(sign_in(person, code="000000"), 401, "sign_in_refused")
    code = format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30))
    assert sign_in(person, code=code).status_code == 200
    problem(sign_in(person, code=code), 401, "sign_in_refused")


def test_a_recovery_code_works_once(person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    assert sign_in(person, code=code).status_code == 200
    problem(sign_in(person, code=code), 401, "sign_in_refused")


def test_too_many_failures_lock_the_sign_in(person: User, settings: Any) -> None:
    api = Api()
    tries = settings.AXES_FAILURE_LIMIT
    codes = [sign_in(person, api, password="wrong").status_code for _ in range(tries)]
    assert codes == [401] * (tries - 1) + [429]
    locked = sign_in(person, api)
    problem(locked, 429, "locked_out")
    assert int(locked["Retry-After"]) >= 60
    assert sign_in(person, Api()).status_code == 200


def test_wrong_codes_count_towards_the_lock(person: User, settings: Any) -> None:
    TOTP.activate(person, generate_totp_secret())
    api = Api()
    codes = [sign_in(person, api, code="000000").status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert codes[-1] == 429


def test_the_browsers_session_needs_its_token_to_write(company: Company) -> None:
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR=some_address())
    client.force_login(company.people["admin"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/api/v1/customers").status_code == 200
    body = {"code": "C-1", "name": "Ann", "country_code": "GB"}
    refused = client.post("/api/v1/customers", body, content_type="application/json")
    problem(refused, 403, "permission_denied")
    token = "a" * 32
    client.cookies["csrftoken"] = token
    headers = {"X-CSRFToken": token}
    made = client.post("/api/v1/customers", body, content_type="application/json", headers=headers)
    assert made.status_code == 201


def test_a_person_without_a_company_is_refused() -> None:
    user = User.objects.create(email=f"{some_address()}@example.com", password="!")
    client = Client(REMOTE_ADDR=some_address())
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    problem(client.get("/api/v1/customers"), 401, "no_membership")
