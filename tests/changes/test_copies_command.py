"""`manage.py copies`: what an operator sees, and the exit codes that scripts read."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from apps.changes.connections import connect_relay
from apps.changes.queries import get_stream_status
from apps.changes.slots import drop_slot, slot_name
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import running_relay, wait_for_copy, wait_until
from tests.factories.tenants import make_company

SAO = "sao"


@pytest.fixture
def books() -> Iterator[Bookkeeper]:
    with Bookkeeper(make_company(database=SAO, roles=())) as books:
        yield books


def copies(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Run the command and return what it printed."""
    capsys.readouterr()
    try:
        call_command("copies", *arguments)
        ended = 0
    except SystemExit as left:
        ended = int(left.code or 0)
    printed = capsys.readouterr()
    assert ended == code, printed
    return printed.out


def test_status_shows_slot_position_and_age(books: Bookkeeper, capsys: pytest.CaptureFixture[str]) -> None:
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        printed = copies(capsys, "status", "--database", SAO)
    # Other databases' tests write to the same log: how much of it the slot keeps is theirs as well.
    slot = slot_name(books.connection)
    assert f"slot {slot} reserved, read now" in printed or f"slot {slot} extended, read now" in printed
    assert "revenue: running, 0." in printed


def test_status_names_a_problem_and_its_cure(books: Bookkeeper, capsys: pytest.CaptureFixture[str]) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    with closing(connect_relay(SAO)) as relay:
        drop_slot(relay, slot_name(books.connection))
    printed = copies(capsys, "status", "--database", SAO, code=1)
    assert "sao: no slot. Cure: start the relay" in printed
    with running_relay(SAO):
        wait_until(lambda: books.connection.execute(
            "select 1 from changes_checkpoint where state = 'stopped'").fetchone())  # fmt: skip
        printed = copies(capsys, "status", "--database", SAO, code=1)
        assert "was missing" in printed
        assert "cure: manage.py copies rebuild --projection revenue --database sao" in printed
        printed = copies(capsys, "rebuild", "--database", SAO)
        assert "sao revenue:" in printed
        assert "equal" in copies(capsys, "verify", "--database", SAO)


def test_verify_names_the_first_difference_and_exits_1(
    books: Bookkeeper, capsys: pytest.CaptureFixture[str]
) -> None:
    slug = books.company.tenant.slug
    with running_relay(SAO):
        books.posted([Item(100)])
        wait_for_copy(alias=SAO)
        assert "1 tenants: equal" in copies(capsys, "verify", "--tenant", slug)
        books.run("update readmodels_revenueday set net_minor = 7")
        printed = copies(capsys, "verify", "--tenant", slug, "--projection", "revenue", code=1)
        assert "DIFFERENT" in printed
        assert "readmodels_revenueday 2026-03-14 GBP GB 00000000" in printed
        assert "source (100," in printed
        assert "copy (7," in printed
        copies(capsys, "rebuild", "--tenant", slug)
        assert "equal" in copies(capsys, "verify", "--tenant", slug)


def test_an_unknown_tenant_and_a_wrong_database_are_named(books: Bookkeeper) -> None:
    with pytest.raises(CommandError, match="There is no tenant “nobody”"):
        call_command("copies", "verify", "--tenant", "nobody")
    with pytest.raises(CommandError, match="lives in database “sao”"):
        call_command("copies", "verify", "--tenant", books.company.tenant.slug, "--database", "default")


def test_without_a_slot_a_rebuild_says_what_to_start(books: Bookkeeper) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    with closing(connect_relay(SAO)) as relay:
        drop_slot(relay, slot_name(books.connection))
    with pytest.raises(CommandError, match=r"no change stream .*Start the relay"):
        call_command("copies", "rebuild", "--database", SAO)
    with running_relay(SAO):
        wait_until(lambda: get_stream_status(SAO).slot is not None, what="the slot")
        call_command("copies", "rebuild", "--database", SAO)
