"""One transaction with 200,000 rows goes through in parts: all of it or nothing, in bounded memory."""

from pathlib import Path

from apps.changes.connections import Connection
from apps.changes.projections import get_projection
from apps.changes.verify import verify
from tests.changes.bookkeeper import Bookkeeper
from tests.changes.nursery import Nursery
from tests.changes.streams import place_of, running_relay, wait_for_copy, wait_until
from tests.factories.tenants import make_company

SAO = "sao"
DOCUMENTS, LINES = 10_000, 20
ROWS = DOCUMENTS * (LINES + 1)
EXTRA_MEGABYTES = 150


def megabytes(pid: int, field: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise AssertionError(field)


def test_a_large_transaction_is_applied_whole_in_bounded_memory(sao_admin: Connection) -> None:
    with running_relay(SAO):
        wait_for_copy(alias=SAO)
    with Bookkeeper(make_company(database=SAO, roles=())) as books, Nursery.of(SAO) as nursery:
        books.posted()
        relay = nursery.start()
        before = wait_for_copy(alias=SAO)
        base = megabytes(relay, "VmRSS")
        books.many(sao_admin, DOCUMENTS, LINES)
        seen: set[int] = set()

        def arrived() -> bool:
            seen.add(books.run("select count(*) from readmodels_linecopy")[0][0])
            place = place_of(alias=SAO)
            return place is not None and place.changes >= before.changes + ROWS

        wait_until(arrived, seconds=120, what="200,000 rows")
        peak = megabytes(relay, "VmHWM")
        nursery.kill(relay)
        assert seen <= {1, DOCUMENTS * LINES + 1}
        found = verify(get_projection("revenue"), SAO, [books.company.id])
        assert (found.differences, found.pending) == ([], 0)
    assert ROWS > 200_000
    assert peak - base < EXTRA_MEGABYTES, f"{peak - base:.0f} MB more for {ROWS:,} rows"
