"""Follow a slot up to a position: for commands that work beside the relay, on slots of their own."""

import time
from collections.abc import Iterator

from apps.changes.connections import Connection
from apps.changes.errors import CopyError
from apps.changes.feed import Batch, Feed
from apps.changes.lsn import format_lsn
from apps.changes.pgoutput import Decoder
from apps.changes.published import PUBLICATION
from apps.changes.stream import HEADER, ReplicationStream

PATIENCE_SECONDS = 120.0


class Follower:
    """Reads a slot on a connection of its own. `lsn` is how far it has come: all before it has been given."""

    def __init__(self, connection: Connection, slot: str, *, lsn: int = 0) -> None:
        self.lsn = lsn
        self._decoder = Decoder()
        self._feed = Feed()
        self._stream = ReplicationStream(connection)
        self._stream.start(slot=slot, publication=PUBLICATION, lsn=lsn)

    def until(self, lsn: int) -> Iterator[Batch]:
        """Yield batches until everything before `lsn` has been given; it may go some transactions further.

        Raises CopyError when the stream brings nothing for two minutes.
        """
        heard, known = time.monotonic(), self.lsn
        while self.lsn < lsn or self._feed.has_given_part:
            self._stream.wait(0.2)
            for message in self._stream.drain():
                self._feed.add(self._decoder.decode(message, HEADER))
                known = -1
            if known != self.lsn:
                heard, known = time.monotonic(), self.lsn
            elif time.monotonic() - heard > PATIENCE_SECONDS:
                raise CopyError(
                    f"The stream is silent at {format_lsn(self.lsn)}, before {format_lsn(lsn)}.",
                    cure="Look at the log of the primary, then try again.",
                )
            while self._feed.is_ready:
                batch = self._feed.take()
                yield batch
                if batch.transactions:
                    self.lsn = batch.transactions[-1].end_lsn
            if self._feed.is_empty:
                self.lsn = max(self.lsn, self._stream.server_lsn)
