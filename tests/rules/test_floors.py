"""The floors hold, and the tool that says so would notice if they did not."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--config", str(directory / "pyproject.toml"), "--no-cache"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def copy_of_the_house(directory: Path) -> None:
    for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("config/*.py"), ROOT / "pyproject.toml"]:
        target = directory / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())


def test_imports_go_downwards_only() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


def test_an_import_that_goes_up_is_caught(tmp_path: Path) -> None:
    copy_of_the_house(tmp_path)
    with (tmp_path / "apps/core/clock.py").open("a") as file:
        file.write("\nfrom apps.invoices import models as _up  # noqa\n")
    found = lint(tmp_path)
    assert found.returncode == 1
    assert "apps.core.clock -> apps.invoices.models" in found.stdout


def test_siblings_that_import_each_other_are_caught(tmp_path: Path) -> None:
    copy_of_the_house(tmp_path)
    with (tmp_path / "apps/catalog/queries.py").open("a") as file:
        file.write("\nfrom apps.parties import models as _aside  # noqa\n")
    found = lint(tmp_path)
    assert found.returncode == 1
    assert "apps.catalog.queries -> apps.parties.models" in found.stdout
