"""Large files lose their names at once and their bytes in a thread."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kafkalite.storage.disposal import LARGE_BYTES, Disposal


def sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


@pytest.mark.parametrize("size", [0, LARGE_BYTES - 1, LARGE_BYTES, 5 * LARGE_BYTES])
def test_a_name_is_gone_at_once(tmp_path: Path, size: int) -> None:
    path = sparse(tmp_path / "file", size)
    Disposal().unlink(path)
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere open files keep their names")
def test_a_large_file_is_closed_in_another_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()
    threads: list[threading.Thread] = []
    close = os.close

    def watch(descriptor: int) -> None:
        threads.append(threading.current_thread())
        close(descriptor)
        closed.set()

    monkeypatch.setattr(os, "close", watch)
    Disposal().unlink(sparse(tmp_path / "small", LARGE_BYTES - 1))
    assert not threads
    Disposal().unlink(sparse(tmp_path / "large", LARGE_BYTES))
    assert closed.wait(10)
    assert threads != [threading.current_thread()]


def test_what_is_not_there_is_fine(tmp_path: Path) -> None:
    Disposal().unlink(tmp_path / "nothing")


def test_what_cannot_be_removed_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    with pytest.raises(OSError, match="directory"):
        Disposal().unlink(tmp_path / "directory")


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_to_a_large_file_is_removed_and_the_file_stays(tmp_path: Path) -> None:
    target = sparse(tmp_path / "target", LARGE_BYTES)
    (tmp_path / "link").symlink_to(target)
    Disposal().unlink(tmp_path / "link")
    assert target.exists()
    assert not (tmp_path / "link").exists()
