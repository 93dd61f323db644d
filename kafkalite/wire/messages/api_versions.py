"""Generated from protocol/messages/api_versions.txt: do not edit."""

from __future__ import annotations

from typing import ClassVar

from kafkalite.wire.message import NEW, Field, Message, Versions


class ApiVersionsRequest(Message):
    """ApiVersions request, versions 0-5, flexible from 3."""

    __slots__ = (
        "client_software_name",
        "client_software_version",
        "cluster_id",
        "node_id",
    )
    API_KEY: ClassVar[int] = 18
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("client_software_name", "string", (3, 5), None, "", None),
        ("client_software_version", "string", (3, 5), None, "", None),
        ("cluster_id", "string", (5, 5), (5, 5), None, None),
        ("node_id", "int32", (5, 5), None, -1, None),
    )

    def __init__(
        self,
        *,
        client_software_name: str = "",
        client_software_version: str = "",
        cluster_id: str | None = None,
        node_id: int = -1,
    ) -> None:
        self.client_software_name = client_software_name
        self.client_software_version = client_software_version
        self.cluster_id = cluster_id
        self.node_id = node_id


class ApiVersionsResponse(Message):
    """ApiVersions response, versions 0-5, flexible from 3."""

    __slots__ = (
        "error_code",
        "api_keys",
        "throttle_time_ms",
        "supported_features",
        "finalized_features_epoch",
        "finalized_features",
        "zk_migration_ready",
    )
    API_KEY: ClassVar[int] = 18
    VERSIONS: ClassVar[Versions] = (0, 5)
    FLEXIBLE: ClassVar[int | None] = 3
    FIELDS: ClassVar[tuple[Field, ...]] = (
        ("error_code", "int16", (0, 5), None, 0, None),
        ("api_keys", "[]ApiVersion", (0, 5), None, NEW, None),
        ("throttle_time_ms", "int32", (1, 5), None, 0, None),
        ("supported_features", "[]SupportedFeatureKey", (3, 5), None, NEW, 0),
        ("finalized_features_epoch", "int64", (3, 5), None, -1, 1),
        ("finalized_features", "[]FinalizedFeatureKey", (3, 5), None, NEW, 2),
        ("zk_migration_ready", "bool", (3, 5), None, False, 3),
    )

    class ApiVersion(Message):
        """A part of ApiVersionsResponse."""

        __slots__ = (
            "api_key",
            "min_version",
            "max_version",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("api_key", "int16", (0, 5), None, 0, None),
            ("min_version", "int16", (0, 5), None, 0, None),
            ("max_version", "int16", (0, 5), None, 0, None),
        )

        def __init__(
            self,
            *,
            api_key: int = 0,
            min_version: int = 0,
            max_version: int = 0,
        ) -> None:
            self.api_key = api_key
            self.min_version = min_version
            self.max_version = max_version

    class SupportedFeatureKey(Message):
        """A part of ApiVersionsResponse."""

        __slots__ = (
            "name",
            "min_version",
            "max_version",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (3, 5), None, "", None),
            ("min_version", "int16", (3, 5), None, 0, None),
            ("max_version", "int16", (3, 5), None, 0, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            min_version: int = 0,
            max_version: int = 0,
        ) -> None:
            self.name = name
            self.min_version = min_version
            self.max_version = max_version

    class FinalizedFeatureKey(Message):
        """A part of ApiVersionsResponse."""

        __slots__ = (
            "name",
            "max_version_level",
            "min_version_level",
        )
        FIELDS: ClassVar[tuple[Field, ...]] = (
            ("name", "string", (3, 5), None, "", None),
            ("max_version_level", "int16", (3, 5), None, 0, None),
            ("min_version_level", "int16", (3, 5), None, 0, None),
        )

        def __init__(
            self,
            *,
            name: str = "",
            max_version_level: int = 0,
            min_version_level: int = 0,
        ) -> None:
            self.name = name
            self.max_version_level = max_version_level
            self.min_version_level = min_version_level

    def __init__(
        self,
        *,
        error_code: int = 0,
        api_keys: list[ApiVersionsResponse.ApiVersion] = NEW,
        throttle_time_ms: int = 0,
        supported_features: list[ApiVersionsResponse.SupportedFeatureKey] = NEW,
        finalized_features_epoch: int = -1,
        finalized_features: list[ApiVersionsResponse.FinalizedFeatureKey] = NEW,
        zk_migration_ready: bool = False,
    ) -> None:
        self.error_code = error_code
        self.api_keys = [] if api_keys is NEW else api_keys
        self.throttle_time_ms = throttle_time_ms
        self.supported_features = [] if supported_features is NEW else supported_features
        self.finalized_features_epoch = finalized_features_epoch
        self.finalized_features = [] if finalized_features is NEW else finalized_features
        self.zk_migration_ready = zk_migration_ready
