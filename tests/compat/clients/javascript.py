"""The clients of JavaScript, on Node."""

from .client import Client
from .launches import node_client

CODECS = ("kafkajs-snappy@1.1.0", "snappyjs@0.6.1", "lz4-napi@2.10.0", "zstd-codec@0.1.5")

BATCHES = {
    "offsets": "they tell where a batch went, not which messages are in it",
    "partial_retries": "they send all again, and what was taken is there twice",
}

CLIENTS = (
    Client(
        "kafkajs",
        node_client("kafkajs.js", "kafkajs@2.2.4", *CODECS),
        cannot=BATCHES
        | {
            "assignors": "it has one assignor, of its own",
            "static": "it has no static members",
            "consumer_protocol": "it knows the classic protocol only",
            "transform": "its transactions know a group, and not who is in it",
        },
        transactions=node_client("transactional_kafkajs.js", "kafkajs@2.2.4", *CODECS),
    ),
    Client(
        "platformatic",
        node_client("platformatic.js", "@platformatic/kafka@1.35.0"),
        cannot=BATCHES
        | {
            "static": "a static member leaves its group when it is closed",
            "pause": "it pauses all partitions of a stream",
            "cooperative-sticky": "it has no such assignor",
            "zstd": "it uses the zstd of Node, which has one since 22.15",
            "transactions": "its driver has none",
        },
    ),
    Client(
        "confluent-kafka-javascript",
        node_client("confluent_javascript.js", "@confluentinc/kafka-javascript@1.10.1", builds=True),
        cannot={
            "configs": "it has no such call",
            "create_partitions": "it has no such call",
            "nulls": "it has null for an empty value, too",
            "set_group_offsets": "it has no such call",
            "transactions": "its driver has none",
        },
    ),
)
