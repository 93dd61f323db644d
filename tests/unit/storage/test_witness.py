"""A witness knows the file that is there, whatever happens between its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage.files import FileSystem
from kafkalite.storage.witness import Witness


def written(path: Path, *contents: bytes) -> Witness:
    witness = Witness(FileSystem(), path)
    for number, content in enumerate(contents):
        witness.expect(content, (len(content), number))
        witness.has_become()
    return witness


def test_without_a_witness_everything_is_believed(tmp_path: Path) -> None:
    assert not Witness(FileSystem(), tmp_path / "file").has_changed(b"abc", (3, 5))


def test_the_file_before_and_the_one_that_comes_are_known(tmp_path: Path) -> None:
    written(tmp_path / "file", b"aaa", b"bbb", b"ccc")
    for content, changed in (
        ((b"ccc", (3, 2)), False),
        ((b"bbb", (3, 1)), False),
        ((b"ccd", (3, 2)), True),
        ((b"bbc", (3, 1)), True),
        ((b"aaa", (3, 0)), False),
        ((b"aab", (3, 0)), False),
        ((b"cc", (2, 2)), False),
        ((b"ccd", (3, 9)), False),
    ):
        assert Witness(FileSystem(), tmp_path / "file").has_changed(*content) is changed, content


def test_what_was_expected_and_did_not_come_is_forgotten(tmp_path: Path) -> None:
    witness = written(tmp_path / "file", b"aaa")
    witness.expect(b"lost", (4, 7))
    witness.expect(b"bbb", (3, 1))
    again = Witness(FileSystem(), tmp_path / "file")
    assert not again.has_changed(b"aaa", (3, 0))
    assert again.has_changed(b"aab", (3, 0))


def test_a_damaged_witness_says_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    written(tmp_path / "file", b"aaa")
    path = tmp_path / "file.kafkalite"
    whole = path.read_bytes()
    for content in (b"", whole[:-1], whole[:5], b"\xff" + whole[1:]):
        path.write_bytes(content)
        caplog.clear()
        assert not Witness(FileSystem(), tmp_path / "file").has_changed(b"aab", (3, 0))
        assert "file.kafkalite is damaged" in caplog.text
