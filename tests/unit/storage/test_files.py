"""Positioned I/O: complete where the system does less than asked, the same with and without pread and pwritev."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kafkalite.storage.files import FileSystem, read_once_by_seeking, storage_error, write_once_by_seeking
from kafkalite.storage.segment_store import Buffer, StorageError, StoreFull, StoreOffline
from tests.unit.storage.faults import Faults


@pytest.fixture(params=["positioned", "seeking", "one byte at a time"])
def files(request: pytest.FixtureRequest) -> FileSystem:
    files = FileSystem()
    if request.param == "seeking":
        files.write_once, files.read_once = write_once_by_seeking, read_once_by_seeking
    elif request.param == "one byte at a time":
        files.write_once = lambda to, parts, at: os.pwrite(to, b"".join(parts)[:1], at)
        files.read_once = lambda of, size, at: os.pread(of, min(size, 1), at)
    return files


@pytest.fixture
def descriptor(files: FileSystem, tmp_path: Path) -> Iterator[int]:
    opened = files.open(tmp_path / "file", create=True)
    yield opened
    os.close(opened)


def test_parts_are_written_one_behind_the_other(files: FileSystem, descriptor: int) -> None:
    files.write_at(descriptor, (b"abc", memoryview(b"def"), bytearray(b"g")), 0)
    files.write_at(descriptor, (b"XY",), 3)
    assert files.read_at(descriptor, 0, 100) == b"abcXYfg"


def test_reading_stops_at_the_end(files: FileSystem, descriptor: int) -> None:
    files.write_at(descriptor, (b"abcdef",), 0)
    assert files.read_at(descriptor, 2, 3) == b"cde"
    assert files.read_at(descriptor, 4, 10) == b"ef"
    assert files.read_at(descriptor, 6, 10) == b""


def test_a_write_that_fails_half_way_raises(files: FileSystem, descriptor: int) -> None:
    calls: list[int] = []

    def short(to: int, parts: Sequence[Buffer], position: int) -> int:
        if calls:
            raise OSError(28, "No space left on device")
        calls.append(position)
        return os.pwrite(to, b"ab", position)

    files.write_once = short
    with pytest.raises(OSError, match="No space"):
        files.write_at(descriptor, (b"abc", b"def"), 0)


def test_a_missing_file_is_not_created_by_chance(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileSystem().open(tmp_path / "missing")


def test_opening_can_empty_a_file(tmp_path: Path) -> None:
    files = FileSystem()
    files.replace(tmp_path / "file", b"text")
    os.close(files.open(tmp_path / "file", create=True))
    assert files.read(tmp_path / "file") == b"text"
    os.close(files.open(tmp_path / "file", create=True, empty=True))
    assert files.read(tmp_path / "file") == b""


@pytest.mark.parametrize("durably", [True, False])
def test_replacing_a_file(files: FileSystem, tmp_path: Path, durably: bool) -> None:
    for content in (b"first\n", b"second", b""):
        files.replace(tmp_path / "file", content, durably=durably)
        assert (tmp_path / "file").read_bytes() == content
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("kind", ["create", "write", "sync", "rename"])
def test_a_replacement_that_fails_leaves_the_old_one_and_nothing_else(tmp_path: Path, kind: str) -> None:
    files = Faults()
    files.replace(tmp_path / "file", b"old")
    files.fail(kind, errno.EIO)
    with pytest.raises(OSError, match="Input/output"):
        files.replace(tmp_path / "file", b"new", durably=True)
    assert (tmp_path / "file").read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_syncing(tmp_path: Path) -> None:
    files = FileSystem()
    files.replace(tmp_path / "file", b"text")
    files.sync_file(tmp_path / "file")
    files.sync_directory(tmp_path)
    with pytest.raises(FileNotFoundError):
        files.sync_file(tmp_path / "missing")


def test_space_is_reserved_where_the_system_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = FileSystem()
    descriptor = files.open(tmp_path / "file", create=True)
    if hasattr(os, "posix_fallocate") and files.reserve(descriptor, 100_000):
        assert files.size(descriptor) == 100_000
        assert files.status(tmp_path / "file")[0] == 100_000

    def refuse(error: int) -> Callable[[int, int, int], None]:
        def fallocate(descriptor: int, position: int, size: int) -> None:
            raise OSError(error, os.strerror(error))

        return fallocate

    monkeypatch.setattr(os, "posix_fallocate", refuse(errno.EOPNOTSUPP), raising=False)
    assert not files.reserve(descriptor, 1)
    monkeypatch.setattr(os, "posix_fallocate", refuse(errno.ENOSPC))
    with pytest.raises(OSError, match="No space"):
        files.reserve(descriptor, 1)
    monkeypatch.delattr(os, "posix_fallocate")
    assert not files.reserve(descriptor, 1)
    os.close(descriptor)


def test_a_directory_and_all_in_it_is_removed(tmp_path: Path) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    (tmp_path / "one" / "two" / "file").write_text("x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_text("x")
    (tmp_path / "one" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert FileSystem().directories(tmp_path) == {"one", "elsewhere"}
    FileSystem().remove_tree(tmp_path / "one")
    assert sorted(os.listdir(tmp_path)) == ["elsewhere"]
    assert os.listdir(tmp_path / "elsewhere") == ["file"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EIO, StoreOffline),
        (errno.EROFS, StoreOffline),
        (errno.EMFILE, StorageError),
        (errno.ENOENT, StorageError),
        (errno.EACCES, StorageError),
    ],
)
def test_what_an_error_means(error: int, kind: type[StorageError]) -> None:
    problem = storage_error(Path("/a/b"), OSError(error, os.strerror(error)))
    assert type(problem) is kind
    assert str(problem) == f"/a/b: {os.strerror(error)}"
