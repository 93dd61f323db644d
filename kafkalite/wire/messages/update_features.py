"""Generated from protocol/messages/update_features.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class UpdateFeaturesRequest(Message):
    """UpdateFeatures request, versions 0-2, flexible from 0."""

    __slots__ = (
        "timeout_ms",
        "feature_updates",
        "validate_only",
    )
    API_KEY: ClassVar[int] = 57
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("timeout_ms", "int32", (0, 2), None, 60000, None),
        ("feature_updates", "[]FeatureUpdateKey", (0, 2), None, NEW, None),
        ("validate_only", "bool", (1, 2), None, False, None),
    )

    class FeatureUpdateKey(Message):
        """A part of UpdateFeaturesRequest."""

        __slots__ = (
            "feature",
            "max_version_level",
            "allow_downgrade",
            "upgrade_type",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("feature", "string", (0, 2), None, "", None),
            ("max_version_level", "int16", (0, 2), None, 0, None),
            ("allow_downgrade", "bool", (0, 0), None, False, None),
            ("upgrade_type", "int8", (1, 2), None, 1, None),
        )

        def __init__(
            self,
            *,
            feature: str = "",
            max_version_level: int = 0,
            allow_downgrade: bool = False,
            upgrade_type: int = 1,
        ) -> None:
            self.feature = feature
            self.max_version_level = max_version_level
            self.allow_downgrade = allow_downgrade
            self.upgrade_type = upgrade_type

    def __init__(
        self,
        *,
        timeout_ms: int = 60000,
        feature_updates: list[UpdateFeaturesRequest.FeatureUpdateKey] = NEW,
        validate_only: bool = False,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.feature_updates = [] if feature_updates is NEW else feature_updates
        self.validate_only = validate_only


class UpdateFeaturesResponse(Message):
    """UpdateFeatures response, versions 0-2, flexible from 0."""

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "results",
    )
    API_KEY: ClassVar[int] = 57
    VERSIONS: ClassVar[Versions] = (0, 2)
    FLEXIBLE: ClassVar[int | None] = 0
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("throttle_time_ms", "int32", (0, 2), None, 0, None),
        ("error_code", "int16", (0, 2), None, 0, None),
        ("error_message", "string", (0, 2), (0, 2), "", None),
        ("results", "[]UpdatableFeatureResult", (0, 1), None, NEW, None),
    )

    class UpdatableFeatureResult(Message):
        """A part of UpdateFeaturesResponse."""

        __slots__ = (
            "feature",
            "error_code",
            "error_message",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("feature", "string", (0, 1), None, "", None),
            ("error_code", "int16", (0, 1), None, 0, None),
            ("error_message", "string", (0, 1), (0, 1), "", None),
        )

        def __init__(
            self,
            *,
            feature: str = "",
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.feature = feature
            self.error_code = error_code
            self.error_message = error_message

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        results: list[UpdateFeaturesResponse.UpdatableFeatureResult] = NEW,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.results = [] if results is NEW else results
