"""The export proves itself to somebody who has nothing but Python, and only when it is whole."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from apps.audit import operations
from apps.audit.export.making import NotSealedYet
from apps.audit.export.writing import ExportSummary
from apps.audit.signing import current_signer
from apps.core import clock
from apps.core.errors import InputError
from apps.core.scope import Scope, open_scope, tenant_scope
from tests.audit.logs import ANA, Log, sealed_log

Lines = list[dict[str, Any]]


def export(log: Log, folder: Path, **options: Any) -> ExportSummary:
    with tenant_scope(log.tenant, ANA, database=log.alias):
        return operations.export_log(folder=folder, now=clock.now(), **options)


@pytest.fixture(scope="module")
def exported(shared_log: Log, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of a tenant with 1,110 entries among others' entries."""
    folder = tmp_path_factory.mktemp("exports") / "first"
    with open_scope(Scope(ANA)):
        sealed_log(shared_log)
        export(shared_log, folder)
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def verify(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Run the verifier of an export as an auditor would: alone, without our code or libraries."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify_export.py"), *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=folder, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def lines(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def put(path: Path, changed: Lines) -> None:
    path.chmod(0o644)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in changed))


def test_an_export_proves_itself(exported: Path, shared_log: Log) -> None:
    code, said = verify(exported)
    assert code == 0, said
    assert said.startswith(
        f"PROVEN: 1111 entries of tenant {shared_log.tenant}, 5 seals, complete and in order"
    )
    assert f"signed with {current_signer().public_key.hex()}" in said


def test_an_export_holds_its_tenant_alone(exported: Path, shared_log: Log) -> None:
    texts = [line["canonical"] for line in lines(exported / "entries.ndjson")]
    assert {json.loads(text)["tenant_id"] for text in texts} == {str(shared_log.tenant)}
    everything = "".join(path.read_text() for path in exported.iterdir())
    assert str(shared_log.stranger) not in everything
    assert sorted(path.name for path in exported.iterdir()) == [
        "README.txt", "checkpoints.ndjson", "entries.ndjson", "manifest.json", "public_keys.json", "seals.ndjson",
        "verify_export.py",
    ]  # fmt: skip
    assert exported.stat().st_mode & 0o077 == 0


def test_the_export_is_recorded_first(exported: Path, shared_log: Log) -> None:
    manifest = json.loads((exported / "manifest.json").read_text())
    last = json.loads(lines(exported / "entries.ndjson")[-1]["canonical"])
    assert (last["operation"], last["table_name"], last["row_key"]) == (
        "access", "audit export", str(shared_log.tenant),
    )  # fmt: skip
    assert last["new"]["export_id"] == manifest["export_id"]
    assert last["actor_id"] == str(ANA.id)


def test_the_auditor_s_own_key_anchors_and_earlier_export_are_compared(
    exported: Path, shared_log: Log, tmp_path: Path
) -> None:
    shared_log.insert(3)
    second = tmp_path / "second"
    export(shared_log, second)
    key = current_signer().public_key.hex()
    code, said = verify(
        second, "--public-key", key, "--anchors", shared_log.anchors.folder, "--earlier", exported
    )
    assert code == 0, said
    assert "5 checkpoints equal your anchors" in said
    assert "your earlier export ends at seal 5 of this one" in said
    code, said = verify(second, "--public-key", "11" * 32)
    assert (code, said) == (
        1,
        f"WRONG: checkpoint 1 is signed with an unknown key, {current_signer().key_id}\n",
    )
    assert verify(exported, "--earlier", second)[0] == 1


def _entries(folder: Path, change: Callable[[Lines], object]) -> None:
    found = lines(folder / "entries.ndjson")
    change(found)
    put(folder / "entries.ndjson", found)


def _swap(found: Lines, one: int, other: int) -> None:
    found[one], found[other] = found[other], found[one]


def _swap_texts(found: Lines) -> None:
    found[7]["canonical"], found[9]["canonical"] = found[9]["canonical"], found[7]["canonical"]


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[500].update(canonical=found[500]["canonical"].replace("row ", "raw ")),
        lambda found: found[500].update(canonical=found[500]["canonical"] + " "),
        lambda found: found[500].update(id=found[500]["id"] + 100_000),
        lambda found: found.pop(500),
        lambda found: found.pop(0),
        lambda found: found.pop(),
        lambda found: found.insert(500, dict(found[500])),
        lambda found: found.append(dict(found[-1])),
        lambda found: _swap(found, 500, 501),
        _swap_texts,
        list.clear,
    ],
)
def test_a_changed_entry_is_found(copy: Path, change: Callable[[Lines], object]) -> None:
    _entries(copy, change)
    code, said = verify(copy)
    assert code == 1
    assert said.startswith("WRONG: ")


@pytest.mark.parametrize("name", ["seals.ndjson", "checkpoints.ndjson"])
@pytest.mark.parametrize("index", [0, 2, -1])
def test_a_missing_line_is_found(copy: Path, name: str, index: int) -> None:
    found = lines(copy / name)
    found.pop(index)
    put(copy / name, found)
    assert verify(copy)[0] == 1


@pytest.mark.parametrize(
    "field, value",
    [
        ("root", "00" * 32),
        ("hash", "00" * 32),
        ("previous", "00" * 32),
        ("entries", 3),
        ("position", 9),
        ("checkpoint", 3),
        ("index", 0),
        ("path", []),
    ],
)
def test_a_changed_seal_is_found(copy: Path, field: str, value: object) -> None:
    found = lines(copy / "seals.ndjson")
    assert found[2][field] != value
    found[2][field] = value
    put(copy / "seals.ndjson", found)
    assert verify(copy)[0] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.update(signature="00" * 64),
        lambda line: line.update(checkpoint=line["checkpoint"].replace("seals: ", "seals: 1")),
        lambda line: line.update(hash="00" * 32),
    ],
)
@pytest.mark.parametrize("index", [0, -1])
def test_a_changed_checkpoint_is_found(
    copy: Path, index: int, change: Callable[[dict[str, Any]], None]
) -> None:
    found = lines(copy / "checkpoints.ndjson")
    change(found[index])
    put(copy / "checkpoints.ndjson", found)
    # A signature is vouched for by the next checkpoint's; the last one has to stand for itself.
    vouched = index == 0 and found[0]["signature"] == "00" * 64
    assert verify(copy)[0] == (0 if vouched else 1)


def test_a_tail_cut_off_whole_is_found(copy: Path) -> None:
    """Entries, seals and checkpoint of the end removed together: the record of the export is missing."""
    seals = lines(copy / "seals.ndjson")
    put(copy / "entries.ndjson", lines(copy / "entries.ndjson")[: -seals[-1]["entries"]])
    put(copy / "seals.ndjson", seals[:-1])
    put(copy / "checkpoints.ndjson", lines(copy / "checkpoints.ndjson")[:-1])
    code, said = verify(copy)
    assert (code, said) == (
        1, "WRONG: the log does not reach to the record of this export: its tail is missing\n",
    )  # fmt: skip


def test_an_anchor_that_differs_is_found(copy: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    anchor = lines(copy / "checkpoints.ndjson")[1]
    (own / "000000000002.json").write_text(json.dumps({**anchor, "hash": "00" * 32}))
    code, said = verify(copy, "--anchors", own)
    assert code == 1
    assert "checkpoint 2 differs from your anchor" in said


def test_what_is_no_export_is_unreadable(copy: Path) -> None:
    (copy / "manifest.json").write_text("{")
    assert verify(copy)[0] == 2
    (copy / "manifest.json").unlink()
    assert verify(copy)[0] == 2


def test_an_export_that_cannot_be_recorded_writes_nothing(log: Log, tmp_path: Path) -> None:
    log.insert()
    log.tamper("revoke execute on function audit.record_access(text, text, jsonb) from bulkhead_app")
    with pytest.raises(Exception, match="permission denied"):
        export(log, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_cannot_be_sealed_writes_nothing(log: Log, tmp_path: Path) -> None:
    log.insert()
    with psycopg.connect(log.admin_url) as slow:
        slow.execute("create temp table holds_back (n int)")  # a transaction with a number, still open
        with pytest.raises(NotSealedYet):
            export(log, tmp_path / "out", patience=timedelta(seconds=0.3))
        slow.rollback()
    assert list(tmp_path.iterdir()) == []
    assert [op for _, op, _, _ in log.entries()] == [
        "insert",
        "access",
    ]  # that somebody tried stays on record


def test_a_folder_that_exists_is_not_touched(log: Log, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exists already"):
        export(log, tmp_path)
    with pytest.raises(InputError, match="is not a folder"):
        export(log, tmp_path / "none" / "out")
    assert log.entries() == []
