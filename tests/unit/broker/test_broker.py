"""The parts put together: start, restart, deletion heard by everybody, addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trio
import trio.testing

from kafkalite.broker import broker as broker_module
from kafkalite.broker import cleaner
from kafkalite.broker.broker import Broker
from kafkalite.broker.clock import VirtualClock
from kafkalite.broker.randomness import Random
from kafkalite.broker.session import Session
from kafkalite.config import BrokerConfig
from kafkalite.metadata.local_file import LocalFileMetadata
from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from tests.unit.apis.group_client import GroupClient
from tests.unit.core.log.batches import batch
from tests.unit.storage.faults import AtOnce


def in_memory(**settings: str) -> Broker:
    config = BrokerConfig.of({name.replace("_", "."): value for name, value in settings.items()})
    return Broker(
        config,
        clock=VirtualClock(),
        random=Random(),
        stores=LogDirectories([MemoryStore()]),
        metadata=MemoryMetadata(),
        cluster_id="c",
    )


def on_disk(path: Path, settings: dict[str, str] | None = None) -> Broker:
    return Broker(
        BrokerConfig.of(settings),
        clock=VirtualClock(),
        random=Random(),
        stores=LogDirectories([DiskStore(path, background=AtOnce())]),
        metadata=LocalFileMetadata(path),
    )


async def test_it_founds_the_cluster_it_is_told() -> None:
    broker = in_memory()
    await broker.start()
    assert broker.cluster_id == "c"


async def test_a_restart_finds_records_duplicates_and_a_higher_leader_epoch(tmp_path: Path) -> None:
    broker = on_disk(tmp_path)
    await broker.start()
    partition = (await broker.cluster.ensure_topic("t")).partitions[0]
    data = batch(3, producer=(9, 0, 0))
    partition.append(data)
    epoch = partition.leader_epoch
    broker.stores.close(clean=False)
    broker.metadata.close()
    again = on_disk(tmp_path)
    await again.start()
    partition = again.topics.by_name["t"].partitions[0]
    assert partition.high_watermark == 3
    assert partition.append(data).base_offset == 0
    assert partition.high_watermark == 3
    assert partition.leader_epoch > epoch
    again.stores.close(clean=True)
    again.metadata.close()


async def test_clients_are_told_the_address_they_dialled() -> None:
    session = Session(listener="PLAINTEXT", local=("127.0.0.9", 19092), peer=("127.0.0.1", 5))
    assert in_memory().advertised(session) == ("127.0.0.9", 19092)


async def test_advertised_listeners_are_honoured_by_listener() -> None:
    broker = in_memory(
        listeners="INSIDE://127.0.0.1:1,OUTSIDE://127.0.0.1:2",
        listener_security_protocol_map="INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
        advertised_listeners="INSIDE://inside:1,OUTSIDE://outside:2",
        inter_broker_listener_name="INSIDE",
    )
    told = [broker.advertised(Session(listener=name, local=("x", 0), peer=("y", 0))) for name in ("INSIDE", "OUTSIDE")]
    assert told == [("inside", 1), ("outside", 2)]


async def test_silent_producers_are_forgotten(autojump_clock: trio.testing.MockClock, nursery: trio.Nursery) -> None:
    broker = in_memory(producer_id_expiration_ms="1000")
    await broker.start()
    nursery.start_soon(broker.run)
    partition = (await broker.cluster.ensure_topic("t")).partitions[0]
    partition.append(batch(1, producer=(9, 0, 0)))
    await trio.sleep(broker_module.PRODUCER_CHECK_SECONDS + 1)
    assert broker.topics.expire_producers() == 0
    nursery.cancel_scope.cancel()


@pytest.mark.parametrize("enabled", ["true", "false"])
async def test_committed_offsets_are_compacted(
    tmp_path: Path, enabled: str, autojump_clock: trio.testing.MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the broker itself, if it may; what a group committed last is there at the next start."""

    async def here(work: Callable[[], object]) -> object:
        return work()

    monkeypatch.setattr(cleaner, "in_thread", here)  # the clock does not wait for a thread
    settings = {
        "offsets.topic.num.partitions": "1",
        "log.cleaner.enable": enabled,
    }
    broker = on_disk(tmp_path, settings)
    await broker.start()
    client = GroupClient(broker)
    await client.create("t", 2)
    topic = await broker.cluster.ensure_topic("__consumer_offsets")
    topic.log_config.segment_bytes = 2000  # less than a configuration may say
    async with trio.open_nursery() as nursery:
        nursery.start_soon(broker.run)
        for offset in range(100):
            await client.commit({("t", 0): offset})
            await client.commit({("t", 1): 2 * offset}, group_id="other")
        partition = topic.partitions[0]
        before = partition.size
        await trio.sleep(broker_module.CLEANER_DELAY_SECONDS + 1)
        nursery.cancel_scope.cancel()
    assert (partition.size < before / 4) == (enabled == "true")
    broker.topics.close()
    broker.metadata.close()
    again = on_disk(tmp_path, settings)
    await again.start()
    for group, index, offset in (("g", 0, 99), ("other", 1, 198)):
        found = again.groups.committed(group).find("t", index)
        assert found is not None
        assert found.offset == offset
    again.stores.close(clean=True)
    again.metadata.close()
