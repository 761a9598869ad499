"""Every way of changing a sealed log is found, named, and told apart by its exit code: entries and waiting."""

from datetime import timedelta
from typing import Any

import pytest

from apps.audit import records
from tests.audit.attacker import append, first_of, middle
from tests.audit.logs import Log


def test_a_sealed_log_is_in_order(sealed: Log) -> None:
    report = sealed.verify()
    assert report.exit_code == 0
    assert report.findings == []
    assert (report.entries, report.checkpoints, report.unsealed) == (3 + 1100 + 4 + 6 + 3 + 3, 3, 0)
    assert report.seals == 3 * 3 + 1  # eleven hundred entries take two seals


def test_an_empty_log_is_in_order(log: Log) -> None:
    report = log.verify()
    assert (report.exit_code, report.entries, report.checkpoints) == (0, 0, 0)


# 1. change


@pytest.mark.parametrize(
    "change",
    [
        "update audit.entry set canonical = replace(canonical, 'row 500', 'row 501') where id = %s",
        "update audit.entry set canonical = canonical || ' ' where id = %s",
        "update audit.entry set canonical = jsonb_set(canonical::jsonb, '{reason}', '\"fine\"')::text where id = %s",
    ],
)
def test_a_changed_text_is_named(sealed: Log, change: str) -> None:
    entry_id = middle(sealed) - 1
    sealed.tamper(change, entry_id)
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.tenant, found.entry_id) in {
        ("entry was changed", 2, str(sealed.tenant), entry_id),
        ("column row_key differs from the canonical text", 2, str(sealed.tenant), entry_id),
        ("column canonical differs from the canonical text", 2, str(sealed.tenant), entry_id),
    }


@pytest.mark.parametrize(
    "column, value",
    [
        ("at", "'2020-01-01'"),
        ("actor_kind", "'system'"),
        ("actor_id", "uuidv7()"),
        ("principal_id", "uuidv7()"),
        ("request_id", "'another'"),
        ("trace_id", "'another'"),
        ("table_name", "'another'"),
        ("row_key", "'another'"),
        ("operation", "'delete'"),
    ],
)
def test_a_changed_search_column_is_named(sealed: Log, column: str, value: str) -> None:
    entry_id = middle(sealed)
    sealed.tamper(f"update audit.entry set {column} = {value} where id = {entry_id}")
    found = first_of(sealed, 1)
    assert found.what == f"column {column} differs from the canonical text"
    assert (found.checkpoint, found.tenant, found.entry_id) == (2, str(sealed.tenant), entry_id)


def test_an_entry_given_to_another_tenant_is_named(sealed: Log) -> None:
    entry_id = middle(sealed)
    sealed.tamper("update audit.entry set tenant_id = %s where id = %s", sealed.stranger, entry_id)
    found = first_of(sealed, 1)
    assert (found.what, found.entry_id) == ("column tenant_id differs from the canonical text", entry_id)
    missing = [f for f in sealed.verify().findings if f.what == "entry was removed"]
    assert [(f.tenant, f.entry_id) for f in missing] == [(str(sealed.tenant), entry_id)]


def test_column_and_text_changed_together_are_found(sealed: Log) -> None:
    entry_id = middle(sealed)
    sealed.tamper(
        "update audit.entry set operation = 'delete', canonical = "
        "jsonb_set(canonical::jsonb, '{operation}', '\"delete\"')::text where id = %s",
        entry_id,
    )
    found = first_of(sealed, 1)
    assert (found.what, found.entry_id) == ("entry was changed", entry_id)


# 2. delete


def test_a_deleted_entry_is_named(sealed: Log) -> None:
    entry_id = middle(sealed)
    sealed.tamper("delete from audit.entry where id = %s", entry_id)
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.tenant, found.entry_id) == (
        "entry was removed", 2, str(sealed.tenant), entry_id,
    )  # fmt: skip


def test_the_last_entry_of_a_checkpoint_deleted_is_named(sealed: Log) -> None:
    (entry_id,) = sealed.ask(
        "select last_id from audit.seal where tenant_id = %s and checkpoint_seq = 3", sealed.tenant
    )[0]
    sealed.tamper("delete from audit.entry where id = %s", entry_id)
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.entry_id) == ("entry was removed", 3, entry_id)


def test_all_entries_of_a_tenant_deleted_are_found(sealed: Log) -> None:
    sealed.tamper("delete from audit.entry where tenant_id = %s", sealed.stranger)
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.tenant) == ("entry was removed", 1, str(sealed.stranger))


# 3. insert

COPY = (
    "insert into audit.entry overriding system value select (e).* from "
    "(select jsonb_populate_record(e, jsonb_build_object('id', %s::bigint, 'tenant_id', %s::uuid)) as e "
    "from audit.entry e where id = %s) made"
)


@pytest.mark.parametrize("new_id", [0, 1_000_000])
def test_an_inserted_entry_is_named(sealed: Log, new_id: int) -> None:
    sealed.tamper(COPY, new_id, str(sealed.tenant), middle(sealed))
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.tenant, found.entry_id) == (
        "entry was put in later", 2, str(sealed.tenant), new_id,
    )  # fmt: skip


def test_an_entry_inserted_for_a_tenant_without_seals_is_named(sealed: Log) -> None:
    nobody = "01900000-0000-7000-8000-00000000dead"
    sealed.tamper(COPY, 1_000_000, nobody, middle(sealed))
    found = [f for f in sealed.verify().findings if f.what == "entry was put in later"]
    assert [(f.checkpoint, f.tenant, f.entry_id) for f in found] == [(2, nobody, 1_000_000)]
    assert sealed.verify().exit_code == 1


# 4. reorder


def test_two_entries_that_changed_places_are_named(sealed: Log) -> None:
    one, other = middle(sealed), middle(sealed) + 7
    sealed.tamper("alter table audit.entry alter column id set generated by default")
    sealed.tamper(
        "update audit.entry set id = case id when %s then %s else %s end where id in (%s, %s)",
        one, other, one, one, other,
    )  # fmt: skip
    found = first_of(sealed, 1)
    assert found.what == "entries were reordered: the text sealed for this one stands at another"
    assert (found.checkpoint, found.tenant, found.entry_id) == (2, str(sealed.tenant), one)


def test_two_texts_that_changed_places_are_found(sealed: Log) -> None:
    one, other = middle(sealed), middle(sealed) + 7
    sealed.tamper(
        "update audit.entry e set canonical = o.canonical, row_key = o.row_key from audit.entry o "
        "where (e.id, o.id) in ((%s, %s), (%s, %s))",
        one, other, other, one,
    )  # fmt: skip
    found = first_of(sealed, 1)
    assert found.what.startswith("entries were reordered")
    assert found.entry_id == one


def test_an_entry_moved_to_another_transaction_is_named(sealed: Log) -> None:
    entry_id = middle(sealed)
    sealed.tamper(
        "update audit.entry set xid = (select max(xid_to) from audit.checkpoint) where id = %s", entry_id
    )
    found = first_of(sealed, 1)
    assert (found.what, found.checkpoint, found.entry_id) == ("entry was removed", 2, entry_id)


# Gaps and waiting


def test_an_entry_that_waits_too_long_is_named(sealed: Log) -> None:
    sealed.insert()
    (entry_id,) = sealed.ask("select max(id) from audit.entry")[0]
    assert sealed.verify().exit_code == 0
    assert sealed.verify().unsealed == 1
    report = sealed.verify(later=timedelta(minutes=6))
    assert report.exit_code == 2
    assert report.first is not None
    assert (report.first.entry_id, report.first.tenant) == (entry_id, str(sealed.tenant))
    assert report.first.what.startswith("waits for its seal since ")


def test_transactions_in_no_checkpoint_are_a_gap(sealed: Log) -> None:
    """Even a sealer with the key that skips transactions is found."""
    sealed.insert()
    last = records.find_checkpoint(sealed.alias, 3)
    assert last is not None
    end = last.checkpoint.xid_to
    append(sealed, last, xid_from=end + 100, xid_to=end + 200)
    report = sealed.verify()
    assert report.exit_code == 1  # the seals do not match either
    assert [f.what for f in report.findings if f.kind == "gap"] == [
        f"transactions {end} to {end + 100} are in no checkpoint"
    ]


def test_findings_of_several_kinds_give_the_worst_code(sealed: Log) -> None:
    sealed.insert()
    sealed.anchors.path(1).unlink()
    assert sealed.verify(later=timedelta(minutes=6)).exit_code == 3
    sealed.tamper("delete from audit.entry where id = %s", middle(sealed))
    report = sealed.verify(later=timedelta(minutes=6))
    assert report.exit_code == 1
    assert {f.kind for f in report.findings} == {"tamper", "anchor", "unsealed"}


def test_entries_written_while_verifying_are_no_alarm(sealed: Log) -> None:
    sealed.insert(5)
    assert sealed.verify().exit_code == 0
    sealed.seal()
    assert sealed.verify().exit_code == 0


def test_a_changed_signing_key_leaves_old_checkpoints_good(sealed: Log, settings: Any) -> None:
    settings.AUDIT_SIGNING_KEY = "07" * 32
    assert sealed.verify().exit_code == 0  # the old public key stands beside the anchors
    sealed.insert()
    assert sealed.seal() is not None
    assert sealed.verify().exit_code == 0
    assert len(sealed.anchors.public_keys()) == 2
    settings.AUDIT_SIGNING_KEY = None
    assert sealed.verify().exit_code == 0
