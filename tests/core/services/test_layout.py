"""Places: short private sockets, data where the servers' account can reach them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.core.services.account import Account, choose_account
from apps.core.services.failure import ServiceError
from apps.core.services.layout import SOCKET_LIMIT, Layout, place_data, socket_directory
from apps.core.services.vault import Vault

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to other accounts")
STRANGER = Account("stranger", 65533, 65533)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_socket_directory_is_private_and_found_again(temporary: Path) -> None:
    account = choose_account()
    first = socket_directory("bulkhead-x", account)
    assert first == temporary / "bulkhead-x"
    assert first.stat().st_mode & 0o777 == 0o700
    assert first.stat().st_uid == account.uid
    assert socket_directory("bulkhead-x", account) == first


def test_socket_directory_open_to_others_is_refused(temporary: Path) -> None:
    (temporary / "bulkhead-x").mkdir()
    (temporary / "bulkhead-x").chmod(0o777)
    with pytest.raises(ServiceError, match="open to other users"):
        socket_directory("bulkhead-x", choose_account())


def test_socket_directory_that_is_a_link_is_refused(temporary: Path) -> None:
    (temporary / "elsewhere").mkdir(mode=0o700)
    (temporary / "bulkhead-x").symlink_to(temporary / "elsewhere")
    with pytest.raises(ServiceError, match="is not a directory"):
        socket_directory("bulkhead-x", choose_account())


@as_root
def test_socket_directory_of_a_stranger_is_refused(temporary: Path) -> None:
    (temporary / "bulkhead-x").mkdir(mode=0o700)
    os.chown(temporary / "bulkhead-x", STRANGER.uid, STRANGER.gid)
    with pytest.raises(ServiceError, match=f"belongs to user {STRANGER.uid}"):
        socket_directory("bulkhead-x", choose_account())
    assert (temporary / "bulkhead-x").stat().st_uid == STRANGER.uid


def test_socket_path_stays_short_below_a_deep_temporary_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    path = socket_directory(f"bulkhead-{Layout(tmp_path).token}", choose_account())
    try:
        assert len(os.fsencode(path / ".s.PGSQL.5433.lock")) <= SOCKET_LIMIT
    finally:
        path.rmdir()


def test_two_checkouts_have_different_names(make_layout: Callable[[], Layout]) -> None:
    first, second = make_layout(), make_layout()
    assert first.token != second.token
    assert Layout(first.var).token == first.token


def test_reachable_data_stay_inside_the_checkout(layout: Layout) -> None:
    account = choose_account()
    assert place_data(layout, account) == layout.postgres
    assert layout.postgres.stat().st_uid == account.uid
    assert layout.postgres.stat().st_mode & 0o777 == 0o700


@as_root
def test_unreachable_checkout_keeps_its_data_elsewhere_and_its_modes(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = layout.var / "home"
    home.mkdir(mode=0o700)
    (layout.var / "shared").mkdir()
    monkeypatch.setattr("apps.core.services.layout.SHARED_HOME", layout.var / "shared")
    hidden = Layout(home / "var")
    hidden.create()
    account = choose_account()
    placed = place_data(hidden, account)
    assert placed == layout.var / "shared" / hidden.token / "postgres"
    assert hidden.postgres.readlink() == placed
    assert account.can_use(placed)
    assert home.stat().st_mode & 0o777 == 0o700
    assert place_data(hidden, account) == placed


@as_root
def test_data_that_became_unreachable_are_refused_and_kept(layout: Layout) -> None:
    account = choose_account()
    (place_data(layout, account) / "PG_VERSION").write_text("18\n")
    layout.var.chmod(0o700)
    with pytest.raises(ServiceError, match="cannot be reached by the account"):
        place_data(layout, account)
    assert (layout.postgres / "PG_VERSION").read_text() == "18\n"


def test_copied_link_does_not_lead_to_the_other_checkouts_data(make_layout: Callable[[], Layout]) -> None:
    first, second = make_layout(), make_layout()
    (first.var / "data").mkdir()
    second.postgres.symlink_to(first.var / "data")
    assert place_data(second, choose_account()) == second.postgres
    assert not second.postgres.is_symlink()
    assert (first.var / "data").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_var_of_another_user_is_refused_with_words(layout: Layout) -> None:
    layout.create()
    layout.secrets.chmod(0o000)
    with pytest.raises(ServiceError, match="cannot be written by this user"):
        layout.create()


def test_secret_is_made_once_and_private(layout: Layout) -> None:
    layout.create()
    vault = Vault(layout.secrets)
    password = vault.password("bulkhead_app")
    assert len(vault.key("field_key")) == 64
    assert Vault(layout.secrets).password("bulkhead_app") == password != vault.password("bulkhead_reader")
    assert {path.stat().st_mode & 0o777 for path in layout.secrets.iterdir()} == {0o600}
    assert layout.secrets.stat().st_mode & 0o777 == 0o700


def test_half_written_secret_is_made_anew(layout: Layout) -> None:
    vault = Vault(layout.secrets)
    (layout.secrets / "field_key").write_text("")
    assert len(vault.key("field_key")) == 64
