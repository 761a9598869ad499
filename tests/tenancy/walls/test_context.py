"""The signed context: what is not signed, or no longer, shows nothing."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection as django_connection
from django.db import transaction
from psycopg import errors

from apps.core.scope import SYSTEM, Scope, open_scope, platform_scope
from apps.core.tokens import LIFETIME_SECONDS, sign_context
from apps.parties.models import Customer
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import SET_CONTEXT, attempt, bare_session, enter, one, wait_for_replica

COUNT = "select count(*) from parties_customer"
REFUSED = "42501"


def test_the_signed_context_shows_the_tenants_own_rows(company: Company, victim: Customer) -> None:
    with bare_session() as session:
        enter(session, company.scope())

        assert one(session, COUNT) == 1


def test_without_a_context_nothing_is_shown(victim: Customer) -> None:
    with bare_session() as session:
        assert one(session, COUNT) == 0


def test_an_empty_context_shows_nothing(victim: Customer) -> None:
    with bare_session() as session:
        enter(session, "")

        assert one(session, COUNT) == 0


def test_another_tenants_context_shows_nothing(victim: Customer, stranger: Company) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())

        assert one(session, COUNT) == 0


@pytest.mark.parametrize("field", range(1, 11))
def test_a_context_altered_in_any_field_is_refused(company: Company, stranger: Company, field: int) -> None:
    parts = sign_context(company.scope()).split("|")
    parts[field] = {2: str(stranger.id), 9: str(int(parts[9]) + 60), 10: "1"}.get(field, parts[field] + "0")

    with bare_session() as session:
        enter(session, "|".join(parts))

        assert attempt(session, COUNT) == REFUSED


@pytest.mark.parametrize(
    "text",
    ["garbage", "|" * 11, "v1|k1|||||||||", "'; select 1; --", "\u00e9" * 400, "v2" + "|" * 11, "|" * 5000],
)
def test_a_context_that_is_none_is_refused(victim: Customer, text: str) -> None:
    with bare_session() as session:
        enter(session, text)

        assert attempt(session, COUNT) == REFUSED


def test_a_bare_tenant_id_is_refused(company: Company, victim: Customer) -> None:
    with bare_session() as session:
        enter(session, str(company.id))

        assert attempt(session, COUNT) == REFUSED


def test_a_context_signed_with_another_key_is_refused(
    company: Company, victim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = sign_context(company.scope()).split("|")
    monkeypatch.setattr("apps.core.tokens.signing_key", lambda: (genuine[1], bytes(32)))

    with bare_session() as session:
        enter(session, company.scope())

        assert attempt(session, COUNT) == REFUSED


def test_a_context_of_an_unknown_key_is_refused(
    company: Company, victim: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.tokens.signing_key", lambda: ("unknown", bytes(32)))

    with bare_session() as session:
        enter(session, company.scope())

        assert attempt(session, COUNT) == REFUSED


def test_an_expired_context_is_refused(company: Company, victim: Customer) -> None:
    with bare_session() as session:
        now = one(session, "select extract(epoch from clock_timestamp())::float8")
        enter(session, sign_context(company.scope(), now=now - LIFETIME_SECONDS - 2))

        assert attempt(session, COUNT) == REFUSED


def test_a_context_bound_to_a_backend_works_there_alone(company: Company, victim: Customer) -> None:
    with bare_session() as home, bare_session() as elsewhere:
        token = sign_context(company.scope(), backend_pid=home.info.backend_pid)
        enter(home, token)
        enter(elsewhere, token)

        assert one(home, COUNT) == 1
        assert attempt(elsewhere, COUNT) == REFUSED


def test_no_field_can_speak_for_its_neighbour(company: Company, stranger: Company, victim: Customer) -> None:
    scope = replace(stranger.scope(), request_id=f"x|{company.id}|\n|", trace_id=f"|{company.id}")

    with bare_session() as session:
        enter(session, scope)

        assert one(session, "select tenancy.current_tenant()") == stranger.id
        assert one(session, COUNT) == 0


@pytest.mark.parametrize("alias", ["default", "replica"])
def test_set_config_inside_a_select_forges_nothing(company: Company, stranger: Company, victim: Customer,
                                                   alias: str) -> None:  # fmt: skip
    wait_for_replica()
    forged = (
        "with forged as materialized (select set_config('bulkhead.context', %s, true) as token) "
        "select count(*) from forged, lateral (select * from parties_customer where forged.token is not null) c"
    )
    altered = sign_context(stranger.scope()).replace(str(stranger.id), str(company.id))

    with bare_session(alias) as session:
        enter(session, stranger.scope())

        assert attempt(session, forged, altered) == REFUSED
        assert attempt(session, forged, str(company.id)) == REFUSED
        assert one(session, COUNT) == 0


def test_the_context_ends_with_its_transaction(company: Company, victim: Customer) -> None:
    with bare_session() as session:
        for end in (session.commit, session.rollback):
            enter(session, company.scope())
            assert one(session, COUNT) == 1
            end()

            assert one(session, COUNT) == 0
            assert one(session, "select current_setting('bulkhead.context', true)") == ""
            session.rollback()


def test_a_rollback_to_a_savepoint_brings_the_earlier_context_back(
    company: Company, stranger: Company, victim: Customer
) -> None:
    with bare_session() as session:
        enter(session, stranger.scope())
        with session.transaction(force_rollback=True):
            enter(session, company.scope())
            assert one(session, COUNT) == 1

        assert one(session, COUNT) == 0


def test_a_session_reused_by_a_pooler_carries_nothing_over(
    company: Company, stranger: Company, victim: Customer
) -> None:
    """PgBouncer in transaction mode: one session, a transaction for one client, the next for another."""
    with bare_session() as session:
        enter(session, company.scope())
        assert attempt(session, "select 1 / 0") == "22012"
        session.rollback()
        assert one(session, COUNT) == 0
        session.rollback()
        enter(session, stranger.scope())

        assert one(session, COUNT) == 0


def test_a_setting_left_on_the_session_does_not_reach_the_next_client(
    company: Company, stranger: Company, victim: Customer
) -> None:
    """Whoever leaves a context on a pooled session gives it to nobody who works through the backend."""
    django_connection.ensure_connection()
    raw = django_connection.connection
    raw.execute("select set_config('bulkhead.context', %s, false)", [sign_context(company.scope())])
    try:
        for scope in (stranger.scope(), Scope(actor=SYSTEM)):
            with open_scope(scope):
                assert Customer.objects.count() == 0
                with transaction.atomic():
                    assert Customer.objects.count() == 0
    finally:
        raw.execute("reset bulkhead.context")


def test_a_platform_scope_shows_no_tenants_rows(victim: Customer) -> None:
    with platform_scope(SYSTEM):
        assert Customer.objects.count() == 0


def test_a_context_narrowed_to_a_customer_cannot_be_widened(company: Company, victim: Customer) -> None:
    narrowed = sign_context(company.scope(customer_id=uuid4()))
    parts = narrowed.split("|")
    parts[3] = ""

    with bare_session() as session:
        enter(session, narrowed)
        assert one(session, COUNT) == 0
        enter(session, "|".join(parts))
        assert attempt(session, COUNT) == REFUSED


def test_the_keys_cannot_be_read(admin_connection: psycopg.Connection[Any]) -> None:
    for alias in ("default", "replica", "default_sealer"):
        with bare_session(alias) as session, pytest.raises(errors.InsufficientPrivilege):
            session.execute("select * from tenancy.signing_key")


def test_a_role_without_need_cannot_set_a_context(admin_connection: psycopg.Connection[Any]) -> None:
    with admin_connection.transaction(force_rollback=True):
        admin_connection.execute("set local session authorization bulkhead_ask")

        assert attempt(admin_connection, SET_CONTEXT, "x") == REFUSED
        # pg_settings is a view that can be updated: its rule calls set_config.
        change = "update pg_settings set setting = 'x' where name = 'work_mem'"
        assert attempt(admin_connection, change) in {REFUSED, "25006"}
