"""APIS, the one table of APIs: dispatch, ApiVersions, the README's support table and the tests derive from it.

A row costs nothing until the first request of its API: the message module and the handler are imported then.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kafkalite.wire.codec import Message, decoder, encoder

if TYPE_CHECKING:
    from kafkalite.apis.context import Answer
    from kafkalite.broker.broker import Broker

VersionRange = tuple[int, int]

Shortcut = Callable[["Broker", memoryview, int, int], object]
"""Answers the usual request straight from its bytes (flexible versions): (broker, view, position of the client_id, end)
-> the answer's body, b"" for none; or what `handle` finds as its context's `done`, None: nothing is done yet."""


class Api:
    """One API: the versions we answer, the versions ApiVersions tells, and where message and handler live.

    `kafkalite.wire.messages.<module>` holds `<Name>Request` and `<Name>Response`, `kafkalite.apis.<module>` holds
    `handle`, and where it pays a `shortcut`.
    """

    __slots__ = ("advertise", "key", "module", "name", "versions")

    def __init__(self, key: int, name: str, versions: VersionRange, *, advertise: VersionRange | None = None) -> None:
        self.key = key
        self.name = name
        self.module = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        self.versions = versions
        self.advertise = advertise or versions

    def message_class(self, direction: str) -> type[Message]:
        """Return the generated class; `direction` is `Request` or `Response`."""
        module = importlib.import_module(f"kafkalite.wire.messages.{self.module}")
        message: type[Message] = getattr(module, self.name + direction)
        return message

    def __repr__(self) -> str:
        return f"{self.name} ({self.key})"


class Route:
    """Everything one (API, version) needs: built on its first request, kept for the life of the process."""

    __slots__ = ("api", "decode", "encode", "flexible", "handle", "response", "shortcut", "version")

    def __init__(self, api: Api, version: int) -> None:
        request = api.message_class("Request")
        self.api = api
        self.version = version
        self.flexible = request.FLEXIBLE is not None and version >= request.FLEXIBLE
        self.response = api.message_class("Response")
        self.decode = decoder(request, version)
        self.encode = encoder(self.response, version)
        handler = importlib.import_module(f"kafkalite.apis.{api.module}")
        self.handle: Callable[[Any, Any], Answer] = handler.handle
        self.shortcut: Shortcut | None = handler.shortcut(version) if hasattr(handler, "shortcut") else None


APIS = (
    # Produce is advertised from 0 although 0-2 are refused: librdkafka before 2.11.1 needs it to compress
    # (KAFKA-18659).
    Api(0, "Produce", (3, 13), advertise=(0, 13)),
    Api(1, "Fetch", (4, 18)),
    Api(2, "ListOffsets", (1, 11)),
    Api(3, "Metadata", (0, 13)),
    Api(8, "OffsetCommit", (2, 10)),
    Api(9, "OffsetFetch", (1, 10)),
    Api(10, "FindCoordinator", (0, 6)),
    Api(11, "JoinGroup", (0, 9)),
    Api(12, "Heartbeat", (0, 4)),
    Api(13, "LeaveGroup", (0, 5)),
    Api(14, "SyncGroup", (0, 5)),
    Api(15, "DescribeGroups", (0, 6)),
    Api(16, "ListGroups", (0, 5)),
    Api(18, "ApiVersions", (0, 5)),
    Api(19, "CreateTopics", (2, 7)),
    Api(20, "DeleteTopics", (1, 6)),
    Api(21, "DeleteRecords", (0, 2)),
    Api(22, "InitProducerId", (0, 5)),
    Api(23, "OffsetForLeaderEpoch", (2, 4)),
    Api(24, "AddPartitionsToTxn", (0, 5)),
    Api(25, "AddOffsetsToTxn", (0, 4)),
    Api(26, "EndTxn", (0, 5)),
    Api(27, "WriteTxnMarkers", (1, 2)),
    Api(28, "TxnOffsetCommit", (0, 6)),
    Api(32, "DescribeConfigs", (1, 4)),
    Api(33, "AlterConfigs", (0, 2)),
    Api(35, "DescribeLogDirs", (1, 5)),
    Api(37, "CreatePartitions", (0, 3)),
    Api(42, "DeleteGroups", (0, 3)),
    Api(43, "ElectLeaders", (0, 2)),
    Api(44, "IncrementalAlterConfigs", (0, 1)),
    Api(46, "ListPartitionReassignments", (0, 0)),
    Api(47, "OffsetDelete", (0, 0)),
    Api(57, "UpdateFeatures", (0, 2)),
    Api(60, "DescribeCluster", (0, 2)),
    Api(61, "DescribeProducers", (0, 0)),
    Api(65, "DescribeTransactions", (0, 0)),
    Api(66, "ListTransactions", (0, 2)),
    Api(68, "ConsumerGroupHeartbeat", (0, 1)),
    Api(69, "ConsumerGroupDescribe", (0, 1)),
    Api(74, "ListConfigResources", (0, 1)),
    Api(75, "DescribeTopicPartitions", (0, 0)),
)

BY_KEY = {api.key: api for api in APIS}

_routes: dict[tuple[int, int], Route] = {}


def route(key: int, version: int) -> Route | None:
    """Return how to answer this API in this version, None when we do not."""
    found = _routes.get((key, version))
    if found is None:
        api = BY_KEY.get(key)
        if api is None or not api.versions[0] <= version <= api.versions[1]:
            return None
        found = _routes[key, version] = Route(api, version)
    return found
