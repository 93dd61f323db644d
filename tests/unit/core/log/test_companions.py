"""Names of the files beside segments."""

from __future__ import annotations

import pytest

from kafkalite.core.log.companions import INDEX, SNAPSHOT, file_name, offset_in, suffix_of


def test_a_name_tells_its_offset() -> None:
    assert file_name(42, INDEX) == "00000000000000000042.index"
    assert offset_in(file_name(42, INDEX), INDEX) == 42
    assert suffix_of(file_name(42, INDEX)) == INDEX
    assert offset_in(file_name((1 << 63) - 1, SNAPSHOT), SNAPSHOT) == (1 << 63) - 1


@pytest.mark.parametrize(
    "name", ["42.index", "0000000000000000004x.index", "00000000000000000042.index.tmp", "leader-epoch-checkpoint", ""]
)
def test_other_names_do_not(name: str) -> None:
    assert offset_in(name, INDEX) is None
