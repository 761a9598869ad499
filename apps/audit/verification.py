"""Verifies a log from its first checkpoint to its last: signatures, chain, anchors, seals, every entry.

Each table is read once, side by side, as a stream.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit import records
from apps.audit.anchors import Anchors, anchor_content, known_keys
from apps.audit.columns import ENTRY_COLUMNS, EntryRow
from apps.audit.contents import ContentsCheck
from apps.audit.findings import Finding, Report
from apps.audit.records import StoredSeal
from apps.audit.signing import Signer, bears_signature
from apps.audit.statements import NOTHING_BEFORE, PLATFORM, SignedCheckpoint
from apps.audit.streams import Lookahead


class Verifier:
    """One verification of one database.

    `patience` is how long an entry may wait for its seal, and a checkpoint for its anchor. Anchors before
    `anchors_since` were moved to an archive; the later ones vouch for them by the chain.
    """

    def __init__(
        self,
        *,
        database: str,
        anchors: Anchors,
        signer: Signer | None,
        now: datetime,
        patience: timedelta,
        anchors_since: int = 1,
    ) -> None:
        self.report = Report(database)
        self._database = database
        self._alias = records.sealer_alias(database)
        self._anchors = anchors
        self._anchors_since = anchors_since
        self._keys = known_keys(anchors, signer)
        self._overdue = now - patience
        self._contents = ContentsCheck(self._alias, self.report)

    def run(self) -> Report:
        """Verify everything and return what was found."""
        # Anchors first: a commit comes before its anchor, so every anchor seen here has its checkpoint below.
        anchored = self._anchors.last_seq()
        with transaction.atomic(using=self._alias):
            upto = records.last_seq(self._database)
            seals = Lookahead(records.stream_seals(self._database, upto=upto))
            entries = Lookahead(self._entries())
            last: SignedCheckpoint | None = None
            for signed in records.stream_checkpoints(self._database, upto=upto):
                self._check_checkpoint(signed, last)
                self._check_anchor(signed, anchored)
                self._check_contents(signed, seals, entries)
                last = signed
            self._check_left_over(seals)
            self._check_waiting(entries)
        self._check_tail(upto, anchored)
        return self.report

    def _entries(self) -> Iterator[EntryRow]:
        # Qualified: a bare `xid` would mean the text that is selected, and sort 10 before 9.
        query = f"select {ENTRY_COLUMNS} from audit.entry e order by e.xid, e.id"
        yield from records.stream(self._alias, query)

    def _check_checkpoint(self, signed: SignedCheckpoint, last: SignedCheckpoint | None) -> None:
        made = signed.checkpoint
        before = last.checkpoint.seq if last else 0
        self.report.checkpoints += 1
        if made.seq != before + 1:
            self._tampered(f"checkpoint {before + 1} is missing", before + 1)
        elif made.previous != (last.hash if last else NOTHING_BEFORE):
            self._tampered("does not follow the checkpoint before it", made.seq)
        if signed.hash != made.hash():
            self._tampered("its hash is not that of its contents", made.seq)
        if not bears_signature(signed, self._keys):
            self._tampered("its signature is not that of a known key over its contents", made.seq)
        end = last.checkpoint.xid_to if last else 0
        if made.seq == before + 1 and made.xid_from != end:
            what = f"transactions {end} to {made.xid_from} are in no checkpoint"
            self.report.add(Finding("gap", what, made.seq))

    def _check_anchor(self, signed: SignedCheckpoint, anchored: int) -> None:
        seq = signed.checkpoint.seq
        content = self._anchors.read(seq)
        if content is None:
            # The newest may be on their way: the anchor follows the commit.
            if seq < self._anchors_since:
                return
            if seq <= anchored or signed.checkpoint.at < self._overdue:
                self.report.add(Finding("anchor", "its anchor is missing", seq))
        elif content != anchor_content(signed):
            self.report.add(Finding("anchor", "its anchor differs from it", seq))

    def _check_contents(
        self, signed: SignedCheckpoint, seals: Lookahead[StoredSeal], entries: Lookahead[EntryRow]
    ) -> None:
        made = signed.checkpoint
        own = list(seals.while_(lambda stored: stored.seal.checkpoint_seq <= made.seq))
        self._contents.check(made, own, entries.while_(lambda row: int(row[1]) < made.xid_to))

    def _check_left_over(self, seals: Lookahead[StoredSeal]) -> None:
        for stored in seals.rest():
            seal = stored.seal
            self._tampered(f"seal {seal.position} has no checkpoint", seal.checkpoint_seq, seal.tenant)

    def _check_waiting(self, entries: Lookahead[EntryRow]) -> None:
        oldest: tuple[datetime, EntryRow] | None = None
        for row in entries.rest():
            self.report.unsealed += 1
            self._contents.check_columns(row)
            at = datetime.fromisoformat(row[5])
            if at < self._overdue and (oldest is None or at < oldest[0]):
                oldest = (at, row)
        if oldest:
            at, row = oldest
            what = f"waits for its seal since {at.isoformat(timespec='seconds')}"
            self.report.add(Finding("unsealed", what, None, row[3] or PLATFORM, row[0]))

    def _check_tail(self, last: int, anchored: int) -> None:
        if anchored > last:
            what = f"anchors reach to checkpoint {anchored}, the database to {last}: its tail was cut"
            self.report.add(Finding("anchor", what, last + 1))

    def _tampered(self, what: str, checkpoint: int, tenant: str | None = None) -> None:
        self.report.add(Finding("tamper", what, checkpoint, tenant))
