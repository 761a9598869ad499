"""What an attacker does who holds the database: seals and checkpoints made anew, as the sealer makes them."""

from apps.audit import records
from apps.audit.anchors import anchor_content
from apps.audit.findings import Finding
from apps.audit.merkle import entry_leaf, root_of, seal_leaf
from apps.audit.sealing import prints_of
from apps.audit.signing import Signer, current_signer
from apps.audit.statements import Checkpoint, Seal, SignedCheckpoint
from apps.core import clock
from tests.audit.logs import Log


def middle(log: Log) -> int:
    """An entry of the tenant in the second checkpoint, in the middle of its first seal."""
    (first,) = log.ask("select first_id from audit.seal where tenant_id = %s and position = 2", log.tenant)[0]
    return int(first) + 500


def first_of(log: Log, code: int) -> Finding:
    """Verify, check the exit code, return the first bad position."""
    report = log.verify()
    assert report.exit_code == code, report.findings
    assert report.first is not None
    return report.first


def reseal_from(log: Log, position: int) -> None:
    (last,) = log.ask("select max(position) from audit.seal where tenant_id = %s", log.tenant)[0]
    for each in range(position, last + 1):
        _reseal(log, each)


def _reseal(log: Log, position: int) -> None:
    row = log.ask(
        "select checkpoint_seq, entry_count, first_id, last_id, previous from audit.seal "
        "where tenant_id = %s and position = %s", log.tenant, position,
    )[0]  # fmt: skip
    entries = log.ask(
        "select id, canonical from audit.entry where tenant_id = %s and id between %s and %s order by xid, id",
        log.tenant,
        row[2],
        row[3],
    )
    ids, leaves = [e[0] for e in entries], [entry_leaf(e[0], e[1].encode()) for e in entries]
    seal = Seal(row[0], str(log.tenant), position, row[1], row[2], row[3], root_of(leaves), row[4])
    log.tamper(
        "update audit.seal set root = %s, hash = %s, prints = %s where tenant_id = %s and position = %s",
        seal.root,
        seal.hash(),
        prints_of(ids, leaves),
        log.tenant,
        position,
    )
    log.tamper(
        "update audit.seal set previous = %s where tenant_id = %s and position = %s",
        seal.hash(),
        log.tenant,
        position + 1,
    )


def rewrite_history(log: Log, signer: Signer) -> None:
    """Change an entry of checkpoint 2 and make every seal and checkpoint since anew, signed with a key."""
    log.tamper(
        "update audit.entry set canonical = replace(canonical, 'row 5', 'raw 5') where id = %s", middle(log)
    )
    reseal_from(log, 2)
    previous = log.ask("select hash from audit.checkpoint where seq = 1")[0][0]
    for seq in (2, 3):
        previous = _resign(log, seq, previous, signer)


def _resign(log: Log, seq: int, previous: bytes, signer: Signer) -> bytes:
    hashes = log.ask(
        "select hash from audit.seal where checkpoint_seq = %s order by tenant_id nulls first, position", seq
    )
    old = records.find_checkpoint(log.alias, seq)
    assert old is not None
    made = old.checkpoint
    new = signer.sign(
        Checkpoint(
            made.log,
            seq,
            made.at,
            made.xid_from,
            made.xid_to,
            made.entry_count,
            made.seal_count,
            root_of([seal_leaf(digest) for (digest,) in hashes]),
            previous,
            signer.key_id,
        )
    )
    log.tamper(
        "update audit.checkpoint set root = %s, previous = %s, hash = %s, key_id = %s, signature = %s where seq = %s",
        new.checkpoint.root,
        previous,
        new.hash,
        signer.key_id,
        new.signature,
        seq,
    )
    return new.hash


def append(log: Log, last: SignedCheckpoint, *, xid_from: int, xid_to: int) -> None:
    signer = current_signer()
    made = signer.sign(
        Checkpoint(
            log.alias,
            last.checkpoint.seq + 1,
            clock.now(),
            xid_from,
            xid_to,
            0,
            0,
            bytes(32),
            last.hash,
            signer.key_id,
        )
    )
    records.insert_checkpoint(log.sealer, made)
    log.anchors.write(made.checkpoint.seq, anchor_content(made))
