"""Our trees against the verifier's own, written from the RFC: two roads to the same root."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.audit.export import verify_export as verifier
from apps.audit.merkle import entry_leaf, paths_of, root_from_path, root_of, seal_leaf

# The test vectors of Certificate Transparency (RFC 6962's reference implementation): leaves, then the root of each
# tree over the first 1, 2, ... 8 of them.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [seal_leaf(sha256(str(n).encode()).digest()) for n in range(count)]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_those_of_the_reference_implementation(count: int) -> None:
    made = [verifier.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:count]]
    assert root_of(made).hex() == ROOTS[count - 1]
    assert verifier.tree_hash(made).hex() == ROOTS[count - 1]


@given(st.integers(min_value=1, max_value=300))
@settings(max_examples=60, deadline=None)
def test_both_roads_lead_to_the_same_root(count: int) -> None:
    assert root_of(leaves(count)) == verifier.tree_hash(leaves(count))


@given(st.integers(min_value=1, max_value=130), st.data())
@settings(max_examples=60, deadline=None)
def test_every_leaf_has_a_path_and_no_other_leaf_fits_it(count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=count - 1))
    made, other = leaves(count), seal_leaf(b"other")
    (path,) = paths_of(made, [index])
    root = root_of(made)
    assert root_from_path(made[index], index, count, path) == root
    assert verifier.root_of_path(made[index], index, count, path) == root
    assert verifier.root_of_path(other, index, count, path) != root
    assert root_from_path(other, index, count, path) != root


def test_a_path_of_the_wrong_length_is_refused() -> None:
    made = leaves(5)
    (path,) = paths_of(made, [2])
    assert root_from_path(made[2], 2, 5, path[:-1]) is None
    assert root_from_path(made[2], 2, 5, [*path, bytes(32)]) is None
    for wrong in (path[:-1], [*path, bytes(32)]):
        with pytest.raises(verifier.Wrong):
            verifier.root_of_path(made[2], 2, 5, wrong)
    with pytest.raises(verifier.Wrong):
        verifier.root_of_path(made[2], 5, 5, path)


def test_a_node_does_not_pass_for_a_leaf() -> None:
    """A second preimage: two entries whose text is the nodes above four others would have the same root."""
    four = leaves(4)
    nodes = [sha256(b"\1" + four[0] + four[1]).digest(), sha256(b"\1" + four[2] + four[3]).digest()]
    assert root_of(four) == sha256(b"\1" + nodes[0] + nodes[1]).digest()
    assert root_of([seal_leaf(node) for node in nodes]) != root_of(four)


def test_an_entry_is_hashed_with_its_number() -> None:
    assert entry_leaf(1, b"text") != entry_leaf(2, b"text")
    assert entry_leaf(1, b"text") == verifier.leaf_hash((1).to_bytes(8, "big") + b"text")
