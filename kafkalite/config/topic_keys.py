"""The keys of topics: rows as `key.read_table` describes them, with the broker keys that a topic falls back on."""

from __future__ import annotations

from collections.abc import Mapping

from kafkalite.config.key import Key, read_table

_ROWS = """\
== honoured: Topics
max.message.bytes                INT     1048588              [0,...]             message.max.bytes
    The largest record batch that is accepted, in bytes as sent.
message.timestamp.type           STRING  CreateTime           [CreateTime, LogAppendTime]  log.message.timestamp.type
    CreateTime keeps the producer's timestamps; LogAppendTime stamps batches on arrival.
message.timestamp.before.max.ms  LONG    9223372036854775807  [0,...]             log.message.timestamp.before.max.ms
    A record whose timestamp is older than this is refused.
message.timestamp.after.max.ms   LONG    3600000              [0,...]             log.message.timestamp.after.max.ms
    A record whose timestamp lies further in the future than this is refused.
min.insync.replicas              INT     1                    [1,...]             min.insync.replicas
    Replicas that must have a batch before acks=all is answered. There is one: anything greater refuses every
    acks=all.
segment.bytes                    INT     1073741824           [1048576,...]       log.segment.bytes
    A segment that would grow beyond this is closed and the next one begun.
segment.ms                       LONG    604800000            [1,...]             log.roll.ms log.roll.hours
    A segment is closed when its first record is this old, full or not.
index.interval.bytes             INT     4096                 [0,...]             log.index.interval.bytes
    How many bytes of records lie between two index entries.
compression.type                 STRING  producer             [uncompressed, zstd, lz4, snappy, gzip, producer]  compression.type
    How batches are stored; producer: as they were sent. A batch that comes otherwise is compressed again.
compression.gzip.level           INT     -1                   [1,...,9] or -1     compression.gzip.level
    How hard gzip tries where the broker compresses; -1: the library's default.
compression.lz4.level            INT     9                    [1,...,17]          compression.lz4.level
    How hard lz4 tries where the broker compresses.
compression.zstd.level           INT     3                    [-131072,...,22]    compression.zstd.level
    How hard zstd tries where the broker compresses.
max.decompressed.message.bytes   INT     2147483639           [1,...,2147483639]  max.decompressed.message.bytes
    A batch that unpacks to more is refused where the broker has to look into it; 134217728 at most.

== honoured: Retention, of topics with cleanup.policy=delete
retention.bytes       LONG  -1         -         log.retention.bytes
    The oldest segments of a partition are deleted as long as this many bytes are left; -1: never.
retention.ms          LONG  604800000  [-1,...]  log.retention.ms log.retention.minutes log.retention.hours
    A segment is deleted when its newest record is this old; -1: never. A timestamp in the future counts as the time
    the record came (Kafka waits until that time has passed).
file.delete.delay.ms  LONG  60000      [0,...]   log.segment.delete.delay.ms
    How long a deleted segment's file stays, renamed to .deleted, for those who still read it.

== later: Compaction is not built yet: a topic with cleanup.policy=compact refuses records without key, and keeps all.
cleanup.policy             LIST    delete               [compact, delete]  log.cleanup.policy
    What happens to old records: delete drops them by age and size, compact keeps the last of each key.
delete.retention.ms        LONG    86400000             [0,...]            log.cleaner.delete.retention.ms
max.compaction.lag.ms      LONG    9223372036854775807  [1,...]            log.cleaner.max.compaction.lag.ms
min.compaction.lag.ms      LONG    0                    [0,...]            log.cleaner.min.compaction.lag.ms
min.cleanable.dirty.ratio  DOUBLE  0.5                  [0,...,1]          log.cleaner.min.cleanable.ratio

== later: Share groups are not offered yet.
errors.deadletterqueue.group.enable  BOOLEAN  false  -  -

== refused: Syncing to disk is not built yet: what was acknowledged survives a killed process, not a power cut.
flush.messages  LONG  9223372036854775807  [1,...]  log.flush.interval.messages
flush.ms        LONG  9223372036854775807  [0,...]  log.flush.interval.ms log.flush.scheduler.interval.ms

== refused: Tiered Storage functionality is disabled in the broker.
remote.storage.enable  BOOLEAN  false  -  -

== harmless: There is one replica of every partition: nothing is fetched from or moved to another broker.
follower.replication.throttled.replicas  LIST     ""     [partitionId]:[brokerId],[partitionId]:[brokerId],...  -
leader.replication.throttled.replicas    LIST     ""     [partitionId]:[brokerId],[partitionId]:[brokerId],...  -
unclean.leader.election.enable           BOOLEAN  false  -  unclean.leader.election.enable

== harmless: This tunes a part that is built differently here.
preallocate           BOOLEAN  false     -        log.preallocate
segment.index.bytes   INT      10485760  [4,...]  log.index.size.max.bytes
segment.jitter.ms     LONG     0         [0,...]  log.roll.jitter.ms log.roll.jitter.hours

== harmless: Tiered storage is off.
local.retention.bytes         LONG     -2     [-2,...]  log.local.retention.bytes
local.retention.ms            LONG     -2     [-2,...]  log.local.retention.ms
remote.copy.lag.bytes         LONG     -1     [-1,...]  log.remote.copy.lag.bytes
remote.copy.lag.ms            LONG     0      [-1,...]  log.remote.copy.lag.ms
remote.log.copy.disable       BOOLEAN  false  -         -
remote.log.delete.on.disable  BOOLEAN  false  -         -
"""  # noqa: E501

TOPIC_KEYS: Mapping[str, Key] = read_table(_ROWS, of_topic=True)
