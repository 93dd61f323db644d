"""Where our answers may differ from Apache Kafka's, and why. What is not here is a bug.

A pattern matches the path of a difference (differences.py), `*` is anything; what stands in brackets there counts only
if the pattern has brackets, too.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from scripts.recording.batches import Plain

from .differences import ABSENT, Difference

UNKNOWN_SERVER_ERROR, NONE, UNKNOWN_TOPIC_OR_PARTITION = -1, 0, 3
DYNAMIC_DEFAULT_BROKER_CONFIG, DEFAULT_CONFIG = 3, 5
"""Sources of a configuration."""


def always(kafka: Plain, ours: Plain) -> bool:
    return True


def ours_is_absent(kafka: Plain, ours: Plain) -> bool:
    return bool(ours == ABSENT)


def kafkas_is_absent(kafka: Plain, ours: Plain) -> bool:
    return bool(kafka == ABSENT)


def ours_is_less(kafka: Plain, ours: Plain) -> bool:
    return bool(ours < kafka)


def set_for_all_brokers(kafka: Plain, ours: Plain) -> bool:
    return (kafka, ours) == (DYNAMIC_DEFAULT_BROKER_CONFIG, DEFAULT_CONFIG)


def not_yet_there(kafka: Plain, ours: Plain) -> bool:
    return (kafka, ours) == (UNKNOWN_TOPIC_OR_PARTITION, NONE)


def breaks(kafka: Plain, ours: Plain) -> bool:
    return kafka in (UNKNOWN_SERVER_ERROR, None)


class Allowed(NamedTuple):
    patterns: str
    """One or more, with spaces between them."""
    reason: str
    when: Callable[[Plain, Plain], bool] = always

    def covers(self, difference: Difference) -> bool:
        matches = any(matched(difference.path, pattern) for pattern in self.patterns.split())
        return matches and self.when(difference.kafka, difference.ours)


def matched(path: str, pattern: str) -> bool:
    if "[" not in pattern:
        return fnmatch.fnmatchcase(re.sub(r"\[.*?\]", "", path), pattern)
    return fnmatch.fnmatchcase(path, pattern.replace("[", "[[]"))


OF_THE_NODE = """
log.dir log.dirs listeners advertised.listeners listener.security.protocol.map node.id process.roles
controller.quorum.voters controller.listener.names log.initial.task.delay.ms group.initial.rebalance.delay.ms
offsets.topic.replication.factor transaction.state.log.replication.factor transaction.state.log.min.isr
share.coordinator.state.topic.replication.factor share.coordinator.state.topic.min.isr
"""
WITH_ANOTHER_DEFAULT = """
group.consumer.assignment.interval.ms consumer.assignment.interval.ms group.coordinator.rebalance.protocols
socket.send.buffer.bytes socket.receive.buffer.bytes kafkalite.*
"""
THE_NODE = "how the two nodes were started"
DOCUMENTED = "docs/configuration.md says why"
ELR = "a new cluster of Kafka sets min.insync.replicas for all brokers, for replicas that may become leaders (KIP-966)"
QUICK = "members of a group in which something happened are told to be quick (see the README's limits)"
AT_ONCE = "a topic that is created by being asked for is there at once"

ALLOWED = (
    Allowed("*.host *.port", "where the broker runs"),
    Allowed("DescribeLogDirs.results.log_dir DescribeLogDirs.results.*_bytes", "where the broker runs"),
    *(Allowed(f"DescribeConfigs.results[4*.configs[{key}]*", THE_NODE) for key in OF_THE_NODE.split()),
    *(Allowed(f"DescribeConfigs.results*.configs[{key}]*", DOCUMENTED) for key in WITH_ANOTHER_DEFAULT.split()),
    Allowed("*.order", "what has names stands in hash maps in Apache Kafka: no client can count on an order"),
    Allowed("ApiVersions.api_keys", "we tell of what we answer", ours_is_absent),
    Allowed("ApiVersions.supported_features ApiVersions.finalized_features", "we tell of what we have", ours_is_absent),
    Allowed("ApiVersions.finalized_features_epoch", "counts the records of the cluster's metadata, which are our own"),
    Allowed("Fetch.*.records.control.*timestamp", "when the broker wrote the end of the transaction"),
    Allowed("ConsumerGroupHeartbeat.heartbeat_interval_ms", QUICK, ours_is_less),
    Allowed("*.configs.config_source", ELR, set_for_all_brokers),
    Allowed("DescribeConfigs.results*.configs[min.insync.replicas]*", ELR),
    Allowed("IncrementalAlterConfigs.responses.error_*", "an operation that there is not: Apache Kafka breaks", breaks),
    Allowed("Metadata.auto_created.topics.error_code", AT_ONCE, not_yet_there),
    Allowed("Metadata.auto_created.topics.partitions", AT_ONCE, kafkas_is_absent),
)
"""Of machines, of chance, of what is not here, and of time."""


def unexpected(found: Iterable[Difference]) -> list[Difference]:
    return [difference for difference in found if not any(allowed.covers(difference) for allowed in ALLOWED)]
