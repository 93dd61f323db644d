"""The data directory: found or founded, and one owner at a time."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kafkalite.storage.data_directory import DataDirectory, DataDirectoryError, DirectoryLocked
from kafkalite.wire.message import uuid_to_text
from tests.unit.storage.faults import Faults

IDS = [bytes([number]) * 16 for number in range(1, 9)]


def opened(path: Path, node_id: int = 0) -> DataDirectory:
    ids = itertools.cycle(IDS)
    return DataDirectory(path, node_id=node_id, new_uuid=lambda: next(ids))


def meta(path: Path) -> dict[str, str]:
    return dict(line.split("=") for line in (path / "meta.properties").read_text().splitlines())


def test_a_new_directory_founds_a_cluster(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "data"
    directory = opened(path, 7)
    assert (directory.cluster_id, directory.directory_id) == (uuid_to_text(IDS[0]), uuid_to_text(IDS[1]))
    assert meta(path) == {
        "version": "1",
        "cluster.id": directory.cluster_id,
        "node.id": "7",
        "directory.id": directory.directory_id,
    }


def test_it_is_found_again(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.close()
    content = (tmp_path / "meta.properties").read_bytes()
    again = DataDirectory(tmp_path, node_id=0, new_uuid=lambda: pytest.fail("a new id"))
    assert (again.cluster_id, again.directory_id) == (first.cluster_id, first.directory_id)
    assert (tmp_path / "meta.properties").read_bytes() == content


def test_what_kafka_wrote_is_read(tmp_path: Path) -> None:
    (tmp_path / "meta.properties").write_text(
        "#\n#Mon Nov 23 03:15:00 UTC 2026\n\ncluster.id=kafkas-cluster\nversion = 1\ndirectory.id=abc\nnode.id=3\n"
    )
    directory = opened(tmp_path, 3)
    assert (directory.cluster_id, directory.directory_id) == ("kafkas-cluster", "abc")


def test_a_second_owner_is_refused(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(DirectoryLocked, match="in use by another process"):
        opened(tmp_path)
    first.close()
    first.close()
    opened(tmp_path)


def test_a_second_process_is_refused_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\n"
        "from kafkalite.storage.data_directory import DataDirectory\n"
        "d = DataDirectory(pathlib.Path(sys.argv[1]), node_id=0, new_uuid=lambda: b'x' * 16)\n"
        "print('mine', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"mine"
        with pytest.raises(DirectoryLocked):
            opened(tmp_path)
        other.kill()
    assert opened(tmp_path).cluster_id == uuid_to_text(b"x" * 16)


def test_another_brokers_directory_is_refused(tmp_path: Path) -> None:
    opened(tmp_path, 1).close()
    with pytest.raises(DataDirectoryError, match=r"belongs to node\.id 1, but this broker has node\.id 2: set"):
        opened(tmp_path, 2)
    opened(tmp_path, 1)  # a refusal keeps no lock


@pytest.mark.parametrize("missing", ["version", "cluster.id", "node.id"])
def test_an_incomplete_meta_file_is_refused(tmp_path: Path, missing: str) -> None:
    opened(tmp_path).close()
    lines = [f"{key}={value}" for key, value in meta(tmp_path).items() if key != missing]
    (tmp_path / "meta.properties").write_text("\n".join(lines))
    with pytest.raises(DataDirectoryError, match=f"has no {missing}"):
        opened(tmp_path)


def test_an_empty_meta_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.properties").write_text("")
    with pytest.raises(DataDirectoryError, match="has no version"):
        opened(tmp_path)


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    text = (tmp_path / "meta.properties").read_text()
    (tmp_path / "meta.properties").write_text(text.replace("version=1", "version=2"))
    with pytest.raises(DataDirectoryError, match="has version 2"):
        opened(tmp_path)


def test_a_meta_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.properties").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataDirectoryError, match="not readable text"):
        opened(tmp_path)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirectoryError, match=str(tmp_path / "data")):
        opened(tmp_path / "data")


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    files = Faults()
    files.fail("write", errno.ENOSPC)
    with pytest.raises(DataDirectoryError, match=r"meta\.properties: No space left on device"):
        DataDirectory(tmp_path, node_id=0, new_uuid=lambda: IDS[0], files=files)
    assert os.listdir(tmp_path) == [".lock"]
