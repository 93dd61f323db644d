"""The broker keys that do something here, and those that will: rows as `key.read_table` describes them.

Section by section: what is honoured, then what is accepted and described and has no effect yet (`later`).
"""

from __future__ import annotations

from collections.abc import Mapping

from kafkalite.config.inert_broker_keys import INERT_BROKER_KEYS
from kafkalite.config.key import Key, read_table

_IN_USE = """\
== honoured: Who and where
node.id                         INT     0                 [0,...]         read-only
    This broker's number, as clients see it in Metadata.
    Kafka: <required> - One broker needs no number to be told from others.
broker.id                       INT     -1                -               read-only
    The old name of node.id. Both may be set when they are equal.
broker.rack                     STRING  null              -               read-only
    The rack this broker tells clients it stands in.
listeners                       LIST    PLAINTEXT://127.0.0.1:9092  non-empty list  read-only
    The addresses to listen on, for the whole run: NAME://HOST:PORT, separated by commas. Port 0 takes a free one; an
    empty host is every address, which needs --insecure-public. Only PLAINTEXT listeners are built. Listeners named
    in controller.listener.names are not opened.
    Kafka: PLAINTEXT://:9092 - That is every address, and without TLS and login everybody.
advertised.listeners            LIST    null              non-empty list  read-only
    The addresses clients are told to connect to, by listener name. A listener without one tells clients the
    address they dialled.
listener.security.protocol.map  STRING  SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT  -               read-only
    The security protocol of each listener name. The listeners that are opened must be PLAINTEXT.
log.dir                         LIST    ./kafkalite-data  non-empty list  read-only
    The directories for records, when log.dirs is not set.
    Kafka: /tmp/kafka-logs - Many systems empty /tmp at every boot.
log.dirs                        LIST    null              non-empty list  read-only
    The directories for records, each on a disk of its own. A partition is in one of them; a new one goes to the one
    that has the fewest. When one fails, its partitions answer KAFKA_STORAGE_ERROR and the others go on.
metadata.log.dir                STRING  null              non-empty string  read-only
    The directory for the cluster's metadata, without which the broker stops. Not set, it is the first of log.dirs.
cordoned.log.dirs               LIST    ""                -               per-broker
    Those of log.dirs that take no new partitions; `*` is all of them, then no topic can be created.

== honoured: Connections and requests
connections.max.idle.ms                    LONG  600000      -           read-only
    A connection that is silent for this long is closed; negative: never.
max.connections                            INT   2147483647  [0,...]     cluster-wide
    How many connections may be open; further ones wait until one closes.
max.connections.per.ip                     INT   2147483647  [0,...]     cluster-wide
    How many connections one address may hold open; further ones are closed at once.
socket.receive.buffer.bytes                INT   -1          -           read-only
    Size of a connection's receive buffer in the operating system; -1 leaves it to the system.
    Kafka: 102400 - A fixed size switches off the sizing that the operating system does by itself.
socket.send.buffer.bytes                   INT   -1          -           read-only
    Size of a connection's send buffer in the operating system; -1 leaves it to the system.
    Kafka: 102400 - A fixed size switches off the sizing that the operating system does by itself.
socket.request.max.bytes                   INT   104857600   [1,...]     read-only
    A request that says it is longer closes its connection.
kafkalite.network.driver                   STRING  auto      [auto, epoll, tasks]  read-only
    What waits for the clients' bytes: one epoll for all connections (epoll, Linux only), a task for each (tasks), or
    the first where there is one (auto). They do the same; epoll needs half of the processor for small requests.
kafkalite.network.busy.poll.us             INT   150         [0,...,10000]  read-only
    How many microseconds to look for the next request before going to sleep, while requests follow each other that
    closely. A client that sends one after the other has its answers in little more than half the time; meanwhile the
    broker keeps one processor busy. 0 goes to sleep at once, as a machine with one processor does, and as the driver
    `tasks` does.
kafkalite.loop.watchdog.ms                 INT   0           [0,...]     read-only
    Longer than this nothing may hold up everything else; what does is named in the log, with its stack. 0 is off.
fetch.max.bytes                            INT   57671680    [1024,...]  read-only
    The largest answer to a fetch, however much the client asks for; the first batch is sent whatever its size.
max.incremental.fetch.session.cache.slots  INT   1000        [0,...]     read-only
    How many incremental fetch sessions are kept.
max.request.partition.size.limit           INT   2000        [1,...]     read-only
    How many partitions one DescribeTopicPartitions answer lists.

== honoured: Topics
auto.create.topics.enable            BOOLEAN  true                 -                   read-only
    A topic that a client asks for and that does not exist is created, if the client allows it.
delete.topic.enable                  BOOLEAN  true                 -                   read-only
    Clients may delete topics.
num.partitions                       INT      1                    [1,...]             read-only
    Partitions of a topic whose creator does not say how many.
default.replication.factor           INT      1                    -                   read-only
    Replicas of a topic whose creator does not say how many. There is one broker, so only 1 (or -1).
min.insync.replicas                  INT      1                    [1,...]             cluster-wide
    Replicas that must have a batch before acks=all is answered. There is one: anything greater refuses every
    acks=all.
message.max.bytes                    INT      1048588              [0,...]             cluster-wide
    The largest record batch that is accepted, in bytes as sent.
log.message.timestamp.type           STRING   CreateTime           [CreateTime, LogAppendTime]  cluster-wide
    CreateTime keeps the producer's timestamps; LogAppendTime stamps batches on arrival.
log.message.timestamp.before.max.ms  LONG     9223372036854775807  [0,...]             cluster-wide
    A record whose timestamp is older than this is refused.
log.message.timestamp.after.max.ms   LONG     3600000              [0,...]             cluster-wide
    A record whose timestamp lies further in the future than this is refused.
log.segment.bytes                    INT      1073741824           [1048576,...]       cluster-wide
    A segment that would grow beyond this is closed and the next one begun.
log.roll.ms                          LONG     null                 -                   cluster-wide
    A segment is closed when its first record is this old, full or not. Null: log.roll.hours.
log.roll.hours                       INT      168                  [1,...]             read-only
    As log.roll.ms, in hours; log.roll.ms goes first.
log.index.size.max.bytes             INT      10485760             [4,...]             cluster-wide
    A segment is closed when an index of it has this many bytes.
log.roll.jitter.ms                   LONG     null                 -                   cluster-wide
    A segment is closed by up to this much sooner than log.roll.ms says, each by another time, so that not all are
    closed at once. Null: log.roll.jitter.hours.
log.roll.jitter.hours                INT      0                    [0,...]             read-only
    As log.roll.jitter.ms, in hours; log.roll.jitter.ms goes first.
log.preallocate                      BOOLEAN  false                -                   cluster-wide
    A new segment has its whole size reserved on the disk, where the system can do that.
log.index.interval.bytes             INT      4096                 [0,...]             cluster-wide
    How many bytes of records lie between two index entries.
compression.type                     STRING   producer             [uncompressed, zstd, lz4, snappy, gzip, producer]  cluster-wide
    How batches are stored; producer: as they were sent. A batch that comes otherwise is compressed again.
compression.gzip.level               INT      -1                   [1,...,9] or -1     cluster-wide
    How hard gzip tries where the broker compresses; -1: the library's default.
compression.lz4.level                INT      9                    [1,...,17]          cluster-wide
    How hard lz4 tries where the broker compresses.
compression.zstd.level               INT      3                    [-131072,...,22]    cluster-wide
    How hard zstd tries where the broker compresses.
max.decompressed.message.bytes       INT      2147483639           [1,...,2147483639]  cluster-wide
    A batch that unpacks to more is refused where the broker has to look into it; 134217728 at most.
producer.id.expiration.ms            INT      86400000             [1,...]             cluster-wide
    An idempotent producer that has been silent for this long is forgotten, and with it what would have told a
    duplicate.

== honoured: Classic consumer groups
group.initial.rebalance.delay.ms       INT    0           -        read-only
    How long a group that was empty waits for more members before its first assignment.
    Kafka: 3000 - It saves a large group some rebalances and costs every small one three seconds.
kafkalite.group.initial.rebalance.gather.ms  INT  100       [0,...]  read-only
    Where there is no such delay, the first assignment of a group that was empty waits for members on their way: for
    so long after a client has asked for the group's coordinator or was sent its member id. So members who start
    together are served together, and one that comes alone waits for nobody; one of librdkafka, which asks twice, for
    40 ms. 0 is off, as in Kafka.
group.min.session.timeout.ms           INT    6000        -        read-only
    The shortest session timeout a member may ask for.
group.max.session.timeout.ms           INT    1800000     -        read-only
    The longest session timeout a member may ask for.
group.max.size                         INT    2147483647  [1,...]  read-only
    How many members a group may have.
group.coordinator.rebalance.protocols  LIST   classic,consumer  [consumer, classic, share, streams]  read-only
    The kinds of groups that are offered. classic must be among them; without consumer nobody gets in by the new
    protocol. share and streams have no effect yet.
    Kafka: classic,consumer,streams - Only what is offered is listed.
offset.metadata.max.bytes              INT    4096        -        read-only
    The longest metadata text that may be committed with an offset.
offsets.commit.timeout.ms              INT    5000        [1,...]  read-only
    How long an answer waits for its records to be stored; then COORDINATOR_NOT_AVAILABLE, and they may be stored yet.
offsets.retention.minutes              INT    10080       [1,...]  read-only
    Committed offsets are forgotten when their group has been empty for this long.
offsets.retention.check.interval.ms    LONG   600000      [1,...]  read-only
    How often expired offsets are looked for.
offsets.topic.num.partitions           INT    50          [1,...]  read-only
    Partitions of __consumer_offsets, fixed when it is created.
offsets.topic.replication.factor       SHORT  1           [1,...]  read-only
    Replicas of __consumer_offsets. There is one broker, so only 1 (or -1).
    Kafka: 3 - One broker could never create that.
offsets.topic.segment.bytes            INT    104857600   [1,...]  read-only
    Segment size of __consumer_offsets.
offsets.topic.compression.codec        INT    0           [0,...,4]  read-only
    How the records of __consumer_offsets are compressed: 0 not at all, 1 gzip, 2 snappy, 3 lz4, 4 zstd.

== honoured: Transactions
transaction.max.timeout.ms                    INT      900000     [1,...]  read-only
    The longest transaction timeout a producer may ask for. A transaction that did not end by then is aborted.
transaction.partition.verification.enable     BOOLEAN  true       -        cluster-wide
    Whether the coordinator is asked if a partition belongs to the transaction that a batch says it is part of, for
    clients that do not add partitions by producing (before KIP-890). false is for clients that add none at all.
transactional.id.expiration.ms                INT      604800000  [1,...]  read-only
    A transactional id is forgotten when it has not been used for this long.
transaction.remove.expired.transaction.cleanup.interval.ms  INT  3600000  [1,...]  read-only
    How often expired transactional ids are looked for.
transaction.state.log.num.partitions          INT      50         [1,...]  read-only
    Partitions of __transaction_state, fixed when it is created.
transaction.state.log.replication.factor      SHORT    1          [1,...]  read-only
    Replicas of __transaction_state. There is one broker, so only 1 (or -1).
    Kafka: 3 - One broker could never create that.
transaction.state.log.min.isr                 INT      1          [1,...]  read-only
    min.insync.replicas of __transaction_state when it is created.
    Kafka: 2 - One broker could never reach that.
transaction.state.log.segment.bytes           INT      104857600  [1,...]  read-only
    Segment size of __transaction_state.

== honoured: Consumer groups of the new protocol (KIP-848); a group may have settings of its own
group.consumer.session.timeout.ms          INT     45000          [1,...]         read-only
    A member that is not heard of for this long is removed.
group.consumer.min.session.timeout.ms      INT     45000          [1,...]         read-only
    The shortest session timeout a group may have.
group.consumer.max.session.timeout.ms      INT     60000          [1,...]         read-only
    The longest session timeout a group may have.
group.consumer.heartbeat.interval.ms       INT     5000           [1,...]         read-only
    How often the members of a settled group send heartbeats.
group.consumer.min.heartbeat.interval.ms   INT     5000           [1,...]         read-only
    The shortest heartbeat interval a group may have.
group.consumer.max.heartbeat.interval.ms   INT     15000          [1,...]         read-only
    The longest heartbeat interval a group may have.
kafkalite.group.consumer.reconciling.heartbeat.interval.ms  INT  50  [0,...]  cluster-wide
    How soon members send the next heartbeat after something has happened in their group, so that all have their new
    partitions in a moment. The longer nothing more happens the later, up to the heartbeat interval; and the members of
    a large group send a thousand a second together at most. 0 is off: then the heartbeat interval holds always, as in
    Kafka, which has no such setting.
group.consumer.assignment.interval.ms      INT     100            [0,...]         cluster-wide
    Partitions are assigned anew at most once in this time, so that members who come together are served together.
    Kafka: 1000 - The first members of a group would wait a second for each other.
group.consumer.min.assignment.interval.ms  INT     0              [0,...]         read-only
    The shortest assignment interval a group may have.
group.consumer.max.assignment.interval.ms  INT     15000          [0,...]         read-only
    The longest assignment interval a group may have.
group.consumer.assignors                   LIST    uniform,range  non-empty list  read-only
    The assignors that members may ask for; the first is everybody's who asks for none.
group.consumer.max.size                    INT     2147483647     [1,...]         read-only
    How many members a group may have.
group.consumer.migration.policy            STRING  bidirectional  (case insensitive) [DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL]  read-only
    Whether a group may become a consumer group when a member of the new protocol joins, a classic group when the last
    such member leaves, both, or neither.

== honoured: Retention, of topics with cleanup.policy=delete
log.retention.ms                 LONG  null    -        cluster-wide
    A segment is deleted when its newest record is this old; -1: never. A timestamp in the future counts as the time
    the record came (Kafka waits until that time has passed). Null: log.retention.minutes.
log.retention.minutes            INT   null    -        read-only
    As log.retention.ms, in minutes. Null: log.retention.hours.
log.retention.hours              INT   168     -        read-only
    As log.retention.ms, in hours.
log.retention.bytes              LONG  -1      -        cluster-wide
    The oldest segments of a partition are deleted as long as this many bytes are left; -1: never.
log.retention.check.interval.ms  LONG  300000  [1,...]  read-only
    How often segments are looked through for those that may go; for the first time after 30 seconds at the latest.
log.segment.delete.delay.ms      LONG  60000   [0,...]  cluster-wide
    How long a deleted segment's file stays, renamed to .deleted, for those who still read it.

== honoured: Compaction, of topics with cleanup.policy=compact
log.cleanup.policy                   LIST     delete               [compact, delete]  cluster-wide
    What happens to old records: delete drops them by age and size, compact keeps the last of each key and refuses
    records without one. Both together do both, nothing keeps all.
log.cleaner.delete.retention.ms      LONG     86400000             [0,...]            cluster-wide
    A tombstone (a key without value) stays this long after it was compacted for the first time.
log.cleaner.max.compaction.lag.ms    LONG     9223372036854775807  [1,...]            cluster-wide
    A record that waits longer than this is compacted however little is dirty; segments are closed at this age.
log.cleaner.min.compaction.lag.ms    LONG     0                    [0,...]            cluster-wide
    A record is compacted at this age at the soonest. A timestamp in the future counts as the time the record came.
log.cleaner.min.cleanable.ratio      DOUBLE   0.5                  [0,...,1]          cluster-wide
    A log is compacted when a larger share of it than this is new since the last time.
log.cleaner.enable                   BOOLEAN  true                 -                  read-only
    Nothing is compacted without it: topics with cleanup.policy=compact grow.
log.cleaner.threads                  INT      1                    [0,...]            cluster-wide
    How many logs are compacted at a time, 1 or more. A change at most doubles or halves it.
log.cleaner.backoff.ms               LONG     15000                [0,...]            cluster-wide
    How long nothing is looked for when nothing was due; 100 at the least.
log.cleaner.dedupe.buffer.size       LONG     134217728            -                  cluster-wide
    Memory for the keys of what is compacted, 24 bytes each, for all threads together, and over 1048576 for each. Only
    taken while it is needed, as far as it is needed; more keys than it holds take several passes.
log.cleaner.io.buffer.load.factor    DOUBLE   0.9                  -                  cluster-wide
    How full that memory may become, up to 1: the fuller, the slower.
log.cleaner.io.buffer.size           INT      524288               [0,...]            cluster-wide
    How many bytes all threads read and write at a time; 8192 a thread at the least.
log.cleaner.io.max.bytes.per.second  DOUBLE   1.7976931348623157E308  -               cluster-wide
    How many bytes all threads may read and write in a second, more than 0.

== honoured: Syncing to disk
log.flush.interval.messages      LONG  9223372036854775807  [1,...]  cluster-wide
    After this many records everything is synced, and the answer waits for it; 1: what is acknowledged survives a
    power cut.
log.flush.interval.ms            LONG  null                 -        cluster-wide
    A record is synced at this age at the latest. Null: log.flush.scheduler.interval.ms.
log.flush.scheduler.interval.ms  LONG  9223372036854775807  -        read-only
    As log.flush.interval.ms, which goes first. In Kafka also how often it is looked for what is due; here it is synced
    when it is.
log.flush.offset.checkpoint.interval.ms  INT  60000         [0,...]  read-only
    How often it is noted up to where logs are known to be whole: a start after a crash checks what is behind it.

== later: Share groups are not offered yet.
group.share.assignment.interval.ms             INT      1000       [0,...]             cluster-wide
group.share.assignors                          LIST     simple     non-empty list      read-only
group.share.delivery.count.limit               INT      5          [2,...,10]          read-only
group.share.heartbeat.interval.ms              INT      5000       [1,...]             read-only
group.share.max.assignment.interval.ms         INT      15000      [0,...]             read-only
group.share.max.delivery.count.limit           INT      10         [5,...,25]          read-only
group.share.max.heartbeat.interval.ms          INT      15000      [1,...]             read-only
group.share.max.partition.max.record.locks     INT      4000       [2000,...,10000]    read-only
group.share.max.record.lock.duration.ms        INT      60000      [30000,...,3600000]  read-only
group.share.max.session.timeout.ms             INT      60000      [1,...]             read-only
group.share.max.share.sessions                 INT      2000       [1,...]             read-only
group.share.max.size                           INT      200        [1,...,1000]        read-only
group.share.min.assignment.interval.ms         INT      0          [0,...]             read-only
group.share.min.delivery.count.limit           INT      2          [2,...,5]           read-only
group.share.min.heartbeat.interval.ms          INT      5000       [1,...]             read-only
group.share.min.partition.max.record.locks     INT      100        [100,...,2000]      read-only
group.share.min.record.lock.duration.ms        INT      15000      [1000,...,30000]    read-only
group.share.min.session.timeout.ms             INT      45000      [1,...]             read-only
group.share.partition.max.record.locks         INT      2000       [100,...,10000]     read-only
group.share.record.lock.duration.ms            INT      30000      [1000,...,3600000]  read-only
group.share.session.timeout.ms                 INT      45000      [1,...]             read-only
share.coordinator.append.linger.ms             INT      -1         [-1,...]            read-only
share.coordinator.cached.buffer.max.bytes      INT      1048588    [524288,...]        cluster-wide
share.coordinator.load.buffer.size             INT      5242880    [1,...]             read-only
share.coordinator.snapshot.update.records.per.snapshot  INT      500        [0,...,500]         read-only
share.coordinator.state.topic.compression.codec  INT      0          -                   read-only
share.coordinator.state.topic.min.isr          SHORT    1          [1,...]             read-only
    Kafka: 2 - One broker could never reach that.
share.coordinator.state.topic.num.partitions   INT      50         [1,...]             read-only
share.coordinator.state.topic.replication.factor  SHORT    1          [1,...]             read-only
    Kafka: 3 - One broker could never create that.
share.coordinator.state.topic.segment.bytes    INT      104857600  [1,...]             read-only
share.coordinator.threads                      INT      1          [1,...]             read-only
share.coordinator.write.timeout.ms             INT      5000       [1,...]             read-only
share.fetch.purgatory.purge.interval.requests  INT      1000       -                   read-only
errors.deadletterqueue.auto.create.topics.enable  BOOLEAN  false      -                   cluster-wide
errors.deadletterqueue.topic.name.prefix       STRING   dlq.       -                   cluster-wide

== later: Streams groups are not offered yet.
group.streams.assignment.interval.ms      INT   1000        [0,...]         cluster-wide
group.streams.assignors                   LIST  sticky      non-empty list  read-only
group.streams.heartbeat.interval.ms       INT   5000        [1,...]         read-only
group.streams.initial.rebalance.delay.ms  INT   3000        [0,...]         read-only
group.streams.max.assignment.interval.ms  INT   15000       [0,...]         read-only
group.streams.max.heartbeat.interval.ms   INT   15000       [1,...]         read-only
group.streams.max.session.timeout.ms      INT   60000       [1,...]         read-only
group.streams.max.size                    INT   2147483647  [1,...]         read-only
group.streams.max.standby.replicas        INT   2           [0,...]         read-only
group.streams.min.assignment.interval.ms  INT   0           [0,...]         read-only
group.streams.min.heartbeat.interval.ms   INT   5000        [1,...]         read-only
group.streams.min.session.timeout.ms      INT   45000       [1,...]         read-only
group.streams.num.standby.replicas        INT   0           [0,...]         read-only
group.streams.rack.aware.assignment.tags  LIST  ""          -               read-only
group.streams.session.timeout.ms          INT   45000       [1,...]         read-only
"""  # noqa: E501

BROKER_KEYS: Mapping[str, Key] = read_table(_IN_USE) | INERT_BROKER_KEYS

for _family in (
    ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
    ("log.roll.ms", "log.roll.hours"),
    ("log.roll.jitter.ms", "log.roll.jitter.hours"),
):
    for _name in _family:
        BROKER_KEYS[_name].synonyms = _family
BROKER_KEYS["log.flush.interval.ms"].synonyms = ("log.flush.interval.ms", "log.flush.scheduler.interval.ms")
