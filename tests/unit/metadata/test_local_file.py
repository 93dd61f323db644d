"""The file: torn tails, damage, disks that fail."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path
from typing import Any

import pytest
import trio

from kafkalite.metadata.local_file import FILE_NAME, LocalFileMetadata
from kafkalite.metadata.metadata_store import MetadataRecord
from kafkalite.storage.segment_store import StorageError

FIRST: list[MetadataRecord] = [{"type": "topic", "name": "a"}]
SECOND: list[MetadataRecord] = [{"type": "topic", "name": "b"}, {"type": "topic", "name": "c"}]


async def two_batches(directory: Path) -> tuple[bytes, bytes]:
    """Store FIRST and SECOND; return their lines."""
    store = LocalFileMetadata(directory)
    await store.append(FIRST, after=0)
    await store.append(SECOND, after=1)
    store.close()
    first, second = (directory / FILE_NAME).read_bytes().splitlines(keepends=True)
    return first, second


async def load(directory: Path) -> tuple[int, list[MetadataRecord]]:
    store = LocalFileMetadata(directory)
    try:
        return await store.load()
    finally:
        store.close()


async def test_a_batch_is_one_line_that_a_person_can_read(tmp_path: Path) -> None:
    first, second = await two_batches(tmp_path)
    assert first[9:] == b'0 [{"type":"topic","name":"a"}]\n'
    assert second[9:] == b'1 [{"type":"topic","name":"b"},{"type":"topic","name":"c"}]\n'


async def test_the_checksum_is_crc32c(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'%08x 0 [{"type":"x"}]\n' % crc32c_by_the_book(b'0 [{"type":"x"}]'))
    assert await load(tmp_path) == (1, [{"type": "x"}])


def crc32c_by_the_book(data: bytes) -> int:
    """CRC-32C bit by bit: polynomial 0x1EDC6F41, reflected."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82F63B78 if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


async def test_a_last_line_torn_at_any_byte_is_cut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = await two_batches(tmp_path)
    for kept in range(1, len(second)):
        caplog.clear()
        (tmp_path / FILE_NAME).write_bytes(first + second[:kept])
        assert await load(tmp_path) == (1, FIRST)
        assert (tmp_path / FILE_NAME).read_bytes() == first
        assert caplog.record_tuples[0][1] == logging.WARNING
        assert f"{kept} bytes" in caplog.text


async def test_a_torn_only_line_leaves_an_empty_list(tmp_path: Path) -> None:
    first, _ = await two_batches(tmp_path)
    for kept in range(1, len(first)):
        (tmp_path / FILE_NAME).write_bytes(first[:kept])
        assert await load(tmp_path) == (0, [])


async def test_pages_that_were_never_written_are_a_torn_tail(tmp_path: Path) -> None:
    first, second = await two_batches(tmp_path)
    for hole in (second[:20] + bytes(len(second) - 20), second[:20] + bytes(10) + second[30:], bytes(4096)):
        (tmp_path / FILE_NAME).write_bytes(first + hole)
        assert await load(tmp_path) == (1, FIRST)


async def test_after_a_cut_the_list_goes_on(tmp_path: Path) -> None:
    first, second = await two_batches(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(first + second[:-1])
    store = LocalFileMetadata(tmp_path)
    await store.load()
    await store.append(SECOND, after=1)
    store.close()
    assert (tmp_path / FILE_NAME).read_bytes() == first + second
    assert await load(tmp_path) == (3, FIRST + SECOND)


async def test_damage_before_the_tail_refuses_the_start_with_file_and_line(tmp_path: Path) -> None:
    first, second = await two_batches(tmp_path)
    for position in range(len(first)):
        damaged = bytearray(first + second)
        damaged[position] ^= 0x01
        (tmp_path / FILE_NAME).write_bytes(damaged)
        with pytest.raises(StorageError, match=f"{FILE_NAME}, line 1 "):
            await load(tmp_path)


async def test_a_changed_bit_in_a_whole_last_line_is_damage_not_a_torn_tail(tmp_path: Path) -> None:
    first, second = await two_batches(tmp_path)
    for position in range(len(second) - 1):
        damaged = bytearray(first + second)
        damaged[len(first) + position] ^= 0x01
        (tmp_path / FILE_NAME).write_bytes(damaged)
        with pytest.raises(StorageError, match=f"{FILE_NAME}, line 2 "):
            await load(tmp_path)


async def test_a_missing_line_is_damage(tmp_path: Path) -> None:
    _, second = await two_batches(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(second)
    with pytest.raises(StorageError, match="line 1 "):
        await load(tmp_path)


async def test_a_refused_start_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    first, second = await two_batches(tmp_path)
    damaged = b"x" + first[1:] + second + b"torn"
    (tmp_path / FILE_NAME).write_bytes(damaged)
    with pytest.raises(StorageError):
        await load(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == damaged


class FailingDisk:
    """Replaces one function of `os` inside the store's module."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, failure: Any) -> None:
        self.real = getattr(os, name)
        self.failure = failure
        monkeypatch.setattr(f"kafkalite.metadata.local_file.os.{name}", self)

    def __call__(self, *arguments: Any) -> Any:
        if isinstance(self.failure, OSError):
            raise self.failure
        return self.failure(self.real, *arguments) if self.failure is not None else self.real(*arguments)


FULL = OSError(errno.ENOSPC, "No space left on device")


async def test_a_full_disk_stores_nothing_and_the_next_append_may_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalFileMetadata(tmp_path)
    await store.append(FIRST, after=0)
    disk = FailingDisk(monkeypatch, "write", FULL)
    with pytest.raises(StorageError, match="No space left"):
        await store.append(SECOND, after=1)
    disk.failure = None
    assert await store.append(SECOND, after=1) == 3
    store.close()
    assert await load(tmp_path) == (3, FIRST + SECOND)


async def test_a_short_write_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalFileMetadata(tmp_path)
    await store.append(FIRST, after=0)
    before = (tmp_path / FILE_NAME).read_bytes()
    FailingDisk(monkeypatch, "write", lambda real, file, data: real(file, data[:7]))
    with pytest.raises(StorageError, match="7 of"):
        await store.append(SECOND, after=1)
    assert (tmp_path / FILE_NAME).read_bytes() == before
    store.close()


async def test_after_a_failed_sync_nothing_more_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalFileMetadata(tmp_path)
    told: list[str] = []
    store.on_broken = told.append
    disk = FailingDisk(monkeypatch, "fsync", OSError(errno.EIO, "Input/output error"))
    with pytest.raises(StorageError, match="cannot be synced") as caught:
        await store.append(FIRST, after=0)
    assert told == [str(caught.value)]
    disk.failure = None
    with pytest.raises(StorageError, match="restart the broker"):
        await store.append(FIRST, after=0)
    store.close()


async def test_every_append_is_synced_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalFileMetadata(tmp_path)
    synced: list[int] = []

    def fsync(real: Any, file: int) -> None:
        synced.append(os.fstat(file).st_size)
        real(file)

    FailingDisk(monkeypatch, "fsync", fsync)
    await store.append(FIRST, after=0)
    assert synced == [(tmp_path / FILE_NAME).stat().st_size]
    store.close()


async def test_a_cancelled_append_has_stored_all_or_nothing(tmp_path: Path) -> None:
    store = LocalFileMetadata(tmp_path)
    await store.load()
    with trio.CancelScope() as scope:
        scope.cancel()
        await store.append(FIRST, after=0)
    revision, records = await store.load()
    assert (revision, records) in [(0, []), (1, FIRST)]
    assert await store.append(SECOND, after=revision) == revision + 2
    store.close()


async def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        LocalFileMetadata(tmp_path / "absent")
