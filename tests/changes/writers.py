"""Writers that go on while something else happens to the copies."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from tests.changes.bookkeeper import DAY, Bookkeeper, Item
from tests.factories.tenants import Company


def work(books: Bookkeeper, chance: random.Random, drafts: list[UUID], posted: list[UUID]) -> None:
    """Do one thing that people do to documents."""
    items = [
        Item(chance.randint(0, 9_999), chance.randint(1, 9), chance.choice([None, *books.products]))  # type: ignore[arg-type]
        for _ in range(chance.randint(1, 4))
    ]
    match chance.randrange(7):
        case 0 | 1:
            posted.append(books.posted(items, day=DAY.replace(day=chance.randint(1, 28)), country="GB"))
        case 2:
            books.posted(items, kind="credit_note", country="FR")
        case 3:
            drafts.append(books.draft(items, currency=chance.choice(["GBP", "EUR"])))
        case 4 if drafts:
            books.delete_draft(drafts.pop())
        case 5 if drafts:
            key = drafts[-1]
            books.add_line(key, items[0], position=90 + chance.randint(0, 10**6))
            books.run("update invoices_line set net_minor = net_minor + 1 where invoice_id = %s", (key,))
        case 6 if posted:
            books.void(posted.pop())


@contextmanager
def busy_writers(*companies: Company, pause: float = 0.002) -> Iterator[list[int]]:
    """Let one writer for each company work until the block ends; gives the number of acts of each."""
    stop = threading.Event()
    acts = [0] * len(companies)
    faults: list[BaseException] = []

    def write(index: int) -> None:
        chance, drafts, posted = random.Random(index), list[UUID](), list[UUID]()
        try:
            with Bookkeeper(companies[index]) as books:
                while not stop.is_set():
                    work(books, chance, drafts, posted)
                    acts[index] += 1
                    time.sleep(pause)
        except BaseException as fault:  # noqa: BLE001 shown by the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(index,)) for index in range(len(companies))]
    for thread in threads:
        thread.start()
    try:
        yield acts
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert faults == []
