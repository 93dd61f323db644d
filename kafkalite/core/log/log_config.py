"""What a log obeys of its topic's configuration: Kafka's keys, read once into plain attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kafkalite.wire.compression import CODEC_BY_NAME, DEFAULT_DECOMPRESSED_LIMIT, Compression

FOREVER: Final = (1 << 63) - 1
"""Kafka's Long.MAX_VALUE: no limit."""


class LogConfig:
    """A topic's effective values as far as they rule its logs. A key that is not given has Kafka's default."""

    __slots__ = (
        "compacted",
        "compression",
        "compression_level",
        "decompressed_limit",
        "delete_delay_ms",
        "delete_retention_ms",
        "deletes",
        "flush_messages",
        "flush_ms",
        "flushes",
        "index_bytes",
        "index_interval_bytes",
        "log_append_time",
        "max_compaction_lag_ms",
        "max_message_bytes",
        "min_cleanable_ratio",
        "min_compaction_lag_ms",
        "preallocates",
        "retention_bytes",
        "retention_ms",
        "segment_bytes",
        "segment_jitter_ms",
        "segment_ms",
        "timestamp_after_max_ms",
        "timestamp_before_max_ms",
    )

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        value = (values or {}).get
        self.max_message_bytes: int = value("max.message.bytes", 1048588)
        self.segment_bytes: int = value("segment.bytes", 1 << 30)
        self.segment_ms: int = value("segment.ms", 7 * 24 * 3600 * 1000)
        self.segment_jitter_ms: int = value("segment.jitter.ms", 0)
        self.index_bytes: int = value("segment.index.bytes", 10 * 1024 * 1024)
        self.index_interval_bytes: int = value("index.interval.bytes", 4096)
        self.preallocates: bool = value("preallocate", False)
        self.flush_messages: int = value("flush.messages", FOREVER)
        self.flush_ms: int = value("flush.ms", FOREVER)
        self.flushes: bool = self.flush_messages != FOREVER or self.flush_ms != FOREVER
        self.log_append_time: bool = value("message.timestamp.type", "CreateTime") == "LogAppendTime"
        self.timestamp_before_max_ms: int = value("message.timestamp.before.max.ms", FOREVER)
        self.timestamp_after_max_ms: int = value("message.timestamp.after.max.ms", 3600 * 1000)
        policy: list[str] = value("cleanup.policy", ["delete"])
        self.compacted: bool = "compact" in policy
        self.deletes: bool = "delete" in policy
        self.min_cleanable_ratio: float = value("min.cleanable.dirty.ratio", 0.5)
        self.min_compaction_lag_ms: int = value("min.compaction.lag.ms", 0)
        self.max_compaction_lag_ms: int = value("max.compaction.lag.ms", FOREVER)
        self.delete_retention_ms: int = value("delete.retention.ms", 24 * 3600 * 1000)
        if self.compacted:  # a segment must be closed to be compacted in time
            self.segment_ms = min(self.segment_ms, self.max_compaction_lag_ms)
        self.retention_ms: int = value("retention.ms", 7 * 24 * 3600 * 1000)  # negative: for ever
        self.retention_bytes: int = value("retention.bytes", -1)  # negative: all of them
        self.delete_delay_ms: int = value("file.delete.delay.ms", 60_000)
        # None: the producer's choice stays.
        self.compression: Compression | None = CODEC_BY_NAME.get(value("compression.type", "producer"))
        self.compression_level: int | None = None
        if self.compression is not None:
            self.compression_level = value(f"compression.{self.compression.name.lower()}.level")
        # Kafka's default is two gigabytes for one batch; we never hold more than our own limit.
        decompressed_max: int = value("max.decompressed.message.bytes", DEFAULT_DECOMPRESSED_LIMIT)
        self.decompressed_limit: int = min(decompressed_max, DEFAULT_DECOMPRESSED_LIMIT)
