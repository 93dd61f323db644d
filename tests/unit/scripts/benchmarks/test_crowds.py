"""When members have shared out the partitions among them."""

from __future__ import annotations

import pytest

from scripts.benchmarks.crowds import is_shared_out


@pytest.mark.parametrize(
    ("owned", "shared"),
    [
        ([{0, 1}, {2, 3}], True),
        ([{0, 1, 2}, {3}], False),
        ([{0, 1}, {2}], False),
        ([{0, 1}, {1, 2, 3}], False),
        ([{0, 1}, {1, 2}], False),
        ([{0, 1, 2, 3}], True),
    ],
)
def test_every_partition_has_one_owner_and_nobody_two_more_than_another(owned: list[set[int]], shared: bool) -> None:
    assert is_shared_out(owned, partitions=4) is shared
