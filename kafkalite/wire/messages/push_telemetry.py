"""Generated from protocol/messages/push_telemetry.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import ZERO_UUID, Field, Message, Uuid, Versions


class PushTelemetryRequest(Message):
    """PushTelemetry request, versions 0-0, flexible from 0."""

    __slots__ = (
        "client_instance_id",
        "subscription_id",
        "terminating",
        "compression_type",
        "metrics",
    )
    API_KEY: ClassVar[int] = 72
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("client_instance_id", "uuid", (0, 0), None, ZERO_UUID, None),
        ("subscription_id", "int32", (0, 0), None, 0, None),
        ("terminating", "bool", (0, 0), None, False, None),
        ("compression_type", "int8", (0, 0), None, 0, None),
        ("metrics", "bytes", (0, 0), None, b"", None),
    )

    def __init__(
        self,
        *,
        client_instance_id: Uuid = ZERO_UUID,
        subscription_id: int = 0,
        terminating: bool = False,
        compression_type: int = 0,
        metrics: bytes = b"",
    ) -> None:
        self.client_instance_id = client_instance_id
        self.subscription_id = subscription_id
        self.terminating = terminating
        self.compression_type = compression_type
        self.metrics = metrics


class PushTelemetryResponse(Message):
    """PushTelemetry response, versions 0-0, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
    )
    API_KEY: ClassVar[int] = 72
    VERSIONS: ClassVar[Versions] = (0, 0)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 0), None, 0, None),
        ("error_code", "int16", (0, 0), None, 0, None),
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
