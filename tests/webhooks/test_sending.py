"""Telling an endpoint: signed, in order, again after failures, never to a machine of our own network."""

import base64
import hmac
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from apps.core import clock
from apps.core.errors import NotFound
from apps.core.scope import SYSTEM, current_scope, open_scope, platform_scope
from apps.webhooks import wire
from apps.webhooks.addresses import may_call
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.operations import (
    OLD_SECRET_KEPT,
    PATIENCE,
    WAITS,
    EndpointPaused,
    claim_deliveries,
    create_endpoint,
    note_attempt,
    pause_endpoint,
    remove_endpoint,
    replay_delivery,
    resume_endpoint,
    rotate_secret,
    send_test_event,
)
from apps.webhooks.sending import tell_endpoint
from apps.webhooks.tasks import sweep_deliveries_task
from tests.factories.books import make_product
from tests.factories.pages import entries_of
from tests.factories.tenants import Company
from tests.webhooks.receiver import Receiver


def make_endpoint(there: Receiver, *events: str) -> tuple[Endpoint, str]:
    return create_endpoint(
        url=there.url, events=events or ("product.*",), actor=current_scope().actor, now=clock.now()
    )


def proves(call: tuple[dict[str, str], bytes], secret: str) -> bool:
    """Check a message as its receiver does, from the specification's text alone."""
    headers, body = call
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


def later(delivery: Delivery, wait: timedelta) -> None:
    """Bring a delivery's next moment near: as if that time had passed."""
    Delivery.objects.filter(id=delivery.id).update(next_at=delivery.next_at - wait)


def test_an_endpoint_is_told_with_a_proof_in_order(any_company: Company, there: Receiver) -> None:
    with open_scope(any_company.scope()):
        endpoint, secret = make_endpoint(there)
        products = [make_product(name=f"Thing {n}") for n in range(3)]
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 3
        told = [json.loads(body) for _, body in there.calls]
        assert [one["data"]["id"] for one in told] == [str(p.id) for p in products]
        assert told[0]["type"] == "product.created"
        assert told[0]["tenant"] == str(any_company.id)
        assert all(proves(call, secret) for call in there.calls)
        assert not any(proves(call, "whsec_" + base64.b64encode(b"0" * 32).decode()) for call in there.calls)
        assert [headers["webhook-id"] for headers, _ in there.calls] == [one["id"] for one in told]
        assert set(Delivery.objects.values_list("state", "attempts", "last_status")) == {
            ("delivered", 1, 200)
        }
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 0
        assert len(there.calls) == 3


def test_a_failure_is_tried_again_later_and_what_follows_waits(company: Company, there: Receiver) -> None:
    there.answers = [500]
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
        make_product()
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 0
        first, second = Delivery.objects.order_by("id")
        assert (first.state, first.attempts, first.last_status) == ("waiting", 1, 500)
        assert (second.attempts, second.lease_until) == (0, None)
        assert first.next_at > clock.now()
        assert Endpoint.objects.get().failing_since is not None
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 0
        later(first, WAITS[0])
        later(second, WAITS[0])
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 2
        assert Endpoint.objects.get().failing_since is None
        assert there.calls[0][1] == there.calls[1][1]
        assert list(Attempt.objects.order_by("at").values_list("status", flat=True)) == [500, 200, 200]


def test_after_the_last_try_it_is_given_up_and_can_be_replayed(company: Company, there: Receiver) -> None:
    there.answers = [503] * (len(WAITS) + 1)
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
        for wait in (timedelta(), *WAITS):
            later(Delivery.objects.get(), wait)
            tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
        gone = Delivery.objects.get()
        assert (gone.state, gone.attempts, gone.last_status) == ("failed", len(WAITS) + 1, 503)
        replay_delivery(delivery_id=gone.id, actor=current_scope().actor, now=clock.now())
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 1
        assert Delivery.objects.get().state == "delivered"
        ids = {headers["webhook-id"] for headers, _ in there.calls}
        assert ids == {str(gone.event_id)}
    assert [one["row_key"] for one in entries_of(company, "webhook replay")] == [
        f"webhooks_delivery {gone.id}"
    ]


def test_an_endpoint_that_fails_for_days_is_paused_with_the_reason(company: Company, there: Receiver) -> None:
    there.answers = [500, 404]
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
        tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
        Endpoint.objects.update(failing_since=clock.now() - PATIENCE - timedelta(minutes=1))
        later(Delivery.objects.get(), WAITS[0])
        tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
        paused = Endpoint.objects.get()
        assert (paused.state, paused.paused_reason) == ("paused", "It took nothing for 5 days: 404.")
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 0
        resume_endpoint(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 1


def test_both_secrets_prove_a_message_while_one_replaces_the_other(company: Company, there: Receiver) -> None:
    with open_scope(company.scope()):
        endpoint, old = make_endpoint(there)
        _, new = rotate_secret(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())
        make_product()
        tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
        assert (proves(there.calls[0], old), proves(there.calls[0], new)) == (True, True)
        Endpoint.objects.update(old_secret_until=clock.now() - OLD_SECRET_KEPT)
        make_product()
        tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
        assert (proves(there.calls[1], old), proves(there.calls[1], new)) == (False, True)


def test_two_workers_never_send_the_same_message(company: Company, there: Receiver) -> None:
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        for _ in range(8):
            make_product()

    def work() -> None:
        with open_scope(company.scope()):
            tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [headers["webhook-id"] for headers, _ in there.calls]
    assert len(ids) == len(set(ids)) == 8


def test_a_worker_whose_lease_ran_out_writes_nothing(company: Company, there: Receiver) -> None:
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
        later(Delivery.objects.get(), timedelta(minutes=3))
        (held,) = claim_deliveries(
            endpoint_id=endpoint.id, actor=SYSTEM, now=clock.now() - timedelta(minutes=2)
        )
        assert (
            claim_deliveries(endpoint_id=endpoint.id, actor=SYSTEM, now=clock.now() - timedelta(minutes=2))
            == []
        )
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 1
        done = wire.Answer(200, "", "", 1)
        assert note_attempt(message=held, answer=done, actor=SYSTEM, now=clock.now()) is False
        assert Delivery.objects.get().attempts == 1
        assert Attempt.objects.count() == 1


def test_a_removed_endpoint_is_told_nothing_more(company: Company, there: Receiver) -> None:
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
        remove_endpoint(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 0
        assert Delivery.objects.get().state == "failed"
        with pytest.raises(NotFound):
            send_test_event(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())
    assert there.calls == []


def test_a_paused_endpoint_takes_no_test(company: Company, there: Receiver) -> None:
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        pause_endpoint(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())
        with pytest.raises(EndpointPaused):
            send_test_event(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())
        assert Delivery.objects.count() == 0


def test_a_redirect_is_not_followed(company: Company, there: Receiver) -> None:
    there.answers, there.location = [302], "http://127.0.0.1:1/elsewhere"
    with open_scope(company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
        assert tell_endpoint(endpoint_id=endpoint.id, actor=SYSTEM) == 0
        assert Delivery.objects.get().last_status == 302
    assert len(there.calls) == 1


def test_an_answer_without_end_is_cut(there: Receiver) -> None:
    there.body = b"\x00x" * 500_000
    answer = wire.call(there.url, {}, b"{}")
    assert (answer.status, len(answer.body) <= wire.KEPT_BYTES, "\x00" in answer.body) == (200, True, False)


def test_an_answer_drop_by_drop_is_left(there: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "WHOLE_SECONDS", 0.5)
    there.drip_seconds = 0.05
    answer = wire.call(there.url, {}, b"{}")
    assert (answer.status, answer.error) == (None, "no answer in time")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_no_spelling_leads_to_this_machine(there: Receiver, settings: Any, host: str) -> None:
    settings.WEBHOOKS_PRIVATE_TARGETS = False
    port = there.url.rsplit(":", 1)[1]
    answer = wire.call(f"http://{host}:{port}", {}, b"{}")
    assert answer.status is None
    assert "not on the open internet" in answer.error or "not found" in answer.error
    assert there.calls == []


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "224.0.0.1", "fd00::1",
                "fe80::1%eth0", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::1", "::", "255.255.255.255"],
)  # fmt: skip
def test_inner_addresses_are_not_called(address: str) -> None:
    assert may_call(address) is False


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_the_open_internet_may_be_called(address: str) -> None:
    assert may_call(address) is True


def test_the_sweep_finds_who_has_something_to_be_told(
    any_company: Company, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_scope(any_company.scope()):
        endpoint, _ = make_endpoint(there)
        make_product()
    sent: list[str] = []
    monkeypatch.setattr(
        "apps.webhooks.tasks.current_app.send_task", lambda _n, args, **_: sent.append(args[0])
    )
    with platform_scope(SYSTEM):
        sweep_deliveries_task()
    from django.core import signing

    opened = [signing.loads(ticket, salt="bulkhead.webhooks") for ticket in sent]
    assert [str(any_company.id), any_company.tenant.database, str(endpoint.id)] in opened
