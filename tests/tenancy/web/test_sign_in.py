"""Signing in: with a password and a code, locked after wrong ones, and none of it depends on Redis."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import caches
from django.test import Client

from apps.core.ids import new_id
from apps.tenancy.models import User
from tests.factories.tenants import Company

PASSWORD = "a-long-Enough-1-word"
PAGE = "/accounts/login/"


@pytest.fixture
def person(company: Company) -> User:
    user = company.people["finance"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def browser() -> Client:
    """A browser at an address of its own, so that lock-outs of other tests do not count here."""
    number = new_id().int & 0xFFFF
    return Client(REMOTE_ADDR=f"10.9.{number >> 8}.{number & 255}")


@pytest.fixture
def without_redis(settings: Any) -> Iterator[None]:
    settings.CACHES = {
        **settings.CACHES,
        "redis": {**settings.CACHES["redis"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    yield
    caches["redis"].close()


def try_password(browser: Client, person: User, password: str = PASSWORD) -> Any:
    return browser.post(PAGE, {"login": person.email, "password": password})


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def is_signed_in(browser: Client) -> bool:
    return bool(browser.get("/").status_code == 200)


def test_a_person_signs_in_with_a_password(person: User, browser: Client) -> None:
    assert try_password(browser, person).status_code == 302
    assert is_signed_in(browser)


def test_a_wrong_password_says_nothing_about_the_address(person: User, browser: Client) -> None:
    known = try_password(browser, person, "wrong")
    unknown = browser.post(PAGE, {"login": f"nobody.{person.email}", "password": "wrong"})
    words = "The email address and/or password you specified are not correct."
    assert (words in known.content.decode(), words in unknown.content.decode()) == (True, True)
    assert not is_signed_in(browser)


def test_the_sixth_attempt_finds_the_door_locked_even_with_the_right_password(
    person: User, browser: Client
) -> None:
    for _ in range(5):
        last = try_password(browser, person, "wrong")
    assert last.status_code == 429
    assert try_password(browser, person).status_code == 429
    assert not is_signed_in(browser)


def test_sign_up_is_closed(browser: Client) -> None:
    body = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/accounts/signup/", body)
    assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize("redis", ["with_redis", "without_redis"])
def test_a_second_factor_is_asked_for_and_each_code_opens_once(
    redis: str, person: User, browser: Client, request: pytest.FixtureRequest
) -> None:
    if redis == "without_redis":
        request.getfixturevalue("without_redis")
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    while time.time() % 30 > 25:  # the code must not change between the two attempts
        time.sleep(0.2)
    assert try_password(browser, person).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(browser)
    code = code_of(secret)
    assert browser.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert is_signed_in(browser)
    thief = Client(REMOTE_ADDR=browser.defaults["REMOTE_ADDR"])
    try_password(thief, person)
    assert thief.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert not is_signed_in(thief)


def test_a_recovery_code_opens_once(person: User, browser: Client) -> None:
    TOTP.activate(person, generate_totp_secret())
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    try_password(browser, person)
    assert browser.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert is_signed_in(browser)
    again = Client(REMOTE_ADDR=browser.defaults["REMOTE_ADDR"])
    try_password(again, person)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert not is_signed_in(again)
