"""The offset map: it answers as a dict does, within its bytes, and says when it is full."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.core.log.offset_map import SLOT_BYTES, OffsetMap


@given(st.lists(st.binary(max_size=3)))
def test_it_knows_what_a_dict_knows(keys: list[bytes]) -> None:
    offsets = OffsetMap(1 << 20, 0.9, len(keys) or 1)
    model: dict[bytes, int] = {}
    for offset, key in enumerate(keys):
        assert offsets.put(key, offset)
        model[key] = offset
        assert offsets.latest_offset == offset
    assert len(offsets) == len(model)
    for key in [*keys, b"unknown"]:
        assert offsets.get(key) == model.get(key, -1)


def test_it_is_never_larger_than_it_may_be_nor_than_the_keys_need() -> None:
    assert OffsetMap(24_000, 0.9, 1 << 40).size <= 24_000
    few = OffsetMap(1 << 30, 0.9, 10)
    assert few.size < 20_000
    assert few.capacity >= 10


@pytest.mark.parametrize(("slots", "load_factor"), [(2, 0.9), (3, 0.01), (500, 0.5), (500, 1.0)])
def test_it_fills_up_to_its_load_factor_and_then_says_so(slots: int, load_factor: float) -> None:
    """One slot stays free whatever the factor, or a look-up would never end."""
    offsets = OffsetMap(slots * SLOT_BYTES, load_factor, 1 << 40)
    taken = 0
    while offsets.put(b"key %d" % taken, taken):
        taken += 1
    assert taken == len(offsets) == offsets.capacity
    assert 1 <= taken < slots
    assert taken <= max(1, slots * load_factor)
    assert offsets.latest_offset == taken - 1
    assert [offsets.get(b"key %d" % number) for number in range(taken + 1)] == [*range(taken), -1]
    assert offsets.put(b"key 0", 99), "a key that is known takes no room"
    assert offsets.get(b"key 0") == 99


def test_many_keys_are_told_apart() -> None:
    offsets = OffsetMap(1 << 30, 0.9, 20_000)
    for number in range(20_000):
        assert offsets.put(b"%d" % number, number)
    assert all(offsets.get(b"%d" % number) == number for number in range(20_000))
    assert all(offsets.get(b"%d" % number) == -1 for number in range(20_000, 25_000))


def test_too_little_room_still_holds_one_key() -> None:
    offsets = OffsetMap(0, 0.9, 100)
    assert offsets.put(b"a", 5)
    assert not offsets.put(b"b", 6)
    assert (offsets.get(b"a"), offsets.latest_offset) == (5, 5)
