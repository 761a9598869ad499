"""Writes of the log that no trigger makes: accesses, seals, partitions, exports."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connections, transaction
from psycopg.types.json import Jsonb

from apps.audit import records, sealing
from apps.audit.anchors import Anchors, anchors_of
from apps.audit.export import making
from apps.audit.export.writing import ExportSummary
from apps.audit.signing import current_signer
from apps.audit.statements import SignedCheckpoint
from apps.core import clock
from apps.core.db import write
from apps.core.errors import DomainError
from apps.core.ids import new_id
from apps.core.scope import current_scope, current_tenant_id


class SealingFailed(DomainError):
    """Say that a database's log was not sealed in this run; the log of the process says why."""

    code = "audit_not_sealed"
    status = 503


def record_access(*, kind: str, subject: str, detail: Mapping[str, object] | None = None) -> int:
    """Record that the open scope's actor takes out or sees something; return the entry's id.

    Call it before the reading, in a transaction that is committed before anything is shown: where it
    fails, nothing is read. `kind` is what is done ("export", "personal data", "unmask"), `subject` what
    it is done to.
    """
    with write() as connection, connection.cursor() as cursor:
        cursor.execute("select audit.record_access(%s, %s, %s)", [kind, subject, Jsonb(dict(detail or {}))])
        return int(cursor.fetchone()[0])


def seal_entries(*, database: str, now: datetime, anchors: Anchors | None = None) -> SignedCheckpoint | None:
    """Seal the entries of every finished transaction of a database, sign the checkpoint, anchor it.

    Returns the checkpoint, or None when there was nothing to seal or another sealer was at work. The
    commit comes first, then the anchor: a sealer that dies in between leaves a checkpoint without its
    anchor, and the next run writes it. The other way round, a death would look like a log that was cut.
    Raises LogUntrusted, AnchorConflict, CounterBehind, SigningKeyMissing.
    """
    signer = current_signer()
    anchors = anchors or anchors_of(database)
    with transaction.atomic(using=records.sealer_alias(database), durable=True):
        made = sealing.seal_settled(database=database, signer=signer, anchors=anchors, now=now)
    sealing.anchor_unanchored(database=database, signer=signer, anchors=anchors)
    return made


def make_partitions(*, database: str, months_ahead: int = 2) -> list[str]:
    """Make the log's partitions of this month and the months ahead; return the names of the new ones."""
    with connections[records.sealer_alias(database)].cursor() as cursor:
        cursor.execute("select audit.make_partitions(%s)", [months_ahead])
        return [name for (name,) in cursor.fetchall()]


def export_log(
    *, folder: Path, now: datetime, reason: str = "", patience: timedelta = timedelta(minutes=1)
) -> ExportSummary:
    """Write the open tenant's log with its proofs and a stand-alone verifier into a new folder.

    The export is recorded first and that record sealed, so the log proves itself complete up to its own
    export. Where recording or sealing fails, nothing is written.
    Raises InputError, NotSealedYet, and what `seal_entries` raises.
    """
    scope, tenant_id = current_scope(), current_tenant_id()
    making.check_folder(folder)
    export_id, anchors = new_id(), anchors_of(scope.database)
    detail = {"export_id": str(export_id), "reason": reason}
    with transaction.atomic(using=scope.database, durable=True):
        entry_id = record_access(kind="audit export", subject=str(tenant_id), detail=detail)
    deadline = time.monotonic() + patience.total_seconds()
    seal_entries(database=scope.database, now=now)
    while (upto := making.find_sealing(scope.database, tenant_id, entry_id)) is None:
        making.pause(deadline)
        seal_entries(database=scope.database, now=clock.now())
    return making.write_folder(
        database=scope.database,
        tenant_id=tenant_id,
        export_id=export_id,
        upto=upto,
        folder=folder,
        anchors=anchors,
        now=now,
    )
