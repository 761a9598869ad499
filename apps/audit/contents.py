"""Verifies what one checkpoint covers: its seals against its root, every entry against its seal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from apps.audit.columns import ColumnCheck, EntryRow
from apps.audit.findings import Finding, Report
from apps.audit.locating import locate
from apps.audit.merkle import entry_leaf, root_of, seal_leaf
from apps.audit.records import StoredSeal
from apps.audit.sealing import prints_of
from apps.audit.statements import NOTHING_BEFORE, PLATFORM, Checkpoint


@dataclass
class _Expected:
    """The seals of one tenant in one checkpoint that still wait for entries, and the entries read so far."""

    seals: list[StoredSeal] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    broken: bool = False


class ContentsCheck:
    """Checks the contents of checkpoint after checkpoint, and the tenants' chains through them."""

    def __init__(self, alias: str, report: Report) -> None:
        self._alias = alias
        self._report = report
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._columns = ColumnCheck()

    def check(self, made: Checkpoint, seals: list[StoredSeal], entries: Iterable[EntryRow]) -> None:
        """Check the seals of a checkpoint and the entries of its transactions."""
        expected: dict[str, _Expected] = {}
        for stored in seals:
            self._check_seal(stored)
            expected.setdefault(stored.seal.tenant, _Expected()).seals.append(stored)
        self._check_root(made, seals)
        for row in entries:
            self._check_entry(made, row, expected)
        for tenant, waiting in expected.items():
            if waiting.seals and not waiting.broken:
                self._name(made, tenant, waiting)

    def check_columns(self, row: EntryRow, checkpoint: int | None = None) -> None:
        """Check the search columns of an entry against its text."""
        column = self._columns.difference(row)
        if column:
            what = f"column {column} differs from the canonical text"
            self._tampered(what, checkpoint, row[3] or PLATFORM, row[0])

    def _tampered(self, what: str, checkpoint: int | None, tenant: str | None, entry_id: int | None) -> None:
        self._report.add(Finding("tamper", what, checkpoint, tenant, entry_id))

    def _check_root(self, made: Checkpoint, seals: list[StoredSeal]) -> None:
        root = root_of([seal_leaf(stored.hash) for stored in seals]) if seals else b""
        if len(seals) != made.seal_count or root != made.root:
            what = f"its {len(seals)} seals are not the {made.seal_count} that it was signed over"
            self._tampered(what, made.seq, None, None)
        elif sum(stored.seal.entry_count for stored in seals) != made.entry_count:
            self._tampered("its seals count other entries than it says", made.seq, None, None)

    def _check_seal(self, stored: StoredSeal) -> None:
        seal = stored.seal
        self._report.seals += 1
        position, previous = self._heads.get(seal.tenant, (0, NOTHING_BEFORE))
        what = None
        if seal.position != position + 1:
            what = f"seal {position + 1} is missing"
        elif seal.previous != previous:
            what = f"seal {seal.position} does not follow the one before it"
        elif stored.hash != seal.hash():
            what = f"the hash of seal {seal.position} is not that of its contents"
        if what:
            self._tampered(what, seal.checkpoint_seq, seal.tenant, seal.first_id)
        self._heads[seal.tenant] = (seal.position, stored.hash)

    def _check_entry(self, made: Checkpoint, row: EntryRow, expected: dict[str, _Expected]) -> None:
        entry_id, tenant = row[0], row[3] or PLATFORM
        self._report.entries += 1
        self.check_columns(row, made.seq)
        waiting = expected.setdefault(tenant, _Expected())
        if waiting.broken:
            return
        if not waiting.seals:
            waiting.broken = True
            self._tampered("entry was put in later", made.seq, tenant, entry_id)
            return
        waiting.ids.append(entry_id)
        waiting.leaves.append(entry_leaf(entry_id, row[2].encode()))
        if len(waiting.ids) == waiting.seals[0].seal.entry_count:
            self._check_filled(made, tenant, waiting)

    def _check_filled(self, made: Checkpoint, tenant: str, waiting: _Expected) -> None:
        stored = waiting.seals[0]
        ends = (stored.seal.first_id, stored.seal.last_id)
        if root_of(waiting.leaves) != stored.seal.root or (waiting.ids[0], waiting.ids[-1]) != ends:
            self._name(made, tenant, waiting)
            return
        if sha256(prints_of(waiting.ids, waiting.leaves)).digest() != stored.prints_hash:
            what = f"the prints of seal {stored.seal.position} are not those of its entries"
            self._tampered(what, made.seq, tenant, stored.seal.first_id)
        waiting.seals.pop(0)
        waiting.ids, waiting.leaves = [], []

    def _name(self, made: Checkpoint, tenant: str, waiting: _Expected) -> None:
        waiting.broken = True
        place = locate(self._alias, made, tenant)
        self._tampered(place.what, made.seq, tenant, place.entry_id)
