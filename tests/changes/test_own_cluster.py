"""Faults of the server itself, on a cluster of their own: a crash, log thrown away."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connections

from apps.changes.connections import connect_app
from apps.changes.projections import get_projection
from apps.changes.queries import get_stream_status
from apps.changes.rebuild import rebuild
from apps.changes.verify import verify
from apps.core.services.testing import ThrowawayCluster
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import place_of, running_relay, wait_for_copy, wait_until
from tests.factories.clusters import own_cluster
from tests.factories.tenants import make_company

REVENUE = "select coalesce(sum(net_minor), 0)::bigint from readmodels_revenueday"


@pytest.fixture(scope="module")
def cluster() -> Iterator[ThrowawayCluster]:
    before = settings.RELAY_URLS["default"]
    with own_cluster() as running:
        settings.RELAY_URLS["default"] = running.environment()["RELAY_DATABASE_URL"]
        try:
            yield running
        finally:
            settings.RELAY_URLS["default"] = before


def test_the_relay_survives_a_crash_of_the_primary(cluster: ThrowawayCluster) -> None:
    company = make_company(roles=())
    with running_relay() as states:
        with Bookkeeper(company) as books:
            books.posted([Item(100)])
            wait_for_copy()
            books.posted([Item(10)])
        cluster.kill_primary()
        wait_until(lambda: states[-1] == "waiting", what="the relay to notice")
        cluster.start_primary()
        wait_until(lambda: states[-1] == "streaming", what="the relay to come back")
        connections["default"].close()
        with Bookkeeper(company) as books:
            books.posted([Item(1)])
            wait_for_copy()
            assert books.run(REVENUE) == [(111,)]
        assert verify(get_projection("revenue"), "default").differences == []


def test_a_slot_that_the_server_gave_up_is_noticed(cluster: ThrowawayCluster) -> None:
    with Bookkeeper(make_company(roles=())) as books:
        with running_relay():
            books.posted([Item(100)])
            wait_for_copy()
        books.posted([Item(30)])
        _lose_slot(cluster)
        status = get_stream_status("default")
        assert status.slot is not None
        assert status.slot.is_lost
        assert not status.is_healthy
        with running_relay():
            wait_until(lambda: getattr(place_of(), "state", "") == "stopped", what="the loss to be noticed")
            place = place_of()
            assert place is not None
            assert "the server gave up slot" in place.problem
            assert "copies rebuild" in place.cure
            rebuild(get_projection("revenue"), "default")
            wait_for_copy()
            assert verify(get_projection("revenue"), "default").differences == []
            assert books.run(
                f"{REVENUE} where build = (select build from changes_tenantcopy where projection = 'revenue')"
            ) == [(130,)]


def _lose_slot(cluster: ThrowawayCluster) -> None:
    with cluster.connect() as admin, closing(connect_app("default", autocommit=True)) as app:
        admin.execute("alter system set max_slot_wal_keep_size = '16MB'")
        admin.execute("select pg_reload_conf()")

        def lost() -> bool:
            app.execute("update changes_heartbeat set beat_at = now()")
            admin.execute("select pg_switch_wal()")
            admin.execute("checkpoint")
            slot = get_stream_status("default").slot
            return slot is not None and slot.is_lost

        wait_until(lost, seconds=60, what="the server to give up the slot")
        admin.execute("alter system reset max_slot_wal_keep_size")
        admin.execute("select pg_reload_conf()")
