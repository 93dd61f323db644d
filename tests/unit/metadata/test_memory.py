"""What only the memory store does: several brokers may share it."""

from __future__ import annotations

from kafkalite.metadata.memory import MemoryMetadata


async def test_it_outlives_its_broker() -> None:
    store = MemoryMetadata()
    await store.append([{"type": "fact"}], after=0)
    store.close()
    assert await store.load() == (1, [{"type": "fact"}])


async def test_a_loaded_list_is_the_readers_own() -> None:
    store = MemoryMetadata()
    _, records = await store.load()
    records.append({"type": "not stored"})
    assert await store.load() == (0, [])
