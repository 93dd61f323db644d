"""Checkpoints: Kafka's format, old or new content and nothing between, and what is no such file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkalite.storage.checkpoint import Checkpoint
from kafkalite.storage.files import FileSystem
from tests.unit.storage.faults import CHANGES, Crash, Faults

NAME = "some-offset-checkpoint"


def opened(path: Path) -> Checkpoint:
    return Checkpoint(FileSystem(), path / NAME)


def test_the_format_is_kafkas(tmp_path: Path) -> None:
    checkpoint = opened(tmp_path)
    checkpoint.keep({("topic", 0): 17, ("a-b.c_d", 12): 1 << 62})
    checkpoint.keep({("topic", 0): 18})
    assert (tmp_path / NAME).read_bytes() == b"0\n2\ntopic 0 18\na-b.c_d 12 4611686018427387904\n"
    again = opened(tmp_path)
    assert again.known() == [("topic", 0), ("a-b.c_d", 12)]
    assert (again.get(("topic", 0)), again.get(("topic", 1))) == (18, 0)


def test_what_is_forgotten_is_written_away_once(tmp_path: Path) -> None:
    files = Faults()
    checkpoint = Checkpoint(files, tmp_path / NAME)
    checkpoint.forget(("topic", 0))
    checkpoint.settle()
    assert files.steps == []
    checkpoint.keep({("topic", 0): 1, ("topic", 1): 2})
    checkpoint.forget(("topic", 0))
    written = files.done["write"]
    for _ in range(2):
        checkpoint.settle()
        assert (tmp_path / NAME).read_text() == "0\n1\ntopic 1 2\n"
    assert files.done["write"] == 2 * written


def test_what_was_written_is_named_once_for_a_sync(tmp_path: Path) -> None:
    checkpoint = opened(tmp_path)
    assert checkpoint.unsynced() == []
    checkpoint.keep({("topic", 0): 1})
    assert checkpoint.unsynced() == [tmp_path / NAME, tmp_path / f"{NAME}.kafkalite"]
    assert checkpoint.unsynced() == []


def test_nothing_to_keep_makes_no_file(tmp_path: Path) -> None:
    opened(tmp_path).settle()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"0\n0\n"])
def test_a_file_that_kafka_just_made_is_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert opened(tmp_path).known() == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\n", "line 1"),
        (b"1\n0\n", "line 1 is not the version 0"),
        (b"0\n", "line 2"),
        (b"0\n2\ntopic 0 17\n", "line 2 does not say that 1 lines follow"),
        (b"0\n1\ntopic 0 17\ntopic 1 17\n", "line 2"),
        (b"0\n1\ntopic 0\n", "line 3 is not a topic, a partition and an offset"),
        (b"0\n1\ntopic 0 -1\n", "line 3"),
        (b"0\n2\ntopic 0 1\ntopic x 1\n", "line 4"),
        (b"\xff\xfe", "not text"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    checkpoint = opened(tmp_path)
    assert reason in checkpoint.damage
    assert checkpoint.known() == []


# T4: the format has no checksum


def flipped(content: bytes) -> Iterator[bytes]:
    for bit in range(8 * len(content)):
        data = bytearray(content)
        data[bit // 8] ^= 1 << bit % 8
        yield bytes(data)


def damaged(path: Path, content: bytes) -> Checkpoint:
    """What a start finds whose disk has changed the file's content behind everybody's back."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return opened(path.parent)


def test_no_flipped_bit_is_believed(tmp_path: Path) -> None:
    offsets = {("topic", 0): 17, ("a-b.c_d", 12): 1 << 40}
    opened(tmp_path).keep({("topic", 0): 3})
    opened(tmp_path).keep(offsets)
    cases = 0
    for name in (NAME, f"{NAME}.kafkalite"):
        whole = (tmp_path / name).read_bytes()
        for content in flipped(whole):
            found = damaged(tmp_path / name, content)
            if name == NAME:
                assert "is not what was written" in found.damage
            else:
                assert found.damage == ""
                assert {key: found.get(key) for key in found.known()} == offsets
            cases += 1
        damaged(tmp_path / name, whole)
    print(f"{cases} flipped bits")
    assert cases > 800


def test_without_a_witness_flipped_bits_would_be_believed(tmp_path: Path) -> None:
    """The test of the test above."""
    opened(tmp_path).keep({("topic", 0): 17})
    (tmp_path / f"{NAME}.kafkalite").unlink()
    whole = (tmp_path / NAME).read_bytes()
    found = [damaged(tmp_path / NAME, content) for content in flipped(whole)]
    assert any(one.damage == "" and one.get(("topic", 0)) != 17 for one in found)


def test_what_another_program_wrote_is_believed(tmp_path: Path) -> None:
    opened(tmp_path).keep({("topic", 0): 17})
    (tmp_path / NAME).write_text("0\n1\ntopic 0 18\n")
    os.utime(tmp_path / NAME, ns=(0, 1_800_000_000_123_456_789))
    found = opened(tmp_path)
    assert (found.damage, found.get(("topic", 0))) == ("", 18)
    found.keep({("topic", 1): 2})
    assert opened(tmp_path).known() == [("topic", 0), ("topic", 1)]


@pytest.mark.parametrize("how", ["before", "middle", "after"])
def test_a_crash_at_every_step_leaves_the_old_or_the_new(tmp_path: Path, how: str) -> None:
    """Also when both are of the same size and written within one tick of the clock."""
    cases = 0
    for step in range(1, 100):
        path = tmp_path / f"{step}"
        path.mkdir()
        checkpoint = opened(path)
        for offset in (15, 16, 17):
            checkpoint.keep({("topic", 0): offset})
        files = Faults()
        checkpoint = Checkpoint(files, path / NAME)
        files.crash(step, how)
        try:
            checkpoint.keep({("topic", 0): 18})
            break
        except Crash:
            cases += 1
        for _ in range(2):
            found = opened(path)
            assert found.damage == ""
            assert found.get(("topic", 0)) in (17, 18)
        found.keep({("topic", 0): 19})
        assert (opened(path).damage, opened(path).get(("topic", 0))) == ("", 19)
    print(f"{cases} crashes")
    assert cases == 6


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_what_cannot_be_stored_has_not_changed(tmp_path: Path, error: int) -> None:
    cases = 0
    for nth in range(1, 100):
        path = tmp_path / f"{nth}"
        path.mkdir()
        files = Faults()
        checkpoint = Checkpoint(files, path / NAME)
        checkpoint.keep({("topic", 0): 17})
        files.fail(CHANGES, error, nth=nth)
        try:
            checkpoint.keep({("topic", 0): 18})
            break
        except OSError:
            cases += 1
        assert checkpoint.get(("topic", 0)) == 17
        assert (opened(path).damage, opened(path).get(("topic", 0))) == ("", 17)
        checkpoint.keep({("topic", 1): 1})
        assert opened(path).known() == [("topic", 0), ("topic", 1)]
    print(f"{cases} failures")
    assert cases == 6
