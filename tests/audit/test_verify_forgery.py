"""A tail that was cut, seals, checkpoints and anchors that were forged: found, named, told apart."""

from datetime import timedelta

import pytest

from apps.audit import records
from apps.audit.anchors import AnchorConflict
from apps.audit.signing import Signer, current_signer
from tests.audit.attacker import first_of, middle, reseal_from, rewrite_history
from tests.audit.logs import Log

# 5. cut the tail


def test_a_tail_that_was_cut_is_found_by_its_anchors(sealed: Log) -> None:
    sealed.tamper(
        "delete from audit.entry where xid >= (select xid_from from audit.checkpoint where seq = 3)"
    )
    sealed.tamper("delete from audit.seal where checkpoint_seq = 3")
    sealed.tamper("delete from audit.checkpoint where seq = 3")
    found = first_of(sealed, 3)
    assert found.what == "anchors reach to checkpoint 3, the database to 2: its tail was cut"
    assert found.checkpoint == 3


def test_a_log_that_was_emptied_is_found_by_its_anchors(sealed: Log) -> None:
    sealed.tamper("truncate audit.entry, audit.seal, audit.checkpoint")
    found = first_of(sealed, 3)
    assert found.what == "anchors reach to checkpoint 3, the database to 0: its tail was cut"


def test_the_sealer_does_not_build_on_a_tail_that_was_cut(sealed: Log) -> None:
    sealed.tamper("delete from audit.seal where checkpoint_seq = 3")
    sealed.tamper("delete from audit.checkpoint where seq = 3")
    with pytest.raises(AnchorConflict, match="anchor 3 has no checkpoint"):
        sealed.seal()
    assert records.last_seq(sealed.alias) == 2
    assert first_of(sealed, 3).checkpoint == 3


# 6. forged seals, checkpoints, anchors


@pytest.mark.parametrize(
    "change",
    [
        "root = sha256('x')",
        "entry_count = entry_count + 1, prints = prints || '\\x00000000000000000000000000000000'",
        "last_id = last_id + 1",
        "previous = sha256('x')",
        "hash = sha256('x')",
    ],
)
def test_a_changed_seal_is_found(sealed: Log, change: str) -> None:
    sealed.tamper(f"update audit.seal set {change} where tenant_id = %s and position = 2", sealed.tenant)
    found = first_of(sealed, 1)
    assert (found.checkpoint, found.tenant) == (2, str(sealed.tenant))
    assert "seal 2" in found.what


def test_a_seal_rewritten_with_its_hash_is_found(sealed: Log) -> None:
    """Somebody changes an entry and makes seal and hash anew, as the sealer would; the signature stays."""
    entry_id = middle(sealed)
    sealed.tamper(
        "update audit.entry set canonical = replace(canonical, 'row 5', 'raw 5') where id = %s", entry_id
    )
    reseal_from(sealed, 2)
    found = first_of(sealed, 1)
    assert (found.checkpoint, found.what) == (2, "its 4 seals are not the 4 that it was signed over")


def test_a_deleted_seal_is_found(sealed: Log) -> None:
    sealed.tamper("delete from audit.seal where tenant_id = %s and position = 2", sealed.tenant)
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.tenant) == ("seal 2 is missing", 2, str(sealed.tenant))


def test_changed_prints_are_found(sealed: Log) -> None:
    sealed.tamper(
        "update audit.seal set prints = set_byte(prints, 20, 1 - sign(get_byte(prints, 20))::int) "
        "where tenant_id = %s and position = 2",
        sealed.tenant,
    )
    found = first_of(sealed, 1)
    assert found.what == "the prints of seal 2 are not those of its entries"


@pytest.mark.parametrize(
    "change, what",
    [
        ("at = at - interval '1 day'", "its hash is not that of its contents"),
        ("entry_count = entry_count + 1", "its hash is not that of its contents"),
        (
            "signature = decode(repeat('00', 64), 'hex')",
            "its signature is not that of a known key over its contents",
        ),
        ("key_id = 'another'", "its hash is not that of its contents"),
        ("previous = sha256('x')", "does not follow the checkpoint before it"),
        ("seq = 9", "checkpoint 2 is missing"),
    ],
)
def test_a_changed_checkpoint_is_found(sealed: Log, change: str, what: str) -> None:
    sealed.tamper(f"update audit.checkpoint set {change} where seq = 2")
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint) == (what, 2)


def test_a_deleted_checkpoint_is_found(sealed: Log) -> None:
    sealed.tamper("delete from audit.checkpoint where seq = 2")
    assert first_of(sealed, 1).what == "checkpoint 2 is missing"


def test_a_middle_cut_out_whole_is_found(sealed: Log) -> None:
    sealed.tamper(
        "delete from audit.entry using audit.checkpoint c where c.seq = 2 and xid >= c.xid_from and xid < c.xid_to"
    )
    sealed.tamper("delete from audit.seal where checkpoint_seq = 2")
    sealed.tamper("delete from audit.checkpoint where seq = 2")
    assert first_of(sealed, 1).what == "checkpoint 2 is missing"


def test_a_log_signed_anew_with_a_foreign_key_is_found(sealed: Log) -> None:
    rewrite_history(sealed, Signer(b"\x07" * 32))
    found = first_of(sealed, 1)
    assert (found.checkpoint, found.what) == (2, "its signature is not that of a known key over its contents")


def test_a_log_signed_anew_with_the_stolen_key_is_found_by_its_anchors(sealed: Log) -> None:
    """Whoever holds the database and the signing key still does not hold the anchors."""
    rewrite_history(sealed, current_signer())
    found = first_of(sealed, 3)
    assert (found.checkpoint, found.what) == (2, "its anchor differs from it")
    assert [f.checkpoint for f in sealed.verify().findings] == [2, 3]


def test_a_replaced_anchor_is_found(sealed: Log) -> None:
    path = sealed.anchors.path(2)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content.replace(b"entries: ", b"entries: 1"))
    found = first_of(sealed, 3)
    assert (found.checkpoint, found.what) == (2, "its anchor differs from it")


@pytest.mark.parametrize("seq", [1, 2])
def test_a_missing_anchor_is_found(sealed: Log, seq: int) -> None:
    sealed.anchors.path(seq).unlink()
    found = first_of(sealed, 3)
    assert (found.checkpoint, found.what) == (seq, "its anchor is missing")
    sealed.insert()
    sealed.seal()
    assert first_of(sealed, 3).checkpoint == seq  # the sealer does not make up for an anchor taken away


def test_the_newest_anchor_may_be_on_its_way_but_not_for_long(sealed: Log) -> None:
    sealed.anchors.path(3).unlink()
    assert sealed.verify().exit_code == 0
    report = sealed.verify(later=timedelta(minutes=6))
    assert (report.exit_code, report.first and report.first.checkpoint) == (3, 3)
