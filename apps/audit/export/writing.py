"""Writes the files of an export: entries, seals with their proofs, checkpoints, keys, the verifier."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from apps.audit import records
from apps.audit.anchors import anchor_content
from apps.audit.merkle import paths_of, seal_leaf
from apps.audit.records import StoredSeal
from apps.audit.statements import Checkpoint

FORMAT = "bulkhead audit export v1"
VERIFIER = Path(__file__).with_name("verify_export.py")
README = """This folder holds the audit log of one tenant, with proofs.

  python3 verify_export.py          proves that it is whole and unchanged; needs Python and nothing else
  entries.ndjson                    one entry a line: its id, and the exact text that was sealed
  seals.ndjson                      one seal a line: which entries, their Merkle root, its place in a checkpoint
  checkpoints.ndjson                one signed checkpoint a line, in the form in which it was anchored
  public_keys.json, manifest.json   the keys of the signatures; what this export is

How it fits together is described in the verifier's first lines.
"""


@dataclass(frozen=True)
class ExportSummary:
    """What an export holds, and where its log ends."""

    folder: Path
    export_id: UUID
    entries: int
    seals: int
    checkpoints: int


@dataclass(frozen=True)
class Export:
    """One export under way: of whom, since which access entry, up to which checkpoint."""

    database: str
    tenant_id: UUID
    export_id: UUID
    made_at: datetime
    upto: Checkpoint

    @property
    def alias(self) -> str:
        """The alias that is read: the sealer's, which sees seals and checkpoints as well."""
        return records.sealer_alias(self.database)


def write_export(export: Export, folder: Path, public_keys: dict[str, bytes]) -> ExportSummary:
    """Write all files into an empty folder, inside the caller's transaction on the sealer's alias."""
    entries = _write_lines(folder / "entries.ndjson", _entries(export))
    head: dict[str, Any] = {}
    seals = _write_lines(folder / "seals.ndjson", _remember_last(_seals(export), head))
    checkpoints = _write_checkpoints(export, folder / "checkpoints.ndjson")
    manifest = {
        "format": FORMAT,
        "log": export.database,
        "tenant": str(export.tenant_id),
        "export_id": str(export.export_id),
        "made_at": export.made_at.isoformat(),
        "entries": entries,
        "seals": seals,
        "checkpoints": checkpoints,
        "head": {"position": head["position"], "hash": head["hash"]},
    }
    keys = {key_id: key.hex() for key_id, key in public_keys.items()}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (folder / "public_keys.json").write_text(json.dumps(keys, indent=2) + "\n")
    (folder / "README.txt").write_text(README)
    shutil.copyfile(VERIFIER, folder / VERIFIER.name)
    return ExportSummary(folder, export.export_id, entries, seals, checkpoints)


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _remember_last(lines: Iterable[dict[str, Any]], last: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for line in lines:
        last.update(line)
        yield line


def _entries(export: Export) -> Iterator[dict[str, Any]]:
    query = (
        "select id, canonical from audit.entry where tenant_id = %s and xid < %s::text::xid8 order by xid, id"
    )
    for entry_id, canonical in records.stream(
        export.alias, query, [export.tenant_id, str(export.upto.xid_to)]
    ):
        yield {"id": entry_id, "canonical": canonical}


def _seals(export: Export) -> Iterator[dict[str, Any]]:
    stored = records.stream_seals_beside(export.database, export.tenant_id, upto=export.upto.seq)
    for _, group in groupby(stored, key=lambda one: one.seal.checkpoint_seq):
        yield from _with_paths(list(group), str(export.tenant_id))


def _with_paths(together: list[StoredSeal], tenant: str) -> Iterator[dict[str, Any]]:
    """Yield the tenant's seals of one checkpoint, each with the way to the checkpoint's root."""
    leaves = [seal_leaf(stored.hash) for stored in together]
    places = [index for index, stored in enumerate(together) if stored.seal.tenant == tenant]
    for index, path in zip(places, paths_of(leaves, places), strict=True):
        seal = together[index].seal
        yield {
            "position": seal.position,
            "checkpoint": seal.checkpoint_seq,
            "entries": seal.entry_count,
            "first": seal.first_id,
            "last": seal.last_id,
            "root": seal.root.hex(),
            "previous": seal.previous.hex(),
            "hash": together[index].hash.hex(),
            "index": index,
            "path": [step.hex() for step in path],
        }


def _write_checkpoints(export: Export, path: Path) -> int:
    count = 0
    with path.open("wb") as file:
        for signed in records.stream_checkpoints_of(export.database, export.tenant_id, upto=export.upto.seq):
            file.write(anchor_content(signed))
            count += 1
    return count
