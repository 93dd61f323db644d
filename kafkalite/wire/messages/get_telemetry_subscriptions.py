"""Generated from protocol/messages/get_telemetry_subscriptions.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, ZERO_UUID, Field, Message, Uuid, Versions


class GetTelemetrySubscriptionsRequest(Message):
    """GetTelemetrySubscriptions request, versions 0-0, flexible from 0."""

    __slots__ = ("client_instance_id",)
    API_KEY: ClassVar[int] = 71
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (("client_instance_id", "uuid", (0, 0), None, ZERO_UUID, None),)

    def __init__(
        self,
        *,
        client_instance_id: Uuid = ZERO_UUID,
    ) -> None:
        self.client_instance_id = client_instance_id


class GetTelemetrySubscriptionsResponse(Message):
    """GetTelemetrySubscriptions response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "client_instance_id",
        "subscription_id",
        "accepted_compression_types",
        "push_interval_ms",
        "telemetry_max_bytes",
        "delta_temporality",
        "requested_metrics",
    )
    API_KEY: ClassVar[int] = 71
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
        ("client_instance_id", "uuid", (0, 0), None, ZERO_UUID, None),
        ("subscription_id", "int32", (0, 0), None, 0, None),
        ("accepted_compression_types", "[]int8", (0, 0), None, NEW, None),
        ("push_interval_ms", "int32", (0, 0), None, 0, None),
        ("telemetry_max_bytes", "int32", (0, 0), None, 0, None),
        ("delta_temporality", "bool", (0, 0), None, False, None),
        ("requested_metrics", "[]string", (0, 0), None, NEW, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        client_instance_id: Uuid = ZERO_UUID,
        subscription_id: int = 0,
        accepted_compression_types: list[int] = NEW,
        push_interval_ms: int = 0,
        telemetry_max_bytes: int = 0,
        delta_temporality: bool = False,
        requested_metrics: list[str] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.client_instance_id = client_instance_id
        self.subscription_id = subscription_id
        self.accepted_compression_types = [] if accepted_compression_types is NEW else accepted_compression_types
        self.push_interval_ms = push_interval_ms
        self.telemetry_max_bytes = telemetry_max_bytes
        self.delta_temporality = delta_temporality
        self.requested_metrics = [] if requested_metrics is NEW else requested_metrics
