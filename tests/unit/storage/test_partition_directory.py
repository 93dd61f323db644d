"""Names of files, and whose a directory is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage.files import Entry, FileSystem
from kafkalite.storage.partition_directory import (
    PartitionDirectory,
    is_companion,
    is_log,
    log_name,
    read_owner,
    segment_part,
    write_owner,
)
from tests.unit.storage.stores import PARTITION

TOPIC_ID = bytes(range(16))


@pytest.mark.parametrize(
    ("name", "part", "log", "companion"),
    [
        ("00000000000000000017.log", "00000000000000000017", True, False),
        ("00000000000000000017.index", "00000000000000000017", False, True),
        ("00000000000000000017.log.deleted", "00000000000000000017", False, False),
        ("00000000000000000017.log.cleaned", "00000000000000000017", False, False),
        ("00000000000000000017.index.swap", "00000000000000000017", False, False),
        ("00000000000000000017.snapshot.tmp", "00000000000000000017", False, False),
        ("leader-epoch-checkpoint", "", False, True),
        ("partition.metadata", "", False, False),
        ("17.log", "", False, True),
        ("x.log", "", False, True),
        ("٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠.log", "", False, True),
        ("00000000000000000017", "", False, True),
    ],
)
def test_what_a_name_says(name: str, part: str, log: bool, companion: bool) -> None:
    assert (segment_part(name), is_log(name), is_companion(name)) == (part, log, companion)


def test_a_directory_knows_its_files() -> None:
    directory = PartitionDirectory(PARTITION, Path("/x/topic-3"))
    names = ["00000000000000000000.index", log_name(0), log_name(7), "00000000000000000007.snapshot", "other"]
    directory.take([Entry(name, False, 5) for name in names] + [Entry("a directory", True, 0)])
    assert {base: one.size for base, one in directory.segments.items()} == {0: 5, 7: 5}
    assert list(directory.files_of(0)) == [log_name(0), "00000000000000000000.index"]
    assert directory.has_companion("other")
    assert not directory.has_companion("a directory")
    directory.drop_companion("00000000000000000000.index")
    assert list(directory.files_of(0)) == [log_name(0)]


def test_the_owner_is_written_as_kafka_does(tmp_path: Path) -> None:
    files = FileSystem()
    assert read_owner(files, tmp_path) is None
    write_owner(files, tmp_path, TOPIC_ID)
    assert (tmp_path / "partition.metadata").read_bytes() == b"version: 0\ntopic_id: AAECAwQFBgcICQoLDA0ODw"
    assert read_owner(files, tmp_path) == TOPIC_ID


def test_no_flipped_bit_names_another_owner_without_saying_so(tmp_path: Path) -> None:
    """It is another id, which the topic has not, or no owner at all; never this one for something else."""
    files = FileSystem()
    write_owner(files, tmp_path, TOPIC_ID)
    path = tmp_path / "partition.metadata"
    whole = path.read_bytes()
    cases = 0
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        cases += 1
        try:
            owner = read_owner(files, tmp_path)
        except ValueError:
            continue
        assert owner is not None
        assert owner != TOPIC_ID or bytes(flipped).split() == whole.split()
    print(f"{cases} flipped bits")
    assert cases == 344
