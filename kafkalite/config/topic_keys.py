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
segment.index.bytes              INT     10485760             [4,...]             log.index.size.max.bytes
    A segment is closed when an index of it has this many bytes.
segment.jitter.ms                LONG    0                    [0,...]             log.roll.jitter.ms log.roll.jitter.hours
    A segment is closed by up to this much sooner than segment.ms says, each by another time, so that not all are
    closed at once.
preallocate                      BOOLEAN  false               -                   log.preallocate
    A new segment has its whole size reserved on the disk, where the system can do that.
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

== honoured: Compaction, of topics with cleanup.policy=compact
cleanup.policy             LIST    delete               [compact, delete]  log.cleanup.policy
    What happens to old records: delete drops them by age and size, compact keeps the last of each key and refuses
    records without one. Both together do both, nothing keeps all.
delete.retention.ms        LONG    86400000             [0,...]            log.cleaner.delete.retention.ms
    A tombstone (a key without value) stays this long after it was compacted for the first time.
max.compaction.lag.ms      LONG    9223372036854775807  [1,...]            log.cleaner.max.compaction.lag.ms
    A record that waits longer than this is compacted however little is dirty; segments are closed at this age.
min.compaction.lag.ms      LONG    0                    [0,...]            log.cleaner.min.compaction.lag.ms
    A record is compacted at this age at the soonest. A timestamp in the future counts as the time the record came.
min.cleanable.dirty.ratio  DOUBLE  0.5                  [0,...,1]          log.cleaner.min.cleanable.ratio
    A log is compacted when a larger share of it than this is new since the last time.

== honoured: Syncing to disk
flush.messages  LONG  9223372036854775807  [1,...]  log.flush.interval.messages
    After this many records everything is synced, and the answer waits for it; 1: what is acknowledged survives a
    power cut.
flush.ms        LONG  9223372036854775807  [0,...]  log.flush.interval.ms log.flush.scheduler.interval.ms
    A record is synced at this age at the latest. Kafka only looks every log.flush.scheduler.interval.ms for what is
    due; here it is synced when it is.

== later: Share groups are not offered yet.
errors.deadletterqueue.group.enable  BOOLEAN  false  -  -

== refused: Tiered Storage functionality is disabled in the broker.
remote.storage.enable  BOOLEAN  false  -  -

== harmless: There is one replica of every partition: nothing is fetched from or moved to another broker.
follower.replication.throttled.replicas  LIST     ""     [partitionId]:[brokerId],[partitionId]:[brokerId],...  -
leader.replication.throttled.replicas    LIST     ""     [partitionId]:[brokerId],[partitionId]:[brokerId],...  -
unclean.leader.election.enable           BOOLEAN  false  -  unclean.leader.election.enable

== harmless: Tiered storage is off.
local.retention.bytes         LONG     -2     [-2,...]  log.local.retention.bytes
local.retention.ms            LONG     -2     [-2,...]  log.local.retention.ms
remote.copy.lag.bytes         LONG     -1     [-1,...]  log.remote.copy.lag.bytes
remote.copy.lag.ms            LONG     0      [-1,...]  log.remote.copy.lag.ms
remote.log.copy.disable       BOOLEAN  false  -         -
remote.log.delete.on.disable  BOOLEAN  false  -         -
"""  # noqa: E501

TOPIC_KEYS: Mapping[str, Key] = read_table(_ROWS, of_topic=True)
