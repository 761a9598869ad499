"""A person sees what they wrote, and goes on reading while the replica is behind, away, or lost in the middle."""

import time
from collections.abc import Iterator

import pytest
from django.db import close_old_connections
from django.test import Client

from apps.core import reads
from apps.core.reads import NOTICE
from apps.core.services.testing import ThrowawayCluster
from tests.factories.clusters import forget_faults, own_cluster
from tests.factories.pages import SignIn, names_in, summary_of
from tests.factories.tenants import Company, make_company


@pytest.fixture(scope="module")
def cluster(_database_is_open: None) -> Iterator[ThrowawayCluster]:
    with own_cluster() as cluster:
        yield cluster


@pytest.fixture
def here(cluster: ThrowawayCluster) -> Iterator[Company]:
    """A company in the cluster of this module."""
    forget_faults()
    company = make_company(roles=("admin", "sales"))
    cluster.wait_for_replay()
    yield company
    forget_faults()


@pytest.fixture
def paused(cluster: ThrowawayCluster, here: Company) -> Iterator[Company]:
    cluster.pause_replay()
    yield here
    cluster.resume_replay()
    cluster.wait_for_replay()


def write_customer(client: Client, name: str = "Zoë Zander") -> str:
    """Create a customer by the form; return the address of its page."""
    sent = {"code": f"C-{time.monotonic_ns()}", "name": name, "country_code": "GB"}
    answer = client.post("/customers/new", sent)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_next_page_shows_a_write_while_the_replica_stands_still(paused: Company, sign_in: SignIn) -> None:
    writer, other = sign_in(paused), sign_in(paused, "sales")
    page = write_customer(writer)
    assert "Zoë Zander" in names_in(writer.get(page))
    assert "Zoë Zander" in names_in(writer.get("/customers/"))
    # Somebody who has written nothing reads the replica, which has not come that far.
    assert other.get(page).status_code == 404
    assert "Zoë Zander" not in names_in(other.get("/customers/"))


def test_only_the_first_page_waits_for_a_replica_that_stands_still(
    paused: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(reads, "pause", waits.append)
    writer = sign_in(paused)
    page = write_customer(writer)
    writer.get(page)
    assert waits
    waits.clear()
    writer.get(page)
    assert waits == []


def test_a_refusal_names_nobody_while_the_log_is_behind(paused: Company, sign_in: SignIn) -> None:
    page = write_customer(sign_in(paused))
    assert sign_in(paused, "sales").post(f"{page}/edit", _edited()).status_code == 302
    answer = sign_in(paused).post(f"{page}/edit", _edited() | {"name": "Mine"})
    assert answer.status_code == 409
    said = "Somebody changed this customer after you opened it. Nothing of yours was saved."
    assert summary_of(answer).startswith(said)


def test_pages_read_the_replica_again_once_it_has_caught_up(
    cluster: ThrowawayCluster, here: Company, sign_in: SignIn
) -> None:
    writer = sign_in(here)
    page = write_customer(writer)
    cluster.wait_for_replay()
    cluster.pause_replay()
    try:
        answer = writer.get(page)
        assert "Zoë Zander" in names_in(answer)
        # What somebody else writes now is not seen: the page came from the replica.
        other = write_customer(sign_in(here, "sales"), "Ulrich Unseen")
        assert writer.get(other).status_code == 404
    finally:
        cluster.resume_replay()
        cluster.wait_for_replay()


def test_reading_goes_on_without_the_replica_and_says_so(
    cluster: ThrowawayCluster, here: Company, sign_in: SignIn
) -> None:
    reader, writer = sign_in(here, "sales"), sign_in(here)
    assert NOTICE not in names_in(reader.get("/customers/"))
    page = write_customer(writer)
    cluster.wait_for_replay()
    cluster.kill_replica()
    try:
        for client in (reader, writer):
            answer = client.get(page)
            assert answer.status_code == 200
            assert "Zoë Zander" in names_in(answer)
            assert NOTICE in names_in(answer)
            assert "which is away just now" in names_in(answer)
        assert "Saved" in names_in(writer.post(f"{page}/edit", _edited(), follow=True))
    finally:
        cluster.start_replica()
    forget_faults()
    cluster.wait_for_replay()
    assert NOTICE not in names_in(reader.get(page))


def test_a_lost_replica_is_not_asked_again_at_each_page(
    cluster: ThrowawayCluster, here: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.core.postgres import base

    reader = sign_in(here)
    cluster.kill_replica()
    try:
        assert reader.get("/customers/").status_code == 200
        tried: list[str] = []
        connect = base.DatabaseWrapper.get_new_connection

        def note(self: base.DatabaseWrapper, parameters: dict[str, object]) -> object:
            tried.append(self.alias)
            return connect(self, parameters)

        monkeypatch.setattr(base.DatabaseWrapper, "get_new_connection", note)
        assert reader.get("/customers/").status_code == 200
        assert "replica" not in tried
    finally:
        cluster.start_replica()


def test_the_position_of_another_database_means_nothing(here: Company, sign_in: SignIn) -> None:
    client = sign_in(here)
    session = client.session
    session["written"] = ["sao", "FFFFFFFF/FFFFFFFF", time.time()]
    session.save()
    assert client.get("/customers/").status_code == 200


def _edited() -> dict[str, str]:
    return {"name": "Zoë Zander", "country_code": "VN", "version": "1"}


def test_a_page_without_the_books_says_so_and_comes_back(
    cluster: ThrowawayCluster, here: Company, sign_in: SignIn
) -> None:
    client = sign_in(here)
    client.raise_request_exception = False
    assert client.get("/customers/").status_code == 200
    cluster.kill_primary()
    try:
        for answer in (client.get("/customers/"), client.post("/customers/new", {"code": "C"})):
            assert answer.status_code == 503
            assert "The books cannot be reached just now." in names_in(answer)
            assert answer["Retry-After"] == "5"
    finally:
        cluster.start_primary()
    close_old_connections()  # the server does this between requests
    assert client.get("/customers/").status_code == 200
