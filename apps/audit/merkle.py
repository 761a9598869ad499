"""Merkle trees as RFC 6962 section 2.1 defines them.

Leaves and nodes are hashed apart, so that neither passes for the other.
"""

from collections.abc import Sequence
from hashlib import sha256

HASH_SIZE = 32


def entry_leaf(entry_id: int, canonical: bytes) -> bytes:
    """Return the hash of an entry: its id (8 bytes, big-endian) and its canonical text."""
    return sha256(b"\0" + entry_id.to_bytes(8, "big") + canonical).digest()


def seal_leaf(seal_hash: bytes) -> bytes:
    """Return the hash of a seal as a leaf of its checkpoint's tree."""
    return sha256(b"\0" + seal_hash).digest()


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    # A node without a neighbour rises unchanged: the same tree as splitting at the largest power of two.
    pairs = zip(level[::2], level[1::2], strict=False)
    raised = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    return [*raised, level[-1]] if len(level) % 2 else raised


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over at least one leaf."""
    level = list(leaves)
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def paths_of(leaves: Sequence[bytes], wanted: Sequence[int]) -> list[list[bytes]]:
    """Return the inclusion path of each wanted leaf (by index), lowest neighbour first."""
    positions = list(wanted)
    paths: list[list[bytes]] = [[] for _ in wanted]
    level = list(leaves)
    while len(level) > 1:
        for path, position in zip(paths, positions, strict=True):
            neighbour = position ^ 1
            if neighbour < len(level):
                path.append(level[neighbour])
        positions = [position // 2 for position in positions]
        level = _next_level(level)
    return paths


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf and its path lead to, or None when the path has the wrong length."""
    node, rest, width = leaf, list(path), size
    while width > 1:
        if index % 2 == 1 or index + 1 < width:
            if not rest:
                return None
            neighbour = rest.pop(0)
            pair = neighbour + node if index % 2 else node + neighbour
            node = sha256(b"\1" + pair).digest()
        index, width = index // 2, (width + 1) // 2
    return None if rest else node
