"""Space for a rainy day: laid in once, spent once, and never a reason to fail."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kafkalite.storage.files import FileSystem
from kafkalite.storage.reserve import RESERVE_BYTES, RESERVE_FILE, Reserve
from tests.unit.storage.faults import Faults


def test_it_is_laid_in_and_spent(tmp_path: Path) -> None:
    reserve = Reserve(FileSystem(), tmp_path)
    assert not reserve.spend()
    for _ in range(2):
        reserve.lay_in()
        reserve.lay_in()
        status = (tmp_path / RESERVE_FILE).stat()
        assert status.st_size == RESERVE_BYTES
        assert status.st_blocks * 512 >= RESERVE_BYTES
        assert reserve.spend()
        assert not reserve.spend()
        assert list(tmp_path.iterdir()) == []


def test_it_is_found_again(tmp_path: Path) -> None:
    Reserve(FileSystem(), tmp_path).lay_in()
    files = Faults()
    reserve = Reserve(files, tmp_path)
    reserve.lay_in()
    assert files.steps == ["create"]
    assert reserve.spend()


def test_where_space_cannot_be_reserved_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileSystem, "reserve", lambda files, descriptor, size: False)
    Reserve(FileSystem(), tmp_path).lay_in()
    assert (tmp_path / RESERVE_FILE).stat().st_blocks * 512 >= RESERVE_BYTES


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EMFILE])
@pytest.mark.parametrize("kind", ["create", "reserve"])
def test_that_it_cannot_be_had_is_no_error(tmp_path: Path, kind: str, error: int) -> None:
    files = Faults()
    reserve = Reserve(files, tmp_path)
    files.fail(kind, error)
    reserve.lay_in()
    assert not reserve.spend()
    reserve.lay_in()
    assert reserve.spend()


def test_a_broken_disk_is_one(tmp_path: Path) -> None:
    files = Faults()
    files.fail("create", errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        Reserve(files, tmp_path).lay_in()
