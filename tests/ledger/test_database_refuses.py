"""What the database refuses to the application's own role, whatever code runs (books.md 27, 28, 29, 32, 33)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from apps.core.scope import open_scope
from apps.ledger.entries import LineRow, digest_of
from apps.ledger.models import Account, Entry, Line
from tests.factories.ledgers import DAY, book, entry_of, take_back
from tests.factories.pages import state_of
from tests.factories.tenants import Company
from tests.tenancy.walls.sessions import bare_session, enter

HEADER = """
insert into ledger_entry (tenant_id, id, kind, entry_date, source_kind, source_id, source_number, text, book_currency,
    currency, total_minor, line_count, digest, reverses_id, posted_at)
values (%(tenant)s, %(id)s, %(kind)s, %(day)s, 'test', %(source)s, 'T-1', '', 'GBP', 'GBP', %(total)s, %(count)s,
    %(digest)s, %(reverses)s, now())
"""
LINE = """
insert into ledger_line (tenant_id, id, entry_id, entry_date, position, account_id, debit_minor, credit_minor,
    currency, amount_minor, party_id, tax_code, dimension, text)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class Forger:
    """Somebody with the application's own connection, who writes entries by hand."""

    def __init__(self, company: Company, session: psycopg.Connection[Any], account: UUID) -> None:
        self.company, self.session, self.account = company, session, account

    def line(self, position: int, debit: int, credit: int) -> LineRow:
        return position, self.account, debit, credit, "GBP", debit - credit, None, "", "", ""

    def header(self, lines: list[LineRow], **other: Any) -> UUID:
        key = uuid4()
        values = {"tenant": self.company.id, "id": key, "kind": "general", "day": DAY, "source": uuid4(),
                  "total": sum(line[2] for line in lines), "count": len(lines), "reverses": None,
                  "digest": digest_of(key, DAY, lines)} | other  # fmt: skip
        self.session.execute(HEADER, values)
        return key

    def add(self, entry_id: UUID, *lines: LineRow, day: date = DAY) -> None:
        for line in lines:
            self.session.execute(LINE, [self.company.id, uuid4(), entry_id, day, *line])


@pytest.fixture
def booked(in_company: Company) -> Entry:
    """An honest entry that is there already."""
    return book(entry_of())


@contextmanager
def forger(company: Company) -> Iterator[Forger]:
    with open_scope(company.scope()):
        account = Account.objects.get(code="1000").id
    with bare_session() as session:
        session.commit()
        enter(session, company.scope())
        yield Forger(company, session, account)


def _state_of_commit(forge: Forger) -> str | None:
    try:
        forge.session.commit()
    except errors.Error as refused:
        return refused.sqlstate
    return None


def test_an_honest_entry_by_hand_is_taken(in_company: Company, booked: Entry) -> None:
    with forger(in_company) as forge:
        lines = [forge.line(1, 100, 0), forge.line(2, 0, 100)]
        forge.add(forge.header(lines), *lines)

        assert _state_of_commit(forge) is None


@pytest.mark.parametrize(
    "sides,stored,other,state",
    [
        ([(100, 0), (0, 99)], 2, {}, "BH023"),
        ([(100, 0), (0, 100)], 2, {"total": 99}, "BH023"),
        ([(100, 0), (0, 100)], 1, {}, "BH022"),
        ([(100, 0), (0, 100)], 0, {}, "BH022"),
        ([(100, 0), (0, 100)], 2, {"digest": "0" * 64}, "BH024"),
    ],
)  # fmt: skip
def test_a_false_entry_is_refused_at_commit(
    in_company: Company,
    booked: Entry,
    sides: list[tuple[int, int]],
    stored: int,
    other: dict[str, Any],
    state: str,
) -> None:
    """books.md 28: the database refuses what does not balance, also for raw SQL."""
    before = state_of(in_company)
    with forger(in_company) as forge:
        lines = [forge.line(i, *side) for i, side in enumerate(sides, start=1)]
        forge.add(forge.header(lines, **other), *lines[:stored])

        assert _state_of_commit(forge) == state
    assert state_of(in_company) == before


@pytest.mark.parametrize(
    "sides", [[(100, 100), (0, 0)], [(-100, 0), (0, -100)]], ids=["both sides", "negative"]
)
def test_a_line_has_one_side(in_company: Company, booked: Entry, sides: list[tuple[int, int]]) -> None:
    """books.md 29."""
    with forger(in_company) as forge, pytest.raises(errors.CheckViolation):
        lines = [forge.line(i, *side) for i, side in enumerate(sides, start=1)]
        forge.add(forge.header(lines), *lines)


def test_an_entry_has_two_lines(in_company: Company, booked: Entry) -> None:
    """books.md 29."""
    with forger(in_company) as forge, pytest.raises(errors.CheckViolation):
        forge.header([forge.line(1, 0, 0)])


def test_a_line_has_the_date_of_its_entry(in_company: Company, booked: Entry) -> None:
    """books.md 29: one date."""
    with forger(in_company) as forge:
        lines = [forge.line(1, 100, 0), forge.line(2, 0, 100)]
        entry = forge.header(lines)
        with pytest.raises(errors.Error) as refused:
            forge.add(entry, lines[0], day=date(2026, 3, 15))

    assert refused.value.sqlstate == "BH021"


def test_no_line_joins_a_finished_entry(in_company: Company, booked: Entry) -> None:
    before = state_of(in_company)
    for position in (1, 4):
        with forger(in_company) as forge, pytest.raises(errors.Error) as refused:
            forge.add(booked.id, forge.line(position, 5, 0))
        assert refused.value.sqlstate in {"23505", "BH021"}

    assert state_of(in_company) == before


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_line"])
@pytest.mark.parametrize("act", ["update {} set text = 'x'", "delete from {}", "truncate {}"])
def test_the_application_has_no_right_to_change_the_ledger(
    in_company: Company, booked: Entry, table: str, act: str
) -> None:
    """books.md 27."""
    before = state_of(in_company)
    with forger(in_company) as forge, pytest.raises(errors.InsufficientPrivilege):
        forge.session.execute(act.format(table))

    assert state_of(in_company) == before


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_line"])
@pytest.mark.parametrize("act", ["update {} set text = 'x'", "delete from {}"])
def test_the_trigger_stops_even_an_administrator(
    booked: Entry, admin_connection: psycopg.Connection[Any], table: str, act: str
) -> None:
    with pytest.raises(errors.Error) as refused:
        admin_connection.execute(act.format(table))

    assert refused.value.sqlstate == "BH001"


def test_a_reversal_by_hand_must_be_the_mirror(in_company: Company, booked: Entry) -> None:
    """books.md 33."""
    with forger(in_company) as forge:
        lines = [forge.line(1, 0, 1200), forge.line(2, 1200, 0)]
        forge.add(forge.header(lines, kind="reversal", reverses=booked.id), *lines)

        assert _state_of_commit(forge) == "BH025"


def test_an_original_is_reversed_once_and_a_reversal_never(in_company: Company, booked: Entry) -> None:
    """books.md 32."""
    reversal = take_back(booked)
    mirrored = [
        (r.position, r.account_id, r.credit_minor, r.debit_minor, r.currency, -r.amount_minor, r.party_id, r.tax_code,
         r.dimension, r.text)
        for r in Line.objects.filter(entry=reversal).order_by("position")
    ]  # fmt: skip
    for original, state in ((booked.id, "23505"), (reversal.id, "BH025")):
        with forger(in_company) as forge:
            try:
                entry = forge.header(mirrored, kind="reversal", reverses=original)
            except errors.UniqueViolation:
                assert state == "23505"
                continue
            forge.add(entry, *mirrored)
            assert _state_of_commit(forge) == state


def test_a_reversal_names_its_original(in_company: Company, booked: Entry) -> None:
    with forger(in_company) as forge, pytest.raises(errors.CheckViolation):
        forge.header([forge.line(1, 5, 0), forge.line(2, 0, 5)], kind="reversal")


def test_an_entry_of_another_tenant_is_not_reversed(booked: Entry, stranger: Company) -> None:
    with open_scope(stranger.scope()):
        book(entry_of())
    with forger(stranger) as forge:
        lines = [forge.line(1, 5, 0), forge.line(2, 0, 5)]
        with pytest.raises(errors.ForeignKeyViolation):
            forge.header(lines, kind="reversal", reverses=booked.id)
            forge.session.commit()
