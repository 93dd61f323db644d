"""Checkpoints: Kafka's format, old or new content and nothing between, and what is no such file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage.checkpoint import BadCheckpoint, Checkpoint
from kafkalite.storage.files import FileSystem
from tests.unit.storage.faults import Faults

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
    assert checkpoint.unsynced() == [tmp_path / NAME]
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
    with pytest.raises(BadCheckpoint, match=reason):
        opened(tmp_path)
