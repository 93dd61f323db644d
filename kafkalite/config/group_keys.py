"""The keys of groups: rows as `key.read_table` describes them. What a group has not set, the broker's keys say."""

from __future__ import annotations

from collections.abc import Mapping

from kafkalite.config.key import Key, read_table

_ROWS = """\
== honoured: Consumer groups of the new protocol (KIP-848), each within the broker's bounds
consumer.assignment.interval.ms  INT  100    [0,...]  -
    Partitions are assigned anew at most once in this time.
    Kafka: 1000 - The first members of a group would wait a second for each other.
consumer.heartbeat.interval.ms   INT  5000   [1,...]  -
    How often the members send heartbeats once the group has settled.
consumer.session.timeout.ms      INT  45000  [1,...]  -
    A member that is not heard of for this long is removed. It must be longer than the heartbeat interval.

== later: Share groups are not offered yet.
share.assignment.interval.ms               INT      1000              [0,...]     -
share.auto.offset.reset                    STRING   latest            [latest, earliest, by_duration:PnDTnHnMn.nS]  -
share.delivery.count.limit                 INT      5                 [2,...]     -
share.heartbeat.interval.ms                INT      5000              [1,...]     -
share.isolation.level                      STRING   read_uncommitted  [read_committed, read_uncommitted]  -
share.partition.max.record.locks           INT      2000              [100,...]   -
share.record.lock.duration.ms              INT      30000             [1000,...]  -
share.renew.acknowledge.enable             BOOLEAN  true              -           -
share.session.timeout.ms                   INT      45000             [1,...]     -
errors.deadletterqueue.copy.record.enable  BOOLEAN  false             -           -
errors.deadletterqueue.topic.name          STRING   ""                -           -

== later: Streams groups are not offered yet.
streams.assignment.interval.ms      INT     1000   [0,...]  -
streams.assignor.name               STRING  null   -        -
streams.heartbeat.interval.ms       INT     5000   [1,...]  -
streams.initial.rebalance.delay.ms  INT     3000   [0,...]  -
streams.num.standby.replicas        INT     0      [0,...]  -
streams.rack.aware.assignment.tags  LIST    ""     -        -
streams.session.timeout.ms          INT     45000  [1,...]  -
"""

GROUP_KEYS: Mapping[str, Key] = read_table(_ROWS, of_topic=True)
