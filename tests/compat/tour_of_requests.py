"""A tour of requests that hardly any client sends: every version of those that only ask, and many that are refused.

Each is a line of REQUESTS. Values that a version does not have are left out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

from kio.index import load_entity_schema
from kio.static.constants import EntityType

from . import raw
from .clients import Client, Launch
from .tours import TIME, Recorded

Values = dict[str, Any]
Request = tuple[str, int | tuple[int, int], Values]
"""API, a version or the first and the last of several, and values."""

SECONDS = 30_000


def partitions(*numbers: int, **values: Any) -> list[Values]:
    return [{"partition_index": number, "partition": number, **values} for number in numbers]


def topics(*names: str, **values: Any) -> list[Values]:
    return [{"name": name, "topic": name, **values} for name in names]


def create(name: str, count: int = 1, factor: int = 1, assignments: Sequence[Values] = (), **configs: str) -> Values:
    return {
        "name": name,
        "num_partitions": count,
        "replication_factor": factor,
        "assignments": assignments,
        "configs": [{"name": key.replace("_", "."), "value": value} for key, value in configs.items()],
    }


def describe(kind: int, name: str, *keys: str) -> Values:
    return {"resource_type": kind, "resource_name": name, "configuration_keys": keys or None}


def alter(kind: int, name: str, key: str, value: str | None, operation: int = 0) -> list[Values]:
    config = {"name": key, "value": value, "config_operation": operation}
    return [{"resource_type": kind, "resource_name": name, "configs": [config]}]


def batch(*values: bytes, timestamp: int = TIME, **more: Any) -> bytes:
    return raw.batch(*values, timestamp=timestamp, **more)


def produced(name: str, records: bytes | None, partition: int = 0) -> list[Values]:
    return [{"name": name, "partition_data": [{"index": partition, "records": records}]}]


def fetched(offset: int, partition: int = 0, epoch: int = -1) -> list[Values]:
    part = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 1 << 20}
    return [{"topic": "t", "partitions": [part | {"current_leader_epoch": epoch}]}]


TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
"""Kinds of resources with a configuration."""

FETCH: Values = {"max_wait": 0, "min_bytes": 0, "max_bytes": 1 << 20, "session_epoch": -1, "replica_id": -1}
MEMBER: Values = {
    "group_id": "g",
    "session_timeout": SECONDS,
    "rebalance_timeout": SECONDS,
    "protocol_type": "consumer",
    "protocols": [{"name": "range", "metadata": b"any"}],
}
OTHERWISE: tuple[Values, ...] = (
    {"group_id": ""},
    {"session_timeout": 1},
    {"session_timeout": 10_000_000},
    {"protocols": []},
    {"protocol_type": ""},
)
TRANSACTION: Values = {"transactional_id": "nobody", "producer_id": 99, "producer_epoch": 0}
OFFSETS: Values = {"topics": topics("t", partitions=partitions(0, committed_offset=1, committed_metadata="m"))}

REQUESTS: tuple[Request, ...] = (
    ("api_versions", (0, 4), {"client_software_name": "tour", "client_software_version": "1"}),
    ("api_versions", 3, {"client_software_name": "no spaces", "client_software_version": ""}),
    (
        "create_topics",
        7,
        {"topics": [create("t", 2, retention_ms="86400000"), create("u", -1, -1)], "timeout": SECONDS},
    ),
    ("create_topics", (2, 7), {"topics": [create("t")], "timeout": SECONDS}),
    ("create_topics", (2, 7), {"topics": [create("v", 3)], "timeout": SECONDS, "validate_only": True}),
    *(
        ("create_topics", 7, {"topics": [topic], "timeout": SECONDS})
        for topic in (
            *(create(name) for name in ("", ".", "..", "a/b", "x" * 250, "__consumer_offsets")),
            *(create("w", count) for count in (0, -2, 2_000_000)),
            *(create("w", 1, factor) for factor in (0, -2, 2)),
            create("w", 1, 1, [{"partition_index": 0, "broker_ids": [1]}]),
            create("w", -1, -1, [{"partition_index": 1, "broker_ids": [1]}]),
            create("w", -1, -1, [{"partition_index": 0, "broker_ids": [7]}]),
            create("w", -1, -1, [{"partition_index": 0, "broker_ids": []}]),
            create("w", nonsense="1"),
            create("w", retention_ms="soon"),
            create("w", cleanup_policy="keep"),
            create("w", min_insync_replicas="0"),
            create("w", compression_type="best"),
            create("w", segment_bytes="1"),
            create("w", max_message_bytes="-1"),
        )
    ),
    ("create_topics", 7, {"topics": [create("w"), create("w", 2)], "timeout": SECONDS}),
    ("create_partitions", (0, 3), {"topics": [{"name": "t", "count": 1, "assignments": None}], "timeout": SECONDS}),
    ("create_partitions", 3, {"topics": [{"name": "t", "count": 2, "assignments": None}], "timeout": SECONDS}),
    ("create_partitions", 3, {"topics": [{"name": "nobody", "count": 2, "assignments": None}], "timeout": SECONDS}),
    ("create_partitions", 3, {"topics": [{"name": "t", "count": 3, "assignments": []}], "timeout": SECONDS}),
    ("metadata", (1, 13), {"topics": [], "allow_auto_topic_creation": False}),
    ("metadata", (4, 12), {"topics": None, "allow_auto_topic_creation": False}),
    ("metadata", (4, 12), {"topics": topics("t", "nobody", "a/b"), "allow_auto_topic_creation": False}),
    ("metadata", 10, {"topics": topics("t"), "include_topic_authorized_operations": True}),
    ("describe_cluster", (0, 1), {"include_cluster_authorized_operations": True}),
    ("describe_topic_partitions", 0, {"topics": topics("t", "nobody", "a/b"), "response_partition_limit": 10}),
    ("describe_topic_partitions", 0, {"topics": [], "response_partition_limit": 1}),
    ("find_coordinator", (0, 3), {"key": "g", "key_type": 0}),
    ("find_coordinator", (1, 3), {"key": "x", "key_type": 1}),
    ("find_coordinator", (4, 6), {"coordinator_keys": ["g", "h", ""], "key_type": 0}),
    ("find_coordinator", 4, {"coordinator_keys": ["g"], "key_type": 9}),
    ("describe_configs", (1, 4), {"resources": [describe(TOPIC, "t")], "include_synonyms": True}),
    ("describe_configs", 4, {"resources": [describe(BROKER, "1"), describe(BROKER, "")], "include_synonyms": True}),
    ("describe_configs", 4, {"resources": [describe(GROUP, "g"), describe(GROUP, "")], "include_synonyms": True}),
    *(
        ("describe_configs", 4, {"resources": [resource]})
        for resource in (
            describe(TOPIC, "nobody"),
            describe(TOPIC, "a/b"),
            describe(TOPIC, ""),
            describe(TOPIC, "t", "cleanup.policy", "nonsense"),
            describe(BROKER, "7"),
            describe(BROKER, "one"),
            describe(METRICS, "m"),
            describe(99, "t"),
        )
    ),
    *(
        ("incremental_alter_configs", 1, {"resources": resources})
        for resources in (
            alter(TOPIC, "t", "retention.ms", "1000000000"),
            alter(TOPIC, "t", "retention.ms", "soon"),
            alter(TOPIC, "t", "retention.ms", None),
            alter(TOPIC, "t", "nonsense", "1"),
            alter(TOPIC, "t", "cleanup.policy", "compact", 2),
            alter(TOPIC, "t", "cleanup.policy", "compact", 2),
            alter(TOPIC, "t", "cleanup.policy", "delete", 3),
            alter(TOPIC, "t", "retention.ms", "1", 2),
            alter(TOPIC, "t", "retention.ms", "1", 9),
            alter(TOPIC, "t", "cleanup.policy", None, 1),
            alter(TOPIC, "nobody", "retention.ms", "1"),
            alter(TOPIC, "", "retention.ms", "1"),
            alter(BROKER, "1", "log.retention.ms", "1000000000"),
            alter(BROKER, "", "log.retention.ms", "1000000000"),
            alter(BROKER, "1", "node.id", "2"),
            alter(BROKER, "7", "log.retention.ms", "1000000000"),
            alter(BROKER, "one", "log.retention.ms", "1000000000"),
            alter(GROUP, "g", "consumer.session.timeout.ms", "50000"),
            alter(GROUP, "g", "consumer.session.timeout.ms", "1"),
            alter(GROUP, "g", "nonsense", "1"),
            alter(99, "t", "retention.ms", "1"),
            alter(TOPIC, "t", "retention.ms", "1") * 2,
        )
    ),
    ("describe_configs", 4, {"resources": [describe(TOPIC, "t"), describe(GROUP, "g")], "include_synonyms": True}),
    ("incremental_alter_configs", 1, {"resources": alter(BROKER, "1", "log.retention.ms", None, 1)}),
    ("incremental_alter_configs", 1, {"resources": alter(BROKER, "", "log.retention.ms", None, 1)}),
    ("alter_configs", (0, 2), {"resources": alter(TOPIC, "t", "retention.ms", "86400000")}),
    ("alter_configs", (0, 2), {"resources": alter(TOPIC, "t", "retention.ms", "soon")}),
    ("alter_configs", (0, 2), {"resources": alter(TOPIC, "nobody", "retention.ms", "1"), "validate_only": True}),
    ("list_config_resources", (0, 1), {"resource_types": []}),
    *(
        ("produce", versions, {"topic_data": data, "acks": acks, "timeout": SECONDS})
        for versions, acks, data in (
            ((3, 12), -1, produced("t", batch(b"a", b"b"))),
            ((3, 12), 1, produced("nobody", batch(b"a"))),
            (9, 1, produced("t", batch(b"a"), partition=7)),
            (9, 2, produced("t", batch(b"a"))),
            (9, 1, produced("__consumer_offsets", batch(b"a"))),
            (9, 1, produced("t", batch(b"a", crc=1))),
            (9, 1, produced("t", batch(b"a", count=2))),
            (9, 1, produced("t", batch(b"a", magic=3))),
            (9, 1, produced("t", batch(b"a", attributes=0x20))),
            (9, 1, produced("t", batch(b"a") * 2)),
            (9, 1, produced("t", b"")),
            (9, 1, produced("t", batch(b"x" * 2_000_000))),
            (9, 1, produced("t", batch(b"a", producer_id=1000, producer_epoch=0, base_sequence=5))),
            (9, 1, produced("t", batch(b"a", producer_id=1000, producer_epoch=0, base_sequence=5))),
            (9, 1, produced("t", batch(b"a", producer_id=1000, producer_epoch=0, base_sequence=9))),
            (9, 1, produced("t", batch(b"a", attributes=0x10, producer_id=1000, base_sequence=0))),
        )
    ),
    *(("fetch", (4, 12), {"topics": fetched(offset), **FETCH}) for offset in (0, 20, 1000, -1)),
    ("fetch", 12, {"topics": fetched(0, partition=7), **FETCH}),
    ("fetch", 12, {"topics": fetched(0, epoch=7), **FETCH}),
    ("fetch", 12, {"topics": fetched(0), **FETCH, "session_id": 77, "session_epoch": 3}),
    ("fetch", 12, {"topics": fetched(0), **FETCH, "max_bytes": 1}),
    ("fetch", 12, {"topics": fetched(0), **FETCH, "isolation_level": 1}),
    *(
        ("list_offsets", (1 if time >= -2 else lowest, 9), {"replica_id": -1, "topics": topics("t", partitions=parts)})
        for lowest, time in ((1, -1), (1, -2), (7, -3), (8, -4), (9, -5), (1, TIME), (1, TIME + 1), (1, -9))
        for parts in [partitions(0, 1, 7, timestamp=time, current_leader_epoch=-1)]
    ),
    ("list_offsets", 9, {"topics": topics("nobody", partitions=partitions(0, timestamp=-1)), "replica_id": -1}),
    ("list_offsets", 9, {"topics": topics("t", partitions=partitions(0, timestamp=-1, current_leader_epoch=5))}),
    *(
        ("offset_for_leader_epoch", (2, 4), {"topics": topics("t", "nobody", partitions=parts), "replica_id": -1})
        for epoch in (-1, 0, 5)
        for parts in [partitions(0, 7, leader_epoch=epoch, current_leader_epoch=-1)]
    ),
    *(
        (
            "delete_records",
            (0, 2),
            {"topics": topics(name, partitions=partitions(0, offset=offset)), "timeout": SECONDS},
        )
        for name, offset in (("t", 2), ("t", 10_000), ("t", -2), ("nobody", 0))
    ),
    ("offset_commit", (2, 9), {"group_id": "simple", "generation_id_or_member_epoch": -1, **OFFSETS}),
    ("offset_commit", 8, {"group_id": "", "generation_id_or_member_epoch": -1, **OFFSETS}),
    ("offset_commit", 8, {"group_id": "simple", "generation_id_or_member_epoch": 1, "member_id": "m", **OFFSETS}),
    ("offset_fetch", (1, 7), {"group_id": "simple", "topics": topics("t", "nobody", partition_indexes=[0, 1])}),
    ("offset_fetch", (8, 9), {"groups": [{"group_id": "simple", "topics": None, "member_epoch": -1}]}),
    ("offset_fetch", 8, {"groups": [{"group_id": "nobody", "topics": topics("t", partition_indexes=[0])}]}),
    ("offset_fetch", 9, {"groups": [{"group_id": "simple", "member_id": "m", "member_epoch": 1, "topics": None}]}),
    ("list_groups", (0, 5), {}),
    ("list_groups", 5, {"states_filter": ["Empty"], "types_filter": ["consumer"]}),
    ("describe_groups", (0, 5), {"groups": ["simple", "nobody", ""]}),
    ("describe_groups", 5, {"groups": ["simple"], "include_authorized_operations": True}),
    ("consumer_group_describe", (0, 1), {"group_ids": ["simple", "nobody"]}),
    ("offset_delete", 0, {"group_id": "simple", "topics": topics("t", "nobody", partitions=partitions(0, 7))}),
    ("offset_delete", 0, {"group_id": "nobody", "topics": topics("t", partitions=partitions(0))}),
    ("delete_groups", (0, 2), {"groups_names": ["simple", "nobody", ""]}),
    ("join_group", (0, 9), MEMBER | {"member_id": "nobody"}),
    *(("join_group", 9, MEMBER | changed) for changed in OTHERWISE),
    ("sync_group", (0, 5), {"group_id": "nobody", "generation_id": 1, "member_id": "m"}),
    ("heartbeat", (0, 4), {"group_id": "nobody", "generation_id": 1, "member_id": "m"}),
    ("leave_group", (0, 2), {"group_id": "nobody", "member_id": "m"}),
    ("leave_group", (3, 5), {"group_id": "nobody", "members": [{"member_id": "m"}]}),
    *(
        ("consumer_group_heartbeat", 1, {"group_id": "c", "rebalance_timeout": SECONDS} | changed)
        for changed in (
            {"member_id": "", "member_epoch": 0, "subscribed_topic_names": ["t"], "topic_partitions": []},
            {"member_id": "m", "member_epoch": 5},
            {"member_id": "m", "member_epoch": 0, "subscribed_topic_names": None, "topic_partitions": []},
            {"member_id": "m", "member_epoch": 0, "subscribed_topic_regex": "(", "topic_partitions": []},
            {"member_id": "m", "member_epoch": -3},
            {"group_id": "", "member_id": "m", "member_epoch": 0},
            {"member_id": "m", "member_epoch": 0, "subscribed_topic_names": ["t"], "server_assignor": "no"},
        )
    ),
    ("init_producer_id", (0, 5), {"transactional_id": None, "transaction_timeout": SECONDS}),
    ("init_producer_id", (0, 5), {"transactional_id": "", "transaction_timeout": SECONDS}),
    ("init_producer_id", (0, 5), {"transactional_id": "x", "transaction_timeout": 100_000_000}),
    ("init_producer_id", 5, {"transactional_id": "x", "transaction_timeout": -1}),
    ("init_producer_id", 5, {"transactional_id": "x", "transaction_timeout": SECONDS, "producer_id": 7}),
    (
        "add_partitions_to_txn",
        (0, 3),
        {
            "v3_and_below_transactional_id": "nobody",
            "v3_and_below_producer_id": 99,
            "v3_and_below_topics": topics("t", "nobody", partitions=[0]),
        },
    ),
    ("add_offsets_to_txn", (0, 3), TRANSACTION | {"group_id": "g"}),
    ("end_txn", (0, 4), TRANSACTION | {"committed": True}),
    ("txn_offset_commit", (0, 3), TRANSACTION | {"group_id": "g", **OFFSETS}),
    ("describe_producers", 0, {"topics": topics("t", "nobody", partition_indexes=[0, 7])}),
    ("describe_transactions", 0, {"transactional_ids": ["nobody", ""]}),
    ("list_transactions", (0, 1), {"state_filters": ["Ongoing", "Nonsense"], "duration_filter": -1}),
    ("elect_leaders", (0, 2), {"topic_partitions": topics("t", "nobody", partitions=[0, 7]), "timeout": SECONDS}),
    ("elect_leaders", 2, {"election_type": 1, "topic_partitions": None, "timeout": SECONDS}),
    ("elect_leaders", 2, {"election_type": 7, "topic_partitions": None, "timeout": SECONDS}),
    ("list_partition_reassignments", 0, {"timeout": SECONDS, "topics": topics("t", partition_indexes=[0])}),
    ("describe_log_dirs", (1, 4), {"topics": topics("t", partitions=[0, 7])}),
    *(
        ("update_features", (1, 1), {"feature_updates": [update], "timeout": SECONDS, "validate_only": True})
        for update in (
            {"feature": "nonsense", "max_version_level": 1, "upgrade_type": 1},
            {"feature": "transaction.version", "max_version_level": 9, "upgrade_type": 1},
            {"feature": "transaction.version", "max_version_level": 1, "upgrade_type": 1},
        )
    ),
    ("delete_topics", (1, 5), {"topic_names": ["nobody", ""], "timeout": SECONDS}),
    ("delete_topics", 6, {"topics": [{"name": "t"}, {"name": "t"}, {"name": "u"}], "timeout": SECONDS}),
    ("delete_topics", 6, {"topics": [{"name": "u"}], "timeout": SECONDS}),
)


def requests(client: Client, launch: Launch, broker: Recorded, logs: Path) -> None:
    """All of them on one connection, and on another one when the broker has closed it."""
    connection = raw.Connection(broker.address)
    with broker.connect() as observer:
        for api, versions, values in REQUESTS:
            first, last = versions if isinstance(versions, tuple) else (versions, versions)
            for version in range(first, last + 1):
                try:
                    connection.ask(api, version, **within(api, version, values))
                except raw.Closed:
                    connection.close()
                    connection = raw.Connection(broker.address)
            if api == "create_topics":
                raw.until(lambda: raw.is_ready(observer, "t", 2) and raw.is_ready(observer, "u", 1), what="the topics")
    connection.close()


def within(api: str, version: int, values: Values) -> dict[str, Any]:
    """What of the values this version has."""
    return only(load_entity_schema(api, version, EntityType.request), values)


def only(schema: Any, values: Values) -> dict[str, Any]:
    kinds = raw.field_types(schema)
    known = {field.name for field in fields(schema)}
    return {name: inside(kinds[name], value) for name, value in values.items() if name in known}


def inside(kind: Any, value: Any) -> Any:
    parts = [part for one in (kind, *get_args(kind)) for part in (one, *get_args(one)) if is_dataclass(part)]
    if not parts or value is None:
        return value
    return [only(parts[0], one) for one in value]


NO_CLIENT = Client("requests", lambda: Launch([], {}), cannot={"transactions": "it is no client of that kind"})
