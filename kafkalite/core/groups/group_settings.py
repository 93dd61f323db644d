"""What a broker's configuration says about groups, in the core's units."""

from __future__ import annotations

from typing import NamedTuple


class ConsumerGroupSettings(NamedTuple):
    """What rules one consumer group (KIP-848); the comments name Kafka's keys, those of a single group first."""

    session_timeout: float = 45.0  # consumer.session.timeout.ms, group.consumer.session.timeout.ms
    heartbeat_interval_ms: int = 5_000  # consumer.heartbeat.interval.ms, group.consumer.heartbeat.interval.ms
    assignment_interval_ms: int = 1_000  # consumer.assignment.interval.ms, group.consumer.assignment.interval.ms
    reconciling_interval_ms: int = 0  # kafkalite.group.consumer.reconciling.heartbeat.interval.ms; 0: as always
    max_size: int = 2**31 - 1  # group.consumer.max.size
    assignors: tuple[str, ...] = ("uniform", "range")  # group.consumer.assignors; the first unless members ask
    upgrades: bool = True  # group.consumer.migration.policy: a classic group may become a consumer group
    downgrades: bool = True  # and the other way round; neither: the two kinds of members do not mix
    regex_refresh_interval_ms: int = 600_000  # Kafka has no public key for this one


class GroupSettings:
    """Limits and delays of groups; the comments name Kafka's keys."""

    __slots__ = (
        "consumer",
        "gathering",
        "initial_rebalance_delay",
        "max_session_timeout_ms",
        "max_size",
        "min_session_timeout_ms",
        "offset_metadata_max_size",
        "offsets_retention_ms",
    )

    def __init__(
        self,
        *,
        initial_rebalance_delay: float = 0.0,  # group.initial.rebalance.delay.ms, seconds here; 3 s in Kafka
        gathering: float = 0.0,  # kafkalite.group.initial.rebalance.gather.ms, seconds here, where there is no delay
        min_session_timeout_ms: int = 6_000,  # group.min.session.timeout.ms
        max_session_timeout_ms: int = 1_800_000,  # group.max.session.timeout.ms
        max_size: int = 2**31 - 1,  # group.max.size
        offset_metadata_max_size: int = 4_096,  # offset.metadata.max.bytes, which Kafka counts in characters
        offsets_retention_ms: int = 604_800_000,  # offsets.retention.minutes
        consumer: ConsumerGroupSettings | None = None,  # of a group that has none of its own
    ) -> None:
        self.initial_rebalance_delay = initial_rebalance_delay
        self.gathering = 0.0 if initial_rebalance_delay else gathering
        self.min_session_timeout_ms = min_session_timeout_ms
        self.max_session_timeout_ms = max_session_timeout_ms
        self.max_size = max_size
        self.offset_metadata_max_size = offset_metadata_max_size
        self.offsets_retention_ms = offsets_retention_ms
        self.consumer = consumer or ConsumerGroupSettings()
