"""Several renames as one, and how they are undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kafkalite.storage.files import FileSystem
from kafkalite.storage.renames import Renames


def test_what_was_renamed_is_undone_the_last_first(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
    renames = Renames(FileSystem(), tmp_path)
    renames.rename("a", "c")
    renames.rename("b", "a")
    with pytest.raises(FileNotFoundError):
        renames.rename("b", "d")
    renames.undo()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "a", "b": "b"}


def test_renames_skip_what_is_not_there(tmp_path: Path) -> None:
    renames = Renames(FileSystem(), tmp_path)
    renames.rename_if_there("nothing", "something")
    renames.undo()
    assert list(tmp_path.iterdir()) == []
