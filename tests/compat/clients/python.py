"""The clients of Python."""

from .client import Client
from .launches import python_client

CODECS = ("python-snappy==0.7.3", "cramjam==2.11.0", "lz4==4.4.5", "zstandard==0.25.0", "crc32c==2.8")
KAFKA_PYTHON = ("kafka-python==3.0.12", *CODECS)
OLD_KAFKA_PYTHON = ("kafka-python==2.3.3", *CODECS)
OLDEST_KAFKA_PYTHON = ("kafka-python==2.0.2", *CODECS)
OLD_CONFLUENT = "confluent-kafka==2.0.2"
CONFLUENT = "confluent-kafka==2.16.1"
AIOKAFKA = ("aiokafka==0.14.0", "cramjam==2.11.0")

NO_ASSIGNOR = "it has no such assignor"
NO_848 = "it knows the classic protocol only"

CLIENTS = (
    Client(
        "kafka-python-3.0",
        python_client("kafka_python", *KAFKA_PYTHON),
        cannot={"consumer_protocol": NO_848},
        transactions=python_client("transactional_kafka_python", *KAFKA_PYTHON),
    ),
    Client(
        "kafka-python-2.3",
        python_client("kafka_python", *OLD_KAFKA_PYTHON),
        cannot={
            "acks_0": "2.3.3 leaves the request in its send buffer until it sends something else there",
            "cooperative-sticky": NO_ASSIGNOR,
            "consumer_protocol": NO_848,
            "transactions": "its driver has none",
        },
    ),
    Client(
        "kafka-python-2.0",
        python_client("kafka_python", *OLDEST_KAFKA_PYTHON, newest=(3, 11)),
        cannot={
            "idempotent": "it has no producer ids",
            "read_committed": "it has no isolation levels",
            "static": "it has no static members",
            "cooperative-sticky": NO_ASSIGNOR,
            "consumer_protocol": NO_848,
            "delete_records": "it has no such call",
            "timely_poll": "its poll waits until the group is complete, however long that takes",
            "transactions": "it has no producer ids",
        },
    ),
    Client(
        "confluent-kafka-2.0",
        python_client("confluent", OLD_CONFLUENT, newest=(3, 11)),
        cannot={"consumer_protocol": NO_848, "delete_records": "it has no such call"},
        transactions=python_client("transactional_confluent", OLD_CONFLUENT, newest=(3, 11)),
    ),
    Client(
        "confluent-kafka",
        python_client("confluent", CONFLUENT),
        transactions=python_client("transactional_confluent", CONFLUENT),
    ),
    Client(
        "aiokafka",
        python_client("aio_kafka", *AIOKAFKA),
        cannot={
            "delete_group": "it has no such call",
            "cooperative-sticky": NO_ASSIGNOR,
            "consumer_protocol": NO_848,
            "transform": "it offers no group metadata for transactions",
        },
        transactions=python_client("transactional_aiokafka", *AIOKAFKA),
    ),
)
