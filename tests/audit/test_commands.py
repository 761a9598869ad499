"""The commands: exit codes that a script can rely on, words that a person can."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.audit.logs import Log
from tests.factories.tenants import Company


def verify(log: Log, *arguments: str) -> tuple[int, str]:
    said = io.StringIO()
    try:
        call_command("verify_audit", "--database", log.alias, *arguments, stdout=said)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue()
    return 0, said.getvalue()


def test_a_log_in_order_exits_0(sealed: Log) -> None:
    code, said = verify(sealed)
    assert code == 0
    assert said.startswith(
        f"{sealed.alias}: in order\n  read 1,119 entries under 10 seals and 3 checkpoints in "
    )


def test_tampering_exits_1_and_names_the_place(sealed: Log) -> None:
    (entry_id,) = sealed.ask("select max(id) from audit.entry where tenant_id = %s", sealed.tenant)[0]
    sealed.tamper("delete from audit.entry where id = %s", entry_id)
    code, said = verify(sealed)
    assert code == 1
    assert said.splitlines()[0] == f"{sealed.alias}: TAMPERED"
    assert (
        said.splitlines()[2]
        == f"  first: checkpoint 3, tenant {sealed.tenant}, entry {entry_id}: entry was removed"
    )


def test_waiting_too_long_exits_2(sealed: Log) -> None:
    sealed.insert()
    assert verify(sealed)[0] == 0
    code, said = verify(sealed, "--max-wait", "0")
    assert code == 2
    assert "waits for its seal since" in said


def test_a_missing_anchor_exits_3(sealed: Log) -> None:
    sealed.anchors.path(2).unlink()
    code, said = verify(sealed)
    assert code == 3
    assert "first: checkpoint 2: its anchor is missing" in said


def test_archived_anchors_are_no_alarm(sealed: Log) -> None:
    for seq in (1, 2):
        sealed.anchors.path(seq).unlink()
    assert verify(sealed, "--anchors-since", "2")[0] == 3
    assert verify(sealed, "--anchors-since", "3")[0] == 0


def test_json_holds_the_same(sealed: Log) -> None:
    sealed.anchors.path(2).unlink()
    code, said = verify(sealed, "--json")
    facts: dict[str, Any] = json.loads(said)
    assert (code, facts["exit_code"], facts["entries"], facts["database"]) == (3, 3, 1119, sealed.alias)
    assert facts["findings"] == [
        {"kind": "anchor", "what": "its anchor is missing", "checkpoint": 2, "tenant": None, "entry_id": None}
    ]


def test_the_worst_of_several_databases_counts(sealed: Log, shared_log: Log) -> None:
    sealed.anchors.path(2).unlink()
    with pytest.raises(SystemExit) as end:
        call_command(
            "verify_audit", "--database", shared_log.alias, "--database", sealed.alias, stdout=io.StringIO()
        )
    assert end.value.code == 3


def test_what_cannot_be_verified_is_neither_good_nor_tampered() -> None:
    with pytest.raises(CommandError) as error:
        call_command("verify_audit", "--database", "nowhere")
    assert error.value.returncode == 4


def test_a_company_s_log_is_exported_by_its_short_name(any_company: Company, tmp_path: Path) -> None:
    said = io.StringIO()
    out = tmp_path / "out"
    call_command(
        "export_audit", "--tenant", any_company.tenant.slug, "--out", str(out), "--reason", "tax office",
        stdout=said,
    )  # fmt: skip
    assert f"in {out}\nVerify with: python3 {out / 'verify_export.py'}" in said.getvalue()
    assert json.loads((out / "manifest.json").read_text())["tenant"] == str(any_company.id)


def test_an_unknown_company_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no tenant “nobody”"):
        call_command("export_audit", "--tenant", "nobody", "--out", str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []
