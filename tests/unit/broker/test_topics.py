"""Topics: found, grown, reconfigured, deleted and closed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kafkalite.broker.topics import Topics
from kafkalite.config import BrokerConfig
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.log_directories import LogDirectories
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import PartitionId, SegmentId, StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from tests.unit.broker.test_partitions import TOPIC_ID, Clock, Waiter, read, refusal, topics_on
from tests.unit.core.log.batches import NOW, batch
from tests.unit.storage.stores import FailingStore


def test_a_topic_is_found_by_name_and_by_id() -> None:
    topics = topics_on(MemoryStore())
    topic = topics.create("topic", TOPIC_ID, 3, {"retention.ms": "5"})
    assert topics.by_name == {"topic": topic}
    assert topics.by_id == {TOPIC_ID: topic}
    assert [(one.index, one.topic) for one in topic.partitions] == [(0, topic), (1, topic), (2, topic)]
    assert topic.configs == {"retention.ms": "5"}
    assert topic.values["retention.ms"] == 5
    assert topic.values["segment.bytes"] == 1 << 30
    assert repr(topic.partitions[2]) == "<Partition topic-2>"


@pytest.mark.parametrize(
    ("name", "internal"), [("__consumer_offsets", True), ("__transaction_state", True), ("a", False)]
)
def test_internal_topics(name: str, internal: bool) -> None:
    assert topics_on(MemoryStore()).create(name, TOPIC_ID, 1, {}).internal is internal


def test_partitions_are_added_behind_the_others() -> None:
    topics = topics_on(MemoryStore())
    topic = topics.create("topic", TOPIC_ID, 2, {})
    topic.partitions[1].append(batch())
    topics.add_partitions(topic, 2)
    assert [one.index for one in topic.partitions] == [0, 1, 2, 3]
    assert [one.log_end_offset for one in topic.partitions] == [0, 1, 0, 0]


def test_settings_change_at_once() -> None:
    topics = topics_on(MemoryStore())
    topic = topics.create("topic", TOPIC_ID, 1, {"max.message.bytes": "10"})
    assert refusal(topic.partitions[0], batch()).code == ErrorCode.MESSAGE_TOO_LARGE
    topics.reconfigure(topic, {"message.timestamp.type": "LogAppendTime"})
    assert topic.partitions[0].append(batch(timestamp=5)).log_append_time_ms == NOW
    assert topic.configs == {"message.timestamp.type": "LogAppendTime"}


def test_topics_in_a_row_share_what_is_in_effect_for_them() -> None:
    topics = topics_on(MemoryStore())
    first = topics.create("a", bytes([1]) * 16, 1, {"max.message.bytes": "10"})
    equal = topics.create("b", bytes([2]) * 16, 1, {"max.message.bytes": "10"})
    other = topics.create("c", bytes([3]) * 16, 1, {"max.message.bytes": "11"})
    assert equal.log_config is first.log_config
    assert [topic.log_config.max_message_bytes for topic in (first, other)] == [10, 11]
    topics.reconfigure(first, {"max.message.bytes": "12"})
    assert [topic.log_config.max_message_bytes for topic in (first, equal, other)] == [12, 10, 11]


def test_what_is_shared_ends_where_the_brokers_settings_change() -> None:
    config = BrokerConfig.of()
    topics = Topics(LogDirectories([MemoryStore()]), config, Clock())
    before = topics.create("a", bytes([1]) * 16, 1, {})
    config.become(config.with_dynamic({"message.max.bytes": "10"}, {}))
    after = topics.create("b", bytes([2]) * 16, 1, {})
    assert (before.log_config.max_message_bytes, after.log_config.max_message_bytes) == (1048588, 10)


def test_a_partition_of_which_nothing_is_stored_is_not_looked_at_until_it_is_written_to() -> None:
    class Asked(MemoryStore):
        times = 0

        def segments(self, partition: PartitionId) -> list[tuple[SegmentId, int]]:
            self.times += 1
            return super().segments(partition)

    store = Asked()
    topic = topics_on(store).create("topic", TOPIC_ID, 2, {})
    assert store.times == 0
    topic.partitions[1].append(batch())
    again = topics_on(store).create("topic", TOPIC_ID, 2, {})
    assert (store.times, [one.log_end_offset for one in again.partitions]) == (1, [0, 1])


def test_the_brokers_settings_are_the_topics_default() -> None:
    topics = topics_on(MemoryStore(), message_max_bytes="10")
    assert refusal(topics.create("topic", TOPIC_ID, 1, {}).partitions[0], batch()).code == ErrorCode.MESSAGE_TOO_LARGE


def test_a_deleted_topic_is_gone_and_its_waiters_hear_of_it() -> None:
    store = MemoryStore()
    topics = topics_on(store)
    topic = topics.create("topic", TOPIC_ID, 2, {})
    partition = topic.partitions[1]
    partition.append(batch())
    waiter = Waiter(partition)
    topics.delete(topic)
    assert (topics.by_name, topics.by_id) == ({}, {})
    assert waiter.told == ["gone"]
    assert not partition.waiters
    assert refusal(partition, batch()).code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    with pytest.raises(KafkaError):
        read(partition, 0)
    again = topics.create("topic", b"an id of its own", 2, {})
    assert again.partitions[1].log_end_offset == 0


def test_a_topic_whose_data_cannot_be_removed_is_gone_all_the_same() -> None:
    store = FailingStore()
    topics = topics_on(store)
    topic = topics.create("topic", TOPIC_ID, 3, {})
    waiters = [Waiter(partition) for partition in topic.partitions]
    store.failing = {"delete_partition"}
    with pytest.raises(StorageError):
        topics.delete(topic)
    assert topics.by_name == {}
    assert [waiter.told for waiter in waiters] == [["gone"]] * 3


def test_topics_close_cleanly(tmp_path: Path) -> None:
    topics = topics_on(DiskStore(tmp_path))
    topics.create("topic", TOPIC_ID, 1, {}).partitions[0].append(batch())
    topics.close()
    assert DiskStore(tmp_path).opened_clean()


def test_a_thousand_empty_partitions_touch_nothing(tmp_path: Path) -> None:
    topics_on(DiskStore(tmp_path)).create("topic", TOPIC_ID, 1000, {})
    assert os.listdir(tmp_path) == []


def test_silent_producers_are_forgotten() -> None:
    clock = Clock()
    topics = topics_on(MemoryStore(), clock=clock, producer_id_expiration_ms="1000")
    partition = topics.create("topic", TOPIC_ID, 1, {}).partitions[0]
    partition.append(batch(producer=(7, 0, 0)))
    clock.ms += 999
    assert topics.expire_producers() == 0
    clock.ms += 1
    assert topics.expire_producers() == 1
    assert partition.append(batch(producer=(7, 0, 40))).base_offset == 1
