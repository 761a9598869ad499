"""Make the next items while the last ones are being written."""

import threading
from collections.abc import Generator, Iterator
from queue import Full, Queue
from typing import Generic, TypeVar

Item = TypeVar("Item")
_PATIENCE = 0.1


class _End(Generic[Item]):
    """The last thing in the queue, with the error that ended it where there is one."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def prefetched(items: Iterator[Item], *, ahead: int = 2) -> Generator[Item, None, None]:
    """Yield the items, made by a thread that is at most `ahead` of the reader. Its errors are raised here.

    The items must be made without the database: threads start outside every scope.
    """
    queue: Queue[Item | _End[Item]] = Queue(maxsize=ahead)
    stop = threading.Event()
    maker = threading.Thread(target=_make, args=(items, queue, stop), name="import-prefetch", daemon=True)
    maker.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        maker.join()


def _make(items: Iterator[Item], queue: Queue[Item | _End[Item]], stop: threading.Event) -> None:
    end: _End[Item] = _End()
    try:
        for item in items:
            if not _put(queue, item, stop):
                break
    except BaseException as error:  # noqa: BLE001 - carried to the reader and raised there
        end = _End(error)
    _put(queue, end, stop)


def _put(queue: Queue[Item | _End[Item]], item: Item | _End[Item], stop: threading.Event) -> bool:
    """Wait for room; give up when the reader is gone."""
    while not stop.is_set():
        try:
            queue.put(item, timeout=_PATIENCE)
        except Full:
            continue
        return True
    return False
