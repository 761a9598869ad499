"""The sealer: what it takes, in what order it promises, and what it does after a death or a theft."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connections, transaction

from apps.audit import operations, records
from apps.audit.anchors import AnchorConflict, FileAnchors
from apps.audit.locating import prints_from
from apps.audit.sealing import LOCK, CounterBehind, LogUntrusted, seal_settled
from apps.audit.signing import SigningKeyMissing, current_signer
from apps.audit.tasks import make_partitions_task, seal_entries_task
from apps.core import clock
from apps.core.scope import Scope, platform_scope
from apps.core.tokens import sign_context
from tests.audit.logs import ANA, Log

ROOT = Path(__file__).resolve().parents[2]


def writer(log: Log) -> "psycopg.Connection[tuple[object, ...]]":
    """A session of the application that stays in its transaction."""
    connection = psycopg.connect(log.admin_url)
    connection.execute("set role bulkhead_app")
    connection.execute(
        "select set_config('bulkhead.context', %s, true)", (sign_context(Scope(ANA, log.tenant)),)
    )
    return connection


def write_row(connection: "psycopg.Connection[tuple[object, ...]]", log: Log) -> None:
    connection.execute("insert into sample (tenant_id, id, name) values (%s, uuidv7(), 'w')", (log.tenant,))


def sealed_ids(log: Log) -> list[int]:
    """Return the entries that stand under a seal, by the seals' own prints."""
    return [
        i for (prints,) in log.ask("select prints from audit.seal") for i, _ in prints_from(bytes(prints))
    ]


def entry_ids(log: Log) -> list[int]:
    return [i for (i,) in log.ask("select id from audit.entry")]


def test_a_seal_covers_what_was_committed(log: Log) -> None:
    log.insert(3)
    log.insert(2, tenant=log.stranger)
    made = log.seal()
    assert made is not None
    checkpoint = made.checkpoint
    assert (checkpoint.seq, checkpoint.entry_count, checkpoint.seal_count) == (1, 5, 2)
    assert sorted(sealed_ids(log)) == sorted(entry_ids(log))


def test_nothing_new_makes_no_checkpoint(log: Log) -> None:
    assert log.seal() is None
    log.insert()
    assert log.seal() is not None
    assert log.seal() is None
    assert log.ask("select count(*) from audit.checkpoint") == [(1,)]


def test_checkpoints_join_without_a_gap(log: Log) -> None:
    for rows in (1, 5, 2):
        log.insert(rows)
        log.seal()
    ranges = log.ask("select xid_from::text, xid_to::text from audit.checkpoint order by seq")
    assert ranges[0][0] == "0"
    assert [start for start, _ in ranges[1:]] == [end for _, end in ranges[:-1]]
    positions = log.ask(
        "select position, entry_count from audit.seal where tenant_id = %s order by 1", log.tenant
    )
    assert positions == [(1, 1), (2, 5), (3, 2)]


def test_a_large_transaction_takes_several_seals(log: Log) -> None:
    log.insert(2500)
    log.seal()
    counts = log.ask("select position, entry_count, length(prints) from audit.seal order by 1")
    assert counts == [(1, 1024, 16384), (2, 1024, 16384), (3, 452, 7232)]
    assert log.verify().exit_code == 0


def test_open_transactions_wait_and_what_began_after_them_too(log: Log) -> None:
    log.insert()
    with writer(log) as slow:
        write_row(slow, log)
        log.insert(2)  # committed, but after the slow one began: it may not be sealed before it
        log.wait_until_settled("id = (select min(id) from audit.entry)")
        made = log.seal_now()
        assert made is not None
        assert made.checkpoint.entry_count == 1
        assert log.seal_now() is None
        slow.commit()
    made = log.seal()
    assert made is not None
    assert made.checkpoint.entry_count == 3
    assert log.verify().exit_code == 0


def test_rolled_back_work_holds_nothing_up(log: Log) -> None:
    with writer(log) as undone:
        write_row(undone, log)
        undone.rollback()
    log.insert()
    made = log.seal()
    assert made is not None
    assert made.checkpoint.entry_count == 1


def test_one_sealer_at_a_time(log: Log) -> None:
    log.insert()
    with psycopg.connect(log.admin_url) as other:
        other.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        assert log.seal() is None
        assert log.ask("select count(*) from audit.checkpoint") == [(0,)]
        other.rollback()
    assert log.seal() is not None


def test_nothing_is_lost_between_many_writers(log: Log) -> None:
    """Writers with long and short transactions, some undone, while a sealer runs without a pause."""
    until = time.monotonic() + 4
    failures: list[BaseException] = []

    def write(pause: float) -> None:
        try:
            with writer(log) as connection:
                for round_ in range(10_000):
                    if time.monotonic() > until:
                        return
                    token = sign_context(Scope(ANA, log.tenant if round_ % 3 else log.stranger))
                    connection.execute("select set_config('bulkhead.context', %s, true)", (token,))
                    tenant = log.tenant if round_ % 3 else log.stranger
                    for _ in range(3):
                        with connection.transaction():  # a savepoint: a transaction number of its own
                            connection.execute(
                                "insert into sample (tenant_id, id, name) values (%s, uuidv7(), 'w')",
                                (tenant,),
                            )
                        time.sleep(pause)
                    connection.rollback() if round_ % 5 == 4 else connection.commit()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failures.append(error)

    threads = [threading.Thread(target=write, args=(pause,)) for pause in (0.0, 0.0, 0.02, 0.15, 0.5)]
    for thread in threads:
        thread.start()
    checkpoints = 0
    while any(thread.is_alive() for thread in threads):
        checkpoints += log.seal_now() is not None
    for thread in threads:
        thread.join()
    assert failures == []
    log.seal()
    written, sealed = entry_ids(log), sealed_ids(log)
    assert len(written) > 100
    assert checkpoints > 3
    assert sorted(sealed) == sorted(written)
    assert len(set(sealed)) == len(sealed)
    assert log.verify().exit_code == 0
    assert log.verify().unsealed == 0


def test_an_anchor_is_a_read_only_file_that_is_written_once(log: Log) -> None:
    log.insert()
    made = log.seal()
    assert made is not None
    path = log.anchors.path(1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert made.checkpoint.text() in path.read_text().encode().decode("unicode_escape")
    content = path.read_bytes()
    log.anchors.write(1, content)  # the same again is fine
    with pytest.raises(AnchorConflict, match="already stands"):
        log.anchors.write(1, content + b" ")
    assert path.read_bytes() == content
    assert [f.name for f in path.parent.iterdir()] == ["000000000001.json"]


def test_the_database_does_not_hold_the_key(log: Log) -> None:
    log.insert()
    log.seal()
    found = log.ask(
        "select count(*) from audit.checkpoint c where c::text like '%%' || %s || '%%'", "02" * 16
    )
    assert found == [(0,)]
    key = configured.AUDIT_SIGNING_KEY
    settings_of_cluster = log.ask("select count(*) from pg_settings where setting = %s", key)
    assert settings_of_cluster == [(0,)]


def test_no_key_no_seal(log: Log, settings: object) -> None:
    settings.AUDIT_SIGNING_KEY = None  # type: ignore[attr-defined]
    log.insert()
    with pytest.raises(SigningKeyMissing):
        log.seal()
    assert log.ask("select count(*) from audit.seal") == [(0,)]


def test_the_sealer_does_not_build_on_a_forged_checkpoint(log: Log) -> None:
    log.insert()
    log.seal()
    log.insert()
    log.tamper("update audit.checkpoint set entry_count = 99")
    with pytest.raises(LogUntrusted, match="does not bear a known signature"):
        log.seal()
    assert log.ask("select count(*) from audit.seal") == [(1,)]


def test_a_cluster_that_counts_from_lower_is_refused(log: Log) -> None:
    """As after a restore of a dump into a new cluster: new entries would fall into ranges that are sealed."""
    log.insert()
    log.seal()
    end = log.ask("select xid_to::text from audit.checkpoint")[0][0]
    _forge_end(log, int(end) + 1_000_000)
    log.insert()
    with pytest.raises(CounterBehind):
        log.seal()


def _forge_end(log: Log, xid_to: int) -> None:
    last = records.find_checkpoint(log.alias, 1)
    assert last is not None
    made = current_signer().sign(replace(last.checkpoint, xid_to=xid_to))
    log.tamper(
        "update audit.checkpoint set xid_to = %s::text::xid8, hash = %s, signature = %s",
        str(xid_to), made.hash, made.signature,
    )  # fmt: skip


# Death at the worst moment


class DyingAnchors(FileAnchors):
    """Anchors whose first write kills the process, as a power cut between commit and anchor would."""

    def write(self, seq: int, content: bytes) -> None:
        raise KeyboardInterrupt


def test_death_between_commit_and_anchor_is_made_good_without_an_alarm(log: Log) -> None:
    log.insert()
    with pytest.raises(KeyboardInterrupt):
        operations.seal_entries(database=log.alias, now=clock.now(), anchors=DyingAnchors(log.anchors.folder))
    assert log.anchors.last_seq() == 0
    assert log.ask("select count(*) from audit.checkpoint") == [(1,)]
    assert log.verify().exit_code == 0  # the anchor may still be on its way
    assert log.seal() is None  # nothing to seal, but the anchor is made up for
    assert log.anchors.last_seq() == 1
    assert log.verify(later=timedelta(hours=1)).exit_code == 0


def test_death_before_the_commit_leaves_nothing(log: Log) -> None:
    log.insert(1500)
    log.wait_until_settled()
    with suppress(KeyboardInterrupt), transaction.atomic(using=log.sealer):
        seal_settled(database=log.alias, signer=current_signer(), anchors=log.anchors, now=clock.now())
        raise KeyboardInterrupt
    assert log.ask("select count(*) from audit.seal") == [(0,)]
    assert log.seal() is not None
    assert log.verify().exit_code == 0


# Starts a sealer that never rests, each time it is told to; says its process number, and when it has ended.
SEALERS = """
import os, sys
import django; django.setup()
from django.db import connections
from apps.audit import operations
from apps.core import clock
from apps.core.scope import platform_scope
for name, theirs in (("{alias}", "default"), ("{alias}_sealer", "default_sealer")):
    connections.databases[name] = {{**connections.databases[theirs], "NAME": "{name}"}}
for line in sys.stdin:
    pid = os.fork()
    while not pid:
        with platform_scope():
            operations.seal_entries(database="{alias}", now=clock.now())
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("ended", flush=True)
"""


def test_a_sealer_killed_again_and_again_loses_and_doubles_nothing(log: Log) -> None:
    """kill -9 at moments nobody chose: before, in and after commit and anchor."""
    code = SEALERS.format(alias=log.alias, name=connections.databases[log.alias]["NAME"])
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        for round_ in range(10):
            print("start", file=child.stdin, flush=True)
            pid = int(child.stdout.readline())
            end = time.monotonic() + 0.1 + 0.037 * round_
            while time.monotonic() < end:
                log.insert(40)
            os.kill(pid, signal.SIGKILL)
            assert child.stdout.readline() == "ended\n"
            report = log.verify()
            assert report.exit_code == 0, report.findings
        child.stdin.close()
    while log.seal():
        pass
    assert sorted(sealed_ids(log)) == sorted(entry_ids(log))
    report = log.verify(later=timedelta(hours=1))
    assert (report.exit_code, report.unsealed) == (0, 0)
    assert report.checkpoints > 8


def test_a_half_written_anchor_does_not_count(log: Log) -> None:
    """The file appears whole or not at all; a draft left by a death is not an anchor."""
    log.insert()
    draft = log.anchors.path(1).with_name(".000000000001.json.4711")
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b'{"check')
    assert log.seal() is not None
    assert log.anchors.last_seq() == 1
    assert log.verify().exit_code == 0


def test_the_task_seals_every_database(log: Log, settings: object) -> None:
    settings.BOOK_DATABASES = {log.alias: f"{log.alias}_replica"}  # type: ignore[attr-defined]
    log.insert()
    log.wait_until_settled()
    with platform_scope():
        seal_entries_task()
        make_partitions_task()
    assert log.ask("select entry_count from audit.checkpoint") == [(1,)]


def test_a_database_that_cannot_be_sealed_does_not_keep_the_others_waiting(
    log: Log, settings: object
) -> None:
    settings.BOOK_DATABASES = {"nowhere": "nowhere_replica", log.alias: f"{log.alias}_replica"}  # type: ignore[attr-defined]
    log.insert()
    log.wait_until_settled()
    with pytest.raises(operations.SealingFailed, match="nowhere"):
        seal_entries_task()
    assert log.ask("select entry_count from audit.checkpoint") == [(1,)]
