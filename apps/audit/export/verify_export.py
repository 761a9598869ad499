#!/usr/bin/env python3
"""Verify an export of an audit log. Needs Python 3.10 or later and nothing else; connects to nothing.

    python3 verify_export.py [FOLDER] [--public-key HEX] [--anchors FOLDER] [--earlier FOLDER]

It proves that no entry of the export was changed, removed, inserted or reordered since it was sealed, and that
none is left out, up to the export itself: every entry is under a seal, every seal names the one before it, every
seal is under a signed checkpoint, and the log reaches to the entry that records this very export.

What it cannot know by itself, and what you can give it:
  --public-key  the key you were told, on another way, that this log is signed with
  --anchors     your own copies of checkpoints (<seq>.json), kept outside the reach of who runs the log
  --earlier     an export you took before: its end must stand in this one
Exits 0 when all is proven, 1 when something is wrong (it says what), 2 when the export cannot be read.
"""
# ruff: noqa: T201

import argparse
import json
import sys
from collections.abc import Iterator
from hashlib import sha256, sha512
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

Line = dict[str, Any]
NOTHING_BEFORE = "00" * 32


class Wrong(Exception):
    """Something is not as it was sealed."""


def refuse(what: str) -> NoReturn:
    raise Wrong(what)


# --- Ed25519, RFC 8032 section 5.1: points (x, y, z, t) with x = X/Z, y = Y/Z, x*y = T/Z -------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, p: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = add(found, p)
        p, scalar = add(p, p), scalar >> 1
    return found


def same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point_from(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature is good."""
    if len(public_key) != 32 or len(signature) != 64 or BASE is None:
        return False
    a, r = point_from(public_key), point_from(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(sha512(signature[:32] + public_key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(h, a)))


# --- Merkle trees, RFC 6962 section 2.1 --------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def tree_hash(leaves: list[bytes]) -> bytes:
    """Return the root over hashed leaves, as the RFC writes it: split at the largest power of two below."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(tree_hash(leaves[:half]), tree_hash(leaves[half:]))


def root_of_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that an inclusion path leads to (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        refuse("a proof names a place outside its tree")
    node, fn, sn = leaf, index, size - 1
    for neighbour in path:
        if sn == 0:
            refuse("a proof is too long")
        if fn & 1 or fn == sn:
            node = node_hash(neighbour, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, neighbour)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        refuse("a proof is too short")
    return node


# --- The export --------------------------------------------------------------------------------------------------


def lines_of(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except ValueError:
                refuse(f"{path.name}, line {number} is not JSON")


def fields_of(text: str, title: str) -> dict[str, str]:
    first, *rest = text.split("\n")
    if first != title or rest[-1:] != [""]:
        refuse(f"a text does not begin with “{title}”")
    return dict(line.split(": ", 1) for line in rest[:-1])


class Checkpoints:
    """The signed checkpoints of the export, by number."""

    def __init__(self, folder: Path, keys: dict[str, bytes]) -> None:
        self.lines: dict[int, Line] = {}
        self.fields: dict[int, dict[str, str]] = {}
        for line in lines_of(folder / "checkpoints.ndjson"):
            fields = fields_of(line["checkpoint"], "bulkhead checkpoint v1")
            seq = int(fields["seq"])
            if seq <= max(self.lines, default=0):
                refuse(f"checkpoint {seq} is out of order")
            if sha256(line["checkpoint"].encode()).hexdigest() != line["hash"]:
                refuse(f"checkpoint {seq}: its hash is not that of its text")
            self.lines[seq], self.fields[seq] = line, fields
        self._check_chain()
        self._check_signatures(keys)

    def _check_chain(self) -> None:
        end = 0
        for seq, fields in self.fields.items():
            if int(fields["from"]) < end or int(fields["to"]) <= int(fields["from"]):
                refuse(f"checkpoint {seq}: its transactions overlap those before")
            before = self.lines.get(seq - 1)
            if before and fields["previous"] != before["hash"]:
                refuse(f"checkpoint {seq} does not follow checkpoint {seq - 1}")
            end = int(fields["to"])

    def _check_signatures(self, keys: dict[str, bytes]) -> None:
        for seq, line in self.lines.items():
            if self.fields[seq]["key"] not in keys:
                refuse(f"checkpoint {seq} is signed with an unknown key, {self.fields[seq]['key']}")
            # The next checkpoint names this one's hash, so its signature vouches for this one too.
            if seq + 1 in self.lines:
                continue
            key, signature = keys[self.fields[seq]["key"]], bytes.fromhex(line["signature"])
            if not is_signed(key, line["checkpoint"].encode(), signature):
                refuse(f"checkpoint {seq}: the signature is not good")


def seal_text(seal: Line, tenant: str) -> str:
    return (
        f"bulkhead seal v1\ntenant: {tenant}\nposition: {seal['position']}\ncheckpoint: {seal['checkpoint']}\n"
        f"entries: {seal['entries']}\nfirst: {seal['first']}\nlast: {seal['last']}\nroot: {seal['root']}\n"
        f"previous: {seal['previous']}\n"
    )


def check_seal(seal: Line, before: Line | None, tenant: str, checkpoints: Checkpoints) -> None:
    name = f"seal {seal['position']}"
    if seal["position"] != (before["position"] + 1 if before else 1):
        refuse(f"{name}: the one before it is missing")
    if seal["previous"] != (before["hash"] if before else NOTHING_BEFORE):
        refuse(f"{name} does not follow the one before it")
    digest = sha256(seal_text(seal, tenant).encode())
    if digest.hexdigest() != seal["hash"]:
        refuse(f"{name}: its hash is not that of its contents")
    fields = checkpoints.fields.get(seal["checkpoint"])
    if fields is None:
        refuse(f"{name}: checkpoint {seal['checkpoint']} is missing")
    path = [bytes.fromhex(step) for step in seal["path"]]
    root = root_of_path(leaf_hash(digest.digest()), seal["index"], int(fields["seals"]), path)
    if root.hex() != fields["root"]:
        refuse(f"{name} is not in checkpoint {seal['checkpoint']}")


def check_entry(entry: Line, tenant: str, fields: dict[str, str], last: tuple[int, int]) -> Line:
    content: Line = json.loads(entry["canonical"])
    xid = int(content["xid"])
    if (content["tenant_id"] or "platform") != tenant:
        refuse(f"entry {entry['id']} is another tenant's")
    if not int(fields["from"]) <= xid < int(fields["to"]):
        refuse(f"entry {entry['id']} is not of its checkpoint's transactions")
    if (xid, entry["id"]) <= last:
        refuse(f"entry {entry['id']} is out of order")
    return content


def check_entries(seal: Line, own: list[Line]) -> None:
    ids = [entry["id"] for entry in own]
    if len(own) != seal["entries"] or (ids[0], ids[-1]) != (seal["first"], seal["last"]):
        refuse(f"seal {seal['position']}: entries {seal['first']} to {seal['last']} are not all there")
    leaves = [leaf_hash(entry["id"].to_bytes(8, "big") + entry["canonical"].encode()) for entry in own]
    if tree_hash(leaves) != bytes.fromhex(seal["root"]):
        refuse(f"seal {seal['position']}: an entry from {seal['first']} to {seal['last']} was changed")


def check_log(folder: Path, manifest: Line, checkpoints: Checkpoints) -> tuple[int, dict[int, str]]:
    """Check seals and entries side by side; return the count of entries and the hashes of the seals."""
    tenant, entries = manifest["tenant"], lines_of(folder / "entries.ndjson")
    before: Line | None = None
    hashes: dict[int, str] = {}
    last, count, recorded = (0, 0), 0, False
    for seal in lines_of(folder / "seals.ndjson"):
        check_seal(seal, before, tenant, checkpoints)
        own = list(islice(entries, seal["entries"]))
        for entry in own:
            content = check_entry(entry, tenant, checkpoints.fields[seal["checkpoint"]], last)
            recorded = recorded or is_record_of(manifest["export_id"], content)
            last = int(content["xid"]), entry["id"]
        check_entries(seal, own)
        before, count = seal, count + len(own)
        hashes[seal["position"]] = seal["hash"]
    for extra in entries:
        refuse(f"entry {extra['id']} is under no seal")
    if not recorded:
        refuse("the log does not reach to the record of this export: its tail is missing")
    return count, hashes


def is_record_of(export_id: str, content: Line) -> bool:
    return content["operation"] == "access" and (content["new"] or {}).get("export_id") == export_id


# --- What the auditor brings -------------------------------------------------------------------------------------


def keys_of(folder: Path, given: list[str]) -> dict[str, bytes]:
    listed = json.loads((folder / "public_keys.json").read_text(encoding="utf-8")).values()
    return {sha256(key).hexdigest()[:16]: key for key in map(bytes.fromhex, given or listed)}


def check_anchors(folder: Path, checkpoints: Checkpoints) -> int:
    compared = 0
    for path in sorted(folder.rglob("*.json")):
        line = checkpoints.lines.get(int(path.stem)) if path.stem.isdigit() else None
        if line is not None:
            if json.loads(path.read_text(encoding="utf-8")) != line:
                refuse(f"checkpoint {int(path.stem)} differs from your anchor {path}")
            compared += 1
    if not compared:
        refuse(f"no anchor in {folder} is of a checkpoint of this export")
    return compared


def check_earlier(folder: Path, manifest: Line, hashes: dict[int, str]) -> int:
    earlier = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if (earlier["log"], earlier["tenant"]) != (manifest["log"], manifest["tenant"]):
        refuse("the earlier export is of another log")
    position = earlier["head"]["position"]
    if hashes.get(position) != earlier["head"]["hash"]:
        refuse(f"the earlier export ended with another seal {position}: the log was rewritten since")
    return int(position)


def verify(folder: Path, *, public_keys: list[str], anchors: Path | None, earlier: Path | None) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest["format"] != "bulkhead audit export v1":
        refuse("this verifier does not know the format of this export")
    keys = keys_of(folder, public_keys)
    checkpoints = Checkpoints(folder, keys)
    count, hashes = check_log(folder, manifest, checkpoints)
    newest = max(checkpoints.fields)
    if {fields["log"] for fields in checkpoints.fields.values()} != {manifest["log"]}:
        refuse("a checkpoint is of another log")
    print(
        f"PROVEN: {count} entries of tenant {manifest['tenant']}, {len(hashes)} seals, complete and in order"
    )
    print(f"  up to checkpoint {newest} of {checkpoints.fields[newest]['at']}")
    if anchors:
        print(f"  {check_anchors(anchors, checkpoints)} checkpoints equal your anchors")
    if earlier:
        print(f"  your earlier export ends at seal {check_earlier(earlier, manifest, hashes)} of this one")
    if not public_keys:
        listed = ", ".join(key.hex() for key in keys.values())
        print(f"  signed with {listed}: compare this with the key that you were told")


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an export of an audit log.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--public-key", action="append", default=[], metavar="HEX")
    parser.add_argument("--anchors", type=Path, metavar="FOLDER")
    parser.add_argument("--earlier", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    try:
        verify(given.folder, public_keys=given.public_key, anchors=given.anchors, earlier=given.earlier)
    except Wrong as wrong:
        print(f"WRONG: {wrong}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        print(f"UNREADABLE: {type(error).__name__}: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
