"""Every topic key that rules logs, for the unit tests and for the compatibility suite: what Apache Kafka 4.4 says."""

from __future__ import annotations

from typing import NamedTuple

# name, type, default, the broker key whose default a topic shows (-: that has none), two values, a bad one, and why
_ROWS = """\
cleanup.policy                  LIST     delete               log.cleanup.policy  compact  compact,delete  none  String must be one of: compact, delete
compression.gzip.level          INT      -1                   compression.gzip.level  9  1  10  Value must be between 1 and 9 or equal to -1
compression.lz4.level           INT      9                    compression.lz4.level  17  1  18  Value must be no more than 17
compression.type                STRING   producer             compression.type  zstd  uncompressed  none  String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer
compression.zstd.level          INT      3                    compression.zstd.level  22  -131072  23  Value must be no more than 22
delete.retention.ms             LONG     86400000             log.cleaner.delete.retention.ms  0  9223372036854775807  -1  Value must be at least 0
file.delete.delay.ms            LONG     60000                log.segment.delete.delay.ms  0  1  -1  Value must be at least 0
flush.messages                  LONG     9223372036854775807  log.flush.interval.messages  1  1000  0  Value must be at least 1
flush.ms                        LONG     9223372036854775807  -  0  1000  -1  Value must be at least 0
index.interval.bytes            INT      4096                 log.index.interval.bytes  0  1  -1  Value must be at least 0
max.compaction.lag.ms           LONG     9223372036854775807  log.cleaner.max.compaction.lag.ms  1  2  0  Value must be at least 1
max.decompressed.message.bytes  INT      2147483639           max.decompressed.message.bytes  1000000  2000000  0  Value must be at least 1
max.message.bytes               INT      1048588              message.max.bytes  0  2147483647  -1  Value must be at least 0
message.timestamp.after.max.ms  LONG     3600000              log.message.timestamp.after.max.ms  0  9223372036854775807  -1  Value must be at least 0
message.timestamp.before.max.ms  LONG    9223372036854775807  log.message.timestamp.before.max.ms  0  1  x  Not a number of type LONG
message.timestamp.type          STRING   CreateTime           log.message.timestamp.type  LogAppendTime  CreateTime  createTime  String must be one of: CreateTime, LogAppendTime
min.cleanable.dirty.ratio       DOUBLE   0.5                  log.cleaner.min.cleanable.ratio  0.0  1.0  1.01  Value must be no more than 1
min.compaction.lag.ms           LONG     0                    log.cleaner.min.compaction.lag.ms  5  9223372036854775807  -1  Value must be at least 0
preallocate                     BOOLEAN  false                log.preallocate  true  false  maybe  Expected value to be either true or false
retention.bytes                 LONG     -1                   log.retention.bytes  0  -5  9223372036854775808  Not a number of type LONG
retention.ms                    LONG     604800000            -  0  -1  -2  Value must be at least -1
segment.bytes                   INT      1073741824           log.segment.bytes  1048576  2147483647  1048575  Value must be at least 1048576
segment.index.bytes             INT      10485760             log.index.size.max.bytes  1000  2000  3  Value must be at least 4
segment.jitter.ms               LONG     0                    -  5  9223372036854775807  -1  Value must be at least 0
segment.ms                      LONG     604800000            -  1  9223372036854775807  0  Value must be at least 1
"""  # noqa: E501


class LogKey(NamedTuple):
    """One key."""

    name: str
    type: str
    default: str
    broker_key: str | None
    values: tuple[str, str]
    bad: str
    rule: str

    @property
    def refusal(self) -> str:
        """What whoever sets the bad value is told."""
        return f"Invalid value {self.bad} for configuration {self.name}: {self.rule}"

    @property
    def type_id(self) -> int:
        """DescribeConfigs' ConfigType."""
        return {"BOOLEAN": 1, "STRING": 2, "INT": 3, "LONG": 5, "DOUBLE": 6, "LIST": 7}[self.type]

    @property
    def synonyms(self) -> list[tuple[str, str, int]]:
        """What a topic without an override shows: name, value, source (5: the default)."""
        return [] if self.broker_key is None else [(self.broker_key, self.default, 5)]


def _log_key(row: str) -> LogKey:
    name, kind, default, broker_key, value, other, bad, rule = [word.strip() for word in row.split("  ") if word]
    return LogKey(name, kind, default, None if broker_key == "-" else broker_key, (value, other), bad, rule)


LOG_KEYS = [_log_key(row) for row in _ROWS.splitlines()]
