"""What a broker's configuration says about groups, in the core's units."""

from __future__ import annotations


class GroupSettings:
    """Limits and delays of groups; the comments name Kafka's keys."""

    __slots__ = (
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
        min_session_timeout_ms: int = 6_000,  # group.min.session.timeout.ms
        max_session_timeout_ms: int = 1_800_000,  # group.max.session.timeout.ms
        max_size: int = 2**31 - 1,  # group.max.size
        offset_metadata_max_size: int = 4_096,  # offset.metadata.max.bytes, which Kafka counts in characters
        offsets_retention_ms: int = 604_800_000,  # offsets.retention.minutes
    ) -> None:
        self.initial_rebalance_delay = initial_rebalance_delay
        self.min_session_timeout_ms = min_session_timeout_ms
        self.max_session_timeout_ms = max_session_timeout_ms
        self.max_size = max_size
        self.offset_metadata_max_size = offset_metadata_max_size
        self.offsets_retention_ms = offsets_retention_ms
