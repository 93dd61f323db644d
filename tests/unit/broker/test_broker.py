"""The parts put together: start, restart, deletion heard by everybody, addresses."""

from __future__ import annotations

from pathlib import Path

import trio
import trio.testing

from kafkalite.broker import broker as broker_module
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
from tests.unit.core.log.batches import batch


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


def on_disk(path: Path) -> Broker:
    return Broker(
        BrokerConfig.of(),
        clock=VirtualClock(),
        random=Random(),
        stores=LogDirectories([DiskStore(path)]),
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
