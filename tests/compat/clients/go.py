"""The clients of Go."""

from .client import Client
from .launches import go_client

CLIENTS = (
    Client(
        "franz-go",
        go_client("franz-go"),
        cannot={"transactional_offsets": "only a member of the group commits offsets in a transaction"},
        transactions=go_client("franz-go-transactions"),
    ),
    Client(
        "sarama",
        go_client("sarama"),
        cannot={
            "cooperative-sticky": "it has no such assignor",
            "consumer_protocol": "it knows the classic protocol only",
            "transform": "its transactions know a group, and not who is in it",
        },
        transactions=go_client("sarama-transactions"),
    ),
    Client(
        "confluent-kafka-go",
        go_client("confluent-kafka-go", cgo=True),
        cannot={
            "static": "a static member that it closes sometimes never ends (librdkafka 2.11, closed through its queue)",
            "transactions": "its driver has none",
        },
    ),
    Client(
        "kafka-go",
        go_client("kafka-go"),
        cannot={
            "idempotent": "its writer has no producer id",
            "leader_wait": "its writer gives up at once",
            "empty_headers": "its reader has null for them",
            "nulls": "its reader has null for an empty value, too",
            "read_committed": "its reader returns what was aborted, and control records",
            "pause": "it has no such call",
            "delete_records": "it has no such call",
            "cooperative-sticky": "it has no such assignor",
            "static": "its groups have no static members",
            "consumer_protocol": "it knows the classic protocol only",
            "transactions": "it has their requests, and no producer that uses them",
        },
    ),
)
