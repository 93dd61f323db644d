"""What a log reads of its topic's values: Kafka's defaults, and every key it obeys."""

from __future__ import annotations

import pytest

from kafkalite.config import BrokerConfig, topic_values
from kafkalite.core.log.log_config import FOREVER, LogConfig
from kafkalite.wire.compression import DEFAULT_DECOMPRESSED_LIMIT, Compression

CHANGED = {
    "max.message.bytes": (2000, "max_message_bytes", 2000),
    "segment.bytes": (1 << 20, "segment_bytes", 1 << 20),
    "segment.ms": (5, "segment_ms", 5),
    "index.interval.bytes": (0, "index_interval_bytes", 0),
    "message.timestamp.type": ("LogAppendTime", "log_append_time", True),
    "message.timestamp.before.max.ms": (7, "timestamp_before_max_ms", 7),
    "message.timestamp.after.max.ms": (8, "timestamp_after_max_ms", 8),
    "cleanup.policy": (["compact", "delete"], "compacted", True),
    "retention.ms": (-1, "retention_ms", -1),
    "retention.bytes": (9, "retention_bytes", 9),
    "file.delete.delay.ms": (0, "delete_delay_ms", 0),
    "compression.type": ("zstd", "compression", Compression.ZSTD),
    "max.decompressed.message.bytes": (1000, "decompressed_limit", 1000),
}


def test_nothing_given_is_kafkas_default() -> None:
    of_the_broker = LogConfig(topic_values(BrokerConfig.of({}), {}))
    bare = LogConfig()
    for name in LogConfig.__slots__:
        assert getattr(bare, name) == getattr(of_the_broker, name), name
    assert bare.timestamp_before_max_ms == FOREVER
    assert bare.compression is None
    assert not bare.compacted


@pytest.mark.parametrize("key", CHANGED)
def test_every_key_is_obeyed(key: str) -> None:
    value, attribute, expected = CHANGED[key]
    changed = LogConfig({key: value})
    assert getattr(changed, attribute) == expected
    assert getattr(LogConfig(), attribute) != expected


def test_a_codecs_level_goes_with_it() -> None:
    values = {"compression.type": "gzip", "compression.gzip.level": 3, "compression.zstd.level": 19}
    assert LogConfig(values).compression_level == 3
    assert LogConfig({**values, "compression.type": "zstd"}).compression_level == 19
    assert LogConfig({**values, "compression.type": "snappy"}).compression_level is None
    assert LogConfig({**values, "compression.type": "uncompressed"}).compression == Compression.NONE


def test_two_gigabytes_for_one_batch_are_never_held() -> None:
    assert LogConfig({"max.decompressed.message.bytes": 2147483639}).decompressed_limit == DEFAULT_DECOMPRESSED_LIMIT


@pytest.mark.parametrize(
    ("policy", "compacted", "deletes"),
    [(["delete"], False, True), (["compact"], True, False), (["compact", "delete"], True, True), ([], False, False)],
)
def test_the_cleanup_policy(policy: list[str], compacted: bool, deletes: bool) -> None:
    config = LogConfig({"cleanup.policy": policy})
    assert (config.compacted, config.deletes) == (compacted, deletes)
