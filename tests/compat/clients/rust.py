"""The clients of Rust."""

from .client import Client
from .launches import rust_client

NO_GROUPS = "it knows partitions, and no groups"

CLIENTS = (
    Client(
        "rdkafka",
        rust_client("rdkafka"),
        cannot={
            "static": "a static member that it closes sometimes never ends (librdkafka 2.12, closed through its queue)",
            "config_errors": "it takes every answer to AlterConfigs for a success",
            "transactions": "its driver has none",
        },
    ),
    Client(
        "rskafka",
        rust_client("rskafka"),
        cannot={
            "acks_0": "it always waits for all",
            "acks_1": "it always waits for all",
            "header_lists": "it has headers as a map that is sorted by name",
            "idempotent": "it has no producer ids",
            "pause": "the application asks for each batch",
            "read_committed": "it reads everything",
            "members": NO_GROUPS,
            "assignors": NO_GROUPS,
            "consumer_protocol": NO_GROUPS,
            "create_partitions": "it has no such call",
            "configs": "it has no such call",
            "groups": NO_GROUPS,
            "describe_group": NO_GROUPS,
            "set_group_offsets": NO_GROUPS,
            "delete_group": NO_GROUPS,
            "transactions": "it has no producer ids",
        },
    ),
)
